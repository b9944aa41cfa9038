"""Reads of the street network: the lines around some spots."""

import shapely
from shapely.geometry import LineString, MultiPoint
from sqlalchemy import text
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
