"""Places near by for visitors: what the town has, a file that replaces a source, a source taken out."""

from collections import Counter
from typing import Any

import shapely
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Invalid
from geo.imports import pois as files
from geo.places.pois import queries, service
from geo.places.pois.codes import KINDS
from geo.places.pois.service import PoiInput
from webapp import geojson
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session
from webapp.places import previews
from webapp.places.uploads import SYSTEMS, named_source, uploaded

pois_intern = Blueprint("pois_intern", __name__)

LABELS = {"file": "Datei", "srid": "Koordinatensystem", "source": "Name der Quelle"}
SHOWN = 8
PREVIEW = "poi"


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    page = render_template(f"pois/intern/{template}.html", internal_active="zones", labels=LABELS, **values)
    return page, status


def _kinds(counts: dict[str, int]) -> str:
    """How many of which kind, in the order of the code list."""
    return ", ".join(f"{names[0]}: {counts[code]}" for code, names in KINDS.items() if counts.get(code))


@pois_intern.get("/orte")
@needs(Action.VIEWPOINT_VIEW)
def overview(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """What the town's places come from, where they are, and the form for a file."""
    sources = queries.sources(staff_session(), chosen_town())
    return _page(
        "overview",
        422 if errors else 200,
        sources=[(row.source, row.places, _kinds(row.kinds)) for row in sources],
        map_config={
            "kind": "pois",
            "label": "Orte in der Nähe",
            "noun": "objects",
            "features": url_for("pois_intern.data"),
            "remember": False,
        },
        values=values or {},
        errors=errors or {},
        systems=SYSTEMS,
    )


@pois_intern.get("/orte/daten")
@needs(Action.VIEWPOINT_VIEW)
def data() -> Response:
    """The town's places for the map."""
    return geojson.collection(
        geojson.feature(
            (row.longitude, row.latitude),
            {
                "id": row.id,
                "title": row.name or label(KINDS, row.kind),
                "subtitle": label(KINDS, row.kind),
                "kind": "pois",
                "is_example": row.is_example,
            },
        )
        for row in queries.all_of(staff_session(), chosen_town())
    )


@pois_intern.post("/orte/vorschau")
@needs(Action.ADDRESS_EDIT)
def preview() -> ResponseReturnValue:
    """What a file holds, before it replaces anything."""
    try:
        with uploaded() as given:
            found = files.look_into(given.path, given.name, given.srid)
        outside = _outside(found)
    except Invalid as error:
        return overview(request.form.to_dict(), error.fields)
    before = {row.source: row.places for row in queries.sources(staff_session(), chosen_town())}
    names = [one.name for one in found.places if one.name]
    rows = [
        [one.kind, shapely.to_wkb(one.point, hex=True), one.name, one.opening_hours, one.website, one.wheelchair]
        for one in found.places
    ]
    return _page(
        "preview",
        found=found,
        source=given.source,
        outside=outside,
        before=before.get(given.source, 0),
        kinds=_kinds(Counter(one.kind for one in found.places)),
        first=names[:SHOWN],
        more=len(names) > SHOWN,
        key=previews.keep(PREVIEW, chosen_town(), rows),
    )


def _outside(found: files.Read) -> int:
    """How many places lie elsewhere. Raises `Invalid` for a file without a place that is of use."""
    if not found.places:
        first = f" Zeile {found.problems[0][0]}: {found.problems[0][1]}" if found.problems else ""
        raise Invalid({"file": f"Keines der {found.rows} Objekte ist ein Ort, den Besucher brauchen.{first}"})
    outside = queries.outside(staff_session(), chosen_town(), [one.point for one in found.places])
    if outside == len(found.places):
        raise Invalid({"file": service.ELSEWHERE})
    return outside


@pois_intern.post("/orte/uebernehmen")
@needs(Action.ADDRESS_EDIT)
def accept() -> ResponseReturnValue:
    """The looked-at places replace those of the same source."""
    source = named_source()
    rows = previews.kept(PREVIEW, chosen_town(), request.form.get("key"))
    places = [PoiInput(kind, shapely.from_wkb(point), *rest) for kind, point, *rest in rows]
    made = service.replace(staff_session(), actor(), chosen_town(), source, places)
    previews.drop(PREVIEW, chosen_town())
    flash(f"„{source}“ hat jetzt {made.now} Orte (vorher {made.before}).", "good")
    return redirect(url_for("pois_intern.overview"), 303)


@pois_intern.post("/orte/entfernen")
@needs(Action.ADDRESS_EDIT)
def remove() -> ResponseReturnValue:
    """Take a source out."""
    source = named_source()
    gone = service.remove(staff_session(), actor(), chosen_town(), source)
    flash(f"„{source}“ ist entfernt ({gone} Orte).", "good")
    return redirect(url_for("pois_intern.overview"), 303)
