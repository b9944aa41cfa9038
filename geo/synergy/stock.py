"""A town's ground floors over days, read from the occupancy spells: which street, which state, what use, where."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.vacancies.counted import CONFIRMED, DEAD, NET, USED
from geo.vacancies.figures.reading import read

Real = NDArray[np.float64]
Bool = NDArray[np.bool_]

# What a place is like, the first that fits (zone kinds of the town); else the class of the location.
PEDESTRIAN, CENTRE = "Fußgängerzone", "Zentraler Versorgungsbereich"


@dataclass(frozen=True)
class Unit:
    """A unit with a front to the street, and what its surroundings are."""

    id: int
    street: str | None
    address: str
    longitude: float
    latitude: float
    frontage_m: float | None
    situation: str | None
    is_example: bool


@dataclass(frozen=True)
class Stock:
    """N units over D days: `there` in the stock, `known` with a known state, `empty` (net), `dead` front, `gastronomy`.

    All five are N x D; `spots` are the units' points in metres (EPSG:25832), N x 2.
    """

    days: tuple[date, ...]
    units: tuple[Unit, ...]
    spots: Real
    there: Bool
    known: Bool
    empty: Bool
    dead: Bool
    gastronomy: Bool

    @property
    def frontage(self) -> Real:
        """Metres of front; not a number where they are not known."""
        return np.array([np.nan if one.frontage_m is None else one.frontage_m for one in self.units], dtype=np.float64)


_UNITS = f"""
SELECT u.id, nullif(trim(p.street), '') AS street,
       coalesce(nullif(concat_ws(' ', nullif(trim(p.street), ''), p.house_number), ''), p.locality, '') AS address,
       ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude,
       u.frontage_m::float AS frontage_m, u.is_example, lower(u.during) AS begins, upper(u.during) AS ends,
       CASE WHEN EXISTS (SELECT FROM register.zones z WHERE z.municipality_id = :town AND z.kind = 'FUSSGAENGERZONE'
                AND z.during @> CAST(:opened AS date) AND ST_Covers(z.outline, p.point)) THEN '{PEDESTRIAN}'
            WHEN EXISTS (SELECT FROM register.zones z WHERE z.municipality_id = :town
                AND z.kind = 'ZENTRALER_VERSORGUNGSBEREICH'
                AND z.during @> CAST(:opened AS date) AND ST_Covers(z.outline, p.point)) THEN '{CENTRE}'
            ELSE 'Lageklasse ' || u.location_class END AS situation
FROM register.units u JOIN register.places p ON p.id = u.place_id
WHERE u.municipality_id = :town AND u.is_ground_floor_frontage
  AND u.during && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
ORDER BY u.id
"""  # noqa: S608 (words of our own)
_SPELLS = """
SELECT s.unit_id, s.state, s.sortiment, u.object_type, lower(s.during) AS begins, upper(s.during) AS ends
FROM register.occupancy_spells s JOIN register.units u ON u.id = s.unit_id
WHERE s.municipality_id = :town AND u.is_ground_floor_frontage
  AND s.during && daterange(CAST(:first AS date), CAST(:last AS date), '[]') AND s.state <> 'ENTFALLEN'
"""
_GONE = """
SELECT s.unit_id, lower(s.during) AS begins, upper(s.during) AS ends FROM register.occupancy_spells s
WHERE s.municipality_id = :town AND s.state = 'ENTFALLEN'
  AND s.during && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
"""
_CONFIRMED = f"SELECT u.id FROM register.units u WHERE u.municipality_id = :town AND {CONFIRMED}"  # noqa: S608 (own expression)


def confirmed(session: Session, municipality_id: int, day: date) -> set[int]:
    """The units of the town that were confirmed within twelve months before the day, by what was known on it."""
    return {row.id for row in session.execute(text(_CONFIRMED), {"town": municipality_id, "day": day})}


def stock(session: Session, municipality_id: int, days: Sequence[date], opened: date) -> Stock:
    """The ground floors of the town that the session works in, on each day (ascending); zones as of `opened`."""
    asked = {"town": municipality_id, "first": days[0], "last": days[-1]}
    rows = read(session, _UNITS, {**asked, "opened": opened})
    place = {row.id: index for index, row in enumerate(rows)}
    shape = (len(rows), len(days))
    there, known, empty, dead, gastronomy = (np.zeros(shape, dtype=np.bool_) for _ in range(5))
    for index, row in enumerate(rows):
        there[index, _between(days, row.begins, row.ends)] = True
    for spell in read(session, _SPELLS, asked):
        at = place.get(spell.unit_id)
        if at is None:
            continue
        when = _between(days, spell.begins, spell.ends)
        known[at, when] = True
        empty[at, when] = spell.state in NET
        dead[at, when] = spell.state in DEAD
        gastronomy[at, when] = spell.state in USED and "GASTRONOMIE" in (spell.sortiment, _sold(spell))
    units = tuple(_unit(row) for row in rows)
    gone = read(session, _GONE, asked)
    for spell in gone:
        if spell.unit_id in place:
            there[place[spell.unit_id], _between(days, spell.begins, spell.ends)] = False
    known &= there
    return Stock(
        tuple(days),
        units,
        _spots(units),
        there,
        known,
        empty & known,
        dead & known,
        gastronomy & known,
    )


def _between(days: Sequence[date], first: date | None, end: date | None) -> slice:
    begin = 0 if first is None else bisect_left(days, first)
    return slice(begin, len(days) if end is None else bisect_left(days, end))


def _sold(spell: Any) -> str | None:
    """What a use without a named branch is by its rooms."""
    return "GASTRONOMIE" if spell.sortiment is None and spell.object_type == "GASTRO" else None


def _unit(row: Any) -> Unit:
    return Unit(
        row.id, row.street, row.address, row.longitude, row.latitude, row.frontage_m, row.situation, row.is_example
    )


def _spots(units: Sequence[Unit]) -> Real:
    if not units:
        return np.empty((0, 2))
    points = shapely.MultiPoint([(one.longitude, one.latitude) for one in units])
    return np.asarray(shapely.get_coordinates(geometry.in_metres(points)), dtype=np.float64)
