"""The alliance in the browser's eyes: a member with a contact, a group, an invited meeting with minutes, a draft."""

from typing import Any

import pytest

from geo.alliance import service
from geo.alliance.meetings import queries
from geo.alliance.meetings import service as meetings
from geo.alliance.meetings.schemas import MinutesInput, PresenceInput, TaskInput
from geo.alliance.schemas import ContactInput, CountInput, WorkInput
from tests import factories
from tests.geo.alliance.conftest import a_group, a_meeting, a_member


@pytest.fixture
def ids(db: Any, towns: Any) -> dict[str, Any]:
    person = factories.actor(db, "office")
    with db.staff(person) as session:
        group = a_group(session)
        member = a_member(session, person)
        hidden = a_member(session, person, name="GEHEIMVERBAND", kind="VERBAND", is_public="")
        contact = service.add_contact(
            session,
            person,
            member.id,
            ContactInput("GEHEIMPERSON", "Büro", "geheim@beispiel.test", "0361 1", "GEHEIMNOTIZ"),
        )
        work = service.put_to_work(session, person, group.id, member.id, WorkInput("GEHEIMAUFGABE", leads=True))
        service.put_to_work(session, person, group.id, hidden.id, WorkInput())
        count = service.record_count(session, person, CountInput(member.joined_on, 65, "Bericht", is_more=True))
        draft = a_meeting(session, person, "GEHEIMERPUNKT", title="GEHEIMENTWURF")
        meeting = a_meeting(session, person, "Begrüßung", "Stand der Projekte", title="Große Runde")
        meetings.invite(session, person, meeting.id, meeting.version, member.joined_on)
        items = [one.item.id for one in queries.get(session, meeting.id).items]
        said = MinutesInput(items[0], "GEHEIMWORT", "GEHEIMBESCHLUSS", (TaskInput("GEHEIMES TUN", member.id),))
        meetings.save_minutes(session, person, meeting.id, meeting.version, [said])
        meetings.save_attendance(
            session, person, meeting.id, meeting.version, [PresenceInput(member.id, "ANWESEND", 2)]
        )
        task = queries.get(session, meeting.id).items[0].tasks[0]
        session.commit()
        return {
            "group": group.slug,
            "group_id": group.id,
            "member": member.id,
            "hidden": hidden.id,
            "contact": contact.id,
            "work": work.id,
            "count": count.id,
            "draft": draft.id,
            "meeting": meeting.id,
            "items": items,
            "task": task.id,
        }
