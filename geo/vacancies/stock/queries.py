"""Reads around a unit: its building and the units in it, its parcels, what it came from and became, units near by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, TextClause, select, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.vacancies.model import Building, ParcelLink, Unit

# A building is offered for a unit when its outline is so near, or a unit of it stands so near; likewise for merging.
NEAR_M = 40
MOST_OFFERED = 20


def building(session: Session, building_id: int) -> Building:
    """A building that the session's town can see. Raises `NotFound`."""
    found = session.get(Building, building_id, populate_existing=True)
    if found is None:
        raise NotFound("Das Gebäude", building_id)
    return found


_NEAR = text(
    """
    SELECT b.id, b.name, b.built_year, min(n.metres) AS metres, min(n.address) AS address
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    CROSS JOIN LATERAL (
        SELECT o.id AS building_id, NULL AS address, false AS same,
               ST_Distance(o.outline::geography, p.point::geography) AS metres
        FROM register.buildings o
        WHERE o.municipality_id = u.municipality_id AND o.outline && ST_Expand(p.point, 0.001)
        UNION ALL
        SELECT x.building_id, concat_ws(' ', q.street, q.house_number),
               coalesce(q.street = p.street AND q.house_number = p.house_number, false),
               ST_Distance(q.point::geography, p.point::geography)
        FROM register.units x JOIN register.places q ON q.id = x.place_id
        WHERE x.municipality_id = u.municipality_id AND x.building_id IS NOT NULL AND x.id <> u.id
          AND (q.point && ST_Expand(p.point, 0.001) OR (q.street = p.street AND q.house_number = p.house_number))
    ) n
    JOIN register.buildings b ON b.id = n.building_id
    WHERE u.id = :id
    GROUP BY b.id HAVING min(n.metres) <= :near OR bool_or(n.same)
    ORDER BY min(n.metres), b.id LIMIT :most
    """
)


def buildings_near(session: Session, unit_id: int) -> Sequence[Row[Any]]:
    """The buildings that a unit may lie in, nearest first."""
    return session.execute(_NEAR, {"id": unit_id, "near": NEAR_M, "most": MOST_OFFERED}).all()


_IN_BUILDING = text(
    """
    SELECT u.id, u.name, u.object_type, u.floor, u.area_total_m2, u.is_example, p.street, p.house_number, p.locality,
           s.state, lower(s.during) AS since, s.start_precision, s.occupant
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE u.building_id = :id AND u.during @> CAST(:day AS date) AND s.state IS DISTINCT FROM 'ENTFALLEN'
    ORDER BY u.floor DESC NULLS LAST, u.name, u.id
    """
)


def units_in(session: Session, building_id: int, day: date) -> Sequence[Row[Any]]:
    """The units of a building that were in the stock on a day, top floor first, with their state."""
    return session.execute(_IN_BUILDING, {"id": building_id, "day": day}).all()


_BUILDING_NAMES = text(
    """
    SELECT b.id, coalesce(b.name, a.address) AS name FROM register.buildings b
    LEFT JOIN LATERAL (
        SELECT concat_ws(' ', p.street, p.house_number) AS address
        FROM register.units u JOIN register.places p ON p.id = u.place_id
        WHERE u.building_id = b.id AND p.street IS NOT NULL ORDER BY u.id LIMIT 1) a ON true
    WHERE b.id = ANY (:ids) AND coalesce(b.name, a.address) IS NOT NULL
    """
)
_UNIT_NAMES = text(
    """
    SELECT u.id,
           concat_ws(', ', coalesce(nullif(concat_ws(' ', p.street, p.house_number), ''), p.locality), u.name) AS name
    FROM register.units u JOIN register.places p ON p.id = u.place_id
    WHERE u.id = ANY (:ids) AND coalesce(p.street, p.locality, u.name) IS NOT NULL
    """
)


def building_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What buildings are called: by name, else by the address of a unit in them; what is no more is left out."""
    return _named(session, _BUILDING_NAMES, ids)


def unit_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What units are called: by address and name; those that are no more are left out."""
    return _named(session, _UNIT_NAMES, ids)


def _named(session: Session, query: TextClause, ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(query, {"ids": list(ids)}).all() if ids else ()
    return {row.id: row.name for row in rows}


def has_units(session: Session, building_id: int) -> bool:
    """Whether any unit lies in the building, on whatever day."""
    return session.scalar(select(Unit.id).where(Unit.building_id == building_id).limit(1)) is not None


def parcels(session: Session, unit_id: int) -> Sequence[ParcelLink]:
    """The parcels of a unit, by their keys."""
    chosen = select(ParcelLink).where(ParcelLink.unit_id == unit_id).order_by(ParcelLink.parcel_key)
    return session.scalars(chosen).all()


@dataclass(frozen=True)
class Relative:
    """A unit that another one came from or became, on a day."""

    id: int
    kind: str
    on_day: date
    is_later: bool
    unit: Row[Any]


_RELATIVES = text(
    """
    SELECT n.kind, n.on_day, n.to_unit_id = u.id AS is_later, u.id, u.name, u.object_type, u.floor, u.area_total_m2,
           p.street, p.house_number, p.locality
    FROM register.unit_successions n
    JOIN register.units u ON u.id = CASE WHEN n.from_unit_id = :id THEN n.to_unit_id ELSE n.from_unit_id END
    JOIN register.places p ON p.id = u.place_id
    WHERE n.from_unit_id = :id OR n.to_unit_id = :id
    ORDER BY n.on_day, u.floor, u.name, u.id
    """
)


def relatives(session: Session, unit_id: int) -> list[Relative]:
    """What a unit came from and what it became, oldest first."""
    rows = session.execute(_RELATIVES, {"id": unit_id})
    return [Relative(row.id, row.kind, row.on_day, row.is_later, row) for row in rows]


_MERGEABLE = text(
    """
    SELECT o.id, o.version, o.name, o.object_type, o.floor, o.area_total_m2, o.area_sales_m2, o.frontage_m,
           q.street, q.house_number, q.locality, s.state
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    JOIN register.units o ON o.municipality_id = u.municipality_id AND o.id <> u.id AND o.during @> CAST(:day AS date)
    JOIN register.places q ON q.id = o.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = o.id AND s.during @> CAST(:day AS date)
    WHERE u.id = :id AND s.state IS DISTINCT FROM 'ENTFALLEN'
      AND (o.place_id = u.place_id OR o.building_id = u.building_id
           OR (q.point && ST_Expand(p.point, 0.001) AND ST_Distance(q.point::geography, p.point::geography) <= :near))
    ORDER BY o.place_id <> u.place_id, o.building_id IS DISTINCT FROM u.building_id,
             ST_Distance(q.point::geography, p.point::geography), o.floor, o.id
    LIMIT :most
    """
)


def mergeable(session: Session, unit_id: int, day: date) -> Sequence[Row[Any]]:
    """The units that may be merged with one: at its place, in its building, or next to it; nearest first."""
    return session.execute(_MERGEABLE, {"id": unit_id, "day": day, "near": NEAR_M, "most": 2 * MOST_OFFERED}).all()
