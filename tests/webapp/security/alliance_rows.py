"""The alliance with every text marked: who reads a draft, released minutes, a contact."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from geo.alliance import service
from geo.alliance.meetings import queries
from geo.alliance.meetings import service as meetings
from geo.alliance.meetings.model import Document, Meeting
from geo.alliance.meetings.schemas import ItemInput, MinutesInput, TaskInput, parse_meeting
from geo.alliance.queries import find_group
from geo.alliance.schemas import ContactInput, CountInput, WorkInput, parse_member
from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests.geo.alliance.conftest import a_group

TODAY = clock.today()


def some_alliance(session: Session, town: Any) -> None:
    """Members (one with a contact), a group, a draft, a meeting with minutes of the office, one with released minutes."""
    with perform(session, SYSTEM, Action.ALLIANCE_EDIT):
        _members(session, town)
        _meetings(session, town)


def _members(session: Session, town: Any) -> None:
    group = a_group(session, "probe")
    hidden = parse_member(
        {
            "name": town.secret("MITGLIED", Action.ALLIANCE_VIEW),
            "kind": "STADT",
            "municipality_id": str(town.id),
            "website": f"https://{town.secret('NETZSEITE', Action.ALLIANCE_VIEW).lower()}.test",
            "joined_on": "2022-01-01",
            "source": town.secret("MITGLIEDSQUELLE", Action.ALLIANCE_VIEW),
        }
    )
    member = service.create_member(session, SYSTEM, hidden)
    contact = ContactInput(
        town.secret("KONTAKTNAME", Action.ALLIANCE_CONTACT),
        town.secret("KONTAKTAMT", Action.ALLIANCE_CONTACT),
        town.mail("KONTAKTPOST", Action.ALLIANCE_CONTACT),
        town.secret("KONTAKTRUF", Action.ALLIANCE_CONTACT),
        town.secret("KONTAKTNOTIZ", Action.ALLIANCE_CONTACT),
    )
    open_one = service.create_member(
        session,
        SYSTEM,
        parse_member({"name": "Probekammer", "kind": "KAMMER", "joined_on": "2022-01-01", "is_public": "1"}),
    )
    task = town.secret("GRUPPENAUFGABE", Action.ALLIANCE_VIEW)
    work = service.put_to_work(session, SYSTEM, group.id, member.id, WorkInput(task))
    service.put_to_work(session, SYSTEM, group.id, open_one.id, WorkInput(task))
    town.ids |= {
        "alliance_member": member.id,
        "alliance_contact": service.add_contact(session, SYSTEM, member.id, contact).id,
        "alliance_work": work.id,
        "alliance_count": service.record_count(session, SYSTEM, CountInput(date(2023, 11, 15), 65, "Bericht")).id,
    }


def _meeting(session: Session, town: Any, word: str, reader: Action) -> Meeting:
    day = TODAY + timedelta(days=-14 if word == "FREI" else 14)
    data = {
        "title": town.secret(f"SITZUNG{word}", reader),
        "starts_at": f"{day}T14:00",
        "ends_at": f"{day}T16:00",
        "location": town.secret(f"SAAL{word}", reader),
        "online_url": f"https://{town.secret(f'RAUM{word}', reader).lower()}.test/",
    }
    made = meetings.create(session, SYSTEM, parse_meeting(data, []))
    item = ItemInput(town.secret(f"PUNKT{word}", reader), town.secret(f"ERLAEUTERUNG{word}", reader))
    meetings.set_agenda(session, SYSTEM, made.id, made.version, [item])
    return made


def _meetings(session: Session, town: Any) -> None:
    draft = _meeting(session, town, "ENTWURF", Action.ALLIANCE_EDIT)
    town.ids["alliance_draft"] = draft.id
    for word, reader in (("FREI", Action.ALLIANCE_VIEW), ("BUERO", Action.ALLIANCE_EDIT)):
        made = _meeting(session, town, word, Action.ALLIANCE_VIEW)
        meetings.invite(session, SYSTEM, made.id, made.version, TODAY)
        item = queries.get(session, made.id).items[0].item
        said = MinutesInput(
            item.id,
            town.secret(f"PROTOKOLL{word}", reader),
            town.secret(f"BESCHLUSS{word}", reader),
            (TaskInput(town.secret(f"AUFGABE{word}", reader), town.ids["alliance_member"]),),
        )
        meetings.save_minutes(session, SYSTEM, made.id, made.version, [said])
        if word == "FREI":
            meetings.release_minutes(session, SYSTEM, made.id, made.version, datetime.now(UTC))
            document = Document(meeting_id=made.id, title=town.secret("SITZUNGSUNTERLAGE", Action.ALLIANCE_VIEW))
            document.file_name = town.secret("SITZUNGSDATEI", Action.ALLIANCE_VIEW)
            document.media_type, document.size_bytes, document.sha256 = "application/pdf", 1, "e" * 64
            session.add(document)
            session.flush()
            town.ids["alliance_document"] = document.id
        town.ids[f"alliance_meeting{word}"] = made.id
        town.ids[f"alliance_task{word}"] = queries.get(session, made.id).items[0].tasks[0].id
    made, _token = meetings.make_feed(session, SYSTEM, None, _group_id(session), to_pass_on=True)
    town.ids["alliance_feed"] = made.id


def _group_id(session: Session) -> int:
    return find_group(session, "probe").id
