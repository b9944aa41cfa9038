"""Writes of reviews, decisions and letters. A reviewer writes their own review only, the office decides.

A review is final once it is handed in, so that nobody adjusts theirs to what the others wrote.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.calls import queries as calls
from geo.calls.applying import queries as applications
from geo.calls.judging import queries
from geo.calls.judging.letters import letter_of
from geo.calls.judging.model import CallSite, Decision, Letter, Mark, Review
from geo.calls.judging.schemas import DecisionInput, LetterInput, MarkInput, letter_values, mark_values
from geo.calls.timing import check_not_called_off, in_words
from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NeedsConfirmation, NotFound
from geo.core.history import perform

FINAL = "Die Bewertung ist abgegeben und bleibt, wie sie ist."


def save_marks(
    session: Session, actor: Actor, application_id: int, version: int, given: Sequence[MarkInput], now: datetime
) -> Review:
    """Keep a review as far as it is written; nobody else sees it. `version` is 0 before it is begun."""
    with perform(session, actor, Action.CALL_REVIEW):
        review = _own(session, actor, application_id, version, now)
        _fill(session, review, given)
        review.changed_at = now
    return review


def hand_in(
    session: Session, actor: Actor, application_id: int, version: int, given: Sequence[MarkInput], now: datetime
) -> Review:
    """Hand a whole review in, for good. Raises `Invalid` when points or reasons are missing."""
    lacking = {f"points-{one.criterion_id}": "Bitte ausfüllen." for one in given if one.points is None}
    lacking |= {f"reason-{one.criterion_id}": "Bitte ausfüllen." for one in given if not one.reason}
    if lacking:
        raise Invalid(lacking)
    with perform(session, actor, Action.CALL_REVIEW):
        review = _own(session, actor, application_id, version, now)
        _fill(session, review, given)
        session.flush()
        review.state, review.handed_in_at, review.changed_at = "ABGEGEBEN", now, now
    return review


def declare_conflict(session: Session, actor: Actor, application_id: int, reason: str, now: datetime) -> Review:
    """The reviewer is not impartial here: the application is closed to them from now on, their marks do not count.

    It may come to light after they handed in and read the marks of others; the office reads that beside the ranking.
    """
    with perform(session, actor, Action.CALL_REVIEW):
        record = _judged(session, actor, application_id, now)
        review = queries.own_review(session, actor, application_id)
        if review is None:
            review = _new(record, actor)
            session.add(review)
        else:
            session.refresh(review, with_for_update={"key_share": True})
        review.state, review.conflict, review.changed_at = "BEFANGEN", reason, now
    return review


def decide(session: Session, actor: Actor, application_id: int, data: DecisionInput, now: datetime) -> Decision:
    """Decide about an application, or decide anew; each decision is kept. Raises `Conflict`, `NeedsConfirmation`."""
    with perform(session, actor, Action.CALL_DECIDE):
        record = applications.handed_in(session, actor, application_id)
        application = record.application
        call = calls.get(session, actor, application.call_id)
        check_not_called_off(call)
        if now < call.closes_at:
            raise Conflict(f"Entschieden wird nach dem Schluss ({in_words(call.closes_at)}).")
        last = queries.decisions(session, call.id).get(application_id)
        if (last.number if last else 0) != data.after:
            raise Conflict("Jemand anderes hat inzwischen über diese Bewerbung entschieden. Bitte die Seite neu laden.")
        if application_id in queries.sites(session, call.id):
            raise Conflict("Aus der Bewerbung ist ein Pilotstandort geworden. Bitte zuerst dort zurücknehmen.")
        left = queries.missing_reviews(calls.reviewers(session, call.id))
        if left and not data.confirmed:
            words = "Eine Bewertung steht" if left == 1 else f"{left} Bewertungen stehen"
            raise NeedsConfirmation("confirmed", {"confirmed": f"{words} noch aus. Trotzdem entscheiden?"})
        made = Decision(
            application_id=application_id,
            call_id=call.id,
            municipality_id=application.municipality_id,
            number=data.after + 1,
            outcome=data.outcome,
            reason=data.reason,
            decided_at=now,
            account_id=actor.account_id,
        )
        session.add(made)
    return made


def save_letter(session: Session, actor: Actor, call_id: int, outcome: str, version: int, data: LetterInput) -> Letter:
    """The texts of a call's letters of one outcome; `version` is 0 before they are changed for the first time."""
    with perform(session, actor, Action.CALL_DECIDE):
        calls.get(session, actor, call_id)
        stored = queries.letters(session, call_id).get(outcome)
        if (stored.version if stored else 0) != version:
            theirs = letter_values(letter_of(outcome, stored))
            raise Conflict(STALE, theirs=theirs, version=stored.version if stored else 0)
        if stored is None:
            stored = Letter(call_id=call_id, outcome=outcome)
            session.add(stored)
        for name, value in asdict(data).items():
            if getattr(stored, name) != value:
                setattr(stored, name, value)
    return stored


