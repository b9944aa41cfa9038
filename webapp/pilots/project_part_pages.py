"""Internal pages of what belongs to a project: statuses, milestones, ratings."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.parsing import Fields
from geo.pilots.codes import CRITERIA, RATINGS, STATUSES
from geo.pilots.dates import moment_in_words, period_in_words
from geo.pilots.model import PilotProject
from geo.pilots.projects import queries, service
from geo.pilots.projects.schemas import (
    MILESTONE_LABELS,
    STATUS_LABELS,
    milestone_values,
    parse_milestone,
    parse_ratings,
    parse_status,
    rating_values,
    status_values,
)
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.pilots import frame


def _project(slug: str) -> PilotProject:
    return queries.find_project(staff_session(), slug)


def _version() -> int:
    return Fields(request.form).version()


def _status_frame(slug: str, status_id: int | None = None) -> dict[str, Any]:
    project = _project(slug)
    rows = queries.status_rows(staff_session(), project.id)
    return {
        "project": project,
        "status_id": status_id,
        "rows": rows,
        "labels": STATUS_LABELS,
        "statuses": frame.options(STATUSES),
        "when": {one.id: period_in_words(one.during, one.start_precision, one.end_precision) for one in rows},
    }


@needs(Action.PILOT_EDIT)
def new_status(slug: str) -> ResponseReturnValue:
    """Where the project stands from a day on."""
    project = _project(slug)

    def save() -> ResponseReturnValue:
        service.add_status(staff_session(), actor(), project.id, _version(), parse_status(request.form))
        return frame.saved_project(project, "Der Stand ist gespeichert.", "stand")

    return frame.write("status", save, first={"version": project.version}, shown=lambda: _status_frame(slug))


@needs(Action.PILOT_EDIT)
def status(slug: str, status_id: int) -> ResponseReturnValue:
    """Change a status."""
    project = _project(slug)
    stored = queries.find_status(staff_session(), project.id, status_id)

    def save() -> ResponseReturnValue:
        service.change_status(staff_session(), actor(), stored, _version(), parse_status(request.form))
        return frame.saved_project(project, "Der Stand ist gespeichert.", "stand")

    first = {**status_values(stored), "version": project.version}
    return frame.write("status", save, first=first, shown=lambda: _status_frame(slug, status_id))


@needs(Action.PILOT_EDIT)
def remove_status(slug: str, status_id: int) -> ResponseReturnValue:
    """Take a status away."""
    stored = queries.find_status(staff_session(), _project(slug).id, status_id)
    project = service.remove_part(staff_session(), actor(), stored, _version())
    return frame.saved_project(project, "Der Stand ist entfernt.", "stand")


def _milestone_frame(slug: str, milestone_id: int | None = None) -> dict[str, Any]:
    project = _project(slug)
    rows = queries.milestone_rows(staff_session(), project.id)
    return {
        "project": project,
        "milestone_id": milestone_id,
        "rows": rows,
        "labels": MILESTONE_LABELS,
        "when": {one.id: moment_in_words(one.during, one.precision) for one in rows},
    }


@needs(Action.PILOT_EDIT)
def new_milestone(slug: str) -> ResponseReturnValue:
    """Another milestone."""
    project = _project(slug)

    def save() -> ResponseReturnValue:
        service.add_milestone(staff_session(), actor(), project.id, _version(), parse_milestone(request.form))
        return frame.saved_project(project, "Der Schritt ist gespeichert.", "schritte")

    return frame.write("milestone", save, first={"version": project.version}, shown=lambda: _milestone_frame(slug))


@needs(Action.PILOT_EDIT)
def milestone(slug: str, milestone_id: int) -> ResponseReturnValue:
    """Change a milestone."""
    project = _project(slug)
    stored = queries.find_milestone(staff_session(), project.id, milestone_id)

    def save() -> ResponseReturnValue:
        service.change_milestone(staff_session(), actor(), stored, _version(), parse_milestone(request.form))
        return frame.saved_project(project, "Der Schritt ist gespeichert.", "schritte")

    first = {**milestone_values(stored), "version": project.version}
    return frame.write("milestone", save, first=first, shown=lambda: _milestone_frame(slug, milestone_id))


@needs(Action.PILOT_EDIT)
def remove_milestone(slug: str, milestone_id: int) -> ResponseReturnValue:
    """Take a milestone away."""
    stored = queries.find_milestone(staff_session(), _project(slug).id, milestone_id)
    project = service.remove_part(staff_session(), actor(), stored, _version())
    return frame.saved_project(project, "Der Schritt ist entfernt.", "schritte")


@needs(Action.PILOT_EDIT)
def ratings(slug: str) -> ResponseReturnValue:
    """All criteria on one page, each with its rating and the reason."""
    record = queries.get(staff_session(), slug)
    labels = {
        f"{field}_{code}": f"{names[0]}, {what}"
        for code, names in CRITERIA.items()
        for field, what in (("rating", "Bewertung"), ("reason", "Begründung"), ("reason_en", "Begründung (englisch)"))
    }

    def save() -> ResponseReturnValue:
        service.rate(staff_session(), actor(), record.id, _version(), parse_ratings(request.form), clock.today())
        return frame.saved_project(record.project, "Die Bewertung ist gespeichert.", "merkmale")

    def shown() -> dict[str, Any]:
        return {
            "project": _project(slug),
            "labels": labels,
            "criteria": CRITERIA,
            "scale": frame.options(RATINGS),
        }

    first = {**rating_values(record.ratings), "version": record.project.version}
    return frame.write("ratings", save, first=first, shown=shown)
