"""The linear relaxation: an upper bound on every plan's value, and what each candidate would cost of it.

Solved by column generation: a column is a candidate with the counts of its modules that are worth most at the present
prices (a vertex of what the stop takes). After each round the prices give a bound that holds at once (Lagrange): the
value of the restricted programme plus, for each stop, what its best candidate would still add.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from geo.trees.planner.candidates import Chosen, Real, Whole
from geo.trees.planner.cutting import cuts_of
from geo.trees.planner.formulation import INFINITE, Entries, Formulation, entries_of

SLACK = 1e-6
CLOSE = 1e-5  # the share of the bound at which a relaxation counts as solved
PER_STOP = 4  # columns that one round adds for a stop at most
CUT_ROUNDS = 12
WORTHWHILE = 1e-4  # of the bound: what a round of cuts brings, or it is the last


class _Silent(highspy.Highs):
    """HiGHS without its callbacks: enabling them prints a banner to standard output, where answers are printed."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def quiet(threads: int = 1) -> highspy.Highs:
    """A solver that prints nothing. All solvers of a process must have the same number of threads."""
    solver = _Silent()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", threads)
    return solver


@dataclass(frozen=True)
class Relaxed:
    """A solved relaxation. `bound` is in points, free visits only; `loss` (K) is what the bound falls by at least if a
    candidate is chosen; `unvisited` (by stop) what it falls by if a stop gets no visit; `share` (K) how much of each
    candidate the relaxed plan holds and `modules` (K x C) with how many modules."""

    bound: float
    loss: Real
    unvisited: Real
    share: Real
    modules: Real
    prices: Real


@dataclass
class Column:
    """Candidates with their counts, as columns of the programme."""

    numbers: Whole
    counts: Whole


