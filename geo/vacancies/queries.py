"""Internal reads of units: for the staff session, in the municipality's context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely import make_valid
from shapely.geometry import Polygon
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from geo.core import clock, geometry
from geo.core.errors import NotFound
from geo.core.paging import MOST_COUNTED, SIZE, Page, decode_key, encode_key
from geo.vacancies.cells import MOST_ON_MAP, MOST_SINGLE, NEAR_ZOOM, BBox, cells_of, within_state
from geo.vacancies.counted import behind
from geo.vacancies.figures import lasting
from geo.vacancies.figures.rates import Area
from geo.vacancies.freshness.rules import KNOWN_TODAY, holds_until_sql, overdue_sql
from geo.vacancies.model import OccupancySpell, Unit

# What an offer says of itself ("nennen Sie die Nummer 95"), as people repeat it on the telephone.
_SAID_NUMBER = re.compile(r"(?:nr\.?|nummer|#)\s*(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Filters:
    """What a list of units is narrowed to; `day` is the day whose state counts.

    A zone counts with its outline as it is now, on past days as well: figures of years before it was drawn are wanted.
    """

    day: date
    state: str | None = None
    object_type: str | None = None
    text: str | None = None
    stale: bool = False
    published: bool = False
    building_id: int | None = None
    zone: int | None = None
    # The units behind a figure: one of `counted.SETS`, those with a value of `counted.VALUES`, in a retail group.
    counted: str | None = None
    valued: str | None = None
    sortiment: str | None = None
    unit_ids: tuple[int, ...] = ()
    # The units behind a figure of a period (one of `flows.MOVEMENTS` or `flows.OVERALL`, with its year): also those
    # that have left the stock since.
    moved: tuple[str, int] | None = None
    # A drawn area: the corners of one ring, longitude and latitude.
    area: tuple[tuple[float, float], ...] = ()

    @property
    def active(self) -> int:
        """How many filters are set, the day apart."""
        return sum(bool(value) for name, value in vars(self).items() if name != "day")


_NUMBER = "coalesce(substring(p.house_number FROM '^[0-9]{1,6}'), '0')::int"
_HOLDS_UNTIL = holds_until_sql(confirmed="known.verified_on")
_OVERDUE = overdue_sql(confirmed="known.verified_on")
_STREET = "coalesce(p.street, p.locality, '')"
# Each order of the list: expressions that are never null, the id last, so that a row has one place in it.
SORTS = {
    "adresse": (_STREET, _NUMBER, "coalesce(u.floor, 0)::int", "u.id"),
    "seit": ("coalesce(lower(s.during) - DATE '1900-01-01', 0)", "u.id"),
    "flaeche": ("coalesce(round(u.area_total_m2 * 100), 0)::bigint", "u.id"),
    "bestaetigt": ("coalesce(known.verified_on - DATE '1900-01-01', 0)", "u.id"),
    "faellig": (f"coalesce({_HOLDS_UNTIL} - DATE '1900-01-01', 0)", "u.id"),
}
_COLUMNS = f"""
    u.id, u.version, u.name, u.object_type, u.floor, u.area_total_m2, u.area_sales_m2, u.is_example,
    known.verified_on, known.verified_by_kind, {_HOLDS_UNTIL} AS holds_until,
    s.state IS DISTINCT FROM 'ENTFALLEN' AND {_OVERDUE} AS is_overdue,
    u.publication_level, coalesce(u.publication_level >= 2 AND u.published_during @> CURRENT_DATE, false) AS is_public,
    p.street, p.house_number, p.locality, ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude,
    s.state, lower(s.during) AS since, s.start_precision, s.occupant
"""
# Days are compared as days, not as ranges: of those the planner knows the spread under row level security too, so that
# it neither sorts a whole town for a page nor looks 100,000 spells up one by one. The town is named for each table.
_FROM = """
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id AND p.municipality_id = :municipality_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
        AND lower(s.during) <= CAST(:day AS date) AND coalesce(upper(s.during), 'infinity') > CAST(:day AS date)
"""
# The same over every town that the session sees.
_FROM_EVERYWHERE = _FROM.replace(":municipality_id", "u.municipality_id")
# Each unit's confirmation as it was known on a past day: the newest one that there was then, where a later one has
# replaced it since.
_KNOWN_THEN = """
    LEFT JOIN (SELECT DISTINCT ON (k.unit_id) k.unit_id, k.on_day, k.by_kind FROM register.unit_confirmations k
               WHERE {town}k.on_day <= CAST(:day AS date) ORDER BY k.unit_id, k.on_day DESC) seen
        ON seen.unit_id = u.id AND u.verified_on > CAST(:day AS date)
    CROSS JOIN LATERAL (SELECT
        CASE WHEN u.verified_on <= CAST(:day AS date) THEN u.verified_on ELSE seen.on_day END AS verified_on,
        CASE WHEN u.verified_on <= CAST(:day AS date) THEN u.verified_by_kind ELSE seen.by_kind END AS verified_by_kind
    ) known
