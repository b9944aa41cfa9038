"""The annealing of a problem: plans are cooled down, warmed up a little and cooled down again, some times over; then
another one from the beginning."""

from dataclasses import dataclass

from geo.trees.planner.annealing.boards import Standing, board_of, chosen_of, standing_of
from geo.trees.planner.annealing.compiling import Kernel
from geo.trees.planner.candidates import Chosen
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.relaxation import Relaxed

FLAT = 0.4  # of the highest price of a module in a week: what one too many costs in every week
BLOCK = 500_000  # steps between two looks at the clock: about a tenth of a second


@dataclass(frozen=True, slots=True)
class Cooling:
    """So many steps from warm to cold (of what a visit brings on average: what a change may lose) while what is too
    much gets dearer (times its price), or with a `turn` as dear as it must (see `cooling.anneal`)."""

    steps: int
    warm: float
    cold: float
    cheap: float
    dear: float
    turn: float = 0.0

    def at(self, done: int) -> tuple[float, float]:
        """The heat and the factor of the price after so many steps."""
        share = min(1.0, done / self.steps)
        return self.warm * (self.cold / self.warm) ** share, self.cheap + (self.dear - self.cheap) * share


@dataclass(frozen=True, slots=True)
class Way:
    """How plans are cooled down: at first and then again, so many times in all, until another one is begun. Candidates
    that cost the bound more than a share of what a visit brings are not tried."""

    first: Cooling
    again: Cooling
    times: int
    worth_trying: float


USUAL = Way(Cooling(20_000_000, 0.1, 0.01, 0.6, 1.3), Cooling(15_000_000, 0.03, 0.01, 0.8, 1.3), 4, 0.9)
# A large plan begins near the relaxed one: it is never made hot, and only what costs the bound nearly nothing is tried.
WIDE = Way(Cooling(110_000_000, 0.006, 0.001, 1, 1, 0.001), Cooling(60_000_000, 0.004, 0.001, 1, 1, 0.001), 4, 0.02)


class Annealer:
    """Makes one plan better, block by block of steps; repeatable with the same seed and the same plans offered."""

    def __init__(self, form: Formulation, relaxed: Relaxed, kernel: Kernel, chosen: Chosen, seed: int):
        self.form, self.kernel, self.seed = form, kernel, seed
        self.way = WIDE if form.candidates.is_large else USUAL
        self.visit = max(1.0, relaxed.bound / max(1.0, float(relaxed.share.sum())))
        self.board = board_of(form, relaxed.loss, self.way.worth_trying * self.visit, relaxed.prices, FLAT)
        self.best, self.value = dict(chosen), form.value(chosen)
        self.first = self.best, self.value
        self.coolings = 0
        self.now: Standing
        self.reached: int
        self._begin(self.way.first, *self.first)

    def offer(self, chosen: Chosen, value: int) -> None:
        """Takes over a plan of somebody else if it is better."""
        if value > self.value:
            self.best, self.value = dict(chosen), value

    def block(self) -> bool:
        """Some more steps; whether the plan has become better."""
        if self.done >= self.cooling.steps:
            if self.coolings % self.way.times == 0:
                self._begin(self.way.first, *self.first)
            else:
                self._begin(self.way.again, chosen_of(self.now.best, self.now.best_counts), self.reached)
        (warm, cheap), (cold, dear) = self.cooling.at(self.done), self.cooling.at(self.done + BLOCK)
        heats = warm * self.visit, cold * self.visit
        self.reached = self.kernel(self.board, self.now, BLOCK, self.reached, heats, (cheap, dear), self.cooling.turn)
        self.done += BLOCK
        if self.reached <= self.value:
            return False
        self.best, self.value = chosen_of(self.now.best, self.now.best_counts), self.reached
        return True

    def _begin(self, cooling: Cooling, chosen: Chosen, value: int) -> None:
        self.cooling, self.done, self.reached = cooling, 0, value
        self.now = standing_of(self.form, chosen, (self.seed << 20) + self.coolings)
        self.coolings += 1
