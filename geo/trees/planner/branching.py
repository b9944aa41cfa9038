"""Branch and price: the best choice among some candidates beside chosen ones that stay, with a proof or a bound.

A node narrows what each stop may get: whether it is visited, from and until which week a visit begins, how long it
is, how many modules of a class and of all. Columns (a candidate with counts) are priced anew at each node, so that no
programme ever holds more than some thousands of them, and a node takes milliseconds.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.candidates import Chosen, Real, Whole
from geo.trees.planner.formulation import INFINITE, Formulation
from geo.trees.planner.relaxation import CUT_ROUNDS, SLACK, WORTHWHILE, Relaxation, class_worths, filled, once_worth

WHOLE = 1e-5  # nearer to a whole number than this is whole


@dataclass(frozen=True, slots=True)
class Domain:
    """What the stops may get: arrays with one item a stop, of classes with one row a stop. Never changed in place."""

    visited: NDArray[np.int8]  # 1: must be, 0: must not be, -1: either
    start_low: Whole
    start_high: Whole
    length_low: Whole
    length_high: Whole
    fleet_low: Whole
    fleet_high: Whole
    class_low: Whole
    class_high: Whole
    total_low: Whole
    total_high: Whole

    def but(self, name: str, at: int | tuple[int, int], value: int) -> "Domain":
        """The same with one bound changed."""
        array = getattr(self, name).copy()
        array[at] = value
        return replace(self, **{name: array})


def anything(stops: int, classes: int) -> Domain:
    zero, much = np.zeros(stops, np.int64), np.full(stops, 10_000, np.int64)
    none, all_of = np.zeros((stops, classes), np.int64), np.full((stops, classes), 10_000, np.int64)
    return Domain(np.full(stops, -1, np.int8), zero, much, zero, much, zero, much, none, all_of, zero, much)


@dataclass(frozen=True)
class Outcome:
    """The best choice found (with what stays), its value, a bound for any choice beside what stays, nodes looked at."""

    chosen: Chosen
    value: int
    bound: float
    nodes: int

    @property
    def is_proven(self) -> bool:
        return self.bound < self.value + 1 - SLACK


@dataclass(frozen=True)
class Solved:
    """A node's relaxation: its bound, and the columns that it holds with their shares."""

    bound: float
    numbers: Whole
    counts: Whole
    shares: Real


