"""Writes of meetings: their course from draft to released minutes, agenda, attendance, documents, calendar addresses.

Each change of a part raises the meeting's version, so that a stale form is noticed whichever page it is on.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.accounts import links
from geo.alliance.meetings import queries
from geo.alliance.meetings.model import AgendaItem, Attendance, Document, Feed, Meeting, Minutes, Task
from geo.alliance.meetings.schemas import (
    ItemInput,
    MeetingInput,
    MinutesInput,
    PresenceInput,
    TaskInput,
    meeting_values,
)
from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.documents import ALLIANCE, Files, Upload
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform

MOST_DOCUMENTS = 40
_RELOAD = STALE + " Bitte die Seite neu laden."


def create(session: Session, actor: Actor, data: MeetingInput) -> Meeting:
    """A new meeting, as a draft that the office alone sees."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        made = Meeting(**{field.name: getattr(data, field.name) for field in fields(data)})
        session.add(made)
        session.flush()
        return made


def update(session: Session, actor: Actor, meeting_id: int, version: int, data: MeetingInput) -> Meeting:
    """Change when, where or whose. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id)
        if meeting.version != version:
            raise Conflict(STALE, theirs=meeting_values(meeting), version=meeting.version)
        released = meeting.minutes_released_on
        if released is not None and clock.day_of(data.starts_at) > released:
            raise Invalid({"starts_at": "Das Protokoll ist schon freigegeben; die Sitzung war also nicht später."})
        for field in fields(data):
            if getattr(meeting, field.name) != getattr(data, field.name):
                setattr(meeting, field.name, getattr(data, field.name))
        return meeting


def invite(session: Session, actor: Actor, meeting_id: int, version: int, today: date) -> Meeting:
    """The invitation is out (again, after it was called off): members and calendars see the meeting from now on."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        if meeting.state == "EINGELADEN":
            raise Invalid({"": "Zu dieser Sitzung ist schon eingeladen."})
        meeting.state, meeting.invited_on, meeting.cancelled_on = "EINGELADEN", today, None
        return meeting


def call_off(session: Session, actor: Actor, meeting_id: int, version: int, today: date) -> Meeting:
    """The meeting does not take place; calendars say so. Raises `Invalid` for a draft and for one that took place."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        if meeting.state != "EINGELADEN":
            raise Invalid({"": "Absagen lässt sich nur eine Sitzung, zu der eingeladen wurde."})
        if meeting.minutes_released_on is not None or queries.has_attendance(session, meeting_id):
            raise Invalid({"": "Diese Sitzung hat stattgefunden: es gibt ein Protokoll oder eine Anwesenheit."})
        meeting.state, meeting.cancelled_on = "ABGESAGT", today
        return meeting


def delete_draft(session: Session, actor: Actor, meeting_id: int, version: int) -> None:
    """Remove a draft. Raises `Invalid` for a meeting that was invited to: that is called off."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        if meeting.state != "ENTWURF":
            raise Invalid({"": "Zu dieser Sitzung wurde eingeladen. Bitte absagen, damit es in den Kalendern steht."})
        session.delete(meeting)


