"""From a board to the planner's problem and back, and why a stop is left out."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date

from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.generator import generate
from geo.trees.planner.model import Fixed, Plan, Visit
from geo.trees.planner.possible import possible_weeks
from geo.trees.planner.reading import problem_json
from geo.trees.planner.reading import problem_of as read_problem
from geo.trees.planner.rules import check
from geo.trees.planning.board import build
from geo.trees.planning.possible import ask, reasons
from geo.trees.planning.problems import Around, as_board_visits, days_of, planned_visit, problem_of
from geo.trees.planning.solving import why_not
from tests.geo.trees.planning.test_possible import LIMITS, OTHER, STOP, WEEKS, visit

HERE = replace(STOP, lon=10.70, lat=50.94, quarter="Mitte")
THERE = replace(OTHER, lon=10.72, lat=50.95, quarter="Nord")


def problem(visits=(), **around):
    board = build(WEEKS, [HERE, THERE], visits)
    return problem_of(board, [HERE, THERE], LIMITS, fleet_id=5, fleet="Allee", around=Around(**around))


def test_a_board_becomes_a_problem_that_can_be_stored_and_read():
    found = problem(depot=(10.70, 50.94), last_visits={1: date(2026, 9, 1)}, waiting={2: 2.5}, near={2: 3})
    assert found.weeks == 16 and found.first_monday == WEEKS.start and found.fleets[0].modules == {"S": 8, "L": 2}
    here, there = found.stops
    assert (here.need, there.need, here.min_modules, here.classes) == (80, 50, 3, ("S",))
    assert here.earliest == 1 and here.depot_km == 0.0 and 1.7 < there.depot_km < 1.9
    assert not there.open[4] and there.closed_because[4] == "Markt" and there.open[5]
    assert (here.seasons_since, there.seasons_since, there.waiting, there.near) == (1, None, 10, 3)
    assert set(found.targets) == {"Mitte", "Nord"} and sum(found.targets.values()) == 10 * 16 * 70 // 100
    assert found.season_weight[0] == 10 and max(found.season_weight) == 20
    assert read_problem(problem_json(found)) == found
    assert check(found, best_baseline(found)) == [] and best_baseline(found).visits


def test_what_is_pinned_or_has_begun_stays_and_the_rest_is_free():
    draft = [visit(1, HERE, 2, 4), visit(2, THERE, 6, 3, is_pinned=True)]
    begun = visit(3, THERE, 0, 2, is_movable=False)
    found = problem([*draft, replace(begun, layer="TATSAECHLICH")])
    assert [(pin.visit.stop, pin.visit.start, pin.kind) for pin in found.pins] == [
        ("2", 0, Fixed.DECIDED), ("2", 6, Fixed.PINNED),
    ]  # fmt: skip
    later = replace(LIMITS, today=date(2027, 4, 20))
    board = build(WEEKS, [HERE, THERE], [replace(begun, layer="TATSAECHLICH")])
    past = problem_of(board, [HERE, THERE], later, fleet_id=5, fleet="Allee")
    assert past.now == 2 and past.pins[0].kind is Fixed.PAST


def test_a_stop_has_one_visit_or_as_many_as_somebody_gives_a_reason_for():
    twice = [visit(1, HERE, 0, 3), visit(2, HERE, 8, 3)]
    assert [stop.visits for stop in problem(twice).stops] == [1, 1]
    assert [stop.visits for stop in problem([twice[0], replace(twice[1], exception_reason="Fest")]).stops] == [2, 1]
    assert [stop.visits for stop in problem([replace(one, is_pinned=True) for one in twice]).stops] == [2, 1]


def test_the_board_and_the_planner_find_the_same_weeks_possible():
    found = Counter(week for seed in range(12) for week in _possible_in_both(random.Random(seed)))
    assert found[True] > 50 and found[False] > 50


def _possible_in_both(chance):
    third = replace(HERE, id=3, name="Ring", blocks=(), capacity=4, min_modules=2)
    stops = [HERE, THERE, third]
    drafted = [visit(n, stop, chance.randrange(12), chance.randrange(3, 6), s=chance.randrange(2, 6))
               for n, stop in enumerate(chance.sample(stops, 2), start=1)]  # fmt: skip
    limits = replace(LIMITS, openings=chance.choice([1, None]), crew=chance.choice([6, 8, None]))
    board = build(WEEKS, stops, drafted)
    asked = problem_of(board, stops, limits, fleet_id=5, fleet="Allee")
    plan = Plan(tuple(planned_visit(one, WEEKS, 5) for one in drafted))
    for stop in stops:
        moving = next((one for one in drafted if one.stop_id == stop.id), None)
        wish = Visit(str(stop.id), 0, 3, {"S": 3}, "5") if moving is None else planned_visit(moving, WEEKS, 5)
        question = ask(board, limits, stop, length=wish.weeks, modules_s=wish.size, modules_l=0, moving=moving)
        theirs = [week.is_possible for week in possible_weeks(asked, plan, wish)]
        assert [not said for said in reasons(question)] == theirs, (stop.name, reasons(question))
        yield from theirs


def test_a_planned_visit_becomes_days_again():
    planned = Visit("2", 5, 3, {"S": 3, "L": 1}, "5")
    assert days_of(planned, WEEKS) == (date(2027, 5, 10), date(2027, 5, 30))
    (shown,) = as_board_visits([planned], WEEKS)
    assert (shown.stop_id, shown.modules, shown.weeks, shown.is_movable) == (2, "3 S + 1 L", 3, False)


def test_everybody_left_out_is_told_why():
    made = generate("S", 3)
    plan = best_baseline(made)
    told = dict(why_not(made, plan))
    assert set(told) == {stop.id for stop in made.stops} - {one.stop for one in plan.visits} and all(told.values())