"""
_IN_STOCK = (
    "coalesce(lower(u.during), '-infinity') <= CAST(:day AS date)"
    " AND coalesce(upper(u.during), 'infinity') > CAST(:day AS date)"
)


def _tables(day: date, *, of_town: bool = True) -> str:
    """FROM over `u`, its place `p`, its spell `s` on the day, and its confirmation as `known` on the day."""
    then = _KNOWN_THEN.format(town="k.municipality_id = :municipality_id AND " if of_town else "")
    return (_FROM if of_town else _FROM_EVERYWHERE) + (then if day < clock.today() else KNOWN_TODAY)


def selected(session: Session, municipality_id: int | None, filters: Filters) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE over `u`, `p`, `s`, `known` and `m` (the municipality) for what the filters show, and the values.

    Without a town: every unit that the session sees.
    """
    where, values = _where(session, municipality_id, filters)
    tables = _tables(filters.day, of_town=municipality_id is not None)
    return f"{tables} JOIN register.municipalities m ON m.id = u.municipality_id WHERE {where}", values


def count_selected(session: Session, municipality_id: int | None, filters: Filters) -> int:
    """How many units the filters show."""
    chosen, values = selected(session, municipality_id, filters)
    return session.scalar(text(f"SELECT count(*) {chosen}"), values) or 0


def _named(municipality_id: int | None, filters: Filters) -> dict[str, Any]:
    """The values that every query of units has: the day and, where it is about one, the town."""
    return {"day": filters.day} | ({} if municipality_id is None else {"municipality_id": municipality_id})


def _where(session: Session, municipality_id: int | None, filters: Filters) -> tuple[str, dict[str, Any]]:
    conditions = ["true"] if municipality_id is None else ["u.municipality_id = :municipality_id"]
    values = _named(municipality_id, filters)
    if filters.state != "ENTFALLEN" and filters.moved is None:
        conditions.append(f"{_IN_STOCK} AND s.state IS DISTINCT FROM 'ENTFALLEN'")
    if filters.state:
        conditions.append("s.state = :state")
        values["state"] = filters.state
    if filters.object_type:
        conditions.append("u.object_type = :object_type")
        values["object_type"] = filters.object_type
    if filters.text and (number := _SAID_NUMBER.fullmatch(filters.text.strip())):
        conditions.append("u.id = :number")
        values["number"] = int(number[1])
    elif filters.text:
        words = "lower(concat_ws(' ', p.street, p.house_number, p.locality, u.name, s.occupant))"
        conditions.append(f"{words} LIKE lower(:pattern) ESCAPE '!'")
        values["pattern"] = pattern(filters.text)
    if filters.stale:
        conditions.append(_OVERDUE)
    if filters.building_id is not None:
        conditions.append("u.building_id = :building_id")
        values["building_id"] = filters.building_id
    if filters.published:
        conditions.append("u.publication_level >= 2 AND u.published_during @> CAST(:day AS date)")
    figure = (filters.zone, filters.counted, filters.valued, filters.sortiment, filters.unit_ids)
    for condition, bound in behind(*figure):
        conditions.append(condition)
        values |= bound
    if filters.moved and municipality_id is not None:
        conditions.append("u.id = ANY (:moved)")
        values["moved"] = lasting.moved_units(session, Area(municipality_id, filters.zone), filters.day, *filters.moved)
    if filters.area:
        conditions.append("ST_Intersects(p.point, ST_GeomFromEWKB(:area))")
        values["area"] = geometry.as_ewkb(make_valid(Polygon(filters.area)))
    return " AND ".join(conditions), values


def pattern(words: str) -> str:
    """The words, in their order, with anything around and between them; signs of a pattern stand for themselves."""
    for sign in "!%_":
        words = words.replace(sign, "!" + sign)
    return "%" + "%".join(words.split()) + "%"


