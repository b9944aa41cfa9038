"""Applications, the personal data beside them, and what a town says about applications and watering."""

from datetime import date, datetime

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CHAR,
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

from geo.core.db import Base
from geo.core.geometry import point_rule, point_type


def _small(default: int) -> Mapped[int]:
    return mapped_column(SmallInteger, default=default, server_default=text(str(default)))


class TreeSettings(Base):
    """What a town has set for its trees' visits: whether residents may apply, and how much is watered.

    Days of the year are month times 100 plus day (501 is 1 May); litres are per tree. A town without a row has the
    defaults, which are Cologne's rule: 20 l once or twice a week, above 30 °C at least 10 l a day.
    """

    __tablename__ = "tree_settings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    takes_applications: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    application_note: Mapped[str | None]
    application_note_en: Mapped[str | None]
    yard_email: Mapped[str | None]
    yard_after_days: Mapped[int] = _small(1)
    litres_s: Mapped[int] = _small(20)
    litres_l: Mapped[int] = _small(20)
    once_first: Mapped[int] = _small(301)
    once_last: Mapped[int] = _small(1130)
    twice_first: Mapped[int] = _small(501)
    twice_last: Mapped[int] = _small(930)
    hot_above_c: Mapped[int] = _small(30)
    hot_litres: Mapped[int] = _small(10)
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint(
            "litres_s BETWEEN 1 AND 200 AND litres_l BETWEEN 1 AND 200 AND hot_litres BETWEEN 1 AND 200",
            name="tree_settings_litres",
        ),
        CheckConstraint("hot_above_c BETWEEN 20 AND 45", name="tree_settings_hot"),
        CheckConstraint("yard_after_days BETWEEN 0 AND 14", name="tree_settings_yard"),
    )


class TreeApplication(Base):
    """Somebody wants trees in their street. `point` and `stop_id` may be unknown, the street is known until erased.

    It waits from `listed_on` until the day before `closed_on`. `reason` is told to the applicant, `note` is not.
    """

    __tablename__ = "tree_applications"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    stop_id: Mapped[int | None]
    point: Mapped[WKBElement | None] = mapped_column(point_type())
    street: Mapped[str | None]
    house_number: Mapped[str | None]
    signatures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    state: Mapped[str] = mapped_column(default="UNBESTAETIGT", server_default=text("'UNBESTAETIGT'"))
    reason: Mapped[str | None]
    note: Mapped[str | None]
    consent_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime | None]
    listed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["stop_id", "municipality_id"], ["register.stops.id", "register.stops.municipality_id"]),
        CheckConstraint(
            "state IN ('UNBESTAETIGT','NEU','WARTELISTE','ANGENOMMEN','ABGELEHNT','ZURUECKGEZOGEN')",
            name="tree_applications_state",
        ),
        CheckConstraint("(state = 'UNBESTAETIGT') = (confirmed_at IS NULL)", name="tree_applications_confirmed"),
        CheckConstraint(
            "(state IN ('ANGENOMMEN','ABGELEHNT','ZURUECKGEZOGEN')) = (closed_on IS NOT NULL)",
            name="tree_applications_closed",
        ),
        CheckConstraint("state <> 'WARTELISTE' OR listed_on IS NOT NULL", name="tree_applications_listed"),
        CheckConstraint("signatures BETWEEN 0 AND 99999", name="tree_applications_signatures"),
        CheckConstraint(
            "length(trim(street)) > 0 OR (street IS NULL AND erased_at IS NOT NULL)", name="tree_applications_street"
        ),
        CheckConstraint(f"point IS NULL OR ({point_rule('point')})", name="tree_applications_point"),
        Index("tree_applications_municipality_id_idx", "municipality_id"),
        Index("tree_applications_stop_id_idx", "stop_id"),
    )


class TreeApplicant(Base):
    """Who applied, in their own words, with the hashes of their links. Deleted when they want it, or after a time."""

    __tablename__ = "tree_applicants"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("register.tree_applications.id", ondelete="CASCADE"), primary_key=True
    )
    municipality_id: Mapped[int]
    email: Mapped[str]
    name: Mapped[str | None]
    message: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    photo_sha256: Mapped[str | None]
    form_key: Mapped[str | None]
    confirm_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    confirm_until: Mapped[datetime | None]
    link_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    again_sha256: Mapped[str | None] = mapped_column(CHAR(64))

    __table_args__ = (
        UniqueConstraint("form_key"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="tree_applicants_email"),
        CheckConstraint("language IN ('de', 'en')", name="tree_applicants_language"),
        Index("tree_applicants_municipality_id_idx", "municipality_id"),
    )
