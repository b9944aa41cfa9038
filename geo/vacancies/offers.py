"""Public reads: what towns have on offer, from the published view alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.errors import NotFound
from geo.core.paging import MOST_COUNTED, SIZE, Page, decode_key, encode_key
from geo.vacancies.cells import BBox
from geo.vacancies.codes import SIZE_BOUNDS
from geo.vacancies.feature import VACANCIES
from geo.vacancies.queries import pattern


@dataclass(frozen=True)
class OfferFilters:
    """What a list of offers is narrowed to; `day` is the day whose state counts, `most_rent` euros a m² and month.

    What an offer does not make public never matches a bound: who asks for a rent finds those that name one.
    """

    day: date
    ags: str | None = None
    object_type: str | None = None
    least_m2: int | None = None
    most_m2: int | None = None
    ground_floor: bool = False
    step_free: bool = False
    text: str | None = None
    most_rent: float | None = None
    least_frontage_m: int | None = None
    offer_kind: str | None = None
    available_by: date | None = None
    equipment: tuple[str, ...] = ()

    @property
    def active(self) -> int:
        """How many filters are set, the day apart."""
        chosen = (self.ags, self.object_type, self.ground_floor, self.step_free, self.text, self.offer_kind)
        bounds = (self.least_m2, self.most_m2, self.most_rent, self.least_frontage_m, self.available_by)
        return sum(bool(value) for value in chosen) + sum(v is not None for v in bounds) + len(self.equipment)


_COLUMNS = f"{VACANCIES.select_list('v')}, ST_X(v.point) AS longitude, ST_Y(v.point) AS latitude"
# An offer ends with its publication; the past is answered by the spells of what is on offer today.
_ON_DAY = "v.during @> CAST(:day AS date) AND upper(v.published_during) > CAST(:day AS date)"
# The same of the stored offers, in days alone, whose spread the planner knows.
_STORED_ON_DAY = (
    "v.since <= CAST(:day AS date) AND v.until > CAST(:day AS date) AND v.published_until > CAST(:day AS date)"
)
_SORT = ("v.municipality", "v.street", "v.number", "v.unit_id")
_CONDITIONS = {
    "ags": "v.ags = :ags",
    "object_type": "v.object_type = :object_type",
    # Where only the class is public, the whole class counts as possible.
    "least_m2": "coalesce(v.area_total_m2 >= :least_m2, v.size_class >= :least_class)",
    "most_m2": "coalesce(v.area_total_m2 <= :most_m2, v.size_class <= :most_class)",
    "most_rent": "v.rent_eur_m2 <= CAST(:most_rent AS numeric)",
    "least_frontage_m": "v.frontage_m >= :least_frontage_m",
    "offer_kind": "v.offer_kinds @> ARRAY[CAST(:offer_kind AS text)]",
    # What names no day can be had from the day on which it stands empty.
    "available_by": "coalesce(v.available_from, v.since) <= CAST(:available_by AS date)",
}


def conditions(filters: OfferFilters, bbox: BBox | None = None) -> tuple[str, dict[str, Any]]:
    """The condition of the filters on `published.offers v`, and its values."""
    chosen = [_STORED_ON_DAY]
    values: dict[str, Any] = {"day": filters.day}
    for name, condition in _CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None:
            chosen.append(condition)
            values[name] = value
    if filters.least_m2 is not None:
        values["least_class"] = _size_class(filters.least_m2)
    if filters.most_m2 is not None:
        values["most_class"] = _size_class(filters.most_m2)
    if filters.ground_floor:
        chosen.append("(v.floor = 0 OR v.object_type = 'LADEN_EG')")
    if filters.step_free:
        chosen.append("(v.accessible = 'JA' OR v.entrance IN ('EBENERDIG', 'RAMPE'))")
    if filters.equipment:
        chosen.append("v.equipment @> CAST(:equipment AS text[])")
        values["equipment"] = list(filters.equipment)
    if filters.text:
        chosen.append("v.search LIKE lower(:pattern) ESCAPE '!'")
        values["pattern"] = pattern(filters.text)
    if bbox is not None:
        chosen.append(f"v.point && {geometry.ENVELOPE}")
        values |= dict(zip(("west", "south", "east", "north"), bbox, strict=True))
    return " AND ".join(chosen), values


def selected(filters: OfferFilters) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE over `v`, the published view, for what the filters show, and the bound values."""
    where, values = conditions(filters)
    part = f"SELECT v.unit_id, v.since FROM published.offers v WHERE {where}"  # noqa: S608 (own expressions)
    # Each by its key: the planner takes the view's ranges of days for one row, and would begin with the whole state.
    one = f"SELECT w.* FROM {VACANCIES.view} w WHERE w.id = part.unit_id AND w.empty_since = part.since OFFSET 0"  # noqa: S608 (own expressions)
    return f"FROM ({part}) part CROSS JOIN LATERAL ({one}) v", values


def _size_class(area_m2: int) -> int:
    return sum(area_m2 >= bound for bound in SIZE_BOUNDS)


def count(session: Session, filters: OfferFilters, most: int, bbox: BBox | None = None) -> int:
    """How many offers the filters leave; one more than `most` when there are more than that."""
    where, values = conditions(filters, bbox)
    query = f"SELECT count(*) FROM (SELECT FROM published.offers v WHERE {where} LIMIT :most + 1) found"  # noqa: S608 (own expressions)
    return session.scalar(text(query), {**values, "most": most}) or 0


