"""A problem of the rotation and a plan for it, as plain values.

Weeks are numbered from 0, the week of `first_monday`. A visit begins with its week `start` and stands for `weeks`
weeks. Value is counted in points (integers); what a point is worth follows from the costs of the problem.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

CLASS_VALUE = {"S": 0.6, "L": 0.9}
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Modules by class, and what its people manage in a week: modules moved (arrivals and returns), visits begun.

    `move_weeks` are the weeks in which it moves at all; None: in every week.
    """

    id: str
    name: str
    modules: Mapping[str, int]
    crew: int
    openings: int
    move_weeks: frozenset[int] | None = None

    def moves_in(self, week: int) -> bool:
        return self.move_weeks is None or week in self.move_weeks


@dataclass(frozen=True, slots=True)
class Stop:
    """A street location, as the planner sees it.

    `open` says for each week whether trees may stand there, `closed_because` why not (week to reason); `earliest` is
    the first week in which a new visit may begin (permit lead time); `visits` how many visits a season may bring.
    `need` is the heat need (0 to 100), `waiting` the waiting points of its applicants, `near` the points of vacancies
    and viewpoints near by, `seasons_since` how many seasons ago trees last stood there (None: never).
    """

    id: str
    name: str
    district: str
    capacity: int
    min_modules: int
    classes: tuple[str, ...]
    need: int
    open: tuple[bool, ...]
    x_km: float = 0.0
    y_km: float = 0.0
    depot_km: float = 0.0
    fleets: tuple[str, ...] = ()
    earliest: int = 0
    visits: int = 1
    waiting: int = 0
    near: int = 0
    seasons_since: int | None = None
    closed_because: Mapping[int, str] = field(default_factory=dict)

    def served_by(self, fleet: str) -> bool:
        """Whether a fleet comes here at all; a stop that names none is served by every fleet."""
        return not self.fleets or fleet in self.fleets


@dataclass(frozen=True, slots=True)
class Visit:
    """Modules of a fleet at a stop for whole weeks."""

    stop: str
    start: int
    weeks: int
    modules: Mapping[str, int]
    fleet: str = ""

    @property
    def end(self) -> int:
        """The first week in which it is gone."""
        return self.start + self.weeks

    @property
    def size(self) -> int:
        return sum(self.modules.values())

    @property
    def dates(self) -> tuple[str, int, int]:
        return self.stop, self.start, self.weeks


class Fixed(StrEnum):
    """Why a visit is not the planner's to move."""

    PAST = "past"  # has begun before this week: a fact, no rule judges it
    DECIDED = "decided"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit that stays as it is."""

    visit: Visit
    kind: Fixed


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each soft rule counts, in per cent of what the problem's costs say."""

    heat: int = 100
    fairness: int = 100
    transport: int = 100
    effort: int = 100
    waiting: int = 100
    near: int = 100
    revisit: int = 100
    stability: int = 100


@dataclass(frozen=True, slots=True)
class Costs:
    """Points: for a visit's organisation, a module's return to the depot, a module-week short of a district's target,
    an applicants' waiting point heard, a near-by point and week, a stop again too soon, a published date kept."""

    visit: int = 1500
    back: int = 100
    shortfall: int = 300
    waiting: int = 400
    near: int = 40
    revisit: int = 4000
    kept: int = 3000


@dataclass(frozen=True)
class Problem:
    """All that a plan has to heed.

    `season_weight` says how much a week counts (0 outside of the season); `targets` the module-weeks that each
    district should get; `now` the present week: what began before it is past, and no sum before it is judged;
    `notice` how many weeks ahead a new visit is announced at least; `revisit_seasons` within how many seasons a stop
    counts as visited already; `published` the visits that residents have been told.
    """

    weeks: int
    season_weight: tuple[int, ...]
    fleets: tuple[Fleet, ...]
    stops: tuple[Stop, ...]
    min_weeks: int
    max_weeks: int
    targets: Mapping[str, int] = field(default_factory=dict)
    costs: Costs = Costs()
    weights: Weights = Weights()
    class_value: Mapping[str, float] = field(default_factory=lambda: dict(CLASS_VALUE))
    pins: tuple[Pin, ...] = ()
    published: tuple[Visit, ...] = ()
    now: int = 0
    notice: int = 0
    revisit_seasons: int = 2
    first_monday: date | None = None

    def stop(self, key: str) -> Stop | None:
        return next((stop for stop in self.stops if stop.id == key), None)

    def fleet(self, key: str) -> Fleet | None:
        return next((fleet for fleet in self.fleets if fleet.id == key), None)

    def earliest(self, stop: Stop) -> int:
        """The first week in which a new visit of the stop may begin."""
        return max(stop.earliest, self.now + self.notice)

    def week_name(self, week: int) -> str:
        """How a sentence names a week: by its number in the year, or counted where no date is known."""
        if self.first_monday is None:
            return f"Woche {week}"
        monday = self.first_monday + week * WEEK
        return f"KW {monday.isocalendar().week} (ab {monday.day}.{monday.month}.)"

    def reduced(self, **changes: object) -> "Problem":
        """The same problem with some of its values changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Plan:
    """Visits, in no order that matters."""

    visits: tuple[Visit, ...] = ()

    def by_stop(self) -> dict[str, list[Visit]]:
        found: dict[str, list[Visit]] = {}
        for visit in self.visits:
            found.setdefault(visit.stop, []).append(visit)
        return found

    @property
    def module_weeks(self) -> int:
        return sum(visit.size * visit.weeks for visit in self.visits)


def plan_of(visits: Iterable[Visit]) -> Plan:
    """A plan with its visits by start and stop, so that equal plans look equal."""
    return Plan(tuple(sorted(visits, key=lambda visit: (visit.start, visit.stop, visit.fleet))))
