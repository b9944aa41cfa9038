"""Runs of the annealing: each cools a plan down once, by its seed and its number of steps alone."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from geo.trees.planner.annealing.boards import board_of, chosen_of, standing_of
from geo.trees.planner.annealing.compiling import Kernel
from geo.trees.planner.candidates import Chosen
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.relaxation import Relaxed

WARM, COLD = 0.1, 0.01  # of what a visit brings on average: what a change may lose, at first and in the end
CHEAP, DEAR = 0.6, 1.3  # times the price of what is too much, at first and in the end
FLAT = 0.4  # of the highest price of a module in a week: what one too many costs in every week
WORTH_TRYING = 0.9  # of what a visit brings: candidates that cost the bound more are not tried
BLOCK = 500_000  # steps between two looks at the clock: about a tenth of a second


@dataclass(frozen=True, slots=True)
class Length:
    """How long a run is: so many steps, which is repeatable, or until a time (of `time.monotonic`)."""

    steps: int | None = None
    until: float = 0.0


class Annealer:
    """Cools plans of one problem."""

    def __init__(self, form: Formulation, relaxed: Relaxed, kernel: Kernel):
        self.form, self.kernel = form, kernel
        self.visit = max(1.0, relaxed.bound / max(1.0, float(relaxed.share.sum())))
        self.board = board_of(form, relaxed.loss, WORTH_TRYING * self.visit, relaxed.prices, FLAT)

    def run(self, chosen: Chosen, length: Length, seed: int) -> Iterator[Chosen]:
        """Cools a plan down, from one that keeps all limits on; yields the best plan so far after each block."""
        now = standing_of(self.form, chosen, seed)
        best, done, steps, began = self.form.value(chosen), 0.0, 0, time.monotonic()
        while done < 1.0:
            steps += BLOCK
            later = self._share(length, steps, began)
            (warm, cheap), (cold, dear) = self._at(done), self._at(later)
            best = self.kernel(self.board, now, BLOCK, best, (warm, cold), (cheap, dear))
            done = later
            yield chosen_of(now.best, now.best_counts)

    def _share(self, length: Length, steps: int, began: float) -> float:
        """How much of a run will be done after so many steps, the last block of them still to be made."""
        if length.steps is not None:
            return min(1.0, steps / max(1, length.steps))
        spent = time.monotonic() - began
        needed = spent * steps / max(1, steps - BLOCK)
        return min(1.0, needed / max(1e-3, length.until - began))

    def _at(self, share: float) -> tuple[float, float]:
        """The heat, and the factor of what is too much, when a share of the run is done."""
        return WARM * self.visit * (COLD / WARM) ** share, CHEAP + (DEAR - CHEAP) * share
