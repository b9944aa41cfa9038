"""A town's ranking of where next, as it was taken over for the tree planner: its weights, and each stop's points."""

from datetime import datetime

from sqlalchemy import (
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


class StopRanking(Base):
    """The weights (0 to 100) of a ranking that was taken over; the newest that is not withdrawn holds.

    `counts_all`: every vacancy of the register was counted; else only those that are on offer to everybody.
    """

    __tablename__ = "stop_rankings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    vacancies: Mapped[int] = mapped_column(SmallInteger)
    sealed: Mapped[int] = mapped_column(SmallInteger)
    heat: Mapped[int] = mapped_column(SmallInteger)
    passing: Mapped[int] = mapped_column(SmallInteger)
    equity: Mapped[int] = mapped_column(SmallInteger)
    counts_all: Mapped[bool]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint(
            "least(vacancies, sealed, heat, passing, equity) >= 0"
            " AND greatest(vacancies, sealed, heat, passing, equity) BETWEEN 1 AND 100",
            name="stop_rankings_weights",
        ),
        CheckConstraint("withdrawn_by IS NULL OR withdrawn_at IS NOT NULL", name="stop_rankings_withdrawn"),
        Index("stop_rankings_municipality_id_idx", "municipality_id"),
    )


class StopRank(Base):
    """A stop's place in a ranking (1 is the best) and its points (0 to 10) for the planner."""

    __tablename__ = "stop_ranks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ranking_id: Mapped[int]
    municipality_id: Mapped[int]
    stop_id: Mapped[int]
    position: Mapped[int] = mapped_column(SmallInteger)
    points: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["ranking_id", "municipality_id"],
            ["register.stop_rankings.id", "register.stop_rankings.municipality_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["stop_id", "municipality_id"],
            ["register.stops.id", "register.stops.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("ranking_id", "stop_id"),
        CheckConstraint("position > 0 AND points BETWEEN 0 AND 10", name="stop_ranks_points"),
        Index("stop_ranks_stop_id_idx", "stop_id"),
    )
