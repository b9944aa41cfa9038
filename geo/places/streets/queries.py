"""Reads of the street network: the lines around some spots, all of them, what they come from."""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import LineString, MultiPoint
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core import geometry

# So far around the spots the ways between them may lead.
MARGIN_M = 500
_NEAR = text(
    """
    SELECT ST_AsBinary(e.line) FROM register.street_edges e
    WHERE e.municipality_id = :town AND e.line && ST_GeomFromEWKB(:area) ORDER BY e.id
    """
)


def lines_near(session: Session, municipality_id: int, spots: MultiPoint) -> list[LineString]:
    """The town's lines in and around the box of these spots; spots and lines in metres (EPSG:25832)."""
    area = geometry.in_degrees(shapely.box(*spots.bounds).buffer(MARGIN_M, quad_segs=1))
    found = session.scalars(_NEAR, {"town": municipality_id, "area": geometry.as_ewkb(area)}).all()
    return [geometry.in_metres(line) for line in shapely.from_wkb([bytes(one) for one in found])]


_SOURCES = text(
    """
    SELECT e.source, count(*) AS lines, count(DISTINCT e.name) AS streets,
           sum(ST_Length(e.line::geography)) / 1000 AS length_km
    FROM register.street_edges e WHERE e.municipality_id = :town GROUP BY e.source ORDER BY e.source
    """
)
_ALL = text("SELECT ST_AsBinary(e.line) FROM register.street_edges e WHERE e.municipality_id = :town ORDER BY e.id")
_OUTSIDE = text(
    """
    SELECT count(*) FROM unnest(CAST(:lines AS bytea[])) AS w(line)
    JOIN register.municipality_outlines o ON o.municipality_id = :town AND o.during @> CURRENT_DATE
    WHERE NOT ST_Intersects(o.outline, ST_GeomFromEWKB(w.line))
    """
)


def sources(session: Session, municipality_id: int) -> Sequence[Row[Any]]:
    """What the town's network consists of: each source with its lines, named streets and length in kilometres."""
    return session.execute(_SOURCES, {"town": municipality_id}).all()


def all_lines(session: Session, municipality_id: int) -> list[LineString]:
    """Every line of the town's network, in degrees."""
    found = session.scalars(_ALL, {"town": municipality_id}).all()
    return list(shapely.from_wkb([bytes(one) for one in found]))


def outside(session: Session, municipality_id: int, lines: Sequence[LineString]) -> int:
    """How many of these lines (in degrees) do not touch the town as its border runs today."""
    return int(
        session.scalar(_OUTSIDE, {"town": municipality_id, "lines": [geometry.as_ewkb(line) for line in lines]}) or 0
    )
