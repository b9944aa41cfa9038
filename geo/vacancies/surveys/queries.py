"""Reads of survey rounds: the list with its progress, the units of a walk, what was seen on it, the snapshot."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shapely.geometry import MultiPoint
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.errors import NotFound
from geo.vacancies.freshness.rules import overdue_sql
from geo.vacancies.surveys.codes import SEEING
from geo.vacancies.surveys.model import SurveyEntry, SurveyRound, SurveySnapshot
from geo.vacancies.surveys.route import Stop

# A unit is seen when an entry that was not taken back says so.
_ROUNDS = """
    SELECT r.id, r.municipality_id, r.name, r.reference_day, r.scope, r.state, r.created_at, r.closed_at, r.version,
           r.zone_id, z.name AS zone, z.kind AS zone_kind, s.id AS snapshot_id, s.sha256,
           (SELECT count(*) FROM register.units u WHERE u.id = ANY (r.route) AND u.municipality_id = r.municipality_id)
               AS units,
           (SELECT count(*) FROM register.units u WHERE u.id = ANY (r.route) AND u.municipality_id = r.municipality_id
               AND EXISTS (SELECT FROM register.survey_entries e WHERE e.round_id = r.id AND e.unit_id = u.id
                           AND e.undone_at IS NULL AND e.kind = ANY (:seeing))) AS seen,
           (SELECT count(*) FROM register.survey_entries e WHERE e.round_id = r.id) AS entries
    FROM register.survey_rounds r
    LEFT JOIN register.zones z ON z.id = r.zone_id
    LEFT JOIN register.survey_snapshots s ON s.round_id = r.id
"""
_ZONES = text(
    """
    SELECT z.id, z.name, z.kind FROM register.zones z
    WHERE z.municipality_id = :id AND z.during @> CAST(:day AS date) ORDER BY z.name, z.id
    """
)
_IN_ZONE = (
    "AND EXISTS (SELECT FROM register.zones z WHERE z.id = :zone_id AND z.municipality_id = u.municipality_id"
    " AND ST_Covers(z.outline, p.point))"
)
_SCOPES = {
    "ALLE": "",
    "VERALTET": f"AND {overdue_sql()}",
    "ERDGESCHOSS": "AND u.is_ground_floor_frontage",
}
_STOPS = """
    SELECT u.id, p.street, p.house_number, coalesce(u.floor, 0) AS floor,
           ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude
    FROM register.units u JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
"""
_STANDING = "u.during @> CAST(:day AS date) AND s.state IS DISTINCT FROM 'ENTFALLEN'"
_OVERDUE = f"s.state IS DISTINCT FROM 'ENTFALLEN' AND {overdue_sql('u.municipality_id')}"
_WALK = """
    SELECT u.id, u.version, u.name, u.object_type, u.floor, u.area_total_m2, u.verified_on, u.note, u.is_example,
           {overdue} AS is_overdue,
           u.is_ground_floor_frontage, u.place_id, p.street, p.house_number, p.postcode, p.locality,
           ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude, s.state, lower(s.during) AS since, s.start_precision,
           s.occupant, s.sortiment, e.kind AS seen_kind, e.seen_at, e.key AS seen_key, a.name AS seen_by,
           (SELECT coalesce(json_agg(json_build_object('id', f.id, 'alt', f.alt_text) ORDER BY f.id DESC), '[]')
            FROM register.photos f WHERE f.place_id = u.place_id) AS photos
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    LEFT JOIN LATERAL (
        SELECT e.* FROM register.survey_entries e
        WHERE e.round_id = :round_id AND e.unit_id = u.id AND e.undone_at IS NULL AND e.kind = ANY (:seeing)
        ORDER BY e.id DESC LIMIT 1) e ON true
    LEFT JOIN register.accounts a ON a.id = e.account_id
    WHERE u.id = ANY (:ids)
    ORDER BY array_position(CAST(:ids AS integer[]), u.id)
