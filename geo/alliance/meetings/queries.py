"""Reads of meetings. What a person may read of them is the database's to say: drafts and minutes have policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.accounts.queries import find_actor
from geo.alliance.meetings.model import AgendaItem, Attendance, Document, Feed, Meeting, Minutes, Task
from geo.core import clock
from geo.core.access import Action, Actor, scope
from geo.core.errors import NotFound

DOCUMENTS_FOLDER = "alliance-documents"  # under the home
# A calendar goes back so far; what is older is history, not an appointment.
PAST = timedelta(days=366)


@dataclass(frozen=True)
class MeetingRow:
    """A meeting in the list. `present` is None where attendance is not (yet) to be read."""

    id: int
    title: str
    group: str | None
    group_slug: str | None
    starts_at: datetime
    ends_at: datetime
    location: str | None
    online_url: str | None
    state: str
    minutes_released_on: date | None
    is_example: bool
    items: int
    decisions: int
    present: int


@dataclass(frozen=True)
class Item:
    """An item of the agenda with its minutes and tasks, as far as they may be read."""

    item: AgendaItem
    minutes: Minutes | None
    tasks: tuple[Row[Any], ...]


@dataclass(frozen=True)
class Record:
    """A meeting with everything that belongs to it, as far as it may be read."""

    meeting: Meeting
    group: str | None
    group_slug: str | None
    items: tuple[Item, ...]
    attendance: tuple[Row[Any], ...]
    documents: tuple[Document, ...]

    @property
    def id(self) -> int:
        return self.meeting.id


@dataclass(frozen=True)
class OpenTask:
    """A task that is not done, with the meeting it comes from."""

    id: int
    title: str
    member: str | None
    due_on: date | None
    meeting_id: int
    meeting: str
    starts_at: datetime


@dataclass(frozen=True)
class Announced:
    """A meeting that was invited to, as calendars tell it."""

    id: int
    uid: str
    sequence: int
    changed_at: datetime
    title: str
    group: str | None
    starts_at: datetime
    ends_at: datetime
    location: str | None
    online_url: str | None
    is_cancelled: bool
    is_example: bool
    agenda: tuple[str, ...]


_LIST = text(
    """
    SELECT m.id, m.title, g.name AS group, g.slug AS group_slug, m.starts_at, m.ends_at, m.location, m.online_url,
           m.state, m.minutes_released_on, m.is_example,
           (SELECT count(*) FROM register.alliance_agenda_items i WHERE i.meeting_id = m.id)::integer AS items,
           (SELECT count(*) FROM register.alliance_minutes n
            WHERE n.meeting_id = m.id AND n.decision IS NOT NULL)::integer AS decisions,
           (SELECT count(*) FROM register.alliance_attendance p
            WHERE p.meeting_id = m.id AND p.presence = 'ANWESEND')::integer AS present
    FROM register.alliance_meetings m LEFT JOIN register.working_groups g ON g.id = m.working_group_id
    WHERE m.starts_at >= :first AND m.starts_at < :after
      AND (CAST(:group AS integer) IS NULL OR m.working_group_id = :group)
    ORDER BY m.starts_at, m.id
    """
)
_GROUP = text("SELECT g.name, g.slug FROM register.working_groups g WHERE g.id = :id")
_TASKS = text(
    """
    SELECT t.id, t.agenda_item_id, t.title, t.member_id, a.name AS member, t.due_on, t.done_on
    FROM register.alliance_tasks t LEFT JOIN register.alliance_members a ON a.id = t.member_id
    WHERE t.meeting_id = :meeting ORDER BY t.id
    """
)
_PRESENT = text(
    """
    SELECT p.member_id, a.name, p.presence, p.people FROM register.alliance_attendance p
    JOIN register.alliance_members a ON a.id = p.member_id WHERE p.meeting_id = :meeting ORDER BY lower(a.name)
    """
)
# Who is asked to come: the group's organisations, or all of the alliance; and who stands in the attendance already.
_ASKED = text(
    """
    SELECT a.id, a.name, p.presence, p.people FROM register.alliance_members a
    LEFT JOIN register.alliance_attendance p ON p.member_id = a.id AND p.meeting_id = :meeting
    WHERE p.id IS NOT NULL OR (coalesce(a.joined_on, a.known_on) <= :day AND (a.left_on IS NULL OR a.left_on > :day)
        AND (CAST(:group AS integer) IS NULL OR EXISTS (SELECT FROM register.alliance_group_members w
             WHERE w.member_id = a.id AND w.working_group_id = :group
               AND daterange(w.since, w.until) @> CAST(:day AS date))))
    ORDER BY lower(a.name), a.id
    """
)
_OPEN = text(
    """
    SELECT t.id, t.title, a.name AS member, t.due_on, t.meeting_id, m.title AS meeting, m.starts_at
    FROM register.alliance_tasks t JOIN register.alliance_meetings m ON m.id = t.meeting_id
    LEFT JOIN register.alliance_members a ON a.id = t.member_id
    WHERE t.done_on IS NULL ORDER BY t.due_on NULLS LAST, t.id LIMIT 200
    """
)
_ANNOUNCED = text(
    """
    SELECT m.id, m.uid::text AS uid, m.sequence, m.changed_at, m.title, g.name AS group, m.starts_at, m.ends_at,
           m.location, m.online_url, m.state = 'ABGESAGT' AS is_cancelled, m.is_example,
           ARRAY(SELECT i.title FROM register.alliance_agenda_items i
                 WHERE i.meeting_id = m.id ORDER BY i.position) AS agenda
    FROM register.alliance_meetings m LEFT JOIN register.working_groups g ON g.id = m.working_group_id
    WHERE m.state <> 'ENTWURF' AND m.ends_at > :since
      AND (CAST(:group AS integer) IS NULL OR m.working_group_id IS NULL OR m.working_group_id = :group)
    ORDER BY m.starts_at, m.id
    """
)
_FILES = text("SELECT DISTINCT d.sha256::text FROM register.alliance_documents d")


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Germany."""
    return datetime.combine(day, time(), clock.BERLIN)


