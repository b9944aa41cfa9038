"""The planner as a run calls it: what it finds, bit by bit; other plans to compare with; why a stop was left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from geo.trees.planner.baselines import baselines
from geo.trees.planner.explaining import clashes, left_out
from geo.trees.planner.model import Plan, Problem
from geo.trees.planner.solving import Progress, solve


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


def solve_for(problem: Problem, *, seconds: int, seed: int, tell: Callable[[Found], bool]) -> Found:
    """Search until the time is over, the best plan is proven, or `tell` says that nobody wants more."""
    wanted = True

    def told(progress: Progress) -> None:
        nonlocal wanted
        wanted = tell(Found(progress.plan, progress.value, progress.bound)) and wanted

    result = solve(problem, seconds=seconds, seed=seed, on_progress=told, stop=lambda: not wanted)
    if result.plan is None:
        reliefs = [(clash.sentence, *(relief.sentence for relief in clash.reliefs)) for clash in clashes(problem)]
        return Found(clashes=tuple(" ".join(sentences) for sentences in reliefs))
    found = Found(result.plan, result.value, result.bound)
    tell(found)
    return found


def why_not(problem: Problem, plan: Plan) -> list[tuple[str, str]]:
    """For each stop without a visit the nearest rule that kept it out, as a sentence."""
    return [(one.stop, one.sentence) for one in left_out(problem, plan)]
