"""Calls with criteria and questions, their jury, and the applications of towns."""

from datetime import datetime

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CheckConstraint,
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
from sqlalchemy.types import CHAR

from geo.core.db import Base
from geo.core.geometry import optional_point_type, point_rule


def of_call() -> ForeignKey:
    """To the call, with which the row goes."""
    return ForeignKey("register.calls.id", ondelete="CASCADE")


def of_application(table: str) -> ForeignKeyConstraint:
    """To the application of the same call and town, with which the row of the table goes."""
    keys = ("id", "call_id", "municipality_id")
    return ForeignKeyConstraint(
        ["application_id", "call_id", "municipality_id"],
        [f"register.call_applications.{key}" for key in keys],
        name=f"{table}_application",
        ondelete="CASCADE",
    )


class Call(Base):
    """A call for applications to a pilot project; without a project a contest of towns. Open from `opens_at` until
    just before `closes_at`, unless it is called off, with a reason that everybody reads."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int | None] = mapped_column(ForeignKey("register.pilot_projects.id"))
    title: Mapped[str]
    title_en: Mapped[str | None]
    body: Mapped[str]
    body_en: Mapped[str | None]
    contact: Mapped[str | None]
    asks_site: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    called_off_reason: Mapped[str | None]
    called_off_reason_en: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(title)) > 0", name="calls_title"),
        CheckConstraint("length(trim(body)) > 0", name="calls_body"),
        CheckConstraint(
            "closes_at > opens_at AND date_trunc('second', opens_at) = opens_at"
            " AND date_trunc('second', closes_at) = closes_at",
            name="calls_period",
        ),
        CheckConstraint("decided_at IS NULL OR published_at IS NOT NULL", name="calls_decided"),
        CheckConstraint(
            "called_off_at IS NULL OR (published_at IS NOT NULL AND decided_at IS NULL)", name="calls_called_off"
        ),
        CheckConstraint(
            "(called_off_at IS NULL) = (called_off_reason IS NULL) AND length(trim(called_off_reason)) > 0"
            " AND (called_off_reason_en IS NULL OR called_off_reason IS NOT NULL)",
            name="calls_called_off_reason",
        ),
        Index("calls_pilot_project_id_idx", "pilot_project_id"),
    )


class Criterion(Base):
    """What reviewers give 0 to 10 points for; the weight says how much it counts beside the others."""

    __tablename__ = "call_criteria"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call_id: Mapped[int] = mapped_column(of_call())
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    name_en: Mapped[str | None]
    description: Mapped[str | None]
    description_en: Mapped[str | None]
    weight: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        UniqueConstraint("id", "call_id"),
        CheckConstraint("length(trim(name)) > 0", name="call_criteria_name"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="call_criteria_weight"),
        Index("call_criteria_call_id_idx", "call_id"),
    )


class Question(Base):
    """A question of the application form beyond the fixed ones."""

    __tablename__ = "call_questions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call_id: Mapped[int] = mapped_column(of_call())
    position: Mapped[int] = mapped_column(SmallInteger)
    question: Mapped[str]
    hint: Mapped[str | None]
    is_required: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        UniqueConstraint("id", "call_id"),
        CheckConstraint("length(trim(question)) > 0", name="call_questions_question"),
        Index("call_questions_call_id_idx", "call_id"),
    )


class Extension(Base):
    """The end of an open call was put off, once for each end it had. Never changed."""

    __tablename__ = "call_extensions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call_id: Mapped[int] = mapped_column(of_call())
    closes_before: Mapped[datetime]
    closes_after: Mapped[datetime]
    reason: Mapped[str]
    extended_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))

    __table_args__ = (
        UniqueConstraint("call_id", "closes_before", name="call_extensions_once"),
        CheckConstraint("closes_after > closes_before", name="call_extensions_later"),
        CheckConstraint("length(trim(reason)) > 0", name="call_extensions_reason"),
    )


class Reviewer(Base):
    """An account that reviews the applications of a call; a released one stays known."""

    __tablename__ = "call_reviewers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call_id: Mapped[int] = mapped_column(of_call())
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    released_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("call_id", "account_id"), Index("call_reviewers_account_id_idx", "account_id"))


class Application(Base):
    """A town's application to a call. `handed_in_at` is the last time that it was handed in."""

    __tablename__ = "call_applications"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call_id: Mapped[int] = mapped_column(of_call())
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    state: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    title: Mapped[str | None]
    summary: Mapped[str | None]
    need: Mapped[str | None]
    plan: Mapped[str | None]
    partners: Mapped[str | None]
    upkeep: Mapped[str | None]
    cost_eur: Mapped[int | None]
    own_share_eur: Mapped[int | None]
    street: Mapped[str | None]
    house_number: Mapped[str | None]
    postcode: Mapped[str | None]
    locality: Mapped[str | None]
    point: Mapped[WKBElement | None] = mapped_column(optional_point_type())
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    texts_removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("call_id", "municipality_id"),
        UniqueConstraint("id", "call_id", "municipality_id"),
        CheckConstraint("state IN ('ENTWURF','EINGEREICHT','ZURUECKGEZOGEN')", name="call_applications_state"),
        CheckConstraint(
            "(state = 'EINGEREICHT') <= (handed_in_at IS NOT NULL AND title IS NOT NULL"
            " AND (texts_removed_at IS NOT NULL OR (summary IS NOT NULL"
            " AND need IS NOT NULL AND plan IS NOT NULL AND upkeep IS NOT NULL)))",
            name="call_applications_handed_in",
        ),
        CheckConstraint(
            "least(cost_eur, own_share_eur) >= 0 AND greatest(cost_eur, own_share_eur) <= 1000000000",
            name="call_applications_amounts",
        ),
        CheckConstraint("postcode ~ '^[0-9]{5}$'", name="call_applications_postcode"),
        CheckConstraint(f"point IS NULL OR ({point_rule('point')})", name="call_applications_point"),
        Index("call_applications_municipality_id_idx", "municipality_id"),
    )


class Contact(Base):
    """Whom the office asks about an application; read by the town and the office, forgotten a year after the end."""

    __tablename__ = "call_contacts"

    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]

    __table_args__ = (of_application("call_contacts"),)


class Answer(Base):
    """The answer to one question of the call."""

    __tablename__ = "call_answers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    application_id: Mapped[int]
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    question_id: Mapped[int]
    answer: Mapped[str]

    __table_args__ = (
        of_application("call_answers"),
        ForeignKeyConstraint(
            ["question_id", "call_id"], ["register.call_questions.id", "register.call_questions.call_id"]
        ),
        UniqueConstraint("application_id", "question_id"),
    )


class Attachment(Base):
    """A file that belongs to an application: kept under its hash, handed out, never opened."""

    __tablename__ = "call_attachments"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    application_id: Mapped[int]
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        of_application("call_attachments"),
        UniqueConstraint("application_id", "sha256"),
        CheckConstraint("length(trim(title)) > 0", name="call_attachments_title"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="call_attachments_sha256"),
    )
