"""Reads of what a town does to keep its points true: checks, defects, notices, documents, calendar addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core.access import Action, Actor, may, scope
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.viewpoints.care.model import Check, Defect, Document, Feed, Notice, Reporter
from geo.viewpoints.queries import find_visible


@dataclass(frozen=True)
class DefectRow:
    """A defect in the town's list."""

    id: int
    viewpoint_id: int
    viewpoint: str
    municipality: str
    kind: str
    state: str
    words: str | None
    reported_at: datetime
    due_on: date | None
    closed_on: date | None
    has_photo: bool


@dataclass(frozen=True)
class Care:
    """What has been done at a point and what is wrong there, the newest first."""

    checks: Sequence[Check]
    defects: Sequence[Defect]
    notices: Sequence[Notice]
    documents: Sequence[Document]


def care_of(session: Session, actor: Actor, viewpoint_id: int) -> Care:
    """Everything about a point's upkeep. Raises `NotFound`."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with for_municipality(session, viewpoint.municipality_id):
        return Care(
            session.scalars(
                select(Check)
                .where(Check.viewpoint_id == viewpoint_id)
                .order_by(Check.checked_on.desc(), Check.id.desc())
            ).all(),
            session.scalars(
                select(Defect)
                .where(Defect.viewpoint_id == viewpoint_id)
                .order_by(Defect.reported_at.desc(), Defect.id.desc())
            ).all(),
            session.scalars(
                select(Notice)
                .where(Notice.viewpoint_id == viewpoint_id)
                .order_by(text("upper(during) DESC"), Notice.id)
            ).all(),
            session.scalars(
                select(Document).where(Document.viewpoint_id == viewpoint_id).order_by(Document.id.desc())
            ).all(),
        )


_DEFECTS = text(
    """
    SELECT d.id, d.viewpoint_id, v.name AS viewpoint, m.name AS municipality, d.kind, s.state, d.words, d.reported_at,
           d.due_on, d.closed_on, d.photo_sha256 IS NOT NULL AS has_photo
    FROM register.viewpoint_defects d
    JOIN register.viewpoints v ON v.id = d.viewpoint_id
    JOIN register.municipalities m ON m.id = d.municipality_id
    CROSS JOIN LATERAL (SELECT CASE WHEN d.closed_on <= CAST(:day AS date) THEN d.state
        WHEN d.confirmed_on <= CAST(:day AS date) THEN 'BESTAETIGT' ELSE 'NEU' END AS state) s
    WHERE d.municipality_id = :town AND (CAST(:state AS text) IS NULL OR s.state = :state)
      AND d.reported_at < CAST(:day AS date) + 1
    ORDER BY CASE s.state WHEN 'NEU' THEN 0 WHEN 'BESTAETIGT' THEN 1 ELSE 2 END, d.due_on, d.reported_at DESC, d.id
    LIMIT 500
    """
)
_COUNTS = text(
    """
    SELECT c.municipality_id, c.new, c.overdue FROM register.defect_counts(:day) c
    WHERE (:everywhere OR c.municipality_id = ANY(CAST(:towns AS integer[]))) ORDER BY c.municipality_id
    """
)


@dataclass(frozen=True)
class Waiting:
    """How many defects wait: reported and not decided, confirmed and not mended in time."""

    new: int
    overdue: int


def waiting(session: Session, actor: Actor, municipality_id: int | None, day: date) -> Waiting:
    """The defects of a town (None: of all that the actor may see) that wait on the day."""
    counted = _counts(session, actor, municipality_id, day)
    return Waiting(sum(row.new for row in counted), sum(row.overdue for row in counted))


def _counts(session: Session, actor: Actor, municipality_id: int | None, day: date) -> Sequence[Any]:
    """Towns of which some defect was reported by the day, with their numbers."""
    where = scope(actor, Action.VIEWPOINT_VIEW)
    towns = list(where.municipality_ids)
    if municipality_id is not None:
        towns = [municipality_id] if may(actor, Action.VIEWPOINT_VIEW, municipality_id) else []
    everywhere = municipality_id is None and where.everywhere
    return session.execute(_COUNTS, {"day": day, "everywhere": everywhere, "towns": towns}).all()


def defects(
    session: Session, actor: Actor, municipality_id: int | None, day: date, state: str | None = None
) -> list[DefectRow]:
    """The defects of a town (None: of all that the actor may see) as of the day: new ones, then by their deadline."""
    found: list[DefectRow] = []
    for town in _counts(session, actor, municipality_id, day):
        with for_municipality(session, town.municipality_id):
            rows = session.execute(_DEFECTS, {"town": town.municipality_id, "state": state, "day": day})
            found += [DefectRow(**row._mapping) for row in rows]
    return found


def defect(session: Session, actor: Actor, viewpoint_id: int, defect_id: int) -> Defect:
    """A defect of a point. Raises `NotFound`."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with for_municipality(session, viewpoint.municipality_id):
        found = session.get(Defect, defect_id)
    if found is None or found.viewpoint_id != viewpoint_id:
        raise NotFound("Der Mangel", defect_id)
    return found


