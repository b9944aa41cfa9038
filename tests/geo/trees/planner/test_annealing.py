"""What is annealed keeps every rule, is worth what the loop says, and comes again with the same seed."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geo.trees.planner import candidates
from geo.trees.planner.annealing import compiling, runs
from geo.trees.planner.annealing.boards import EXCESS, FACTOR, ONE, VALUE, board_of, chosen_of, standing_of
from geo.trees.planner.annealing.runs import Annealer
from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.candidates import candidates_of, chosen_from, plan_from
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.generator import generate, generate_any
from geo.trees.planner.helping import Cooling
from geo.trees.planner.relaxation import Relaxation
from geo.trees.planner.rules import check

ROOT = Path(__file__).resolve().parents[4]


SHORT = replace(runs.USUAL, first=replace(runs.USUAL.first, steps=100_000))


@pytest.fixture(scope="module")
def kernel():
    return compiling.kernel(compiling.folder_for())


def _relaxed(problem):
    form = Formulation(candidates_of(problem))
    start = chosen_from(form.candidates, best_baseline(problem))
    return form, start, Relaxation(form).solve(start) if len(form.candidates) else None


def test_annealed_plans_of_all_kinds_of_problems_keep_every_rule(kernel, monkeypatch):
    """Several fleets, two visits at a stop, fixed visits, a past, move weeks: whatever the generator knows."""
    monkeypatch.setattr(runs, "BLOCK", 50_000)
    monkeypatch.setattr(runs, "USUAL", SHORT)
    better = 0
    for seed in range(80):
        problem = generate_any(seed)
        form, start, relaxed = _relaxed(problem)
        if relaxed is None or check(problem, plan_from(form.candidates, start)):
            continue
        annealer = Annealer(form, relaxed, kernel, start, seed)
        for _ in range(3):  # cooled down once, and begun again
            annealer.block()
        best = annealer.best
        assert check(problem, plan_from(form.candidates, best)) == [], seed
        assert form.value(best) >= form.value(start), seed
        better += form.value(best) > form.value(start)
    assert better > 20


def test_the_sums_that_are_kept_are_those_of_the_plan(kernel):
    """After a hundred thousand changes the tally is the value, and the sums are what the plan leaves free."""
    for seed in (3, 7, 20, 41):
        form, start, relaxed = _relaxed(generate_any(seed))
        board = board_of(form, relaxed.loss, 10.0**9, relaxed.prices, 0.4)
        now = standing_of(form, start, seed)
        turn = 0.01 * (seed % 2)  # two with a price that rises, two with one that follows what happens
        best = kernel(board, now, 100_000, form.value(start), (2000.0, 200.0), (0.6, 1.3), turn)
        assert best == form.value(chosen_of(now.best, now.best_counts))
        assert 0.2 * ONE < now.tally[FACTOR] < 10 * ONE
        stands = chosen_of(now.chosen, now.counts)
        assert now.tally[VALUE] == form.value(stands)
        fresh = standing_of(form, stands, seed)
        assert np.array_equal(now.sums, fresh.sums) and np.array_equal(now.short, fresh.short)
        limits = np.delete(
            fresh.sums.reshape(-1, 2 * form.width + 2, form.horizon), np.s_[form.width : 2 * form.width], 1
        )
        assert now.tally[EXCESS] == -np.minimum(0, limits).sum()


def test_the_same_seed_gives_the_same_plan_and_another_one_another(kernel, monkeypatch):
    monkeypatch.setattr(runs, "USUAL", replace(runs.USUAL, first=replace(runs.USUAL.first, steps=3 * runs.BLOCK)))
    form, start, relaxed = _relaxed(generate("M", 4))
    found = [Annealer(form, relaxed, kernel, start, seed) for seed in (5, 5, 6)]
    for annealer in found:
        for _ in range(3):
            annealer.block()
    plans = [annealer.best for annealer in found]
    assert plans[0] == plans[1] != plans[2]
    assert form.value(plans[0]) == found[0].value > form.value(start)


def test_a_large_plan_is_cooled_in_its_own_way_and_comes_again_too(kernel, monkeypatch):
    monkeypatch.setattr(candidates, "LARGE", 100)
    monkeypatch.setattr(runs, "WIDE", replace(runs.WIDE, first=replace(runs.WIDE.first, steps=3 * runs.BLOCK)))
    problem = generate("M", 4)
    form, start, relaxed = _relaxed(problem)
    found = [Annealer(form, relaxed, kernel, start, seed) for seed in (5, 5, 6)]
    for annealer in found:
        assert annealer.way is runs.WIDE
        for _ in range(4):  # and begun again
            annealer.block()
    plans = [annealer.best for annealer in found]
    assert plans[0] == plans[1] != plans[2]
    assert all(check(problem, plan_from(form.candidates, one)) == [] for one in plans)
    assert form.value(plans[0]) == found[0].value > form.value(start)


def test_machine_code_is_kept_where_something_can_be_written(tmp_path, monkeypatch):
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    monkeypatch.setattr(compiling, "OWN", nowhere)
    monkeypatch.setattr(Path, "home", lambda: nowhere)
    monkeypatch.setattr(compiling, "_further", [])
    assert compiling.folder_for() is None
    assert not compiling.is_ready(None)
    compiling.keep_in(tmp_path / "named")
    folder = compiling.folder_for()
    assert folder.parent == tmp_path / "named"
    assert folder.stat().st_mode & 0o077 == 0
    assert not compiling.is_ready(folder)


def test_a_server_that_never_plans_does_not_load_the_compiler():
    words = "import sys, geo.trees.planner.solving; sys.exit('numba' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", words], env=environment, check=False).returncode == 0


def test_the_planners_command_loads_no_other_command():
    words = "import sys; sys.argv[1:] = ['plan', '-h']; from geo.__main__ import main; main()"
    loaded = [sys.executable, "-X", "importtime", "-c", words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(loaded, env=environment, capture_output=True, text=True, check=True)
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "--problem" in done.stdout and "geo.trees.planner.solving" in modules
    assert not modules & {"geo.settings", "sqlalchemy", "numba"}


def test_a_short_run_does_not_begin_to_compile(tmp_path):
    now = time.monotonic()
    assert not Cooling(now + 10, tmp_path).is_worth_it
    assert not Cooling(now + 10, None).is_worth_it
    assert Cooling(now + 60, tmp_path).is_worth_it
    (tmp_path / compiling.MARK).touch()
    assert Cooling(now + 10, tmp_path).is_worth_it
