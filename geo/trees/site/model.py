"""When a stop is blocked, and who looks after it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class StopBlock(Base):
    """A period in which no tree may stand at a stop: entered by hand, or kept in step with an event of the calendar."""

    __tablename__ = "stop_blocks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    stop_id: Mapped[int]
    municipality_id: Mapped[int]
    during: Mapped[Range[date]]
    reason: Mapped[str]
    source: Mapped[str] = mapped_column(default="HAND", server_default=text("'HAND'"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("register.calendar_events.id"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["stop_id", "municipality_id"], ["register.stops.id", "register.stops.municipality_id"]),
        UniqueConstraint("stop_id", "event_id"),
        CheckConstraint("length(trim(reason)) > 0", name="stop_blocks_reason"),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="stop_blocks_period"
        ),
        CheckConstraint(
            "(source = 'HAND' AND event_id IS NULL) OR (source = 'KALENDER' AND event_id IS NOT NULL)",
            name="stop_blocks_source",
        ),
    )


class StopCaretaker(Base):
    """Who looks after a stop, with how to reach them. Personal: only its own town reads it, and it leaves no trace."""

    __tablename__ = "stop_caretakers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    stop_id: Mapped[int]
    municipality_id: Mapped[int]
    name: Mapped[str]
    contact: Mapped[str | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["stop_id", "municipality_id"], ["register.stops.id", "register.stops.municipality_id"]),
        CheckConstraint("length(trim(name)) > 0", name="stop_caretakers_name"),
        Index("stop_caretakers_stop_id_idx", "stop_id"),
    )
