"""A season's moves from its stays, and its months."""

from datetime import date

from geo.trees.moves import months, moves
from geo.trees.queries.public import Standing


def stay(tree, stop, first, last, kind="STRASSE", **more):
    values = {"tree_id": tree, "tree": f"B {tree}", "species": None, "fleet_id": 1, "fleet": "Allee"}
    values |= {"stop_id": sum(map(ord, stop)), "stop": stop, "municipality": "Gotha", "kind": kind, "is_sure": True}
    return Standing(**values | more, first=date.fromisoformat(first), last=date.fromisoformat(last))


def told(found):
    ends = [(one.origin.stop if one.origin else None, one.target.stop if one.target else None) for one in found]
    return [(one.day.isoformat(), *end, one.count) for one, end in zip(found, ends, strict=True)]


def test_trees_that_go_the_same_way_on_a_day_are_one_move():
    found = moves(
        [
            *(stay(tree, "Markt", "2026-05-04", "2026-06-05") for tree in (1, 2, 3)),
            *(stay(tree, "Brühl", "2026-06-06", "2026-07-10") for tree in (1, 2)),
            stay(3, "Neumarkt", "2026-06-06", "2026-07-10"),
        ]
    )
    assert told(found) == [
        ("2026-05-04", None, "Markt", 3),
        ("2026-06-06", "Markt", "Brühl", 2),
        ("2026-06-06", "Markt", "Neumarkt", 1),
        ("2026-07-11", "Brühl", None, 2),
        ("2026-07-11", "Neumarkt", None, 1),
    ]


def test_a_stay_that_goes_on_is_no_move_and_a_long_gap_is_two():
    found = moves(
        [
            stay(1, "Markt", "2026-05-04", "2026-05-31", is_sure=True),
            stay(1, "Markt", "2026-06-01", "2026-06-30", is_sure=False),
            stay(1, "Brühl", "2026-08-01", "2026-08-31"),
            stay(1, "Hof", "2026-09-01", "2027-04-01", kind="WINTERQUARTIER"),
        ]
    )
    assert told(found) == [
        ("2026-05-04", None, "Markt", 1),
        ("2026-07-01", "Markt", None, 1),
        ("2026-08-01", None, "Brühl", 1),
        ("2026-09-01", "Brühl", "Hof", 1),
    ], "where the plan ends in winter quarters, nobody leaves"


def test_an_end_that_is_known_to_the_month_stays_in_that_month():
    (came, left) = moves([stay(1, "Erfurter Straße", "2023-08-21", "2023-10-31", to_month=True)])
    assert (came.to_month, left.to_month, left.day) == (False, True, date(2023, 10, 31))
    found = months([came, left], date(2023, 8, 21), date(2023, 10, 31))
    assert [month.first.month for month in found] == [8, 9, 10]
    assert found[0].days == {date(2023, 8, 21)} and found[2].moves == (left,) and found[2].days == frozenset()


def test_months_have_whole_weeks_from_monday_on():
    (february,) = months([], date(2027, 2, 3), date(2027, 2, 20))
    assert [len(week) for week in february.weeks] == [7] * 4
    assert february.weeks[0][0] == date(2027, 2, 1) and february.weeks[-1][-1] == date(2027, 2, 28)
