"""Vacancies as episodes: what became empty and what ended in each year, how long they last, how long re-letting takes.

An episode is an unbroken time in which a unit counts as empty in the gross reading. It is over when the unit is used,
rebuilt, taken off the market or removed; where the register simply does not know what came after, it is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median as middle

from sqlalchemy.orm import Session

from geo.vacancies.counted import GROSS, USED, in_states
from geo.vacancies.figures.rates import Area, Figures, series
from geo.vacancies.figures.reading import read
from geo.vacancies.figures.survival import Median, median

# Re-letting is told for what was let in so many years before the day.
RELET_YEARS = 3
LEAST_EPISODES = 10


@dataclass(frozen=True)
class Episode:
    """A vacancy from `begin` to before `end` (None: still running). `after` is the state that followed, if known.

    `is_older`: it began before `begin`, nobody knows when. `let_on`: the first day on which it was let.
    """

    unit_id: int
    begin: date
    end: date | None
    after: str | None
    is_older: bool = False
    let_on: date | None = None

    @property
    def days(self) -> int | None:
        return None if self.end is None else (self.end - self.begin).days


_EPISODES = """
WITH spells AS (
    SELECT s.unit_id, s.state, lower(s.during) AS begins, upper(s.during) AS ends, s.start_precision,
           upper(u.during) AS stock_ends,
           lag(s.state) OVER w AS state_before, lag(upper(s.during)) OVER w AS end_before,
           lead(s.state) OVER w AS state_after, lead(lower(s.during)) OVER w AS begin_after
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
    WHERE {area} AND u.is_ground_floor_frontage AND lower(s.during) <= CAST(:day AS date)
      AND (s.during && u.during OR s.state = 'ENTFALLEN')
      AND u.id IN (SELECT e.unit_id FROM register.occupancy_spells e
                   WHERE e.municipality_id = :municipality_id AND {gross_ever})
    WINDOW w AS (PARTITION BY s.unit_id ORDER BY s.during)
), marked AS (
    SELECT *, NOT coalesce(end_before = begins AND {gross_before}, false) AS starts FROM spells WHERE {gross}
), numbered AS (
    SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY unit_id ORDER BY begins) AS number FROM marked
)
SELECT unit_id, min(begins) AS begins, nullif(max(coalesce(least(ends, stock_ends), 'infinity')), 'infinity') AS ends,
       (array_agg(start_precision ORDER BY begins))[1] AS precision,
       (array_agg(CASE WHEN begin_after = ends THEN state_after WHEN stock_ends <= ends THEN 'ENTFALLEN' END
                  ORDER BY begins DESC))[1] AS after,
       min(begins) FILTER (WHERE state = 'LEER_VERMIETET') AS let_from
FROM numbered GROUP BY unit_id, number ORDER BY unit_id, number
"""


def episodes(session: Session, area: Area, day: date) -> list[Episode]:
    """All vacancies of the area that had begun by the day, as they stood on it."""
    query = _EPISODES.format(
        area=area.condition,
        gross=in_states(GROSS, "state"),
        gross_ever=in_states(GROSS, "e.state"),
        gross_before=_before(),
    )
    found = []
    for row in read(session, query, {**area.values(), "day": day}):
        is_over = row.ends is not None and row.ends <= day
        relet = row.ends if is_over and row.after in USED else None
        let_on = min((one for one in (row.let_from, relet) if one is not None and one <= day), default=None)
        found.append(
            Episode(
                row.unit_id,
                row.begins,
                row.ends if is_over else None,
                row.after if is_over else None,
                row.precision == "VOR",
                let_on,
            )
        )
    return found


def _before() -> str:
    return in_states(GROSS, "state_before")


@dataclass(frozen=True)
class Year:
    """A year's change: `empty_before` + `begun` + `became_known` - the ways out = `empty_after`."""

    year: int
    until: date
    empty_before: int
    begun: int
    became_known: int
    used: int
    rebuilt: int
    off_market: int
    removed: int
    lost: int
    empty_after: int

    @property
    def ended(self) -> int:
        return self.used + self.rebuilt + self.off_market + self.removed

    @property
    def is_whole(self) -> bool:
        return (self.until.month, self.until.day) == (12, 31)


def flows(
    session: Session, area: Area, day: date, years: int = 10, found: Sequence[Episode] | None = None
) -> list[Year]:
    """Inflow and outflow (gross) of the years up to the day; the day's own year counts until the day."""
    known = episodes(session, area, day) if found is None else found
    ends = _ends(day, years)
    return _years(ends, known, series(session, area, ends))


