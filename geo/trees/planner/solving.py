"""From a problem to a plan with a proven gap, in seconds or in a repeatable amount of work.

The relaxation gives the bound, a dive from it the first plan, and improvers in two processes make it better. A small
problem is also searched as a whole, until its best plan is proven.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from geo.trees.planner.annealing.compiling import folder_for, is_ready, kernel
from geo.trees.planner.annealing.runs import BLOCK, Annealer
from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.branching import Search
from geo.trees.planner.candidates import Chosen, Whole, candidates_of, chosen_from, plan_from
from geo.trees.planner.diving import dive
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.helping import Cooling, Helper
from geo.trees.planner.improving import UNIT, Improver
from geo.trees.planner.model import Plan, Problem
from geo.trees.planner.relaxation import Relaxation, Relaxed
from geo.trees.planner.rules import check
from geo.trees.planner.subproblem import Limit
from geo.trees.planner.worth import value as value_of

ANNEALED, LARGE_ANNEALED = 0.7, 0.6  # of the time: how long plans are annealed before parts are solved anew
BOUNDED = 0.15  # of that: how long the bound is lowered then
AT_MOST_S = 60  # of annealing
SMALL = 1_500  # candidates up to which the whole problem is searched to the proof


@dataclass(frozen=True, slots=True)
class Point:
    """A plan's value and the bound at a time (seconds since the start)."""

    seconds: float
    value: int
    bound: int


@dataclass(frozen=True)
class Result:
    """The best plan found, its value, a bound that no plan exceeds, and how both came about.

    `plan` is None where no plan keeps the fixed visits and all rules; `explaining.clashes` says why.
    """

    plan: Plan | None
    value: int
    bound: int
    seconds: float
    curve: tuple[Point, ...] = ()

    @property
    def gap(self) -> float:
        """How much better a plan could be at most, as a share of this one's value."""
        if self.plan is None or self.bound <= self.value:
            return 0.0
        return (self.bound - self.value) / max(1, abs(self.value))

    @property
    def is_best(self) -> bool:
        return self.plan is not None and self.bound <= self.value


@dataclass
class Progress:
    """What a run knows so far; handed to `on_progress` at each change."""

    plan: Plan
    value: int
    bound: int
    seconds: float
    curve: list[Point] = field(default_factory=list)


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    work: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    start: Plan | None = None,
    alone: bool = False,
) -> Result:
    """The best plan within a time, or within an amount of work (rounds of one process, repeatable with the same seed).

    Ends sooner where the plan is proven best, or when `stop` says so. `start` is a plan to begin from; `alone`
    works in this process only, for a quick answer.
    """
    run = _Run(problem, seconds if work is None else None, work, seed, on_progress, stop, alone)
    return run.to_end(start)


