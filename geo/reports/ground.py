"""What lies under the marks of a report: the register's own base map, and the streets that are known."""

import json
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.geometry import ENVELOPE
from geo.places.basemap import PLACES_CREDIT, BaseMaps
from geo.reports.page import Ground

# So many lines of streets are drawn; more would make the file large and the map slow.
MOST_STREETS, MOST_NAMES = 2_500, 60
STREETS_TOLERANCE_DEG = 0.00003
_MAPS = BaseMaps()
_STREETS = text(
    f"""
    SELECT ST_AsGeoJSON(ST_Simplify(w.line, :tolerance), 5) AS line FROM published.walkways w
    WHERE w.line && {ENVELOPE}
    ORDER BY ST_Length(w.line) DESC LIMIT :most
    """  # noqa: S608 (an expression of our own)
)
Box = tuple[float, float, float, float]


def ground(session: Session, day: date, box: Box | None, ags: str | None = None) -> Ground:
    """The ground of a report: all districts; around a town (`ags`) its borders, names and streets in the box."""
    base = _MAPS.get(session, day)
    credit = f"Grenzen: {base.credit} · {PLACES_CREDIT}"
    districts = _bare(json.loads(base.districts))
    if ags is None:
        names = [(one.name, one.longitude, one.latitude) for one in base.names[:25]]
        return Ground(districts, names=names, credit=credit)
    towns = json.loads(base.municipalities)
    towns["features"] = [one for one in towns["features"] if one["properties"]["ags"] == ags]
    lines = _streets(session, box) if box else []
    streets = {"type": "FeatureCollection", "features": lines} if lines else None
    near = [one for one in base.names if box and _is_in(one.longitude, one.latitude, box, 0.15)]
    names = [(one.name, one.longitude, one.latitude) for one in near[:MOST_NAMES]]
    return Ground(districts, _bare(towns), streets, names, credit)


def around(spots: list[tuple[float, float]]) -> Box | None:
    """The box of these longitudes and latitudes with some room; None without any."""
    if not spots:
        return None
    room = 0.01
    xs, ys = zip(*spots, strict=True)
    return min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room


def _streets(session: Session, box: Box) -> list[dict[str, Any]]:
    values = dict(zip(("west", "south", "east", "north"), box, strict=True))
    rows = session.scalars(_STREETS, {**values, "tolerance": STREETS_TOLERANCE_DEG, "most": MOST_STREETS})
    return [{"type": "Feature", "properties": {}, "geometry": json.loads(line)} for line in rows if line]


def _bare(collection: dict[str, Any]) -> dict[str, Any]:
    """The shapes alone: their names are not shown, and would only make the file larger."""
    features = [{"type": "Feature", "properties": {}, "geometry": one["geometry"]} for one in collection["features"]]
    return {"type": "FeatureCollection", "features": features}


def _is_in(longitude: float, latitude: float, box: Box, room: float) -> bool:
    west, south, east, north = box
    return west - room <= longitude <= east + room and south - room <= latitude <= north + room
