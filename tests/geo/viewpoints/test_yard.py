"""The yard's calendar: its days, a SEQUENCE that rises with an event's own facts alone, what is called off; read back."""

from datetime import date, timedelta
from itertools import count

import pytest
from icalendar import Calendar

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.calendar_files import written
from geo.viewpoints import queries
from geo.viewpoints import service as points
from geo.viewpoints.care import queries as reads
from geo.viewpoints.care import service, yard
from geo.viewpoints.care.schemas import CheckInput, DecisionInput
from geo.viewpoints.schemas import StatusInput, parse_viewpoint
from tests.geo.viewpoints.conftest import TODAY, form, made
from tests.geo.viewpoints.test_care import acting, reported

DAY = date(2026, 6, 1)
EVERY, OWN = ("pruefen", "freischneiden"), {"check_every_months": "12", "prune_month": "11"}


@pytest.fixture
def point(staff, towns):
    return made(staff, towns.own, actor=acting("made"), **OWN)


@pytest.fixture
def told(staff, towns, point):
    """The point's events as a subscriber reads them on a day: by the end of their UIDs."""

    def read(day=DAY):
        staff.flush()
        calendar = Calendar.from_ical(written("Probe", yard.calendar(staff, towns.own, day, "https://x.test/")))
        assert calendar.errors == []
        events = calendar.walk("VEVENT")
        assert all(event.errors == [] and event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt for event in events)
        start = f"blick-{point.id}-"
        return {str(one["UID"]).split("@")[0].removeprefix(start): one for one in events}

    return read


def revisions(events):
    return {name: (int(one["SEQUENCE"]), one["LAST-MODIFIED"].dt) for name, one in events.items()}


REQUESTS = count()


def changed(told, act):
    """Which events the act made new; those have a higher SEQUENCE and are not older than before, all others are as they were."""
    before = revisions(told())
    act(acting(f"request {next(REQUESTS)}"))
    after = revisions(told())
    new = {name for name in after if after[name] != before.get(name)}
    assert all(after[name][0] > before[name][0] and after[name][1] >= before[name][1] for name in new & set(before))
    return new


def test_days_follow_from_what_was_done(staff, point, told):
    before = told()
    assert {name: before[name]["DTSTART"].dt for name in EVERY} == {
        "pruefen": date(2026, 5, 1),
        "freischneiden": date(2025, 11, 1),
    }
    service.record_check(staff, SYSTEM, point.id, CheckInput(date(2025, 11, 4), "OFFEN_SICHT", was_pruned=True))
    after = told()
    assert {name: after[name]["DTSTART"].dt for name in EVERY} == {
        "pruefen": date(2026, 11, 4),
        "freischneiden": date(2026, 11, 1),
    }
    assert told(date(2025, 11, 3))["pruefen"]["DTSTART"].dt == date(2026, 5, 1)


def test_only_its_own_facts_move_an_event(staff, point, told):
    def edit(**changes):
        data = parse_viewpoint(form(**OWN | changes))
        return lambda who: points.update(staff, who, point.id, point.version, data)

    def check(**more):
        return lambda who: service.record_check(
            staff, who, point.id, CheckInput(date(2026, 5, 2), "OFFEN_SICHT", **more)
        )

    assert changed(told, edit(story="Neu erzählt.", furniture=["bench"], shade="JA")) == set()
    assert changed(told, edit(check_every_months="6")) == {"pruefen"}
    assert changed(told, edit(prune_month="10", check_every_months="6")) == {"freischneiden"}
    assert changed(told, edit(name="Neuer Name", prune_month="10", check_every_months="6")) == set(EVERY)
    assert changed(told, check()) == {"pruefen"}
    assert changed(told, check(was_pruned=True)) == set(EVERY)
    last = queries.newest_change(staff, point)
    assert changed(told, lambda who: points.undo(staff, who, point.id, last)) == set(EVERY)