def search(session: Session, filters: OfferFilters, after: str | None = None, size: int = SIZE) -> Page[Row[Any]]:
    """A page of the offers, by town and address."""
    where, values = conditions(filters)
    position = decode_key(after, (str, str, int, int))
    if position is not None:
        where += f" AND ({', '.join(_SORT)}) > ({', '.join(f':k{index}' for index in range(len(_SORT)))})"
        values |= {f"k{index}": value for index, value in enumerate(position)}
    keys = ", ".join(f"{key} AS key_{index}" for index, key in enumerate(_SORT))
    names = ", ".join(f"key_{index}" for index in range(len(_SORT)))
    query = (
        f"WITH part AS MATERIALIZED (SELECT v.unit_id, v.since, {keys} FROM published.offers v WHERE {where}"  # noqa: S608 (own expressions)
        f" ORDER BY {', '.join(_SORT)} LIMIT :limit)"
        f" SELECT {_COLUMNS}, {names} FROM part"
        f" JOIN {VACANCIES.view} v ON v.id = part.unit_id AND v.empty_since = part.since"
        f" ORDER BY {names}"
    )
    rows = session.execute(text(query), {**values, "limit": size + 1}).all()
    next_key = None
    if len(rows) > size:
        rows = rows[:size]
        next_key = encode_key([getattr(rows[-1], f"key_{index}") for index in range(len(_SORT))])
    total = len(rows) if next_key is None and position is None else count(session, filters, MOST_COUNTED)
    return Page(rows, next_key, min(total, MOST_COUNTED), total > MOST_COUNTED)


_FURTHER = (
    "v.place_id, v.municipality_id, upper(v.published_during) AS published_until,"
    " lower(v.published_during) AS published_from"
)


def whole(session: Session, filters: OfferFilters, most: int) -> Sequence[Row[Any]]:
    """The first `most` offers of the filters as `get` gives each, by town and number."""
    chosen, values = selected(filters)
    query = f"SELECT {_COLUMNS}, {_FURTHER} {chosen} ORDER BY v.ags, v.id LIMIT :most"
    return session.execute(text(query), {**values, "most": most}).all()


def ids(session: Session, filters: OfferFilters) -> list[int]:
    """The numbers of all offers of the filters, in order."""
    where, values = conditions(filters)
    query = f"SELECT DISTINCT v.unit_id FROM published.offers v WHERE {where} ORDER BY v.unit_id"  # noqa: S608 (own expressions)
    return list(session.scalars(text(query), values))


def several(session: Session, unit_ids: Sequence[int], day: date) -> list[Row[Any]]:
    """Those of the offers that are public and on offer on the day, as `get` gives each, in the order asked for."""
    query = (
        f"SELECT {_COLUMNS}, {_FURTHER}"  # noqa: S608 (own expressions)
        f" FROM {VACANCIES.view} v WHERE v.id = ANY (CAST(:ids AS integer[])) AND {_ON_DAY}"
        " ORDER BY array_position(CAST(:ids AS integer[]), v.id)"
    )
    return list(session.execute(text(query), {"ids": list(unit_ids), "day": day}))


def get(session: Session, unit_id: int, day: date) -> Row[Any]:
    """One offer as of a day. Raises `NotFound` for what is not, or no longer, public."""
    query = (
        f"SELECT {_COLUMNS}, {_FURTHER}"  # noqa: S608 (own expressions)
        f" FROM {VACANCIES.view} v WHERE v.id = :id AND {_ON_DAY}"
    )
    found = session.execute(text(query), {"id": unit_id, "day": day}).first()
    if found is None:
        raise NotFound("Der Leerstand", unit_id)
    return found


# From one town to the next by the index, whatever number of offers each has.
_TOWNS = text(
    """
    WITH RECURSIVE towns AS (
        (SELECT v.ags, v.municipality FROM published.offers v ORDER BY v.ags LIMIT 1)
        UNION ALL
        SELECT following.ags, following.municipality FROM towns t CROSS JOIN LATERAL (
            SELECT v.ags, v.municipality FROM published.offers v WHERE v.ags > t.ags ORDER BY v.ags LIMIT 1) following
    )
    SELECT t.ags, t.municipality FROM towns t ORDER BY t.municipality, t.ags
    """
)


def towns(session: Session) -> list[tuple[str, str]]:
    """AGS and name of the towns that have something on offer."""
    return [(row.ags, row.municipality) for row in session.execute(_TOWNS)]


def photos_of(session: Session, place_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The public photos of many places at once; a place without one is not there."""
    query = text(
        "SELECT f.place_id, f.sha256, f.alt_text FROM published.photos f"
        " WHERE f.place_id = ANY (CAST(:places AS integer[])) ORDER BY f.place_id, f.position, f.id"
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in session.execute(query, {"places": list(place_ids)}):
        found.setdefault(row.place_id, []).append(row)
    return found


def photos(session: Session, place_id: int) -> Sequence[Row[Any]]:
    """The public photos of an offer's place."""
    query = text(
        "SELECT f.id, f.sha256, f.width_px, f.height_px, f.alt_text, f.author, f.licence"
        " FROM published.photos f WHERE f.place_id = :place_id ORDER BY f.position, f.id"
    )
    return session.execute(query, {"place_id": place_id}).all()
