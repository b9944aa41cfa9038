"""A part of a plan solved anew as a mixed integer programme, while the rest of it stays.

Each candidate has a binary column for itself and an integer one for the modules of each class; two rows tie them:
between `low` and `high` modules if it is chosen, none if not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from geo.trees.planner.candidates import Chosen, Real, Whole
from geo.trees.planner.formulation import INFINITE, Entries, Formulation, entries_of, joined
from geo.trees.planner.relaxation import quiet


@dataclass(frozen=True)
class Limit:
    """How long a part may take: branch-and-bound nodes (repeatable), and seconds if the clock counts."""

    nodes: int = 2_000
    seconds: float = INFINITE
    gap: float = 0.0


@dataclass(frozen=True)
class Answer:
    """The best choice found for a part, with what stays; an upper bound on any."""

    chosen: Chosen | None
    bound: float


class Part:
    """The programme of some candidates beside chosen ones that stay."""

    def __init__(self, form: Formulation, numbers: Whole, kept: Chosen, must_visit: Iterable[int] = ()):
        self.form, self.numbers, self.kept = form, numbers, kept
        c = form.candidates
        place, module_class = np.nonzero(c.most[numbers] > 0)
        self.place, self.module_class = place, module_class
        self.size = len(numbers)
        self.width = self.size + len(place) + form.extra
        self.entries = self._entries()
        activity = form.load(kept) if kept else np.zeros(form.rows)
        ties = np.zeros(self.size)
        lower = form.lower - activity
        lower[list(must_visit)] = 1
        self.lower = np.concatenate([lower, ties, np.full(self.size, -INFINITE)])
        self.upper = np.concatenate([form.upper - activity, np.full(self.size, INFINITE), ties])
        self.cost = np.concatenate(
            [
                c.base[numbers].astype(float),
                c.gain[numbers[place], module_class].astype(float),
                form.extra_cost,
            ]
        )

    def _entries(self) -> Entries:
        form, numbers, c = self.form, self.numbers, self.form.candidates
        once, each = form.once(numbers), form.each(numbers[self.place], self.module_class)
        at, low, high = (
            np.arange(self.size),
            form.rows + np.arange(self.size),
            form.rows + self.size + np.arange(self.size),
        )
        own = entries_of(
            np.concatenate([np.repeat(at, np.diff(once.start)), at, at]),
            np.concatenate([once.index.astype(np.int64), low, high]),
            np.concatenate([once.value, -c.low[numbers].astype(float), -c.high[numbers].astype(float)]),
            self.size,
        )
        columns, ones = np.arange(len(self.place)), np.ones(len(self.place))
        modules = entries_of(
            np.concatenate([np.repeat(columns, np.diff(each.start)), columns, columns]),
            np.concatenate([each.index.astype(np.int64), low[self.place], high[self.place]]),
            np.concatenate([each.value, ones, ones]),
            len(columns),
        )
        return joined([own, modules, form.extras()])

    def programme(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, len(self.lower)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = self.cost
        lp.col_lower_ = np.zeros(self.width)
        most = self.form.candidates.most[self.numbers[self.place], self.module_class]
        lp.col_upper_ = np.concatenate([np.ones(self.size), most.astype(float), np.full(self.form.extra, INFINITE)])
        lp.row_lower_, lp.row_upper_ = self.lower, self.upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = self.entries.start
        lp.a_matrix_.index_ = self.entries.index
        lp.a_matrix_.value_ = self.entries.value
        whole = [highspy.HighsVarType.kInteger] * (self.size + len(self.place))
        lp.integrality_ = whole + [highspy.HighsVarType.kContinuous] * self.form.extra
        return lp

    def columns_of(self, chosen: Chosen) -> Real:
        """A choice of this part's candidates as values of its columns."""
        where = {int(number): at for at, number in enumerate(self.numbers)}
        values = np.zeros(self.width)
        own = {number: counts for number, counts in chosen.items() if number in where}
        for number in own:
            values[where[number]] = 1
        counts = np.zeros((self.size, self.form.width))
        for number, modules in own.items():
            counts[where[number]] = modules
        values[self.size : self.size + len(self.place)] = counts[self.place, self.module_class]
        values[self.size + len(self.place) :] = self.form.extra_values(self.form.load({**self.kept, **own}))
        return values

    def solve(self, start: Chosen | None, limit: Limit) -> Answer:
        """The best choice within a limit; begins from one that is known. Bound and values are of this part alone."""
        solver = quiet()
        solver.setOptionValue("mip_max_nodes", limit.nodes)
        solver.setOptionValue("mip_rel_gap", limit.gap)
        if limit.seconds < INFINITE:
            solver.setOptionValue("time_limit", max(0.01, limit.seconds))
        solver.passModel(self.programme())
        if start is not None:
            solver.setSolution(self.width, np.arange(self.width, dtype=np.int32), self.columns_of(start))
        solver.run()
        info, solution = solver.getInfo(), solver.getSolution()
        if not solution.value_valid:
            return Answer(None, INFINITE)
        return Answer(self._chosen(np.array(solution.col_value)), float(info.mip_dual_bound))

    def _chosen(self, values: Real) -> Chosen:
        counts = np.zeros((self.size, self.form.width), dtype=np.int64)
        modules = np.rint(values[self.size : self.size + len(self.place)]).astype(np.int64)
        counts[self.place, self.module_class] = modules
        found = dict(self.kept)
        for at in np.flatnonzero(values[: self.size] > 0.5):
            found[int(self.numbers[at])] = tuple(int(n) for n in counts[at])
        return found
