"""A job as people see it. The queue itself is procrastinate's, in the schema `jobs`."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.jobs.codes import JOB_STATES, OPEN, JobState


class Job(Base):
    """One run of a kind of long work, for a town or (municipality_id None) for the alliance.

    `action` is what somebody must be allowed to do to see it. `attempt` counts the starts and fences off a worker that
    was thought dead; `interruptions` counts the starts that came to no end. `result_file` is a path in the store.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in JOB_STATES)})", name="jobs_state"),
        CheckConstraint("done >= 0 AND total >= 0", name="jobs_progress"),
        CheckConstraint("origin LIKE '/%' AND origin NOT LIKE '//%'", name="jobs_origin"),
        CheckConstraint("(ended_at IS NULL) = (state IN ('WARTET', 'LAEUFT'))", name="jobs_end"),
        Index("jobs_municipality_id_id_idx", "municipality_id", "id"),
        Index("jobs_open_idx", "id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    action: Mapped[str]
    title: Mapped[str]
    origin: Mapped[str | None]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(server_default=text("'WARTET'"))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    interruptions: Mapped[int] = mapped_column(server_default=text("0"))
    done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    total: Mapped[int | None] = mapped_column(BigInteger)
    sentence: Mapped[str | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    result_file: Mapped[str | None]
    result_name: Mapped[str | None]
    result_media_type: Mapped[str | None]
    result_bytes: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None]
    error_rule: Mapped[str | None]
    request_id: Mapped[str] = mapped_column(server_default=text("''"))
    started_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    began_at: Mapped[datetime | None]
    progress_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    queue_id: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN

    @property
    def is_running(self) -> bool:
        return self.state == JobState.RUNNING
