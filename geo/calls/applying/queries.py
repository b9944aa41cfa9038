"""Reads of applications. Row level security lets through what the account may see: own drafts, what was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.calls.applying.schemas import application_values
from geo.calls.model import Answer, Application, Attachment, Contact
from geo.core import geometry
from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Part, Root, rows_of
from geo.places.model import Municipality


@dataclass(frozen=True)
class Record:
    """An application with everything that its reader may see; the contact is not for reviewers."""

    application: Application
    municipality: str
    contact: Contact | None
    answers: dict[int, str]
    attachments: tuple[Attachment, ...]

    @property
    def values(self) -> dict[str, Any]:
        return application_values(self.application, self.contact, self.answers)

    @property
    def spot(self) -> tuple[float, float] | None:
        """Longitude and latitude of the proposed site."""
        return None if self.application.point is None else geometry.lon_lat(self.application.point)


def find_own(session: Session, actor: Actor, call_id: int, municipality_id: int) -> Application | None:
    """The town's application to the call, for its people."""
    if actor.role_in(municipality_id) is None:
        return None
    with for_municipality(session, municipality_id):
        wanted = select(Application).where(
            Application.call_id == call_id, Application.municipality_id == municipality_id
        )
        return session.scalar(wanted)


def own(session: Session, actor: Actor, call_id: int, municipality_id: int) -> Record:
    """The town's application with its parts. Raises `NotFound`."""
    found = find_own(session, actor, call_id, municipality_id)
    if found is None:
        raise NotFound("Die Bewerbung")
    with for_municipality(session, municipality_id):
        return _record(session, found)


def handed_in(session: Session, actor: Actor, application_id: int) -> Record:
    """An application for office and reviewers: handed in, and not one that they are shut out of. Raises `NotFound`."""
    allowed = may(actor, Action.CALL_DECIDE) or may(actor, Action.CALL_REVIEW)
    with for_municipality(session, None):
        found = session.get(Application, application_id, populate_existing=True) if allowed else None
        if found is None or found.state != "EINGEREICHT":
            raise NotFound("Die Bewerbung", application_id)
        return _record(session, found)


def _record(session: Session, found: Application) -> Record:
    name = session.scalar(select(Municipality.name).where(Municipality.id == found.municipality_id))
    given = session.scalars(select(Answer).where(Answer.application_id == found.id))
    files = select(Attachment).where(Attachment.application_id == found.id).order_by(Attachment.id)
    return Record(
        found,
        name or "",
        session.get(Contact, found.id, populate_existing=True),
        {one.question_id: one.answer for one in given},
        tuple(session.scalars(files)),
    )


@dataclass(frozen=True)
class HandedIn:
    """An application in the lists of office and reviewers."""

    id: int
    municipality_id: int
    municipality: str
    title: str
    handed_in_at: datetime


_HANDED_IN = text(
    """
    SELECT a.id, a.municipality_id, m.name AS municipality, a.title, a.handed_in_at
    FROM register.call_applications a JOIN register.municipalities m ON m.id = a.municipality_id
    WHERE a.call_id = :call AND a.state = 'EINGEREICHT' ORDER BY m.name, a.id
    """
)


def of_call(session: Session, call_id: int) -> list[HandedIn]:
    """What was handed in for a call, by town, as far as the account may see it."""
    with for_municipality(session, None):
        return [HandedIn(**row._mapping) for row in session.execute(_HANDED_IN, {"call": call_id})]


def attachment(record: Record, attachment_id: int) -> Attachment:
    """A file of an application that is known to be visible. Raises `NotFound`."""
    found = next((one for one in record.attachments if one.id == attachment_id), None)
    if found is None:
        raise NotFound("Die Anlage", attachment_id)
    return found


def history(session: Session, actor: Actor, application: Application) -> list[Change]:
    """What the town did to its application, newest first; for its people."""
    if actor.role_in(application.municipality_id) is None:
        raise NotFound("Die Bewerbung")
    parts = tuple(Part(table, "application_id", application.id) for table in ("call_answers", "call_attachments"))
    with for_municipality(session, application.municipality_id):
        return changes_of(session, rows_of(session, Root("call_applications", application.id, parts=parts)))


_FILES = text("SELECT municipality_id, sha256 FROM register.call_attachments")


def files(session: Session) -> set[tuple[int, str]]:
    """Town and hash of every attachment; needs a session that sees all towns."""
    return {(row.municipality_id, row.sha256) for row in session.execute(_FILES)}


def answers_of(session: Session, application_id: int) -> Sequence[Answer]:
    """The stored answers of an application."""
    return session.scalars(select(Answer).where(Answer.application_id == application_id)).all()
