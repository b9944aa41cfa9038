"""Meetings, their agenda, minutes, tasks, attendance and documents, and the secret addresses of their calendars.

Who may read what stands in the policies of the database: a draft is the office's; minutes are for all once released.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class Meeting(Base):
    """A meeting of a working group, or (without one) of the alliance.

    `sequence` and `changed_at` are what calendars go by; the database counts them up when something changes that a
    subscriber sees (`agenda_at` is set by every change of the agenda). An invitation is called off,
    never deleted.
    """

    __tablename__ = "alliance_meetings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4, server_default=text("gen_random_uuid()"))
    working_group_id: Mapped[int | None] = mapped_column(ForeignKey("register.working_groups.id"))
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    location: Mapped[str | None]
    online_url: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    invited_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    minutes_released_on: Mapped[date | None]
    agenda_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"), server_onupdate=FetchedValue())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=FetchedValue())
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("length(trim(title)) > 0", name="alliance_meetings_title"),
        CheckConstraint(
            "ends_at > starts_at AND ends_at < starts_at + interval '7 days'", name="alliance_meetings_time"
        ),
        CheckConstraint("online_url LIKE 'https://_%'", name="alliance_meetings_online_url"),
        CheckConstraint("state IN ('ENTWURF','EINGELADEN','ABGESAGT')", name="alliance_meetings_state"),
        CheckConstraint(
            "(state = 'ENTWURF') = (invited_on IS NULL) AND (state = 'ABGESAGT') = (cancelled_on IS NOT NULL)",
            name="alliance_meetings_invited",
        ),
        CheckConstraint("minutes_released_on IS NULL OR state = 'EINGELADEN'", name="alliance_meetings_minutes"),
        CheckConstraint(
            "minutes_released_on >= (starts_at AT TIME ZONE 'Europe/Berlin')::date", name="alliance_meetings_released"
        ),
        Index("alliance_meetings_starts_at_idx", "starts_at"),
    )


class AgendaItem(Base):
    """An item of the agenda; positions count from 1."""

    __tablename__ = "alliance_agenda_items"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("register.alliance_meetings.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    note: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("id", "meeting_id"),
        UniqueConstraint("meeting_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("length(trim(title)) > 0", name="alliance_agenda_items_title"),
        CheckConstraint("position BETWEEN 1 AND 99", name="alliance_agenda_items_position"),
    )


def _of_item() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["agenda_item_id", "meeting_id"],
        ["register.alliance_agenda_items.id", "register.alliance_agenda_items.meeting_id"],
        ondelete="CASCADE",
    )


class Minutes(Base):
    """What was said and decided on an item."""

    __tablename__ = "alliance_minutes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    meeting_id: Mapped[int]
    agenda_item_id: Mapped[int]
    text: Mapped[str | None]
    decision: Mapped[str | None]

    __table_args__ = (_of_item(), UniqueConstraint("agenda_item_id"))


class Task(Base):
    """Something that an organisation (None: the office) is to do after an item, until a day."""

    __tablename__ = "alliance_tasks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    meeting_id: Mapped[int]
    agenda_item_id: Mapped[int]
    title: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("register.alliance_members.id"))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]

    __table_args__ = (
        _of_item(),
        CheckConstraint("length(trim(title)) > 0", name="alliance_tasks_title"),
        Index("alliance_tasks_meeting_id_idx", "meeting_id"),
    )


class Attendance(Base):
    """Whether an organisation came, and with how many people."""

    __tablename__ = "alliance_attendance"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("register.alliance_meetings.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("register.alliance_members.id"))
    presence: Mapped[str]
    people: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        CheckConstraint("presence IN ('ANWESEND','ENTSCHULDIGT','ABWESEND')", name="alliance_attendance_presence"),
        CheckConstraint(
            "people IS NULL OR (people BETWEEN 1 AND 99 AND presence = 'ANWESEND')", name="alliance_attendance_people"
        ),
    )


class Document(Base):
    """A file that belongs to a meeting: kept under its hash, handed out, never opened."""

    __tablename__ = "alliance_documents"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("register.alliance_meetings.id", ondelete="CASCADE"))
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("meeting_id", "sha256"),
        CheckConstraint("length(trim(title)) > 0", name="alliance_documents_title"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="alliance_documents_sha256"),
    )


class Feed(Base):
    """The secret address of a calendar, known by its hash: a person's own, or a group's to be passed on.

    Without a group it holds the meetings of the alliance and of all groups, else the alliance's and the group's.
    """

    __tablename__ = "alliance_feeds"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    working_group_id: Mapped[int | None] = mapped_column(ForeignKey("register.working_groups.id", ondelete="CASCADE"))
    secret_sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("secret_sha256"),
        CheckConstraint(
            "(kind = 'PERSON' AND account_id IS NOT NULL)"
            " OR (kind = 'GRUPPE' AND account_id IS NULL AND working_group_id IS NOT NULL)",
            name="alliance_feeds_kind",
        ),
    )
