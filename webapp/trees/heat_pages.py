"""Heat need and sealed share of every stop from a file: measured, looked at, then taken over."""

import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.core.systems import CHOICES
from geo.trees.queries import internal
from geo.trees.site import sampling, service
from geo.trees.site.sampling import Spot
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session, takes_files
from webapp.trees import frame

TARGETS = {"heat_need": "Hitzebedarf", "sealed_share": "Versiegelter Anteil"}
LABELS = {
    "file": "Datei",
    "target": "Was die Datei enthält",
    "column": "Spalte mit dem Wert",
    "srid": "Koordinatensystem",
    "radius_m": "Umkreis",
    "low": "Wert für 0",
    "high": "Wert für 100",
    "source": "Quelle",
}
_SYSTEMS = [("", "aus der Datei"), *((str(number), name) for number, name in CHOICES.items())]
_FIRST = {"target": "heat_need", "radius_m": "30"}


def _town() -> int:
    return chosen_town("Bitte zuerst im Feld „Gemeinde“ eine wählen.")


@takes_files(sampling.MOST_BYTES + 100_000)
@needs(Action.STOP_EDIT)
def upload() -> ResponseReturnValue:
    """Choose a file; the answer is what it says of each stop."""
    stops = [one for one in internal.stops(staff_session(), actor(), _town()) if one.kind == "STRASSE"]
    if request.method == "GET":
        return _form(_FIRST, {})
    try:
        return _preview(stops)
    except Invalid as refused:
        return _form(request.form.to_dict(), refused.fields, 422)


def _preview(stops: list[internal.StopRow]) -> ResponseReturnValue:
    fields = Fields(request.form)
    target = fields.choice("target", TARGETS, required=True) or "heat_need"
    source = fields.text("source", required=True, longest=200) or ""
    radius = fields.number("radius_m", least=0, most=500, required=True)
    low, high = (fields.number(name, least=-1_000_000, most=1_000_000, places=6) for name in ("low", "high"))
    srid = fields.choice("srid", [code for code, _ in _SYSTEMS if code])
    column = fields.text("column", longest=120)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        fields.fail("file", "Bitte eine Datei wählen.")
    fields.check()
    assert sent is not None and sent.filename  # noqa: S101 (checked above)
    if not stops:
        raise Invalid({"": "Es gibt noch keinen Standplatz, zu dem die Datei etwas sagen könnte."})
    spots = [Spot(one.id, one.lon, one.lat) for one in stops]
    with tempfile.TemporaryDirectory(prefix="innenstadt-upload-") as folder:
        path = Path(folder) / "file"
        sent.save(path)
        name = sent.filename.replace("\\", "/").rpartition("/")[2][:200]
        values = sampling.sample(
            path, name, spots, radius_m=float(radius or 0), srid=int(srid) if srid else None, column=column
        )
    if target == "sealed_share" and low is None and high is None:
        is_share = max((value for value in values if value is not None), default=0) <= 1
        bounds: tuple[float | None, float | None] = (0, 1 if is_share else 100)
    else:
        bounds = (None if low is None else float(low), None if high is None else float(high))
    made = sampling.scaled(values, *bounds)
    rows = [
        {"stop": stop, "value": value, "made": number, "before": getattr(stop, target)}
        for stop, value, number in zip(stops, values, made, strict=True)
    ]
    return frame.page("heat_preview", rows=rows, target=target, target_name=TARGETS[target], source=source)


@needs(Action.STOP_EDIT)
def accept() -> ResponseReturnValue:
    """Take over what was measured, for the stops that are ticked."""
    fields = Fields(request.form)
    target = fields.choice("target", TARGETS, required=True) or "heat_need"
    source = fields.text("source", required=True, longest=200) or ""
    chosen = {one for one in request.form.getlist("stops") if one.isascii() and one.isdecimal() and len(one) < 10}
    values = {int(one): fields.whole(f"value-{one}", least=0, most=100, required=True) for one in sorted(chosen)}
    if not values:
        fields.fail("", "Es ist kein Standplatz angekreuzt.")
    fields.check()
    count = service.take_measured(
        staff_session(), actor(), {key: value for key, value in values.items() if value is not None}, target, source
    )
    flash(f"{TARGETS[target]} für {count} {'Standplatz' if count == 1 else 'Standplätze'} übernommen.", "good")
    return redirect(url_for("trees_intern.overview"), 303)


def _form(values: dict[str, Any], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    return frame.form(
        "heat_file",
        status=status,
        errors=errors,
        labels=LABELS,
        values=values,
        title="Hitze aus einer Datei",
        name="Für alle Standplätze der Gemeinde",
        back=url_for("trees_intern.overview"),
        submit="Messen",
        has_files=True,
        targets=list(TARGETS.items()),
        systems=_SYSTEMS,
    )
