"""What belongs to an exposé beside the unit's own facts: its floor plans."""

from sqlalchemy import CHAR, CheckConstraint, ForeignKeyConstraint, Identity, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class FloorPlan(Base):
    """A drawing of a unit's rooms: the file lies in the store under its hash; public in the full exposé alone."""

    __tablename__ = "floor_plans"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    unit_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    width_px: Mapped[int]
    height_px: Mapped[int]
    title: Mapped[str]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("unit_id", "sha256"),
        CheckConstraint("length(trim(title)) > 0", name="floor_plans_title"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="floor_plans_sha256"),
        CheckConstraint("width_px > 0 AND height_px > 0", name="floor_plans_size"),
    )