def set_agenda(session: Session, actor: Actor, meeting_id: int, version: int, items: Sequence[ItemInput]) -> Meeting:
    """The agenda as a whole, in its order. Raises `Invalid` when an item is left out that has minutes or tasks."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        stored = {one.id: one for one in session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting_id))}
        kept = {one.id for one in items if one.id in stored}
        _remove_items(session, [one for key, one in stored.items() if key not in kept])
        changed = len(kept) < len(stored)
        for position, given in enumerate(items, 1):
            item = stored.get(given.id) if given.id is not None else None
            if item is None:
                item = AgendaItem(meeting_id=meeting_id, title=given.title, note=given.note, position=position)
                session.add(item)
                changed = True
            elif (item.title, item.note, item.position) != (given.title, given.note, position):
                item.title, item.note, item.position = given.title, given.note, position
                changed = True
        session.flush()
        if changed:
            meeting.agenda_at = datetime.now(UTC)
        return meeting


def _remove_items(session: Session, items: Sequence[AgendaItem]) -> None:
    for item in items:
        noted = select(Minutes.id).where(Minutes.agenda_item_id == item.id)
        todo = select(Task.id).where(Task.agenda_item_id == item.id)
        if session.scalar(noted) is not None or session.scalar(todo) is not None:
            raise Invalid({"": f"Zu „{item.title}“ gibt es ein Protokoll oder eine Aufgabe; der Punkt bleibt stehen."})
        session.delete(item)


def save_minutes(
    session: Session, actor: Actor, meeting_id: int, version: int, minutes: Sequence[MinutesInput]
) -> Meeting:
    """What was said, decided and is to be done, item by item. Raises `Invalid` for a draft, `Conflict` when stale."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        if meeting.state != "EINGELADEN":
            raise Invalid({"": "Ein Protokoll hat nur eine Sitzung, zu der eingeladen wurde."})
        stored = {
            one.agenda_item_id: one for one in session.scalars(select(Minutes).where(Minutes.meeting_id == meeting_id))
        }
        tasks = {one.id: one for one in session.scalars(select(Task).where(Task.meeting_id == meeting_id))}
        for given in minutes:
            _save_item(session, meeting_id, given, stored.get(given.item_id))
            for task in given.tasks:
                _save_task(session, meeting_id, given.item_id, task, tasks.get(task.id) if task.id else None)
        _raise_version(session, meeting)
        return meeting


def _save_item(session: Session, meeting_id: int, given: MinutesInput, stored: Minutes | None) -> None:
    if given.text is None and given.decision is None:
        if stored is not None:
            session.delete(stored)
        return
    if stored is None:
        stored = Minutes(meeting_id=meeting_id, agenda_item_id=given.item_id)
        session.add(stored)
    if (stored.text, stored.decision) != (given.text, given.decision):
        stored.text, stored.decision = given.text, given.decision


def _save_task(session: Session, meeting_id: int, item_id: int, given: TaskInput, stored: Task | None) -> None:
    if given.title is None:
        if stored is not None:
            session.delete(stored)
        return
    if stored is None:
        stored = Task(meeting_id=meeting_id, agenda_item_id=item_id, title=given.title)
        session.add(stored)
    stored.title, stored.member_id = given.title, given.member_id
    stored.due_on, stored.done_on = given.due_on, given.done_on


def finish_task(session: Session, actor: Actor, task_id: int, today: date) -> Task:
    """A task is done. Raises `NotFound`."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        task = queries.find_task(session, task_id)
        meeting = _locked(session, task.meeting_id)
        if task.done_on is None:
            task.done_on = today
            _raise_version(session, meeting)
        return task


def release_minutes(session: Session, actor: Actor, meeting_id: int, version: int, now: datetime | None) -> Meeting:
    """Show the minutes to the members' accounts from now on; None takes that back.

    Raises `Invalid` for a draft, and before the meeting has begun.
    """
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        if meeting.state != "EINGELADEN":
            raise Invalid({"": "Ein Protokoll hat nur eine Sitzung, zu der eingeladen wurde."})
        if now is not None and now < meeting.starts_at:
            raise Invalid({"": "Die Sitzung hat noch nicht begonnen. Ihr Protokoll lässt sich erst danach freigeben."})
        meeting.minutes_released_on = None if now is None else clock.day_of(now)
        return meeting


def save_attendance(
    session: Session, actor: Actor, meeting_id: int, version: int, present: Sequence[PresenceInput]
) -> Meeting:
    """Who came, as a whole: what is not said of an organisation is not known."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id, version)
        if meeting.state != "EINGELADEN":
            raise Invalid({"": "Anwesenheit gibt es nur bei einer Sitzung, zu der eingeladen wurde."})
        given = {one.member_id: one for one in present}
        stored = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id)).all()
        for row in stored:
            one = given.pop(row.member_id, None)
            if one is None:
                session.delete(row)
            else:
                row.presence, row.people = one.presence, one.people
        session.add_all(
            Attendance(meeting_id=meeting_id, member_id=key, presence=one.presence, people=one.people)
            for key, one in given.items()
        )
        _raise_version(session, meeting)
        return meeting


