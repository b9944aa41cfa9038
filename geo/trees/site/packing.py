"""How many modules fit into parking bays, and where each stands ("Wanderbaum-Tetris"). Pure; metres throughout.

A module lies in rows along the bay. In a band as high as the module is wide, where it can begin is found exactly: every
point of the band outside of the bay forbids a stretch as long as the module, and what remains is filled from its start.
Bands are tried in several directions and heights; what is left over is tried again, so that a bay with a bend is
filled along each of its legs. Modules keep `gap_m` from each other, not from the edge of the bay.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely.affinity import rotate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

# What a bay may be short of: drawings are kept to a centimetre, and a plan on the ground is no better.
TOLERANCE_M = 0.02
MOST_MODULES = 200
_LIFTS = 12
_DIRECTIONS = 4


@dataclass(frozen=True)
class Footprint:
    """A module as it stands on the ground: along the street by across it, in metres."""

    name: str
    length_m: float
    width_m: float

    @property
    def area_m2(self) -> float:
        return self.length_m * self.width_m


@dataclass(frozen=True)
class Placed:
    """A module in its place: its corners in metres, its length's direction in degrees from east, its bay."""

    name: str
    outline: Polygon
    angle_deg: float
    bay: int


@dataclass(frozen=True)
class _Row:
    """Modules in one band: where each begins, the band's height, its direction, the module's size in it."""

    starts: tuple[float, ...]
    lift: float
    angle_deg: float
    length_m: float
    width_m: float


def most(bays: MultiPolygon, footprint: Footprint, gap_m: float) -> int:
    """How many modules of one class fit into the bays; at most `MOST_MODULES`."""
    return len(fill(bays, footprint, gap_m))


def fill(bays: MultiPolygon, footprint: Footprint, gap_m: float, wanted: int = MOST_MODULES) -> list[Placed]:
    """Up to `wanted` modules of one class in the bays, bay after bay."""
    return arrange(bays, [(footprint, wanted)], gap_m)


def arrange(bays: MultiPolygon, wishes: Sequence[tuple[Footprint, int]], gap_m: float) -> list[Placed]:
    """Modules of several classes, the largest first; fewer than wished where the bays are full."""
    placed: list[Placed] = []
    rest = [_grown(part) for part in bays.geoms]
    for footprint, wanted in sorted(wishes, key=lambda wish: -wish[0].area_m2):
        left = min(wanted, MOST_MODULES - len(placed))
        for number in range(len(rest)):
            while left > 0:
                row = _best_row(rest[number], footprint, gap_m, left)
                if row is None:
                    break
                made = [_module(row, start, footprint.name, number + 1) for start in row.starts[:left]]
                placed += made
                left -= len(made)
                # What stands keeps its gap; a little less, so that the next one may stand exactly at it.
                taken = shapely.union_all([_with_gap(one.outline, gap_m) for one in made])
                rest[number] = rest[number].difference(taken)
    return placed


def outlines(bays: MultiPolygon) -> list[tuple[float, float]]:
    """Length and width of each bay in metres: the sides of the smallest rectangle around it."""
    return [_sides(part) for part in bays.geoms]


def main_direction(shape: BaseGeometry) -> float:
    """The direction of the longer side of the smallest rectangle around a shape, in degrees from east, -90 to 90."""
    around = shapely.minimum_rotated_rectangle(shape)
    corners = shapely.get_coordinates(around)[:5]
    if len(corners) < 4:
        return 0.0
    sides = [(corners[i], corners[i + 1]) for i in range(2)]
    (x1, y1), (x2, y2) = max(sides, key=lambda side: math.dist(*side))
    return _folded(math.degrees(math.atan2(y2 - y1, x2 - x1)))


def _folded(angle: float) -> float:
    """A direction without its sense: over -90 to 90 degrees."""
    angle %= 180
    return angle - 180 if angle > 90 else angle


def _sides(part: Polygon) -> tuple[float, float]:
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(part))
    a, b = math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2])
    return max(a, b), min(a, b)


def _grown(part: Polygon) -> BaseGeometry:
    return part.buffer(TOLERANCE_M / 2, join_style="mitre")


def _with_gap(outline: Polygon, gap_m: float) -> BaseGeometry:
    return outline.buffer(max(0.0, gap_m - TOLERANCE_M / 2), join_style="mitre")


def _directions(shape: BaseGeometry) -> list[float]:
    """The directions worth trying: that of the whole, and those of its longest edges."""
    found = [main_direction(shape)]
    edges: dict[float, float] = {}
    for part in _parts(shape):
        corners = shapely.get_coordinates(part.exterior)
        for (x1, y1), (x2, y2) in pairwise(corners):
            angle = round(_folded(math.degrees(math.atan2(y2 - y1, x2 - x1))), 1)
            edges[angle] = edges.get(angle, 0) + math.dist((x1, y1), (x2, y2))
    found += sorted(edges, key=lambda angle: -edges[angle])[:_DIRECTIONS]
    return list(dict.fromkeys(round(angle, 1) for angle in found))


def _parts(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon) and not part.is_empty]


def _best_row(free: BaseGeometry, footprint: Footprint, gap_m: float, wanted: int) -> _Row | None:
    """The row that takes most modules; of equal ones the first, along the main direction and at the lower edge.

    A second row beside the first is found in the next round: the first is subtracted with its gap.
    """
    best: _Row | None = None
    if free.is_empty or free.area < footprint.area_m2 * 0.99:
        return None
    sizes = [(footprint.length_m, footprint.width_m)]
    if abs(footprint.length_m - footprint.width_m) > TOLERANCE_M:
        sizes.append((footprint.width_m, footprint.length_m))
    for angle in _directions(free):
        level = rotate(free, -angle, origin=(0, 0))
        for length, width in sizes:
            low, high = level.bounds[1], level.bounds[3] - width
            if high < low:
                continue
            for lift in _lifts(low, high):
                starts = _starts(level, lift, length, width, gap_m)
                if min(len(starts), wanted) > (len(best.starts) if best else 0):
                    best = _Row(tuple(starts[:wanted]), lift, angle, length, width)
    return best


def _lifts(low: float, high: float) -> list[float]:
    """Heights at which a row may lie: from the lower edge to the upper one."""
    steps = min(_LIFTS, math.ceil((high - low) / 0.1))
    return [low + (high - low) * step / steps for step in range(steps + 1)] if steps else [low]


def _starts(level: BaseGeometry, lift: float, length: float, width: float, gap_m: float) -> list[float]:
    """Where modules begin in the band from `lift`, from left to right."""
    left, _, right, _ = level.bounds
    band = box(left - 1, lift, right + 1, lift + width)
    shut = sorted((part.bounds[0], part.bounds[2]) for part in _parts(band.difference(level)))
    starts: list[float] = []
    open_from = left - 1
    for begin, end in [*shut, (right + 1, right + 1)]:
        at = max(open_from, starts[-1] + length + gap_m) if starts else open_from
        while at + length <= begin + 1e-9:
            starts.append(at)
            at += length + gap_m
        open_from = max(open_from, end)
    return starts


def _module(row: _Row, start: float, name: str, bay: int) -> Placed:
    level = box(start, row.lift, start + row.length_m, row.lift + row.width_m)
    return Placed(name, rotate(level, row.angle_deg, origin=(0, 0)), row.angle_deg, bay)
