"""Reads of pilot projects for staff: everybody of the alliance sees all of them, public or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core.documents import ALLIANCE
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Part, Root, last_change, rows_of
from geo.pilots.model import (
    PilotProject,
    PilotSite,
    ProjectDocument,
    ProjectMilestone,
    ProjectRating,
    ProjectStatus,
    WorkingGroup,
)

DOCUMENTS_FOLDER = "project-documents"  # under the home
_FILES = text("SELECT DISTINCT d.sha256::text FROM register.project_documents d")


def status_on(statuses: Sequence[ProjectStatus], day: date) -> ProjectStatus | None:
    """The status that holds on the day."""
    return next((one for one in statuses if day in one.during), None)


@dataclass(frozen=True)
class Record:
    """A project with everything that belongs to it but its sites."""

    project: PilotProject
    group: WorkingGroup
    statuses: Sequence[ProjectStatus]
    milestones: Sequence[ProjectMilestone]
    ratings: dict[str, ProjectRating]
    documents: Sequence[ProjectDocument]

    @property
    def id(self) -> int:
        return self.project.id

    def status(self, day: date) -> ProjectStatus | None:
        return status_on(self.statuses, day)


@dataclass(frozen=True)
class ListRow:
    """A project in the internal list: its status of the day, how many criteria are rated, how many sites it has."""

    id: int
    slug: str
    name: str
    group_id: int
    group_name: str
    is_public: bool
    is_example: bool
    status: str | None
    was_planned: bool | None
    rated: int
    sites: int
    documents: int


_LIST = text(
    """
    SELECT p.id, p.slug, p.name, p.is_public, p.is_made_up AS is_example, g.id AS group_id, g.name AS group_name,
           t.status, t.was_planned,
           (SELECT count(*) FROM register.project_ratings r WHERE r.pilot_project_id = p.id) AS rated,
           (SELECT count(*) FROM register.pilot_sites s WHERE s.pilot_project_id = p.id) AS sites,
           (SELECT count(*) FROM register.project_documents d WHERE d.pilot_project_id = p.id) AS documents
    FROM register.pilot_projects p
    JOIN register.working_groups g ON g.id = p.working_group_id
    LEFT JOIN register.project_statuses t ON t.pilot_project_id = p.id AND t.during @> CAST(:day AS date)
    ORDER BY g.id, p.is_made_up, p.id
    """
)


def listed(session: Session, day: date) -> list[ListRow]:
    """All projects as of the day, by working group."""
    return [ListRow(**row._mapping) for row in session.execute(_LIST, {"day": day})]


def groups(session: Session) -> Sequence[WorkingGroup]:
    """The working groups."""
    return session.scalars(select(WorkingGroup).order_by(WorkingGroup.id)).all()


def projects(session: Session) -> Sequence[PilotProject]:
    """All pilot projects."""
    return session.scalars(select(PilotProject).order_by(PilotProject.id)).all()


def find(session: Session, slug: str) -> PilotProject | None:
    """The project of that short name, if there is one (still)."""
    return session.scalar(select(PilotProject).where(PilotProject.slug == slug))


def find_project(session: Session, slug: str) -> PilotProject:
    """The project of that short name. Raises `NotFound`."""
    project = find(session, slug)
    if project is None:
        raise NotFound("Das Pilotprojekt", slug)
    return project


def get(session: Session, slug: str) -> Record:
    """The project with all that belongs to it. Raises `NotFound`."""
    project = find_project(session, slug)
    group = session.get_one(WorkingGroup, project.working_group_id)
    ratings = session.scalars(select(ProjectRating).where(ProjectRating.pilot_project_id == project.id))
    documents = select(ProjectDocument).where(ProjectDocument.pilot_project_id == project.id)
    return Record(
        project,
        group,
        status_rows(session, project.id),
        milestone_rows(session, project.id),
        {one.criterion: one for one in ratings},
        session.scalars(documents.order_by(ProjectDocument.added_at.desc(), ProjectDocument.id.desc())).all(),
    )


def status_rows(session: Session, project_id: int) -> Sequence[ProjectStatus]:
    """The statuses of a project, the earliest first."""
    of_project = select(ProjectStatus).where(ProjectStatus.pilot_project_id == project_id)
    return session.scalars(of_project.order_by(text("lower(during)"), ProjectStatus.id)).all()


def milestone_rows(session: Session, project_id: int) -> Sequence[ProjectMilestone]:
    """The milestones of a project in their order."""
    of_project = select(ProjectMilestone).where(ProjectMilestone.pilot_project_id == project_id)
    return session.scalars(of_project.order_by(ProjectMilestone.position, ProjectMilestone.id)).all()


def find_status(session: Session, project_id: int, status_id: int) -> ProjectStatus:
    """A status of the project. Raises `NotFound`."""
    row = session.get(ProjectStatus, status_id)
    if row is None or row.pilot_project_id != project_id:
        raise NotFound("Der Stand", status_id)
    return row


def find_milestone(session: Session, project_id: int, milestone_id: int) -> ProjectMilestone:
    """A milestone of the project. Raises `NotFound`."""
    row = session.get(ProjectMilestone, milestone_id)
    if row is None or row.pilot_project_id != project_id:
        raise NotFound("Der Schritt", milestone_id)
    return row


def find_document(session: Session, project_id: int, document_id: int) -> ProjectDocument:
    """A document of the project. Raises `NotFound`."""
    row = session.get(ProjectDocument, document_id)
    if row is None or row.pilot_project_id != project_id:
        raise NotFound("Die Unterlage", document_id)
    return row


def site_count(session: Session, project_id: int) -> int:
    """How many sites name the project."""
    return len(session.scalars(select(PilotSite.id).where(PilotSite.pilot_project_id == project_id)).all())


def files(session: Session) -> set[tuple[int, str]]:
    """The files that documents name, for the sweep."""
    return {(ALLIANCE, row) for row in session.scalars(_FILES)}


def root_of(project: PilotProject) -> Root:
    """The project with its parts, for history and undo."""
    tables = ("project_statuses", "project_milestones", "project_ratings", "project_documents")
    return Root("pilot_projects", project.id, parts=tuple(Part(one, "pilot_project_id", project.id) for one in tables))


def history(session: Session, project: PilotProject) -> list[Change]:
    """Everything that happened to the project and its parts, newest first."""
    return changes_of(session, rows_of(session, root_of(project)))


def newest_change(session: Session, project: PilotProject) -> int | None:
    """The id of the last change, which an undo names."""
    return last_change(session, "pilot_projects", project.id)
