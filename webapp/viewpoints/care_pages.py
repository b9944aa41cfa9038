"""Internal pages of a point's upkeep: record a check, notices for visitors, documents, the yard's calendar."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core import documents as files
from geo.core.access import Action, may
from geo.core.calendar_files import written
from geo.core.documents import Files
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.viewpoints import queries as points
from geo.viewpoints.care import queries, service, yard
from geo.viewpoints.care.schemas import parse_check, parse_document, parse_notice
from geo.viewpoints.codes import STATUSES
from webapp import parameters
from webapp.access import by_link, needs
from webapp.app import actor, register_app, staff_session, takes_files
from webapp.viewpoints import care_frame


def _to(viewpoint_id: int, sentence: str) -> ResponseReturnValue:
    """To the point's page, which then offers to take back just this change."""
    flash(sentence, "good")
    viewpoint = care_frame.record(viewpoint_id).viewpoint
    staff_session().flush()
    change = points.newest_change(staff_session(), viewpoint)
    return redirect(url_for("viewpoints_intern.show", viewpoint_id=viewpoint_id, gespeichert=change), 303)


@needs(Action.VIEWPOINT_EDIT)
def check(viewpoint_id: int) -> ResponseReturnValue:
    """Somebody was there and looked."""
    found = care_frame.record(viewpoint_id)
    first: dict[str, Any] = {"checked_on": clock.today().isoformat()}
    first |= {f"state_{one.kind}": one.state for one in found.furniture}

    def save() -> ResponseReturnValue:
        service.record_check(staff_session(), actor(), viewpoint_id, parse_check(request.form, clock.today()))
        return _to(viewpoint_id, "Die Prüfung ist eingetragen.")

    return care_frame.write("check", save, first=first, shown=lambda: {"record": care_frame.record(viewpoint_id)})


@needs(Action.VIEWPOINT_EDIT)
def notices(viewpoint_id: int) -> ResponseReturnValue:
    """What visitors are told for a while, and one sentence more."""

    def shown() -> dict[str, Any]:
        known = queries.care_of(staff_session(), actor(), viewpoint_id).notices
        return {"record": care_frame.record(viewpoint_id), "notices": known}

    def save() -> ResponseReturnValue:
        service.add_notice(staff_session(), actor(), viewpoint_id, parse_notice(request.form))
        flash("Der Hinweis ist gespeichert.", "good")
        return redirect(url_for("care_intern.notices", viewpoint_id=viewpoint_id), 303)

    return care_frame.write("notices", save, first={"since": clock.today().isoformat()}, shown=shown)


@needs(Action.VIEWPOINT_EDIT)
def end_notice(viewpoint_id: int, notice_id: int) -> ResponseReturnValue:
    """A notice is over before its time."""
    service.end_notice(staff_session(), actor(), viewpoint_id, notice_id, clock.today())
    flash("Der Hinweis ist beendet.", "good")
    return redirect(url_for("care_intern.notices", viewpoint_id=viewpoint_id), 303)


def document_store() -> Files:
    """The folder of the documents."""
    return Files(register_app().settings.home / queries.DOCUMENTS_FOLDER)


@takes_files(files.MOST_BYTES + 100_000)
@needs(Action.VIEWPOINT_EDIT)
def documents(viewpoint_id: int) -> ResponseReturnValue:
    """The point's documents, and one more."""

    def shown() -> dict[str, Any]:
        known = queries.care_of(staff_session(), actor(), viewpoint_id).documents
        stages = [(code, names[0]) for code, names in STATUSES.items()]
        return {"record": care_frame.record(viewpoint_id), "documents": known, "stages": stages}

    def save() -> ResponseReturnValue:
        errors: dict[str, str] = {}
        title, stage, file = "", None, None
        sent = request.files.get("file")
        content = sent.read(files.MOST_BYTES + 1) if sent is not None and sent.filename else b""
        try:
            title, stage = parse_document(request.form)
        except Invalid as refused:
            errors |= refused.fields
        try:
            file = files.accepted(sent.filename or "" if sent else "", content)
        except Invalid as refused:
            errors |= refused.fields
        if errors or file is None:
            raise Invalid(errors)
        service.add_document(staff_session(), actor(), viewpoint_id, title, stage, file, document_store())
        flash("Die Unterlage ist gespeichert.", "good")
        return redirect(url_for("care_intern.documents", viewpoint_id=viewpoint_id), 303)

    return care_frame.write("documents", save, first={}, shown=shown)


@needs(Action.VIEWPOINT_VIEW)
def document(viewpoint_id: int, document_id: int) -> Response:
    """A document as a file to keep: nothing in it is shown by the register."""
    found = queries.document(staff_session(), actor(), viewpoint_id, document_id)
    path = document_store().path(found.municipality_id, found.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(Action.VIEWPOINT_EDIT)
def remove_document(viewpoint_id: int, document_id: int) -> ResponseReturnValue:
    """Take a document away."""
    service.remove_document(staff_session(), actor(), viewpoint_id, document_id)
    return _to(viewpoint_id, "Die Unterlage ist entfernt.")


@needs(Action.VIEWPOINT_EDIT)
def feeds() -> ResponseReturnValue:
    """The town's calendars of checks, prunings and repairs, and a form for a new address."""
    town = g.municipality_id
    if request.method == "GET" or town is None:
        return _feeds()
    fields = Fields(request.form)
    label = fields.text("label", required=True, longest=service.LONGEST_LABEL)
    try:
        fields.check()
        made, token = service.make_feed(staff_session(), actor(), town, label or "")
    except Invalid as refused:
        return _feeds(422, values=request.form.to_dict(), errors=refused.fields)
    path = url_for("care_feeds.secret", token=token)
    return _feeds(made=made.label, address=register_app().settings.url + path)


def _feeds(status: int = 200, **values: Any) -> ResponseReturnValue:
    town, day = g.municipality_id, parameters.day()
    known = queries.feeds(staff_session(), actor(), town) if town is not None else []
    entries = yard.calendar(staff_session(), town, day, "") if town is not None else []
    made = sorted(entries, key=lambda one: one.first)
    blank: dict[str, Any] = {"values": {}, "errors": {}, "made": None, "address": None}
    return care_frame.page(
        "feeds",
        status,
        known=known,
        coming=[one for one in made if not one.is_cancelled],
        may_make=town is not None and may(actor(), Action.VIEWPOINT_EDIT, town),
        **blank | values,
    )


@needs(Action.VIEWPOINT_EDIT)
def revoke(feed_id: int) -> ResponseReturnValue:
    """Let a calendar's address lead nowhere any more."""
    if g.municipality_id is None:
        raise Invalid({"": "Bitte zuerst im Feld „Gemeinde“ eine wählen."})
    version = Fields(request.form).version()
    gone = service.revoke_feed(staff_session(), actor(), g.municipality_id, feed_id, version, datetime.now(UTC))
    flash(f"Die Adresse „{gone.label}“ führt nicht mehr zum Kalender.", "good")
    return redirect(url_for("care_intern.feeds"), 303)


@by_link
def secret(token: str) -> Response:
    """The yard's calendar. What leads nowhere any more looks like what never led anywhere."""
    session, day = staff_session(), parameters.day()
    feed = queries.feed_of(session, token)
    made = yard.calendar(session, feed.municipality_id, day, f"{register_app().settings.url}/intern/blicke/")
    answer = Response(written(feed.label, made), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="blickpunkte.ics"'
    newest = max((one.changed_at for one in made), default=None)
    if newest is not None:
        answer.last_modified = newest
    return answer
