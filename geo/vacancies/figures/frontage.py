"""Dead frontage: how many metres of shop windows in a row have nothing behind them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.places.addresses.keys import street_key_sql
from geo.vacancies.counted import DEAD, in_states
from geo.vacancies.figures.rates import Area
from geo.vacancies.figures.reading import read


@dataclass(frozen=True)
class Run:
    """Units one after the other on one side of a street, all of them empty. `frontage_m` is over those with a value."""

    street: str
    locality: str | None
    side: str
    first: str
    last: str
    units: int
    frontage_m: float
    without_value: int
    unit_ids: tuple[int, ...]

    @property
    def numbers(self) -> str:
        return self.first if self.first == self.last else f"{self.first} bis {self.last}"


# A street is one however it is written ("Marktstr.", "Marktstraße"), and is named as most of a run's units have it.
# One side of it: the odd or the even house numbers, as they follow each other; several units at one number lie
# beside each other. A unit that is used, in interim use, rebuilt, off the market or of unknown state ends a run.
_RUNS = """
WITH fronts AS (
    SELECT u.id, p.street, p.locality, p.house_number, u.frontage_m::float AS front,
           substring(p.house_number FROM '^[0-9]{{1,6}}')::integer AS number,
           coalesce({dead}, false) AS is_dead
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
    AND s.during @> CAST(:day AS date)
    WHERE {area} AND u.is_ground_floor_frontage AND u.during @> CAST(:day AS date)
      AND s.state IS DISTINCT FROM 'ENTFALLEN' AND p.street IS NOT NULL
      AND substring(p.house_number FROM '^[0-9]{{1,6}}') IS NOT NULL
), streets AS MATERIALIZED (
    SELECT w.street, w.locality, {street} AS key, coalesce({locality}, '') AS town
    FROM (SELECT DISTINCT street, locality FROM fronts) w
), ordered AS (
    SELECT f.*, k.key, k.town, number % 2 AS side,
           row_number() OVER (PARTITION BY key, town, number % 2 ORDER BY number, house_number, id) AS place,
           row_number() OVER (PARTITION BY key, town, number % 2, is_dead ORDER BY number, house_number, id)
               AS place_alike
    FROM fronts f JOIN streets k ON k.street = f.street AND k.locality IS NOT DISTINCT FROM f.locality
)
SELECT mode() WITHIN GROUP (ORDER BY street) AS street, mode() WITHIN GROUP (ORDER BY locality) AS locality, side,
       count(*) AS units, coalesce(sum(front), 0) AS front,
       count(*) FILTER (WHERE front IS NULL) AS without_value,
       (array_agg(house_number ORDER BY place))[1] AS first, (array_agg(house_number ORDER BY place DESC))[1] AS last,
       array_agg(id ORDER BY place) AS ids
FROM ordered WHERE is_dead
GROUP BY key, town, side, place - place_alike
HAVING count(*) >= 2
ORDER BY coalesce(sum(front), 0) DESC, count(*) DESC, key, side, min(place)
LIMIT :limit
"""
_UNPLACED = """
SELECT count(*) FROM register.units u
JOIN register.places p ON p.id = u.place_id
LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
    AND s.during @> CAST(:day AS date)
WHERE {area} AND u.is_ground_floor_frontage AND u.during @> CAST(:day AS date)
  AND s.state IS DISTINCT FROM 'ENTFALLEN'
  AND (p.street IS NULL OR substring(p.house_number FROM '^[0-9]{{1,6}}') IS NULL)
"""


def longest(session: Session, area: Area, day: date, limit: int = 5) -> list[Run]:
    """The longest runs of dead frontage on the day (two units at least), the most metres first."""
    query = _RUNS.format(
        area=area.condition,
        dead=in_states(DEAD),
        street=street_key_sql("w.street"),
        locality=street_key_sql("w.locality"),
    )
    return [
        Run(
            row.street,
            row.locality,
            "ungerade" if row.side else "gerade",
            row.first,
            row.last,
            row.units,
            round(row.front, 1),
            row.without_value,
            tuple(row.ids),
        )
        for row in read(session, query, {**area.values(), "day": day, "limit": limit})
    ]


def unplaced(session: Session, area: Area, day: date) -> int:
    """Units that stand in no run because their street or house number is not known."""
    query = _UNPLACED.format(area=area.condition)
    return int(read(session, query, {**area.values(), "day": day})[0][0])
