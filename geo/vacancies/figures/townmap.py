"""A printed map of the units on a day, as SVG: boundary, zone, street names and the units, each state with a shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import shapely
from shapely.geometry import MultiPoint, Point, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo.core.geometry import in_metres
from geo.vacancies.figures.charts import FONT, INK, PAPER, SOFT
from geo.vacancies.figures.rates import Area
from geo.vacancies.figures.reading import read

WIDTH, HEIGHT = 720, 660
MARGIN_M, LEAST_M = 60, 300
MOST_NAMES = 28
# Shape, fill and outline by what a unit counts as; drawn in this order, so that what is empty lies on top.
SIGNS = {
    "belegt": ("disc", "#ffffff", "#6b7589", 3.4),
    "UNBEKANNT": ("dash", "#6b7589", "#6b7589", 4.0),
    "NICHT_MARKTAKTIV": ("cross", "#6b7589", "#6b7589", 4.0),
    "ZWISCHENGENUTZT": ("square", "#e3f2e7", "#1f6b3a", 4.6),
    "LEER_VERMIETET": ("diamond", "#ffffff", "#a33a1c", 5.2),
    "LEER": ("triangle", "#a33a1c", "#7d2a12", 6.0),
}
SIGN_LABELS = {
    "LEER": "leer",
    "LEER_VERMIETET": "leer, bereits vermietet",
    "ZWISCHENGENUTZT": "Zwischennutzung",
    "NICHT_MARKTAKTIV": "nicht am Markt",
    "belegt": "genutzt oder im Umbau",
    "UNBEKANNT": "Zustand unbekannt",
}

_UNITS = """
SELECT ST_X(p.point) AS x, ST_Y(p.point) AS y, p.street, coalesce(s.state, 'UNBEKANNT') AS state
FROM register.units u
JOIN register.places p ON p.id = u.place_id
LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
    AND s.during @> CAST(:day AS date)
