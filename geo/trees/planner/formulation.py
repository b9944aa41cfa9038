"""The sums over visits as rows of a linear programme, and candidates as its columns.

Rows, in this order: visits of a place; visits of a stop in a week (only of stops that are several places); modules of
a class standing in a week, fleet by fleet; visits of a fleet that begin in a week; modules of a fleet moved in a week;
returns of a class to the depot in a week; module-weeks of a district. What a candidate with n modules by class counts
is linear in n beside what it counts once, so that a candidate is one column for itself and one for each class.

Returns and shortfalls are columns of their own at the end; both cost, so that they are as small as the rows let them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.candidates import Candidates, Chosen, Real, Whole
from geo.trees.planner.loads import Limits, loads_of
from geo.trees.planner.worth import weighted

INFINITE = float("inf")


@dataclass(frozen=True)
class Entries:
    """A sparse matrix by columns: `start` has one entry more than there are columns."""

    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Real

    @property
    def width(self) -> int:
        return len(self.start) - 1


def entries_of(column: Whole, row: Whole, value: Real, width: int) -> Entries:
    """The matrix of single entries; those of one column come in the order in which they were given."""
    order = np.argsort(column, kind="stable")
    start = np.zeros(width + 1, dtype=np.int32)
    np.cumsum(np.bincount(column, minlength=width), out=start[1:])
    return Entries(start, row[order].astype(np.int32), value[order])


class Formulation:
    """Where each row lies, its bounds with what is fixed taken off, and the columns of candidates."""

    def __init__(self, candidates: Candidates):
        self.candidates = candidates
        problem = candidates.problem
        self.weeks, self.horizon = problem.weeks, problem.weeks + 1
        self.width = candidates.gain.shape[1]
        fleets = len(problem.fleets)
        self.shared = int(candidates.twins.max(initial=-1)) + 1  # stops that are several places
        self.at_week = len(candidates.places)
        self.at_fleet = self.at_week + self.shared * self.weeks
        self.at_opening = self.at_fleet + fleets * self.width * self.weeks
        self.at_crew = self.at_opening + fleets * self.weeks
        self.at_return = self.at_crew + fleets * self.horizon
        self.at_district = self.at_return + fleets * self.width * self.horizon
        self.rows = self.at_district + len(problem.targets)
        self.returns = fleets * self.width * self.horizon
        self.extra = self.returns + len(problem.targets)
        self.extra_cost = np.concatenate(
            [
                np.full(self.returns, -float(weighted(problem.costs.back, problem.weights, "transport"))),
                np.full(len(problem.targets), -float(weighted(problem.costs.shortfall, problem.weights, "fairness"))),
            ]
        )
        self.lower, self.upper = self._bounds()

    def _bounds(self) -> tuple[Real, Real]:
        """Row bounds, with the loads of the fixed visits taken off."""
        problem = self.candidates.problem
        fixed = [pin.visit for pin in problem.pins]
        loads, limits = loads_of(fixed), Limits(problem)
        lower, upper = np.full(self.rows, -INFINITE), np.full(self.rows, INFINITE)
        upper[: self.at_fleet] = 1
        for f, fleet in enumerate(problem.fleets):
            for week in range(problem.now, self.weeks):
                upper[self.at_opening + f * self.weeks + week] = fleet.openings - loads.beginning[fleet.id, week]
                arrived = sum(loads.arriving[fleet.id, one, week] for one in fleet.modules)
                upper[self.at_crew + f * self.horizon + week] = limits.moved(fleet, week) - arrived
            for c, one in enumerate(fleet.modules):
                key = f * self.width + c
                for week in range(problem.now, self.weeks):
                    free = limits.standing(fleet, one, week) - loads.standing[fleet.id, one, week]
                    upper[self.at_fleet + key * self.weeks + week] = free
                for week in range(self.horizon):
                    back = loads.arriving[fleet.id, one, week] - loads.leaving[fleet.id, one, week]
                    upper[self.at_return + key * self.horizon + week] = back
        districts = {stop.id: stop.district for stop in problem.stops}
        for d, (name, target) in enumerate(problem.targets.items()):
            given = sum(visit.size * visit.weeks for visit in fixed if districts.get(visit.stop) == name)
            lower[self.at_district + d] = target - given
        return lower, upper

    def once(self, numbers: Whole) -> Entries:
        """What each candidate counts once: its place, its opening, its weeks where a stop is several places."""
        c = self.candidates
        at = np.arange(len(numbers))
        start, fleet = c.start[numbers], c.fleet[numbers]
        columns, rows = [at, at], [c.place[numbers], self.at_opening + fleet * self.weeks + start]
        if self.shared:
            twin = c.twins[c.place[numbers]]
            for column in np.flatnonzero(twin >= 0):
                weeks = np.arange(c.start[numbers[column]], c.end[numbers[column]])
                columns.append(np.full(len(weeks), column))
                rows.append(self.at_week + twin[column] * self.weeks + weeks)
        row = np.concatenate(rows)
        return entries_of(np.concatenate(columns), row, np.ones(len(row)), len(numbers))

    def each(self, numbers: Whole, classes: Whole) -> Entries:
        """What one module of a class counts for its candidate; `numbers` and `classes` have one item a column."""
        c = self.candidates
        at = np.arange(len(numbers))
        start, length, fleet = c.start[numbers], c.length[numbers], c.fleet[numbers]
        key = fleet * self.width + classes
        ones = np.ones(len(numbers))
        columns = [at, at, at]
        rows = [
            self.at_crew + fleet * self.horizon + start,
            self.at_return + key * self.horizon + start,
            self.at_return + key * self.horizon + start + length,
        ]
        values = [ones, -ones, ones]
        in_district = c.district[numbers] >= 0
        columns.append(at[in_district])
        rows.append(self.at_district + c.district[numbers][in_district])
        values.append(length[in_district].astype(float))
        total = int(length.sum())
        offsets = np.arange(total) - np.repeat(np.cumsum(length) - length, length)
        columns.append(np.repeat(at, length))
        rows.append(self.at_fleet + np.repeat(key * self.weeks + start, length) + offsets)
        values.append(np.ones(total))
        return entries_of(np.concatenate(columns), np.concatenate(rows), np.concatenate(values), len(numbers))

    def extras(self) -> Entries:
        """The columns of returns (fleet, class, week) and of shortfalls (district)."""
        number = np.arange(self.returns)
        fleet = number // (self.width * self.horizon)
        crew = self.at_crew + fleet * self.horizon + number % self.horizon
        short = np.arange(self.extra - self.returns)
        column = np.concatenate([number, number, self.returns + short])
        row = np.concatenate([self.at_return + number, crew, self.at_district + short])
        value = np.concatenate([-np.ones(self.returns), np.ones(self.returns), np.ones(len(short))])
        return entries_of(column, row, value, self.extra)

    def load(self, chosen: Chosen) -> Real:
        """What chosen candidates count in each row, returns and shortfalls left aside."""
        numbers = np.fromiter(chosen, dtype=np.int64, count=len(chosen))
        counts = np.array([chosen[number] for number in chosen], dtype=np.int64).reshape(len(chosen), self.width)
        activity = np.zeros(self.rows)
        once = self.once(numbers)
        np.add.at(activity, once.index, once.value)
        place, module_class = np.nonzero(counts)
        each = self.each(numbers[place], module_class)
        times = np.repeat(counts[place, module_class].astype(float), np.diff(each.start))
        np.add.at(activity, each.index, each.value * times)
        return activity

    def extra_values(self, activity: Real) -> Real:
        """The least returns and shortfalls that a load leads to."""
        back = activity[self.at_return : self.at_district] - self.upper[self.at_return : self.at_district]
        short = self.lower[self.at_district :] - activity[self.at_district :]
        return np.maximum(0.0, np.concatenate([back, short]))

    def own_value(self, chosen: Chosen) -> int:
        """The points of chosen candidates before what depends on several."""
        c = self.candidates
        return sum(int(c.base[k]) + int(np.dot(c.gain[k], counts)) for k, counts in chosen.items())

    def value(self, chosen: Chosen) -> int:
        """The points of chosen candidates, with all that depends on several; fixed visits' own points left aside."""
        return self.own_value(chosen) + round(float(np.dot(self.extra_cost, self.extra_values(self.load(chosen)))))


def joined(parts: Sequence[Entries]) -> Entries:
    """Matrices side by side."""
    starts = [np.zeros(1, dtype=np.int32)]
    offset = 0
    for part in parts:
        starts.append(part.start[1:] + np.int32(offset))
        offset += int(part.start[-1])
    return Entries(
        np.concatenate(starts),
        np.concatenate([part.index for part in parts]),
        np.concatenate([part.value for part in parts]),
    )
