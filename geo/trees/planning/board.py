"""A plan as a board: rows are stops in groups, columns are weeks, in them visits and the weeks that are blocked.

Pure: from rows of the database to what the page shows. Nothing is measured in pixels.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby

from geo.trees.planner.loads import loads_of
from geo.trees.planner.model import Visit
from geo.trees.planning.weeks import Weeks

CLASSES = ("S", "L")


@dataclass(frozen=True)
class BoardVisit:
    """A visit as the board shows it. `is_movable`: no trees stand there for it yet; `rests`: in winter quarters.

    `named` is the number of its trees that are known by name.
    """

    id: int
    version: int
    stop_id: int
    first: date
    last: date
    modules_s: int
    modules_l: int
    layer: str
    is_pinned: bool = False
    title: str | None = None
    permit_state: str = "OFFEN"
    is_movable: bool = True
    rests: bool = False
    named: int = 0
    exception_reason: str | None = None

    @property
    def size(self) -> int:
        return self.modules_s + self.modules_l

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> int:
        return max(1, round(self.days / 7))

    @property
    def modules(self) -> str:
        """5 S + 2 L"""
        return " + ".join(f"{n} {name}" for n, name in ((self.modules_s, "S"), (self.modules_l, "L")) if n)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Block:
    """Days on which a stop is not to be had."""

    first: date
    last: date
    reason: str

    def touches(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last


@dataclass(frozen=True)
class BoardStop:
    """A stop as the board and the questions about its weeks need it.

    `season_first` and `season_last` are month * 100 + day; None where the fleet's season holds.
    """

    id: int
    municipality_id: int
    municipality: str
    name: str
    kind: str
    capacity: int
    module_classes: tuple[str, ...]
    quarter: str | None = None
    min_modules: int = 1
    heat_need: int | None = None
    permit_lead_weeks: int = 0
    season_first: int | None = None
    season_last: int | None = None
    lon: float | None = None
    lat: float | None = None
    blocks: tuple[Block, ...] = ()

    def closed_on(self, day: date) -> bool:
        """Whether the stop's own season does not hold on that day."""
        code = day.month * 100 + day.day
        first, last = self.season_first or 101, self.season_last or 1231
        return not (first <= code <= last if first <= last else code >= first or code <= last)


