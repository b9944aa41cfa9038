"""The planner as a run calls it: what it finds, bit by bit; other plans to compare with; why a stop was left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from geo.trees.planner.baselines import baselines
from geo.trees.planner.explaining import clashes, left_out
from geo.trees.planner.model import Plan, Problem
from geo.trees.planner.replanning import after_loss, replan
from geo.trees.planner.solving import Progress, Result, solve
from geo.trees.planning.losses import Loss


@dataclass(frozen=True)
class Found:
    """The best plan so far, its value, and a proven bound on the value of any plan; None for what is not known yet.

    `clashes` are the sentences that say why there is no plan at all.
    """

    plan: Plan | None = None
    value: int | None = None
    bound: int | None = None
    clashes: tuple[str, ...] = ()


def rivals_of(problem: Problem) -> Mapping[str, Plan]:
    """The plans that a person with a spreadsheet would make, by the way's name."""
    return {f"Tabelle: {name}": plan for name, plan in baselines(problem).items()}


@dataclass(frozen=True)
class Replanned:
    """What came of a loss: the problem as it is now, what is left of the plan if nobody plans anew, the best new plan.

    `told` visits were announced and could stay, `kept` of them keep their days.
    """

    problem: Problem
    left: Plan
    found: Found
    told: int
    kept: int


def solve_for(problem: Problem, *, seconds: int, seed: int, tell: Callable[[Found], bool]) -> Found:
    """Search until the time is over, the best plan is proven, or `tell` says that nobody wants more."""
    heard = _Heard(tell)
    result = solve(problem, seconds=seconds, seed=seed, on_progress=heard.told, stop=heard.is_enough)
    return heard.end(problem, result)


def replan_for(
    problem: Problem, plan: Plan, loss: Loss, *, seconds: int, seed: int, tell: Callable[[Found], bool]
) -> Replanned:
    """Search in the same way for a plan without the lost stop that keeps as many announced days as it can."""
    heard, stop = _Heard(tell), str(loss.stop_id)
    new = replan(
        problem,
        plan,
        stop,
        loss.week,
        reason=loss.reason,
        seconds=seconds,
        seed=seed,
        on_progress=heard.told,
        ending=heard.is_enough,
    )
    _, left = after_loss(problem, plan, stop, loss.week, loss.reason)
    return Replanned(new.problem, left, heard.end(new.problem, new.result), len(new.told), new.kept)


class _Heard:
    """Hands on what the planner finds, and remembers when nobody wants more."""

    def __init__(self, tell: Callable[[Found], bool]):
        self.tell, self.wanted = tell, True

    def told(self, progress: Progress) -> None:
        self.wanted = self.tell(Found(progress.plan, progress.value, progress.bound)) and self.wanted

    def is_enough(self) -> bool:
        return not self.wanted

    def end(self, problem: Problem, result: Result) -> Found:
        if result.plan is None:
            reliefs = [(clash.sentence, *(relief.sentence for relief in clash.reliefs)) for clash in clashes(problem)]
            return Found(clashes=tuple(" ".join(sentences) for sentences in reliefs))
        found = Found(result.plan, result.value, result.bound)
        self.tell(found)
        return found


def why_not(problem: Problem, plan: Plan) -> list[tuple[str, str]]:
    """For each stop without a visit the nearest rule that kept it out, as a sentence."""
    return [(one.stop, one.sentence) for one in left_out(problem, plan)]
