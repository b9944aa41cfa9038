"""Writes of pilot projects: texts, statuses, milestones, ratings, documents. The office alone writes here.

What belongs to a project raises its version, so that a stale edit is noticed and the last change can be taken back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core.access import Action, Actor
from geo.core.documents import ALLIANCE, Files, Upload
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import revert
from geo.pilots.codes import STATUSES
from geo.pilots.model import (
    PilotProject,
    ProjectDocument,
    ProjectMilestone,
    ProjectRating,
    ProjectStatus,
    WorkingGroup,
)
from geo.pilots.periods import apply, check_free, end_open_ones, fitted
from geo.pilots.projects import queries
from geo.pilots.projects.schemas import (
    DocumentInput,
    MilestoneInput,
    ProjectInput,
    RatingInput,
    StatusInput,
    milestone_values,
    project_values,
    slug_of,
    status_values,
)

MOST_DOCUMENTS = 100


def create(session: Session, actor: Actor, data: ProjectInput) -> PilotProject:
    """A new project; its address is made of its name and stays."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = PilotProject(slug=_free_slug(session, data.name))
        _fill(session, project, data)
        session.add(project)
        session.flush()
        return project


def _free_slug(session: Session, name: str) -> str:
    first = slug_of(name)
    taken = set(session.scalars(select(PilotProject.slug).where(PilotProject.slug.startswith(first, autoescape=True))))
    number, slug = 1, first
    while slug in taken:
        number += 1
        slug = f"{first}-{number}"
    return slug


def update(session: Session, actor: Actor, project_id: int, version: int, data: ProjectInput) -> PilotProject:
    """Change a project's texts. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _locked(session, project_id)
        if project.version != version:
            raise Conflict(STALE, theirs=project_values(project), version=project.version)
        _fill(session, project, data)
        return project


def delete(session: Session, actor: Actor, project_id: int, version: int) -> None:
    """Remove a project that was entered by mistake. Raises `Conflict` while it has sites."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, project_id, version)
        if queries.site_count(session, project_id):
            raise Conflict(
                "Zu diesem Pilotprojekt gibt es Standorte. Ist es zu Ende, tragen Sie den Stand „beendet“ ein."
            )
        session.delete(project)
        session.flush()


def add_status(session: Session, actor: Actor, project_id: int, version: int, data: StatusInput) -> ProjectStatus:
    """Where the project stands from then on. An open status before it ends where this one begins."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, project_id, version)
        others = queries.status_rows(session, project_id)
        during = fitted(data, others)
        end_open_ones(data, during, others)
        status = ProjectStatus(pilot_project_id=project_id)
        _fill_status(status, data, during, others)
        session.add(status)
        _raise_version(session, project)
        return status


def change_status(session: Session, actor: Actor, status: ProjectStatus, version: int, data: StatusInput) -> None:
    """Change a status; `version` is its project's. Raises `Conflict` with the stored values of a newer one."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _locked(session, status.pilot_project_id)
        session.refresh(status)
        if project.version != version:
            raise Conflict(STALE, theirs=status_values(status), version=project.version)
        others = [one for one in queries.status_rows(session, project.id) if one is not status]
        _fill_status(status, data, fitted(data, others, status), others)
        if session.is_modified(status):
            _raise_version(session, project)


def add_milestone(
    session: Session, actor: Actor, project_id: int, version: int, data: MilestoneInput
) -> ProjectMilestone:
    """Another milestone, before the first that begins later."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, project_id, version)
        others = list(queries.milestone_rows(session, project_id))
        made = ProjectMilestone(pilot_project_id=project_id)
        _fill_milestone(made, data)
        later = [number for number, one in enumerate(others) if _begins(one) > _begins(made)]
        others.insert(later[0] if later else len(others), made)
        for position, one in enumerate(others, start=1):
            if one.position != position:
                one.position = position
        session.add(made)
        _raise_version(session, project)
        return made


def change_milestone(
    session: Session, actor: Actor, milestone: ProjectMilestone, version: int, data: MilestoneInput
) -> None:
    """Change a milestone; `version` is its project's. Raises `Conflict` with the stored values of a newer one."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _locked(session, milestone.pilot_project_id)
        session.refresh(milestone)
        if project.version != version:
            raise Conflict(STALE, theirs=milestone_values(milestone), version=project.version)
        _fill_milestone(milestone, data)
        if session.is_modified(milestone):
            _raise_version(session, project)


def _begins(milestone: ProjectMilestone) -> date:
    known = milestone.during.lower if milestone.during else None
    return known or date.max


