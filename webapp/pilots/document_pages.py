"""Documents of a project: kept for everybody or for the alliance, handed out as files, never shown by the register."""

from typing import Any

from flask import Response, abort, request, send_file
from flask.typing import ResponseReturnValue

from geo.core import documents as files
from geo.core.access import Action
from geo.core.documents import ALLIANCE, Files
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.pilots.projects import queries, service
from geo.pilots.projects.schemas import DOCUMENT_LABELS, document_values, parse_document
from webapp.access import needs
from webapp.app import actor, register_app, staff_session, takes_files
from webapp.pilots import frame


def store() -> Files:
    """The folder of the documents."""
    return Files(register_app().settings.home / queries.DOCUMENTS_FOLDER)


def handed_out(document: Any) -> Response:
    """The file to keep: nothing in it is shown by the register."""
    path = store().path(ALLIANCE, document.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path, mimetype=document.media_type, as_attachment=True, download_name=document.file_name, etag=False
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(slug: str, document_id: int | None = None) -> dict[str, Any]:
    return {
        "project": queries.find_project(staff_session(), slug),
        "document_id": document_id,
        "labels": DOCUMENT_LABELS,
    }


@takes_files(files.MOST_BYTES + 100_000)
@needs(Action.PILOT_EDIT)
def new_document(slug: str) -> ResponseReturnValue:
    """One document more."""
    project = queries.find_project(staff_session(), slug)

    def save() -> ResponseReturnValue:
        errors: dict[str, str] = {}
        data, file = None, None
        sent = request.files.get("file")
        content = sent.read(files.MOST_BYTES + 1) if sent is not None and sent.filename else b""
        try:
            data = parse_document(request.form)
        except Invalid as problem:
            errors |= problem.fields
        try:
            file = files.accepted(sent.filename or "" if sent else "", content)
        except Invalid as problem:
            errors |= problem.fields
        if errors or data is None or file is None:
            raise Invalid(errors)
        service.add_document(staff_session(), actor(), project.id, data, file, store())
        return frame.saved_project(project, "Die Unterlage ist gespeichert.", "unterlagen")

    return frame.write("document", save, first={}, shown=lambda: _shown(slug))


@needs(Action.PILOT_VIEW)
def document(slug: str, document_id: int) -> Response:
    """A document, for everybody of the alliance."""
    project = queries.find_project(staff_session(), slug)
    return handed_out(queries.find_document(staff_session(), project.id, document_id))


@needs(Action.PILOT_EDIT)
def edit_document(slug: str, document_id: int) -> ResponseReturnValue:
    """Change what is said about a document, and whether everybody may have it."""
    project = queries.find_project(staff_session(), slug)
    stored = queries.find_document(staff_session(), project.id, document_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.change_document(staff_session(), actor(), stored, version, parse_document(request.form))
        return frame.saved_project(project, "Die Unterlage ist gespeichert.", "unterlagen")

    first = {**document_values(stored), "version": project.version}
    return frame.write("document", save, first=first, shown=lambda: _shown(slug, document_id))


@needs(Action.PILOT_EDIT)
def remove_document(slug: str, document_id: int) -> ResponseReturnValue:
    """Take a document away."""
    project = queries.find_project(staff_session(), slug)
    stored = queries.find_document(staff_session(), project.id, document_id)
    version = Fields(request.form).version()
    service.remove_document(staff_session(), actor(), stored, version, store())
    return frame.saved_project(project, "Die Unterlage ist entfernt.", "unterlagen")
