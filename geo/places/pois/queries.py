"""Reads of places near by: around a spot for everybody, and what they come from for the town."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.places.pois.feature import POIS

# Further than this nobody calls a place near.
FAR_M = 300
CLOSE_M = 150
MOST = 60


@dataclass(frozen=True)
class Near:
    """A place near a spot: `distance_m` in a straight line."""

    id: int
    kind: str
    name: str | None
    opening_hours: str | None
    website: str | None
    wheelchair: str | None
    source: str
    is_example: bool
    distance_m: float
    longitude: float
    latitude: float


_NEAR = text(
    f"""
    SELECT {POIS.select_list("p")}, public.ST_X(p.point) AS longitude, public.ST_Y(p.point) AS latitude,
           public.ST_Distance(p.point::public.geography, here.spot) AS distance_m
    FROM published.pois p, (SELECT CAST({geometry.POINT.replace("ST_", "public.ST_")} AS public.geography) AS spot) here
    WHERE p.point OPERATOR(public.&&) public.ST_Expand(CAST(here.spot AS public.geometry), :margin_x, :margin_y)
      AND public.ST_DWithin(p.point::public.geography, here.spot, :far)
    ORDER BY distance_m, p.id LIMIT :most
    """  # noqa: S608 (columns from the declaration)
)
_SOURCES = text(
    """
    SELECT p.source, count(*) AS places,
           (SELECT json_object_agg(k.kind, k.n) FROM (SELECT q.kind, count(*) AS n FROM register.pois q
            WHERE q.municipality_id = :town AND q.source = p.source GROUP BY q.kind) k) AS kinds
    FROM register.pois p WHERE p.municipality_id = :town GROUP BY p.source ORDER BY p.source
    """
)
_ALL = text(
    "SELECT p.id, p.kind, p.name, ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude, p.is_example"
    " FROM register.pois p WHERE p.municipality_id = :town ORDER BY p.id"
)
_OUTSIDE = text(
    """
    SELECT count(*) FROM unnest(CAST(:points AS bytea[])) AS w(point)
    JOIN register.municipality_outlines o ON o.municipality_id = :town AND o.during @> CURRENT_DATE
    WHERE NOT ST_Intersects(o.outline, ST_GeomFromEWKB(w.point))
    """
)
# A metre in degrees at the state's latitudes, rounded up: the box only has to hold the circle.
_METRE_X, _METRE_Y = 1.5e-5, 0.92e-5


def near(session: Session, longitude: float, latitude: float, far_m: float = FAR_M) -> list[Near]:
    """The public places within `far_m` metres of the spot (degrees), the nearest first; at most `MOST`."""
    values = {
        "x": longitude,
        "y": latitude,
        "far": far_m,
        "margin_x": far_m * _METRE_X,
        "margin_y": far_m * _METRE_Y,
        "most": MOST,
    }
    return [Near(**row._mapping) for row in session.execute(_NEAR, values)]


def sources(session: Session, municipality_id: int) -> Sequence[Row[Any]]:
    """What the town's places come from: each source with how many of which kind."""
    return session.execute(_SOURCES, {"town": municipality_id}).all()


def all_of(session: Session, municipality_id: int) -> Sequence[Row[Any]]:
    """Every place of the town, for its map."""
    return session.execute(_ALL, {"town": municipality_id}).all()


def outside(session: Session, municipality_id: int, points: Sequence[Point]) -> int:
    """How many of these points (in degrees) do not lie in the town as its border runs today."""
    values = {"town": municipality_id, "points": [geometry.as_ewkb(one) for one in points]}
    return int(session.scalar(_OUTSIDE, values) or 0)
