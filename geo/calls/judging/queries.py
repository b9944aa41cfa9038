"""Reads of reviews, marks and decisions. What is not handed in is read by who writes it; row level security sees to it.

A comparison is for the office, and for reviewers who have handed in every review that is theirs to do; both are asked
here too, so that nobody is shown half of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.calls import queries as calls
from geo.calls.applying import queries as applications
from geo.calls.applying.queries import HandedIn
from geo.calls.judging.model import CallSite, Decision, Letter, Mark, Review
from geo.calls.judging.ranking import Ranked, Weighted, ranking
from geo.calls.model import Reviewer
from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.core.errors import NotPermitted


def reviewer_of(session: Session, actor: Actor, call_id: int) -> Reviewer | None:
    """The actor as one of the jury, if they are (still)."""
    if not may(actor, Action.CALL_REVIEW):
        return None
    found = session.scalar(select(Reviewer).where(Reviewer.call_id == call_id, Reviewer.account_id == actor.account_id))
    return None if found is None or found.released_at is not None else found


@dataclass(frozen=True)
class ToDo:
    """An application on a reviewer's list with the state of their review; a conflict leaves only its town."""

    application: HandedIn | None
    municipality: str
    state: str
    conflict: str | None = None


_CONFLICTS = text(
    """
    SELECT m.name, v.conflict FROM register.call_reviews v JOIN register.municipalities m ON m.id = v.municipality_id
    WHERE v.call_id = :call AND v.account_id = :account AND v.state = 'BEFANGEN' ORDER BY m.name
    """
)


def to_do(session: Session, actor: Actor, call_id: int) -> list[ToDo]:
    """What the reviewer has to review in a call, and of what they are shut out by their own declaration."""
    states = {
        row.application_id: row.state
        for row in session.scalars(
            select(Review).where(Review.call_id == call_id, Review.account_id == actor.account_id)
        )
    }
    found = [ToDo(one, one.municipality, states.get(one.id, "OFFEN")) for one in applications.of_call(session, call_id)]
    shut = session.execute(_CONFLICTS, {"call": call_id, "account": actor.account_id})
    return found + [ToDo(None, row.name, "BEFANGEN", row.conflict) for row in shut]


def own_review(session: Session, actor: Actor, application_id: int) -> Review | None:
    """The actor's review of an application, if it was begun."""
    return session.scalar(
        select(Review).where(Review.application_id == application_id, Review.account_id == actor.account_id)
    )


def own_marks(session: Session, actor: Actor, application_id: int) -> Sequence[Mark]:
    """The actor's own marks of an application."""
    return session.scalars(
        select(Mark).where(Mark.application_id == application_id, Mark.account_id == actor.account_id)
    ).all()


@dataclass(frozen=True)
class GivenMark:
    """A mark that was handed in, with who gave it."""

    reviewer: int
    name: str
    criterion: int
    points: int
    reason: str


_MARKS = text(
    """
    SELECT k.application_id, k.account_id AS reviewer, a.name, k.criterion_id AS criterion, k.points, k.reason
    FROM register.call_marks k JOIN register.accounts a ON a.id = k.account_id
    WHERE k.call_id = :call AND register.review_is(k.review_id, 'ABGEGEBEN')
    ORDER BY a.name, k.account_id, k.criterion_id
    """
)


def is_comparable(session: Session, actor: Actor, call_id: int) -> bool:
    """Whether the actor may see what others handed in: an office that does not review, or who has done all theirs."""
    reviews = session.scalar(
        select(Reviewer.id).where(Reviewer.call_id == call_id, Reviewer.account_id == actor.account_id)
    )
    if reviews is None:
        return may(actor, Action.CALL_DECIDE)
    if reviewer_of(session, actor, call_id) is None:
        return False
    left = to_do(session, actor, call_id)
    return bool(left) and all(one.state != "OFFEN" for one in left)


@dataclass(frozen=True)
class Declared:
    """A conflict of interest: whose, why, since when; `handed_in_at` where a review that was handed in fell away."""

    name: str
    reason: str
    declared_at: datetime
    handed_in_at: datetime | None


