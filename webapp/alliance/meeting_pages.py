"""Meetings: when and where, their course from draft to invitation, the agenda, documents."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from geo.alliance import queries as alliance
from geo.alliance.meetings import queries, service
from geo.alliance.meetings.schemas import (
    DOCUMENT_LABELS,
    EMPTY_ROWS,
    MEETING_LABELS,
    MOST_ITEMS,
    meeting_values,
    parse_agenda,
    parse_meeting,
    parse_title,
)
from geo.core import clock
from geo.core import documents as files
from geo.core.access import Action
from geo.core.documents import ALLIANCE, Files
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from webapp import parameters
from webapp.access import needs
from webapp.alliance import frame
from webapp.app import actor, register_app, staff_session, takes_files

OLDEST_YEAR = 2021


def to(meeting_id: int, sentence: str) -> ResponseReturnValue:
    """To the meeting's page."""
    flash(sentence, "good")
    return redirect(url_for("alliance_intern.meeting", meeting_id=meeting_id), 303)


@needs(Action.ALLIANCE_VIEW)
def meetings() -> ResponseReturnValue:
    """The meetings of a year."""
    today = clock.today()
    year = parameters.whole("jahr", OLDEST_YEAR, 2099) or today.year
    slug = parameters.text("gruppe", 60)
    groups = alliance.groups(staff_session())
    group = next((one for one in groups if one.slug == slug), None)
    found = queries.meetings(staff_session(), date(year, 1, 1), date(year, 12, 31), None if group is None else group.id)
    return frame.page("meetings", year=year, groups=groups, group=group, rows=found, oldest=OLDEST_YEAR)


def _shown() -> dict[str, Any]:
    groups = [(one.id, one.name) for one in alliance.groups(staff_session())]
    return {"labels": MEETING_LABELS, "groups": groups}


def _given() -> Any:
    return parse_meeting(request.form, [one.id for one in alliance.groups(staff_session())])


@needs(Action.ALLIANCE_EDIT)
def new() -> ResponseReturnValue:
    """A new meeting, as a draft."""

    def save() -> ResponseReturnValue:
        made = service.create(staff_session(), actor(), _given())
        return to(made.id, "Die Sitzung ist als Entwurf angelegt. Nur die Geschäftsstelle sieht sie, bis Sie einladen.")

    day = clock.today() + timedelta(days=28)
    first = {"starts_at": f"{day.isoformat()}T14:00", "ends_at": f"{day.isoformat()}T16:00"}
    return frame.write("meeting_form", save, first, lambda: {**_shown(), "meeting": None})


@needs(Action.ALLIANCE_VIEW)
def meeting(meeting_id: int) -> ResponseReturnValue:
    """A meeting with all that may be read of it."""
    record = queries.get(staff_session(), meeting_id)
    has_begun = record.meeting.starts_at <= datetime.now(UTC)
    return frame.page("meeting", record=record, meeting=record.meeting, has_begun=has_begun)


@needs(Action.ALLIANCE_EDIT)
def edit(meeting_id: int) -> ResponseReturnValue:
    """Change when, where or whose."""
    found = queries.find_meeting(staff_session(), meeting_id)

    def save() -> ResponseReturnValue:
        service.update(staff_session(), actor(), meeting_id, frame.version(), _given())
        return to(meeting_id, "Gespeichert.")

    first = {**meeting_values(found), "version": found.version}
    return frame.write(
        "meeting_form", save, first, lambda: {**_shown(), "meeting": queries.find_meeting(staff_session(), meeting_id)}
    )