def link_site(session: Session, actor: Actor, application_id: int, pilot_site_id: int) -> CallSite:
    """Note which pilot site came out of a chosen application. The database refuses a second one."""
    with perform(session, actor, Action.CALL_DECIDE):
        application = applications.handed_in(session, actor, application_id).application
        made = CallSite(
            application_id=application_id,
            call_id=application.call_id,
            municipality_id=application.municipality_id,
            pilot_site_id=pilot_site_id,
        )
        session.add(made)
    return made


def _judged(session: Session, actor: Actor, application_id: int, now: datetime) -> applications.Record:
    """The application, if it is the actor's to review now. Raises `NotFound`, `Conflict`."""
    record = applications.handed_in(session, actor, application_id)
    if queries.reviewer_of(session, actor, record.application.call_id) is None:
        raise NotFound("Die Bewerbung", application_id)
    call = calls.get(session, actor, record.application.call_id)
    check_not_called_off(call)
    if now < call.closes_at:
        raise Conflict(f"Bewertet wird nach dem Schluss ({in_words(call.closes_at)}).")
    if call.decided_at is not None:
        raise Conflict("Über den Aufruf ist entschieden. Bewertet wird nicht mehr.")
    return record


def _own(session: Session, actor: Actor, application_id: int, version: int, now: datetime) -> Review:
    record = _judged(session, actor, application_id, now)
    review = queries.own_review(session, actor, application_id)
    if review is None:
        if version:
            raise Conflict(STALE)
        review = _new(record, actor)
        session.add(review)
        session.flush()
        return review
    session.refresh(review, with_for_update={"key_share": True})
    if review.state != "OFFEN":
        raise Conflict(FINAL)
    if review.version != version:
        theirs = mark_values(queries.own_marks(session, actor, application_id))
        raise Conflict("Sie haben diese Bewertung an anderer Stelle schon geändert.", theirs, review.version)
    return review


def _new(record: applications.Record, actor: Actor) -> Review:
    application = record.application
    keys = {"call_id": application.call_id, "municipality_id": application.municipality_id}
    return Review(application_id=application.id, account_id=actor.account_id, **keys)


def _fill(session: Session, review: Review, given: Sequence[MarkInput]) -> None:
    stored = {one.criterion_id: one for one in session.scalars(select(Mark).where(Mark.review_id == review.id))}
    for one in given:
        row = stored.get(one.criterion_id)
        if row is None:
            keys = ("application_id", "call_id", "municipality_id", "account_id")
            row = Mark(
                review_id=review.id, criterion_id=one.criterion_id, **{key: getattr(review, key) for key in keys}
            )
            session.add(row)
        if (row.points, row.reason) != (one.points, one.reason):
            row.points, row.reason = one.points, one.reason
    flag_modified(review, "changed_at")
