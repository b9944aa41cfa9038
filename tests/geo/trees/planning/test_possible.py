"""Weeks of a plan, the board, and what keeps a visit from a week: per rule one week that passes and one that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geo.trees.planning.board import Block, BoardStop, BoardVisit, build
from geo.trees.planning.difference import Kind, differences, figures
from geo.trees.planning.naming import NamedTree, Place, Wanted, name_trees
from geo.trees.planning.possible import Limits, ask, doubts, exceptions, reasons
from geo.trees.planning.weeks import weeks_of

WEEKS = weeks_of(date(2027, 4, 5), date(2027, 7, 25))  # Mondays, sixteen of them
MARKET = Block(date(2027, 5, 3), date(2027, 5, 9), "Markt")
STOP = BoardStop(1, 7, "Musterstadt", "Anger", "STRASSE", 6, ("S",), min_modules=3, permit_lead_weeks=6, heat_need=80)
OTHER = replace(STOP, id=2, name="Brühl", blocks=(MARKET,), module_classes=("S", "L"), heat_need=None)
LIMITS = Limits(
    8, 2, crew=8, openings=1, season_first=WEEKS.start, season_last=date(2027, 7, 25), min_weeks=3, max_weeks=8,
    today=date(2027, 3, 1),
)  # fmt: skip


def visit(number, stop, week, length, s=4, large=0, **more):
    first = WEEKS.first_day(week)
    return BoardVisit(number, 1, stop.id, first, first + timedelta(days=7 * length - 1), s, large, "ENTWURF", **more)


def said(week, *, stop=STOP, visits=(), length=4, s=4, large=0, limits=LIMITS, moving=None):
    board = build(WEEKS, [STOP, OTHER], visits)
    return "; ".join(
        reasons(ask(board, limits, stop, length=length, modules_s=s, modules_l=large, moving=moving))[week]
    )


def test_weeks_begin_on_the_day_on_which_the_trees_move():
    wednesdays = weeks_of(date(2027, 4, 2), date(2027, 4, 30), move_weekday=3)
    assert [wednesdays.first_day(week).isoformat() for week in wednesdays] == [
        "2027-03-31", "2027-04-07", "2027-04-14", "2027-04-21", "2027-04-28",
    ]  # fmt: skip
    assert wednesdays.monday == date(2027, 3, 29) and wednesdays.months() == [
        (date(2027, 3, 1), 1),
        (date(2027, 4, 1), 4),
    ]
    assert WEEKS.count == 16 and WEEKS.of(date(2027, 4, 11)) == 0 and WEEKS.of(date(2027, 4, 4)) == -1


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2027-04-12", "2027-04-25", (1, 2)),
        ("2027-04-14", "2027-04-27", (1, 2)),  # the middle days of these weeks
        ("2027-04-17", "2027-04-18", (1, 1)),  # too short for any middle day
        ("2027-03-01", "2027-04-08", (-5, 0)),
    ],
)
def test_a_period_fills_the_weeks_whose_middle_day_it_covers(first, last, expected):
    assert WEEKS.span(date.fromisoformat(first), date.fromisoformat(last)) == expected


def test_a_free_week_has_no_reason():
    assert said(6) == ""


@pytest.mark.parametrize(
    ("week", "more", "sentence"),
    [
        (13, {}, "ginge über das Ende des Plans am 25. Juli 2027"),
        (0, {"limits": replace(LIMITS, today=date(2027, 4, 6))}, "hat schon begonnen"),
        (0, {}, "braucht 6 Wochen, also frühestens ab 12. April 2027"),
        (2, {"stop": OTHER}, "Markt vom 3. Mai bis 9. Mai 2027"),
        (6, {"stop": replace(STOP, season_first=601, season_last=930)}, "außerhalb der Zeit"),
        (4, {"visits": [visit(1, STOP, 7, 3)]}, "dort stehen schon 4 S"),
        (4, {"stop": OTHER, "visits": [visit(1, STOP, 6, 3, s=5)]}, "nur noch 3 Module S frei (KW 20)"),
        (
            6,
            {"stop": OTHER, "visits": [visit(1, STOP, 6, 3, s=5)], "s": 4},
            "in KW 20 zögen 9 Module um, geschafft werden 8",
        ),
        (6, {"stop": OTHER, "visits": [visit(1, STOP, 6, 3)], "s": 3}, "beginnt schon 1 Besuch"),
        (6, {"visits": [visit(1, STOP, 0, 3)]}, "in diesem Plan schon einen Besuch vom 5. April bis 25. April 2027"),
        (3, {"visits": [visit(1, OTHER, 0, 7, s=6)]}, "in KW 21 zögen 10 Module um, geschafft werden 8"),
        (6, {"large": 1}, "lässt Module der Klasse L nicht zu"),
        (6, {"s": 7}, "nur 6 Plätze"),
        (6, {"s": 2}, "weniger als 3 Module"),
        (6, {"length": 2}, "sonst 3 bis 8 Wochen"),
    ],
)
def test_what_keeps_a_visit_from_a_week_is_said(week, more, sentence):
    assert sentence in said(week, **more)


def test_the_visit_that_moves_is_in_nobodys_way():
    own = visit(1, STOP, 6, 4)
    assert said(7, visits=[own], moving=own) == ""
    assert "dort stehen schon" in said(7, visits=[own])


def test_what_a_person_may_decide_otherwise_is_told_apart():
    board = build(WEEKS, [STOP, OTHER], [visit(1, STOP, 7, 3)])
    question = ask(board, LIMITS, STOP, length=4, modules_s=2, modules_l=0)
    twice = "der Standplatz hat in diesem Plan schon einen Besuch vom 24. Mai bis 13. Juni 2027"
    assert doubts(question, 4) == ["weniger als 3 Module sind dort keine Allee", twice]
    assert exceptions(question, 4) == [twice] and len(reasons(question)[4]) == 3


def test_the_board_has_groups_cells_and_sums():
    quarters = [
        replace(STOP, quarter="Mitte"),
        replace(OTHER, quarter="Nord"),
        replace(STOP, id=3, kind="WINTERQUARTIER"),
    ]
    board = build(
        WEEKS,
        quarters,
        [visit(1, STOP, 0, 4), visit(2, OTHER, 6, 3, s=3, large=2), visit(3, replace(STOP, id=3), 0, 2, rests=True)],
        [(date(2027, 5, 6), date(2027, 5, 6), "Christi Himmelfahrt")],
    )
    assert [group.name for group in board.groups] == ["Mitte", "Nord", "Winterquartiere"]
    assert [(cell.week, cell.span, len(cell.visits), cell.reason) for cell in board.groups[1].rows[0].cells] == [
        (0, 4, 0, None), (4, 1, 0, "Markt"), (5, 1, 0, None), (6, 3, 1, None), (9, 7, 0, None),
    ]  # fmt: skip
    assert [load.standing for load in board.loads[:7]] == [4, 4, 4, 4, 0, 0, 5] and board.loads[6].openings == 1
    assert board.holidays == {4: ("Christi Himmelfahrt",)} and board.unvisited == []
    numbers = figures(board)
    assert (numbers.visits, numbers.stops, numbers.module_weeks, numbers.moved) == (2, 2, 31, 9)
    assert numbers.heat_weeks == round(16 * 80 / 100)
    assert figures(build(WEEKS, [replace(STOP, heat_need=None)], [])).heat_weeks is None


def test_two_plans_differ_visit_by_visit():
    before = [visit(1, STOP, 0, 4), visit(2, STOP, 8, 3), visit(3, OTHER, 2, 3), visit(4, OTHER, 7, 3)]
    after = [visit(11, STOP, 0, 4), visit(12, STOP, 9, 3), visit(13, OTHER, 2, 3, s=5), visit(15, OTHER, 12, 3)]
    found = {(one.kind, one.stop_id) for one in differences(before, after)}
    assert found == {(Kind.SAME, 1), (Kind.MOVED, 1), (Kind.CHANGED, 2), (Kind.MOVED, 2)}
    only = differences(before[:1], after[2:3])
    assert [(one.kind, one.one.id) for one in only] == [(Kind.GONE, 1), (Kind.NEW, 13)]


def test_trees_are_named_by_the_shortest_ways_and_none_twice():
    trees = [NamedTree(1, "A", "S"), NamedTree(2, "B", "S"), NamedTree(3, "C", "S"), NamedTree(4, "D", "L")]
    spots = {1: (10.70, 50.94), 2: (10.71, 50.94), 3: (10.90, 50.94)}

    def wanted(number, stop, week, weeks, **missing):
        return Wanted(number, stop, WEEKS.first_day(week), WEEKS.last_day(week + weeks - 1), missing)

    stood = [Place(2, 2, WEEKS.first_day(0), WEEKS.last_day(1)), Place(3, 3, WEEKS.first_day(0), WEEKS.last_day(1))]
    found = name_trees([wanted(10, 1, 2, 3, S=1, L=2), wanted(11, 3, 3, 2, S=2)], trees, stood, spots, (10.9, 50.94))
    assert found == {10: (2, 4), 11: (1, 3)}  # B from round the corner; A and C from the depot and from the stop itself
    # The nearest is not the best: what the first visit takes, the second one has to do without.
    both = [wanted(20, 1, 2, 2, S=1), wanted(21, 2, 2, 2, S=1)]
    near = [Place(1, 4, WEEKS.start, WEEKS.last_day(1)), Place(2, 5, WEEKS.start, WEEKS.last_day(1))]
    line = {1: (10.02, 50.9), 2: (10.05, 50.9), 4: (10.03, 50.9), 5: (10.00, 50.9)}
    assert name_trees(both, trees[:2], near, line, (11.0, 50.9)) == {20: (2,), 21: (1,)}
    again = name_trees([wanted(12, 1, 4, 1, S=9)], trees, [*stood, Place(1, 3, WEEKS.start, WEEKS.last_day(5))], spots)
    assert again == {12: (2, 3)}