def add_document(session: Session, actor: Actor, meeting_id: int, title: str, file: Upload, store: Files) -> Document:
    """Keep a file with the meeting. Raises `Invalid` when there are too many, or it is there already."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id)
        known = session.scalars(select(Document.sha256).where(Document.meeting_id == meeting_id)).all()
        if file.sha256 in known:
            raise Invalid({"file": "Diese Datei ist hier schon gespeichert."})
        if len(known) >= MOST_DOCUMENTS:
            raise Invalid({"file": f"Mehr als {MOST_DOCUMENTS} Unterlagen nimmt eine Sitzung nicht auf."})
        store.keep(ALLIANCE, file)
        made = Document(
            meeting_id=meeting_id,
            title=title,
            file_name=file.name,
            media_type=file.media_type,
            size_bytes=len(file.content),
            sha256=file.sha256,
        )
        session.add(made)
        _raise_version(session, meeting)
        return made


def remove_document(session: Session, actor: Actor, meeting_id: int, document_id: int) -> None:
    """Take a document away; its file is swept a day later."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        meeting = _locked(session, meeting_id)
        session.delete(queries.find_document(session, meeting_id, document_id))
        _raise_version(session, meeting)


def make_feed(
    session: Session, actor: Actor, municipality_id: int | None, group_id: int | None, *, to_pass_on: bool
) -> tuple[Feed, str]:
    """A new calendar address with its secret, which is kept nowhere: the actor's own or (the office) a group's.

    `municipality_id` is the town in which the actor may read meetings. Raises `Invalid` for a group's without a group.
    """
    action = Action.ALLIANCE_EDIT if to_pass_on else Action.ALLIANCE_FEED
    with perform(session, actor, action, None if to_pass_on else municipality_id):
        if to_pass_on and group_id is None:
            raise Invalid({"working_group_id": "Bitte die Arbeitsgruppe wählen, an die die Adresse geht."})
        token, hashed = links.make(ALLIANCE)
        made = Feed(
            kind="GRUPPE" if to_pass_on else "PERSON",
            account_id=None if to_pass_on else actor.account_id,
            working_group_id=group_id,
            secret_sha256=hashed,
        )
        session.add(made)
        session.flush()
    return made, token


def revoke_feed(session: Session, actor: Actor, municipality_id: int | None, feed_id: int, version: int) -> Feed:
    """Let an address lead nowhere from now on. Raises `NotFound`, `Conflict`."""
    found = session.get(Feed, feed_id)
    if found is None or found.account_id not in {None, actor.account_id}:
        raise NotFound("Der Kalender", feed_id)
    action = Action.ALLIANCE_FEED if found.kind == "PERSON" else Action.ALLIANCE_EDIT
    with perform(session, actor, action, municipality_id if found.kind == "PERSON" else None):
        if found.version != version:
            raise Conflict(_RELOAD, version=found.version)
        found.revoked_at = datetime.now(UTC)
    return found


def _locked(session: Session, meeting_id: int, version: int | None = None) -> Meeting:
    """The meeting as it is now, kept from others until the transaction ends."""
    meeting = session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise NotFound("Die Sitzung", meeting_id)
    if version is not None and meeting.version != version:
        raise Conflict(_RELOAD, version=meeting.version)
    return meeting


def _raise_version(session: Session, meeting: Meeting) -> None:
    flag_modified(meeting, "title")
    session.flush()
