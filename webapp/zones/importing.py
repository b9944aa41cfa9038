"""Zones from a file: look at them on the page, choose their name and kind, take them over as one."""

import json
import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.bundles import ChangedSince
from geo.core.errors import Conflict, Invalid
from geo.core.geometry import is_line
from geo.core.parsing import Fields
from geo.core.systems import CHOICES
from geo.core.undo import last_change
from geo.imports import zones as files
from geo.places.zones import service
from geo.places.zones.codes import KINDS, USUAL_WIDTH_M
from geo.places.zones.schemas import ZoneInput, parse_zone
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.zones.frame import show_page, town

SYSTEMS = [("", "aus der Datei"), *((str(number), name) for number, name in CHOICES.items())]
# What a form may carry back to the server with all outlines in it.
MOST_CARRIED = 1_500_000
_KIND_COLUMNS = {"art", "zonenart", "gebietsart", "kind", "typ", "type"}


@needs(Action.ZONE_EDIT)
def upload() -> ResponseReturnValue:
    """Choose a file; the answer is the preview."""
    if request.method == "GET":
        return _form({}, {})
    try:
        found = _look_into()
    except Invalid as error:
        return _form(request.form.to_dict(), error.fields)
    rows = [
        {"row": one.row, "texts": one.texts, "outline": one.outline, "problem": one.problem, "repaired": one.repaired}
        for one in found.candidates
    ]
    carried = json.dumps({"columns": found.columns, "rows": rows, "warnings": found.warnings}, ensure_ascii=False)
    if len(carried.encode()) > MOST_CARRIED:
        sentence = "Die Flächen haben zusammen zu viele Ecken. Bitte vereinfachen oder die Datei teilen."
        return _form(request.form.to_dict(), {"file": sentence})
    values = {"name_column": _guess(found.columns, ("name", "bezeichnung", "titel", "ortsteil", "quartier"))}
    values["kind_column"] = next((one for one in found.columns if one.casefold() in _KIND_COLUMNS), "")
    values |= {
        "kind": request.form.get("kind", ""),
        "width_m": str(USUAL_WIDTH_M),
        "source": _file_name(),
        "since": clock.today().isoformat(),
    }
    return _preview(carried, values, {})


def _look_into() -> files.Found:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid({"file": "Bitte eine Datei wählen."})
    fields = Fields(request.form)
    srid = fields.choice("srid", [code for code, _ in SYSTEMS if code])
    fields.check()
    with tempfile.TemporaryDirectory(prefix="innenstadt-upload-") as folder:
        path = Path(folder) / "file"
        sent.save(path)
        return files.look_into(path, _file_name(), int(srid) if srid else None)


def _file_name() -> str:
    sent = request.files.get("file")
    return (sent.filename or "").replace("\\", "/").rpartition("/")[2][:200] if sent else ""


def _guess(columns: tuple[str, ...], names: tuple[str, ...]) -> str:
    return next(
        (column for name in names for column in columns if name in column.lower()), columns[0] if columns else ""
    )


def _form(values: dict[str, Any], errors: dict[str, str]) -> ResponseReturnValue:
    labels = {"file": "Datei", "srid": "Koordinatensystem"}
    return show_page("upload", 422 if errors else 200, values=values, errors=errors, labels=labels, systems=SYSTEMS)


