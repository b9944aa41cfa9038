"""Writes of calls: text, criteria, questions, publication, extension, calling off, jury. The office alone writes here.

What must not happen to a running or closed call is refused here in words, and by the database whoever asks.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.calls import queries
from geo.calls.judging.model import Review
from geo.calls.model import Call, Criterion, Extension, Question, Reviewer
from geo.calls.schemas import CallInput, CallOffInput, CriterionInput, ExtensionInput, QuestionInput, call_values
from geo.calls.timing import check_not_called_off, in_words, phase_of
from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform

RUNNING = "Der Aufruf hat begonnen. Kriterien, Fragen, Beginn und Projekt bleiben nun, wie sie sind."
CLOSED = "Der Aufruf ist geschlossen und bleibt, wie er ist."
_FIXED = ("pilot_project_id", "asks_site", "opens_at")


def create(session: Session, actor: Actor, data: CallInput) -> Call:
    """A new call, a draft until it is published."""
    with perform(session, actor, Action.CALL_EDIT):
        _check_project(session, data.pilot_project_id)
        made = Call(**asdict(data))
        session.add(made)
    return made


def update(session: Session, actor: Actor, call_id: int, version: int, data: CallInput, now: datetime) -> Call:
    """Change a call. Once it has begun, its text only; its end then moves by `extend`. Raises `Conflict`, `Invalid`."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _locked(session, actor, call_id, version)
        check_not_called_off(call)
        at = phase_of(call, now)
        if at in {"GESCHLOSSEN", "ENTSCHIEDEN"}:
            raise Conflict(CLOSED)
        if at == "OFFEN":
            moved = [name for name in (*_FIXED, "closes_at") if getattr(call, name) != getattr(data, name)]
            if moved:
                raise Invalid(
                    {
                        name: RUNNING if name in _FIXED else "Ein offener Aufruf wird verlängert: siehe dort."
                        for name in moved
                    }
                )
        if call.published_at is not None and data.closes_at <= now:
            raise Invalid({"closes_at": "Der Schluss eines veröffentlichten Aufrufs liegt in der Zukunft."})
        _check_project(session, data.pilot_project_id)
        for field in fields(data):
            if getattr(call, field.name) != getattr(data, field.name):
                setattr(call, field.name, getattr(data, field.name))
    return call


def set_criteria(
    session: Session, actor: Actor, call_id: int, version: int, given: Sequence[CriterionInput], now: datetime
) -> Call:
    """The criteria of a call, all of them. Raises `Conflict` once it has begun."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _before_opening(session, actor, call_id, version, now)
        _replace(session, call, queries.criteria(session, call_id), given, Criterion)
    return call


def set_questions(
    session: Session, actor: Actor, call_id: int, version: int, given: Sequence[QuestionInput], now: datetime
) -> Call:
    """The questions of a call beyond the fixed ones, all of them. Raises `Conflict` once it has begun."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _before_opening(session, actor, call_id, version, now)
        _replace(session, call, queries.questions(session, call_id), given, Question)
    return call


def _replace(session: Session, call: Call, stored: Sequence[Any], given: Sequence[Any], kind: type[Any]) -> None:
    known = {row.id: row for row in stored}
    for position, one in enumerate(given):
        row = known.pop(one.id, None) or kind(call_id=call.id)
        for name, value in {**asdict(one), "position": position}.items():
            if name != "id" and getattr(row, name) != value:
                setattr(row, name, value)
        session.add(row)
    for row in known.values():
        session.delete(row)
    flag_modified(call, "title")


def publish(session: Session, actor: Actor, call_id: int, version: int, now: datetime) -> Call:
    """Show the call to everybody; towns apply from its beginning on. Raises `Conflict` when it is not ready."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _locked(session, actor, call_id, version)
        if call.published_at is not None:
            raise Conflict("Der Aufruf ist schon veröffentlicht.")
        if not queries.project_is_public(session, call.pilot_project_id):
            raise Conflict("Das Pilotprojekt ist noch nicht öffentlich. Bitte zuerst das Projekt zeigen.")
        if not queries.criteria(session, call_id):
            raise Conflict("Veröffentlicht wird ein Aufruf erst mit seinen Kriterien.")
        if call.closes_at <= now:
            raise Conflict(
                f"Der Schluss ({in_words(call.closes_at)}) ist schon vorbei. Bitte zuerst den Aufruf ändern."
            )
        call.published_at = now
    return call


def unpublish(session: Session, actor: Actor, call_id: int, version: int, now: datetime) -> Call:
    """Take a call back that has not begun. Raises `Conflict` afterwards."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _before_opening(session, actor, call_id, version, now)
        call.published_at = None
    return call


def delete(session: Session, actor: Actor, call_id: int, version: int) -> None:
    """Remove a draft."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _locked(session, actor, call_id, version)
        if call.published_at is not None:
            raise Conflict("Gelöscht wird nur ein Entwurf.")
        session.delete(call)


def extend(session: Session, actor: Actor, call_id: int, version: int, data: ExtensionInput, now: datetime) -> Call:
    """Put the end of a call off, before it has come; kept with its reason. Raises `Conflict`, `Invalid`."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _locked(session, actor, call_id, version)
        check_not_called_off(call)
        if phase_of(call, now) not in {"ANGEKUENDIGT", "OFFEN"}:
            raise Conflict("Verlängert wird nur ein Aufruf, der veröffentlicht und noch nicht geschlossen ist.")
        if data.closes_at <= call.closes_at:
            raise Invalid({"closes_at": f"Der neue Schluss liegt nach dem bisherigen ({in_words(call.closes_at)})."})
        session.add(
            Extension(
                call_id=call.id,
                closes_before=call.closes_at,
                closes_after=data.closes_at,
                reason=data.reason,
                account_id=actor.account_id,
            )
        )
        session.flush()
        call.closes_at = data.closes_at
    return call


