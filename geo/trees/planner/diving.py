"""A first plan: the relaxed one made whole step by step, with columns priced anew after each step."""

import math
from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.candidates import Chosen, Real
from geo.trees.planner.formulation import INFINITE
from geo.trees.planner.relaxation import SLACK, Relaxation
from geo.trees.planner.subproblem import Limit, Part

SURE = 0.97  # a candidate that the relaxed plan holds to this share is taken
MOST_FAILURES = 15  # steps that led to nothing, until what is taken is enough
ROUNDS = 3  # of pricing after each step
STEP = 0.1  # of the stops still open that one step decides at least


def dive(relaxation: Relaxation, limit: Limit, stop: Callable[[], bool]) -> Chosen | None:
    """A plan near the relaxed one; None where none was found. The relaxation's programme is not usable afterwards."""
    return _Dive(relaxation).run(limit, stop)


class _Dive:
    def __init__(self, relaxation: Relaxation):
        self.relaxation = relaxation
        self.form, self.candidates = relaxation.form, relaxation.candidates
        self.allowed: NDArray[np.bool_] = np.ones(len(self.candidates), dtype=bool)
        self.taken: list[int] = []
        self.refused: list[int] = []
        self.demanded = np.zeros(len(self.candidates.places), dtype=np.int64)

    def run(self, limit: Limit, stop: Callable[[], bool]) -> Chosen | None:
        before: list[int] = []
        failures = 0
        while True:
            share = self._solve()
            if share is None:
                step = self.taken[len(before) :]
                failures += 1
                if not step or failures > MOST_FAILURES:
                    self.taken = before
                    break
                if len(step) == 1:
                    self.refused += step
                self.taken = [*before, *step[:-1]] if len(step) > 1 else list(before)
                before = before[: len(self.taken) - 1] if len(step) > 1 else before
                self._fix()
                continue
            chosen = self._next(share)
            if not chosen or stop():
                break
            before = list(self.taken)
            self.taken += chosen
            self._fix()
        return self._whole(limit)

    def _solve(self) -> Real | None:
        """The relaxed plan under what is taken: the share of each candidate. None if nothing can be taken so."""
        relaxation, solver = self.relaxation, self.relaxation.solver
        for _ in range(ROUNDS):
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            worth, counts = relaxation.priced(np.array(solver.getSolution().row_dual))
            worth[~self.allowed] = -math.inf
            new = relaxation.promising(worth)
            if not len(new) or not relaxation.add(new, counts[new]):
                break
        values = np.array(solver.getSolution().col_value)[self.form.extra :]
        share = np.zeros(len(self.candidates))
        np.add.at(share, relaxation.columns.numbers[: len(values)], values)
        return share

    def _next(self, share: Real) -> list[int]:
        """The candidates that come next: all that are sure, and at least some."""
        share[self.taken] = 0
        left = share.sum()
        if left < SLACK:
            return []
        least = max(1, math.ceil(STEP * left))
        chosen: list[int] = []
        stops: set[int] = set()
        for number in np.argsort(-share, kind="stable"):
            if share[number] < SLACK or (len(chosen) >= least and share[number] < SURE):
                break
            stop = int(self.candidates.place[number])
            if stop not in stops:
                stops.add(stop)
                chosen.append(int(number))
        return chosen

    def _fix(self) -> None:
        """Tells the programme what is taken; a place takes nothing beside it."""
        c, form, relaxation = self.candidates, self.form, self.relaxation
        number_of = np.bincount(c.place[self.taken], minlength=len(c.places))
        self.allowed = number_of[c.place] < 1
        self.allowed[self.taken] = True
        self.allowed[self.refused] = False
        width = len(relaxation.columns.numbers)
        columns = np.arange(form.extra, form.extra + width, dtype=np.int32)
        upper = np.where(self.allowed[relaxation.columns.numbers], INFINITE, 0.0)
        relaxation.solver.changeColsBounds(width, columns, np.zeros(width), upper)
        for place in np.flatnonzero(number_of != self.demanded):
            relaxation.solver.changeRowBounds(int(place), float(number_of[place]), float(form.upper[place]))
        self.demanded = number_of

    def _whole(self, limit: Limit) -> Chosen | None:
        """Whole numbers of modules for what is taken."""
        numbers = np.array(sorted(set(self.taken)), dtype=np.int64)
        if not len(numbers):
            return {}
        return Part(self.form, numbers, {}).solve(None, limit).chosen
