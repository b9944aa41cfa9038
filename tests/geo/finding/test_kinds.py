"""What is found of calls, meetings, projects and their documents, and by whom: drafts, minutes, what is internal."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from geo.alliance.meetings import queries as meeting_queries
from geo.alliance.meetings import service as meetings
from geo.alliance.meetings.schemas import MinutesInput
from geo.calls import service as calls
from geo.calls.schemas import CallInput, CriterionInput
from geo.core.access import SYSTEM, Action
from geo.core.documents import Files, Upload
from geo.core.history import perform
from geo.finding import queries
from geo.pilots.model import ProjectDocument
from tests import factories
from tests.geo.alliance.conftest import a_group, a_meeting
from tests.geo.pilots.conftest import a_project

READERS = ("viewer", "editor", "manager", "planner", "curator", "office")
OTHERS = ("reviewer", "admin")
OPEN = {"opens_at": datetime(2026, 1, 1, tzinfo=UTC), "closes_at": datetime(2099, 1, 1, tzinfo=UTC)}


@pytest.fixture
def seen(db, towns):
    """Who finds something with these words: the public and each role, in a town where it has one."""
    people = {role: factories.actor(db, role, towns.own) for role in (*READERS, *OTHERS)}

    def by(typed):
        found = set()
        with db.public() as session:
            if any(queries.find(session, typed, lang).total for lang in ("de", "en")):
                found.add("public")
        for role, person in people.items():
            with db.staff(person, towns.own) as session:
                if queries.find_internal(session, person, typed).total:
                    found.add(role)
        return found

    return by


@pytest.fixture
def office(db):
    return factories.actor(db, "office")


@pytest.fixture
def staff(db, office):
    """The office's session."""
    with db.staff(office) as session:
        yield session


def show(session, office, call):
    """Publish a call."""
    calls.set_criteria(session, office, call.id, call.version, [CriterionInput("Neu", 1)], datetime.now(UTC))
    calls.publish(session, office, call.id, call.version, datetime.now(UTC))


def everybody():
    return {"public", *READERS, *OTHERS}


def test_a_call_is_found_by_everybody_once_it_is_published(staff, office, seen):
    made = calls.create(
        staff,
        office,
        CallInput("Aufruf Turmgarten", "Gesucht werden Glockenwiesen.", title_en="Call for belfries", **OPEN),
    )
    staff.commit()
    assert seen("Glockenwiese") == seen("Turmgarten") == seen("belfries") == set()
    show(staff, office, made)
    staff.commit()
    assert seen("Glockenwiese") == seen("Turmgarten") == everybody()


def test_a_call_is_not_found_while_its_project_is_hidden(staff, office, seen):
    project = a_project(staff)
    given = CallInput("Aufruf Turmgarten", "Glockenwiesen", pilot_project_id=project.id, **OPEN)
    made = calls.create(staff, office, given)
    show(staff, office, made)
    staff.commit()
    assert seen("Probeallee") == everybody()
    with perform(staff, SYSTEM, Action.PILOT_EDIT):
        project.is_public = False
    staff.commit()
    assert seen("Probeallee") == set(READERS)  # the project itself; the call names it no more
    with perform(staff, SYSTEM, Action.PILOT_EDIT):
        project.is_public = True
    staff.commit()
    assert seen("Probeallee") == everybody()


def test_a_new_name_of_a_working_group_is_found_with_what_belongs_to_it(staff, seen):
    group = a_group(staff)
    made = a_meeting(staff, SYSTEM, title="Runde", working_group_id=str(group.id))
    meetings.invite(staff, SYSTEM, made.id, made.version, date(2025, 2, 1))
    with perform(staff, SYSTEM, Action.SYSTEM_SETUP):
        renamed = "UPDATE register.working_groups SET name = 'AG Turm', version = version + 1 WHERE id = :id"
        staff.execute(text(renamed), {"id": group.id})
    staff.commit()
    found = queries.find_internal(staff, SYSTEM, "Turm")
    assert {one.kind for one in found.groups} == {"working_group", "meeting"}


