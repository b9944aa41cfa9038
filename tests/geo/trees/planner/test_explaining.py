"""Why not me, what clashes, where a visit could go, what changes after a loss, which tree goes where."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from geo.trees.planner.assigning import TooFewTrees, Tree, assign, kilometres
from geo.trees.planner.explaining import clashes, left_out, what_if
from geo.trees.planner.generator import generate
from geo.trees.planner.model import Fixed, Fleet, Pin
from geo.trees.planner.possible import movable, possible_weeks
from geo.trees.planner.replanning import difference, replan
from geo.trees.planner.rules import check
from geo.trees.planner.solving import solve
from tests.geo.trees.planner.problems import plan, problem, stop, visit

FULL = plan(visit("a", 0, 4, S=4, L=2), visit("b", 4, 4, S=4, L=2))


@pytest.mark.parametrize(
    ("one", "drawn", "rule", "words"),
    [
        (problem(stop("x", visits=0)), plan(), "once", "kein Besuch vorgesehen"),
        (problem(stop("x", fleets=("other",))), plan(), "served", "Keine Flotte"),
        (problem(stop("x", classes=("L",), min_modules=3)), plan(), "minimum", "die Flotte hat 2"),
        (problem(stop("x", classes=("Q",))), plan(), "classes", "keine Module der Klassen"),
        (problem(stop("x", open=(True, False) * 5)), plan(), "open", "höchstens 1 Wochen am Stück"),
        (problem(stop("x", earliest=9)), plan(), "notice", "brauchen bis Woche 9"),
        (problem(stop("x"), stop("a"), stop("b", visits=2), weeks=8, season_weight=(10,) * 8), FULL, "fleet", "fehlen 2 Module"),
        (problem(stop("x"), fleets=(Fleet("", "", {"S": 4}, 9, 0),)), plan(), "openings", "beginnen schon 0"),
        (problem(stop("x"), fleets=(Fleet("", "", {"S": 4}, 1, 9),)), plan(), "crew", "mehr als 1 Module"),
        (problem(stop("x", need=1)), plan(), "worth", "kostet mehr"),
        (problem(stop("x", need=90)), plan(), "worth", "Möglich"),
    ],
)  # fmt: skip
def test_a_stop_left_out_is_told_the_nearest_rule(one, drawn, rule, words):
    one = replace(one, stops=tuple(replace(s, open=s.open[: one.weeks]) for s in one.stops))
    found = next(reason for reason in left_out(one, drawn) if reason.stop == "x")
    assert (found.rule, words in found.sentence) == (rule, True), found


def test_nothing_is_said_of_stops_that_are_visited():
    assert [reason.stop for reason in left_out(problem(), plan(visit("a", 0)))] == ["b"]


def test_clashing_fixed_visits_are_named_with_what_would_help():
    pins = [Pin(visit(key, 1, 3, S=2), Fixed.DECIDED) for key in ("a", "b", "c")]
    one = problem(stop("a"), stop("b"), stop("c"), pins=tuple(pins), fleets=(Fleet("", "", {"S": 5, "L": 1}, 9, 3),))
    assert solve(one, work=0).plan is None
    found = [clash for clash in clashes(one) if clash.rule == "fleet"]
    assert len(found) == 1, "the three weeks are one clash"
    assert {v.stop for v in found[0].visits} == {"a", "b", "c"}
    assert "Straße a" in found[0].sentence
    reliefs = {relief.sentence.split(" gibt")[0]: relief.value for relief in found[0].reliefs}
    assert set(reliefs) == {
        *(f"Ohne den festen Aufenthalt Straße {key} ab Woche 1" for key in "abc"),
        "Mit 1 mehr Modulen",
    }
    assert all(value is not None for value in reliefs.values())
    assert clashes(problem()) == []


def test_only_visits_that_are_needed_for_the_clash_are_named():
    pins = tuple(
        Pin(visit(key, start, 3, S=n), Fixed.PINNED) for key, start, n in (("a", 0, 4), ("b", 1, 4), ("c", 6, 2))
    )
    one = problem(stop("a"), stop("b"), stop("c"), pins=pins)
    assert {v.stop for clash in clashes(one) for v in clash.visits} == {"a", "b"}


def test_what_more_of_something_would_bring_is_told_and_is_right():
    one = problem(stop("a", need=90), stop("b", need=90), fleets=(Fleet("", "", {"S": 2}, 9, 1),))
    reliefs = {relief.sentence.split(":")[0]: relief.value for relief in what_if(one, 1000)}
    assert reliefs["1 weiteres Modul jeder Klasse"] > 0
    assert reliefs["2 weitere Umzüge je Woche"] == 0


@pytest.mark.parametrize(
    ("week", "moved", "words"),
    [
        (0, visit("a", 5), "nur noch 0 Module S frei in Woche 0"),
        (6, visit("a", 5), "Markt in Woche 8"),
        (8, visit("a", 5), "über die geplanten Wochen hinaus"),
        (3, visit("a", 5), "der Standort hat in dieser Saison schon seinen Besuch"),
    ],
)
def test_impossible_weeks_say_why(week, moved, words):
    closed = tuple(number != 8 for number in range(10))
    one = problem(stop("a", open=closed, closed_because={8: "Markt"}), stop("b"))
    drawn = plan(visit("b", 0, 3, S=4), *([visit("a", 0, 2, L=2)] if week == 3 else []), moved)
    found = possible_weeks(one, drawn, moved)
    assert any(words in reason for reason in found[week].reasons), found[week]


def test_possible_weeks_are_those_that_check_accepts():
    one = generate("S", 3)
    drawn = solve(one, work=0).plan
    for moved in drawn.visits[:5]:
        others = [other for other in drawn.visits if other != moved]
        for week in possible_weeks(one, drawn, moved):
            broken = check(one, plan(*others, replace(moved, start=week.number)))
            assert week.is_possible == (broken == []), (moved, week, broken[:2])


def test_what_is_decided_is_not_movable():
    pins = (Pin(visit("a", 0), Fixed.DECIDED), Pin(visit("b", 0), Fixed.PINNED))
    one = problem(pins=pins)
    assert [movable(one, pin.visit) for pin in pins] == [False, True]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_a_loss_what_was_announced_keeps_its_dates(seed):
    one = generate("S", seed)
    before = solve(one, work=1, seed=seed).plan
    middle = sorted(before.visits, key=lambda one: one.start)[len(before.visits) // 2]
    found = replan(one, before, middle.stop, middle.start + 1, work=1)
    assert check(found.problem, found.result.plan) == []
    assert found.kept_share >= 0.85
    past = [v for v in before.visits if v.start <= middle.start and v.stop != middle.stop]
    assert set(map(repr, past)) <= set(map(repr, found.result.plan.visits)), "what has begun stays"
    assert all(v.end <= middle.start + 1 for v in found.result.plan.visits if v.stop == middle.stop)


def test_the_difference_of_two_plans_names_each_visit_once():
    before = plan(visit("a", 0), visit("b", 0), visit("c", 0), visit("d", 0))
    after = plan(visit("a", 0), visit("b", 1), visit("c", 0, 3, S=3), visit("e", 4))
    kinds = {(change.before or change.after).stop: change.kind for change in difference(before, after)}
    assert kinds == {"a": "kept", "b": "moved", "c": "resized", "d": "dropped", "e": "new"}


def test_each_visit_gets_its_trees_and_nobody_is_at_two_places():
    one = generate("M", 2)
    drawn = solve(one, work=0).plan
    fleet = one.fleets[0].modules
    trees = [Tree(f"{c}{n}", "", c) for c, number in fleet.items() for n in range(number)]
    routes = assign(one, drawn, trees)
    given = Counter((v.stop, v.start) for visits in routes.values() for v in visits)
    assert given == Counter({(v.stop, v.start): v.size for v in drawn.visits})
    for visits in routes.values():
        assert all(before.end <= after.start for before, after in pairwise(visits))
    assert kilometres(one, routes) > 0


def test_trees_go_the_shortest_ways():
    stops = (
        stop("a", x_km=0, depot_km=9),
        stop("b", x_km=5, depot_km=9),
        stop("c", x_km=0.1, depot_km=9),
        stop("d", x_km=5.1, depot_km=9),
    )
    drawn = plan(visit("a", 0, S=1), visit("b", 0, S=1), visit("d", 3, S=1), visit("c", 3, S=1))
    routes = assign(problem(*stops), drawn, [Tree("1", "", "S"), Tree("2", "", "S")])
    assert sorted([v.stop for v in visits] for visits in routes.values()) == [["a", "c"], ["b", "d"]]
    with pytest.raises(TooFewTrees, match="fehlen Bäume"):
        assign(problem(*stops), drawn, [Tree("1", "", "S")])
    alone = assign(problem(*stops), drawn, [Tree("1", "", "S")], partly=True)["1"]
    assert [v.stop for v in alone] in (["a", "c"], ["b", "d"]), "one tree does what one tree can"


def test_what_a_tree_does_anyway_stays_and_only_its_gaps_are_filled():
    stops = (stop("a", depot_km=9), stop("b", x_km=1, depot_km=9), stop("c", x_km=2, depot_km=9))
    first, second, third = visit("a", 0, S=1), visit("b", 3, S=1), visit("c", 6, S=1)
    drawn = plan(first, second, third, visit("a", 3, S=1))
    busy = Tree("1", "", "S", (first, third))
    routes = assign(problem(*stops), drawn, [busy, Tree("2", "", "S")])
    assert routes == {"1": [first, second, third], "2": [visit("a", 3, S=1)]}, "straight on, there and from there"
    late = Tree("3", "", "S", (visit("b", 4, S=1),))
    assert assign(problem(*stops), plan(second), [late], partly=True) == {"3": list(late.fixed)}, "never at two places"


@pytest.mark.parametrize("seed", [1, 2])
def test_named_in_part_every_place_that_can_be_filled_is(seed):
    one = generate("M", seed)
    drawn = solve(one, work=0).plan
    trees = [Tree(f"{c}{n}", "", c) for c, number in one.fleets[0].modules.items() for n in range(number)]
    whole = assign(one, drawn, trees)
    kept = {v.dates for number, v in enumerate(drawn.visits) if number % 3}
    half = [Tree(t.id, "", t.module_class, tuple(v for v in whole[t.id] if v.dates in kept)) for t in trees]
    routes = assign(one, drawn, half)
    assert Counter(v.dates for vs in routes.values() for v in vs) == Counter({v.dates: v.size for v in drawn.visits})
    assert all(visit in routes[tree.id] for tree in half for visit in tree.fixed)
    assert kilometres(one, routes) == pytest.approx(kilometres(one, whole)), "the shortest ways are found again"