def search(
    session: Session, municipality_id: int, filters: Filters, sort: str = "adresse", after: str | None = None
) -> Page[Row[Any]]:
    """A page of the town's units. `sort` is one of `SORTS`, with a minus in front for the other direction."""
    where, values = _where(session, municipality_id, filters)
    if filters.text:  # words are looked for once in a town: what has them is then known by its numbers, and counted
        found = _matching(session, filters.day, where, values, MOST_COUNTED + 1)
        if len(found) <= MOST_COUNTED:
            where = "u.municipality_id = :municipality_id AND u.id = ANY (:found)"
            values = {**_named(municipality_id, filters), "found": found}
        total = len(found)
    whole = where, dict(values)
    keys = SORTS[sort.removeprefix("-")]
    direction, beyond = ("DESC", "<") if sort.startswith("-") else ("ASC", ">")
    position = decode_key(after, [str if key == _STREET else int for key in keys])
    if position is not None:
        # The first key again by itself: under row level security only so much of it can be looked up in the index.
        where += f" AND {keys[0]} {beyond}= :k0"
        where += f" AND ({', '.join(keys)}) {beyond} ({', '.join(f':k{index}' for index in range(len(keys)))})"
        values |= {f"k{index}": value for index, value in enumerate(position)}
    order = ", ".join(f"{key} {direction}" for key in keys)
    key_columns = ", ".join(f"{key} AS key_{index}" for index, key in enumerate(keys))
    tables = _tables(filters.day)
    query = f"SELECT {_COLUMNS}, {key_columns} {tables} WHERE {where} ORDER BY {order} LIMIT :limit"
    rows = session.execute(text(query), {**values, "limit": SIZE + 1}).all()
    next_key = None
    if len(rows) > SIZE:
        rows = rows[:SIZE]
        next_key = encode_key([getattr(rows[-1], f"key_{index}") for index in range(len(keys))])
    if not filters.text:
        is_all = next_key is None and position is None
        total = len(rows) if is_all else _count(session, filters.day, *whole, MOST_COUNTED)
    return Page(rows, next_key, min(total, MOST_COUNTED), total > MOST_COUNTED)


def _matching(session: Session, day: date, where: str, values: dict[str, Any], most: int) -> list[int]:
    """The ids of the units that the condition leaves, at most so many, in no order."""
    query = text(f"SELECT u.id {_tables(day)} WHERE {where} LIMIT :most")
    return list(session.scalars(query, {**values, "most": most}))


def _count(session: Session, day: date, where: str, values: dict[str, Any], most: int) -> int:
    """How many units the condition leaves; one more than `most` when there are more than that."""
    tables = _tables(day)
    query = text(f"SELECT count(*) FROM (SELECT {tables} WHERE {where} LIMIT :most + 1) found")  # noqa: S608 (own expressions)
    return session.scalar(query, {**values, "most": most}) or 0


@dataclass(frozen=True)
class OnMap:
    """What a map shows: units one by one, or clusters of (longitude, latitude, count) when they are too many."""

    rows: Sequence[Row[Any]]
    clusters: Sequence[tuple[float, float, int]] = ()
    is_complete: bool = False


def on_map(session: Session, municipality_id: int, filters: Filters, box: BBox | None = None, zoom: float = 0) -> OnMap:
    """The town's units in a box of its internal map; counted by cell, now, when more than a map can tell apart."""
    where, values = _where(session, municipality_id, filters)
    day = filters.day
    if _count(session, day, where, values, MOST_SINGLE) <= MOST_SINGLE:
        return OnMap(_some(session, day, where, values), is_complete=True)
    if box is not None:
        where += f" AND p.point && {geometry.ENVELOPE}"
        values |= dict(zip(("west", "south", "east", "north"), box, strict=True))
        most = MOST_ON_MAP if zoom >= NEAR_ZOOM else MOST_SINGLE
        if _count(session, day, where, values, most) <= most:
            return OnMap(_some(session, day, where, values))
    cells = cells_of(within_state(box or geometry.STATE_BOX), zoom)
    query = (
        "SELECT avg(ST_X(p.point)) AS longitude, avg(ST_Y(p.point)) AS latitude, count(*) AS units"
        f" {_tables(day)} WHERE {where} GROUP BY {geometry.CELL_X}, {geometry.CELL_Y}"
    )
    found = session.execute(text(query), {**values, "cells": 2**cells.level})
    return OnMap((), [(round(row.longitude, 4), round(row.latitude, 4), row.units) for row in found])


def _some(session: Session, day: date, where: str, values: dict[str, Any]) -> Sequence[Row[Any]]:
    query = f"SELECT {_COLUMNS} {_tables(day)} WHERE {where} ORDER BY u.id LIMIT :limit"
    return session.execute(text(query), {**values, "limit": MOST_ON_MAP}).all()


def rows_of(session: Session, municipality_id: int, filters: Filters, most: int) -> Sequence[Row[Any]]:
    """The first units that a filter shows, by address."""
    where, values = _where(session, municipality_id, filters)
    order = ", ".join(SORTS["adresse"])
    tables = _tables(filters.day)
    query = f"SELECT {_COLUMNS} {tables} WHERE {where} ORDER BY {order} LIMIT :limit"
    return session.execute(text(query), {**values, "limit": most}).all()


def ids(session: Session, municipality_id: int, filters: Filters, most: int) -> list[int]:
    """The ids of the town's units that a filter shows, at most so many."""
    where, values = _where(session, municipality_id, filters)
    tables = _tables(filters.day)
    query = text(f"SELECT u.id {tables} WHERE {where} ORDER BY u.id LIMIT :limit")
    return list(session.scalars(query, {**values, "limit": most}))