def rate(
    session: Session,
    actor: Actor,
    project_id: int,
    version: int,
    given: Mapping[str, RatingInput],
    today: date,
) -> PilotProject:
    """The project's ratings as a whole: those not given are taken away. Raises `Conflict` for a stale version."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, project_id, version)
        there = {
            one.criterion: one
            for one in session.scalars(select(ProjectRating).where(ProjectRating.pilot_project_id == project_id))
        }
        changed = False
        for criterion in there.keys() - given.keys():
            session.delete(there[criterion])
            changed = True
        for criterion, data in given.items():
            row = there.get(criterion)
            if row is not None and (row.rating, row.reason, row.reason_en) == (
                data.rating,
                data.reason,
                data.reason_en,
            ):
                continue
            if row is None:
                row = ProjectRating(pilot_project_id=project_id, criterion=criterion)
                session.add(row)
            row.rating, row.reason, row.reason_en, row.rated_on = data.rating, data.reason, data.reason_en, today
            changed = True
        if changed:
            _raise_version(session, project)
        return project


def add_document(
    session: Session, actor: Actor, project_id: int, data: DocumentInput, file: Upload, files: Files
) -> ProjectDocument:
    """Keep a file with a project. Raises `Invalid` for one that is there already, or one too many."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _locked(session, project_id)
        there = session.scalars(
            select(ProjectDocument.sha256).where(ProjectDocument.pilot_project_id == project_id)
        ).all()
        if file.sha256 in there:
            raise Invalid({"file": "Diese Datei ist bei dem Projekt schon gespeichert."})
        if len(there) >= MOST_DOCUMENTS:
            raise Invalid({"file": f"Mehr als {MOST_DOCUMENTS} Unterlagen je Projekt gibt es nicht."})
        files.keep(ALLIANCE, file)
        made = ProjectDocument(
            pilot_project_id=project_id,
            title=data.title,
            title_en=data.title_en,
            is_public=data.is_public,
            file_name=file.name,
            media_type=file.media_type,
            size_bytes=len(file.content),
            sha256=file.sha256,
        )
        session.add(made)
        _raise_version(session, project)
        return made


def change_document(
    session: Session, actor: Actor, document: ProjectDocument, version: int, data: DocumentInput
) -> None:
    """Change what is said about a file; `version` is its project's."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, document.pilot_project_id, version)
        session.refresh(document)
        for field in fields(data):
            if getattr(document, field.name) != getattr(data, field.name):
                setattr(document, field.name, getattr(data, field.name))
        if session.is_modified(document):
            _raise_version(session, project)


def remove_document(session: Session, actor: Actor, document: ProjectDocument, version: int, files: Files) -> None:
    """Take a document away; its file stays for a day more, so that this can be taken back."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, document.pilot_project_id, version)
        files.release(ALLIANCE, document.sha256)
        session.delete(document)
        _raise_version(session, project)


def remove_part(session: Session, actor: Actor, row: ProjectStatus | ProjectMilestone, version: int) -> PilotProject:
    """Take a status or a milestone away; `version` is its project's."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = _checked(session, row.pilot_project_id, version)
        session.delete(row)
        _raise_version(session, project)
        return project


def undo(session: Session, actor: Actor, project: PilotProject, change_id: int) -> None:
    """Take back the last change of the project, named by its id. Raises `Conflict` when it is not the last any more."""
    with perform(session, actor, Action.PILOT_EDIT):
        _locked(session, project.id)
        revert(session, actor, queries.root_of(project), change_id)


def _locked(session: Session, project_id: int) -> PilotProject:
    """The row as it is now, kept from others until the transaction ends."""
    project = session.get(PilotProject, project_id, with_for_update=True, populate_existing=True)
    if project is None:
        raise NotFound("Das Pilotprojekt", project_id)
    return project


def _checked(session: Session, project_id: int, version: int) -> PilotProject:
    project = _locked(session, project_id)
    if project.version != version:
        raise Conflict(STALE + " Bitte die Seite neu laden.", version=project.version)
    return project


def _raise_version(session: Session, project: PilotProject) -> None:
    """A change of the project's parts is a change of the project: the next stale edit is noticed."""
    flag_modified(project, "name")
    session.flush()


def _fill(session: Session, project: PilotProject, data: ProjectInput) -> None:
    if session.get(WorkingGroup, data.working_group_id) is None:
        raise Invalid({"working_group_id": "Diese Arbeitsgruppe gibt es nicht."})
    for field in fields(data):
        value = getattr(data, field.name)
        value = list(value) if isinstance(value, tuple) else value
        if getattr(project, field.name) != value:
            setattr(project, field.name, value)


def _fill_status(
    status: ProjectStatus, data: StatusInput, during: Range[date], others: Sequence[ProjectStatus]
) -> None:
    check_free(during, others, lambda other: f"dem Stand „{STATUSES[other.status][0]}“")
    status.status, status.was_planned = data.status, data.was_planned
    apply(status, data, during)
    status.note, status.note_en, status.source = data.note, data.note_en, data.source


def _fill_milestone(milestone: ProjectMilestone, data: MilestoneInput) -> None:
    milestone.title, milestone.title_en = data.title, data.title_en
    milestone.was_planned, milestone.source = data.was_planned, data.source
    during = Range(data.moment.first, data.moment.after) if data.moment else None
    if milestone.during != during:
        milestone.during = during
    milestone.precision = data.moment.precision if data.moment else "UNGEWISS"