def test_a_month_that_is_taken_out_calls_its_event_off_for_a_while(staff, towns, point, told):
    def month(value):
        data = parse_viewpoint(form(**OWN | {"prune_month": value}))
        return lambda who: points.update(staff, who, point.id, point.version, data)

    name, removed_on = "freischneiden", clock.today()
    before = told(removed_on)[name]
    assert changed(lambda: told(removed_on), month("")) == {name}
    gone = told(removed_on)[name]
    assert (before["STATUS"], gone["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert before["UID"] == gone["UID"] and before["DTSTART"].dt == gone["DTSTART"].dt
    assert gone["SEQUENCE"] > before["SEQUENCE"] and "entfallen" in gone["SUMMARY"]
    assert told(removed_on - timedelta(days=1))[name]["STATUS"] == "CONFIRMED", "on a day before it still held"
    assert told(removed_on + yard.TOLD_FOR)[name]["STATUS"] == "CANCELLED"
    assert name not in told(removed_on + yard.TOLD_FOR + timedelta(days=1))
    assert changed(lambda: told(removed_on), month("2")) == {name}
    again = told(removed_on)[name]
    assert again["STATUS"] == "CONFIRMED" and again["SEQUENCE"] > gone["SEQUENCE"] and again["DTSTART"].dt.month == 2


def test_a_month_that_went_before_the_point_opened_was_told_to_nobody(staff, towns):
    opening = TODAY + timedelta(days=2)
    point = made(staff, towns.own, actor=acting("planned"), since=opening.isoformat(), **OWN)
    data = parse_viewpoint(form(**OWN | {"prune_month": ""}))
    points.update(staff, acting("none"), point.id, point.version, data)
    staff.flush()
    for day in (TODAY, opening, opening + timedelta(days=1)):
        uids = {one.uid for one in yard.calendar(staff, towns.own, day, "")}
        assert uids == ({f"blick-{point.id}-pruefen"} if day >= opening else set())


def test_a_defect_is_an_event_of_its_own_until_it_is_mended_or_was_none(staff, point, told):
    _token, one = reported(staff, point)
    name = f"mangel-{one.id}"
    assert name not in told()

    def decide(state):
        return lambda who: service.decide(
            staff, who, point.id, one.id, one.version, DecisionInput(state, None, None, None), date(2026, 5, 20)
        )

    assert changed(told, decide("BESTAETIGT")) == {name}
    first = told()[name]
    assert (first["STATUS"], first["DTSTART"].dt) == ("CONFIRMED", date(2026, 6, 3))
    for state in ("ABGELEHNT", "BESTAETIGT", "BEHOBEN"):
        assert changed(told, decide(state)) == {name}
        assert told()[name]["STATUS"] == ("CONFIRMED" if state == "BESTAETIGT" else "CANCELLED")
    assert told(date(2026, 5, 20) + yard.TOLD_FOR)[name]["STATUS"] == "CANCELLED"
    assert name not in told(date(2026, 5, 21) + yard.TOLD_FOR)


def test_a_rejected_report_never_was_in_the_calendar(staff, point, told):
    _token, one = reported(staff, point)
    data = DecisionInput("ABGELEHNT", None, None, None)
    service.decide(staff, SYSTEM, point.id, one.id, one.version, data, date(2026, 5, 20))
    assert set(told()) == set(EVERY)


def test_a_point_that_closes_calls_its_events_off_on_the_day(staff, point, told):
    closing = DAY + timedelta(days=10)
    points.set_status(
        staff, acting("closed"), point.id, point.version, StatusInput("GESCHLOSSEN", closing, "Hangrutsch.")
    )
    before, after = told(closing - timedelta(days=1)), told(closing)
    for name in EVERY:
        assert (before[name]["STATUS"], after[name]["STATUS"]) == ("CONFIRMED", "CANCELLED")
        assert before[name]["UID"] == after[name]["UID"] and before[name]["DTSTART"].dt == after[name]["DTSTART"].dt
        assert after[name]["SEQUENCE"] > before[name]["SEQUENCE"]
        assert "entfallen" in after[name]["SUMMARY"] and "URL" not in after[name]
    points.set_status(
        staff, acting("again"), point.id, point.version, StatusInput("OFFEN", closing + timedelta(days=5))
    )
    again = told(closing + timedelta(days=5))
    assert all(
        again[name]["STATUS"] == "CONFIRMED" and again[name]["SEQUENCE"] > after[name]["SEQUENCE"] for name in EVERY
    )
    assert reads.care_of(staff, SYSTEM, point.id).checks == []


def test_an_opening_that_is_undone_calls_its_events_off_for_a_while(staff, towns):
    def opens(who):
        points.set_status(staff, who, point.id, point.version, StatusInput("OFFEN", opening))

    opening = undone_on = clock.today()
    point = made(staff, towns.own, actor=acting("planned"), status="AUSGEWAEHLT", since="2026-01-01", **OWN)
    start = f"blick-{point.id}-"

    def read(day=undone_on):
        staff.flush()
        found = yard.calendar(staff, towns.own, day, "")
        return {one.uid.removeprefix(start): one for one in found if one.uid.startswith(start)}

    assert read() == {}
    opens(acting("opened"))
    before = read()
    points.undo(staff, acting("undone"), point.id, queries.newest_change(staff, point))
    gone = read()
    assert set(before) == set(gone) == set(EVERY)
    for name in EVERY:
        assert (before[name].is_cancelled, gone[name].is_cancelled) == (False, True)
        assert gone[name].first == before[name].first and gone[name].sequence > before[name].sequence
    assert set(read(undone_on + yard.TOLD_FOR)) == set(EVERY) and read(undone_on + yard.TOLD_FOR + timedelta(1)) == {}
    opens(acting("again"))
    again = read()
    assert all(not again[name].is_cancelled and again[name].sequence > gone[name].sequence for name in EVERY)
