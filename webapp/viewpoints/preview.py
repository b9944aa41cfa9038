"""The viewpoints as a picture, dots with fans on the outline of the state, before a phone asks for the map."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from geo.places.picture import spot
from geo.viewpoints.codes import VISITABLE
from geo.viewpoints.direction import Sector
from geo.viewpoints.public import Point

FAN = 46.0


@dataclass(frozen=True)
class Mark:
    """A point in the picture: where, the paths of its fans, and whether one can go there."""

    x: float
    y: float
    fans: tuple[str, ...]
    is_visitable: bool


def marks(points: Iterable[Point]) -> list[Mark]:
    """The points in the order of the list."""
    return [_mark(point) for point in points]


def _mark(point: Point) -> Mark:
    x, y = spot(point.longitude, point.latitude)
    return Mark(x, y, tuple(_fan(sector, x, y) for sector in point.sectors), point.status in VISITABLE)


def _fan(sector: Sector, x: float, y: float) -> str:
    if sector.is_panorama:
        arc = f"a{FAN:g} {FAN:g} 0 1 1 0 "
        return f"M{x:g} {y - FAN:.1f}{arc}{2 * FAN:g}{arc}{-2 * FAN:g}Z"
    first, last = float(sector.from_deg), float(sector.from_deg + sector.span)
    (x1, y1), (x2, y2) = (_rim(degrees, x, y) for degrees in (first, last))
    return f"M{x:g} {y:g}L{x1:.1f} {y1:.1f}A{FAN:g} {FAN:g} 0 {int(sector.span > 180)} 1 {x2:.1f} {y2:.1f}Z"


def _rim(degrees: float, x: float, y: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return x + FAN * math.sin(angle), y - FAN * math.cos(angle)
