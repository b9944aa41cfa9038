"""A town's application: a form that saves as it goes, what is missing, attachments, handing in and withdrawing."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, g, jsonify, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from geo.calls import queries as calls
from geo.calls.applying import queries, service
from geo.calls.applying.schemas import (
    LABELS,
    REQUIRED,
    TEXTS,
    input_values,
    labels,
    missing,
    parse_application,
)
from geo.calls.codes import STATES
from geo.calls.judging import queries as judging
from geo.calls.model import Attachment
from geo.calls.timing import phase_of, saved_in_words
from geo.core import documents as files
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.parsing import Fields
from geo.places.queries import middle
from webapp import entries, forms
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session, takes_files
from webapp.calls.frame import act, document_store, moment_words, now, page, the_call, to, write
from webapp.errors import is_for_program

_HISTORY = {
    "call_applications": entries.Words(
        {
            **{name: label for name, label in LABELS.items() if not name.startswith("contact")},
            "state": "Stand",
            "point": "Punkt",
            "handed_in_at": "Eingereicht",
        },
        {"state": entries.coded(STATES), "point": entries.point, "handed_in_at": moment_words},
    ),
    "call_answers": entries.Words({"answer": "Antwort"}, row="Frage"),
    "call_attachments": entries.Words({"title": "Titel", "file_name": "Datei"}, row="Anlage"),
}
_DONE = {
    str(Action.CALL_APPLY): "Bewerbung bearbeitet",
    str(Action.CALL_HAND_IN): "Bewerbung eingereicht oder zurückgezogen",
    str(Action.RESIDENT_ERASE): "Texte und Anlagen nach der Frist gelöscht",
}


def own_town() -> int:
    """The town that the page is shown for, if the person is one of its people. Raises `NotFound`."""
    town = chosen_town()
    if actor().role_in(town) is None:
        raise NotFound("Die Bewerbung")
    return town


def _record(call_id: int) -> queries.Record:
    return queries.own(staff_session(), actor(), call_id, own_town())


@needs(Action.CALL_APPLY)
def begin(call_id: int) -> ResponseReturnValue:
    """A draft for the town, or the one that there is."""
    try:
        service.begin(staff_session(), actor(), call_id, own_town(), now())
    except Conflict as refused:
        staff_session().rollback()
        flash(str(refused), "bad")
        return redirect(url_for("calls_intern.show", call_id=call_id), 303)
    return redirect(url_for("calls_intern.apply", call_id=call_id), 303)


@needs(Action.CALL_VIEW)
def apply(call_id: int) -> ResponseReturnValue:
    """The application form; a script saves it while somebody types, a button does so without. Read only later."""
    record = _record(call_id)
    if request.method == "GET":
        return _form(call_id)
    asked = calls.questions(staff_session(), call_id)
    data = None
    try:
        version = Fields(request.form).version()
        data = parse_application(request.form, asked)
        saved = service.save(staff_session(), actor(), call_id, own_town(), version, data, now())
        staff_session().flush()
    except Invalid as refused:
        if is_for_program():
            raise
        return _form(call_id, 422, values=request.form.to_dict(), errors=refused.fields)
    except Conflict as conflict:
        if is_for_program():
            raise
        staff_session().rollback()
        if data is not None and conflict.version is not None:
            return _collided(call_id, input_values(data, asked), conflict)
        return _form(call_id, 409, values=request.form.to_dict(), errors={"": str(conflict)})
    if is_for_program():
        return _saved(record, saved.version)
    flash(f"{saved_in_words(saved.saved_at, now())}.", "good")
    wanted = "check" if "weiter" in request.form else "apply"
    return redirect(url_for(f"calls_intern.{wanted}", call_id=call_id), 303)


def _saved(record: queries.Record, version: int) -> Response:
    """What the script of the form shows: when it was saved, and how much is missing."""
    fresh = _record(record.application.call_id)
    lacking = _missing(fresh)
    said = f"{saved_in_words(fresh.application.saved_at, now())}."
    still = "Es fehlt nichts mehr." if not lacking else f"Noch {len(lacking)} Angaben bis zum Einreichen."
    return jsonify(saved=said, version=version, missing=still if len(lacking) != 1 else "Noch eine Angabe.")


def _missing(record: queries.Record) -> Mapping[str, str]:
    call_id = record.application.call_id
    return missing(the_call(call_id), calls.questions(staff_session(), call_id), record.values)


def _form(call_id: int, status: int = 200, **given: Any) -> ResponseReturnValue:
    record, call = _record(call_id), the_call(call_id)
    asked, town = calls.questions(staff_session(), call_id), own_town()
    is_open = record.application.state == "ENTWURF" and phase_of(call, now()) == "OFFEN"
    shown = {
        "call": call,
        "record": record,
        "questions": asked,
        "labels": labels(asked),
        "longest": TEXTS,
        "required": REQUIRED,
        "center": middle(staff_session(), town),
        "missing": _missing(record),
        "saved": saved_in_words(record.application.saved_at, now()),
        "values": {**record.values, "version": record.application.version},
        "is_open": is_open,
        "may_hand_in": may(actor(), Action.CALL_HAND_IN, town),
        "decision": judging.own_decision(staff_session(), actor(), record.application.id, town),
    }
    may_write = may(actor(), Action.CALL_APPLY, town)
    template = "apply" if (is_open and may_write) or "errors" in given else "own"
    return page(template, status, **{**shown, **given})


def _collided(call_id: int, mine: Mapping[str, Any], conflict: Conflict) -> ResponseReturnValue:
    record = _record(call_id)
    done = queries.history(staff_session(), actor(), record.application)
    others = entries.changed_since(done, "call_applications", Fields(request.form).version())
    names = labels(calls.questions(staff_session(), call_id))
    # What has no history (contacts), or one of its own (answers), may have been changed by either.
    changed = entries.fields_of(others, {}) | {name for name in names if name.startswith(("answer", "contact"))}
    theirs = {name: conflict.theirs.get(name) for name in names}
    differing, common = forms.side_by_side(names, mine, theirs, changed=changed)
    return page(
        "conflict",
        409,
        call=the_call(call_id),
        record=record,
        fields=differing,
        same=common,
        version=conflict.version,
        message=str(conflict),
        newest=next(iter(others), None),
    )


@needs(Action.CALL_VIEW)
def check(call_id: int) -> ResponseReturnValue:
    """What is missing, in words; then the manager hands in."""
    record = _record(call_id)
    lacking, town = _missing(record), own_town()
    frame: dict[str, Any] = {"call": the_call(call_id), "record": record}
    frame |= {"labels": labels(calls.questions(staff_session(), call_id)), "questions": []}
    return page("check", missing=lacking, may_hand_in=may(actor(), Action.CALL_HAND_IN, town), **frame)


@needs(Action.CALL_HAND_IN)
def hand_in(call_id: int) -> ResponseReturnValue:
    """Hand the application in, as it was shown."""

    def do() -> str:
        service.hand_in(staff_session(), actor(), call_id, own_town(), Fields(request.form).version(), now())
        return "Die Bewerbung ist eingereicht."

    try:
        return act("show", do, call_id=call_id)
    except Invalid:
        staff_session().rollback()
        flash("Es fehlt noch etwas: siehe unten.", "bad")
        return redirect(url_for("calls_intern.check", call_id=call_id), 303)


@needs(Action.CALL_HAND_IN)
def withdraw(call_id: int) -> ResponseReturnValue:
    """Take back what was handed in, before the closing."""

    def do() -> str:
        service.withdraw(staff_session(), actor(), call_id, own_town(), Fields(request.form).version(), now())
        return "Die Bewerbung ist zurückgezogen. Bis zum Schluss lässt sie sich wieder aufnehmen."

    return act("show", do, call_id=call_id)


@needs(Action.CALL_APPLY)
def take_up(call_id: int) -> ResponseReturnValue:
    """Go on writing at what was withdrawn."""

    def do() -> str:
        service.take_up(staff_session(), actor(), call_id, own_town(), Fields(request.form).version(), now())
        return "Die Bewerbung ist wieder ein Entwurf."

    return act("apply", do, call_id=call_id)


@takes_files(files.MOST_BYTES + 100_000)
@needs(Action.CALL_APPLY)
def attachments(call_id: int) -> ResponseReturnValue:
    """The application's files, and one more."""

    def shown() -> dict[str, Any]:
        names = {"title": "Titel", "file": "Datei"}
        record, call = _record(call_id), the_call(call_id)
        is_open = record.application.state == "ENTWURF" and phase_of(call, now()) == "OFFEN"
        return {"call": call, "record": record, "labels": names, "is_open": is_open}

    def save() -> ResponseReturnValue:
        fields = Fields(request.form)
        title = fields.text("title", longest=200)
        sent = request.files.get("file")
        content = sent.read(files.MOST_BYTES + 1) if sent is not None and sent.filename else b""
        try:
            file = files.accepted(sent.filename or "" if sent else "", content)
        except Invalid as refused:
            raise Invalid({**fields.errors, **refused.fields}) from None
        fields.check()
        service.attach(staff_session(), actor(), call_id, own_town(), title, file, now(), store=document_store())
        return to("attachments", "Die Anlage ist gespeichert.", call_id=call_id)

    return write("attachments", save, first={}, shown=shown)


@needs(Action.CALL_APPLY)
def detach(call_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take a file away."""
    service.detach(staff_session(), actor(), call_id, own_town(), attachment_id, now())
    return to("attachments", "Die Anlage ist entfernt.", call_id=call_id)


@needs(Action.CALL_VIEW)
def attachment(call_id: int, attachment_id: int) -> Response:
    """A file of the own application, to keep."""
    return handed_out(queries.attachment(_record(call_id), attachment_id))


def handed_out(found: Attachment) -> Response:
    """The file as an attachment: nothing in it is shown by the register."""
    path = document_store().path(found.municipality_id, found.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(Action.CALL_VIEW)
def own_history(call_id: int) -> ResponseReturnValue:
    """What the town did to its application."""
    record = _record(call_id)
    found = queries.history(staff_session(), actor(), record.application)
    shown = entries.entries(found, _HISTORY, _DONE, "Bewerbung begonnen")
    return page("history", call=the_call(call_id), record=record, entries=shown, town=g.municipality_id)
