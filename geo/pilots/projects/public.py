"""Reads of pilot projects for everybody: from the published views alone, as of a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.core.features import Feature
from geo.core.translated import Named
from geo.pilots.codes import CRITERIA
from geo.pilots.dates import moment_in_words, period_in_words
from geo.pilots.feature import (
    PILOT_PROJECTS,
    PROJECT_DOCUMENTS,
    PROJECT_MILESTONES,
    PROJECT_RATINGS,
    PROJECT_STATUSES,
)


@dataclass(frozen=True)
class Milestone(Named):
    """Something that happened, or was planned, in a project."""

    during: Range[date] | None
    precision: str
    was_planned: bool
    source: str | None

    def when(self, lang: str) -> str:
        return moment_in_words(self.during, self.precision, lang)


@dataclass(frozen=True)
class Status(Named):
    """Where a project stood in a period; `values` are its notes."""

    status: str
    during: Range[date]
    start_precision: str
    end_precision: str
    was_planned: bool
    source: str | None

    def when(self, lang: str) -> str:
        return period_in_words(self.during, self.start_precision, self.end_precision, lang)


@dataclass(frozen=True)
class Project(Named):
    """A pilot project with its working group and parts; `values` are the columns its feature declares.

    Ratings stand in the order of the criteria; ratings and documents carry the columns that theirs declare.
    """

    working_group_text: str | None
    working_group_text_en: str | None
    milestones: tuple[Milestone, ...]
    statuses: tuple[Status, ...]
    ratings: tuple[Named, ...]
    documents: tuple[Named, ...]

    def status(self, day: date) -> Status | None:
        """The status that holds on the day."""
        return next((one for one in self.statuses if day in one.during), None)


_PROJECTS = text(
    f"SELECT {PILOT_PROJECTS.select_list('p')}, g.description, g.description_en FROM published.pilot_projects p"  # noqa: S608 (columns from the declaration)
    " JOIN published.working_groups g ON g.slug = p.group_slug"
    " WHERE CAST(:slug AS text) IS NULL OR p.slug = :slug ORDER BY g.id, p.is_example, p.id"
)


def _of_projects(feature: Feature, order: str) -> TextClause:
    return text(
        f"SELECT {feature.select_list('r')} FROM {feature.view} r JOIN published.pilot_projects p"  # noqa: S608 (columns from the declaration)
        f" ON p.id = r.pilot_project_id WHERE CAST(:slug AS text) IS NULL OR p.slug = :slug ORDER BY {order}"
    )


_MILESTONES = _of_projects(PROJECT_MILESTONES, "r.position, r.id")
_STATUSES = _of_projects(PROJECT_STATUSES, "lower(r.during), r.id")
_RATINGS = _of_projects(PROJECT_RATINGS, "r.id")
_DOCUMENTS = _of_projects(PROJECT_DOCUMENTS, "r.added_at DESC, r.id DESC")
_DOCUMENT = text(
    f"SELECT {PROJECT_DOCUMENTS.select_list('d')} FROM published.project_documents d"  # noqa: S608 (columns from the declaration)
    " JOIN published.pilot_projects p ON p.id = d.pilot_project_id WHERE p.slug = :slug AND d.id = :id"
)


def projects(session: Session, slug: str | None = None) -> list[Project]:
    """All public projects by working group, or the one of that short name."""
    asked = {"slug": slug}
    milestones = _by_project(session, _MILESTONES, asked, _milestone)
    statuses = _by_project(session, _STATUSES, asked, _status)
    ratings = _by_project(session, _RATINGS, asked, _translated)
    documents = _by_project(session, _DOCUMENTS, asked, _translated)
    return [
        Project(
            {name: row._mapping[name] for name in PILOT_PROJECTS.columns},
            row.description,
            row.description_en,
            tuple(milestones.get(row.id, [])),
            tuple(statuses.get(row.id, [])),
            tuple(sorted(ratings.get(row.id, []), key=lambda one: list(CRITERIA).index(one.criterion))),
            tuple(documents.get(row.id, [])),
        )
        for row in session.execute(_PROJECTS, asked)
    ]


def project(session: Session, slug: str) -> Project:
    """The public project of that short name. Raises `NotFound`."""
    found = projects(session, slug)
    if not found:
        raise NotFound("Das Pilotprojekt", slug)
    return found[0]


def document(session: Session, slug: str, document_id: int) -> Any:
    """A public document of a public project. Raises `NotFound`."""
    found = session.execute(_DOCUMENT, {"slug": slug, "id": document_id}).first()
    if found is None:
        raise NotFound("Die Unterlage", document_id)
    return found


def _by_project(session: Session, query: TextClause, asked: dict[str, Any], make: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.execute(query, asked):
        found.setdefault(row.pilot_project_id, []).append(make(row))
    return found


def _milestone(row: Any) -> Milestone:
    texts = {"name": row.title, "name_en": row.title_en}
    return Milestone(texts, row.during, row.precision, row.was_planned, row.source)


def _status(row: Any) -> Status:
    texts = {"note": row.note, "note_en": row.note_en}
    return Status(texts, row.status, row.during, row.start_precision, row.end_precision, row.was_planned, row.source)


def _translated(row: Any) -> Named:
    return Named(dict(row._mapping))