def meetings(session: Session, first: date, last: date, group_id: int | None = None) -> list[MeetingRow]:
    """The meetings that begin from the first to the last day, both included, the earliest first."""
    asked = {"first": midnight(first), "after": midnight(last + timedelta(days=1)), "group": group_id}
    return [MeetingRow(**row._mapping) for row in session.execute(_LIST, asked)]


def find_meeting(session: Session, meeting_id: int) -> Meeting:
    """The meeting, if it may be read. Raises `NotFound`."""
    found = session.get(Meeting, meeting_id)
    if found is None:
        raise NotFound("Die Sitzung", meeting_id)
    return found


def get(session: Session, meeting_id: int) -> Record:
    """A meeting with all that may be read of it. Raises `NotFound`."""
    meeting = find_meeting(session, meeting_id)
    group = session.execute(_GROUP, {"id": meeting.working_group_id}).first()
    minutes = {
        one.agenda_item_id: one for one in session.scalars(select(Minutes).where(Minutes.meeting_id == meeting_id))
    }
    tasks: dict[int, list[Row[Any]]] = {}
    for row in session.execute(_TASKS, {"meeting": meeting_id}):
        tasks.setdefault(row.agenda_item_id, []).append(row)
    items = session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
    ).all()
    documents = session.scalars(select(Document).where(Document.meeting_id == meeting_id).order_by(Document.id)).all()
    return Record(
        meeting,
        group.name if group else None,
        group.slug if group else None,
        tuple(Item(one, minutes.get(one.id), tuple(tasks.get(one.id, ()))) for one in items),
        tuple(session.execute(_PRESENT, {"meeting": meeting_id})),
        tuple(documents),
    )


def asked_to_come(session: Session, meeting: Meeting) -> Sequence[Row[Any]]:
    """The organisations of a meeting, by name, with what is known of their attendance: id, name, presence, people."""
    day = clock.day_of(meeting.starts_at)
    return session.execute(_ASKED, {"meeting": meeting.id, "day": day, "group": meeting.working_group_id}).all()


def member_choices(session: Session, meeting: Meeting) -> list[tuple[int, str]]:
    """Organisations to which a task can be given: all that were members on the day of the meeting."""
    day = clock.day_of(meeting.starts_at)
    found = session.execute(_ASKED, {"meeting": meeting.id, "day": day, "group": None})
    return [(row.id, row.name) for row in found]


def open_tasks(session: Session) -> list[OpenTask]:
    """Tasks that are not done, the most urgent first; of minutes that may be read."""
    return [OpenTask(**row._mapping) for row in session.execute(_OPEN)]


def find_task(session: Session, task_id: int) -> Task:
    """A task. Raises `NotFound`."""
    found = session.get(Task, task_id)
    if found is None:
        raise NotFound("Die Aufgabe", task_id)
    return found


def find_document(session: Session, meeting_id: int, document_id: int) -> Document:
    """A document of a meeting. Raises `NotFound`."""
    found = session.get(Document, document_id)
    if found is None or found.meeting_id != meeting_id:
        raise NotFound("Die Unterlage", document_id)
    return found


def has_attendance(session: Session, meeting_id: int) -> bool:
    """Whether somebody's attendance is known."""
    count = select(func.count()).select_from(Attendance).where(Attendance.meeting_id == meeting_id)
    return bool(session.scalar(count))


def files(session: Session) -> set[tuple[int, str]]:
    """Folder (the alliance's) and hash of every document; needs a session that sees all of them."""
    return {(0, row[0]) for row in session.execute(_FILES)}


def announced(session: Session, day: date, group_id: int | None = None) -> list[Announced]:
    """What calendars tell as of a day: of a group with what the alliance has in common, or (None) of all."""
    asked = {"since": midnight(day) - PAST, "group": group_id}
    return [Announced(**{**row._mapping, "agenda": tuple(row.agenda)}) for row in session.execute(_ANNOUNCED, asked)]


def feeds(session: Session, actor: Actor) -> list[Feed]:
    """The actor's own addresses and, for the office, those of the groups; the newest first, revoked ones too."""
    query = select(Feed).where((Feed.account_id == actor.account_id) | (Feed.kind == "GRUPPE"))
    return list(session.scalars(query.order_by(Feed.id.desc())))


def feed_of(session: Session, token: str) -> Feed:
    """The calendar of a secret address; of a person only as long as they may read meetings. Raises `NotFound`.

    Needs a session without an account, as whoever calls has none.
    """
    _number, hashed = links.read(token)
    found = session.scalar(select(Feed).where(Feed.secret_sha256 == hashed))
    if found is None or found.revoked_at is not None:
        raise NotFound("Der Kalender")
    if found.account_id is not None:
        owner = find_actor(session, found.account_id, "")
        where = scope(owner, Action.ALLIANCE_VIEW) if owner else None
        if where is None or not (where.everywhere or where.municipality_ids):
            raise NotFound("Der Kalender")
    return found
