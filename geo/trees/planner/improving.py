"""How a plan is made better: ruin and recreate, parts solved exactly, and what good plans share put together.

One `Improver` works in one process and goes on from whatever plan it is given. All that it decides by chance comes
from its seed, and it measures its work in steps and nodes, not in seconds: the same seed and the same work give the
same plan.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geo.trees.planner.branching import Outcome, Search
from geo.trees.planner.candidates import Chosen, Whole
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.neighbourhoods import Series
from geo.trees.planner.recreating import Annealing
from geo.trees.planner.relaxation import Relaxed

SHARED = 160  # candidates of good plans that are put together
WARM, COLD = 5e-3, 1e-4  # of the value: what a step of ruin and recreate may lose, at first and in the end


@dataclass(frozen=True, slots=True)
class Effort:
    """What one round does: steps of ruin and recreate, parts solved anew, nodes of the tree of each; and how many
    changes are made beforehand for each round, where rounds are counted."""

    steps: int
    parts: int
    nodes: int
    changes: int = 0


USUAL = Effort(500, 6, 400)
UNIT = Effort(60, 1, 100, 1_000_000)  # of work, where it is counted in place of seconds


class Improver:
    """Makes one plan better, round by round."""

    def __init__(self, form: Formulation, relaxed: Relaxed, chosen: Chosen, seed: int, effort: Effort = USUAL):
        self.form, self.relaxed, self.effort = form, relaxed, effort
        self.best, self.value = dict(chosen), form.value(chosen)
        self.series = Series(form.candidates, relaxed.loss, seed)
        self.annealing = Annealing(form, relaxed, chosen, seed)
        self.is_large = form.candidates.is_large
        self.rounds = 0

    def offer(self, chosen: Chosen, value: int) -> None:
        """Takes over a plan of somebody else if it is better."""
        if value > self.value:
            self.best, self.value = dict(chosen), value

    def round(self, stop: Callable[[], bool]) -> bool:
        """One round; whether the plan has become better."""
        before = self.value
        self.rounds += 1
        if not self.is_large:
            self._recreate(stop)
        for _ in range(self.effort.parts):
            if stop():
                break
            self._part(stop)
        return self.value > before

    def _recreate(self, stop: Callable[[], bool]) -> None:
        annealing = self.annealing
        if self.rounds % 4 == 1:
            annealing.restart(self.best)
        cooling = self.rounds % 4  # four rounds are one cooling
        warm, cold = WARM * self.value, COLD * self.value
        share = (cold / warm) ** 0.25
        first = warm * share ** ((cooling - 1) % 4)
        annealing.run(self.effort.steps, first, first * share, stop)
        self._note(annealing.best)
        if cooling == 0 and annealing.seen:
            shared = sorted(annealing.seen, key=lambda number: (-annealing.seen[number], number))[:SHARED]
            numbers = np.array(sorted({*shared, *self.best}), dtype=np.int64)
            annealing.seen.clear()
            self._note(self._solve(numbers, {}, 2 * self.effort.nodes, stop).chosen)

    def _part(self, stop: Callable[[], bool]) -> None:
        part = self.series.draw(self.best, self.relaxed.bound - self.value)
        before = self.value
        outcome = self._solve(part.numbers, part.kept, self.effort.nodes, stop)
        self._note(outcome.chosen)
        self.series.learn(part.kind, self.value > before, outcome.nodes < self.effort.nodes)

    def _solve(self, numbers: Whole, kept: Chosen, nodes: int, stop: Callable[[], bool]) -> Outcome:
        own = {number: counts for number, counts in self.best.items() if number not in kept}
        return Search(self.form, numbers, kept).run(own, nodes, stop)

    def _note(self, chosen: Chosen) -> None:
        value = self.form.value(chosen)
        if value > self.value:
            self.best, self.value = dict(chosen), value
