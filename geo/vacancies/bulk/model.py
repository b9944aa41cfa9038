"""What is kept of a change of many units at once."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class BulkChange(Base):
    """One change of many units (or `of_cases`): `what` was changed of `which` units, in words.

    `change_id` is the newest entry of the history that belongs to it; who made it and every value stand there.
    """

    __tablename__ = "bulk_changes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    what: Mapped[str]
    which: Mapped[str]
    units_n: Mapped[int]
    change_id: Mapped[int] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None]
    of_cases: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("units_n > 0", name="bulk_changes_units"),
        Index("bulk_changes_municipality_id_idx", "municipality_id", "id"),
    )
