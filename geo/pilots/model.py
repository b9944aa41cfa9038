"""Working groups; pilot projects with statuses, ratings, milestones, documents; pilot sites with phases, partners,
funding, observations. Alliance facts carry their source.
"""

from datetime import date, datetime

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base

PHASE_CHECK = (
    "phase IN ('VORGESEHEN','AUSGEWAEHLT','VORBEREITUNG','UMSETZUNG','WINTERPAUSE','VERSTETIGT','ABGESCHLOSSEN')"
)
STATUS_CHECK = (
    "status IN ('IDEE','EXPOSE','FINALISIERT','AUFRUF','AUSWAHL','UMSETZUNG','ERPROBUNG','VERSTETIGT','BEENDET')"
)
CRITERION_CHECK = (
    "criterion IN ('UEBERTRAGBARKEIT','SKALIERBARKEIT','UMSETZBARKEIT','INNOVATION','ERSTMALIGKEIT','NACHHALTIGKEIT',"
    "'MODELLCHARAKTER')"
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


def _codes() -> Mapped[list[str]]:
    """A column of codes, none by default."""
    return mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))


class PilotProject(Base):
    """A pilot project of a working group; `part` is the part of the register that serves it, if there is one."""

    __tablename__ = "pilot_projects"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    working_group_id: Mapped[int] = mapped_column(ForeignKey("register.working_groups.id"))
    slug: Mapped[str]
    part: Mapped[str | None]
    name: Mapped[str]
    name_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str]
    background: Mapped[str | None]
    background_en: Mapped[str | None]
    aim: Mapped[str | None]
    aim_en: Mapped[str | None]
    approach: Mapped[str | None]
    approach_en: Mapped[str | None]
    requirements: Mapped[str | None]
    requirements_en: Mapped[str | None]
    fields_of_action: Mapped[list[str]] = _codes()
    target_groups: Mapped[list[str]] = _codes()
    source: Mapped[str | None]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_made_up: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("slug ~ '^[a-z0-9-]+$'", name="pilot_projects_slug"),
        CheckConstraint("part IN ('vacancies','trees','viewpoints')", name="pilot_projects_part"),
        CheckConstraint("length(trim(name)) > 0", name="pilot_projects_name"),
        CheckConstraint(
            "fields_of_action <@ ARRAY['ANGEBOT','IDENTITAET','OEFFENTLICHER_RAUM']",
            name="pilot_projects_fields_of_action",
        ),
        CheckConstraint(
            "target_groups <@ ARRAY['KOMMUNEN','VEREINE','BUERGER_UNTERNEHMEN','EIGENTUEMER']",
            name="pilot_projects_target_groups",
        ),
    )


def _project_id() -> Mapped[int]:
    return mapped_column(ForeignKey("register.pilot_projects.id", ondelete="CASCADE"))


class ProjectStatus(Base):
    """Where a project stood in a period, with how exactly its ends are known; `was_planned`: announced, no more."""

    __tablename__ = "project_statuses"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int] = _project_id()
    status: Mapped[str]
    during: Mapped[Range[date]]
    start_precision: Mapped[str] = mapped_column(default="TAG", server_default=text("'TAG'"))
    end_precision: Mapped[str] = mapped_column(default="UNGEWISS", server_default=text("'UNGEWISS'"))
    was_planned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    source: Mapped[str | None]

    __table_args__ = (
        ExcludeConstraint(
            ("pilot_project_id", "="),
            ("during", "&&"),
            name="project_statuses_no_overlap",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="project_statuses_period"),
        CheckConstraint(STATUS_CHECK, name="project_statuses_status"),
        CheckConstraint(PRECISION_CHECK.format(column="start_precision"), name="project_statuses_start_precision"),
        CheckConstraint(PRECISION_CHECK.format(column="end_precision"), name="project_statuses_end_precision"),
    )


class ProjectRating(Base):
    """How far a project meets one of the alliance's criteria (0: not, 3: fully), with the reason."""

    __tablename__ = "project_ratings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int] = _project_id()
    criterion: Mapped[str]
    rating: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str]
    reason_en: Mapped[str | None]
    rated_on: Mapped[date]

    __table_args__ = (
        UniqueConstraint("pilot_project_id", "criterion"),
        CheckConstraint(CRITERION_CHECK, name="project_ratings_criterion"),
        CheckConstraint("rating BETWEEN 0 AND 3", name="project_ratings_rating"),
        CheckConstraint("length(trim(reason)) > 0", name="project_ratings_reason"),
    )


