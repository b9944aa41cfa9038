"""Trees by name for a plan's visits: who goes where, with the fewest kilometres. Exact, as a flow of least cost.

Modules of a class are alike to the planner; this says which tree takes which place, so that a tree that leaves a stop
goes to one near by. A unit of flow is a tree: from the depot to a visit, from visit to visit, back to the depot. What a
tree does in any case divides its time into gaps; those that end alike are one flow: any tree can go in any of them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import highspy
import numpy as np

from geo.trees.planner.formulation import INFINITE, entries_of
from geo.trees.planner.model import Plan, Problem, Stop, Visit
from geo.trees.planner.relaxation import quiet

LACKING_KM = 100_000.0  # a place without a tree is worse than any way


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree by name, of a fleet and a class; `fixed` are the visits that it makes in any case."""

    id: str
    fleet: str
    module_class: str
    fixed: tuple[Visit, ...] = ()


class TooFewTrees(ValueError):
    """A plan needs more trees of a class at once than there are."""


def assign(problem: Problem, plan: Plan, trees: Sequence[Tree], *, partly: bool = False) -> dict[str, list[Visit]]:
    """The visits of each tree in the order of time, so that all move as few kilometres as possible.

    Raises: TooFewTrees if a visit would lack a tree; with `partly` as few places as possible stay empty instead.
    """
    routes = {tree.id: list(tree.fixed) for tree in trees}
    stops = {stop.id: stop for stop in problem.stops}
    for fleet, module_class in sorted({(tree.fleet, tree.module_class) for tree in trees} | _needed(plan)):
        own = [tree for tree in trees if (tree.fleet, tree.module_class) == (fleet, module_class)]
        has = Counter(visit.dates for tree in own for visit in tree.fixed)
        open_ = [
            (visit, lacking)
            for visit in plan.visits
            if visit.fleet == fleet and (lacking := visit.modules.get(module_class, 0) - has[visit.dates]) > 0
        ]
        open_.sort(key=lambda one: (one[0].start, one[0].stop))
        if open_:
            _route(_Ways(open_, own, stops), routes, None if partly else module_class)
    for visits in routes.values():
        visits.sort(key=lambda visit: visit.start)
    return routes


def kilometres(problem: Problem, routes: Mapping[str, Sequence[Visit]]) -> float:
    """How far all trees move in straight lines, the depot included."""
    stops = {stop.id: stop for stop in problem.stops}
    total = 0.0
    for visits in routes.values():
        before: Visit | None = None
        for visit in visits:
            total += _way(before, visit, stops)
            before = visit
        total += stops[before.stop].depot_km if before else 0.0
    return total


def _needed(plan: Plan) -> set[tuple[str, str]]:
    return {(visit.fleet, one) for visit in plan.visits for one, number in visit.modules.items() if number}


@dataclass(frozen=True, slots=True)
class _Gap:
    """The time of a tree between two visits that it makes in any case."""

    tree: str
    before: Visit | None
    after: Visit | None

    def holds(self, visit: Visit) -> bool:
        return self.since <= visit.start and (self.after is None or visit.end <= self.after.start)

    @property
    def since(self) -> float:
        return -math.inf if self.before is None else self.before.end


Dates = tuple[str, int, int]


@dataclass
class _Group:
    """Gaps that end alike, the visits that lie in one of them, and the columns of their flow by number of the visit."""

    gaps: list[_Gap]
    visits: list[int]
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    straight: dict[tuple[Dates, int], int] = field(default_factory=dict)  # from the visit before the gap
    coming: dict[int, list[int]] = field(default_factory=dict)
    going: dict[int, list[int]] = field(default_factory=dict)


