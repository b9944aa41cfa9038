"""Members, groups and meetings for tests. Everything is written by an office that exists, under row level security."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.alliance import queries, service
from geo.alliance.meetings import service as meetings
from geo.alliance.meetings.model import Meeting
from geo.alliance.meetings.schemas import ItemInput, parse_meeting
from geo.alliance.model import Member
from geo.alliance.queries import Group
from geo.alliance.schemas import parse_member
from geo.core.access import SYSTEM, Action, Actor
from geo.core.history import perform
from tests import factories
from tests.conftest import SharedDatabase

MEMBER = {"name": "Probekammer", "kind": "KAMMER", "joined_on": "2021-06-08", "is_public": "1"}
MEETING = {
    "title": "Sitzung der Probe",
    "starts_at": "2025-03-04T14:00",
    "ends_at": "2025-03-04T16:00",
    "location": "Rathaus, Saal 1",
}


def a_member(session: Session, office: Actor, **changes: Any) -> Member:
    return service.create_member(session, office, parse_member({**MEMBER, **changes}))


def a_meeting(session: Session, office: Actor, *items: str, **changes: Any) -> Meeting:
    """A draft with these items."""
    groups = [one.id for one in queries.groups(session)]
    made = meetings.create(session, office, parse_meeting({**MEETING, **changes}, groups))
    if items:
        meetings.set_agenda(session, office, made.id, made.version, [ItemInput(title) for title in items])
    return made


def a_group(session: Session, slug: str = "ag-probe") -> Group:
    """A working group. `session` is the owner's or in a write of the system."""
    with perform(session, SYSTEM, Action.SYSTEM_SETUP):
        session.execute(
            text(
                "INSERT INTO register.working_groups (slug, name, name_en, description)"
                " VALUES (:slug, :name, :name_en, 'Sucht Wege.')"
            ),
            {"slug": slug, "name": f"AG {slug}", "name_en": f"Group {slug}"},
        )
    return queries.find_group(session, slug)


@pytest.fixture
def office(db: SharedDatabase) -> Actor:
    """A person of the office."""
    return factories.actor(db, "office")


@pytest.fixture
def desk(db: SharedDatabase, office: Actor) -> Iterator[Session]:
    """The office's session."""
    with db.staff(office) as session:
        yield session


@pytest.fixture
def group(desk: Session) -> Group:
    return a_group(desk)