class Relaxation:
    """A programme that grows by columns."""

    def __init__(self, formulation: Formulation, load: Real | None = None):
        self.form = formulation
        self.lower, self.upper = formulation.lower, formulation.upper
        if load is not None:
            self.lower, self.upper = self.lower - load, self.upper - load
        self.candidates = formulation.candidates
        self.solver = quiet()
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        none, zeros = np.empty(0, np.int32), np.zeros(formulation.rows, np.int32)
        self.solver.addRows(formulation.rows, self.lower, self.upper, 0, zeros, none, np.empty(0))
        extras = formulation.extras()
        self._add(formulation.extra_cost, np.full(formulation.extra, INFINITE), extras)
        self.columns = Column(np.empty(0, np.int64), np.empty((0, formulation.width), np.int64))
        self.known: set[tuple[int, ...]] = set()
        self.first = formulation.extra  # where the columns of candidates begin
        self.cuts = cuts_of(formulation, self.upper)

    def add_misses(self, penalty: float) -> None:
        """A dear column for each stop, in place of a visit that is demanded."""
        stops = np.arange(len(self.candidates.places))
        entries = entries_of(stops, stops, np.ones(len(stops)), len(stops))
        self._add(np.full(len(stops), -penalty), np.full(len(stops), INFINITE), entries)
        self.first += len(stops)

    def add(self, numbers: Whole, counts: Whole) -> int:
        """Adds candidates with counts that are not there yet; returns how many."""
        rows = np.column_stack([numbers, counts]).tolist()
        new = np.array([key not in self.known for key in map(tuple, rows)], dtype=bool)
        self.known.update(map(tuple, rows))
        numbers, counts = numbers[new], counts[new]
        if not len(numbers):
            return 0
        c = self.candidates
        cost = (c.base[numbers] + (c.gain[numbers] * counts).sum(axis=1)).astype(float)
        self._add(cost, np.full(len(numbers), INFINITE), self._entries(numbers, counts))
        self.columns = Column(
            np.concatenate([self.columns.numbers, numbers]), np.concatenate([self.columns.counts, counts])
        )
        return len(numbers)

    def _entries(self, numbers: Whole, counts: Whole) -> Entries:
        entries = column_entries(self.form, numbers, counts)
        if not len(self.cuts):
            return entries
        column, row, value = self.cuts.entries(numbers)
        return entries_of(
            np.concatenate([np.repeat(np.arange(len(numbers)), np.diff(entries.start)), column]),
            np.concatenate([entries.index.astype(np.int64), row]),
            np.concatenate([entries.value, value]),
            len(numbers),
        )

    def cut(self) -> int:
        """Adds the cuts that the present solution goes against; returns how many."""
        found = self.cuts.found(self.shares())
        for key, week in found:
            most = self.cuts.add(key, week)
            weights = self.cuts.ways[self.cuts.way[-1]][self.columns.numbers]
            c = self.candidates
            starts, ends = c.start[self.columns.numbers], c.end[self.columns.numbers]
            at = np.flatnonzero((weights > 0) & (starts <= week) & (week < ends))
            self.solver.addRow(-INFINITE, float(most), len(at), (at + self.first).astype(np.int32), weights[at])
        return len(found)

    def shares(self) -> Real:
        """How much of each candidate the present solution holds."""
        share = np.zeros(len(self.candidates))
        np.add.at(share, self.columns.numbers, np.array(self.solver.getSolution().col_value)[self.first :])
        return share

    def priced(self, prices: Real) -> tuple[Real, Whole]:
        """What each candidate is worth at given prices of the rows (K), and the modules by class that make it so."""
        worth, counts = priced(self.form, prices)
        return (worth - self.cuts.paid(prices, np.arange(len(worth))) if len(self.cuts) else worth), counts

    def _add(self, cost: Real, upper: Real, entries: Entries) -> None:
        width = entries.width
        lower, starts = np.zeros(width), entries.start[:-1]
        self.solver.addCols(width, cost, lower, upper, len(entries.index), starts, entries.index, entries.value)

    def solve(self, start: Chosen, stop: Callable[[], bool] = lambda: False) -> Relaxed | None:
        """Solves the relaxation from a plan's columns on; None where it has no solution, or was stopped at once."""
        self.add_chosen(start)
        best = self._to_end(stop)
        for _ in range(CUT_ROUNDS):
            if best is None or stop() or not self.cut():
                break
            before, tighter = best.bound, self._to_end(stop)
            best = tighter if tighter is not None and tighter.bound <= best.bound else best
            if before - best.bound < WORTHWHILE * abs(before):
                break
        return best

    def _to_end(self, stop: Callable[[], bool]) -> Relaxed | None:
        """Adds columns until none is left that gains."""
        bound, best = INFINITE, None
        for round_number in range(200):
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return best
            prices = np.array(self.solver.getSolution().row_dual)
            value = self.solver.getInfo().objective_function_value
            worth, counts = self.priced(prices)
            most = np.zeros(len(self.candidates.places))
            np.maximum.at(most, self.candidates.place, worth)
            add_up = value + float(np.dot(most, np.maximum(0, self.form.upper[: len(most)])))
            if add_up < bound:
                bound = add_up
                best = self._found(prices, worth, most, bound)
            if bound - value <= max(CLOSE * abs(bound), 0.01) or (stop() and round_number):
                break
            chosen = self.promising(worth)
            if not self.add(chosen, counts[chosen]):
                break
        return best

    def add_chosen(self, chosen: Chosen) -> None:
        numbers = np.fromiter(chosen, dtype=np.int64, count=len(chosen))
        self.add(numbers, np.array(list(chosen.values()), np.int64).reshape(len(chosen), self.form.width))

    def promising(self, worth: Real) -> Whole:
        """The best candidates of each stop at the present prices."""
        numbers = np.flatnonzero(worth > SLACK)
        numbers = numbers[np.argsort(-worth[numbers], kind="stable")]
        stops = self.candidates.place[numbers]
        order = np.argsort(stops, kind="stable")
        sorted_stops = stops[order]
        first = np.searchsorted(sorted_stops, sorted_stops)
        rank = np.arange(len(order)) - first
        return np.sort(numbers[order[rank < PER_STOP]])

    def _found(self, prices: Real, worth: Real, most: Real, bound: float) -> Relaxed:
        values = np.array(self.solver.getSolution().col_value)[self.first :]
        share = np.zeros(len(self.candidates))
        np.add.at(share, self.columns.numbers, values)
        modules = np.zeros((len(self.candidates), self.form.width))
        np.add.at(modules, self.columns.numbers, values[:, None] * self.columns.counts)
        loss = most[self.candidates.place] - worth
        stops = np.arange(len(most))
        return Relaxed(bound, loss, most + prices[stops], share, modules, prices)


