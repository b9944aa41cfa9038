"""What a planner has done to a plan, step by step, and the runs of the planner."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class PlanStep(Base):
    """One thing that a person did to a plan on its board: taken back by undo, done again by redo.

    `request_id` is the request whose changes the history would take back next: the step's own, or that of its undo.
    """

    __tablename__ = "plan_steps"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("register.schedules.id", ondelete="CASCADE"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("register.accounts.id", ondelete="CASCADE"))
    sentence: Mapped[str]
    request_id: Mapped[str]
    town_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer()))
    is_undone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("cardinality(town_ids) > 0", name="plan_steps_towns"),
        Index("plan_steps_schedule_id_account_id_id_idx", "schedule_id", "account_id", "id"),
    )


class PlanRun(Base):
    """A run of the planner for a draft: what it was asked, how far it is, and what came out.

    `curve` holds [seconds, value, bound] each time that something got better; `plan` the best visits so far; `outcome`
    what the page tells of it. `stop_requested`: somebody wants what there is by now.
    """

    __tablename__ = "plan_runs"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("register.schedules.id", ondelete="CASCADE"))
    fleet_id: Mapped[int] = mapped_column(ForeignKey("register.fleets.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("register.jobs.id", ondelete="SET NULL"))
    started_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    problem: Mapped[dict[str, Any]] = mapped_column(JSONB)
    weights: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seed: Mapped[int] = mapped_column(server_default=text("1"))
    seconds: Mapped[int] = mapped_column(SmallInteger)
    work: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="WARTET", server_default=text("'WARTET'"))
    stop_requested: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    plan: Mapped[list[Any] | None] = mapped_column(JSONB)
    value: Mapped[int | None]
    bound: Mapped[int | None]
    curve: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('WARTET','RECHNET','FERTIG','UNLOESBAR','GESCHEITERT')", name="plan_runs_state"),
        CheckConstraint("seconds BETWEEN 1 AND 3600", name="plan_runs_seconds"),
        Index("plan_runs_schedule_id_idx", "schedule_id"),
    )
