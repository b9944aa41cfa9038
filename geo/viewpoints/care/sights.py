"""What the kit takes from the terrain: a silhouette as a file of its own, and the names of what is in view."""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.viewpoints.public import Point
from geo.viewpoints.terrain.sights import Sight, seen_from_left_to_right
from geo.viewpoints.terrain.strip import strip_svg

LAYERS = 3
_SKYLINE = text("SELECT s.angles_deg, s.layers_deg FROM published.viewpoint_skylines s WHERE s.viewpoint_id = :id")
_LANDMARKS = text(
    "SELECT l.landmark_id, l.name, l.name_en, l.kind, l.azimuth_deg, l.distance_m, l.is_visible"
    " FROM published.viewpoint_landmarks l WHERE l.viewpoint_id = :id ORDER BY l.position, l.landmark_id"
)


def strip_of(session: Session, point: Point, lang: str) -> str | None:
    """The silhouette strip as SVG that stands alone; None where no skyline was computed."""
    found = session.execute(_SKYLINE, {"id": point.id}).first()
    if found is None:
        return None
    steps = len(found.angles_deg)
    layers = [found.layers_deg[number * steps : (number + 1) * steps] for number in range(LAYERS)]
    return strip_svg(
        found.angles_deg,
        [layer for layer in layers if layer],
        _sights(session, point.id),
        point.sectors,
        name=point.title(lang),
        lang=lang,
        standalone=True,
    )


def names_of(session: Session, point: Point, lang: str) -> list[str]:
    """The landmarks in view by name, from left to right."""
    return [one.title(lang) for one in seen_from_left_to_right(_sights(session, point.id), point.sectors)]


def _sights(session: Session, viewpoint_id: int) -> list[Sight]:
    return [_sight(row) for row in session.execute(_LANDMARKS, {"id": viewpoint_id})]


def _sight(row: Row[Any]) -> Sight:
    return Sight(
        row.landmark_id,
        row.name,
        float(row.azimuth_deg),
        int(row.distance_m),
        row.is_visible,
        name_en=row.name_en,
        kind=row.kind,
    )
