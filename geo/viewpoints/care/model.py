"""Furniture with its state, checks, defects with those who reported them, notices, documents, calendar addresses."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import CHAR

from geo.core.db import Base


def _of_viewpoint() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["viewpoint_id", "municipality_id"],
        ["register.viewpoints.id", "register.viewpoints.municipality_id"],
        ondelete="CASCADE",
    )


class Furniture(Base):
    """A piece of furniture at a point; what is missing stays here as missing."""

    __tablename__ = "viewpoint_furniture"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="GUT", server_default=text("'GUT'"))
    note: Mapped[str | None]

    __table_args__ = (
        _of_viewpoint(),
        UniqueConstraint("viewpoint_id", "kind"),
        CheckConstraint("kind IN ('bench','photo_frame','board','bin','lighting')", name="viewpoint_furniture_kind"),
        CheckConstraint("state IN ('GUT','BESCHAEDIGT','FEHLT')", name="viewpoint_furniture_state"),
    )


class Check(Base):
    """Somebody looked, on a day, and says what there was to see."""

    __tablename__ = "viewpoint_checks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    checked_on: Mapped[date]
    checked_by: Mapped[str | None]
    result: Mapped[str]
    was_pruned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        _of_viewpoint(),
        CheckConstraint(
            "result IN ('OFFEN_SICHT','BEWACHSEN','VERSTELLT','NICHT_ERREICHBAR')", name="viewpoint_checks_result"
        ),
        Index("viewpoint_checks_viewpoint_id_idx", "viewpoint_id"),
    )


class Defect(Base):
    """Something reported as broken. Only what the town has confirmed is public, and that by its kind alone."""

    __tablename__ = "viewpoint_defects"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    reported_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    words: Mapped[str | None]
    photo_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    state: Mapped[str] = mapped_column(default="NEU", server_default=text("'NEU'"))
    confirmed_on: Mapped[date | None]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    answer: Mapped[str | None]
    note: Mapped[str | None]
    told_on: Mapped[date | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        _of_viewpoint(),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint(
            "kind IN ('bench','photo_frame','board','bin','lighting','BEWUCHS','WEG','VERSCHMUTZUNG','SONSTIGES')",
            name="viewpoint_defects_kind",
        ),
        CheckConstraint("length(words) <= 1000", name="viewpoint_defects_words"),
        CheckConstraint("state IN ('NEU','BESTAETIGT','BEHOBEN','ABGELEHNT')", name="viewpoint_defects_state"),
        CheckConstraint(
            "(state IN ('BESTAETIGT','BEHOBEN')) = (confirmed_on IS NOT NULL)"
            " AND (confirmed_on IS NULL) = (due_on IS NULL)",
            name="viewpoint_defects_confirmed",
        ),
        CheckConstraint(
            "(state IN ('BEHOBEN','ABGELEHNT')) = (closed_on IS NOT NULL)"
            " AND closed_on >= coalesce(confirmed_on, closed_on)",
            name="viewpoint_defects_closed",
        ),
        Index("viewpoint_defects_viewpoint_id_idx", "viewpoint_id"),
    )


class Reporter(Base):
    """Who wants an answer about a defect; the row goes when the answer has been given."""

    __tablename__ = "viewpoint_reporters"

    defect_id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    form_key: Mapped[str | None]
    confirm_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    confirm_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["defect_id", "municipality_id"],
            ["register.viewpoint_defects.id", "register.viewpoint_defects.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("form_key"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="viewpoint_reporters_email"),
        CheckConstraint("language IN ('de', 'en')", name="viewpoint_reporters_language"),
    )


class Notice(Base):
    """A sentence for visitors, public from its first to its last day."""

    __tablename__ = "viewpoint_notices"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    text: Mapped[str]
    text_en: Mapped[str | None]
    during: Mapped[Range[date]]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        _of_viewpoint(),
        CheckConstraint("length(trim(text)) > 0", name="viewpoint_notices_text"),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="viewpoint_notices_period"
        ),
        Index("viewpoint_notices_viewpoint_id_idx", "viewpoint_id"),
    )


class Document(Base):
    """A file that belongs to a point, or to a stage of its life: kept under its hash, handed out, never opened."""

    __tablename__ = "viewpoint_documents"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    title: Mapped[str]
    stage: Mapped[str | None]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        _of_viewpoint(),
        UniqueConstraint("viewpoint_id", "sha256"),
        CheckConstraint("length(trim(title)) > 0", name="viewpoint_documents_title"),
        CheckConstraint(
            "stage IN ('IDEE','BEWORBEN','AUSGEWAEHLT','IM_BAU','OFFEN','EINGESCHRAENKT','GESCHLOSSEN')",
            name="viewpoint_documents_stage",
        ),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="viewpoint_documents_sha256"),
    )


class Feed(Base):
    """A secret address of a town's calendar of checks, prunings and repairs; known by its hash."""

    __tablename__ = "viewpoint_feeds"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    label: Mapped[str]
    secret_sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("secret_sha256"),
        CheckConstraint("length(trim(label)) > 0", name="viewpoint_feeds_label"),
    )
