"""The town's street network: what it consists of, a file that replaces a source, a source taken out."""

from typing import Any

import shapely
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.imports import streets as files
from geo.places.streets import queries, service
from geo.places.streets.drawing import drawn, length_km
from geo.places.streets.service import StreetInput
from webapp import geojson
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session
from webapp.places import previews
from webapp.places.uploads import SYSTEMS, named_source, uploaded

streets_intern = Blueprint("streets_intern", __name__)

LABELS = {"file": "Datei", "srid": "Koordinatensystem", "source": "Name des Netzes"}
SHOWN = 12
PREVIEW = "street"


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    page = render_template(f"streets/intern/{template}.html", internal_active="zones", labels=LABELS, **values)
    return page, status


def _map(label: str, **more: Any) -> dict[str, Any]:
    return {"kind": "zones", "label": label, "fit": True, "remember": False, **more}


@streets_intern.get("/strassennetz")
@needs(Action.VACANCY_VIEW)
def overview(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Where the town's street network comes from, how it looks, and the form for a file."""
    return _page(
        "overview",
        422 if errors else 200,
        sources=queries.sources(staff_session(), chosen_town()),
        map_config=_map("Straßennetz der Gemeinde", lines=url_for("streets_intern.data")),
        values=values or {},
        errors=errors or {},
        systems=SYSTEMS,
    )


@streets_intern.get("/strassennetz/daten")
@needs(Action.VACANCY_VIEW)
def data() -> Response:
    """The town's lines as one feature."""
    return geojson.collection(_features(drawn(queries.all_lines(staff_session(), chosen_town()))))


def _features(shape: dict[str, Any] | None) -> list[dict[str, Any]]:
    properties = {"id": 1, "zone_kind": "STRASSENNETZ"}
    return [] if shape is None else [{"type": "Feature", "id": 1, "geometry": shape, "properties": properties}]


@streets_intern.post("/strassennetz/vorschau")
@needs(Action.ADDRESS_EDIT)
def preview() -> ResponseReturnValue:
    """What a file holds, before it replaces anything."""
    try:
        with uploaded() as given:
            found = files.look_into(given.path, given.name, given.srid)
        outside = _outside(found)
    except Invalid as error:
        return overview(request.form.to_dict(), error.fields)
    source = given.source
    before = {row.source: row.lines for row in queries.sources(staff_session(), chosen_town())}
    lines = [one.line for one in found.streets]
    names = sorted({one.name for one in found.streets if one.name})
    rows = [[shapely.to_wkb(one.line, hex=True), one.name] for one in found.streets]
    return _page(
        "preview",
        found=found,
        source=source,
        outside=outside,
        before=before.get(source, 0),
        length_km=length_km(lines),
        names=len(names),
        first=names[:SHOWN],
        map_config=_map("Linien der Datei", shapes=_features(drawn(lines))),
        key=previews.keep(PREVIEW, chosen_town(), rows),
    )


def _outside(found: files.Read) -> int:
    """How many lines lie elsewhere. Raises `Invalid` for a file without a line that is of use."""
    if not found.streets:
        first = f" Zeile {found.problems[0][0]}: {found.problems[0][1]}" if found.problems else ""
        raise Invalid({"file": f"Keine der {found.rows} Zeilen ist eine verwendbare Linie.{first}"})
    outside = queries.outside(staff_session(), chosen_town(), [one.line for one in found.streets])
    if outside == len(found.streets):
        raise Invalid({"file": service.ELSEWHERE})
    return outside


@streets_intern.post("/strassennetz/uebernehmen")
@needs(Action.ADDRESS_EDIT)
def accept() -> ResponseReturnValue:
    """The looked-at lines replace those of the same source."""
    source = named_source()
    rows = previews.kept(PREVIEW, chosen_town(), request.form.get("key"))
    streets = [StreetInput(shapely.from_wkb(line), name) for line, name in rows]
    made = service.replace(staff_session(), actor(), chosen_town(), source, streets)
    previews.drop(PREVIEW, chosen_town())
    flash(f"„{source}“ hat jetzt {made.now} Linien (vorher {made.before}).", "good")
    return redirect(url_for("streets_intern.overview"), 303)


@streets_intern.post("/strassennetz/entfernen")
@needs(Action.ADDRESS_EDIT)
def remove() -> ResponseReturnValue:
    """Take a source out of the network."""
    source = named_source()
    gone = service.remove(staff_session(), actor(), chosen_town(), source)
    flash(f"„{source}“ ist entfernt ({gone} Linien).", "good")
    return redirect(url_for("streets_intern.overview"), 303)
