"""What the kit takes from the terrain: a stored silhouette as a file, and the names of what is in view."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_STRIPS = text("SELECT s.strips FROM published.viewpoint_skylines s WHERE s.viewpoint_id = :id")
_NAMES = text(
    "SELECT l.name, l.name_en FROM published.viewpoint_landmarks l WHERE l.viewpoint_id = :id AND l.is_visible"
    " ORDER BY l.position, l.landmark_id"
)


def strip_of(session: Session, viewpoint_id: int, lang: str) -> str | None:
    """The silhouette strip as SVG that stands alone; None where no skyline was computed."""
    strips = session.scalar(_STRIPS, {"id": viewpoint_id}) or {}
    made = strips.get(lang, {}).get("poster")
    return None if made is None else str(made)


def names_of(session: Session, viewpoint_id: int, lang: str) -> list[str]:
    """The landmarks in view by name, from left to right."""
    found = session.execute(_NAMES, {"id": viewpoint_id})
    return [(row.name_en if lang == "en" else None) or row.name for row in found]
