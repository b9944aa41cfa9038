"""A tour past some viewpoints: their order, how far it is from each to the next, and along which line.

Pure but for the street network: within a town that has one, ways on foot are measured and drawn along its streets;
everywhere else it is the straight line, and said to be that.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import shapely
from shapely.geometry import LineString, MultiPoint
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.places.streets.network import Network
from geo.places.streets.queries import MARGIN_M
from geo.viewpoints.public import Point

MOST = 12
# Further apart than this nobody walks, and no street network of a town is asked.
FARTHEST_WALK_M = 15_000
# A leg's line has about a metre's detail, and less where it would be heavier than this.
MOST_CORNERS = 400
_TOLERANCES_M = (1, 4, 16)
Spot = tuple[float, float]
Between = Callable[[int, int], float]


@dataclass(frozen=True)
class Leg:
    """The way from one point to the next in metres; `by_street` tells a way on foot from a straight line.

    `line` are its corners as longitude and latitude, from the one point to the other.
    """

    metres: float
    by_street: bool
    line: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Tour:
    """Points in their order, with the legs between them (one less than points)."""

    points: tuple[Point, ...]
    legs: tuple[Leg, ...]

    @property
    def metres(self) -> float:
        """The length of all legs together."""
        return sum(leg.metres for leg in self.legs)

    @property
    def by_street(self) -> str:
        """Whether ways lead along streets: "ganz", "teils" or "nein"."""
        found = {leg.by_street for leg in self.legs}
        return "teils" if len(found) > 1 else "ganz" if True in found else "nein"


def shortest(count: int, between: Between) -> list[int]:
    """The shortest order of the numbers 0 to `count` - 1 that begins with 0 and does not come back.

    Exact (Held and Karp), which is at most some ten thousand steps for `MOST` points. Among equals the lower numbers
    come first, so that the same points give the same order.
    """
    if count > MOST:
        raise ValueError(f"at most {MOST} points")
    if count < 3:
        return list(range(count))
    metres = [[between(one, other) if one != other else 0.0 for other in range(count)] for one in range(count)]
    best: dict[tuple[int, int], tuple[float, int]] = {(1 << one, one): (metres[0][one], 0) for one in range(1, count)}
    full = (1 << count) - 2
    for seen in range(2, full + 1, 2):
        for last in (one for one in range(1, count) if seen >> one & 1):
            known = best.get((seen, last))
            if known is None:
                continue
            for onward in (one for one in range(1, count) if not seen >> one & 1):
                length = known[0] + metres[last][onward]
                key = (seen | 1 << onward, onward)
                if key not in best or length < best[key][0] - 1e-9:
                    best[key] = (length, last)
    last = min(range(1, count), key=lambda one: (best[full, one][0], one))
    order, seen = [], full
    while last:
        order.append(last)
        seen, last = seen & ~(1 << last), best[seen, last][1]
    return [0, *reversed(order)]


def plan(session: Session, points: Sequence[Point], *, in_given_order: bool = False) -> Tour:
    """The tour past these points, at most `MOST`: the first stays the first, the others as is shortest or as given."""
    spots = [_metric(point) for point in points]
    networks = _networks(session, points, spots)

    def leg(one: int, other: int) -> Leg:
        beeline = math.dist(spots[one], spots[other])
        network = networks.get(points[one].municipality_id)
        if network is None or points[one].municipality_id != points[other].municipality_id:
            return Leg(beeline, by_street=False)
        metres = network.metres(spots[one], spots[other])
        return Leg(beeline, by_street=False) if metres is None else Leg(metres, by_street=True)

    def drawn(one: int, other: int) -> Leg:
        known = leg(one, other)
        network = networks.get(points[one].municipality_id)
        way = network.way(spots[one], spots[other]) if known.by_street and network else None
        ends = tuple((points[end].longitude, points[end].latitude) for end in (one, other))
        return replace(known, line=_light(way) if way else ends)

    order = list(range(len(points)))
    if not in_given_order:
        order = shortest(len(points), lambda one, other: leg(one, other).metres)
    return Tour(tuple(points[place] for place in order), tuple(drawn(one, other) for one, other in pairwise(order)))


def _light(way: Sequence[Spot]) -> tuple[Spot, ...]:
    """A way in metres as corners in degrees, without those that nobody sees."""
    line = LineString(way)
    for tolerance in _TOLERANCES_M:
        simple = shapely.simplify(line, tolerance)
        if len(simple.coords) <= MOST_CORNERS:
            break
    return tuple((round(x, 6), round(y, 6)) for x, y in geometry.in_degrees(simple).coords)


def _metric(point: Point) -> Spot:
    return geometry.utm(geometry.point(point.longitude, point.latitude))


_WALKWAYS = text(
    """
    SELECT public.ST_AsBinary(w.line) FROM published.walkways w
    WHERE w.municipality_id = :town AND w.line OPERATOR(public.&&) public.ST_GeomFromEWKB(:area) ORDER BY w.id
    """
)


def _networks(session: Session, points: Sequence[Point], spots: Sequence[Spot]) -> Mapping[int, Network]:
    """The street networks of the towns that have one and two of the points or more, not too far from each other."""
    found: dict[int, Network] = {}
    towns = sorted((point.municipality_id, spot) for point, spot in zip(points, spots, strict=True))
    for town, group in groupby(towns, key=lambda one: one[0]):
        there = [spot for _, spot in group]
        box = shapely.box(*MultiPoint(there).bounds)
        if len(there) < 2 or box.length > 4 * FARTHEST_WALK_M:
            continue
        area = geometry.in_degrees(box.buffer(MARGIN_M, quad_segs=1))
        rows = session.scalars(_WALKWAYS, {"town": town, "area": geometry.as_ewkb(area)}).all()
        lines = [geometry.in_metres(line) for line in shapely.from_wkb([bytes(row) for row in rows])]
        if lines:
            found[town] = Network(lines, there)
    return found
