"""Earlier confirmations of units: what was known on a day that a later confirmation has replaced since."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


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
