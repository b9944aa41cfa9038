"""The office writes, publishes and extends calls, and asks a jury; the page of a call looks different to each."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.calls import queries, service
from geo.calls.applying import queries as applications
from geo.calls.codes import OUTCOMES
from geo.calls.judging import queries as judging
from geo.calls.schemas import (
    CALL_LABELS,
    CALL_OFF_LABELS,
    CRITERION_LABELS,
    EXTENSION_LABELS,
    MOST_ROWS,
    QUESTION_LABELS,
    call_values,
    criteria_values,
    parse_call,
    parse_call_off,
    parse_criteria,
    parse_extension,
    parse_questions,
    question_values,
)
from geo.calls.timing import in_words, phase_of, typed
from geo.core.access import Action, may
from geo.core.history import Change
from geo.core.parsing import Fields
from webapp import entries
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.calls.frame import CODES, LOOKS, act, moment_words, now, page, the_call, to, write

BLANK_ROWS = 3
_HISTORY = {
    "calls": entries.Words(
        {
            **{name: label for name, label in CALL_LABELS.items() if name != "pilot_project_id"},
            "published_at": "Veröffentlicht",
            "decided_at": "Bekannt gegeben",
            "called_off_at": "Abgesagt",
            "called_off_reason": "Grund der Absage",
            "called_off_reason_en": "Grund der Absage (englisch)",
        },
        dict.fromkeys(("opens_at", "closes_at", "published_at", "decided_at", "called_off_at"), moment_words),
    ),
    "call_criteria": entries.Words(CRITERION_LABELS, row="Kriterium"),
    "call_questions": entries.Words(QUESTION_LABELS, row="Frage"),
    "call_extensions": entries.Words(
        {"closes_after": "Neuer Schluss", "reason": "Grund"}, {"closes_after": moment_words}, row="Verlängerung"
    ),
    "call_reviewers": entries.Words(
        {"added_at": "seit", "released_at": "bis"}, dict.fromkeys(("added_at", "released_at"), moment_words), row="Jury"
    ),
    "call_letters": entries.Words(
        {"outcome": "Ergebnis", "subject": "Betreff", "body": "Text"}, {"outcome": entries.coded(OUTCOMES)}, row="Brief"
    ),
}
_DONE = {str(Action.CALL_EDIT): "Aufruf bearbeitet", str(Action.CALL_DECIDE): "Über den Aufruf entschieden"}


@needs(Action.CALL_VIEW)
def overview() -> ResponseReturnValue:
    """All calls that the person may see, the one that closes last first."""
    rows = queries.calls(staff_session(), actor(), g.municipality_id)
    shown = [(one, phase_of(one, now())) for one in rows]
    return page("overview", rows=shown, may_edit=may(actor(), Action.CALL_EDIT), town=_own_town())


def of_project(project_id: int, _day: date) -> str | None:
    """The calls of a pilot project, for its internal page; nothing without one that this person may see."""
    rows = queries.calls(staff_session(), actor(), g.municipality_id, project_id)
    shown = [(one, phase_of(one, now())) for one in rows]
    return render_template("calls/intern/_of_project.html", rows=shown, codes=CODES, looks=LOOKS) if rows else None


def _own_town() -> int | None:
    """The town that the page is shown for, if the person is one of its people."""
    town = g.municipality_id
    return town if town is not None and actor().role_in(town) is not None else None


@needs(Action.CALL_VIEW)
def show(call_id: int) -> ResponseReturnValue:
    """A call with what this person can do: run it, apply to it, review what came in."""
    call, session, town = the_call(call_id), staff_session(), _own_town()
    own = None if town is None else applications.find_own(session, actor(), call_id, town)
    record = None if own is None or town is None else applications.own(session, actor(), call_id, town)
    is_office = may(actor(), Action.CALL_EDIT)
    reviews = judging.reviewer_of(session, actor(), call_id) is not None
    return page(
        "show",
        call=call,
        project=queries.project_name(session, call.pilot_project_id),
        criteria=queries.criteria(session, call_id),
        questions=queries.questions(session, call_id),
        extensions=queries.extensions(session, call_id),
        handed_in=applications.of_call(session, call_id) if is_office else [],
        jury=queries.reviewers(session, call_id) if is_office else [],
        reviews=reviews,
        tasks=judging.to_do(session, actor(), call_id) if reviews else [],
        is_comparable=judging.is_comparable(session, actor(), call_id),
        town=town,
        record=record,
        decision=None if own is None or town is None else judging.own_decision(session, actor(), own.id, town),
        is_resumable=service.is_resumable(call, now()),
        may_apply=town is not None and may(actor(), Action.CALL_APPLY, town),
    )


def _choices() -> dict[str, Any]:
    return {"projects": queries.projects(staff_session()), "labels": CALL_LABELS}


@needs(Action.CALL_EDIT)
def new() -> ResponseReturnValue:
    """A new call, a draft."""
    start = (now() + timedelta(days=14)).replace(hour=8, minute=0, second=0)
    first = {"asks_site": True, "opens_at": typed(start)}

    def save() -> ResponseReturnValue:
        made = service.create(staff_session(), actor(), parse_call(request.form))
        return to("criteria", "Der Entwurf ist angelegt. Nun die Kriterien.", call_id=made.id)

    return write("edit", save, first=first, shown=_choices)


@needs(Action.CALL_EDIT)
def edit(call_id: int) -> ResponseReturnValue:
    """Change a call; once it has begun its texts only."""
    call = the_call(call_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.update(staff_session(), actor(), call_id, version, parse_call(request.form), now())
        return to("show", "Gespeichert.", call_id=call_id)

    first = {**call_values(call), "version": call.version}
    return write("edit", save, first=first, shown=lambda: {**_choices(), "call": the_call(call_id)})


def _row_labels(labels: dict[str, str], count: int) -> dict[str, str]:
    return {f"{name}-{row}": f"{label} ({row + 1})" for row in range(count) for name, label in labels.items()}


def _rows(stored: Sequence[Any], first: str) -> int:
    """How many rows a form of rows has: what is there or was sent, and some to fill in."""
    sent = sum(f"{first}-{row}" in request.form for row in range(MOST_ROWS))
    return min(MOST_ROWS, max(len(stored) + BLANK_ROWS, sent))


@needs(Action.CALL_EDIT)
def criteria(call_id: int) -> ResponseReturnValue:
    """The criteria with their weights, before the call begins."""
    call, stored = the_call(call_id), queries.criteria(staff_session(), call_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.set_criteria(staff_session(), actor(), call_id, version, parse_criteria(request.form), now())
        return to("show", "Die Kriterien sind gespeichert.", call_id=call_id)

    count = _rows(stored, "name")
    labels = _row_labels(CRITERION_LABELS, count)
    shown = {"count": count, "labels": labels, "names": CRITERION_LABELS}
    first = {**criteria_values(stored), "version": call.version}
    return write("criteria", save, first=first, shown=lambda: {**shown, "call": the_call(call_id)})


@needs(Action.CALL_EDIT)
def questions(call_id: int) -> ResponseReturnValue:
    """The questions of the form beyond the fixed ones, before the call begins."""
    call, stored = the_call(call_id), queries.questions(staff_session(), call_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.set_questions(staff_session(), actor(), call_id, version, parse_questions(request.form), now())
        return to("show", "Die Fragen sind gespeichert.", call_id=call_id)

    count = _rows(stored, "question")
    shown = {"count": count, "labels": _row_labels(QUESTION_LABELS, count)}
    first = {**question_values(stored), "version": call.version}
    first |= {f"is_required-{row}": True for row in range(len(stored), count)}
    return write("questions", save, first=first, shown=lambda: {**shown, "call": the_call(call_id)})


@needs(Action.CALL_EDIT)
def publish(call_id: int) -> ResponseReturnValue:
    """Show the call to everybody."""

    def do() -> str:
        call = service.publish(staff_session(), actor(), call_id, Fields(request.form).version(), now())
        return f"Der Aufruf ist veröffentlicht und nimmt ab {in_words(call.opens_at)} Bewerbungen an."

    return act("show", do, call_id=call_id)


@needs(Action.CALL_EDIT)
def unpublish(call_id: int) -> ResponseReturnValue:
    """Take a call back that has not begun."""

    def do() -> str:
        service.unpublish(staff_session(), actor(), call_id, Fields(request.form).version(), now())
        return "Der Aufruf ist wieder ein Entwurf."

    return act("show", do, call_id=call_id)


@needs(Action.CALL_EDIT)
def delete(call_id: int) -> ResponseReturnValue:
    """Remove a draft, after asking once more."""
    call = the_call(call_id)
    if request.method == "GET":
        return page("delete", call=call)
    service.delete(staff_session(), actor(), call_id, Fields(request.form).version())
    flash(f"„{call.title}“ ist gelöscht.", "good")
    return redirect(url_for("calls_intern.overview"), 303)


@needs(Action.CALL_EDIT)
def extend(call_id: int) -> ResponseReturnValue:
    """Put the end of the call off, before it has come."""
    call = the_call(call_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.extend(staff_session(), actor(), call_id, version, parse_extension(request.form), now())
        return to("show", "Der Aufruf ist verlängert.", call_id=call_id)

    first = {"closes_at": typed(call.closes_at), "version": call.version}
    return write("extend", save, first=first, shown=lambda: {"call": the_call(call_id), "labels": EXTENSION_LABELS})


@needs(Action.CALL_EDIT)
def call_off(call_id: int) -> ResponseReturnValue:
    """Call a published call off, with a reason that everybody reads."""
    call = the_call(call_id)
    done = "Der Aufruf ist abgesagt." if call.called_off_at is None else "Der Grund ist geändert."

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.call_off(staff_session(), actor(), call_id, version, parse_call_off(request.form), now())
        return to("show", done, call_id=call_id)

    first = {"reason": call.called_off_reason, "reason_en": call.called_off_reason_en, "version": call.version}
    return write("call_off", save, first=first, shown=lambda: {"call": the_call(call_id), "labels": CALL_OFF_LABELS})


@needs(Action.CALL_EDIT)
def resume(call_id: int) -> ResponseReturnValue:
    """Take the calling off back."""

    def do() -> str:
        service.resume(staff_session(), actor(), call_id, Fields(request.form).version(), now())
        return "Die Absage ist zurückgenommen."

    return act("show", do, call_id=call_id)


@needs(Action.CALL_EDIT)
def jury(call_id: int) -> ResponseReturnValue:
    """Who reviews, how far they are, and one more."""

    def shown() -> dict[str, Any]:
        session = staff_session()
        found = {"rows": queries.reviewers(session, call_id), "choices": queries.may_review(session, call_id)}
        return {**found, "call": the_call(call_id), "labels": {"account_id": "Person"}}

    def save() -> ResponseReturnValue:
        fields = Fields(request.form)
        account_id = fields.whole("account_id", most=2_000_000_000, required=True)
        fields.check()
        service.appoint(staff_session(), actor(), call_id, account_id or 0, now())
        return to("jury", "Die Jury ist ergänzt.", call_id=call_id)

    return write("jury", save, first={}, shown=shown)


@needs(Action.CALL_EDIT)
def release(call_id: int, reviewer_id: int) -> ResponseReturnValue:
    """Let somebody go out of the jury."""

    def do() -> str:
        service.release(staff_session(), actor(), call_id, reviewer_id, now())
        return "Die Person gehört nicht mehr zur Jury."

    return act("jury", do, call_id=call_id)


@needs(Action.CALL_DECIDE)
def announce(call_id: int) -> ResponseReturnValue:
    """Tell the towns what was decided."""

    def do() -> str:
        service.announce(staff_session(), actor(), call_id, Fields(request.form).version(), now())
        return "Die Entscheidung ist bekannt gegeben. Die Gemeinden lesen sie jetzt bei ihrer Bewerbung."

    return act("ranking", do, call_id=call_id)


@needs(Action.CALL_EDIT)
def history(call_id: int) -> ResponseReturnValue:
    """What the office did to the call."""
    found: list[Change] = queries.history(staff_session(), actor(), call_id)
    return page("history", call=the_call(call_id), entries=entries.entries(found, _HISTORY, _DONE, "Aufruf angelegt"))
