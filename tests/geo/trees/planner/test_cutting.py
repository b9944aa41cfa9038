"""A cut holds for every plan of whole visits: the bound comes nearer to the best plan and never below it."""

from dataclasses import replace

import numpy as np

from geo.trees.planner import relaxation
from geo.trees.planner.baselines import baselines
from geo.trees.planner.branching import Search
from geo.trees.planner.candidates import candidates_of, chosen_from
from geo.trees.planner.cutting import rounded
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.generator import Size, generate, generate_any
from geo.trees.planner.relaxation import Relaxation
from geo.trees.planner.subproblem import Limit, Part
from tests.geo.trees.planner.problems import problem, stop


def test_no_bound_with_cuts_is_below_the_best_plan_and_none_of_them_forbids_a_plan():
    """Problems with several fleets, pins, a past and odd sizes, and small seasons whose fleets are tight."""
    with_cuts = 0
    for seed in range(36):
        one = generate_any(seed) if seed % 2 else generate(Size(7, 6, 14, (0, 14), 8, 2), seed)
        form = Formulation(candidates_of(one))
        if not 0 < len(form.candidates) < 100:
            continue
        solver = Relaxation(form)
        relaxed = solver.solve({})
        if relaxed is None:
            continue
        with_cuts += len(solver.cuts) > 0
        answer = Part(form, np.arange(len(form.candidates)), {}).solve(None, Limit(nodes=200))
        plans = [chosen_from(form.candidates, plan) for plan in baselines(one).values()]
        for chosen in [*plans, answer.chosen or {}]:
            assert relaxed.bound >= form.value(chosen) - 1e-6, seed
            _hold(solver, chosen)
    assert with_cuts >= 8


def _hold(solver, chosen):
    c, cuts = solver.candidates, solver.cuts
    for way, week, (key, _) in zip(cuts.way, cuts.week, _in_order(cuts), strict=True):
        standing = [number for number in chosen if c.start[number] <= week < c.end[number]]
        most = int(cuts.sums[key[0]].room[week]) // key[1]
        assert cuts.ways[way][standing].sum() <= most + 1e-9


def _in_order(cuts):
    by_way = {way: key for key, way in cuts.way_of.items()}
    return [(by_way[way], week) for way, week in zip(cuts.way, cuts.week, strict=True)]


def test_the_bound_of_a_small_season_comes_nearer(monkeypatch):
    one = generate("S", 4)
    form = Formulation(candidates_of(one))
    bound = Relaxation(form).solve({}).bound
    monkeypatch.setattr(relaxation, "CUT_ROUNDS", 0)
    assert bound < 0.98 * Relaxation(form).solve({}).bound


def test_what_stays_takes_room_that_the_cuts_know_of():
    """Beside a visit that stays, five modules are left: two streets that want three or more do not fit together."""
    one = problem(*(stop(key, min_modules=3, classes=("S",)) for key in "abc"))
    one = replace(one, fleets=(replace(one.fleets[0], modules={"S": 8}),))
    form = Formulation(candidates_of(one))
    first = form.candidates.numbers[0, 0, 0, 4]
    others = np.flatnonzero((form.candidates.place != 0) & (form.candidates.start == 0))
    search = Search(form, others, {first: (3,)})
    outcome = search.run({}, 10_000, lambda: False)
    assert outcome.is_proven
    best = Part(form, others, {first: (3,)}).solve(None, Limit())
    assert outcome.value == form.value(best.chosen)
    assert all(room == 5 for room in search.relaxation.cuts.sums[0].room[:4])


def test_what_is_asked_is_rounded_as_a_sum_may_be():
    assert rounded(np.array([2, 3, 4, 5, 8]), 4, 3).tolist() == [0, 0, 1, 1, 2]
    assert rounded(np.array([3, 4, 7]), 4, 1).tolist() == [2 / 3, 1, 1 + 2 / 3]