@dataclass(frozen=True)
class Cell:
    """`span` weeks from `week` on: with visits, blocked for a reason, or free."""

    week: int
    span: int
    visits: tuple[BoardVisit, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Row:
    """A stop with its visits; its cells are made when somebody wants to see them."""

    stop: BoardStop
    visits: tuple[BoardVisit, ...]
    weeks: Weeks

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The row's weeks, from the first to the last."""
        return _cells(self.weeks, self.stop, self.visits)

    @property
    def module_weeks(self) -> int:
        return sum(visit.size * visit.weeks for visit in self.visits)


@dataclass(frozen=True)
class Group:
    """The stops of a quarter or town."""

    name: str
    rows: tuple[Row, ...]

    @property
    def module_weeks(self) -> int:
        return sum(row.module_weeks for row in self.rows)

    @property
    def reached(self) -> int:
        return sum(bool(row.visits) for row in self.rows)


@dataclass(frozen=True)
class Load:
    """What a week asks of the fleet: modules standing by class, modules arriving or going home, visits that begin."""

    standing_s: int = 0
    standing_l: int = 0
    moved: int = 0
    openings: int = 0

    @property
    def standing(self) -> int:
        return self.standing_s + self.standing_l


@dataclass(frozen=True)
class Board:
    weeks: Weeks
    groups: tuple[Group, ...]
    loads: tuple[Load, ...]
    moving: tuple[BoardVisit, ...] = ()  # all that draw on the fleet, also at stops that are not shown
    holidays: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def visits(self) -> list[BoardVisit]:
        return [visit for row in self.rows for visit in row.visits]

    @property
    def unvisited(self) -> list[BoardStop]:
        """The stops in streets that the plan does not reach, those in greatest need of trees first."""
        found = [row.stop for row in self.rows if not row.visits and row.stop.kind == "STRASSE"]
        return sorted(found, key=lambda stop: (-(stop.heat_need or 0), stop.municipality, stop.name))


def build(
    weeks: Weeks,
    stops: Sequence[BoardStop],
    visits: Iterable[BoardVisit],
    holidays: Iterable[tuple[date, date, str]] = (),
) -> Board:
    """The board. Groups by town and quarter, winter quarters last.

    Visits of stops that are not shown still count in what the weeks ask of the fleet.
    """
    by_stop: dict[int, list[BoardVisit]] = {}
    for visit in sorted(visits, key=lambda one: (one.first, one.id)):
        by_stop.setdefault(visit.stop_id, []).append(visit)
    name = group_names(stops)
    rows = [Row(stop, tuple(by_stop.get(stop.id, ())), weeks) for stop in stops]
    rows.sort(key=lambda row: (row.stop.kind != "STRASSE", name(row.stop), row.stop.name, row.stop.id))
    groups = tuple(Group(key, tuple(own)) for key, own in groupby(rows, lambda row: name(row.stop)))
    moving = [visit for own in by_stop.values() for visit in own if not visit.rests]
    return Board(weeks, groups, loads(weeks, moving), tuple(moving), _holidays(weeks, holidays))


def group_names(stops: Sequence[BoardStop]) -> Callable[[BoardStop], str]:
    """How the stops are grouped: by town and quarter, and by one of them where the other tells nothing apart."""
    several = len({stop.municipality_id for stop in stops}) > 1
    has_quarters = any(stop.quarter for stop in stops)

    def name(stop: BoardStop) -> str:
        if stop.kind != "STRASSE":
            return "Winterquartiere"
        if has_quarters and not several and not stop.quarter:
            return "Ohne Quartier"
        parts = [stop.municipality if several or not stop.quarter else "", stop.quarter or ""]
        return ", ".join(part for part in parts if part)

    return name


def planned(visit: BoardVisit, weeks: Weeks) -> Visit:
    """A visit in whole weeks, as the planner adds it up; wherever it is."""
    begin, end = weeks.span(visit.first, visit.last)
    return Visit("", begin, end - begin + 1, {"S": visit.modules_s, "L": visit.modules_l})


def loads(weeks: Weeks, visits: Iterable[BoardVisit]) -> tuple[Load, ...]:
    """What each week asks of the fleet, counted as the planner counts."""
    sums = loads_of(planned(visit, weeks) for visit in visits)
    return tuple(
        Load(
            sums.standing["", "S", week],
            sums.standing["", "L", week],
            sums.moved("", CLASSES, week),
            sums.beginning["", week],
        )
        for week in weeks
    )


def _cells(weeks: Weeks, stop: BoardStop, visits: Sequence[BoardVisit]) -> tuple[Cell, ...]:
    here: list[list[BoardVisit]] = [[] for _ in weeks]
    for visit in visits:
        begin, end = weeks.span(visit.first, visit.last)
        for week in range(max(0, begin), min(weeks.count, end + 1)):
            here[week].append(visit)
    reasons = [closed_because(stop, weeks, week) if not here[week] else None for week in weeks]
    cells, at = [], 0
    for (ids, reason), own in groupby(weeks, lambda week: (tuple(one.id for one in here[week]), reasons[week])):
        span = len(list(own))
        cells.append(Cell(at, span, tuple(here[at]) if ids else (), reason))
        at += span
    return tuple(cells)


def closed_because(stop: BoardStop, weeks: Weeks, week: int) -> str | None:
    """Why nothing may stand at the stop in that week, whoever comes; None when it is open."""
    first, last = weeks.first_day(week), weeks.last_day(week)
    for block in stop.blocks:
        if block.touches(first, last):
            return block.reason
    if stop.closed_on(first) or stop.closed_on(last):
        return "außerhalb der Zeit, in der der Standplatz zur Verfügung steht"
    return None


def _holidays(weeks: Weeks, holidays: Iterable[tuple[date, date, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for first, last, name in holidays:
        for week in range(max(0, weeks.of(first)), min(weeks.count, weeks.of(last) + 1)):
            found.setdefault(week, []).append(name)
    return {week: tuple(dict.fromkeys(names)) for week, names in found.items()}
