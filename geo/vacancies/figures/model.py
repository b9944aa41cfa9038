"""Earlier confirmations of units: what was known on a day that a later one has replaced; and what a town shares."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.vacancies.figures.levels import LEAST, ORDER


class UnitConfirmation(Base):
    """That a unit was confirmed on a day; kept by a trigger when a later day takes its place in `units`."""

    __tablename__ = "unit_confirmations"

    unit_id: Mapped[int] = mapped_column(primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    municipality_id: Mapped[int]
    by_kind: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        Index("unit_confirmations_municipality_id_idx", "municipality_id"),
    )


class TownShare(Base):
    """The level at which a town shares with the office; a town without a row shares the least."""

    __tablename__ = "town_shares"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    level: Mapped[str] = mapped_column(default=LEAST, server_default=text(f"'{LEAST}'"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        CheckConstraint(f"level IN ({', '.join(map(repr, ORDER))})", name="town_shares_level"),
    )
