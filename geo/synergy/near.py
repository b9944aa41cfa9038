"""Reads in which one part of the register helps another: trees beside offers and views, what is seen from a view."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality

NEAR_M = 150
MOST = 10

# What the public may see anyway: offers that are published on the day, viewpoints that are shown.
_NEAR_STOPS = text(
    """
    SELECT s.id, least(:most,
        (SELECT count(*) FROM published.vacancies v WHERE v.during @> CAST(:day AS date)
            AND v.published_during @> CAST(:day AS date) AND ST_DWithin(v.point::geography, p.point::geography, :near))
        + (SELECT count(*) FROM published.viewpoints w
            WHERE ST_DWithin(w.point::geography, p.point::geography, :near))) AS near
    FROM published.stops s JOIN LATERAL (SELECT s.point) p ON true
    WHERE s.id = ANY (CAST(:ids AS integer[]))
    """
)


def near_stops(session: Session, stop_ids: Collection[int], day: date) -> dict[int, int]:
    """How many published vacancies and viewpoints are within 150 m of each stop on the day, ten at most."""
    asked = {"ids": sorted(stop_ids), "day": day, "near": NEAR_M, "most": MOST}
    return {row.id: row.near for row in session.execute(_NEAR_STOPS, asked) if row.near}


@dataclass(frozen=True)
class LandmarkCandidate:
    """An object of the register that people may know by sight; `town` where it is another one's."""

    key: str
    name: str
    name_en: str | None
    kind: str
    longitude: float
    latitude: float
    town: str | None
    is_known: bool


_CANDIDATES = text(
    """
    SELECT c.*, EXISTS (SELECT FROM register.landmarks l WHERE l.municipality_id = :town AND l.external_id = c.key)
        AS is_known
    FROM (
        SELECT 'viewpoint:' || v.id AS key, v.name, v.name_en, 'BLICKPUNKT' AS kind, ST_X(p.point) AS longitude,
               ST_Y(p.point) AS latitude, NULL AS town
        FROM register.viewpoints v JOIN register.places p ON p.id = v.place_id WHERE v.municipality_id = :town
        UNION ALL
        SELECT 'viewpoint:' || v.id, v.name, v.name_en, 'BLICKPUNKT', ST_X(v.point), ST_Y(v.point), v.municipality
        FROM published.viewpoints v WHERE v.municipality_id <> :town
        UNION ALL
        SELECT 'building:' || b.id, b.name, NULL, 'GEBAEUDE', ST_X(s.point), ST_Y(s.point), NULL
        FROM register.buildings b CROSS JOIN LATERAL (
            SELECT coalesce(ST_PointOnSurface(b.outline), (SELECT p.point FROM register.units u
                JOIN register.places p ON p.id = u.place_id WHERE u.building_id = b.id ORDER BY u.id LIMIT 1)) AS point
        ) s
        WHERE :buildings AND b.municipality_id = :town AND length(trim(b.name)) > 0 AND s.point IS NOT NULL
    ) c ORDER BY c.kind, c.town NULLS FIRST, c.name, c.key
    """
)


def landmark_candidates(session: Session, actor: Actor, municipality_id: int) -> list[LandmarkCandidate]:
    """What the register knows that may be a landmark of the town: viewpoints, and named buildings for those who see
    them.
    """
    buildings = may(actor, Action.VACANCY_VIEW, municipality_id)
    with for_municipality(session, municipality_id):
        found = session.execute(_CANDIDATES, {"town": municipality_id, "buildings": buildings})
        return [LandmarkCandidate(**row._mapping) for row in found]