def call_off(session: Session, actor: Actor, call_id: int, version: int, data: CallOffInput, now: datetime) -> Call:
    """Call a published call off, or put the reason differently: nobody applies, reviews or decides any more.

    Raises `Conflict` for a draft, and once it is decided.
    """
    with perform(session, actor, Action.CALL_EDIT):
        call = _locked(session, actor, call_id, version)
        if phase_of(call, now) in {"ENTWURF", "ENTSCHIEDEN"}:
            raise Conflict("Abgesagt wird ein veröffentlichter Aufruf, über den noch nicht entschieden ist.")
        if call.called_off_at is None:
            call.called_off_at = now
        call.called_off_reason, call.called_off_reason_en = data.reason, data.reason_en
    return call


def resume(session: Session, actor: Actor, call_id: int, version: int, now: datetime) -> Call:
    """Take the calling off back, as long as nothing else happened: the end of the call has not come since."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _locked(session, actor, call_id, version)
        if call.called_off_at is None:
            raise Conflict("Der Aufruf ist nicht abgesagt. Bitte die Seite neu laden.")
        if not is_resumable(call, now):
            raise Conflict(f"Inzwischen ist der Schluss ({in_words(call.closes_at)}) vorbei: Es bleibt bei der Absage.")
        call.called_off_at = call.called_off_reason = call.called_off_reason_en = None
    return call


def is_resumable(call: Call, now: datetime) -> bool:
    """Whether calling off can be taken back: no end has passed in which a town could not write."""
    return call.called_off_at is not None and (now < call.closes_at or call.called_off_at >= call.closes_at)


def appoint(session: Session, actor: Actor, call_id: int, account_id: int, now: datetime) -> Reviewer:
    """Ask an account into the jury; one that was released comes back. Raises `Invalid` for who cannot."""
    with perform(session, actor, Action.CALL_EDIT):
        call = _still_undecided(session, actor, call_id)
        found = session.scalar(select(Reviewer).where(Reviewer.call_id == call.id, Reviewer.account_id == account_id))
        if found is None and account_id not in dict(queries.may_review(session, call_id)):
            raise Invalid({"account_id": "Bitte eine Person mit der Rolle Jury wählen."})
        if found is None:
            found = Reviewer(call_id=call.id, account_id=account_id)
            session.add(found)
        else:
            found.released_at = None
    return found


def release(session: Session, actor: Actor, call_id: int, reviewer_id: int, now: datetime) -> None:
    """Let somebody go out of the jury; who has begun to review stays known, and reads nothing any more."""
    with perform(session, actor, Action.CALL_EDIT):
        _still_undecided(session, actor, call_id)
        found = queries.find_reviewer(session, call_id, reviewer_id)
        begun = select(Review.id).where(Review.call_id == call_id, Review.account_id == found.account_id)
        if session.scalar(begun.limit(1)) is None:
            try:
                with session.begin_nested():
                    session.delete(found)
                return
            except IntegrityError:  # a review was begun just now
                session.expire(found)
        found.released_at = now


def announce(session: Session, actor: Actor, call_id: int, version: int, now: datetime) -> Call:
    """Tell the towns what was decided: from now on they read it. Needs a decision on every application."""
    with perform(session, actor, Action.CALL_DECIDE):
        call = _locked(session, actor, call_id, version)
        check_not_called_off(call)
        if phase_of(call, now) != "GESCHLOSSEN":
            raise Conflict("Bekannt gegeben wird einmal, wenn der Aufruf geschlossen ist.")
        call.decided_at = now
    return call


def _locked(session: Session, actor: Actor, call_id: int, version: int) -> Call:
    queries.get(session, actor, call_id)
    call = session.get(Call, call_id, with_for_update={"key_share": True}, populate_existing=True)
    if call is None:
        raise NotFound("Der Aufruf", call_id)
    if call.version != version:
        raise Conflict(STALE, theirs=call_values(call), version=call.version)
    return call


def _before_opening(session: Session, actor: Actor, call_id: int, version: int, now: datetime) -> Call:
    call = _locked(session, actor, call_id, version)
    check_not_called_off(call)
    if phase_of(call, now) not in {"ENTWURF", "ANGEKUENDIGT"}:
        raise Conflict(RUNNING)
    return call


def _still_undecided(session: Session, actor: Actor, call_id: int) -> Call:
    call = queries.get(session, actor, call_id)
    check_not_called_off(call)
    if call.decided_at is not None:
        raise Conflict("Über den Aufruf ist entschieden. Die Jury bleibt, wie sie ist.")
    return call


def _check_project(session: Session, project_id: int | None) -> None:
    if project_id is not None and queries.project_name(session, project_id) is None:
        raise Invalid({"pilot_project_id": "Dieses Pilotprojekt gibt es nicht."})
