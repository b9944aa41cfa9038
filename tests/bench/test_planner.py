"""The planner against the clock: proven gap, first plan, lead over the spreadsheet ways, memory; five seeds a size.

Problems and spreadsheet ways are the project's own. Each plan is computed by the command in a process of its own, which
uses two cores. The goals are for two cores that do nothing else; what is asserted leaves room beside them (`ROOM`,
`LOOSER`), because a machine that measures is seldom quiet.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.trees.planner.assigning import Tree, assign
from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.generator import generate
from geo.trees.planner.model import Plan
from geo.trees.planner.possible import possible_weeks
from geo.trees.planner.reading import plan_from, problem_json
from geo.trees.planner.replanning import replan
from geo.trees.planner.rules import check
from geo.trees.planner.worth import value
from tests.bench.measure import Bench

SEEDS = (1, 2, 3, 4, 5)
SECONDS = {"S": 60, "M": 30, "L": 60}
GAP = {"S": 0.01, "M": 0.01, "L": 0.005}
FIRST_WITHIN = {"S": 2, "M": 2, "L": 15}
LEAD = {"S": 0.0, "M": 0.14, "L": 0.14}
MEMORY = 500  # MB of both processes together, shared pages counted once
ROOM = 3  # times a goal in seconds: more is slow on a busy machine too
LOOSER = 2  # times a goal of a gap


@pytest.mark.bench
@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_gap_first_plan_and_lead(size: str, tmp_path: Path, bench: Bench) -> None:
    """Gap at the end, the time at which a plan beats the best spreadsheet way, the lead over it in the end, memory."""
    most = 0.0
    for seed in SEEDS:
        problem = generate(size, seed)
        path = tmp_path / f"{size}{seed}.json"
        path.write_text(json.dumps(problem_json(problem)))
        command = [sys.executable, "-m", "geo", "plan", "--problem", str(path), "--seconds", str(SECONDS[size])]
        with subprocess.Popen([*command, "--seed", str(seed)], stdout=subprocess.PIPE, text=True) as child:
            peak = bench.peak(child, every=0.5)
            answer = json.loads(child.communicate()[0])
        most = max(most, peak.megabytes)
        assert check(problem, plan_from(answer)) == []
        greedy = value(problem, best_baseline(problem))
        first = next(seconds for seconds, found, _ in answer["curve"] if found > greedy)
        at_30 = [(bound - found) / found for seconds, found, bound in answer["curve"] if seconds <= 30]
        lead = answer["value"] / greedy - 1
        words = (
            f"{size}{seed}: gap {answer['gap']:.3%} (at 30 s {at_30[-1]:.3%}), first better plan after {first:.1f} s"
        )
        goals = f"goals: {GAP[size]:.1%}, {FIRST_WITHIN[size]} s"
        bench.note(f"planner {words}, {lead:.1%} over the best sheet, {answer['seconds']:.0f} s; {goals}")
        assert answer["gap"] <= LOOSER * GAP[size]
        assert first <= ROOM * FIRST_WITHIN[size]
        assert lead >= LEAD[size]
    bench.note(f"planner {size}: {most:.0f} MB of memory at most, all processes together; goal {MEMORY} MB")
    assert most <= MEMORY


@pytest.mark.bench
def test_a_dragged_visit_a_lost_stop_and_trees_by_name_at_l(bench: Bench) -> None:
    """Weeks that are possible, trees assigned, and a new plan after a loss; each at L."""
    problem = generate("L", 1)
    plan = best_baseline(problem)
    dragged = plan.visits[len(plan.visits) // 2]
    _within(bench, "possible weeks", 0.05, lambda: possible_weeks(problem, plan, dragged))
    trees = [Tree(f"{one}{n}", "", one) for one, number in problem.fleets[0].modules.items() for n in range(number)]
    _within(bench, "trees by name", 1.0, lambda: assign(problem, plan, trees))
    _after_a_loss(bench, "S", 2)
    _after_a_loss(bench, "L", 6)


def _within(bench: Bench, name: str, goal: float, work: Callable[[], object]) -> None:
    """The best of five runs against a goal in seconds."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    bench.note(f"planner L: {name} in {min(taken):.3f} s (slowest of five {max(taken):.3f} s); goal {goal} s")
    assert min(taken) <= ROOM * goal


def _after_a_loss(bench: Bench, size: str, seconds: int) -> None:
    problem = generate(size, 1)
    plan: Plan = best_baseline(problem)
    lost = sorted(plan.visits, key=lambda visit: visit.start)[len(plan.visits) // 2]
    began = time.perf_counter()
    found = replan(problem, plan, lost.stop, lost.start + 1, seconds=seconds - 0.5)
    took = time.perf_counter() - began
    bench.note(
        f"planner {size}: new plan {took:.1f} s after a loss (goal {seconds} s), {found.kept_share:.0%} keep their dates"
    )
    assert found.kept_share >= 0.85
    assert took <= ROOM * seconds
