"""Pages of reviewers and of the deciding office: read, mark, declare a conflict, compare, decide, make sites."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo import taking_on
from geo.calls import queries as calls
from geo.calls.applying import queries as applications
from geo.calls.applying.schemas import LABELS
from geo.calls.codes import MOST_POINTS
from geo.calls.judging import queries, service
from geo.calls.judging.schemas import (
    DECISION_LABELS,
    mark_values,
    parse_conflict,
    parse_decision,
    parse_marks,
)
from geo.core.access import Action, may
from geo.core.errors import Conflict, NotFound
from geo.core.parsing import Fields
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.calls.applying_pages import handed_out
from webapp.calls.frame import now, page, the_call, to, write


def _record(application_id: int) -> applications.Record:
    return applications.handed_in(staff_session(), actor(), application_id)


def _frame(record: applications.Record) -> dict[str, Any]:
    call_id = record.application.call_id
    spot = record.spot
    feature = None
    if spot is not None:
        kind = {"kind": "pilots", "id": record.application.id, "title": record.application.title or record.municipality}
        feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(spot)}, "properties": kind}
    return {
        "call": the_call(call_id),
        "record": record,
        "questions": calls.questions(staff_session(), call_id),
        "criteria": calls.criteria(staff_session(), call_id),
        "names": LABELS,
        "feature": feature,
    }


@needs(Action.CALL_VIEW)
def application(application_id: int) -> ResponseReturnValue:
    """An application that was handed in, for the office and the jury."""
    record = _record(application_id)
    session, call_id = staff_session(), record.application.call_id
    decides = may(actor(), Action.CALL_DECIDE)
    return page(
        "application",
        **_frame(record),
        decides=decides,
        past=queries.past_decisions(session, application_id) if decides else [],
        declared=queries.declared(session, actor(), call_id).get(application_id, []) if decides else [],
        site_id=queries.sites(session, call_id).get(application_id) if decides else None,
        reviews=queries.reviewer_of(session, actor(), call_id) is not None,
        review=queries.own_review(session, actor(), application_id),
    )


@needs(Action.CALL_VIEW)
def file(application_id: int, attachment_id: int) -> Response:
    """A file of an application that was handed in, to keep."""
    return handed_out(applications.attachment(_record(application_id), attachment_id))


@needs(Action.CALL_REVIEW)
def review(application_id: int) -> ResponseReturnValue:
    """The reviewer's own marks: saved as a draft as often as they like, handed in once."""
    _reviewed(application_id)
    session = staff_session()
    known = queries.own_review(session, actor(), application_id)
    first = mark_values(queries.own_marks(session, actor(), application_id))
    first["version"] = known.version if known else 0

    def shown() -> dict[str, Any]:
        frame = _frame(_reviewed(application_id))
        names = {f"points-{one.id}": f"{one.name}, Punkte" for one in frame["criteria"]}
        names |= {f"reason-{one.id}": f"{one.name}, Begründung" for one in frame["criteria"]}
        mine = queries.own_review(staff_session(), actor(), application_id)
        return {**frame, "labels": names, "review": mine, "most": MOST_POINTS}

    def save() -> ResponseReturnValue:
        whole = "abgeben" in request.form
        criteria = calls.criteria(session, _record(application_id).application.call_id)
        given = parse_marks(request.form, criteria, whole=whole)
        version = Fields(request.form).version()
        act = service.hand_in if whole else service.save_marks
        done = act(session, actor(), application_id, version, given, now())
        if whole:
            return to("show", "Die Bewertung ist abgegeben.", call_id=done.call_id)
        return to("review", "Gespeichert. Noch sieht das niemand außer Ihnen.", application_id=application_id)

    return write("review", save, first=first, shown=shown)


def _reviewed(application_id: int) -> applications.Record:
    """The application, for one of its jury. Raises `NotFound`."""
    record = _record(application_id)
    if queries.reviewer_of(staff_session(), actor(), record.application.call_id) is None:
        raise NotFound("Die Bewerbung", application_id)
    return record


