"""Each hard rule finds what breaks it, and only that; the value is what its lines say."""

from dataclasses import replace
from datetime import date

import pytest

from geo.trees.planner import rules
from geo.trees.planner.baselines import baselines
from geo.trees.planner.generator import generate, generate_any
from geo.trees.planner.model import Fixed, Fleet, Pin, Plan, Problem, Weights
from geo.trees.planner.rules import RULES, check
from geo.trees.planner.worth import TITLES, returned_modules, shortfalls, value, worth
from tests.geo.trees.planner.problems import WEEKS, plan, problem, stop, visit

CLOSED = (*[True] * 4, False, *[True] * (WEEKS - 5))
PAST = Pin(visit("a", 0, 9, S=9), Fixed.PAST)
DECIDED = Pin(visit("a", 1), Fixed.DECIDED)
SHORT_CREW = (Fleet("", "", {"S": 4, "L": 2}, 3, 1),)
EVEN_WEEKS = (Fleet("", "", {"S": 4, "L": 2}, 9, 2, frozenset({0, 2, 4, 6, 8})),)
NORTH_AND_SOUTH = (Fleet("n", "Nord", {"S": 4}, 9, 9), Fleet("s", "Süd", {"S": 4}, 9, 9))

BROKEN: list[tuple[str, Problem, Plan]] = [
    ("known", problem(), plan(visit("x", 0))),
    ("known", problem(), plan(visit("a", 0, X=2))),
    ("known", problem(), plan(visit("a", 0, S=3, L=-1))),
    ("fixed", problem(pins=(DECIDED,)), plan(visit("b", 1))),
    ("length", problem(), plan(visit("a", 0, 1))),
    ("length", problem(), plan(visit("a", 0, 5))),
    ("open", problem(stop("a", open=CLOSED)), plan(visit("a", 3))),
    ("open", problem(), plan(visit("a", 8))),
    ("capacity", problem(), plan(visit("a", 0, S=4, L=1))),
    ("minimum", problem(), plan(visit("a", 0, S=1))),
    ("classes", problem(stop("a", classes=("S",))), plan(visit("a", 0, L=2))),
    ("served", problem(stop("a", fleets=("n",)), fleets=NORTH_AND_SOUTH), plan(visit("a", 0, fleet="s"))),
    ("notice", problem(now=1, notice=2), plan(visit("a", 2))),
    ("notice", problem(stop("a", earliest=3)), plan(visit("a", 2))),
    ("once", problem(), plan(visit("a", 0), visit("a", 5))),
    ("once", problem(stop("a", visits=2)), plan(visit("a", 0), visit("a", 2))),
    ("fleet", problem(), plan(visit("a", 0, S=3), visit("b", 1, S=2))),
    ("crew", problem(fleets=SHORT_CREW), plan(visit("a", 0, S=4))),
    ("openings", problem(fleets=SHORT_CREW), plan(visit("a", 0, S=2), visit("b", 0, L=2))),
    ("move_weeks", problem(fleets=EVEN_WEEKS), plan(visit("a", 0, 3))),
    ("move_weeks", problem(fleets=EVEN_WEEKS), plan(visit("a", 1, 3))),
]


@pytest.mark.parametrize(("rule", "one", "drawn"), BROKEN)
def test_a_broken_rule_is_found_with_a_sentence(rule, one, drawn):
    found = [violation for violation in check(one, drawn) if violation.rule == rule]
    assert found
    assert all(violation.sentence.endswith(".") and len(violation.sentence) > 20 for violation in found)


def test_every_rule_is_broken_once_and_has_its_words():
    assert {rule for rule, _, _ in BROKEN} == {rule.name for rule in RULES}
    assert all(rule.title and rule.sentence.endswith(".") for rule in RULES)


def test_a_plan_that_keeps_the_rules_breaks_none():
    kept = [
        (problem(), plan(visit("a", 0, S=2, L=2), visit("b", 3, 4, S=4))),
        (problem(stop("a", visits=2)), plan(visit("a", 0), visit("a", 3))),
        (problem(stop("a", open=CLOSED)), plan(visit("a", 1))),
        (problem(fleets=EVEN_WEEKS), plan(visit("a", 2, 4), visit("b", 8, 2))),
        (problem(now=1, notice=2, pins=(DECIDED,)), plan(visit("a", 1), visit("b", 3))),
    ]
    for one, drawn in kept:
        assert check(one, drawn) == []


def test_what_has_begun_is_a_fact_and_is_not_judged():
    assert check(problem(now=1, pins=(PAST,)), plan(PAST.visit)) == []
    crowd = check(problem(now=1, pins=(PAST,)), plan(PAST.visit, visit("b", 2)))
    assert rules.counted(crowd)["fleet"] == 3, "what comes on top of it is"


def test_sentences_name_the_week_by_date_where_it_is_known():
    dated = problem(stop("a", open=CLOSED, closed_because={4: "Markt"}), first_monday=date(2026, 4, 27))
    (violation,) = check(dated, plan(visit("a", 3)))
    assert violation.sentence == "Straße a: In KW 22 (ab 25.5.) geht es nicht: Markt."
    assert (violation.stop, violation.week) == ("a", 4)


def test_the_value_is_reckoned_as_the_format_says():
    one = problem(stop("a", depot_km=1.26, capacity=4, min_modules=2), stop("b", need=30), targets={"mitte": 30})
    drawn = plan(visit("a", 0, 3, S=2, L=1), visit("b", 3, 2, S=3))
    heat_a, heat_b = 50 * 30, 30 * 20
    first = int(0.4 * heat_a * 2) - 100 + 2 * (int(0.6 * heat_a) - 125) + (int(0.9 * heat_a) - 125)
    second = int(0.4 * heat_b * 2) - 100 + 3 * (int(0.6 * heat_b) - 100)
    back = 1 + 3  # the large one in week 3, the small ones in week 5; two of these came from the first street
    assert returned_modules(one, drawn.visits) == back
    assert shortfalls(one, drawn.visits) == {"mitte": 30 - 9 - 6}
    assert value(one, drawn) == first + second - 10 * back - 50 * 15


def test_each_soft_rule_has_a_line_and_a_weight():
    one = problem(
        stop("a", waiting=2, near=3, seasons_since=1),
        stop("b", depot_km=2),
        targets={"mitte": 99},
        published=(visit("b", 4),),
    )
    drawn = plan(visit("a", 0), visit("b", 4))
    full = worth(one, drawn)
    assert full.value == sum(line.points for line in full.lines)
    for line in full.lines:
        assert line.points != 0, line.rule
        without = worth(replace(one, weights=replace(Weights(), **{line.rule: 0})), drawn)
        assert without.value == full.value - line.points, line.rule
        assert next(other.points for other in without.lines if other.rule == line.rule) == 0
    assert {line.rule for line in full.lines} == set(TITLES)


def test_the_spreadsheet_ways_keep_every_rule():
    for seed in range(120):
        one = generate_any(seed)
        for way, drawn in baselines(one).items():
            assert check(one, drawn) == [], (seed, way)
    assert generate("M", 3) == generate("M", 3) != generate("M", 4)
    assert max(value(generate("M", 3), drawn) for drawn in baselines(generate("M", 3)).values()) > 0
