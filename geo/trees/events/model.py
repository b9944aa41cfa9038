"""Events of a town's calendar, or of the whole state."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class CalendarEvent(Base):
    """A market, works, a holiday: background of the plan. Of no municipality: of the whole state.

    `uid` is its name in the calendar it came from (with the day, when it repeats). When it `blocks`, the stops that it
    blocks have a `StopBlock` each that names it: whoever plans reads those alone.
    """

    __tablename__ = "calendar_events"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    uid: Mapped[str]
    during: Mapped[Range[date]]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="SONSTIGES", server_default=text("'SONSTIGES'"))
    blocks: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source: Mapped[str]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id", "uid", postgresql_nulls_not_distinct=True),
        CheckConstraint("length(trim(title)) > 0", name="calendar_events_title"),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="calendar_events_period"
        ),
        CheckConstraint(
            "kind IN ('FEIERTAG','SCHULFERIEN','MARKT','BAUSTELLE','SONSTIGES')", name="calendar_events_kind"
        ),
        Index("calendar_events_during_idx", "during", postgresql_using="gist"),
    )
