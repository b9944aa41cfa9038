"""Reviews of applications with their marks, decisions, letters, and the sites that came out of them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.calls.model import of_application, of_call
from geo.core.db import Base

_OUTCOMES = "outcome IN ('AUSGEWAEHLT','WARTELISTE','ABGELEHNT')"


class Review(Base):
    """One reviewer's work on one application: open, handed in for good, or ended by a conflict of interest."""

    __tablename__ = "call_reviews"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    application_id: Mapped[int]
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    account_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="OFFEN", server_default=text("'OFFEN'"))
    conflict: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    handed_in_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        of_application("call_reviews"),
        ForeignKeyConstraint(
            ["call_id", "account_id"], ["register.call_reviewers.call_id", "register.call_reviewers.account_id"]
        ),
        UniqueConstraint("application_id", "account_id"),
        UniqueConstraint("id", "application_id", "call_id", "municipality_id", "account_id", name="call_reviews_whole"),
        CheckConstraint("state IN ('OFFEN','ABGEGEBEN','BEFANGEN')", name="call_reviews_state"),
        CheckConstraint("(state = 'BEFANGEN') = (conflict IS NOT NULL)", name="call_reviews_conflict"),
        CheckConstraint(
            "CASE state WHEN 'ABGEGEBEN' THEN handed_in_at IS NOT NULL WHEN 'OFFEN' THEN handed_in_at IS NULL"
            " ELSE true END",
            name="call_reviews_handed_in",
        ),
    )


class Mark(Base):
    """The points of one review for one criterion, 0 to 10, with the reason."""

    __tablename__ = "call_marks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    review_id: Mapped[int]
    application_id: Mapped[int]
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    account_id: Mapped[int]
    criterion_id: Mapped[int]
    points: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["review_id", "application_id", "call_id", "municipality_id", "account_id"],
            [
                f"register.call_reviews.{key}"
                for key in ("id", "application_id", "call_id", "municipality_id", "account_id")
            ],
            name="call_marks_review",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["criterion_id", "call_id"], ["register.call_criteria.id", "register.call_criteria.call_id"]
        ),
        UniqueConstraint("review_id", "criterion_id"),
        CheckConstraint("points BETWEEN 0 AND 10", name="call_marks_points"),
    )


class Decision(Base):
    """What the office decided about an application; the highest number holds. Never changed."""

    __tablename__ = "call_decisions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    application_id: Mapped[int]
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    number: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))

    __table_args__ = (
        of_application("call_decisions"),
        UniqueConstraint("application_id", "number", name="call_decisions_one_at_a_time"),
        CheckConstraint(_OUTCOMES, name="call_decisions_outcome"),
        CheckConstraint("length(trim(reason)) > 0", name="call_decisions_reason"),
    )


class Letter(Base):
    """What a call's letters of one outcome say."""

    __tablename__ = "call_letters"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call_id: Mapped[int] = mapped_column(of_call())
    outcome: Mapped[str]
    sender: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    signature: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("call_id", "outcome"),
        CheckConstraint(_OUTCOMES, name="call_letters_outcome"),
        CheckConstraint("length(trim(subject)) > 0 AND length(trim(body)) > 0", name="call_letters_text"),
    )


class CallSite(Base):
    """The pilot site that came out of a chosen application; there is one at most, and it goes with its site."""

    __tablename__ = "call_sites"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    application_id: Mapped[int]
    call_id: Mapped[int]
    municipality_id: Mapped[int]
    pilot_site_id: Mapped[int]
    taken_on_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        of_application("call_sites"),
        ForeignKeyConstraint(
            ["pilot_site_id", "municipality_id"],
            ["register.pilot_sites.id", "register.pilot_sites.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("application_id"),
        UniqueConstraint("pilot_site_id"),
    )
