"""The office's list of members from a file: look at every row, choose what the columns mean, take it over as one."""

import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.alliance import importing, service
from geo.alliance.codes import KINDS
from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from webapp.access import needs
from webapp.alliance import frame
from webapp.app import actor, staff_session
from webapp.places import previews

PREVIEW, MADE, ALL = "member", "member-made", 0
LABELS = {"file": "Datei"} | {name: label for name, (label, _names) in importing.COLUMNS.items()}
LABELS |= {"default_kind": "Art, wo keine steht", "known_on": "Als Mitglied genannt am", "source": "Quelle"}


@needs(Action.ALLIANCE_EDIT)
def upload() -> ResponseReturnValue:
    """Choose a file; the answer is the preview."""
    if request.method == "GET":
        return frame.page("import", values={}, errors={}, labels=LABELS)
    sent = request.files.get("file")
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2][:200] if sent else ""
    try:
        if sent is None or not name:
            raise Invalid({"file": "Bitte eine Datei wählen."})
        with tempfile.TemporaryDirectory(prefix="innenstadt-upload-") as folder:
            path = Path(folder) / "file"
            sent.save(path)
            found = importing.look_into(path, name)
    except Invalid as refused:
        return frame.page("import", 422, values={}, errors=refused.fields, labels=LABELS)
    rows = [[number, list(texts)] for number, texts in found.rows]
    key = previews.keep(PREVIEW, ALL, [list(found.columns), rows, list(found.warnings)])
    guessed = importing.guessed(found.columns)
    values: dict[str, Any] = {f"column-{field}": str(place) for field, place in guessed.items()}
    values |= {"key": key, "known_on": clock.today().isoformat(), "source": f"Mitgliederliste {name}"[:300]}
    return _preview(found, values, {})


def _judged(found: importing.Listed, values: dict[str, Any]) -> list[importing.Judged]:
    """The rows as the form has it now. Raises `Invalid` at its fields."""
    fields = Fields(values)
    places = {
        field: place
        for field in importing.COLUMNS
        if (place := fields.whole(f"column-{field}", most=len(found.columns) - 1)) is not None
    }
    if "name" not in places:
        fields.fail("column-name", "Bitte die Spalte mit dem Namen wählen.")
    kind, known_on = fields.choice("default_kind", KINDS), fields.day("known_on")
    source = fields.text("source", longest=300)
    fields.check()
    return importing.judged(staff_session(), found, places, kind, known_on, source or "")


def _preview(found: importing.Listed, values: dict[str, Any], errors: dict[str, str]) -> ResponseReturnValue:
    rows: list[importing.Judged] = []
    try:
        rows = _judged(found, values)
    except Invalid as refused:
        errors = {**refused.fields, **errors}
    return frame.page(
        "import_preview",
        422 if errors else 200,
        rows=rows,
        usable=sum(one.data is not None for one in rows),
        known=sum(one.is_known for one in rows),
        faulty=sum(one.data is None and not one.is_known for one in rows),
        values=values,
        errors=errors,
        labels=LABELS | {f"column-{field}": LABELS[field] for field in importing.COLUMNS},
        fields=[(field, label) for field, (label, _names) in importing.COLUMNS.items()],
        columns=[(str(place), name or f"Spalte {place + 1}") for place, name in enumerate(found.columns)],
        kind_options=[(code, names[0]) for code, names in KINDS.items()],
        warnings=found.warnings,
    )


@needs(Action.ALLIANCE_EDIT)
def accept() -> ResponseReturnValue:
    """The preview with other columns chosen, or the members taken over, all or none."""
    values = request.form.to_dict()
    columns, rows, warnings = previews.kept(PREVIEW, ALL, request.form.get("key"))
    found = importing.Listed(tuple(columns), tuple((number, tuple(texts)) for number, texts in rows), tuple(warnings))
    if "zeigen" in request.form:
        return _preview(found, values, {})
    try:
        given = [one.data for one in _judged(found, values) if one.data is not None]
        if not given:
            raise Invalid({"": "Keine der Zeilen lässt sich übernehmen."})
        made = service.create_members(staff_session(), actor(), given)
    except Invalid as refused:
        staff_session().rollback()
        return _preview(found, values, refused.fields)
    key = previews.keep(MADE, ALL, [[one.id, one.version] for one in made])
    previews.drop(PREVIEW, ALL)
    return redirect(url_for("alliance_intern.members", liste=key), 303)


@needs(Action.ALLIANCE_EDIT)
def undo() -> ResponseReturnValue:
    """Take the members of a file back as one."""
    made = previews.kept(MADE, ALL, request.form.get("key"))
    count = service.take_back_members(staff_session(), actor(), [(int(key), int(version)) for key, version in made])
    previews.drop(MADE, ALL)
    said = "1 Mitglied ist" if count == 1 else f"{count} Mitglieder sind"
    flash(f"Zurückgenommen: {said} wieder entfernt.", "good")
    return redirect(url_for("alliance_intern.members"), 303)


def just_made() -> dict[str, Any] | None:
    """What the list offers to take back: how many members came from a file just now, and under which key."""
    key = request.args.get("liste", "")
    try:
        made = previews.kept(MADE, ALL, key)
    except Invalid:
        return None
    return {"count": len(made), "key": key}
