"""A tour past chosen points: the choice is in the address, and nothing of it is stored."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.core.errors import Invalid
from geo.viewpoints import public as queries
from geo.viewpoints import tours
from geo.viewpoints.direction import name_of
from geo.viewpoints.public import Point
from geo.viewpoints.tours import MOST, Tour
from webapp import geojson
from webapp.access import public
from webapp.app import public_session
from webapp.language import href
from webapp.viewpoints import handover, offline, present, visiting


def _chosen(points: Sequence[Point]) -> list[Point]:
    """The points that the address names, the start first. Raises `Invalid` for more than a tour holds."""
    known = {point.id: point for point in points}
    raw = ",".join(request.args.getlist("punkte")).split(",")
    numbers = dict.fromkeys(int(part) for part in raw if part.strip().isdecimal() and len(part) < 10)
    start = request.args.get("start", "")
    ordered = sorted(numbers, key=lambda number: str(number) != start)
    found = [known[number] for number in ordered if number in known]
    if len(found) > MOST:
        raise Invalid({"punkte": _("Eine Tour hat höchstens %(most)s Blickpunkte.", most=MOST)})
    return found


def _tour() -> tuple[list[Point], Tour | None]:
    points = queries.everything(public_session(), queries.Filters(), date.today())
    chosen = _chosen(points)
    return points, tours.plan(public_session(), chosen) if chosen else None


def _legs(tour: Tour) -> list[dict[str, Any]]:
    """Each point with its number, and the way on from it in words."""
    rows: list[dict[str, Any]] = []
    for number, point in enumerate(tour.points, 1):
        row: dict[str, Any] = {"number": number, "card": present.card(point, g.lang), "onward": None}
        if number < len(tour.points):
            leg, onward = tour.legs[number - 1], tour.points[number]
            metres = visiting.metres(leg.metres, g.lang)
            where = name_of(_bearing(point, onward), g.lang)
            row["onward"] = (
                _("%(metres)s zu Fuß auf Straßen und Wegen, nach %(where)s", metres=metres, where=where)
                if leg.by_street
                else _("%(metres)s Luftlinie nach %(where)s", metres=metres, where=where)
            )
        rows.append(row)
    return rows


def _bearing(one: Point, other: Point) -> Decimal:
    return Decimal(str(round(queries.bearing(one, other), 1)))


def _numbers(tour: Tour) -> str:
    """The points in their order as the address keeps them."""
    return ",".join(str(point.id) for point in tour.points)


@public
def page() -> ResponseReturnValue:
    """Choose points, and see in which order they are best visited; a sent form leads to the tour's one address."""
    points, tour = _tour()
    if tour is not None and (len(request.args.getlist("punkte")) > 1 or "start" in request.args):
        return redirect(href("viewpoints.tour", punkte=_numbers(tour)))
    values: dict[str, Any] = {"tour": None}
    if tour is not None:
        numbers = _numbers(tour)
        start = tour.points[0]
        values = {
            "tour": tour,
            "legs": _legs(tour),
            "total": visiting.metres(tour.metres, g.lang) if tour.legs else None,
            "address": href("viewpoints.tour", punkte=numbers),
            "gpx": href("viewpoints.tour_gpx", punkte=numbers),
            "kml": href("viewpoints.tour_kml", punkte=numbers),
            "map_config": _map(tour, numbers),
            "start": start.id,
            "offline": offline.tour_config(tour.points, href("viewpoints.tour", punkte=numbers)),
        }
    chosen = {point.id for point in tour.points} if tour else set()
    answer = make_response(
        render_template(
            "viewpoints/tour.html",
            nav="viewpoints",
            choices=[(point.id in chosen, present.card(point, g.lang)) for point in points],
            starts=[(str(point.id), point.title(g.lang)) for point in tour.points] if tour else [],
            most=MOST,
            args=request.args,
            **values,
        )
    )
    return offline.allow_worker(answer)


def _map(tour: Tour, numbers: str) -> dict[str, Any]:
    corners = [[point.longitude, point.latitude] for point in tour.points]
    line = {"type": "MultiLineString", "coordinates": [corners] if len(corners) > 1 else []}
    more: dict[str, Any] = {"sprache": "en"} if g.lang == "en" else {}
    west, south = (min(corner[axis] for corner in corners) - 0.004 for axis in (0, 1))
    east, north = (max(corner[axis] for corner in corners) + 0.004 for axis in (0, 1))
    return {
        "kind": "viewpoints",
        "label": _("Karte der Tour"),
        "features": url_for("viewpoints.tour_data", punkte=numbers, **more),
        "shapes": [{"type": "Feature", "properties": {"id": 1, "zone_kind": "QUARTIER"}, "geometry": line}],
        "bounds": [[south, west], [north, east]],
        "cluster": False,
        "remember": False,
    }


@public
def data() -> Response:
    """The points of the tour for its map, numbered."""
    lang = "en" if request.args.get("sprache") == "en" else "de"
    _points, tour = _tour()
    features = [present.feature(point, lang) for point in tour.points] if tour else []
    for number, feature in enumerate(features, 1):
        feature["properties"]["mark"] = str(number)
    return geojson.collection(features)


@public
def gpx() -> Response:
    """The tour as GPX."""
    return _file("gpx")


@public
def kml() -> Response:
    """The tour as KML."""
    return _file("kml")


def _file(extension: str) -> Response:
    _points, tour = _tour()
    if tour is None:
        raise Invalid({"punkte": _("Für eine Datei braucht die Tour mindestens einen Blickpunkt.")})
    return handover.files_of(tour.points, _("Tour zu schönsten Blicken"), extension=extension)
