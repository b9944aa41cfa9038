"""Two days beside each other: what became empty between them, what was filled again, what stayed as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.paging import SIZE, Page, decode_key, encode_key
from geo.vacancies.counted import GROSS, in_states
from geo.vacancies.figures.rates import Area
from geo.vacancies.figures.reading import read

# What may have become of a unit, in the order of the page: German name, and the shape and tone it is drawn with.
CHANGES = {
    "NEU_LEER": "leer geworden",
    "WIEDER_BELEGT": "wieder belegt",
    "BLEIBT_LEER": "weiterhin leer",
    "BLEIBT_BELEGT": "weiterhin belegt",
    "HINZUGEKOMMEN": "neu im Bestand",
    "WEGGEFALLEN": "nicht mehr im Bestand",
    "UNKLAR": "Zustand an einem der Tage unbekannt",
}
CHANGED = ("NEU_LEER", "WIEDER_BELEGT", "HINZUGEKOMMEN", "WEGGEFALLEN")
MOST_ON_MAP = 5_000

_COMPARED = """
SELECT u.id, u.name, u.object_type, u.floor, u.is_example, p.street, p.house_number, p.locality,
       ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude,
       a.state AS state_before, b.state AS state_after,
       coalesce(p.street, p.locality, '') AS key_0,
       coalesce(substring(p.house_number FROM '^[0-9]{{1,6}}'), '0')::int AS key_1, u.id AS key_2,
       CASE
           WHEN NOT u.during @> CAST(:later AS date) OR b.state = 'ENTFALLEN' THEN 'WEGGEFALLEN'
           WHEN NOT u.during @> CAST(:earlier AS date) OR a.state = 'ENTFALLEN' THEN 'HINZUGEKOMMEN'
           WHEN a.state IS NULL OR b.state IS NULL THEN 'UNKLAR'
           WHEN NOT {before} AND {after} THEN 'NEU_LEER'
           WHEN {before} AND NOT {after} THEN 'WIEDER_BELEGT'
           WHEN {after} THEN 'BLEIBT_LEER'
           ELSE 'BLEIBT_BELEGT'
       END AS change
FROM register.units u
JOIN register.places p ON p.id = u.place_id
LEFT JOIN register.occupancy_spells a ON a.unit_id = u.id AND a.municipality_id = :municipality_id
    AND a.during @> CAST(:earlier AS date)
LEFT JOIN register.occupancy_spells b ON b.unit_id = u.id AND b.municipality_id = :municipality_id
    AND b.during @> CAST(:later AS date)
WHERE {area} AND u.is_ground_floor_frontage
  AND ((u.during @> CAST(:earlier AS date) AND a.state IS DISTINCT FROM 'ENTFALLEN')
    OR (u.during @> CAST(:later AS date) AND b.state IS DISTINCT FROM 'ENTFALLEN'))
"""


@dataclass(frozen=True)
class Pair:
    """Two days of an area; `changes` narrows it to units of which this became."""

    area: Area
    earlier: date
    later: date
    changes: tuple[str, ...] = CHANGED

    def values(self) -> dict[str, Any]:
        return {**self.area.values(), "earlier": self.earlier, "later": self.later, "changes": list(self.changes)}

    @property
    def query(self) -> str:
        before, after = in_states(GROSS, "a.state"), in_states(GROSS, "b.state")
        return _COMPARED.format(area=self.area.condition, before=before, after=after)


def counts(session: Session, pair: Pair) -> dict[str, int]:
    """How many units each thing became of."""
    query = f"SELECT change, count(*) AS units FROM ({pair.query}) c GROUP BY change"  # noqa: S608 (our own text)
    found = {row.change: row.units for row in read(session, query, pair.values())}
    return {change: found.get(change, 0) for change in CHANGES}


def search(session: Session, pair: Pair, after: str | None = None) -> Page[Row[Any]]:
    """A page of the units, by street and number."""
    values, beyond = {**pair.values(), "limit": SIZE + 1}, ""
    position = decode_key(after, [str, int, int])
    if position is not None:
        beyond = "AND (key_0, key_1, key_2) > (:k0, :k1, :k2)"
        values |= {f"k{index}": value for index, value in enumerate(position)}
    query = (
        f"SELECT * FROM ({pair.query}) c WHERE change = ANY (:changes) {beyond}"  # noqa: S608 (our own text)
        " ORDER BY key_0, key_1, key_2 LIMIT :limit"
    )
    rows = list(read(session, query, values))
    next_key = None
    if len(rows) > SIZE:
        rows = rows[:SIZE]
        next_key = encode_key([rows[-1].key_0, rows[-1].key_1, rows[-1].key_2])
    return Page(rows, next_key, sum(units for change, units in counts(session, pair).items() if change in pair.changes))


def on_map(session: Session, pair: Pair) -> Sequence[Row[Any]]:
    """The same units for the map."""
    query = f"SELECT * FROM ({pair.query}) c WHERE change = ANY (:changes) ORDER BY id LIMIT :limit"  # noqa: S608
    return session.execute(text(query), {**pair.values(), "limit": MOST_ON_MAP}).all()
