"""Where a point lies in its town, for small maps on paper: the town's outline as lines in degrees."""

import json
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

Ring = list[tuple[float, float]]

_OUTLINE = text(
    "SELECT public.ST_AsGeoJSON(public.ST_SimplifyPreserveTopology(o.outline, 0.0006), 5)"
    " FROM published.municipality_outlines o WHERE o.municipality_id = :town AND o.during @> CAST(:day AS date)"
)


def outline(session: Session, municipality_id: int, day: date) -> list[Ring]:
    """The outer rings of the town's outline, longitude before latitude; none where no outline is known."""
    found = session.scalar(_OUTLINE, {"town": municipality_id, "day": day})
    if found is None:
        return []
    shape = json.loads(found)
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [[(x, y) for x, y, *_ in polygon[0]] for polygon in polygons]