def _ends(day: date, years: int) -> list[date]:
    """The last days of the year before the first one and of each year, the day itself for its own."""
    return [date(year, 12, 31) for year in range(day.year - years, day.year)] + [day]


def _years(ends: Sequence[date], known: Sequence[Episode], counted: Sequence[Figures]) -> list[Year]:
    empty = [figures.total(GROSS).units for figures in counted]
    return [_year(until.year, until, known, (empty[index], empty[index + 1])) for index, until in enumerate(ends[1:])]


@dataclass(frozen=True)
class OverTime:
    """An area's figures on a day, on the days of its time line, and the years up to it."""

    on: Figures
    line: list[Figures]
    years: list[Year]


def over_time(
    session: Session, area: Area, day: date, line: Sequence[date], found: Sequence[Episode], years: int = 10
) -> OverTime:
    """All of that by one reading of the spells, which costs hardly more for many days than for one."""
    ends = _ends(day, years)
    counted = series(session, area, [day, *line, *ends])
    at = 1 + len(line)
    return OverTime(counted[0], counted[1:at], _years(ends, found, counted[at:]))


# What a vacancy can have done in a year, and the states that followed where it ended: the columns of the years.
_BEGINNINGS = {"leer": "leer geworden", "bekannt": "bekannt geworden"}
_ENDS: dict[str, tuple[str, tuple[str | None, ...]]] = {
    "genutzt": ("wieder genutzt", USED),
    "umbau": ("in den Umbau gegangen", ("IM_UMBAU",)),
    "vom-markt": ("vom Markt genommen", ("NICHT_MARKTAKTIV",)),
    "entfallen": ("aus dem Bestand entfallen", ("ENTFALLEN",)),
    "verbleib": ("Verbleib unbekannt", (None,)),
}
MOVEMENTS = {**_BEGINNINGS, **{name: words for name, (words, _) in _ENDS.items()}}


# What is told of all years at once: every vacancy that is known, and those of which the re-letting counts.
OVERALL = {
    "dauer": "Einheiten mit einem Leerstand, dessen Dauer gezählt wird (auch mehreren)",
    "vermietet": "wieder vermietet",
}


def moved(found: Sequence[Episode], movement: str, year: int) -> list[Episode]:
    """The vacancies that did this (one of `MOVEMENTS`) in the year."""
    if movement in _BEGINNINGS:
        return [one for one in found if one.begin.year == year and one.is_older == (movement == "bekannt")]
    _, after = _ENDS[movement]
    return [one for one in found if one.end is not None and one.end.year == year and one.after in after]


def _year(number: int, until: date, known: Sequence[Episode], empty: tuple[int, int]) -> Year:
    begun, older, used, rebuilt, off_market, removed, lost = (len(moved(known, one, number)) for one in MOVEMENTS)
    return Year(number, until, empty[0], begun, older, used, rebuilt, off_market, removed, lost, empty[1])


def duration(found: Sequence[Episode], day: date) -> Median:
    """How long vacancies last, in days: the Kaplan-Meier median of all that had begun by the day.

    Running ones, ones of which it is not known what came after, and ones that began "before" a day count as lasting at
    least as long as was seen.
    """
    return median([seen(one, day) for one in found])


def seen(one: Episode, day: date) -> tuple[float, bool]:
    """For how many days a vacancy was seen to last by the day, and whether it ended then."""
    until = one.end or day + timedelta(days=1)
    return (until - one.begin).days, one.after is not None and not one.is_older


@dataclass(frozen=True)
class Reletting:
    """How long it took, in days, from empty to let: the median of those let in the years before the day."""

    days: float | None
    count: int
    since: date


def reletting(found: Sequence[Episode], day: date) -> Reletting:
    """Of what was let in the last years alone; vacancies that began at an unknown time do not count."""
    since = _relet_since(day)
    let = [(one.let_on - one.begin).days for one in relet(found, day) if one.let_on is not None]
    return Reletting(middle(let) if len(let) >= LEAST_EPISODES else None, len(let), since)


def relet(found: Sequence[Episode], day: date) -> list[Episode]:
    """The vacancies that the time to re-letting is told of."""
    since = _relet_since(day)
    return [one for one in found if one.let_on is not None and one.let_on > since and not one.is_older]


def _relet_since(day: date) -> date:
    return date(day.year - RELET_YEARS, day.month, min(day.day, 28))