def reporter(session: Session, one: Defect) -> Reporter | None:
    """Who waits for an answer, if anybody."""
    with for_municipality(session, one.municipality_id):
        return session.get(Reporter, one.id, populate_existing=True)


def by_confirmation(session: Session, token: str, now: datetime) -> tuple[Defect, Reporter]:
    """The report whose mail address a link confirms. Raises `NotFound` for a link that leads nowhere (any more)."""
    town, hashed = links.read(token)
    with for_municipality(session, town):
        found = session.scalar(
            select(Reporter).where(Reporter.confirm_sha256 == hashed).execution_options(populate_existing=True)
        )
        if found is None or found.confirm_until is None or found.confirm_until < now:
            raise NotFound(links.WHAT)
        one = session.get(Defect, found.defect_id)
    if one is None:
        raise NotFound(links.WHAT)
    return one, found


def document(session: Session, actor: Actor, viewpoint_id: int, document_id: int) -> Document:
    """A document of a point. Raises `NotFound`."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with for_municipality(session, viewpoint.municipality_id):
        found = session.get(Document, document_id)
    if found is None or found.viewpoint_id != viewpoint_id:
        raise NotFound("Die Unterlage", document_id)
    return found


def feeds(session: Session, actor: Actor, municipality_id: int) -> list[Feed]:
    """The calendar addresses of a town, the newest first; revoked ones too."""
    if not may(actor, Action.VIEWPOINT_VIEW, municipality_id):
        return []
    with for_municipality(session, municipality_id):
        query = select(Feed).where(Feed.municipality_id == municipality_id).order_by(Feed.id.desc())
        return list(session.scalars(query))


def feed_of(session: Session, token: str) -> Feed:
    """The calendar of a secret address. Raises `NotFound` when there is none, or it was revoked."""
    town, hashed = links.read(token)
    with for_municipality(session, town):
        found = session.scalar(select(Feed).where(Feed.secret_sha256 == hashed))
    if found is None or found.revoked_at is not None:
        raise NotFound("Der Kalender")
    return found


_PHOTOS = text(
    "SELECT d.municipality_id, d.photo_sha256::text FROM register.viewpoint_defects d WHERE d.photo_sha256 IS NOT NULL"
)
DOCUMENTS_FOLDER = "viewpoint-documents"  # under the home
_FILES = text("SELECT DISTINCT d.municipality_id, d.sha256::text FROM register.viewpoint_documents d")


def photos(session: Session) -> set[tuple[int, str]]:
    """Municipality and hash of every photo of a defect; needs a session that sees all towns."""
    return {(row[0], row[1]) for row in session.execute(_PHOTOS)}


def files(session: Session) -> set[tuple[int, str]]:
    """Municipality and hash of every document; needs a session that sees all towns."""
    return {(row[0], row[1]) for row in session.execute(_FILES)}
