"""Reads of calls for staff. What the public reads is in `public`; row level security decides what anybody sees here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.calls.model import Call, Criterion, Extension, Question, Reviewer
from geo.core.access import Action, Actor, may, scope
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Part, Root, rows_of

DOCUMENTS_FOLDER = "call-documents"


@dataclass(frozen=True)
class ListRow:
    """A call in the internal list. `project` is None for a contest; `state` is the own town's application's."""

    id: int
    title: str
    project: str | None
    opens_at: datetime
    closes_at: datetime
    published_at: datetime | None
    decided_at: datetime | None
    called_off_at: datetime | None
    called_off_reason: str | None
    is_example: bool
    handed_in: int
    state: str | None


_LIST = text(
    """
    SELECT c.id, c.title, p.name AS project, c.opens_at, c.closes_at, c.published_at, c.decided_at,
           c.called_off_at, c.called_off_reason, c.is_example,
           (SELECT count(*) FROM register.call_applications a WHERE a.call_id = c.id AND a.state = 'EINGEREICHT')
               AS handed_in,
           (SELECT a.state FROM register.call_applications a
            WHERE a.call_id = c.id AND a.municipality_id = CAST(:town AS integer)) AS state
    FROM register.calls c LEFT JOIN register.pilot_projects p ON p.id = c.pilot_project_id
    WHERE CAST(:project AS integer) IS NULL OR c.pilot_project_id = :project
    ORDER BY c.closes_at DESC, c.id DESC
    """
)
_PROJECTS = text("SELECT p.id, p.name FROM register.pilot_projects p ORDER BY p.id")
_PROJECT = text("SELECT p.name FROM register.pilot_projects p WHERE p.id = :id")
_PROJECT_IS_PUBLIC = text("SELECT p.is_public FROM register.pilot_projects p WHERE p.id = :id")
# Who has the role, is not of the office and does not review this call yet.
_MAY_REVIEW = text(
    """
    SELECT a.id, a.name FROM register.accounts a
    WHERE a.disabled_at IS NULL
      AND EXISTS (SELECT FROM register.memberships m WHERE m.account_id = a.id AND m.role = 'reviewer')
      AND NOT EXISTS (SELECT FROM register.memberships m WHERE m.account_id = a.id AND m.role = 'office')
      AND NOT EXISTS (SELECT FROM register.call_reviewers r WHERE r.call_id = :call AND r.account_id = a.id)
    ORDER BY a.name, a.id
    """
)


def calls(session: Session, actor: Actor, municipality_id: int | None, project_id: int | None = None) -> list[ListRow]:
    """The calls (of a project) that the actor may see, the one that closes last first; drafts are the office's."""
    where = scope(actor, Action.CALL_VIEW)
    if not (where.everywhere or where.municipality_ids):
        return []
    return [ListRow(**row._mapping) for row in session.execute(_LIST, {"town": municipality_id, "project": project_id})]


def get(session: Session, actor: Actor, call_id: int) -> Call:
    """The call, a draft for the office only. Raises `NotFound`."""
    where = scope(actor, Action.CALL_VIEW)
    found = session.get(Call, call_id) if where.everywhere or where.municipality_ids else None
    if found is None or (found.published_at is None and not may(actor, Action.CALL_EDIT)):
        raise NotFound("Der Aufruf", call_id)
    return found


def criteria(session: Session, call_id: int) -> Sequence[Criterion]:
    """The criteria of a call in their order."""
    wanted = select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.position, Criterion.id)
    return session.scalars(wanted).all()


def questions(session: Session, call_id: int) -> Sequence[Question]:
    """The questions of a call in their order."""
    wanted = select(Question).where(Question.call_id == call_id).order_by(Question.position, Question.id)
    return session.scalars(wanted).all()


def extensions(session: Session, call_id: int) -> Sequence[Extension]:
    """How the end of a call was put off, the first time first."""
    return session.scalars(select(Extension).where(Extension.call_id == call_id).order_by(Extension.id)).all()


def projects(session: Session) -> list[tuple[int, str]]:
    """All pilot projects: id and name."""
    return [(row.id, row.name) for row in session.execute(_PROJECTS)]


def project_name(session: Session, project_id: int | None) -> str | None:
    """The name of a call's project; None for a contest."""
    return None if project_id is None else session.scalar(_PROJECT, {"id": project_id})


def project_is_public(session: Session, project_id: int | None) -> bool:
    """Whether everybody may know of the project that a call is for; a contest has none."""
    return project_id is None or bool(session.scalar(_PROJECT_IS_PUBLIC, {"id": project_id}))


@dataclass(frozen=True)
class ReviewerRow:
    """Who reviews a call, and how far they are. `own_town`: applications of their own town, not theirs to see."""

    id: int
    account_id: int
    name: str
    released_at: datetime | None
    handed_in: int
    begun: int
    conflicts: int
    own_town: int
    total: int

    @property
    def expected(self) -> int:
        """How many reviews this person has to hand in."""
        return self.total - self.conflicts - self.own_town


_REVIEWERS = text(
    """
    SELECT r.id, r.account_id, a.name, r.released_at,
           count(*) FILTER (WHERE v.state = 'ABGEGEBEN') AS handed_in,
           count(*) FILTER (WHERE v.state = 'OFFEN') AS begun,
           count(*) FILTER (WHERE v.state = 'BEFANGEN') AS conflicts,
           count(*) FILTER (WHERE b.id IS NOT NULL AND v.state IS DISTINCT FROM 'BEFANGEN' AND EXISTS (
               SELECT FROM register.memberships m
               WHERE m.account_id = r.account_id AND m.municipality_id = b.municipality_id)) AS own_town,
           count(b.id) AS total
    FROM register.call_reviewers r
    JOIN register.accounts a ON a.id = r.account_id
    LEFT JOIN register.call_applications b ON b.call_id = r.call_id AND b.state = 'EINGEREICHT'
    LEFT JOIN register.call_reviews v ON v.application_id = b.id AND v.account_id = r.account_id
    WHERE r.call_id = :call GROUP BY r.id, r.account_id, a.name, r.released_at ORDER BY a.name, r.id
    """
)


def reviewers(session: Session, call_id: int) -> list[ReviewerRow]:
    """The jury of a call, for the office."""
    return [ReviewerRow(**row._mapping) for row in session.execute(_REVIEWERS, {"call": call_id})]


def find_reviewer(session: Session, call_id: int, reviewer_id: int) -> Reviewer:
    """One of the jury. Raises `NotFound`."""
    found = session.get(Reviewer, reviewer_id)
    if found is None or found.call_id != call_id:
        raise NotFound("Das Mitglied der Jury", reviewer_id)
    return found


def may_review(session: Session, call_id: int) -> list[tuple[int, str]]:
    """Accounts that can be asked into the jury: id and name."""
    return [(row.id, row.name) for row in session.execute(_MAY_REVIEW, {"call": call_id})]


_PARTS = ("call_criteria", "call_questions", "call_extensions", "call_reviewers", "call_letters")


def history(session: Session, actor: Actor, call_id: int) -> list[Change]:
    """What the office did to a call; reviews and decisions are not in it."""
    call = get(session, actor, call_id)
    root = Root("calls", call.id, parts=tuple(Part(table, "call_id", call.id) for table in _PARTS))
    return changes_of(session, rows_of(session, root))
