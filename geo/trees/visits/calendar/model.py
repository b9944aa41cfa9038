"""What calendars say of each visit, and the secret addresses of internal ones."""

import uuid
from datetime import date, datetime

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Identity, SmallInteger, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class CalendarEntry(Base):
    """A visit as it was announced at a stop; made by the database from visits and kept when it is called off."""

    __tablename__ = "calendar_entries"

    uid: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality_id: Mapped[int]
    fleet_id: Mapped[int]
    visit_id: Mapped[int]
    during: Mapped[Range[date]]
    modules_s: Mapped[int] = mapped_column(SmallInteger)
    modules_l: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str | None]
    public_text: Mapped[str | None]
    opening_at: Mapped[datetime | None]
    last_opening_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))


class CalendarTurn(Base):
    """A day of watering that somebody took, or has given back; made by the database from `watering_turns`."""

    __tablename__ = "calendar_turns"

    visit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality_id: Mapped[int]
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FeedAddress(Base):
    """The secret address of an internal calendar: of a town, or of the crew of a fleet. Known by its hash only."""

    __tablename__ = "feed_addresses"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    fleet_id: Mapped[int | None] = mapped_column(ForeignKey("register.fleets.id", ondelete="CASCADE"))
    label: Mapped[str]
    secret_sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("secret_sha256"),
        CheckConstraint("kind IN ('STADT','TRUPP')", name="feed_addresses_kind"),
        CheckConstraint(
            "(kind = 'TRUPP') = (fleet_id IS NOT NULL) AND (kind <> 'STADT' OR municipality_id IS NOT NULL)",
            name="feed_addresses_of",
        ),
        CheckConstraint("length(trim(label)) > 0", name="feed_addresses_label"),
    )