def test_a_meeting_is_found_by_the_alliance_once_it_was_invited_to(staff, seen):
    group = a_group(staff)
    made = a_meeting(staff, SYSTEM, "Glockenwiese", title="Runde im Turmgarten", working_group_id=str(group.id))
    staff.commit()
    assert seen("Turmgarten") == seen("Glockenwiese") == set()
    meetings.invite(staff, SYSTEM, made.id, made.version, date(2025, 2, 1))
    staff.commit()
    assert seen("Turmgarten") == seen("Glockenwiese") == set(READERS)
    meetings.call_off(staff, SYSTEM, made.id, made.version, date(2025, 3, 1))
    staff.commit()
    assert seen("Turmgarten") == set(READERS)  # its page says that it was called off


def test_minutes_are_found_once_they_are_released_and_not_after_that_was_taken_back(staff, seen):
    made = a_meeting(staff, SYSTEM, "Berichte", title="Runde")
    meetings.invite(staff, SYSTEM, made.id, made.version, date(2025, 2, 1))
    item = meeting_queries.get(staff, made.id).items[0].item
    said = [MinutesInput(item.id, "Glockenwiese wurde besprochen", "Der Turmgarten wird gebaut")]
    meetings.save_minutes(staff, SYSTEM, made.id, made.version, said)
    staff.commit()
    assert seen("Berichte") == set(READERS)
    assert seen("Glockenwiese") == seen("Turmgarten") == set()
    meetings.release_minutes(staff, SYSTEM, made.id, made.version, datetime(2025, 3, 20, tzinfo=UTC))
    staff.commit()
    assert seen("Glockenwiese") == seen("Turmgarten") == set(READERS)
    meetings.release_minutes(staff, SYSTEM, made.id, made.version, None)
    staff.commit()
    assert seen("Glockenwiese") == seen("Turmgarten") == set()


def test_a_meetings_document_is_found_by_its_title_with_the_meeting(staff, seen, tmp_path):
    made = a_meeting(staff, SYSTEM, title="Runde")
    file, store = Upload("a.pdf", "application/pdf", b"%PDF-"), Files(tmp_path)
    kept = meetings.add_document(staff, SYSTEM, made.id, "Lageplan Glockenwiese", file, store)
    staff.commit()
    assert seen("Glockenwiese") == set()  # the meeting is a draft
    meetings.invite(staff, SYSTEM, made.id, made.version, date(2025, 2, 1))
    staff.commit()
    assert seen("Glockenwiese") == set(READERS)
    meetings.remove_document(staff, SYSTEM, made.id, kept.id)
    staff.commit()
    assert seen("Glockenwiese") == set()


def test_a_projects_document_is_found_when_it_is_for_everybody(staff, seen):
    project = a_project(staff)
    document = ProjectDocument(
        pilot_project_id=project.id,
        title="Merkblatt Glockenwiese",
        title_en="Leaflet on belfries",
        file_name="a.pdf",
        media_type="application/pdf",
        size_bytes=1,
        sha256="a" * 64,
    )
    with perform(staff, SYSTEM, Action.PILOT_EDIT):
        staff.add(document)
    staff.commit()
    assert seen("Glockenwiese") == seen("belfries") == set()
    with perform(staff, SYSTEM, Action.PILOT_EDIT):
        document.is_public = True
    staff.commit()
    assert seen("Glockenwiese") == everybody() and seen("belfries") == {"public"}  # inside is German
    with perform(staff, SYSTEM, Action.PILOT_EDIT):
        project.is_public = False
    staff.commit()
    assert seen("Glockenwiese") == set()


def test_contacts_tasks_and_members_are_in_no_index(staff, seen):
    from geo.alliance.schemas import ContactInput
    from geo.alliance.service import add_contact
    from tests.geo.alliance.conftest import a_member

    member = a_member(staff, SYSTEM, name="Turmgarten e. V.")
    add_contact(staff, SYSTEM, member.id, ContactInput("Frieda Glockenwiese"))
    staff.commit()
    assert seen("Glockenwiese") == seen("Turmgarten") == set()