def column_entries(form: Formulation, numbers: Whole, counts: Whole) -> Entries:
    """One column for each candidate with its counts: what it counts once and what its modules count."""
    once = form.once(numbers)
    place, module_class = np.nonzero(counts)
    each = form.each(numbers[place], module_class)
    times = np.repeat(counts[place, module_class].astype(float), np.diff(each.start))
    parent = np.repeat(place, np.diff(each.start))
    column = np.concatenate([np.repeat(np.arange(len(numbers)), np.diff(once.start)), parent])
    row = np.concatenate([once.index, each.index]).astype(np.int64)
    value = np.concatenate([once.value, each.value * times])
    return summed(column, row, value, len(numbers), form.rows)


def summed(column: Whole, row: Whole, value: Real, width: int, rows: int) -> Entries:
    """A sparse matrix in which entries at the same place are added up."""
    key, back = np.unique(column * rows + row, return_inverse=True)
    total = np.bincount(back, weights=value, minlength=len(key)).astype(np.float64)
    start = np.zeros(width + 1, dtype=np.int32)
    np.cumsum(np.bincount(key // rows, minlength=width), out=start[1:])
    return Entries(start, (key % rows).astype(np.int32), total)


def priced(form: Formulation, prices: Real) -> tuple[Real, Whole]:
    """What each candidate is worth at given prices of the rows (K), and the modules by class that make it so."""
    c = form.candidates
    everything = np.arange(len(c))
    own, gains = once_worth(form, prices, everything), class_worths(form, prices, everything)
    counts = filled(gains, c.most, np.zeros_like(c.most), c.low, c.high)
    return own + (np.where(counts > 0, gains, 0) * counts).sum(axis=1), counts


def once_worth(form: Formulation, prices: Real, numbers: Whole) -> Real:
    """What candidates are worth before their modules, at given prices."""
    c = form.candidates
    opening = form.at_opening + c.fleet[numbers] * form.weeks + c.start[numbers]
    own = c.base[numbers] - prices[c.place[numbers]] - prices[opening]
    return own - _shared(form, prices, numbers) if form.shared else own


def class_worths(form: Formulation, prices: Real, numbers: Whole) -> Real:
    """What a module of each class is worth to candidates at given prices; minus infinity where none may come."""
    gains = np.full((len(numbers), form.width), -math.inf)
    for position in range(form.width):
        has = form.candidates.most[numbers, position] > 0
        gains[has, position] = _module_worth(form, prices, numbers[has], position)
    return gains


def _module_worth(form: Formulation, prices: Real, numbers: Whole, position: int) -> Real:
    c = form.candidates
    start, end, fleet = c.start[numbers], c.end[numbers], c.fleet[numbers]
    key = fleet * form.width + position
    fleets = prices[form.at_fleet : form.at_opening].reshape(-1, form.weeks)
    summed_up = np.concatenate([np.zeros((len(fleets), 1)), np.cumsum(fleets, axis=1)], axis=1)
    back = prices[form.at_return : form.at_district].reshape(-1, form.horizon)
    worth = c.gain[numbers, position] - (summed_up[key, end] - summed_up[key, start])
    worth -= prices[form.at_crew + fleet * form.horizon + start]
    worth += back[key, start] - back[key, end]
    district = c.district[numbers]
    if form.rows > form.at_district:
        share = np.where(district >= 0, prices[form.at_district + np.maximum(district, 0)], 0)
        worth = worth - share * c.length[numbers]
    return np.asarray(worth, dtype=np.float64)


def _shared(form: Formulation, prices: Real, numbers: Whole) -> Real:
    """The prices of the weeks of stops that are several places."""
    c = form.candidates
    weeks = prices[form.at_week : form.at_fleet].reshape(-1, form.weeks)
    summed_up = np.concatenate([np.zeros((len(weeks), 1)), np.cumsum(weeks, axis=1)], axis=1)
    row = c.twins[c.place[numbers]]
    return np.where(row >= 0, summed_up[row, c.end[numbers]] - summed_up[row, c.start[numbers]], 0.0)


def filled(gains: Real, most: Whole, least: Whole, low: Whole, high: Whole) -> Whole:
    """Modules by class worth most: the best class first, up to `high` while they gain, at least `low` and `least`."""
    order = np.argsort(-gains, axis=1, kind="stable")
    counts = np.minimum(least, most)
    rows = np.arange(len(most))
    total = counts.sum(axis=1)
    for place in range(gains.shape[1]):
        module_class = order[:, place]
        wanted = np.where(gains[rows, module_class] > 0, high, low) - total
        more = np.clip(wanted, 0, most[rows, module_class] - counts[rows, module_class])
        counts[rows, module_class] += more
        total += more
    return counts