@dataclass(frozen=True)
class StockCounts:
    """How many units of the stock are in each state (`UNBEKANNT`: no spell), and how many need a confirmation."""

    states: dict[str, int]
    overdue: int

    @property
    def units(self) -> int:
        return sum(self.states.values())


def stock_counts(session: Session, municipality_id: int, day: date) -> StockCounts:
    """The counts of a town's stock on a day, by one pass over it."""
    where, values = _where(session, municipality_id, Filters(day))
    query = (
        f"SELECT coalesce(s.state, 'UNBEKANNT') AS state, count(*) AS units, count(*) FILTER (WHERE"
        f" {_OVERDUE}) AS overdue {_tables(day)} WHERE {where} GROUP BY 1"
    )
    rows = session.execute(text(query), values).all()
    return StockCounts({row.state: row.units for row in rows}, sum(row.overdue for row in rows))


def get(session: Session, unit_id: int) -> Unit:
    """A unit with its place and its spells, newest first. Raises `NotFound`, also for another town's."""
    unit = session.scalar(
        select(Unit)
        .where(Unit.id == unit_id)
        .options(joinedload(Unit.place), selectinload(Unit.spells))
        .execution_options(populate_existing=True)
    )
    if unit is None:
        raise NotFound("Die Nutzungseinheit", unit_id)
    return unit


def municipality_of(session: Session, unit_id: int) -> int:
    """The municipality of a unit that the session can see. Raises `NotFound`."""
    municipality_id = session.scalar(select(Unit.municipality_id).where(Unit.id == unit_id))
    if municipality_id is None:
        raise NotFound("Die Nutzungseinheit", unit_id)
    return municipality_id


_PLACE = text(
    """
    SELECT coalesce(
        (SELECT u.place_id FROM register.units u WHERE u.id = :id),
        (SELECT (c.old_values ->> 'place_id')::integer FROM history.changes c
         WHERE c.table_name = 'units' AND c.row_id = :id AND c.operation = 'DELETE' ORDER BY c.id DESC LIMIT 1))
    """
)


def place_of(session: Session, unit_id: int) -> int | None:
    """The place of a unit, also of one that was deleted."""
    return session.scalar(_PLACE, {"id": unit_id})


_OF_CHANGE = text(
    """
    SELECT DISTINCT o.table_name, o.row_id
    FROM history.changes c
    JOIN history.changes o ON o.transaction_id = c.transaction_id AND o.request_id = c.request_id
    WHERE c.id = :id AND c.table_name = 'units'
      AND (o.table_name IN ('buildings', 'cases')
           OR (o.table_name = 'units' AND EXISTS (
               SELECT FROM history.changes n WHERE n.transaction_id = c.transaction_id
               AND n.request_id = c.request_id AND n.table_name = 'unit_successions')))
    ORDER BY o.table_name, o.row_id
    """
)


def rows_of_change(session: Session, change_id: int) -> list[tuple[str, int]]:
    """The units that a change of one split or merged, the buildings that it made, and the cases that it closed."""
    return [(row.table_name, row.row_id) for row in session.execute(_OF_CHANGE, {"id": change_id})]


def exists(session: Session, unit_id: int) -> bool:
    """Whether the unit is there, for this session."""
    return session.scalar(select(Unit.id).where(Unit.id == unit_id)) is not None


def spell(session: Session, unit_id: int, spell_id: int) -> OccupancySpell:
    """A spell of a unit. Raises `NotFound`."""
    found = session.get(OccupancySpell, spell_id)
    if found is None or found.unit_id != unit_id:
        raise NotFound("Der Nutzungsabschnitt", spell_id)
    return found


_MIDDLE = text(
    """
    SELECT ST_X(c.spot) AS longitude, ST_Y(c.spot) AS latitude
    FROM (SELECT coalesce(
        (SELECT ST_Centroid(ST_Collect(p.point)) FROM register.places p WHERE p.municipality_id = :id),
        (SELECT ST_PointOnSurface(o.outline) FROM register.municipality_outlines o
         WHERE o.municipality_id = :id AND o.during @> CURRENT_DATE LIMIT 1)) AS spot) c
    """
)


def middle(session: Session, municipality_id: int) -> list[float] | None:
    """Latitude and longitude where a map of the town's units begins: amid its places, or within its boundary."""
    found = session.execute(_MIDDLE, {"id": municipality_id}).one()
    return None if found.longitude is None else [round(found.latitude, 5), round(found.longitude, 5)]


def neighbours(session: Session, unit: Unit) -> Sequence[Unit]:
    """The other units at the same place."""
    chosen = select(Unit).where(Unit.place_id == unit.place_id, Unit.id != unit.id).order_by(Unit.floor, Unit.id)
    return session.scalars(chosen).all()
