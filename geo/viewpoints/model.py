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
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    step_free: Mapped[str] = mapped_column(default="UNBEKANNT", server_default=text("'UNBEKANNT'"))
    access_note: Mapped[str | None]
    access_note_en: Mapped[str | None]
    toilet: Mapped[bool | None] = mapped_column(Boolean)
    public_transport: Mapped[str | None]
    responsible_body: Mapped[str | None]
    wikidata: Mapped[str | None]
    path_surface: Mapped[str | None]
    path_slope_percent: Mapped[Decimal | None]
    path_steps: Mapped[int | None] = mapped_column(SmallInteger)
    stop_distance_m: Mapped[int | None]
    parking: Mapped[str | None]
    shade: Mapped[str] = mapped_column(default="UNBEKANNT", server_default=text("'UNBEKANNT'"))
    evening_light: Mapped[bool | None] = mapped_column(Boolean)
    osm: Mapped[str | None]
    thuecat: Mapped[str | None]
    responsible_email: Mapped[str | None]
    check_every_months: Mapped[int] = mapped_column(SmallInteger, default=12, server_default=text("12"))
    prune_month: Mapped[int | None] = mapped_column(SmallInteger)
    mend_within_days: Mapped[int] = mapped_column(SmallInteger, default=14, server_default=text("14"))
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
        CheckConstraint(
            "path_surface IN ('ASPHALT','PFLASTER','PLATTEN','WASSERGEBUNDEN','KIES','NATUR')",
            name="viewpoints_path_surface",
        ),
        CheckConstraint("path_slope_percent BETWEEN 0 AND 100", name="viewpoints_path_slope"),
        CheckConstraint("path_steps BETWEEN 0 AND 2000", name="viewpoints_path_steps"),
        CheckConstraint("stop_distance_m BETWEEN 0 AND 20000", name="viewpoints_stop_distance"),
        CheckConstraint("shade IN ('JA','TEILWEISE','NEIN','UNBEKANNT')", name="viewpoints_shade"),
        CheckConstraint("osm ~ '^(node|way|relation)/[1-9][0-9]{0,14}$'", name="viewpoints_osm"),
        CheckConstraint("thuecat ~ '^https://thuecat[.]org/resources/[0-9a-zA-Z_.-]+$'", name="viewpoints_thuecat"),
        CheckConstraint("responsible_email LIKE '%_@_%'", name="viewpoints_responsible_email"),
        CheckConstraint("check_every_months BETWEEN 1 AND 60", name="viewpoints_check_every"),
        CheckConstraint("prune_month BETWEEN 1 AND 12", name="viewpoints_prune_month"),
        CheckConstraint("mend_within_days BETWEEN 1 AND 365", name="viewpoints_mend_within"),
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
        CheckConstraint(
            "status NOT IN ('AUSGEWAEHLT','EINGESCHRAENKT','GESCHLOSSEN') OR length(trim(coalesce(note, ''))) > 0",
            name="viewpoint_statuses_reason",
        ),
        Index("viewpoint_statuses_viewpoint_id_idx", "viewpoint_id"),
    )
