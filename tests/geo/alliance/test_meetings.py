"""Meetings from draft to released minutes: their course, who reads what when, and what calendars tell of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.alliance.meetings import queries, service
from geo.alliance.meetings.entries import meeting_entries
from geo.alliance.meetings.model import Meeting
from geo.alliance.meetings.schemas import (
    ItemInput,
    MinutesInput,
    PresenceInput,
    TaskInput,
    meeting_values,
    parse_agenda,
    parse_attendance,
    parse_meeting,
    parse_minutes,
)
from geo.alliance.schemas import WorkInput
from geo.alliance.service import put_to_work
from geo.core.access import SYSTEM, Action
from geo.core.calendar_files import written
from geo.core.documents import ALLIANCE, Files, Upload
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from tests import factories
from tests.geo.alliance.conftest import MEETING, a_meeting, a_member

DAY = date(2025, 3, 4)
BEGINS, AFTER = datetime(2025, 3, 4, 13, tzinfo=UTC), datetime(2025, 3, 18, 23, 30, tzinfo=UTC)
ITEMS = ("Begrüßung", "Stand der Projekte")


def _invited(desk, office, *items, **changes):
    made = a_meeting(desk, office, *items, **changes)
    return service.invite(desk, office, made.id, made.version, date(2025, 2, 1))


def _items(desk, meeting):
    return [one.item for one in queries.get(desk, meeting.id).items]


def _calendar(session, group_id=None, day=DAY):
    """The calendar as a program of somebody else reads it: events by their summary."""
    entries = list(meeting_entries(queries.announced(session, day, group_id), lambda one: f"https://register/{one.id}"))
    return {str(one["summary"]): one for one in Calendar.from_ical(written("Allianz", entries)).walk("VEVENT")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"starts_at": "morgen"}, "starts_at"),
        ({"ends_at": "2025-03-04T14:00"}, "ends_at"),
        ({"ends_at": "2025-03-11T14:00"}, "ends_at"),
        ({"online_url": "http://x.test"}, "online_url"),
        ({"online_url": "https://x.test und mehr"}, "online_url"),
        ({"working_group_id": "99"}, "working_group_id"),
    ],
)
def test_a_mistake_stands_at_its_field(changes, field):
    with pytest.raises(Invalid) as refused:
        parse_meeting({**MEETING, **changes}, [1, 2])
    assert list(refused.value.fields) == [field]


def test_a_form_gives_back_what_is_stored(desk, office):
    made = a_meeting(desk, office)
    assert parse_meeting(meeting_values(made), []) == parse_meeting(MEETING, [])
    assert made.starts_at == datetime(2025, 3, 4, 13, tzinfo=UTC)  # two o'clock in Germany


def test_a_meeting_is_invited_to_called_off_and_invited_to_again(desk, office):
    made = a_meeting(desk, office)
    with pytest.raises(Invalid, match="eingeladen"):
        service.call_off(desk, office, made.id, made.version, DAY)
    service.invite(desk, office, made.id, made.version, date(2025, 2, 1))
    with pytest.raises(Invalid, match="absagen"):
        service.delete_draft(desk, office, made.id, made.version)
    with pytest.raises(Invalid, match="schon eingeladen"):
        service.invite(desk, office, made.id, made.version, DAY)
    service.call_off(desk, office, made.id, made.version, date(2025, 3, 1))
    assert (made.state, made.invited_on, made.cancelled_on) == ("ABGESAGT", date(2025, 2, 1), date(2025, 3, 1))
    service.invite(desk, office, made.id, made.version, date(2025, 3, 2))
    assert (made.state, made.invited_on, made.cancelled_on) == ("EINGELADEN", date(2025, 3, 2), None)


def test_a_draft_can_be_deleted_and_the_database_keeps_the_rest(desk, office):
    draft = a_meeting(desk, office, *ITEMS)
    service.delete_draft(desk, office, draft.id, draft.version)
    made = _invited(desk, office, *ITEMS)
    with perform(desk, office, Action.ALLIANCE_EDIT):
        gone = desk.execute(text("DELETE FROM register.alliance_meetings"))
    assert gone.rowcount == 0 and desk.scalars(text("SELECT id FROM register.alliance_meetings")).all() == [made.id]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"state": "EINGELADEN"}, "alliance_meetings_invited"),
        ({"state": "ABGESAGT", "invited_on": DAY}, "alliance_meetings_invited"),
        ({"minutes_released_on": DAY}, "alliance_meetings_minutes"),
        (
            {"state": "EINGELADEN", "invited_on": DAY, "minutes_released_on": date(2025, 3, 3)},
            "alliance_meetings_released",
        ),
        ({"ends_at": datetime(2025, 3, 4, 9, tzinfo=UTC)}, "alliance_meetings_time"),
        ({"online_url": "http://x.test"}, "alliance_meetings_online_url"),
    ],
)
def test_the_database_holds_the_rules_too(desk, office, values, rule):
    row = {"starts_at": datetime(2025, 3, 4, 13, tzinfo=UTC), "ends_at": datetime(2025, 3, 4, 15, tzinfo=UTC)} | values
    with pytest.raises(IntegrityError, match=rule):
        with perform(desk, office, Action.ALLIANCE_EDIT):
            desk.add(Meeting(title="X", **row))
            desk.flush()


def test_the_agenda_is_read_in_the_order_of_its_numbers():
    rows = {
        "position-1": "2",
        "title-1": "Zweiter",
        "item-1": "7",
        "position-2": "1",
        "title-2": "Erster",
        "title-4": "Letzter",
    }
    assert parse_agenda(rows) == [ItemInput("Erster"), ItemInput("Zweiter", id=7), ItemInput("Letzter")]
    with pytest.raises(Invalid) as refused:
        parse_agenda({"note-3": "Ohne Titel", "position-1": "null"})
    assert set(refused.value.fields) == {"title-3", "position-1"}


def test_the_agenda_is_set_as_a_whole(desk, office):
    made = a_meeting(desk, office, *ITEMS)
    first, second = _items(desk, made)
    new = [ItemInput("Neu zuerst"), ItemInput("Begrüßung", "kurz", first.id)]
    service.set_agenda(desk, office, made.id, made.version, new)
    assert [(one.position, one.title, one.note) for one in _items(desk, made)] == [
        (1, "Neu zuerst", None),
        (2, "Begrüßung", "kurz"),
    ]
    assert second.id not in {one.id for one in _items(desk, made)}
    with pytest.raises(Conflict):
        service.set_agenda(desk, office, made.id, made.version - 1, new)


def test_an_item_of_another_meeting_is_not_taken(desk, office):
    made, other = a_meeting(desk, office, *ITEMS), a_meeting(desk, office, title="Andere")
    stolen = _items(desk, made)[0]
    service.set_agenda(desk, office, other.id, other.version, [ItemInput("Fremd", id=stolen.id)])
    assert [one.title for one in _items(desk, made)] == list(ITEMS)
    assert [one.title for one in _items(desk, other)] == ["Fremd"]


def test_minutes_hold_decisions_and_tasks_item_by_item(desk, office):
    made, member = _invited(desk, office, *ITEMS), a_member(desk, office)
    one, two = (item.id for item in _items(desk, made))
    form = {
        f"text-{one}": "Alle sind da.",
        f"decision-{two}": "So machen wir es.",
        f"task-{two}-1": "Brief schreiben",
        f"member-{two}-1": str(member.id),
        f"due-{two}-1": "2025-04-01",
    }
    service.save_minutes(desk, office, made.id, made.version, parse_minutes(form, [one, two], [member.id], {}))
    record = queries.get(desk, made.id)
    assert record.items[0].minutes.text == "Alle sind da." and record.items[1].minutes.decision == "So machen wir es."
    task = record.items[1].tasks[0]
    assert (task.title, task.member, task.due_on, task.done_on) == (
        "Brief schreiben",
        "Probekammer",
        date(2025, 4, 1),
        None,
    )
    assert [(one.title, one.member) for one in queries.open_tasks(desk)] == [("Brief schreiben", "Probekammer")]
    with pytest.raises(Invalid, match="bleibt stehen"):
        service.set_agenda(desk, office, made.id, made.version, [])
    service.finish_task(desk, office, task.id, DAY)
    assert queries.open_tasks(desk) == []
    emptied = [MinutesInput(one, None, None), MinutesInput(two, None, None, (TaskInput(None, id=task.id),))]
    service.save_minutes(desk, office, made.id, made.version, emptied)
    assert [(one.minutes, one.tasks) for one in queries.get(desk, made.id).items] == [(None, ()), (None, ())]


def test_a_task_needs_words_and_an_offered_organisation():
    with pytest.raises(Invalid) as refused:
        parse_minutes({"due-5-1": "2025-04-01", "task-5-2": "X", "member-5-2": "77"}, [5], [1], {})
    assert set(refused.value.fields) == {"task-5-1", "member-5-2"}


def test_attendance_is_of_organisations(desk, office, group):
    inside, outside = a_member(desk, office, name="Drin"), a_member(desk, office, name="Nicht in der AG")
    put_to_work(desk, office, group.id, inside.id, WorkInput())
    made = _invited(desk, office, working_group_id=str(group.id))
    assert [row.name for row in queries.asked_to_come(desk, made)] == ["Drin"]
    everybody = _invited(desk, office, title="Alle")
    assert [row.name for row in queries.asked_to_come(desk, everybody)] == ["Drin", "Nicht in der AG"]
    given = parse_attendance({f"presence-{inside.id}": "ANWESEND", f"people-{inside.id}": "2"}, [inside.id, outside.id])
    service.save_attendance(desk, office, made.id, made.version, given)
    assert [(one.name, one.presence, one.people) for one in queries.get(desk, made.id).attendance] == [
        ("Drin", "ANWESEND", 2)
    ]
    with pytest.raises(Invalid, match="stattgefunden"):
        service.call_off(desk, office, made.id, made.version, DAY)
    service.save_attendance(desk, office, made.id, made.version, [PresenceInput(outside.id, "ENTSCHULDIGT")])
    assert [(one.name, one.presence, one.people) for one in queries.get(desk, made.id).attendance] == [
        ("Nicht in der AG", "ENTSCHULDIGT", None)
    ]
    with pytest.raises(Invalid) as refused:
        parse_attendance({"presence-1": "ABWESEND", "people-1": "3", "presence-2": "VIELLEICHT"}, [1, 2])
    assert set(refused.value.fields) == {"people-1", "presence-2"}


@pytest.mark.parametrize("role", ["viewer", "manager", "planner", "curator"])
def test_drafts_are_the_offices_and_minutes_are_everybodys_once_released(db, towns, desk, office, role):
    draft = a_meeting(desk, office, "GEHEIMER PUNKT")
    made, member = _invited(desk, office, *ITEMS, title="Offene Sitzung"), a_member(desk, office)
    item = _items(desk, made)[0].id
    said = [MinutesInput(item, "GEHEIMES WORT", "GEHEIMER BESCHLUSS", (TaskInput("GEHEIME AUFGABE"),))]
    service.save_minutes(desk, office, made.id, made.version, said)
    service.save_attendance(desk, office, made.id, made.version, [PresenceInput(member.id, "ABWESEND")])
    person = factories.actor(db, role, towns.own)
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    with db.staff(person, towns.own) as session:
        assert [(one.title, one.decisions) for one in queries.meetings(session, first, last)] == [("Offene Sitzung", 0)]
        with pytest.raises(NotFound):
            queries.get(session, draft.id)
        record = queries.get(session, made.id)
        assert [one.item.title for one in record.items] == list(ITEMS)
        assert [(one.minutes, one.tasks) for one in record.items] == [
            (None, ()),
            (None, ()),
        ] and record.attendance == ()
        assert queries.open_tasks(session) == []
        for write in (
            lambda: service.create(session, person, parse_meeting(MEETING, [])),
            lambda: service.invite(session, person, made.id, 1, DAY),
            lambda: service.set_agenda(session, person, made.id, 1, []),
            lambda: service.save_minutes(session, person, made.id, 1, []),
            lambda: service.save_attendance(session, person, made.id, 1, []),
            lambda: service.release_minutes(session, person, made.id, 1, AFTER),
            lambda: service.make_feed(session, person, towns.own, 1, to_pass_on=True),
        ):
            with pytest.raises(NotPermitted):
                write()
    with db.staff(office) as session:
        found = session.get(Meeting, made.id)
        service.release_minutes(session, office, made.id, found.version, AFTER)
        session.commit()
    with db.staff(person, towns.own) as session:
        shown = queries.get(session, made.id)
        assert shown.items[0].minutes.text == "GEHEIMES WORT" and shown.items[0].tasks[0].title == "GEHEIME AUFGABE"
        assert [one.presence for one in shown.attendance] == ["ABWESEND"]
        assert queries.meetings(session, first, last)[0].decisions == 1


def test_minutes_are_released_once_the_meeting_has_begun(desk, office):
    made = _invited(desk, office, *ITEMS)
    with pytest.raises(Invalid, match="noch nicht begonnen"):
        service.release_minutes(desk, office, made.id, made.version, BEGINS - timedelta(seconds=1))
    service.release_minutes(desk, office, made.id, made.version, BEGINS)
    assert made.minutes_released_on == DAY
    service.release_minutes(desk, office, made.id, made.version, None)
    service.release_minutes(desk, office, made.id, made.version, AFTER)
    assert made.minutes_released_on == date(2025, 3, 19)  # half past midnight in Germany
    later = {"starts_at": "2025-03-20T14:00", "ends_at": "2025-03-20T16:00"}
    with pytest.raises(Invalid, match="nicht später") as refused:
        service.update(desk, office, made.id, made.version, parse_meeting({**MEETING, **later}, []))
    assert list(refused.value.fields) == ["starts_at"]


def test_calendars_tell_what_was_invited_to_and_count_each_change(desk, office, tmp_path):
    a_meeting(desk, office, title="Nur Entwurf")
    made = a_meeting(desk, office, *ITEMS)
    uid = made.uid
    assert _calendar(desk) == {}
    service.invite(desk, office, made.id, made.version, date(2025, 2, 1))
    event = _calendar(desk)["Sitzung der Probe"]
    assert (event["uid"], event["sequence"], event["status"]) == (f"{uid}-sitzung@innenstadtregister", 0, "CONFIRMED")
    assert event["dtstart"].dt == datetime(2025, 3, 4, 13, tzinfo=UTC) and event["dtend"].dt == datetime(
        2025, 3, 4, 15, tzinfo=UTC
    )
    assert event["location"] == "Rathaus, Saal 1" and "1. Begrüßung" in event["description"]
    assert event["url"] == f"https://register/{made.id}"

    moved = parse_meeting({**MEETING, "ends_at": "2025-03-04T17:00"}, [])
    service.update(desk, office, made.id, made.version, moved)
    assert _calendar(desk)["Sitzung der Probe"]["sequence"] == 1
    service.update(desk, office, made.id, made.version, moved)
    assert _calendar(desk)["Sitzung der Probe"]["sequence"] == 1  # nothing changed
    service.set_agenda(desk, office, made.id, made.version, [ItemInput("Neuer Punkt")])
    event = _calendar(desk)["Sitzung der Probe"]
    assert event["sequence"] == 2 and "1. Neuer Punkt" in event["description"]
    service.add_document(desk, office, made.id, "Plan", Upload("a.pdf", "application/pdf", b"%PDF-"), Files(tmp_path))
    assert _calendar(desk)["Sitzung der Probe"]["sequence"] == 2  # nothing that a subscriber sees

    service.call_off(desk, office, made.id, made.version, date(2025, 3, 1))
    event = _calendar(desk)["Abgesagt: Sitzung der Probe"]
    assert (event["uid"], event["sequence"], event["status"]) == (f"{uid}-sitzung@innenstadtregister", 3, "CANCELLED")
    assert "description" not in event and event["dtstart"].dt == datetime(2025, 3, 4, 13, tzinfo=UTC)
    service.invite(desk, office, made.id, made.version, date(2025, 3, 2))
    event = _calendar(desk)["Sitzung der Probe"]
    assert (event["sequence"], event["status"]) == (4, "CONFIRMED")


def test_nobody_changes_a_uid_or_counts_backwards(desk, office):
    made = _invited(desk, office)
    before = made.uid
    with perform(desk, office, Action.ALLIANCE_EDIT):
        desk.execute(
            text(
                "UPDATE register.alliance_meetings SET uid = gen_random_uuid(), sequence = 77, title = 'Raw',"
                " version = version + 1"
            )
        )
    desk.refresh(made)
    assert (made.uid, made.sequence, made.title) == (before, 1, "Raw")


def test_a_groups_calendar_holds_what_the_alliance_has_in_common(desk, office, group):
    from tests.geo.alliance.conftest import a_group

    other = a_group(desk, "andere")
    for title, of in (("Alle", ""), ("Unsere", str(group.id)), ("Fremde", str(other.id))):
        _invited(desk, office, title=title, working_group_id=of)
    assert set(_calendar(desk, group.id)) == {"Alle", f"Unsere ({group.name})"}
    assert len(_calendar(desk)) == 3
    assert _calendar(desk, day=date(2026, 3, 6)) == {}  # a year later it is history


def test_a_persons_address_works_while_they_may_read(db, towns, desk, office, group):
    person = factories.actor(db, "viewer", towns.own)
    with db.staff(person, towns.own) as session:
        made, token = service.make_feed(session, person, towns.own, None, to_pass_on=False)
        session.commit()
    with db.staff() as session:
        assert queries.feed_of(session, token).id == made.id
    with db.staff(office) as session:  # the office does not see whose addresses there are
        assert (
            queries.feeds(session, office) == []
            and session.scalars(text("SELECT id FROM register.alliance_feeds")).all() == []
        )
        with pytest.raises(NotFound):
            service.revoke_feed(session, office, None, made.id, 1)
    with db.owner() as session, perform(session, SYSTEM, Action.SYSTEM_SETUP):
        session.execute(text("DELETE FROM register.memberships WHERE account_id = :id"), {"id": person.account_id})
        session.commit()
    with db.staff() as session, pytest.raises(NotFound):
        queries.feed_of(session, token)


def test_a_revoked_address_looks_like_none(db, office, group):
    with db.staff(office) as session:
        made, token = service.make_feed(session, office, None, group.id, to_pass_on=True)
        assert [(one.kind, one.account_id) for one in queries.feeds(session, office)] == [("GRUPPE", None)]
        with pytest.raises(Conflict):
            service.revoke_feed(session, office, None, made.id, 9)
        with pytest.raises(Invalid) as refused:
            service.make_feed(session, office, None, None, to_pass_on=True)
        assert list(refused.value.fields) == ["working_group_id"]
        session.commit()
    with db.staff() as session:
        assert queries.feed_of(session, token).working_group_id == group.id
        for wrong in ("0-nichts", "", "x", token + "a"):
            with pytest.raises(NotFound):
                queries.feed_of(session, wrong)
    with db.staff(office) as session:
        service.revoke_feed(session, office, None, made.id, made.version)
        session.commit()
    with db.staff() as session, pytest.raises(NotFound):
        queries.feed_of(session, token)


def test_documents_are_kept_once_and_named_for_the_sweep(db, desk, office, tmp_path):
    made, store = a_meeting(desk, office), Files(tmp_path)
    file = Upload("plan.pdf", "application/pdf", b"%PDF-1.7")
    kept = service.add_document(desk, office, made.id, "Plan", file, store)
    assert store.path(ALLIANCE, file.sha256).read_bytes() == b"%PDF-1.7"
    with pytest.raises(Invalid, match="schon gespeichert"):
        service.add_document(desk, office, made.id, "Plan", file, store)
    assert queries.files(desk) == {(ALLIANCE, file.sha256)}
    with pytest.raises(NotFound):
        queries.find_document(desk, made.id + 1, kept.id)
    service.remove_document(desk, office, made.id, kept.id)
    assert queries.files(desk) == set()
