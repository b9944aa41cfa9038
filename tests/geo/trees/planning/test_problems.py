"""From a board to the planner's problem and back, and why a stop is left out."""

from dataclasses import replace
from datetime import date

from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.generator import generate
from geo.trees.planner.model import Fixed, Visit
from geo.trees.planner.reading import problem_json
from geo.trees.planner.reading import problem_of as read_problem
from geo.trees.planner.rules import check
from geo.trees.planning.board import build
from geo.trees.planning.problems import Around, as_board_visits, days_of, problem_of
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