def _preview(carried: str, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    content = json.loads(carried)
    zones = [_row(one, values) for one in content["rows"]]
    shapes = [_shape(one) for one in zones if one["outline"]]
    return show_page(
        "preview",
        422 if errors else status,
        carried=carried,
        values=values,
        errors=errors,
        zones=zones,
        usable=sum(bool(one["outline"]) for one in zones),
        lines=sum(bool(one["outline"]) and is_line(one["outline"]) for one in zones),
        columns=[(name, name) for name in content["columns"]],
        warnings=content["warnings"],
        map_config={"shapes": shapes, "fit": True, "label": "Flächen der Datei", "kind": "zones", "remember": False},
    )


def _shape(one: dict[str, Any]) -> dict[str, Any]:
    properties = {"id": one["row"], "zone_kind": one["kind"] or "QUARTIER", "title": one["name"], "kind_label": ""}
    return {"type": "Feature", "id": one["row"], "geometry": json.loads(one["outline"]), "properties": properties}


def _row(one: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """A row with its name and kind as they are chosen now."""
    name = str(one["texts"].get(values.get("name_column", ""), "")).strip()[:120] or f"Zone {one['row']}"
    kind = _kind(str(one["texts"].get(values.get("kind_column", ""), ""))) or values.get("kind", "")
    skipped = str(one["row"]) in str(values.get("skip", "")).split(",")
    return {**one, "name": name, "kind": kind, "kind_label": KINDS[kind][0] if kind in KINDS else "", "skip": skipped}


def _kind(text: str) -> str:
    """The kind that a column's text names, as a code or as its German name."""
    wanted = text.strip().casefold()
    return next((code for code, names in KINDS.items() if wanted in {code.casefold(), names[0].casefold()}), "")


@needs(Action.ZONE_EDIT)
def accept() -> ResponseReturnValue:
    """The preview with other columns chosen, or the zones taken over, all or none."""
    carried = request.form.get("zones", "")
    values = {**request.form.to_dict(), "skip": ",".join(request.form.getlist("skip"))}
    content = _content(carried)
    if "zeigen" in request.form:
        return _preview(carried, values, {})
    try:
        made = service.create_many(staff_session(), actor(), town(), _inputs(content, values))
    except Invalid as error:
        staff_session().rollback()
        return _preview(carried, values, error.fields)
    staff_session().flush()
    change = last_change(staff_session(), "zones", made[-1].id)
    return redirect(url_for("zones_intern.overview", eingelesen=len(made), aenderung=change, alle=1), 303)


def _content(carried: str) -> dict[str, Any]:
    """What the form carries, in the shape in which the preview wrote it. Raises `Invalid`."""
    try:
        content = json.loads(carried)
        words = [*content["columns"], *content["warnings"]]
        for one in content["rows"]:
            words += [*one["texts"].values(), *(one[name] for name in ("problem", "repaired") if one[name] is not None)]
            if not isinstance(one["row"], int) or not isinstance(json.loads(one["outline"] or "{}"), dict):
                raise TypeError("not a row of the preview")
        if not all(isinstance(text, str) for text in words):
            raise TypeError("not words")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Datei noch einmal wählen."}) from None
    return dict(content)


def _inputs(content: dict[str, Any], values: dict[str, Any]) -> list[ZoneInput]:
    rows = [_row(one, values) for one in content["rows"]]
    chosen = [one for one in rows if one["outline"] and not one["skip"]]
    if not chosen:
        raise Invalid({"": "Keine der Flächen ist zum Übernehmen ausgewählt."})
    made: list[ZoneInput] = []
    errors: dict[str, str] = {}
    for one in chosen:
        form = {name: values.get(name, "") for name in ("since", "until", "source", "width_m")}
        note = one["repaired"] or ""
        try:
            made.append(
                parse_zone({**form, "kind": one["kind"], "name": one["name"], "outline": one["outline"], "note": note})
            )
        except Invalid as error:
            at_form = {
                name: text
                for name, text in error.fields.items()
                if name in {"since", "until", "kind", "source", "width_m"}
            }
            errors |= at_form or {"": f"Zeile {one['row']} ({one['name']}): {error}"}
    if errors:
        raise Invalid(errors)
    return made


@needs(Action.ZONE_EDIT)
def undo() -> ResponseReturnValue:
    """Take the zones of a file back as one."""
    fields = Fields(request.form)
    change = fields.whole("change", most=2**53, required=True)
    fields.check()
    try:
        count = service.undo_many(staff_session(), actor(), change or 0)
    except ChangedSince:
        raise Conflict("Ein Teil der Zonen wurde inzwischen geändert. Es wurde nichts zurückgenommen.") from None
    flash(f"Zurückgenommen: {count} Zonen sind wieder entfernt.", "good")
    return redirect(url_for("zones_intern.overview"), 303)
