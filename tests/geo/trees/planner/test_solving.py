"""The planner's plans keep every rule, are worth what they say, and no plan is worth more than the bound."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from geo.trees.cli import plan as plan_command
from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.branching import Search
from geo.trees.planner.candidates import candidates_of, chosen_from, plan_from
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.generator import generate, generate_any
from geo.trees.planner.model import Fixed, Pin, Weights
from geo.trees.planner.reading import plan_from as plan_of_json
from geo.trees.planner.reading import problem_json
from geo.trees.planner.relaxation import Relaxation
from geo.trees.planner.rules import check
from geo.trees.planner.solving import solve
from geo.trees.planner.subproblem import Limit, Part
from geo.trees.planner.worth import value
from tests.geo.trees.planner.problems import plan, problem, stop, visit


@pytest.mark.parametrize("block", range(10))
def test_300_problems_are_solved_within_the_rules_and_below_the_bound(block):
    for seed in range(block * 30, block * 30 + 30):
        one = generate_any(seed)
        result = solve(one, work=seed % 10 == 0, seed=seed)
        assert result.plan is not None, seed
        assert check(one, result.plan) == [], seed
        assert result.value == value(one, result.plan) <= result.bound, seed
        assert result.value >= value(one, best_baseline(one)), seed


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 8])
def test_the_bound_and_the_proof_agree_with_the_whole_programme(seed):
    one = generate("XS", seed)
    form = Formulation(candidates_of(one))
    everything = np.arange(len(form.candidates))
    answer = Part(form, everything, {}).solve(None, Limit(nodes=10**6))
    best = form.value(answer.chosen)
    search = Search(form, everything, {}).run({}, 10**6, lambda: False)
    assert search.is_proven
    assert search.value == best
    assert value(one, plan_from(form.candidates, search.chosen)) == best
    relaxed = Relaxation(form).solve({})
    assert relaxed.bound >= best - 1e-6
    assert all(relaxed.loss[number] <= relaxed.bound - best + 1e-3 for number in search.chosen)


def test_a_plan_is_the_same_as_candidates_and_back():
    for seed in range(40):
        one = generate_any(seed)
        drawn = best_baseline(one)
        candidates = candidates_of(one)
        chosen = chosen_from(candidates, drawn)
        assert plan_from(candidates, chosen) == drawn
        form = Formulation(candidates)
        fixed = value(one, plan_from(candidates, {})) - form.value({})
        assert form.value(chosen) + fixed == value(one, drawn), seed


def test_the_same_seed_and_work_give_the_same_plan():
    one = generate("M", 4)
    first, again = (solve(one, work=2, seed=7) for _ in range(2))
    assert first.plan == again.plan
    assert first.bound == again.bound
    assert first.value > value(one, best_baseline(one))
    assert [point.value for point in first.curve] == sorted(point.value for point in first.curve)


def test_two_processes_improve_a_plan_until_the_time_is_over_or_somebody_stops_them():
    one, seen = generate("S", 2), []
    result = solve(one, seconds=3, seed=1, on_progress=seen.append, stop=lambda: len(seen) > 8)
    assert len(seen) > 8 or result.is_best or result.seconds >= 3
    assert check(one, result.plan) == []
    assert seen[-1].value <= result.value <= result.bound <= seen[0].bound
    assert result.value > value(one, best_baseline(one))


def test_fixed_visits_stay_and_weights_are_heeded():
    fixed = Pin(visit("a", 2, 3, S=2), Fixed.DECIDED)
    result = solve(problem(pins=(fixed,)), work=0)
    assert fixed.visit in result.plan.visits
    unwanted = problem(weights=replace(Weights(), heat=0))
    assert solve(unwanted, work=0).plan.visits == ()
    waiting = [
        problem(stop("a", waiting=n), stop("b"), fleets=(replace(problem().fleets[0], openings=0),)) for n in (0, 9)
    ]
    assert [solve(one, work=0).plan.visits for one in waiting] == [(), ()], "no opening, no visit"


def test_a_stop_with_two_visits_gets_two_that_do_not_overlap():
    one = problem(stop("a", visits=2, need=90))
    result = solve(one, work=1)
    assert [one.stop for one in result.plan.visits] == ["a", "a"]
    assert check(one, result.plan) == []


def test_a_problem_without_any_possible_visit_has_an_empty_plan():
    result = solve(problem(stop("a", open=(False,) * 10)), seconds=1)
    assert result.plan == plan()
    assert (result.value, result.gap) == (0, 0.0)


def test_the_command_prints_the_plan_as_json_and_says_what_is_wrong(tmp_path):
    one = generate("XS", 1)
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem_json(one)))

    def run(*words):
        command = [sys.executable, "-m", "geo", "plan", *words]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ}, check=False)

    done = run("--problem", str(path), "--seconds", "1", "--seed", "3", "--explain")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {"visits", "value", "bound", "gap", "seconds", "curve", "lines", "left_out", "what_if"} <= set(answer)
    drawn = plan_of_json(answer)
    assert check(one, drawn) == []
    assert value(one, drawn) == answer["value"] == sum(line["points"] for line in answer["lines"])
    assert answer["gap"] == pytest.approx((answer["bound"] - answer["value"]) / answer["value"])
    clash = replace(one, pins=(Pin(visit(one.stops[0].id, 0, 9, S=99), Fixed.DECIDED),))
    path.write_text(json.dumps(problem_json(clash)))
    refused = CliRunner().invoke(plan_command, ["--problem", str(path), "--seconds", "1"])
    assert refused.exit_code == 1
    assert "Das passt nicht zusammen" in refused.stderr
    path.write_text("{}")
    broken = run("--problem", str(path))
    assert (broken.returncode, "fehlt „weeks“" in broken.stderr) == (2, True), broken.stderr
