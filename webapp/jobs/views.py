"""Table of contents: the list of jobs, one job, its state as JSON, its end, its file."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from geo.core.errors import NotFound
from geo.jobs import queries, service
from geo.jobs.files import KEEP_DAYS, Store
from geo.jobs.model import Job
from webapp.access import signed_in
from webapp.app import actor, register_app, staff_session
from webapp.jobs import present

jobs_intern = Blueprint("jobs_intern", __name__)

KIND = "jobs"


@jobs_intern.get("/vorgaenge")
@signed_in
def overview() -> str:
    """The jobs of the town worked in (of the alliance, when it is all of them) that the person may see."""
    rows = queries.newest(staff_session(), actor())
    people = _people(rows)
    return render_template(
        "jobs/overview.html",
        internal_active=KIND,
        town_name=dict(g.get("towns", [])).get(g.municipality_id),
        rows=[present.job(row, people) for row in rows],
        any_open=any(row.is_open for row in rows),
        keep_days=KEEP_DAYS,
        most=queries.LISTED,
    )


@jobs_intern.get("/vorgaenge/<int:job_id>")
@signed_in
def show(job_id: int) -> str:
    """One job: how far it is, and what came out."""
    return render_template("jobs/show.html", internal_active=KIND, job=_shown(job_id))


@jobs_intern.get("/vorgaenge/<int:job_id>/stand")
@signed_in
def data(job_id: int) -> Response:
    """The same for the page's own script, which asks again and again."""
    keys = ("state", "state_label", "is_open", "cancel_requested", "done", "total", "amount", "sentence", "remaining")
    shown = _shown(job_id)
    return jsonify({key: shown[key] for key in keys})


def _shown(job_id: int) -> dict[str, Any]:
    row = queries.get(staff_session(), actor(), job_id)
    return present.job(row, _people([row]))


def _people(rows: list[Job]) -> dict[int, str]:
    return queries.people(staff_session(), rows)


@jobs_intern.post("/vorgaenge/<int:job_id>/abbrechen")
@signed_in
def cancel(job_id: int) -> ResponseReturnValue:
    """No more of it."""
    service.cancel(staff_session(), actor(), job_id)
    return redirect(url_for("jobs_intern.show", job_id=job_id), 303)


@jobs_intern.get("/vorgaenge/<int:job_id>/datei")
@signed_in
def file(job_id: int) -> ResponseReturnValue:
    """The file that came out."""
    row = queries.get(staff_session(), actor(), job_id)
    path = Store(register_app().settings.home / "jobs").path(row.result_file) if row.result_file else None
    if path is None or not path.is_file():
        raise NotFound("Die Datei zu Vorgang", job_id)
    answer = send_file(
        path,
        mimetype=row.result_media_type or "application/octet-stream",
        as_attachment=True,
        download_name=row.result_name,
        etag=path.name,
        conditional=True,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
