"""Seekers, the personal data beside them (without a history), and matches with units."""

from datetime import date
from datetime import datetime as moment
from decimal import Decimal

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from geo.core.db import Base
from geo.vacancies.codes import one_of
from geo.vacancies.portfolio.seekers.codes import MATCH_STATES, ORIGINS, SEEKER_STATES


def _codes() -> Mapped[list[str]]:
    return mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))


class Seeker(Base):
    """What somebody looks for in a town. Nothing in it says who; what it was is deleted after `keep_until`."""

    __tablename__ = "seekers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    origin: Mapped[str]
    plan: Mapped[str]
    object_types: Mapped[list[str]] = _codes()
    offer_kinds: Mapped[list[str]] = _codes()
    equipment: Mapped[list[str]] = _codes()
    least_m2: Mapped[int | None]
    most_m2: Mapped[int | None]
    most_rent_eur_m2: Mapped[Decimal | None]
    least_frontage_m: Mapped[Decimal | None]
    ground_floor: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    step_free: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    available_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="UNBESTAETIGT", server_default=text("'UNBESTAETIGT'"))
    note: Mapped[str | None]
    received_on: Mapped[date]
    closed_on: Mapped[date | None]
    keep_until: Mapped[date]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("length(trim(plan)) > 0", name="seekers_plan"),
        CheckConstraint(one_of("state", SEEKER_STATES), name="seekers_state"),
        CheckConstraint(one_of("origin", ORIGINS), name="seekers_origin"),
        CheckConstraint("(state IN ('VERMITTELT','BEENDET')) = (closed_on IS NOT NULL)", name="seekers_closed"),
        CheckConstraint(
            "least(least_m2, most_m2) >= 0 AND coalesce(least_m2 <= most_m2, true)"
            " AND least(most_rent_eur_m2, least_frontage_m) >= 0"
            " AND greatest(most_rent_eur_m2, least_frontage_m) < 1000000",
            name="seekers_amounts",
        ),
        Index("seekers_municipality_id_idx", "municipality_id"),
    )


class SeekerPerson(Base):
    """Who looks, in their own words, with the hashes of their links. Goes with the seeker."""

    __tablename__ = "seeker_people"

    seeker_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality_id: Mapped[int]
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    concept: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="de", server_default=text("'de'"))
    form_key: Mapped[str | None]
    confirm_sha256: Mapped[str | None] = mapped_column(CHAR(64))
    confirm_until: Mapped[moment | None]
    link_sha256: Mapped[str | None] = mapped_column(CHAR(64))

    __table_args__ = (
        ForeignKeyConstraint(
            ["seeker_id", "municipality_id"],
            ["register.seekers.id", "register.seekers.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("form_key"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="seeker_people_email"),
        CheckConstraint("language IN ('de', 'en')", name="seeker_people_language"),
    )


class Match(Base):
    """That a unit may suit a seeker, and how far that has come. Who it is, the owner learns when both have agreed."""

    __tablename__ = "matches"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    seeker_id: Mapped[int]
    unit_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="VORSCHLAG", server_default=text("'VORSCHLAG'"))
    score: Mapped[int] = mapped_column(SmallInteger)
    seeker_agreed_on: Mapped[date | None]
    owner_agreed_on: Mapped[date | None]
    viewing_on: Mapped[date | None]
    result: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["seeker_id", "municipality_id"],
            ["register.seekers.id", "register.seekers.municipality_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"], ["register.units.id", "register.units.municipality_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("seeker_id", "unit_id"),
        CheckConstraint(one_of("state", MATCH_STATES), name="matches_state"),
        CheckConstraint("score BETWEEN 0 AND 100", name="matches_score"),
        CheckConstraint(
            "state <> 'ZUSAGE' OR (seeker_agreed_on IS NOT NULL AND owner_agreed_on IS NOT NULL)",
            name="matches_agreed",
        ),
        CheckConstraint("state <> 'BESICHTIGUNG' OR viewing_on IS NOT NULL", name="matches_viewing"),
        Index("matches_unit_id_idx", "unit_id"),
    )
