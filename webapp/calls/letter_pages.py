"""Letters about the decision: the office writes their texts, and each town opens the one to itself."""

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from geo.calls.applying import queries as applications
from geo.calls.codes import OUTCOMES
from geo.calls.judging import queries, service
from geo.calls.judging.letters import Addressed, letter_of
from geo.calls.judging.letters import page as letter_page
from geo.calls.judging.model import Decision
from geo.calls.judging.schemas import FACTS, LETTER_LABELS, letter_values, parse_letter
from geo.calls.model import Call
from geo.core import clock
from geo.core.access import Action
from geo.core.db import for_municipality
from geo.core.errors import Conflict, NotFound
from geo.core.parsing import Fields
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.calls.applying_pages import own_town
from webapp.calls.frame import page, the_call, to, write
from webapp.language import day_text
from webapp.typesetting import in_type


@needs(Action.CALL_DECIDE)
def letters(call_id: int) -> ResponseReturnValue:
    """The letters of a call: their texts, and the PDF of each town."""
    session, call = staff_session(), the_call(call_id)
    rows = applications.of_call(session, call_id)
    return page(
        "letters",
        call=call,
        rows=rows,
        decisions=queries.decisions(session, call_id),
        stored=queries.letters(session, call_id),
        outcomes=OUTCOMES,
    )


@needs(Action.CALL_DECIDE)
def letter(call_id: int, outcome: str) -> ResponseReturnValue:
    """The text of the letters of one outcome."""
    if outcome not in OUTCOMES:
        raise NotFound("Der Brief", outcome)
    stored = queries.letters(staff_session(), call_id).get(outcome)
    first = {**letter_values(letter_of(outcome, stored)), "version": stored.version if stored else 0}

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.save_letter(staff_session(), actor(), call_id, outcome, version, parse_letter(request.form))
        return to("letters", "Der Text ist gespeichert.", call_id=call_id)

    def shown() -> dict[str, Any]:
        return {"call": the_call(call_id), "outcome": outcome, "labels": LETTER_LABELS, "facts": FACTS}

    return write("letter", save, first=first, shown=shown)


def _addressed(call: Call, record: applications.Record, decision: Decision | None) -> Addressed:
    if decision is None or call.decided_at is None:
        raise Conflict("Briefe gibt es, sobald die Entscheidung bekannt gegeben ist.")
    stored = queries.letters(staff_session(), call.id).get(decision.outcome)
    contact = _one_line(record.contact.name if record.contact is not None else None)
    facts = {
        "gemeinde": record.municipality,
        "ansprechperson": contact,
        "aufruf": call.title,
        "vorhaben": _one_line(record.application.title),
        "begruendung": decision.reason,
        "datum": day_text(clock.day_of(decision.decided_at), "long"),
    }
    address = (f"Stadt- oder Gemeindeverwaltung {record.municipality}", contact)
    return Addressed(letter_of(decision.outcome, stored), address, facts, call.is_example)


def _one_line(typed: str | None) -> str:
    """What the town typed, as words within a line: it adds no paragraph, list or heading to the office's letter."""
    return " ".join((typed or "").replace("**", "").split())


@needs(Action.CALL_DECIDE)
def letter_pdf(application_id: int) -> Response:
    """The letter to one town."""
    record = applications.handed_in(staff_session(), actor(), application_id)
    call = the_call(record.application.call_id)
    decision = queries.decisions(staff_session(), call.id).get(application_id)
    return _pdf(letter_page([_addressed(call, record, decision)]), f"brief-{application_id}.pdf")


@needs(Action.CALL_VIEW)
def own_letter_pdf(call_id: int) -> Response:
    """The letter to the town that the page is shown for, for its people, once the decision is announced."""
    session, town, call = staff_session(), own_town(), the_call(call_id)
    record = applications.own(session, actor(), call_id, town)
    with for_municipality(session, town):
        decision = queries.own_decision(session, actor(), record.application.id, town)
        letter = _addressed(call, record, decision)
    return _pdf(letter_page([letter]), f"brief-aufruf-{call_id}.pdf")


@needs(Action.CALL_DECIDE)
def letters_pdf(call_id: int) -> Response:
    """All letters of a call, each beginning on a sheet of its own."""
    call = the_call(call_id)
    rows = applications.of_call(staff_session(), call_id)
    if not rows:
        raise NotFound("Ein Brief")
    decided = queries.decisions(staff_session(), call_id)
    records = [applications.handed_in(staff_session(), actor(), one.id) for one in rows]
    letters = [_addressed(call, one, decided.get(one.application.id)) for one in records]
    return _pdf(letter_page(letters), f"briefe-aufruf-{call_id}.pdf")


def _pdf(html: str, name: str) -> Response:
    answer = Response(in_type(html), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
