"""Tables of the Kompass at work."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Numeric, Text

from geo.core.db import Base
from geo.vacancies.codes import one_of
from geo.vacancies.kompass.codes import EFFECTS

_OF_CASE = (["case_id", "municipality_id"], ["register.cases.id", "register.cases.municipality_id"])


class KompassEdition(Base):
    """A state of the matrix. Published it has a number and never changes again; at most one draft has none.

    `is_shipped`: it came with the register, nobody here edited it.
    """

    __tablename__ = "kompass_editions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    number: Mapped[int | None]
    matrix: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str | None]
    published_on: Mapped[date | None]
    is_shipped: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint(
            "number > 0 AND (number IS NULL) = (published_on IS NULL)",
            name="kompass_editions_number",
        ),
        CheckConstraint("length(note) <= 1000", name="kompass_editions_note"),
        Index(
            "kompass_editions_one_draft", text("(number IS NULL)"), unique=True, postgresql_where=text("number IS NULL")
        ),
    )


class CaseAssessment(Base):
    """The answers about a case on a day, the legal areas at its place then, and the edition that judged them."""

    __tablename__ = "case_assessments"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    case_id: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("register.kompass_editions.id"))
    on_day: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(*_OF_CASE, ondelete="CASCADE"),
        CheckConstraint("jsonb_typeof(answers) = 'object'", name="case_assessments_answers"),
        Index("case_assessments_case_id_idx", "case_id", "on_day", "id"),
    )


class CaseMeasure(Base):
    """A measure as a task of a case. Planned until it starts, under way until it ends; then what it came to."""

    __tablename__ = "case_measures"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    case_id: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("register.kompass_editions.id"))
    code: Mapped[str]
    actors: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    cost_eur: Mapped[Decimal | None] = mapped_column(Numeric(11, 2))
    funding: Mapped[str | None]
    funding_eur: Mapped[Decimal | None] = mapped_column(Numeric(11, 2))
    effect: Mapped[str | None]
    result: Mapped[str | None]
    lesson: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(*_OF_CASE, ondelete="CASCADE"),
        CheckConstraint("code ~ '^[A-Z0-9]{1,10}$'", name="case_measures_code"),
        CheckConstraint(
            "ends_on >= starts_on AND (ends_on IS NULL OR starts_on IS NOT NULL)", name="case_measures_period"
        ),
        CheckConstraint(
            "least(cost_eur, funding_eur) >= 0 AND greatest(cost_eur, funding_eur) <= 100000000",
            name="case_measures_money",
        ),
        CheckConstraint("funding_eur <= cost_eur", name="case_measures_funding"),
        CheckConstraint(
            f"{one_of('effect', EFFECTS)} AND (effect IS NULL OR ends_on IS NOT NULL)", name="case_measures_effect"
        ),
        Index("case_measures_case_id_idx", "case_id"),
        Index("case_measures_code_idx", "code", postgresql_where=text("effect IS NOT NULL")),
    )

    def stage(self, day: date) -> str:
        """How far it is on a day."""
        if self.starts_on is None or self.starts_on > day:
            return "GEPLANT"
        return "LAEUFT" if self.ends_on is None or self.ends_on > day else "BEENDET"


class TownAssessment(Base):
    """What a town said of itself on a day, statement by statement of the eight phases."""

    __tablename__ = "town_assessments"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("register.kompass_editions.id"))
    on_day: Mapped[date]
    given: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("jsonb_typeof(given) = 'object'", name="town_assessments_given"),
        CheckConstraint("length(note) <= 2000", name="town_assessments_note"),
        Index("town_assessments_municipality_id_idx", "municipality_id", "on_day", "id"),
    )
