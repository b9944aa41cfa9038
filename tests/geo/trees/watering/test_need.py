"""Litres by class, season and heat, and which days somebody took care of: by hand."""

from datetime import date, timedelta

import pytest

from geo.trees.watering.need import Poured, Rule, Trees, missed, needs, owed, settled

RULE = Rule()
JUNE = Trees(date(2026, 6, 1), date(2026, 6, 28), small=6, large=2)


def due(trees=JUNE, rule=RULE, first=date(2026, 1, 1), last=date(2026, 12, 31), **degrees):
    heat = {date(2026, 6, int(day[1:])): value for day, value in degrees.items()}
    return [(one.day.day, one.litres_s, one.litres_l, one.litres) for one in needs(trees, rule, first, last, heat)]


def test_in_summer_twenty_litres_a_tree_twice_a_week_from_the_day_they_come():
    days = due()
    assert [day for day, *_ in days] == [1, 4, 8, 11, 15, 18, 22, 25]
    assert {tuple(rest) for _, *rest in days} == {(20, 20, 160)}


@pytest.mark.parametrize(
    ("first", "offsets"),
    [
        (date(2026, 3, 2), [0, 7, 14]),  # once a week
        (date(2026, 4, 27), [0, 7, 10, 14, 17]),  # from 1 May twice
        (date(2026, 11, 23), [0, 7]),  # 30 November is the last day
        (date(2026, 12, 7), []),  # in winter as needed
    ],
)
def test_the_season_says_how_often(first, offsets):
    trees = Trees(first, first + timedelta(days=20), 1, 0)
    found = needs(trees, RULE, first, trees.last, {})
    assert [(one.day - first).days for one in found] == offsets


def test_above_thirty_degrees_at_least_ten_litres_every_day():
    days = {day: (small, litres) for day, small, _, litres in due(d2=31.4, d4=33.0, d5=30.0)}
    assert days[2] == (10, 80), "a day without a turn"
    assert days[4] == (20, 160), "a regular day stays what it is"
    assert 5 not in days, "30 °C is not above 30 °C"


def test_what_a_town_sets_counts_by_class():
    rule = Rule(litres_s=15, litres_l=40, hot_above_c=28, hot_litres=20)
    assert due(rule=rule, d2=29.0)[:2] == [(1, 15, 40, 170), (2, 20, 20, 160)]


def test_only_while_the_trees_are_there():
    assert due(first=date(2026, 6, 20), last=date(2026, 7, 31)) == [(22, 20, 20, 160), (25, 20, 20, 160)]


def days_with(*poured, **degrees):
    heat = {date(2026, 6, int(day[1:])): value for day, value in degrees.items()}
    found = needs(JUNE, RULE, JUNE.first, date(2026, 6, 12), heat)
    return settled(found, [Poured(date(2026, 6, day), litres) for day, litres in poured])


@pytest.mark.parametrize(
    ("poured", "litres"),
    [
        ([(1, 160)], [160, 0, 0, 0]),
        ([(2, 160)], [160, 0, 0, 0]),  # a day late is for the day before
        ([(1, 160), (3, 160)], [160, 160, 0, 0]),  # the evening before counts
        ([(3, 160)], [160, 0, 0, 0]),  # unless the last one is still dry
        ([(1, 80), (1, 80)], [160, 0, 0, 0]),
        ([(4, 160), (9, 50), (11, 60)], [0, 160, 50, 60]),
    ],
)
def test_water_counts_for_the_day_it_is_for(poured, litres):
    assert [one.poured for one in days_with(*poured)] == litres


@pytest.mark.parametrize(
    ("poured", "today", "after", "evening", "found"),
    [
        ([], 1, 0, False, []),
        ([], 1, 0, True, [1]),  # still on the evening of the day
        ([], 1, 1, True, []),
        ([], 2, 1, False, []),
        ([], 2, 1, True, [1]),
        ([], 3, 1, False, [1]),
        ([(2, 5)], 3, 1, False, []),
        ([(4, 160)], 5, 0, True, []),  # what was poured since makes it good
        ([], 5, 0, True, [4]),  # the first day is no news any more
        ([], 12, 1, True, [8, 11]),
    ],
)
def test_the_yard_hears_of_days_that_nobody_watered_on(poured, today, after, evening, found):
    days = [one for one in days_with(*poured) if one.need.day.day <= today]
    late = missed(days, date(2026, 6, today), after, is_evening=evening)
    assert [one.need.day.day for one in late] == found


@pytest.mark.parametrize(
    ("poured", "today", "litres", "since"),
    [
        ([], 3, 160, 1),
        ([(1, 160)], 3, None, None),
        ([(1, 160)], 4, 160, 4),
        ([], 5, 160, 1),  # a hot day asks for 80, but 160 of the day before are still owed
        ([(4, 160)], 5, 80, 5),
        ([(4, 160), (5, 80)], 5, None, None),
    ],
)
def test_what_is_owed_is_the_most_since_the_last_water_and_not_the_sum(poured, today, litres, since):
    found = owed(days_with(*poured, d5=32.0), date(2026, 6, today))
    assert (found and found.need.litres, found and found.since.day) == (litres, since)