WHERE {area} AND u.is_ground_floor_frontage AND u.during @> CAST(:day AS date) AND s.state IS DISTINCT FROM 'ENTFALLEN'
ORDER BY p.street, u.id
"""
_OUTLINES = """
SELECT ST_AsBinary(o.outline) AS outline, 'gemeinde' AS kind FROM register.municipality_outlines o
WHERE o.municipality_id = :municipality_id AND o.during @> CAST(:day AS date)
UNION ALL
SELECT ST_AsBinary(z.outline), 'zone' FROM register.zones z
WHERE z.municipality_id = :municipality_id AND z.id = :zone_id
"""


@dataclass(frozen=True)
class TownMap:
    """The map and how many units of each sign are on it."""

    svg: str
    counts: dict[str, int]

    @property
    def legend(self) -> list[tuple[str, str, int]]:
        """A small drawing of each sign (SVG), its words and its units."""
        return [
            (_legend_sign(sign), words, self.counts[sign]) for sign, words in SIGN_LABELS.items() if sign in self.counts
        ]


def draw(session: Session, area: Area, day: date) -> TownMap:
    """The map of the area's ground floors on the day; empty where there is nothing to draw."""
    units = read(session, _UNITS.format(area=area.condition), {**area.values(), "day": day})
    outlines = read(session, _OUTLINES, {**area.values(), "day": day})
    shapes = {
        kind: [in_metres(shapely.from_wkb(bytes(row.outline))) for row in rows] for kind, rows in _by_kind(outlines)
    }
    spots = [in_metres(Point(row.x, row.y)) for row in units]
    if not spots and not shapes.get("zone"):
        return TownMap("", {})
    frame = _Frame.around(spots, shapes.get("zone", []))
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "class": "townmap",
        "font-family": FONT,
    })  # fmt: skip
    SubElement(svg, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": "#e4ebf0"})
    for outline in shapes.get("gemeinde", []):
        frame.area(svg, outline, {"fill": "#f7f4ec", "stroke": "#8b95a9", "stroke-width": "1.2"})
    for outline in shapes.get("zone", []):
        frame.area(
            svg,
            outline,
            {
                "fill": "#fbeae4",
                "fill-opacity": "0.6",
                "stroke": "#a33a1c",
                "stroke-width": "1.6",
                "stroke-dasharray": "6 4",
            },
        )
    signs = [row.state if row.state in SIGNS else "belegt" for row in units]
    for sign in SIGNS:
        for spot, mine in zip(spots, signs, strict=True):
            if mine == sign:
                _sign(svg, sign, frame.at(spot.x, spot.y))
    _street_names(svg, frame, units, spots)
    _scale_bar(svg, frame)
    SubElement(
        svg,
        "rect",
        {
            "x": "0.5",
            "y": "0.5",
            "width": str(WIDTH - 1),
            "height": str(HEIGHT - 1),
            "fill": "none",
            "stroke": "#8b95a9",
        },
    )
    return TownMap(tostring(svg, encoding="unicode"), {sign: signs.count(sign) for sign in SIGNS if sign in signs})


def _by_kind(rows: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    ordered = sorted(rows, key=lambda row: row.kind)
    return [(kind, list(found)) for kind, found in groupby(ordered, key=lambda row: row.kind)]


@dataclass(frozen=True)
class _Frame:
    """The part of the plane that is shown: its west and north in metres, and pixels a metre."""

    west: float
    north: float
    scale: float

    @classmethod
    def around(cls, spots: Sequence[Point], zones: Sequence[BaseGeometry]) -> "_Frame":
        west, south, east, north = shapely.union_all([MultiPoint(spots), *zones]).buffer(MARGIN_M).bounds
        wide, high = max(east - west, LEAST_M), max(north - south, LEAST_M * HEIGHT / WIDTH)
        scale = min(WIDTH / wide, HEIGHT / high)
        return cls((west + east) / 2 - WIDTH / scale / 2, (south + north) / 2 + HEIGHT / scale / 2, scale)

    def at(self, easting: float, northing: float) -> tuple[float, float]:
        return (easting - self.west) * self.scale, (self.north - northing) * self.scale

    def area(self, svg: Element, outline: BaseGeometry, look: dict[str, str]) -> None:
        shown = box(self.west, self.north - HEIGHT / self.scale, self.west + WIDTH / self.scale, self.north)
        inside = outline.intersection(shown.buffer(20))
        for part in shapely.get_parts(inside):
            if part.geom_type == "Polygon":
                rings = [part.exterior, *part.interiors]
                drawn = " ".join(
                    "M" + "L".join("{:.1f} {:.1f}".format(*self.at(*spot[:2])) for spot in ring.coords) + "Z"
                    for ring in rings
                )
                SubElement(svg, "path", {"d": drawn, "fill-rule": "evenodd", **look})


def _sign(svg: Element, sign: str, spot: tuple[float, float]) -> None:
    shape, fill, edge, size = SIGNS[sign]
    x, y = spot
    look = {"fill": fill, "stroke": edge, "stroke-width": "1.3", "stroke-linejoin": "round"}
    if shape == "disc":
        SubElement(svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{size:g}", **look})
        return
    drawn = {
        "square": f"M{x - size:.1f} {y - size:.1f}h{2 * size}v{2 * size}h{-2 * size}z",
        "diamond": f"M{x:.1f} {y - size * 1.2:.1f}l{size} {size * 1.2}l{-size} {size * 1.2}l{-size} {-size * 1.2}z",
        "triangle": f"M{x:.1f} {y - size:.1f}l{size} {size * 1.7}h{-2 * size}z",
        "cross": f"M{x - size:.1f} {y - size:.1f}l{2 * size} {2 * size}m0 {-2 * size}l{-2 * size} {2 * size}",
        "dash": f"M{x - size:.1f} {y:.1f}h{2 * size}",
    }[shape]
    SubElement(svg, "path", {"d": drawn, **look, **({"stroke-width": "2.2"} if shape in ("cross", "dash") else {})})


def _legend_sign(sign: str) -> str:
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 18 18"})
    _sign(svg, sign, (9, 8.5))
    return tostring(svg, encoding="unicode")


def _street_names(svg: Element, frame: _Frame, units: Sequence[Any], spots: Sequence[Point]) -> None:
    """The names of the streets with the most units, each amid its units, as far as they do not lie on each other."""
    streets: dict[str, list[Point]] = {}
    for row, spot in zip(units, spots, strict=True):
        if row.street:
            streets.setdefault(row.street, []).append(spot)
    taken: list[BaseGeometry] = []
    for name, points in sorted(streets.items(), key=lambda found: -len(found[1]))[:MOST_NAMES]:
        x, y = frame.at(sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points))
        half = 3.1 * len(name) + 3
        x = min(max(x, half + 4), WIDTH - half - 4)
        room = box(x - half, y - 8, x + half, y + 8)
        if any(room.intersects(other) for other in taken):
            continue
        taken.append(room)
        common = {
            "x": f"{x:.1f}",
            "y": f"{y + 4:.1f}",
            "text-anchor": "middle",
            "font-size": "11",
            "font-weight": "600",
        }
        halo = {
            "fill": PAPER,
            "stroke": PAPER,
            "stroke-width": "4",
            "stroke-linejoin": "round",
            "stroke-opacity": "0.9",
        }
        SubElement(svg, "text", {**common, **halo}).text = name
        SubElement(svg, "text", {**common, "fill": INK}).text = name


def _scale_bar(svg: Element, frame: _Frame) -> None:
    metres = next(
        step
        for step in (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
        if step * frame.scale >= 70 or step == 50_000
    )
    length, y = metres * frame.scale, HEIGHT - 16
    SubElement(
        svg,
        "rect",
        {
            "x": "8",
            "y": str(y - 20),
            "width": f"{length + 16:.1f}",
            "height": "30",
            "fill": PAPER,
            "fill-opacity": "0.85",
        },
    )
    SubElement(
        svg, "path", {"d": f"M16 {y - 5}v5h{length:.1f}v-5", "fill": "none", "stroke": INK, "stroke-width": "1.5"}
    )
    words = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    SubElement(
        svg,
        "text",
        {"x": f"{16 + length / 2:.1f}", "y": str(y - 5), "text-anchor": "middle", "font-size": "11", "fill": INK},
    ).text = words
    x = WIDTH - 26
    SubElement(svg, "path", {"d": f"M{x} 12l7 22l-7 -5l-7 5z", "fill": INK})
    SubElement(
        svg,
        "text",
        {"x": str(x), "y": "48", "text-anchor": "middle", "font-size": "12", "font-weight": "600", "fill": SOFT},
    ).text = "N"
