"""What the pages of calls share: their frame, and a form that is shown, saved, or refused."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.calls import queries
from geo.calls.codes import OUTCOMES, PHASES, REVIEWS, STATES
from geo.calls.model import Call
from geo.calls.timing import in_words, phase_of
from geo.core.access import Action, may
from geo.core.documents import Files
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from webapp.app import actor, register_app, staff_session

# How each code looks: tone and shape of its badge.
LOOKS = {
    "ENTWURF": ("rest", "ring"),
    "ANGEKUENDIGT": ("active", "ring"),
    "OFFEN": ("good", "disc"),
    "GESCHLOSSEN": ("rest", "square"),
    "ENTSCHIEDEN": ("rest", "diamond"),
    "ABGESAGT": ("bad", "cross"),
    "EINGEREICHT": ("good", "disc"),
    "ZURUECKGEZOGEN": ("rest", "dash"),
    "ABGEGEBEN": ("good", "disc"),
    "BEFANGEN": ("warn", "cross"),
    # A review that is to do is not a call that is open.
    "reviews:OFFEN": ("active", "ring"),
    "AUSGEWAEHLT": ("good", "disc"),
    "WARTELISTE": ("active", "half"),
    "ABGELEHNT": ("rest", "dash"),
}
CODES = {"phases": PHASES, "states": STATES, "reviews": REVIEWS, "outcomes": OUTCOMES}


def now() -> datetime:
    """The moment of this request."""
    return datetime.now(UTC)


def moment_words(value: str) -> str:
    """A moment of the history (ISO 8601) as pages say it."""
    return in_words(datetime.fromisoformat(value))


def the_call(call_id: int) -> Call:
    """The call that a page is about."""
    return queries.get(staff_session(), actor(), call_id)


def document_store() -> Files:
    """The folder of the attachments."""
    return Files(register_app().settings.home / queries.DOCUMENTS_FOLDER)


def page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """An internal page of calls."""
    frame = {"nav": "calls", "codes": CODES, "looks": LOOKS, "in_words": in_words, "moment": now()}
    if "call" in values:
        frame["phase"] = phase_of(values["call"], now())
        frame["is_office"] = may(actor(), Action.CALL_EDIT)
    blank: dict[str, Any] = {"values": {}, "errors": {}, "labels": {}}
    return render_template(f"calls/intern/{template}.html", **frame, **{**blank, **values}), status


def to(endpoint: str, sentence: str, **values: Any) -> ResponseReturnValue:
    """To another page, with a sentence about what was done."""
    flash(sentence, "good")
    return redirect(url_for(f"calls_intern.{endpoint}", **values), 303)


def act(endpoint: str, do: Callable[[], str], **values: Any) -> ResponseReturnValue:
    """Do what a button asks for and say so on the page it leads to; what is refused is said there too."""
    try:
        return to(endpoint, do(), **values)
    except Conflict as refused:
        staff_session().rollback()
        flash(str(refused), "bad")
        return redirect(url_for(f"calls_intern.{endpoint}", **values), 303)


def write(
    template: str,
    save: Callable[[], ResponseReturnValue],
    *,
    first: Mapping[str, Any],
    shown: Callable[[], Mapping[str, Any]],
) -> ResponseReturnValue:
    """Show a form with its `first` values, or save what was sent; what is refused is said in the form.

    `shown` gives what else the page needs, read anew after a refusal.
    """
    if request.method == "GET":
        return page(template, **{"values": first, **shown()})
    try:
        return save()
    except Invalid as refused:
        confirm = refused.confirm if isinstance(refused, NeedsConfirmation) else None
        values = request.form.to_dict()
        return page(template, 422, **{**shown(), "values": values, "errors": refused.fields, "confirm": confirm})
    except Conflict as conflict:
        staff_session().rollback()
        values, sentence = request.form.to_dict(), str(conflict)
        if conflict.version is not None:
            values["version"] = str(conflict.version)
            sentence += " Unten steht, was Sie eingetragen haben; erneut speichern ersetzt den anderen Stand."
        more = {"values": values, "errors": {"": sentence}, "theirs": conflict.theirs}
        return page(template, 409, **{**shown(), **more})
