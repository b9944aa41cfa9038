"""Working groups, pilot projects with milestones, pilot sites with phases. Alliance facts carry their source."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

PHASE_CHECK = (
    "phase IN ('VORGESEHEN','AUSGEWAEHLT','VORBEREITUNG','UMSETZUNG','WINTERPAUSE','VERSTETIGT','ABGESCHLOSSEN')"
)
PRECISION_CHECK = "{column} IN ('TAG','MONAT','HALBJAHR','JAHR','UNGEWISS')"


class WorkingGroup(Base):
    """One of the alliance's working groups (AG)."""

    __tablename__ = "working_groups"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    description: Mapped[str | None]
    description_en: Mapped[str | None]
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("slug"),)


class PilotProject(Base):
    """A pilot project of a working group."""

    __tablename__ = "pilot_projects"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    working_group_id: Mapped[int] = mapped_column(ForeignKey("register.working_groups.id"))
    slug: Mapped[str]
    part: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    source: Mapped[str | None]
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("slug ~ '^[a-z0-9-]+$'", name="pilot_projects_slug"),
        CheckConstraint("part IN ('vacancies','trees','viewpoints')", name="pilot_projects_part"),
    )


class ProjectMilestone(Base):
    """Something that happened, or was planned, in a pilot project."""

    __tablename__ = "project_milestones"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int] = mapped_column(ForeignKey("register.pilot_projects.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    title_en: Mapped[str]
    during: Mapped[Range[date] | None]
    precision: Mapped[str]
    was_planned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("NOT isempty(during)", name="project_milestones_period"),
        CheckConstraint(PRECISION_CHECK.format(column="precision"), name="project_milestones_precision"),
    )


class PilotSite(Base):
    """A town where a pilot project is carried out, at a place if it is known."""

    __tablename__ = "pilot_sites"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int] = mapped_column(ForeignKey("register.pilot_projects.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    place_id: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str | None]
    is_chosen: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    tree_count: Mapped[int | None] = mapped_column(SmallInteger)
    grant_eur: Mapped[int | None]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    source: Mapped[str | None]
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "municipality_id"], ["register.places.id", "register.places.municipality_id"]
        ),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("tree_count > 0", name="pilot_sites_tree_count"),
        CheckConstraint("grant_eur >= 0", name="pilot_sites_grant"),
        CheckConstraint("length(trim(name)) > 0", name="pilot_sites_name"),
        Index("pilot_sites_municipality_id_idx", "municipality_id"),
    )


class PilotPhase(Base):
    """A phase of a pilot site with its dates and how exactly they are known."""

    __tablename__ = "pilot_phases"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_site_id: Mapped[int]
    municipality_id: Mapped[int]
    phase: Mapped[str]
    during: Mapped[Range[date]]
    start_precision: Mapped[str] = mapped_column(default="TAG", server_default=text("'TAG'"))
    end_precision: Mapped[str] = mapped_column(default="UNGEWISS", server_default=text("'UNGEWISS'"))
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    source: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["pilot_site_id", "municipality_id"],
            ["register.pilot_sites.id", "register.pilot_sites.municipality_id"],
            ondelete="CASCADE",
        ),
        ExcludeConstraint(
            ("pilot_site_id", "="),
            ("during", "&&"),
            name="pilot_phases_no_overlap",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="pilot_phases_period"),
        CheckConstraint(PHASE_CHECK, name="pilot_phases_phase"),
        CheckConstraint(PRECISION_CHECK.format(column="start_precision"), name="pilot_phases_start_precision"),
        CheckConstraint(PRECISION_CHECK.format(column="end_precision"), name="pilot_phases_end_precision"),
    )
