"""The calendar of follow-ups as a subscriber reads it: one event a case, its SEQUENCE rises, what ends is called off."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from geo.core import clock
from geo.core.calendar_files import written
from geo.core.undo import last_change
from geo.vacancies.cases import calendar, queries, service
from tests import factories
from tests.geo.vacancies.cases.work import opened, step
from tests.geo.vacancies.stock import acting

TODAY = clock.today()


@pytest.fixture
def case(staff, towns):
    return opened(staff, towns.own, on=TODAY)


@pytest.fixture
def told(staff, towns, case):
    """The case's event on a day, of all or of one person; None where there is none."""

    def read(day=TODAY, who=None):
        staff.flush()
        entries = calendar.entries(staff, towns.own, who, day, "https://x.test/intern/faelle/")
        made = Calendar.from_ical(written("Wiedervorlagen", entries))
        assert made.errors == [] and made["METHOD"] == "PUBLISH"
        events = made.walk("VEVENT")
        assert len(events) <= 1 and all(one["UID"] == f"fall-{case.id}@innenstadtregister" for one in events)
        return events[0] if events else None

    return read


def test_a_step_that_is_set_moved_done_and_set_again_is_one_event(staff, case, told):
    assert told() is None
    seen = []
    for words, days in (("Anrufen", 1), ("Anrufen", 8), (None, None), ("Brief", 2)):
        on = None if days is None else TODAY + timedelta(days=days)
        step(staff, case.id, next_action=words, next_action_on=on, done=words is None, on=TODAY)
        seen.append(told())
    assert [one["STATUS"] for one in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [(one["DTSTART"].dt - TODAY).days for one in seen] == [1, 8, 8, 2]
    sequences = [int(one["SEQUENCE"]) for one in seen]
    assert sequences == sorted(set(sequences))
    assert seen[2]["SUMMARY"].startswith("Erledigt oder entfallen: Anrufen")
    assert str(seen[0]["URL"]) == f"https://x.test/intern/faelle/{case.id}"


def test_what_is_done_is_told_as_called_off_for_ninety_days(staff, case, told):
    step(staff, case.id, next_action="Anrufen", next_action_on=TODAY, on=TODAY)
    step(staff, case.id, done=True, on=TODAY)
    assert told(TODAY + calendar.TOLD_FOR)["STATUS"] == "CANCELLED"
    assert told(TODAY + calendar.TOLD_FOR + timedelta(days=1)) is None


def test_a_step_that_is_taken_back_is_called_off_and_one_before_it_holds_again(staff, case, told):
    def undo():
        service.undo(staff, acting(), case.id, last_change(staff, "cases", case.id))

    step(staff, case.id, next_action="Anrufen", next_action_on=TODAY, on=TODAY)
    first = told()
    step(staff, case.id, next_action="Brief", next_action_on=TODAY, on=TODAY)
    undo()
    again = told()
    assert again["SUMMARY"] == first["SUMMARY"] and again["STATUS"] == "CONFIRMED"
    assert again["SEQUENCE"] > first["SEQUENCE"] and again["DTSTAMP"].dt >= first["DTSTAMP"].dt
    undo_first = last_change(staff, "cases", case.id)
    service.undo(staff, acting(), case.id, undo_first)
    assert told()["SUMMARY"].startswith("Brief")  # the undoing is undone
    for _ in range(2):
        step(staff, case.id, next_action=None, next_action_on=None, on=TODAY)
        undo()
    assert told()["STATUS"] == "CONFIRMED"


def test_an_only_step_that_is_taken_back_is_called_off(staff, case, told):
    step(staff, case.id, next_action="Anrufen", next_action_on=TODAY, on=TODAY)
    before = told()
    service.undo(staff, acting(), case.id, last_change(staff, "cases", case.id))
    assert [one.kind for one in queries.events(staff, case.id)] == ["EROEFFNET"]
    gone = told()
    assert (gone["STATUS"], gone["DTSTART"].dt) == ("CANCELLED", TODAY) and gone["SEQUENCE"] > before["SEQUENCE"]
    assert told(TODAY + calendar.TOLD_FOR + timedelta(days=2)) is None


def test_a_person_s_calendar_calls_off_what_another_has_taken(db, staff, towns, case, told):
    staff.commit()
    mine, other = (factories.actor(db, "editor", towns.own).account_id for _ in range(2))
    step(staff, case.id, next_action="Anrufen", next_action_on=TODAY, responsible_id=mine, on=TODAY)
    assert told(who=mine)["STATUS"] == "CONFIRMED" and told(who=other) is None
    step(staff, case.id, responsible_id=other, on=TODAY)
    assert (told(who=mine)["STATUS"], told(who=other)["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert told(TODAY + timedelta(days=91), who=mine) is None