_DECLARED = text(
    """
    SELECT v.application_id, a.name, v.conflict AS reason, v.changed_at AS declared_at, v.handed_in_at
    FROM register.call_reviews v JOIN register.accounts a ON a.id = v.account_id
    WHERE v.call_id = :call AND v.state = 'BEFANGEN' AND v.account_id IS DISTINCT FROM :account
    ORDER BY a.name, v.id
    """
)


def declared(session: Session, actor: Actor, call_id: int) -> dict[int, list[Declared]]:
    """The conflicts of interest of others by application: for the office, nobody else can read them."""
    found: dict[int, list[Declared]] = {}
    for row in session.execute(_DECLARED, {"call": call_id, "account": actor.account_id}):
        found.setdefault(row.application_id, []).append(Declared(*row[1:]))
    return found


@dataclass(frozen=True)
class Comparison:
    """Applications in the order of their rank, with the marks behind it and what was decided."""

    ranked: list[Ranked]
    applications: dict[int, HandedIn]
    marks: dict[int, list[GivenMark]]
    declared: dict[int, list[Declared]]
    decisions: dict[int, Decision]
    sites: dict[int, int]


def comparison(session: Session, actor: Actor, call_id: int) -> Comparison:
    """The ranking as the actor may see it. Raises `NotPermitted` before their own reviews are handed in."""
    if not is_comparable(session, actor, call_id):
        raise NotPermitted(Action.CALL_DECIDE, "die Geschäftsstelle, oder wer alle eigenen Bewertungen abgegeben hat")
    handed_in = {one.id: one for one in applications.of_call(session, call_id)}
    given: dict[int, list[GivenMark]] = {}
    points: dict[tuple[int, int], dict[int, int]] = {}
    for row in session.execute(_MARKS, {"call": call_id}):
        if row.application_id in handed_in:
            values = {name: value for name, value in row._mapping.items() if name != "application_id"}
            given.setdefault(row.application_id, []).append(GivenMark(**values))
            points.setdefault((row.application_id, row.reviewer), {})[row.criterion] = row.points
    criteria = [Weighted(one.id, one.weight) for one in calls.criteria(session, call_id)]
    return Comparison(
        ranking(criteria, list(handed_in), points),
        handed_in,
        given,
        declared(session, actor, call_id),
        decisions(session, call_id),
        sites(session, call_id),
    )


def decisions(session: Session, call_id: int) -> dict[int, Decision]:
    """The decision that holds for each application, as far as the account may see it."""
    with for_municipality(session, None):
        found = session.scalars(select(Decision).where(Decision.call_id == call_id).order_by(Decision.number))
        return {one.application_id: one for one in found}


def own_decision(session: Session, actor: Actor, application_id: int, municipality_id: int) -> Decision | None:
    """What was decided about the town's application, once it is announced; for its people."""
    if actor.role_in(municipality_id) is None:
        return None
    with for_municipality(session, municipality_id):
        wanted = select(Decision).where(Decision.application_id == application_id)
        return session.scalar(wanted.order_by(Decision.number.desc()).limit(1))


@dataclass(frozen=True)
class PastDecision:
    """One decision of an application with who made it."""

    number: int
    outcome: str
    reason: str
    decided_at: datetime
    by: str


_PAST = text(
    """
    SELECT d.number, d.outcome, d.reason, d.decided_at, coalesce(a.name, 'System') AS by
    FROM register.call_decisions d LEFT JOIN register.accounts a ON a.id = d.account_id
    WHERE d.application_id = :application ORDER BY d.number DESC
    """
)


def past_decisions(session: Session, application_id: int) -> list[PastDecision]:
    """All decisions about an application, the one that holds first; for the office."""
    return [PastDecision(**row._mapping) for row in session.execute(_PAST, {"application": application_id})]


def sites(session: Session, call_id: int) -> dict[int, int]:
    """The pilot site that came out of each application, by the application's id."""
    found = session.scalars(select(CallSite).where(CallSite.call_id == call_id))
    return {one.application_id: one.pilot_site_id for one in found}


def letters(session: Session, call_id: int) -> dict[str, Letter]:
    """The stored texts of a call's letters by outcome."""
    return {one.outcome: one for one in session.scalars(select(Letter).where(Letter.call_id == call_id))}


def missing_reviews(reviewers: Sequence[calls.ReviewerRow]) -> int:
    """How many reviews the jury has still to hand in."""
    return sum(max(0, one.expected - one.handed_in) for one in reviewers if one.released_at is None)
