"""Citizens' reports and ideas, the mail address beside them, and whether a town takes any."""

from datetime import date, datetime

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.core.geometry import optional_point_type, point_rule
from geo.vacancies.citizens.codes import KINDS, OUTCOMES, WISHES
from geo.vacancies.codes import one_of

LONGEST_WORDS, LONGEST_ADDRESS = 2000, 200


class ReportSettings(Base):
    """Whether a town takes reports of citizens; without a row it does not."""

    __tablename__ = "report_settings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    takes_reports: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("municipality_id"),)


class Report(Base):
    """What somebody without an account told the town: of a vacancy, or (kind IDEE) what they miss.

    `unit_id` is the unit that it is about: of an exposé's page, or as the town found it; `case_id` the case that it
    opened or joined. It waits until `outcome` says what became of it. `photo_consent`: its sender agrees that the photo
    be shown. `answer` is told to whoever sent it, `note` is not. Words, place and photo go after a time.
    """

    __tablename__ = "citizen_reports"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    wish: Mapped[str | None]
    words: Mapped[str | None]
    address: Mapped[str | None]
    point: Mapped[WKBElement | None] = mapped_column(optional_point_type())
    photo_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    photo_consent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    unit_id: Mapped[int | None]
    case_id: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    outcome: Mapped[str | None]
    decided_on: Mapped[date | None]
    answer: Mapped[str | None]
    note: Mapped[str | None]
    told_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    form_key: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="SET NULL (unit_id)",
        ),
        ForeignKeyConstraint(
            ["case_id", "municipality_id"],
            ["register.cases.id", "register.cases.municipality_id"],
            ondelete="SET NULL (case_id)",
        ),
        UniqueConstraint("id", "municipality_id"),
        UniqueConstraint("form_key"),
        CheckConstraint(one_of("kind", KINDS), name="citizen_reports_kind"),
        CheckConstraint(f"{one_of('wish', WISHES)} AND (wish IS NULL OR kind = 'IDEE')", name="citizen_reports_wish"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="citizen_reports_outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="citizen_reports_decided"),
        CheckConstraint(
            f"length(words) <= {LONGEST_WORDS} AND length(address) <= {LONGEST_ADDRESS}"
            f" AND length(answer) <= {LONGEST_WORDS} AND length(note) <= {LONGEST_WORDS}",
            name="citizen_reports_texts",
        ),
        CheckConstraint(f"point IS NULL OR ({point_rule('point')})", name="citizen_reports_point"),
        Index("citizen_reports_municipality_id_idx", "municipality_id", "received_at"),
        Index("citizen_reports_unit_id_idx", "unit_id"),
        Index("citizen_reports_case_id_idx", "case_id"),
    )


class Reporter(Base):
    """The mail address of somebody who wants an answer; the row goes when the answer has been given."""

    __tablename__ = "citizen_reporters"

    report_id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int]
    email: Mapped[str]
    language: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    confirm_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    confirm_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["report_id", "municipality_id"],
            ["register.citizen_reports.id", "register.citizen_reports.municipality_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="citizen_reporters_email"),
        CheckConstraint("language IN ('de', 'en')", name="citizen_reporters_language"),
        CheckConstraint("(confirm_sha256 IS NULL) = (confirm_until IS NULL)", name="citizen_reporters_link"),
    )
