"""How long a vacancy lasts across the splitting and merging of units: the empty room goes on, whatever it is called.

The years' table counts units: there the old ones leave the stock and the new ones begin. Durations and the time to
re-letting count vacancies: each unit that follows an empty one carries its vacancy on from where it began, and where
it begins in another state, the vacancy ends with that.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from geo.vacancies.counted import GROSS, USED
from geo.vacancies.figures import flows
from geo.vacancies.figures.flows import Episode
from geo.vacancies.figures.rates import Area
from geo.vacancies.figures.reading import read


@dataclass(frozen=True)
class Succession:
    """On a day one unit follows another; `state` is the one that it begins in, if known."""

    before_id: int
    after_id: int
    on: date
    state: str | None


_SUCCESSIONS = """
SELECT n.from_unit_id, n.to_unit_id, n.on_day, s.state
FROM register.unit_successions n
JOIN register.units u ON u.id = n.to_unit_id
JOIN register.places p ON p.id = u.place_id
LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
    AND s.during @> n.on_day
WHERE {area} AND n.municipality_id = :municipality_id AND u.is_ground_floor_frontage
  AND n.on_day <= CAST(:day AS date)
ORDER BY n.on_day, n.to_unit_id, n.from_unit_id
"""


def vacancies(session: Session, area: Area, day: date, found: Sequence[Episode]) -> list[Episode]:
    """The episodes of the area (`flows.episodes`) as vacancies that go over into the units that follow."""
    rows = read(session, _SUCCESSIONS.format(area=area.condition), {**area.values(), "day": day})
    return carried_on(found, [Succession(*tuple(row)) for row in rows])


def moved_units(session: Session, area: Area, day: date, told: str, year: int) -> list[int]:
    """The units behind a number of the years' table (`flows.MOVEMENTS`) or of the durations (`flows.OVERALL`)."""
    found = flows.episodes(session, area, day)
    if told in flows.MOVEMENTS:
        return sorted({one.unit_id for one in flows.moved(found, told, year)})
    lasting = vacancies(session, area, day, found)
    return sorted({one.unit_id for one in (flows.relet(lasting, day) if told == "vermietet" else lasting)})


def carried_on(found: Sequence[Episode], successions: Sequence[Succession]) -> list[Episode]:
    """Each episode once, from where its vacancy began; `successions` in the order of their days.

    A unit that follows several empty ones carries on the one that began first; where one of them began at an unknown
    time, so did it.
    """
    known = {(one.unit_id, one.begin): one for one in found}
    ended = {(one.unit_id, one.end): key for key, one in known.items() if one.after == "ENTFALLEN"}
    before: dict[tuple[int, date], list[Succession]] = defaultdict(list)
    for one in successions:
        before[one.after_id, one.on].append(one)
    gone: set[tuple[int, date]] = set()
    for (unit_id, on), ways in before.items():
        empty = [ended[one.before_id, on] for one in ways if (one.before_id, on) in ended]
        at, state = (unit_id, on), ways[0].state
        if not empty or (at not in known and state in GROSS):  # the second: its beginning was corrected since
            continue
        gone.update(empty)
        own = known.get(at) or _over_at_once(unit_id, on, state)
        known[at] = _from_before(own, [known[key] for key in empty])
    return [one for key, one in known.items() if key not in gone]


def _over_at_once(unit_id: int, on: date, state: str | None) -> Episode:
    """The end of a vacancy in a unit that follows and is not empty."""
    return Episode(unit_id, on, on, state, let_on=on if state in USED else None)


def _from_before(own: Episode, empty: Sequence[Episode]) -> Episode:
    days = [one.let_on for one in (own, *empty) if one.let_on is not None]
    return replace(
        own,
        begin=min(one.begin for one in empty),
        is_older=any(one.is_older for one in empty),
        let_on=min(days, default=None),
    )