"""
_ENTRIES = text(
    """
    SELECT e.id, e.key, e.kind, e.unit_id, e.seen_at, e.received_at, e.is_applied, e.undone_at, e.recorded_by,
           a.name AS who, u.name, u.object_type, p.street, p.house_number, p.locality
    FROM register.survey_entries e
    LEFT JOIN register.accounts a ON a.id = e.account_id
    LEFT JOIN register.units u ON u.id = e.unit_id
    LEFT JOIN register.places p ON p.id = u.place_id
    WHERE e.round_id = :id ORDER BY e.id DESC LIMIT :limit
    """
)


def rounds(session: Session, municipality_id: int) -> Sequence[Row[Any]]:
    """The town's rounds with their progress, open ones first, the newest first."""
    query = f"{_ROUNDS} WHERE r.municipality_id = :id ORDER BY r.state = 'GESCHLOSSEN', r.reference_day DESC, r.id DESC"
    return session.execute(text(query), {"id": municipality_id, "seeing": list(SEEING)}).all()


def summary(session: Session, round_id: int) -> Row[Any]:
    """One round with its progress. Raises `NotFound`, also for another town's."""
    row = session.execute(text(f"{_ROUNDS} WHERE r.id = :id"), {"id": round_id, "seeing": list(SEEING)}).one_or_none()
    if row is None:
        raise NotFound("Die Begehung", round_id)
    return row


def get(session: Session, round_id: int, *, locked: bool = False) -> SurveyRound:
    """A round; `locked` until the transaction ends. Raises `NotFound`, also for another town's."""
    found = session.get(SurveyRound, round_id, with_for_update=locked or None, populate_existing=True)
    if found is None:
        raise NotFound("Die Begehung", round_id)
    return found


def zones(session: Session, municipality_id: int, day: date) -> Sequence[Row[Any]]:
    """The town's zones on a day, by name."""
    return session.execute(_ZONES, {"id": municipality_id, "day": day}).all()


def stops(session: Session, municipality_id: int, zone_id: int | None, scope: str, day: date) -> list[Stop]:
    """The units in the stock on the day that a round of this zone and scope covers."""
    where = f"u.municipality_id = :municipality_id AND {_STANDING} {_SCOPES[scope]} {_IN_ZONE if zone_id else ''}"
    values = {"municipality_id": municipality_id, "day": day, "zone_id": zone_id}
    return _as_stops(session.execute(text(f"{_STOPS} WHERE {where} ORDER BY u.id"), values).all())


def stops_of(session: Session, ids: Sequence[int], day: date) -> list[Stop]:
    """The units with these ids, in this order; those that are no more are left out."""
    found = session.execute(text(f"{_STOPS} WHERE u.id = ANY (:ids)"), {"ids": list(ids), "day": day}).all()
    by_id = {stop.id: stop for stop in _as_stops(found)}
    return [by_id[unit_id] for unit_id in ids if unit_id in by_id]


def _as_stops(rows: Sequence[Row[Any]]) -> list[Stop]:
    if not rows:
        return []
    metric = geometry.in_metres(MultiPoint([(row.longitude, row.latitude) for row in rows])).geoms
    return [
        Stop(row.id, row.street, row.house_number, spot.x, spot.y, row.floor)
        for row, spot in zip(rows, metric, strict=True)
    ]


def walk(session: Session, round_id: int, ids: Iterable[int], day: date) -> Sequence[Row[Any]]:
    """What somebody on the walk needs to know of each unit, in the given order, with what was last seen of it."""
    values = {"round_id": round_id, "ids": list(ids), "day": day, "seeing": list(SEEING)}
    return session.execute(text(_WALK.format(overdue=_OVERDUE)), values).all()


def entries(session: Session, round_id: int, limit: int = 200) -> Sequence[Row[Any]]:
    """What was seen in a round, newest first."""
    return session.execute(_ENTRIES, {"id": round_id, "limit": limit}).all()


def find_entry(session: Session, municipality_id: int, key: UUID) -> SurveyEntry | None:
    """The entry that was made under this key."""
    chosen = select(SurveyEntry).where(SurveyEntry.municipality_id == municipality_id, SurveyEntry.key == key)
    return session.scalar(chosen)


def snapshot(session: Session, round_id: int) -> SurveySnapshot:
    """The frozen result of a round. Raises `NotFound` while there is none."""
    found = session.scalar(select(SurveySnapshot).where(SurveySnapshot.round_id == round_id))
    if found is None:
        raise NotFound("Der festgeschriebene Stand der Begehung", round_id)
    return found
