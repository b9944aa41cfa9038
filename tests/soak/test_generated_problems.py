"""10,000 problems made up: every plan of the planner keeps every rule and stays below its bound."""

import multiprocessing

import pytest

from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.generator import generate_any
from geo.trees.planner.rules import check
from geo.trees.planner.solving import solve
from geo.trees.planner.worth import value

PROBLEMS = 10_000


def judged(seed: int) -> str | None:
    """What is wrong with the plan of a problem; None if nothing is."""
    problem = generate_any(seed)
    result = solve(problem, work=seed % 20 == 0, seed=seed)
    if result.plan is None:
        return f"{seed}: no plan"
    broken = check(problem, result.plan)
    if broken:
        return f"{seed}: {broken[0].sentence}"
    if not value(problem, best_baseline(problem)) <= value(problem, result.plan) == result.value <= result.bound:
        return f"{seed}: value {result.value}, bound {result.bound}"
    return None


@pytest.mark.soak
def test_every_plan_of_10_000_problems_keeps_every_rule() -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        wrong = [said for said in pool.imap_unordered(judged, range(PROBLEMS), chunksize=50) if said]
    assert wrong == []