class _Run:
    def __init__(
        self,
        problem: Problem,
        seconds: float | None,
        work: int | None,
        seed: int,
        on_progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool],
        alone: bool,
    ):
        self.began = time.monotonic()
        self.problem, self.seconds, self.work, self.seed = problem, seconds, work, seed
        self.alone = alone
        self.on_progress, self.asked_to_stop = on_progress, stop
        self.form = Formulation(candidates_of(problem))
        self.is_small = len(self.form.candidates) <= SMALL
        self.is_annealed = not self.is_small
        self.is_large = self.form.candidates.is_large
        self.chosen: Chosen = {}
        self.has_plan = False
        self.constant = 0  # points of the fixed visits, which the formulation leaves aside
        self.bound = 0
        self.curve: list[Point] = []
        self.helper: Helper | None = None
        self.cooling: Cooling | None = None

    def over(self) -> bool:
        is_late = self.seconds is not None and time.monotonic() - self.began >= self.seconds
        return is_late or self.asked_to_stop()

    def to_end(self, start: Plan | None) -> Result:
        relaxed, relaxation = self._relax(start)
        if relaxed is None:
            return Result(None, 0, 0, time.monotonic() - self.began)
        if self.work is None and not self.alone and len(self.form.candidates):
            self._start_helper(relaxed)
        try:
            first = dive(relaxation, Limit(nodes=200), self.over)
            if first is not None:
                self._note(first)
            if self.has_plan and self.is_large:
                self._tell()  # the helper waits for it
            if not self.has_plan:
                return Result(None, 0, 0, time.monotonic() - self.began)
            if not self._is_proven() and len(self.form.candidates):
                self._improve(relaxed)
        finally:
            if self.helper:
                self.helper.end()
        return self._result()

    def _start_helper(self, relaxed: Relaxed) -> None:
        if self.is_annealed and self.has_plan:
            share = LARGE_ANNEALED if self.is_large else ANNEALED
            seconds = AT_MOST_S if self.seconds is None else min(AT_MOST_S, share * self.seconds)
            self.cooling = Cooling(self.began + seconds, folder_for())
        self.helper = Helper(self.problem, relaxed, self.chosen, self.seed + 1, self.cooling)

    def _relax(self, start: Plan | None) -> tuple[Relaxed | None, Relaxation]:
        """The relaxation, from the best plan known so far on."""
        known = [best_baseline(self.problem), *([start] if start else [])]
        good = [plan for plan in known if not check(self.problem, plan)]
        plans = sorted(good, key=lambda plan: value_of(self.problem, plan))
        nothing = plan_from(self.form.candidates, {})
        self.constant = value_of(self.problem, nothing) - self.form.value({})
        relaxation = Relaxation(self.form)
        relaxed = relaxation.solve(chosen_from(self.form.candidates, plans[-1]) if plans else {}, self.over)
        if relaxed is None:
            return None, relaxation
        self.bound = int(np.floor(relaxed.bound + 1e-6)) + self.constant
        for plan in plans:
            self._note(chosen_from(self.form.candidates, plan))
        if not check(self.problem, nothing):
            self._note({})
        return relaxed, relaxation

    def _improve(self, relaxed: Relaxed) -> None:
        if self.work is not None:
            self._improve_by_work(relaxed, self.work)
        elif self.is_small and self.helper:
            self._search_whole()
        else:
            self._search_parts(relaxed)

    def _improve_by_work(self, relaxed: Relaxed, work: int) -> None:
        if work and self.is_annealed:
            annealer = Annealer(self.form, relaxed, kernel(folder_for()), self.chosen, self.seed)
            for _ in range(work * UNIT.changes // BLOCK):
                self._anneal(annealer)
            if not self.is_large:
                self._search_broadly(relaxed, work * UNIT.nodes // 4, self.over)
        improver = Improver(self.form, relaxed, self.chosen, self.seed, UNIT)
        for _ in range(work):
            if self.over() or self._is_proven():
                return
            improver.round(self.over)
            self._note(improver.best)
        if self.is_small:
            self._search_whole(work * UNIT.nodes)

    def _search_parts(self, relaxed: Relaxed) -> None:
        if self.cooling and is_ready(self.cooling.folder):
            annealer = Annealer(self.form, relaxed, kernel(self.cooling.folder), self.chosen, self.seed)
            while time.monotonic() < self.cooling.until and not self.over() and not self._is_proven():
                self._anneal(annealer)
            until = time.monotonic() + BOUNDED * (self.cooling.until - self.began)
            if not self.is_large:  # one so large hardly moves
                self._search_broadly(relaxed, None, lambda: time.monotonic() >= until or self.over())
        improver = Improver(self.form, relaxed, self.chosen, self.seed)
        while not self.over() and not self._is_proven():
            if improver.round(self.over):
                self._note(improver.best)
                self._tell()
            self._hear()
            improver.offer(self.chosen, self._free_value())

    def _anneal(self, annealer: Annealer) -> None:
        """A block of steps, as the helper makes with another seed."""
        if annealer.block():
            self._note(annealer.best)
            self._tell()
        self._hear()
        annealer.offer(self.chosen, self._free_value())

    def _tell(self) -> None:
        if self.helper:
            self.helper.tell(self._free_value(), self.chosen)

    def _hear(self) -> None:
        if self.helper and (found := self.helper.latest()):
            self._note(found[1])

    def _search_whole(self, nodes: int | None = None) -> None:
        """Searches the tree of all candidates; the helper's plans shorten it."""
        self._search(np.arange(len(self.form.candidates)), nodes, self.over)

    def _search_broadly(self, relaxed: Relaxed, nodes: int | None, stop: Callable[[], bool]) -> None:
        """Lowers the bound: searches what may still be in a better plan, where the bound is highest."""
        gap = relaxed.bound - self._free_value() + 1
        numbers = np.union1d(np.flatnonzero(relaxed.loss <= gap), np.array(sorted(self.chosen), dtype=np.int64))
        self._search(numbers, nodes, stop, is_broad=True)

    def _search(self, numbers: Whole, nodes: int | None, stop: Callable[[], bool], is_broad: bool = False) -> None:
        search = Search(self.form, numbers, {})

        def pause() -> bool:
            self._hear()
            search.raise_goal(self._free_value(), self.chosen)
            if search.value > self._free_value():
                self._note(search.best)
                self._tell()
            self._lower(search.open_bound)
            return stop()

        outcome = search.run(self.chosen, nodes if nodes is not None else 10**9, pause, is_broad)
        self._note(outcome.chosen)
        self._lower(outcome.bound)

    def _free_value(self) -> int:
        return self.form.value(self.chosen)

    def _lower(self, bound: float) -> None:
        if bound < float("inf"):
            lowered = int(np.floor(bound + 1e-6)) + self.constant
            if lowered < self.bound:
                self.bound = lowered
                self._report(quietly=True)

    def _is_proven(self) -> bool:
        return self.has_plan and self.bound <= self._free_value() + self.constant

    def _note(self, chosen: Chosen) -> None:
        if not self.has_plan or self.form.value(chosen) > self._free_value():
            self.chosen, self.has_plan = dict(chosen), True
            self._report()

    def _report(self, quietly: bool = False) -> None:
        if not self.has_plan:
            return
        point = Point(round(time.monotonic() - self.began, 3), self._free_value() + self.constant, self.bound)
        if quietly and self.curve and point.seconds - self.curve[-1].seconds < 0.25:
            return
        self.curve.append(point)
        if self.on_progress:
            plan = plan_from(self.form.candidates, self.chosen)
            self.on_progress(Progress(plan, point.value, point.bound, point.seconds, self.curve))

    def _result(self) -> Result:
        plan = plan_from(self.form.candidates, self.chosen)
        value = value_of(self.problem, plan)
        seconds = time.monotonic() - self.began
        bound = max(self.bound, value)
        curve = (*self.curve, Point(round(seconds, 3), value, bound))
        return Result(plan, value, bound, seconds, curve)
