"""The waiting weight, by hand: people, time, groups, visits, days."""

from datetime import date

import pytest

from geo.trees.applications.waiting import Waiting, ranked, weight_per_stop

DAY = date(2026, 7, 1)


def one(key, stop, signatures=0, since=date(2026, 1, 1), until=None):
    return Waiting(key, stop, signatures, since, until)


@pytest.mark.parametrize(
    ("signatures", "since", "weight"),
    [
        (0, date(2026, 7, 1), 1.2),  # one person: sqrt(1) / 5
        (24, date(2026, 7, 1), 2.0),  # 25 people count 1
        (24, date(2026, 1, 1), 3.0),  # six months count 1
        (24, date(2026, 1, 2), 2.83),  # not yet six months
        (99, date(2026, 7, 1), 3.0),
        (5000, date(2026, 7, 1), 3.0),  # no more than 100 people do
        (5000, date(2021, 7, 1), 13.0),  # five years of waiting have no limit
    ],
)
def test_people_and_time_add_up(signatures, since, weight):
    found = weight_per_stop([one(1, 7, signatures, since)], DAY)
    assert {stop: known.value for stop, known in found.items()} == {7: weight}


def test_applications_for_one_stop_are_one_group():
    found = weight_per_stop([one(1, 7, 11), one(2, 7, 12, date(2026, 6, 1)), one(3, 8)], DAY)
    assert (found[7].people, found[7].months, found[7].applications) == (25, 6, (1, 2))
    assert found[7].value == 3.0 and found[8].value == 2.2
    assert found[7].sentence == "3 = 1 für den Antrag + 1 für 25 Personen + 1 für 6 Monate Wartezeit"


def test_who_waited_before_or_waits_later_does_not_count():
    gone, coming = one(1, 7, until=date(2026, 7, 1)), one(2, 8, since=date(2026, 7, 2))
    assert weight_per_stop([gone, coming], DAY) == {}
    assert set(weight_per_stop([gone, coming], date(2026, 6, 30))) == {7}


def test_without_a_stop_there_is_no_weight_for_the_plan_but_a_place_in_the_list():
    assert weight_per_stop([one(1, None)], DAY) == {}
    assert [(rank, waiting.id) for rank, waiting, _ in ranked([one(1, None), one(2, 7, 30)], DAY)] == [(1, 2), (2, 1)]


def test_after_a_visit_the_waiting_begins_anew():
    before = weight_per_stop([one(1, 7, 24)], DAY)[7]
    after = weight_per_stop([one(1, 7, 24)], DAY, {7: date(2026, 5, 31)})[7]
    standing = weight_per_stop([one(1, 7, 24)], DAY, {7: date(2026, 8, 1)})[7]
    older = weight_per_stop([one(1, 7, 24)], DAY, {7: date(2025, 10, 1)})[7]
    assert (before.value, after.value, standing.value, older.value) == (3.0, 2.17, 2.0, 3.0)


def test_equal_weights_have_the_same_rank():
    found = ranked([one(1, 7, 5), one(2, 7, 5), one(3, 8)], DAY)
    assert [(rank, waiting.id) for rank, waiting, _ in found] == [(1, 1), (1, 2), (3, 3)]
