"""What was computed from terrain, for everybody: silhouette strip, skyline, the landmarks from left to right."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.viewpoints.direction import Sector
from geo.viewpoints.public import Point
from geo.viewpoints.terrain.sights import Sight, seen_from_left_to_right
from geo.viewpoints.terrain.strip import WIDE_PX, in_direction, strip_svg

LAYERS = 3
_SKYLINE = text(
    "SELECT s.strips, s.angles_deg, s.credit FROM published.viewpoint_skylines s WHERE s.viewpoint_id = :id"
)
_SETTLED = text(
    "SELECT s.angles_deg, s.layers_deg, s.credit FROM published.viewpoint_skylines s WHERE s.viewpoint_id = :id"
    " AND NOT EXISTS (SELECT FROM published.viewpoint_renewals r WHERE r.viewpoint_id = s.viewpoint_id)"
)
_SIGHTS = text(
    "SELECT w.viewpoint_id, w.landmark_id AS key, w.name, w.name_en, w.kind, w.azimuth_deg::float8 AS azimuth_deg,"
    " w.distance_m, w.is_visible FROM published.viewpoint_landmarks w"
    " WHERE w.viewpoint_id = ANY(CAST(:ids AS integer[])) ORDER BY w.viewpoint_id, w.position, w.landmark_id"
)

_STANDING = text(
    "SELECT EXISTS (SELECT FROM published.viewpoint_renewals r WHERE r.viewpoint_id = :id) AS is_renewed,"
    " EXISTS (SELECT FROM published.viewpoint_landmarks w WHERE w.viewpoint_id = :id AND w.is_visible IS NULL)"
    " AS has_unchecked"
)


@dataclass(frozen=True)
class Standing:
    """How far what is said of a point's view can be relied on.

    `is_renewed`: it is of before a change, and is computed anew. `has_unchecked`: of some landmarks nobody knows
    whether they are seen, only in which direction they lie.
    """

    is_renewed: bool
    has_unchecked: bool


@dataclass(frozen=True)
class PublicSkyline:
    """`strips` are SVG texts by language ("de", "en") and width ("wide", "narrow"); `credit` names the source."""

    strips: dict[str, Any]
    angles_deg: tuple[float, ...]
    credit: str


@dataclass(frozen=True)
class Silhouette:
    """A strip for a file of its own: SVG with colours, and the source of the heights as it has to be named."""

    svg: str
    credit: str


def skyline(session: Session, viewpoint_id: int) -> PublicSkyline | None:
    """What was computed for a public point; None without a model, or when the point has moved since."""
    row = session.execute(_SKYLINE, {"id": viewpoint_id}).one_or_none()
    return PublicSkyline(row.strips, tuple(row.angles_deg), row.credit or "") if row else None


def standing(session: Session, viewpoint_id: int) -> Standing:
    """How far the view of a public point is known."""
    return Standing(**session.execute(_STANDING, {"id": viewpoint_id}).one()._mapping)


def silhouette(session: Session, point: Point, lang: str, width: int = WIDE_PX) -> Silhouette | None:
    """The silhouette strip for files and paper; None where no skyline was computed, or it is of before a change.

    What is printed hangs for years: a page can say that something has changed since, a poster cannot.
    On paper a strip is stretched to the page: the fewer of its pixels are in `width`, the larger are its words.
    """
    found = session.execute(_SETTLED, {"id": point.id}).one_or_none()
    if found is None:
        return None
    steps = len(found.angles_deg)
    layers = [found.layers_deg[number * steps : (number + 1) * steps] for number in range(LAYERS)]
    svg = strip_svg(
        found.angles_deg,
        [layer for layer in layers if layer],
        _sights(session, point.id),
        point.sectors,
        name=point.title(lang),
        lang=lang,
        width=width,
        standalone=True,
    )
    return Silhouette(svg, found.credit or "")


def sights_in_words(session: Session, viewpoint_id: int, sectors: Sequence[Sector], lang: str) -> list[str]:
    """The landmarks that are seen, from left to right, each with direction and distance."""
    return [in_direction(one, lang) for one in seen_from_left_to_right(_sights(session, viewpoint_id), sectors)]


def sights_for_print(session: Session, point: Point, lang: str) -> list[str]:
    """The landmarks that are known to be seen, from left to right, by their names alone; none after a change."""
    if standing(session, point.id).is_renewed:
        return []
    return sights_by_name_of(session, [point], lang)[point.id]


def sights_by_name_of(session: Session, points: Sequence[Point], lang: str) -> dict[int, list[str]]:
    """The landmarks that are known to be seen from many points, by their names alone, by the number of the point."""
    found = _sights_of(session, [point.id for point in points])
    seen = {point.id: [one for one in found.get(point.id, []) if one.is_visible] for point in points}
    return {
        point.id: [one.title(lang) for one in seen_from_left_to_right(seen[point.id], point.sectors)]
        for point in points
    }


def _sights(session: Session, viewpoint_id: int) -> list[Sight]:
    return _sights_of(session, [viewpoint_id]).get(viewpoint_id, [])


def _sights_of(session: Session, viewpoint_ids: Sequence[int]) -> dict[int, list[Sight]]:
    found: dict[int, list[Sight]] = defaultdict(list)
    for row in session.execute(_SIGHTS, {"ids": list(viewpoint_ids)}):
        values = dict(row._mapping)
        found[values.pop("viewpoint_id")].append(Sight(**values))
    return dict(found)