class _Ways:
    """The programme: for each group of gaps who comes to a visit from where and goes on to where."""

    def __init__(self, visits: list[tuple[Visit, int]], trees: Sequence[Tree], stops: Mapping[str, Stop]):
        self.visits, self.need = [one for one, _ in visits], [number for _, number in visits]
        self.stops = stops
        self.cost: list[float] = []
        self.entries: list[tuple[int, int, float]] = []  # column, row, value
        self.low: list[float] = []
        self.high: list[float] = []
        self.is_tight = False
        self.groups = [self._group(gaps) for gaps in _gaps(trees)]
        self.empty = [self._column(LACKING_KM) for _ in self.need]
        for number, need in enumerate(self.need):
            columns = [column for group in self.groups for column in group.coming.get(number, ())]
            self._row([*columns, self.empty[number]], need, need)

    def _column(self, cost: float) -> int:
        self.cost.append(cost)
        return len(self.cost) - 1

    def _row(self, columns: Iterable[int], low: float, high: float, minus: Iterable[int] = ()) -> None:
        at = len(self.low)
        self.low.append(low)
        self.high.append(high)
        self.entries += [(column, at, 1.0) for column in columns] + [(column, at, -1.0) for column in minus]

    def _group(self, gaps: list[_Gap]) -> _Group:
        group = _Group(gaps, [n for n, one in enumerate(self.visits) if any(gap.holds(one) for gap in gaps)])
        after = gaps[0].after
        for number in group.visits:
            depot = self.stops[self.visits[number].stop].depot_km
            group.coming[number] = [self._column(depot)]
            group.going[number] = [self._column(depot)]
        for first in group.visits:
            for then in group.visits:
                one, other = self.visits[first], self.visits[then]
                if one.end == other.start and one.stop != other.stop:
                    column = group.pairs[first, then] = self._column(_way(one, other, self.stops))
                    group.going[first].append(column)
                    group.coming[then].append(column)
        self._straight(group)
        if after is not None:
            last = [number for number in group.visits if self.visits[number].end == after.start]
            columns = [self._saving(self.visits[number], after, after) for number in last]
            for number, column in zip(last, columns, strict=True):
                group.going[number].append(column)
            self._row(columns, 0, len(gaps))
        for number in group.visits:
            self._row(group.coming[number], 0, 0, minus=group.going[number])
        self._limit(group)
        return group

    def _straight(self, group: _Group) -> None:
        """Who stands somewhere before the gap may go on from there without the depot."""
        befores = {gap.before.dates: gap.before for gap in group.gaps if gap.before is not None}
        for dates, before in befores.items():
            columns = []
            for number in group.visits:
                if before.end == self.visits[number].start:
                    column = self._saving(before, self.visits[number], before)
                    group.straight[dates, number] = column
                    group.coming[number].append(column)
                    columns.append(column)
            self._row(columns, 0, sum(gap.before is not None and gap.before.dates == dates for gap in group.gaps))

    def _saving(self, one: Visit, other: Visit, spared: Visit) -> int:
        """A column for the straight way, less the way between depot and the visit that is spared by it."""
        return self._column(_way(one, other, self.stops) - self.stops[spared.stop].depot_km)

    def _limit(self, group: _Group) -> None:
        """Never more trees out than there are gaps, where that is not so anyway."""
        for start in sorted({self.visits[number].start for number in group.visits}):
            there = [n for n in group.visits if self.visits[n].start <= start < self.visits[n].end]
            free = sum(gap.since <= start for gap in group.gaps)
            if sum(self.need[number] for number in there) > free:
                self.is_tight = True
                self._row((column for number in there for column in group.coming[number]), 0, free)

    def solve(self) -> list[int]:
        """How many trees go along each column. One flow that is never short of trees has whole corners by itself."""
        width = len(self.cost)
        column, row, value = (np.array(part) for part in zip(*self.entries, strict=True))
        matrix = entries_of(column.astype(np.int64), row.astype(np.int64), value.astype(float), width)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, len(self.low)
        lp.col_cost_, lp.col_lower_ = np.array(self.cost, dtype=float), np.zeros(width)
        lp.col_upper_ = np.full(width, INFINITE)
        lp.row_lower_, lp.row_upper_ = np.array(self.low, dtype=float), np.array(self.high, dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.start, matrix.index, matrix.value
        if self.is_tight or len(self.groups) > 1:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * width
        solver = quiet()
        solver.passModel(lp)
        solver.run()
        return [int(one) for one in np.rint(np.array(solver.getSolution().col_value))]

    def lacking(self, flow: Sequence[int]) -> list[int]:
        """How many places of each visit stay empty."""
        return [flow[column] for column in self.empty]


def _gaps(trees: Sequence[Tree]) -> list[list[_Gap]]:
    """The gaps of all trees, those that end alike together."""
    found: dict[Dates | None, list[_Gap]] = {}
    for tree in trees:
        fixed = sorted(tree.fixed, key=lambda visit: visit.start)
        for before, after in pairwise([None, *fixed, None]):
            found.setdefault(after.dates if after else None, []).append(_Gap(tree.id, before, after))
    return list(found.values())


def _route(ways: _Ways, routes: dict[str, list[Visit]], module_class: str | None) -> None:
    """Give the flow its names; with a class, no place may stay empty."""
    flow = ways.solve()
    for visit, lacking in zip(ways.visits, ways.lacking(flow), strict=True):
        if module_class and lacking:
            raise TooFewTrees(f"Für {ways.stops[visit.stop].name} fehlen Bäume der Klasse {module_class}.")
    for group in ways.groups:
        _name(ways, group, flow, routes)


def _name(ways: _Ways, group: _Group, flow: Sequence[int], routes: dict[str, list[Visit]]) -> None:
    ready = sorted(group.gaps, key=lambda gap: (gap.since, gap.tree))
    here: dict[int, list[str]] = {number: [] for number in group.visits}
    for (dates, number), column in group.straight.items():
        standing = [gap for gap in ready if gap.before is not None and gap.before.dates == dates][: flow[column]]
        here[number] += [gap.tree for gap in standing]
        ready = [gap for gap in ready if gap not in standing]
    home = [(gap.since, gap.tree) for gap in ready]
    for number in group.visits:
        visit = ways.visits[number]
        from_home = sum(flow[column] for column in group.coming[number]) - len(here[number])
        free = sorted((one for one in home if one[0] <= visit.start), key=lambda one: (len(routes[one[1]]), one[1]))
        home = [one for one in home if one not in free[:from_home]]
        here[number] += [tree for _, tree in free[:from_home]]
        for tree in here[number]:
            routes[tree].append(visit)
        left = list(here[number])
        for (first, then), column in group.pairs.items():
            if first == number:
                here[then] += left[: flow[column]]
                left = left[flow[column] :]
        home += [(visit.end, tree) for tree in left]


def _way(before: Visit | None, after: Visit, stops: Mapping[str, Stop]) -> float:
    there = stops[after.stop]
    if before is None:
        return there.depot_km
    here = stops[before.stop]
    if before.end != after.start:  # home in between
        return here.depot_km + there.depot_km
    return math.hypot(here.x_km - there.x_km, here.y_km - there.y_km)
