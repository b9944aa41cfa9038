"""Viewpoints with their sectors and the status they had, when."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
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
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from geo.core.db import Base
from geo.places.model import Place


class Viewpoint(Base):
    """A point with its view; everything a visitor needs to know on the spot."""

    __tablename__ = "viewpoints"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    place_id: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str | None]
    story: Mapped[str | None]
    story_en: Mapped[str | None]
    story_easy: Mapped[str | None]
    elevation_m: Mapped[Decimal | None]
    best_time: Mapped[str | None]
    best_time_en: Mapped[str | None]
    furniture: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))
    step_free: Mapped[str] = mapped_column(default="UNBEKANNT", server_default=text("'UNBEKANNT'"))
    access_note: Mapped[str | None]
    access_note_en: Mapped[str | None]
    toilet: Mapped[bool | None] = mapped_column(Boolean)
    public_transport: Mapped[str | None]
    responsible_body: Mapped[str | None]
    last_checked_on: Mapped[date | None]
    wikidata: Mapped[str | None]
    is_featured: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    place: Mapped[Place] = relationship(lazy="raise", viewonly=True)
    sectors: Mapped[list["Sector"]] = relationship(lazy="raise", viewonly=True, order_by="Sector.position")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "municipality_id"], ["register.places.id", "register.places.municipality_id"]
        ),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("length(trim(name)) > 0", name="viewpoints_name"),
        CheckConstraint("step_free IN ('JA','TEILWEISE','NEIN','UNBEKANNT')", name="viewpoints_step_free"),
        CheckConstraint("elevation_m BETWEEN 50 AND 1100", name="viewpoints_elevation"),
        CheckConstraint("wikidata ~ '^Q[0-9]+$'", name="viewpoints_wikidata"),
        Index("viewpoints_place_id_idx", "place_id"),
        Index("viewpoints_municipality_id_idx", "municipality_id"),
    )


class Sector(Base):
    """A part of the horizon, in degrees clockwise from north; 0 to 360 is the full panorama."""

    __tablename__ = "viewpoint_sectors"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    position: Mapped[int] = mapped_column(SmallInteger)
    from_deg: Mapped[Decimal]
    to_deg: Mapped[Decimal]
    is_assumed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["viewpoint_id", "municipality_id"],
            ["register.viewpoints.id", "register.viewpoints.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("viewpoint_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint(
            "from_deg >= 0 AND from_deg < 360 AND to_deg >= 0 AND to_deg <= 360 AND from_deg <> to_deg",
            name="viewpoint_sectors_degrees",
        ),
    )


class ViewpointStatus(Base):
    """The status a viewpoint had in a period; the last one is open."""

    __tablename__ = "viewpoint_statuses"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    status: Mapped[str]
    during: Mapped[Range[date]]
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["viewpoint_id", "municipality_id"],
            ["register.viewpoints.id", "register.viewpoints.municipality_id"],
            ondelete="CASCADE",
        ),
        ExcludeConstraint(
            ("viewpoint_id", "="),
            ("during", "&&"),
            name="viewpoint_statuses_one_at_a_time",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="viewpoint_statuses_period"),
        CheckConstraint(
            "status IN ('IDEE','BEWORBEN','AUSGEWAEHLT','IM_BAU','OFFEN','EINGESCHRAENKT','GESCHLOSSEN')",
            name="viewpoint_statuses_status",
        ),
    )