class Search:
    """The tree over some candidates. What is said of stops holds of places: a stop with two visits is two of them."""

    def __init__(self, form: Formulation, numbers: Whole, kept: Chosen):
        self.form, self.kept, c = form, kept, form.candidates
        self.numbers = np.sort(numbers)
        self.stops = len(c.places)
        self.relaxation = Relaxation(form, form.load(kept) if kept else None)
        self.solver = self.relaxation.solver
        self._add_misses()
        self.first = self.relaxation.first
        self.stop, self.start = c.place[self.numbers], c.start[self.numbers]
        self.length, self.fleet = c.length[self.numbers], c.fleet[self.numbers]
        self.most, self.low, self.high = c.most[self.numbers], c.low[self.numbers], c.high[self.numbers]
        self.upper = np.empty(0)
        self.offset = form.own_value(kept)  # what the programme does not hold
        self.wanted = np.full(self.stops, -1, np.int8)
        self.best: Chosen = {}
        self.value = self.goal = 0
        self.open_bound = INFINITE  # of all nodes that are still to be looked at
        self.nodes = 0

    def _add_misses(self) -> None:
        """A column for each stop that must be visited and is not: dear enough never to be chosen otherwise."""
        c = self.form.candidates
        worth = c.base + (np.maximum(c.gain, 0) * c.most).sum(axis=1)
        self.penalty = 4.0 * float(np.abs(worth).max(initial=0)) + 1e5
        self.relaxation.add_misses(self.penalty)

    def raise_goal(self, value: int, chosen: Chosen) -> None:
        """Tells a better choice that somebody else has found: from now on only better ones are looked for."""
        if value > self.value:
            self.best, self.value = dict(chosen), value
            self.goal = max(self.goal, value)

    def run(self, start: Chosen, node_limit: int, stop: Callable[[], bool], is_broad: bool = False) -> Outcome:
        """Searches from a known choice of these candidates on, until it is proven best or a limit is reached.

        A broad search always goes on where the bound is highest, which lowers it soonest; others go deep.
        """
        self.best = {**self.kept, **start}
        self.value = self.goal = self.form.value(self.best)
        self.relaxation.add_chosen(start)
        self._tighten(stop)
        heap: list[tuple[float, int, Domain]] = []
        current: tuple[float, Domain] | None = (INFINITE, anything(self.stops, self.form.width))
        while current is not None or heap:
            if current is None:
                bound, _, domain = heapq.heappop(heap)
                current = -bound, domain
            self.open_bound = max(current[0], -heap[0][0] if heap else -INFINITE)
            if not self._is_promising(self.open_bound):
                break
            if self.nodes >= node_limit or stop():
                return Outcome(self.best, self.value, max(self.open_bound, float(self.value)), self.nodes)
            self.nodes += 1
            parent, domain = current
            current = None
            solved = self.solve(domain, parent)
            if solved is None or not self._is_promising(solved.bound):
                continue
            split = self._split(domain, solved)
            if split is not None:
                heapq.heappush(heap, (-solved.bound, self.nodes, split[1]))
                if is_broad:
                    heapq.heappush(heap, (-solved.bound, -self.nodes, split[0]))
                else:
                    current = solved.bound, split[0]
        return Outcome(self.best, self.value, float(self.value), self.nodes)

    def _tighten(self, stop: Callable[[], bool]) -> None:
        """Adds cuts before the first split."""
        before = INFINITE
        for _ in range(CUT_ROUNDS):
            solved = self.solve(anything(self.stops, self.form.width), INFINITE)
            if solved is None or before - solved.bound < WORTHWHILE * abs(solved.bound) or stop():
                return
            before = solved.bound
            if not self.relaxation.cut():
                return

    def _is_promising(self, bound: float) -> bool:
        return bound >= self.goal + 1 - SLACK

    def solve(self, domain: Domain, parent: float) -> Solved | None:
        """The relaxation of a node; None where nothing is possible, or nothing better than what is known."""
        self._apply(domain)
        allowed, most, least, low, high = self._narrowed(domain)
        bound = parent
        for _ in range(100):
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            solution = self.solver.getSolution()
            value = self.solver.getInfo().objective_function_value
            prices = np.array(solution.row_dual)
            worth, counts = self._priced(prices, most, least, low, high)
            worth[~allowed] = -math.inf
            best = np.full(self.stops, -math.inf)
            np.maximum.at(best, self.stop, worth)
            gains = np.where(self.relaxation.upper[: self.stops] > 0, np.maximum(best, 0), 0)
            bound = min(bound, self.offset + value + float(gains.sum()))
            if not self._is_promising(bound):
                return None
            new = self._choice(worth)
            if bound - value - self.offset <= 0.02 or not len(new) or not self._grow(new, counts):
                break
        return self._solved(np.array(self.solver.getSolution().col_value), bound)

    def _grow(self, new: Whole, counts: Whole) -> int:
        added = self.relaxation.add(self.numbers[new], counts[new])
        self.upper = np.concatenate([self.upper, np.full(added, INFINITE)])
        return added

    def _choice(self, worth: Real) -> Whole:
        """The two best candidates of each stop that gain at the present prices."""
        gaining = np.flatnonzero(worth > SLACK)
        order = gaining[np.lexsort((-worth[gaining], self.stop[gaining]))]
        stops = self.stop[order]
        rank = np.arange(len(order)) - np.searchsorted(stops, stops)
        return np.sort(order[rank < 2])

    def _priced(self, prices: Real, most: Whole, least: Whole, low: Whole, high: Whole) -> tuple[Real, Whole]:
        own = once_worth(self.form, prices, self.numbers)
        if len(self.relaxation.cuts):
            own = own - self.relaxation.cuts.paid(prices, self.numbers)
        gains = class_worths(self.form, prices, self.numbers)
        counts = filled(gains, most, least, low, high)
        return own + (np.where(counts > 0, gains, 0) * counts).sum(axis=1), counts

    def _narrowed(self, domain: Domain) -> tuple[NDArray[np.bool_], Whole, Whole, Whole, Whole]:
        """Which candidates a node allows, and their bounds: most and least by class, low and high of all."""
        at = self.stop
        most = np.minimum(self.most, domain.class_high[at])
        least = domain.class_low[at]
        low = np.maximum(np.maximum(self.low, domain.total_low[at]), least.sum(axis=1))
        high = np.minimum(np.minimum(self.high, domain.total_high[at]), most.sum(axis=1))
        allowed = (
            (domain.visited[at] != 0)
            & (self.start >= domain.start_low[at])
            & (self.start <= domain.start_high[at])
            & (self.length >= domain.length_low[at])
            & (self.length <= domain.length_high[at])
            & (self.fleet >= domain.fleet_low[at])
            & (self.fleet <= domain.fleet_high[at])
            & (low <= high)
            & (least <= most).all(axis=1)
        )
        return allowed, most, least, low, high

    def _apply(self, domain: Domain) -> None:
        """Opens and closes columns, and demands visits, as a node says."""
        columns = self.relaxation.columns
        c = self.form.candidates
        if len(self.upper) < len(columns.numbers):
            self.upper = np.concatenate([self.upper, np.full(len(columns.numbers) - len(self.upper), INFINITE)])
        at, counts = c.place[columns.numbers], columns.counts
        start, length, fleet = (array[columns.numbers] for array in (c.start, c.length, c.fleet))
        total = counts.sum(axis=1)
        fits = (
            (domain.visited[at] != 0)
            & (start >= domain.start_low[at])
            & (start <= domain.start_high[at])
            & (length >= domain.length_low[at])
            & (length <= domain.length_high[at])
            & (fleet >= domain.fleet_low[at])
            & (fleet <= domain.fleet_high[at])
            & (total >= domain.total_low[at])
            & (total <= domain.total_high[at])
            & (counts >= domain.class_low[at]).all(axis=1)
            & (counts <= domain.class_high[at]).all(axis=1)
        )
        upper = np.where(fits, INFINITE, 0.0)
        changed = np.flatnonzero(upper != self.upper)
        if len(changed):
            zeros = np.zeros(len(changed))
            where = (changed + self.first).astype(np.int32)
            self.solver.changeColsBounds(len(changed), where, zeros, upper[changed])
            self.upper[changed] = upper[changed]
        for stop in np.flatnonzero(domain.visited != self.wanted):
            lower = 1.0 if domain.visited[stop] == 1 else -INFINITE
            self.solver.changeRowBounds(int(stop), lower, float(self.relaxation.upper[stop]))
        self.wanted = domain.visited

    def _solved(self, values: Real, bound: float) -> Solved:
        shares = values[self.first :]
        used = np.flatnonzero(shares > WHOLE)
        columns = self.relaxation.columns
        return Solved(bound, columns.numbers[used], columns.counts[used], shares[used])

    def _split(self, domain: Domain, solved: Solved) -> tuple[Domain, Domain] | None:
        """Two narrower nodes, the nearer one first; None where the node's plan is whole, which is then noted."""
        c = self.form.candidates
        stops = c.place[solved.numbers]
        visited = np.bincount(stops, weights=solved.shares, minlength=self.stops)
        fraction = np.minimum(visited, np.abs(1 - visited))
        open_stop = int(np.argmax(fraction))
        times = self._spread(solved.shares, stops, c.start[solved.numbers])
        lengths = self._spread(solved.shares, stops, c.length[solved.numbers])
        dated = times + 0.5 * lengths
        if fraction[open_stop] > WHOLE and fraction[open_stop] >= 0.2 * float(dated.max()):
            yes, no = domain.but("visited", open_stop, 1), domain.but("visited", open_stop, 0)
            return (yes, no) if visited[open_stop] >= 0.4 else (no, yes)
        if float(times.max()) > WHOLE:
            return self._cut(domain, solved, int(np.argmax(times)), c.start[solved.numbers], "start")
        if float(lengths.max()) > WHOLE:
            return self._cut(domain, solved, int(np.argmax(lengths)), c.length[solved.numbers], "length")
        fleets = self._spread(solved.shares, stops, c.fleet[solved.numbers])
        if float(fleets.max()) > WHOLE:
            return self._cut(domain, solved, int(np.argmax(fleets)), c.fleet[solved.numbers], "fleet")
        if fraction[open_stop] > WHOLE:
            return domain.but("visited", open_stop, 1), domain.but("visited", open_stop, 0)
        return self._split_counts(domain, solved, stops)

    def _spread(self, shares: Real, stops: Whole, values: Whole) -> Real:
        """How far a stop's visits are from being one: the mean distance of a quantity from its mean, by share."""
        total = np.maximum(np.bincount(stops, weights=shares, minlength=self.stops), WHOLE)
        mean = np.bincount(stops, weights=shares * values, minlength=self.stops) / total
        apart = shares * np.abs(values - mean[stops])
        return np.bincount(stops, weights=apart, minlength=self.stops).astype(np.float64)

    def _cut(self, domain: Domain, solved: Solved, stop: int, values: Whole, name: str) -> tuple[Domain, Domain]:
        """Splits the weeks (lengths, fleets) of a stop's visit where the shares weigh the same on both sides."""
        own = self.form.candidates.place[solved.numbers] == stop
        weeks, shares = values[own], solved.shares[own]
        order = np.argsort(weeks, kind="stable")
        weeks, shares = weeks[order], shares[order]
        summed = np.cumsum(shares)
        cuts = np.flatnonzero(np.diff(weeks) > 0)
        best = cuts[np.argmin(np.abs(summed[cuts] - summed[-1] / 2))]
        last = int(weeks[best])
        early, late = domain.but(f"{name}_high", stop, last), domain.but(f"{name}_low", stop, last + 1)
        return (early, late) if summed[best] >= summed[-1] / 2 else (late, early)

    def _split_counts(self, domain: Domain, solved: Solved, stops: Whole) -> tuple[Domain, Domain] | None:
        """Splits the number of modules of a class, or of all, at a stop; notes the plan where all numbers are whole."""
        counts = np.zeros((self.stops, self.form.width))
        np.add.at(counts, stops, solved.shares[:, None] * solved.counts)
        total = counts.sum(axis=1)
        off_total, off_class = np.abs(total - np.rint(total)), np.abs(counts - np.rint(counts))
        if max(float(off_total.max()), float(off_class.max())) < 1e-4:
            self._note(solved, stops, np.rint(counts).astype(np.int64))
            return None
        if float(off_total.max()) >= 1e-4:
            stop = int(np.argmax(off_total))
            floor = math.floor(total[stop])
            down, up = domain.but("total_high", stop, floor), domain.but("total_low", stop, floor + 1)
            return (up, down) if total[stop] - floor > 0.4 else (down, up)
        stop, module_class = (int(one) for one in np.unravel_index(int(np.argmax(off_class)), off_class.shape))
        floor = math.floor(counts[stop, module_class])
        place = stop, module_class
        down, up = domain.but("class_high", place, floor), domain.but("class_low", place, floor + 1)
        return (up, down) if counts[place] - floor > 0.5 else (down, up)

    def _note(self, solved: Solved, stops: Whole, counts: Whole) -> None:
        """Remembers a whole plan if it is the best so far."""
        chosen = dict(self.kept)
        for stop in np.unique(stops):
            number = int(solved.numbers[stops == stop][0])
            chosen[number] = tuple(int(n) for n in counts[stop])
        value = self.form.value(chosen)
        if value > self.value:
            self.best, self.value = chosen, value
            self.goal = max(self.goal, value)
