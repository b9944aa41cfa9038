"""Deadlines are counted backwards from the first day."""

from datetime import date

import pytest

from geo.trees.visits.deadlines import PARADE, PERMIT, SIGNS, Planned, deadlines, earliest_start, next_open

START = date(2026, 7, 6)  # a Monday


def by_duty(day=date(2026, 1, 5), **given):
    return {one.duty: one for one in deadlines(Planned(START, given.pop("permit_state", "OFFEN"), **given), day)}


def test_permit_parade_and_signs_are_counted_from_the_first_day():
    found = by_duty(lead_weeks=8, has_parade=True)
    assert {duty: one.counted_on for duty, one in found.items()} == {
        PERMIT: date(2026, 5, 11),
        PARADE: date(2026, 6, 15),
        SIGNS: date(2026, 7, 2),
    }
    assert PARADE not in by_duty()


def test_day_without_work_moves_what_the_town_hall_needs_but_not_the_signs():
    assert by_duty(lead_weeks=6)[PERMIT].due == date(2026, 5, 22)  # counted: Whit Monday, 25 May
    assert by_duty(lead_weeks=9)[PERMIT].due == date(2026, 5, 4)
    late = Planned(date(2026, 7, 9), "OFFEN", lead_weeks=0)
    assert {one.duty: one.due for one in deadlines(late, START)} == {PERMIT: date(2026, 7, 9), SIGNS: date(2026, 7, 5)}


@pytest.mark.parametrize(
    ("day", "state", "too_late"),
    [
        (date(2026, 5, 1), "SPAETER", False),
        (date(2026, 5, 8), "BALD", False),
        (date(2026, 5, 22), "BALD", False),
        (date(2026, 5, 24), "UEBERFAELLIG", False),
        (date(2026, 5, 26), "UEBERFAELLIG", True),
    ],
)
def test_state_as_of_a_day(day, state, too_late):
    one = by_duty(day, lead_weeks=6)[PERMIT]
    assert (one.state, one.too_late) == (state, too_late)


def test_what_is_done_waits_for_nobody():
    day = date(2026, 6, 1)
    assert by_duty(day, permit_state="BEANTRAGT", applied_on=date(2026, 5, 1))[PERMIT].state == "ERLEDIGT"
    late = by_duty(day, permit_state="GENEHMIGT", applied_on=date(2026, 5, 28))[PERMIT]
    assert late.state == "ERLEDIGT" and late.too_late
    assert by_duty(day, permit_state="NICHT_NOETIG")[PERMIT].state == "ENTFAELLT"
    assert by_duty(day, permit_state="ABGELEHNT")[PERMIT].state == "ABGELEHNT"
    assert by_duty(day, signs_up_on=date(2026, 5, 30))[SIGNS].state == "ERLEDIGT"
    assert by_duty(date(2026, 5, 29), signs_up_on=date(2026, 5, 30))[SIGNS].state == "SPAETER"  # as of the day before


def test_the_most_urgent_open_duty_comes_first():
    found = deadlines(Planned(START, "BEANTRAGT", applied_on=date(2026, 4, 1), has_parade=True), date(2026, 6, 1))
    assert next_open(found).duty == PARADE
    assert next_open(deadlines(Planned(START, "NICHT_NOETIG", needs_signs=False), START)) is None


def test_earliest_start():
    assert earliest_start(date(2026, 5, 4)) == date(2026, 6, 15)
