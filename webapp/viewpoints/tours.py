"""A tour past chosen points: the choice is in the address, and nothing of it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.core import clock
from geo.core.errors import Invalid
from geo.viewpoints import public as queries
from geo.viewpoints import tours
from geo.viewpoints.codes import VISITABLE
from geo.viewpoints.direction import name_of
from geo.viewpoints.public import Point
from geo.viewpoints.tours import MOST, Leg, Tour
from webapp import geojson
from webapp.access import public
from webapp.app import public_session
from webapp.language import href
from webapp.viewpoints import handover, offline, present, tour_picture, visiting


@dataclass(frozen=True)
class Asked:
    """The points that the address names, the start first, and how many of its numbers are no public point."""

    points: list[Point]
    missing: int

    def check(self) -> None:
        """Raises `Invalid` for more than a tour holds."""
        if len(self.points) > MOST:
            raise Invalid({"punkte": _("Eine Tour hat höchstens %(most)s Blickpunkte.", most=MOST)})


def _asked(points: Sequence[Point]) -> Asked:
    known = {point.id: point for point in points}
    parts = [part.strip() for part in ",".join(request.args.getlist("punkte")).split(",")]
    numbers = dict.fromkeys(int(part) if part.isdecimal() and len(part) < 10 else part for part in parts if part)
    start = request.args.get("start", "")
    ordered = sorted(numbers, key=lambda number: str(number) != start)
    found = [known[number] for number in ordered if isinstance(number, int) and number in known]
    return Asked(found, len(numbers) - len(found))


def _tour() -> Tour | None:
    """The tour that the address names; None when it names no point. Raises `Invalid` for more than a tour holds."""
    asked = _asked(queries.everything(public_session(), queries.Filters(), clock.today()))
    asked.check()
    return tours.plan(public_session(), asked.points) if asked.points else None


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


def line_words(tour: Tour) -> str:
    """What the line of the tour is: the way along streets, or the straight line where no street network is known."""
    if not tour.legs:
        return ""
    if tour.by_street == "ganz":
        return _("Die Linie folgt Straßen und Wegen.")
    if tour.by_street == "nein":
        return _("Die Linie ist die Luftlinie: Hier ist kein Straßennetz bekannt, der wirkliche Weg ist länger.")
    straight = ", ".join(
        _("%(one)s nach %(other)s", one=number, other=number + 1)
        for number, leg in enumerate(tour.legs, 1)
        if not leg.by_street
    )
    return _(
        "Die Linie folgt Straßen und Wegen; gestrichelt ist sie die Luftlinie, weil dort kein Straßennetz bekannt ist"
        " (von %(straight)s).",
        straight=straight,
    )


@public
def page() -> ResponseReturnValue:
    """Choose points, and see in which order they are best visited; a sent form leads to the tour's one address."""
    points = queries.everything(public_session(), queries.Filters(), clock.today())
    asked = _asked(points)
    try:
        asked.check()
    except Invalid as refused:
        return _shown(points, asked, None, refused.fields["punkte"])
    tour = tours.plan(public_session(), asked.points) if asked.points else None
    if tour is not None and (len(request.args.getlist("punkte")) > 1 or "start" in request.args):
        return redirect(href("viewpoints.tour", punkte=_numbers(tour)))
    return _shown(points, asked, tour)


def _shown(points: Sequence[Point], asked: Asked, tour: Tour | None, error: str | None = None) -> Response:
    values: dict[str, Any] = {"tour": tour}
    if tour is not None:
        numbers = _numbers(tour)
        sketch = tour_picture.draw(tour)
        values |= {
            "legs": _legs(tour),
            "total": visiting.metres(tour.metres, g.lang) if tour.legs else None,
            "line_words": line_words(tour),
            "sketch": sketch,
            "scale": visiting.metres(sketch.scale_m, g.lang),
            "address": href("viewpoints.tour", punkte=numbers),
            "gpx": href("viewpoints.tour_gpx", punkte=numbers),
            "kml": href("viewpoints.tour_kml", punkte=numbers),
            "map_config": _map(tour, numbers),
            "offline": offline.tour_config(tour.points, href("viewpoints.tour", punkte=numbers)),
        }
    chosen = {point.id for point in asked.points}
    content = render_template(
        "viewpoints/tour.html",
        nav="viewpoints",
        choices=[
            (point.id in chosen, present.card(point, g.lang))
            for point in points
            if point.id in chosen or point.status in VISITABLE
        ],
        starts=[(str(point.id), point.title(g.lang)) for point in tour.points] if tour else [],
        most=MOST,
        missing=asked.missing,
        error=error,
        args=request.args,
        **values,
    )
    return offline.allow_worker(make_response(content, 422 if error else 200))


def _map(tour: Tour, numbers: str) -> dict[str, Any]:
    spots = [(point.longitude, point.latitude) for point in tour.points]
    corners = [corner for leg in tour.legs for corner in leg.line] + spots
    more: dict[str, Any] = {"sprache": "en"} if g.lang == "en" else {}
    west, south = (min(corner[axis] for corner in corners) for axis in (0, 1))
    east, north = (max(corner[axis] for corner in corners) for axis in (0, 1))
    room = max(east - west, north - south) * 0.1 + 0.001
    return {
        "kind": "viewpoints",
        "label": _("Karte der Tour"),
        "features": url_for("viewpoints.tour_data", punkte=numbers, **more),
        "shapes": [_line(number, leg) for number, leg in enumerate(tour.legs, 1)],
        "bounds": [[south - room, west - room], [north + room, east + room]],
        "cluster": False,
        "remember": False,
    }


def _line(number: int, leg: Leg) -> dict[str, Any]:
    """A leg for the map: along streets, or the straight line, which is dashed."""
    return {
        "type": "Feature",
        "properties": {"id": number, "zone_kind": "WEG" if leg.by_street else "LUFTLINIE"},
        "geometry": {"type": "LineString", "coordinates": leg.line},
    }


@public
def data() -> Response:
    """The points of the tour for its map, numbered."""
    lang = "en" if request.args.get("sprache") == "en" else "de"
    tour = _tour()
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
    tour = _tour()
    if tour is None:
        raise Invalid({"punkte": _("Für eine Datei braucht die Tour mindestens einen Blickpunkt.")})
    return handover.tour_file(tour, _("Tour zu schönsten Blicken"), line_words(tour), extension=extension)
