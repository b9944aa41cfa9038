"""The bays of a stop: drawn on the map, tried while they are drawn, and as a drawing to scale."""

from typing import Any

import shapely
from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock, geometry
from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.trees.queries import internal
from geo.trees.site import drawing, packing, queries, service
from geo.trees.site.codes import SIDES
from geo.trees.site.schemas import BAYS_LABELS, bays_values, parse_bays
from webapp import geojson
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame


@needs(Action.STOP_EDIT)
def edit(stop_id: int) -> ResponseReturnValue:
    """Draw where modules may stand."""
    site = queries.get_site(staff_session(), actor(), stop_id)
    here = url_for("trees_intern.site", stop_id=stop_id)

    def save() -> ResponseReturnValue:
        stop = service.draw_bays(staff_session(), actor(), stop_id, frame.version(), parse_bays(request.form))
        flash(f"Gespeichert. Der Standplatz hat jetzt {stop.capacity} Plätze.", "good")
        return redirect(here, 303)

    values = bays_values(site.stop) | {"version": site.stop.version, "width_m": "2,20", "side": "RECHTS"}
    if site.drawn_most == site.row.capacity:
        values["capacity"] = ""  # it follows from the drawing
    return frame.write(
        "site_bays",
        save,
        BAYS_LABELS,
        values=values,
        title="Buchten zeichnen",
        name=site.row.name,
        back=here,
        site=site,
        sides=[(code, names[0]) for code, names in SIDES.items()],
        editor={
            "center": [site.row.lat, site.row.lon],
            "zoom": 19,
            "maxZoom": 22,
            "around": url_for("trees_intern.site_around", stop_id=stop_id),
            "try": url_for("trees_intern.bays_try", stop_id=stop_id),
        },
    )


@needs(Action.STOP_EDIT)
def attempt(stop_id: int) -> Response:
    """What would fit into the bays as they are drawn now; nothing is stored."""
    site = queries.get_site(staff_session(), actor(), stop_id)
    try:
        given = parse_bays(request.form)
    except Invalid as refused:
        return jsonify({"sentence": " ".join(refused.fields.values()), "shapes": None})
    if given.bays is None:
        return jsonify({"sentence": "", "shapes": None})
    known = queries.sizes(staff_session(), site.row.municipality_id)
    found = queries.fits(given.bays, site.row.module_classes, known, given.gap_cm)
    told = [f"{one.most} Module der Klasse {one.name}" for one in found if one.most is not None]
    missing = [one.name for one in found if one.most is None]
    words = f"Hier passen {' oder '.join(told)}." if told else ""
    if missing:
        words += f" Die Maße der Klasse {' und '.join(missing)} fehlen noch bei der Allee."
    shapes: list[dict[str, Any]] = []
    largest = max((one for one in found if one.size), key=_ground_area, default=None)
    if largest is not None and largest.size is not None:
        placed = packing.fill(given.bays, queries.footprint(largest.size), given.gap_cm / 100)
        shapes = [_shape(one.outline, "module") for one in placed]
    shapes = [*(_shape(part, "bay") for part in given.bays.geoms), *shapes]
    return jsonify({"sentence": words.strip(), "shapes": {"type": "FeatureCollection", "features": shapes}})


def _ground_area(fit: queries.Fits) -> int:
    return 0 if fit.size is None else fit.size.length_cm * fit.size.width_cm


def _shape(outline: Any, kind: str) -> dict[str, Any]:
    shape = shapely.geometry.mapping(geometry.in_degrees(outline))
    return {"type": "Feature", "geometry": shape, "properties": {"kind": kind}}


@needs(Action.TREE_VIEW)
def around(stop_id: int) -> Response:
    """House numbers and streets around a stop, to draw by."""
    row = internal.get_stop(staff_session(), actor(), stop_id)
    houses, streets = queries.surroundings(staff_session(), row)
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(geometry.in_degrees(shape)),
            "properties": {"kind": kind, "name": name},
        }
        for kind, name, shape in [
            *(("street", one.name, one.line) for one in streets),
            *(("house", one.number, one.spot) for one in houses),
        ]
    ]
    return geojson.collection(features)


@needs(Action.TREE_VIEW)
def sketch_svg(stop_id: int) -> Response:
    """The drawing to scale."""
    made = drawing.svg(_sheet(stop_id))
    return _file(made.encode(), "image/svg+xml", stop_id, "svg")


@needs(Action.TREE_VIEW)
def sketch_pdf(stop_id: int) -> Response:
    """The same for the application to the permit office."""
    return _file(drawing.pdf(_sheet(stop_id)), "application/pdf", stop_id, "pdf")


def _sheet(stop_id: int) -> drawing.Sheet:
    fields = Fields(request.args)
    wanted = {name: fields.whole(name.lower(), least=0, most=packing.MOST_MODULES) for name in ("S", "L")}
    fields.check()
    wishes = {name: count for name, count in wanted.items() if count}
    return queries.sheet(staff_session(), actor(), stop_id, wishes or None, clock.today())


def _file(content: bytes, kind: str, stop_id: int, ending: str) -> Response:
    response = Response(content, mimetype=kind)
    how = "attachment" if "laden" in request.args else "inline"
    response.headers["Content-Disposition"] = f'{how}; filename="lageskizze-{stop_id}.{ending}"'
    response.cache_control.no_cache = True
    return response
