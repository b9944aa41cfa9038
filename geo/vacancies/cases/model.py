"""Tables of cases: the work as it stands, and each step with how it stood afterwards."""

from datetime import date, datetime

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
from geo.vacancies.cases.codes import (
    BLOCKED_KINDS,
    CASE_STATES,
    EVENT_KINDS,
    RESULTS,
    VACANCY_TYPES,
    WORKING,
)
from geo.vacancies.codes import one_of

# What a step holds of the case as it stood after it.
SNAPSHOT = (
    "state",
    "blocked_kind",
    "result",
    "priority",
    "responsible_id",
    "next_action",
    "next_action_on",
    "type_override",
)


class Case(Base):
    """The work on a vacancy of a unit: where it stands, who does what next, and how it ended.

    `resumes_as` is the state to which a case that is held or has ended goes back. At most one case of a unit is open;
    reopening keeps the row.
    """

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    unit_id: Mapped[int]
    state: Mapped[str]
    resumes_as: Mapped[str | None]
    blocked_kind: Mapped[str | None]
    result: Mapped[str | None]
    priority: Mapped[int] = mapped_column(SmallInteger, default=2, server_default=text("2"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    next_action: Mapped[str | None]
    next_action_on: Mapped[date | None]
    type_override: Mapped[str | None]
    type_reason: Mapped[str | None]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "municipality_id"], ["register.units.id", "register.units.municipality_id"]),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint(one_of("state", CASE_STATES), name="cases_state"),
        CheckConstraint(one_of("blocked_kind", BLOCKED_KINDS), name="cases_blocked_kind"),
        CheckConstraint(one_of("result", RESULTS), name="cases_result"),
        CheckConstraint(one_of("type_override", VACANCY_TYPES), name="cases_type"),
        CheckConstraint("priority BETWEEN 1 AND 3", name="cases_priority"),
        CheckConstraint("(state = 'BLOCKIERT') = (blocked_kind IS NOT NULL)", name="cases_blocked"),
        CheckConstraint(
            "(state IN ('ABGESCHLOSSEN', 'VERWORFEN')) = (closed_on IS NOT NULL)"
            " AND (closed_on IS NULL) = (result IS NULL)",
            name="cases_closed",
        ),
        CheckConstraint(
            "(state IN ('BLOCKIERT', 'RUHEND', 'ABGESCHLOSSEN', 'VERWORFEN')) = (resumes_as IS NOT NULL)",
            name="cases_resumes",
        ),
        CheckConstraint(one_of("resumes_as", WORKING), name="cases_goes_back"),
        CheckConstraint(
            "state NOT IN ('ABGESCHLOSSEN', 'VERWORFEN') OR (state = 'VERWORFEN') = (resumes_as = 'GEMELDET')",
            name="cases_dismissed",
        ),
        CheckConstraint("state <> 'VERWORFEN' OR result = 'WAR_NIE_LEER'", name="cases_never_vacant"),
        CheckConstraint("closed_on >= opened_on", name="cases_period"),
        CheckConstraint("(next_action IS NULL) = (next_action_on IS NULL)", name="cases_next_action"),
        CheckConstraint("(type_override IS NULL) = (type_reason IS NULL)", name="cases_type_reason"),
        Index("cases_municipality_id_idx", "municipality_id", "next_action_on"),
        Index("cases_unit_id_idx", "unit_id"),
        Index("cases_one_open_per_unit", "unit_id", unique=True, postgresql_where=text("closed_on IS NULL")),
    )


class CaseEvent(Base):
    """One step of a case: what kind, on which day, whose, and how the case stood afterwards.

    The line of these rows is the timeline, and tells how a case stood on any past day.
    """

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    case_id: Mapped[int]
    on_day: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    kind: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[str]
    blocked_kind: Mapped[str | None]
    result: Mapped[str | None]
    priority: Mapped[int] = mapped_column(SmallInteger)
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    next_action: Mapped[str | None]
    next_action_on: Mapped[date | None]
    type_override: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "municipality_id"],
            ["register.cases.id", "register.cases.municipality_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(one_of("kind", EVENT_KINDS), name="case_events_kind"),
        CheckConstraint(one_of("state", CASE_STATES), name="case_events_state"),
        CheckConstraint("length(note) <= 4000", name="case_events_note"),
        Index("case_events_case_id_idx", "case_id", "on_day", "id"),
    )


class CaseSettings(Base):
    """From when on a vacancy is no more mere turnover, and from when on structural; a town without a row has these."""

    __tablename__ = "case_settings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    turnover_months: Mapped[int] = mapped_column(SmallInteger, default=6, server_default=text("6"))
    structural_months: Mapped[int] = mapped_column(SmallInteger, default=24, server_default=text("24"))
    failed_rounds: Mapped[int] = mapped_column(SmallInteger, default=2, server_default=text("2"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint(
            "turnover_months BETWEEN 1 AND 120 AND structural_months BETWEEN 2 AND 240"
            " AND turnover_months < structural_months",
            name="case_settings_months",
        ),
        CheckConstraint("failed_rounds BETWEEN 1 AND 20", name="case_settings_rounds"),
    )


class CaseFeed(Base):
    """The secret address of a calendar of follow-ups: of the whole town, or of one person. Known by its hash only."""

    __tablename__ = "case_feeds"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    label: Mapped[str]
    secret_sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("secret_sha256"),
        CheckConstraint("length(trim(label)) > 0", name="case_feeds_label"),
    )