@needs(Action.CALL_REVIEW)
def conflict(application_id: int) -> ResponseReturnValue:
    """The reviewer says that they are not impartial here."""
    record = _reviewed(application_id)
    call_id, town = record.application.call_id, record.municipality

    def save() -> ResponseReturnValue:
        reason = parse_conflict(request.form)
        service.declare_conflict(staff_session(), actor(), application_id, reason, now())
        return to("show", f"Vermerkt. Die Bewerbung von {town} ist für Sie jetzt geschlossen.", call_id=call_id)

    def shown() -> dict[str, Any]:
        mine = queries.own_review(staff_session(), actor(), application_id)
        is_handed_in = mine is not None and mine.handed_in_at is not None
        labels = {"reason": "Grund", "confirmed": "Bestätigung"}
        return {**_frame(_record(application_id)), "is_handed_in": is_handed_in, "labels": labels}

    return write("befangen", save, first={}, shown=shown)


@needs(Action.CALL_VIEW)
def ranking(call_id: int) -> ResponseReturnValue:
    """The ranking with marks and reasons, for the office, and for reviewers who have handed in all of theirs."""
    session, call = staff_session(), the_call(call_id)
    found = queries.comparison(session, actor(), call_id)
    decides = may(actor(), Action.CALL_DECIDE)
    jury = calls.reviewers(session, call_id) if decides else []
    return page(
        "ranking",
        call=call,
        found=found,
        criteria=calls.criteria(session, call_id),
        decides=decides,
        left=queries.missing_reviews(jury),
        undecided=[one for one in found.applications if one not in found.decisions],
    )


@needs(Action.CALL_DECIDE)
def decide(application_id: int) -> ResponseReturnValue:
    """Decide about an application, with its marks beside."""
    record = _record(application_id)
    call_id = record.application.call_id

    def shown() -> dict[str, Any]:
        found = queries.comparison(staff_session(), actor(), call_id)
        ranked = next(one for one in found.ranked if one.application == application_id)
        past = queries.past_decisions(staff_session(), application_id)
        frame = {"ranked": ranked, "marks": found.marks.get(application_id, []), "past": past}
        frame["declared"] = found.declared.get(application_id, [])
        return {**_frame(_record(application_id)), **frame, "labels": DECISION_LABELS}

    def save() -> ResponseReturnValue:
        service.decide(staff_session(), actor(), application_id, parse_decision(request.form), now())
        return to("ranking", f"Über die Bewerbung von {record.municipality} ist entschieden.", call_id=call_id)

    last = queries.decisions(staff_session(), call_id).get(application_id)
    first = {"after": last.number if last else 0, "outcome": last.outcome if last else None}
    return write("decide", save, first=first, shown=shown)


@needs(Action.PILOT_EDIT)
def take_on(application_id: int) -> ResponseReturnValue:
    """Make the pilot site of a chosen application."""
    call_id = _record(application_id).application.call_id
    try:
        site = taking_on.take_on(staff_session(), actor(), application_id)
    except Conflict as refused:
        staff_session().rollback()
        flash(str(refused), "bad")
        return redirect(url_for("calls_intern.ranking", call_id=call_id), 303)
    return to("ranking", f"Der Pilotstandort „{site.name}“ ist angelegt.", call_id=call_id)


@needs(Action.PILOT_EDIT)
def take_back(application_id: int) -> ResponseReturnValue:
    """Remove the pilot site again."""
    call_id = _record(application_id).application.call_id
    try:
        taking_on.take_back(staff_session(), actor(), application_id, now())
    except Conflict as refused:
        staff_session().rollback()
        flash(str(refused), "bad")
        return redirect(url_for("calls_intern.ranking", call_id=call_id), 303)
    return to("ranking", "Der Pilotstandort ist wieder entfernt.", call_id=call_id)