class ProjectDocument(Base):
    """A file that belongs to a project, for everybody or for the alliance: kept under its hash, never opened."""

    __tablename__ = "project_documents"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int] = _project_id()
    title: Mapped[str]
    title_en: Mapped[str | None]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("pilot_project_id", "sha256"),
        CheckConstraint("length(trim(title)) > 0", name="project_documents_title"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="project_documents_sha256"),
    )


class ProjectMilestone(Base):
    """Something that happened, or was planned, in a pilot project."""

    __tablename__ = "project_milestones"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_project_id: Mapped[int] = _project_id()
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
        Index("project_milestones_pilot_project_id_idx", "pilot_project_id"),
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
    opening: Mapped[Range[date] | None]
    opening_precision: Mapped[str | None]
    opening_was_planned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    opening_note: Mapped[str | None]
    opening_note_en: Mapped[str | None]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    source: Mapped[str | None]
    is_made_up: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "municipality_id"], ["register.places.id", "register.places.municipality_id"]
        ),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("tree_count > 0", name="pilot_sites_tree_count"),
        CheckConstraint(
            "NOT isempty(opening) AND NOT lower_inf(opening) AND NOT upper_inf(opening)", name="pilot_sites_opening"
        ),
        CheckConstraint(
            "(opening IS NULL) = (opening_precision IS NULL)"
            " AND opening_precision IN ('TAG','MONAT','HALBJAHR','JAHR')",
            name="pilot_sites_opening_precision",
        ),
        CheckConstraint("length(trim(name)) > 0", name="pilot_sites_name"),
        Index("pilot_sites_municipality_id_idx", "municipality_id"),
        Index("pilot_sites_pilot_project_id_idx", "pilot_project_id"),
    )


def _of_site() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["pilot_site_id", "municipality_id"],
        ["register.pilot_sites.id", "register.pilot_sites.municipality_id"],
        ondelete="CASCADE",
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
        _of_site(),
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


class PilotPartner(Base):
    """An organisation that takes part at a site, and as what."""

    __tablename__ = "pilot_partners"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_site_id: Mapped[int]
    municipality_id: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str | None]
    role: Mapped[str]
    website: Mapped[str | None]

    __table_args__ = (
        _of_site(),
        UniqueConstraint("pilot_site_id", "name"),
        CheckConstraint("length(trim(name)) > 0", name="pilot_partners_name"),
        CheckConstraint(
            "role IN ('TRAEGER','PARTNER','AUSFUEHRUNG','BETREUUNG','BERATUNG')", name="pilot_partners_role"
        ),
        CheckConstraint("website ~ '^https?://[^[:space:]]+$'", name="pilot_partners_website"),
    )


class PilotFunding(Base):
    """A source of a site's money; without an amount it is not known."""

    __tablename__ = "pilot_funding"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_site_id: Mapped[int]
    municipality_id: Mapped[int]
    provider: Mapped[str]
    provider_en: Mapped[str | None]
    amount_eur: Mapped[int | None]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    source: Mapped[str | None]

    __table_args__ = (
        _of_site(),
        CheckConstraint("length(trim(provider)) > 0", name="pilot_funding_provider"),
        CheckConstraint("amount_eur >= 0", name="pilot_funding_amount"),
        Index("pilot_funding_pilot_site_id_idx", "pilot_site_id"),
    )


class PilotObservation(Base):
    """How it goes at a site, noted on a day; for the alliance, or for everybody."""

    __tablename__ = "pilot_observations"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pilot_site_id: Mapped[int]
    municipality_id: Mapped[int]
    observed_on: Mapped[date]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    text: Mapped[str]
    text_en: Mapped[str | None]

    __table_args__ = (
        _of_site(),
        CheckConstraint("length(trim(text)) > 0", name="pilot_observations_text"),
        Index("pilot_observations_pilot_site_id_idx", "pilot_site_id"),
    )