@needs(Action.ALLIANCE_EDIT)
def course(meeting_id: int) -> ResponseReturnValue:
    """A meeting goes a step: invited to, called off, deleted as a draft; minutes released or taken back."""
    session, person, version, today = staff_session(), actor(), frame.version(), clock.today()
    step = request.form.get("step")
    if step == "einladen":
        service.invite(session, person, meeting_id, version, today)
        return to(meeting_id, "Die Sitzung steht nun für alle Mitglieder mit Konto im Register und in den Kalendern.")
    if step == "absagen":
        service.call_off(session, person, meeting_id, version, today)
        return to(meeting_id, "Die Sitzung ist abgesagt; in den Kalendern steht es auch.")
    if step == "freigeben":
        service.release_minutes(session, person, meeting_id, version, datetime.now(UTC))
        return to(meeting_id, "Das Protokoll ist für die Mitglieder mit Konto freigegeben.")
    if step == "zuruecknehmen":
        service.release_minutes(session, person, meeting_id, version, None)
        return to(meeting_id, "Das Protokoll sieht wieder nur die Geschäftsstelle.")
    if step == "loeschen":
        service.delete_draft(session, person, meeting_id, version)
        flash("Der Entwurf ist gelöscht.", "good")
        return redirect(url_for("alliance_intern.meetings"), 303)
    raise Invalid({"": "Diesen Schritt gibt es nicht."})


@needs(Action.ALLIANCE_EDIT)
def agenda(meeting_id: int) -> ResponseReturnValue:
    """The agenda as a whole, with empty rows for more."""
    record = queries.get(staff_session(), meeting_id)

    def save() -> ResponseReturnValue:
        service.set_agenda(staff_session(), actor(), meeting_id, frame.version(), parse_agenda(request.form))
        return to(meeting_id, "Die Tagesordnung ist gespeichert.")

    first: dict[str, Any] = {"version": record.meeting.version}
    for number, one in enumerate(record.items, 1):
        first |= {f"item-{number}": one.item.id, f"position-{number}": number}
        first |= {f"title-{number}": one.item.title, f"note-{number}": one.item.note}
    rows = min(len(record.items) + EMPTY_ROWS, MOST_ITEMS)
    return frame.write("agenda", save, first, lambda: {"record": record, "rows": rows})


def document_store() -> Files:
    """The folder of the documents."""
    return Files(register_app().settings.home / queries.DOCUMENTS_FOLDER)


@takes_files(files.MOST_BYTES + 100_000)
@needs(Action.ALLIANCE_EDIT)
def documents(meeting_id: int) -> ResponseReturnValue:
    """The meeting's documents, and one more."""

    def save() -> ResponseReturnValue:
        errors: dict[str, str] = {}
        title, file = "", None
        sent = request.files.get("file")
        content = sent.read(files.MOST_BYTES + 1) if sent is not None and sent.filename else b""
        try:
            title = parse_title(request.form)
        except Invalid as refused:
            errors |= refused.fields
        try:
            file = files.accepted(sent.filename or "" if sent else "", content)
        except Invalid as refused:
            errors |= refused.fields
        if errors or file is None:
            raise Invalid(errors)
        service.add_document(staff_session(), actor(), meeting_id, title, file, document_store())
        flash("Die Unterlage ist gespeichert.", "good")
        return redirect(url_for("alliance_intern.documents", meeting_id=meeting_id), 303)

    def shown() -> dict[str, Any]:
        return {"record": queries.get(staff_session(), meeting_id), "labels": DOCUMENT_LABELS}

    return frame.write("documents", save, {}, shown)


@needs(Action.ALLIANCE_VIEW)
def document(meeting_id: int, document_id: int) -> Response:
    """A document as a file to keep: nothing in it is shown by the register."""
    found = queries.find_document(staff_session(), meeting_id, document_id)
    path = document_store().path(ALLIANCE, found.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(Action.ALLIANCE_EDIT)
def remove_document(meeting_id: int, document_id: int) -> ResponseReturnValue:
    """Take a document away."""
    service.remove_document(staff_session(), actor(), meeting_id, document_id)
    flash("Die Unterlage ist entfernt.", "good")
    return redirect(url_for("alliance_intern.documents", meeting_id=meeting_id), 303)


@needs(Action.ALLIANCE_EDIT)
def finish_task(task_id: int) -> ResponseReturnValue:
    """A task is done."""
    task = service.finish_task(staff_session(), actor(), task_id, clock.today())
    flash(f"„{task.title}“ ist erledigt.", "good")
    back = Fields(request.form).text("back")
    if back == "uebersicht":
        return redirect(url_for("alliance_intern.overview"), 303)
    return redirect(url_for("alliance_intern.meeting", meeting_id=task.meeting_id), 303)
