"""Patrons, the days they took, what was poured, other care, the weather, and calls to the yard.

A patron's name, mail and link stand in `patrons` alone, which has no history: to erase somebody is to delete that row.
What they poured stays, without them.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

_BY_VISIT = "register.visits.id"
_TOWN = "register.municipalities.id"


class Patron(Base):
    """Somebody who waters the trees of one visit, without an account: known by a link."""

    __tablename__ = "patrons"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(_TOWN))
    visit_id: Mapped[int] = mapped_column(ForeignKey(_BY_VISIT, ondelete="CASCADE"))
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    consent_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    form_key: Mapped[str | None]
    confirm_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    confirm_until: Mapped[datetime | None]
    link_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    again_sha256: Mapped[str | None] = mapped_column(CHAR(64))

    __table_args__ = (
        UniqueConstraint("form_key"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="patrons_email"),
        CheckConstraint("language IN ('de', 'en')", name="patrons_language"),
        Index("patrons_visit_id_idx", "visit_id"),
    )


class WateringTurn(Base):
    """A day of a visit that a patron has taken."""

    __tablename__ = "watering_turns"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(_TOWN))
    visit_id: Mapped[int] = mapped_column(ForeignKey(_BY_VISIT, ondelete="CASCADE"))
    patron_id: Mapped[int] = mapped_column(ForeignKey("register.patrons.id", ondelete="CASCADE"))
    day: Mapped[date]

    __table_args__ = (UniqueConstraint("visit_id", "day"), Index("watering_turns_patron_id_idx", "patron_id"))


class WateringLog(Base):
    """Water for the trees of a visit (or for one of them): litres for all of these trees together."""

    __tablename__ = "watering_logs"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(_TOWN))
    visit_id: Mapped[int] = mapped_column(ForeignKey(_BY_VISIT))
    tree_id: Mapped[int | None] = mapped_column(ForeignKey("register.trees.id"))
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("register.patrons.id", ondelete="SET NULL"))
    day: Mapped[date]
    logged_at: Mapped[datetime] = mapped_column(server_default=func.now())
    litres: Mapped[Decimal]
    trees: Mapped[int] = mapped_column(SmallInteger)
    by_kind: Mapped[str]
    form_key: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("form_key"),
        CheckConstraint("litres > 0 AND litres <= 20000", name="watering_logs_litres"),
        CheckConstraint("trees BETWEEN 1 AND 200", name="watering_logs_trees"),
        CheckConstraint("by_kind IN ('PATE', 'BAUHOF', 'VERWALTUNG')", name="watering_logs_by_kind"),
        Index("watering_logs_visit_id_idx", "visit_id", "day"),
    )


class CareEntry(Base):
    """Anything else that was done for a tree, or for all trees of a visit, or that happened to them."""

    __tablename__ = "care_entries"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(_TOWN))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey(_BY_VISIT))
    tree_id: Mapped[int | None] = mapped_column(ForeignKey("register.trees.id"))
    day: Mapped[date]
    kind: Mapped[str]
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("tree_id IS NOT NULL OR visit_id IS NOT NULL", name="care_entries_of"),
        CheckConstraint(
            "kind IN ('KONTROLLE','SCHNITT','DUENGUNG','VERANKERUNG','SCHAEDLING','SCHADEN','VANDALISMUS','SONSTIGES')",
            name="care_entries_kind",
        ),
        Index("care_entries_tree_id_idx", "tree_id"),
        Index("care_entries_visit_id_idx", "visit_id"),
    )


class WeatherDay(Base):
    """The highest temperature of a day in a town, in degrees Celsius."""

    __tablename__ = "weather_days"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(_TOWN))
    day: Mapped[date]
    max_c: Mapped[Decimal]
    source: Mapped[str] = mapped_column(default="HAND", server_default=text("'HAND'"))
    station: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id", "day"),
        CheckConstraint("max_c BETWEEN -50 AND 50", name="weather_days_max_c"),
        CheckConstraint("source IN ('HAND', 'DWD')", name="weather_days_source"),
    )


class WateringAlarm(Base):
    """Nobody watered on a day that was due: since when the yard should know, was told, and until somebody watered."""

    __tablename__ = "watering_alarms"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(_TOWN))
    visit_id: Mapped[int] = mapped_column(ForeignKey(_BY_VISIT, ondelete="CASCADE"))
    day: Mapped[date]
    litres: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    told_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("visit_id", "day"),)
