"""Internal pages of pilot projects: the overview with all sites, a project, its texts, its history."""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may, require
from geo.core.errors import Conflict, Invalid
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.parsing import Fields
from geo.pilots import queries as sites
from geo.pilots.codes import CRITERIA, PHASES, PROJECTS_AIMED_AT, TARGET_GROUPS
from geo.pilots.dates import moment_in_words, period_in_words
from geo.pilots.projects import queries, service
from geo.pilots.projects.schemas import (
    EXPOSE,
    PROJECT_LABELS,
    parse_project,
    project_input_values,
    project_values,
)
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.pilots import changes, frame, sections
from webapp.pilots.timeline import Line, timeline


@needs(Action.PILOT_VIEW)
def overview() -> ResponseReturnValue:
    """The projects of the alliance, and the sites of the town or of all towns as table and timeline."""
    day, today = parameters.day(), clock.today()
    filters = sites.Filters(
        project=parameters.text("projekt", longest=60),
        group=parameters.text("gruppe", longest=60),
        phase=parameters.choice("phase", PHASES),
    )
    rows = sites.listed(staff_session(), actor(), g.municipality_id, day, filters)
    projects = queries.listed(staff_session(), day)
    kept = {name: request.args[name] for name in ("projekt", "gruppe", "phase") if request.args.get(name)}
    return frame.show(
        "overview",
        rows=rows,
        chart=timeline([_line(row) for row in rows], day, "de", today),
        projects=projects,
        there=sum(not one.is_example for one in projects),
        groups=_by_group(projects),
        options={
            "groups": [(one.slug, one.name) for one in queries.groups(staff_session())],
            "projects": [(one.slug, one.name) for one in projects],
            "phases": frame.options(PHASES),
        },
        filters_set=filters,
        kept=kept,
        asked=kept | ({} if day == today else {"am": day.isoformat()}),
        may_edit=frame.may_edit(),
        day=day,
    )


def _by_group(projects: list[queries.ListRow]) -> list[tuple[str, list[queries.ListRow], int]]:
    """Each working group with its projects, and how many are still to come until it has two."""
    groups = queries.groups(staff_session())
    each = PROJECTS_AIMED_AT // max(len(groups), 1)
    found = []
    for group in groups:
        own = [one for one in projects if one.group_id == group.id]
        found.append((group.name, own, max(each - sum(not one.is_example for one in own), 0)))
    return found


def _line(row: sites.ListRow) -> Line:
    return Line(
        row.name,
        url_for("pilots_intern.show", site_id=row.id),
        row.project,
        url_for("pilots_intern.project", slug=row.project_slug),
        row.part,
        row.phases,
        row.opening,
        row.opening_precision,
        row.opening_was_planned,
        row.is_example,
    )


def _choices() -> dict[str, Any]:
    """What can be chosen for a project."""
    return {
        "groups": [(one.id, one.name) for one in queries.groups(staff_session())],
        "parts": [("vacancies", "Leerstand"), ("trees", "Wanderbäume"), ("viewpoints", "Blickpunkte")],
        "fields_of_action": frame.options(FIELDS_OF_ACTION),
        "target_groups": frame.options(TARGET_GROUPS),
    }


@needs(Action.PILOT_EDIT)
def new_project() -> ResponseReturnValue:
    """A new pilot project."""

    def save() -> ResponseReturnValue:
        made = service.create(staff_session(), actor(), parse_project(request.form))
        return frame.saved_project(made, f"„{made.name}“ ist angelegt.")

    return frame.write("project_new", save, first={}, shown=lambda: {"labels": PROJECT_LABELS, "choices": _choices()})


@needs(Action.PILOT_VIEW)
def project(slug: str) -> ResponseReturnValue:
    """A project with all that the office keeps of it, and what can be done."""
    record, today = queries.get(staff_session(), slug), clock.today()
    newest = queries.newest_change(staff_session(), record.project)
    rows = sites.listed(staff_session(), actor(), None, today, sites.Filters(project=slug))
    return frame.show(
        "project",
        record=record,
        project=record.project,
        status=record.status(today),
        when={one.id: period_in_words(one.during, one.start_precision, one.end_precision) for one in record.statuses},
        moments={one.id: moment_in_words(one.during, one.precision) for one in record.milestones},
        criteria=CRITERIA,
        texts=EXPOSE,
        labels=PROJECT_LABELS,
        sites=rows,
        chart=timeline([_line(row) for row in rows], today, "de", today),
        sections=sections.internal(record.project, today),
        change_id=newest if newest is not None and parameters.whole("gespeichert") == newest else None,
        may_edit=frame.may_edit(),
        may_see_history=may(actor(), Action.HISTORY_VIEW),
    )


@needs(Action.PILOT_EDIT)
def edit_project(slug: str) -> ResponseReturnValue:
    """Change a project's texts; two people's versions are shown side by side."""
    stored = queries.find_project(staff_session(), slug)
    shown: dict[str, Any] = {"project": stored, "labels": PROJECT_LABELS, "choices": _choices()}
    if request.method == "GET":
        values = {**project_values(stored), "version": stored.version}
        return frame.show("project_edit", values=values, errors={}, **shown)
    data = None
    try:
        version = Fields(request.form).version()
        data = parse_project(request.form)
        service.update(staff_session(), actor(), stored.id, version, data)
    except Invalid as problem:
        return frame.refused("project_edit", problem, **shown)
    except Conflict as conflict:
        return _collided(stored, project_input_values(data) if data else {}, conflict)
    return frame.saved_project(stored, "Gespeichert.")


def _collided(stored: Any, mine: Mapping[str, Any], conflict: Conflict) -> ResponseReturnValue:
    done = queries.history(staff_session(), stored)
    groups = {one.id: one.name for one in queries.groups(staff_session())}
    differing, common = changes.project_side_by_side(
        mine, conflict.theirs, done, Fields(request.form).version(), groups
    )
    return frame.show(
        "project_conflict",
        409,
        project=stored,
        fields=differing,
        same=common,
        version=conflict.version,
        message=str(conflict),
        newest=next(iter(done), None),
    )


@needs(Action.PILOT_EDIT)
def delete_project(slug: str) -> ResponseReturnValue:
    """Remove a project that was entered by mistake, after asking once more."""
    stored = queries.find_project(staff_session(), slug)
    if request.method == "GET":
        return frame.show("project_delete", project=stored, sites=queries.site_count(staff_session(), stored.id))
    name = stored.name
    service.delete(staff_session(), actor(), stored.id, Fields(request.form).version())
    flash(f"„{name}“ ist gelöscht.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)


@needs(Action.HISTORY_VIEW)
def project_history(slug: str) -> ResponseReturnValue:
    """What happened to the project, with old and new values: for the alliance's own roles, as its page offers it."""
    stored = queries.find_project(staff_session(), slug)
    require(actor(), Action.HISTORY_VIEW)
    groups = {one.id: one.name for one in queries.groups(staff_session())}
    found = changes.project_history(queries.history(staff_session(), stored), groups)
    return frame.show("project_history", project=stored, entries=found)


@needs(Action.PILOT_EDIT)
def undo_project(slug: str) -> ResponseReturnValue:
    """Take back the last change; undoing the first entry removes the project."""
    stored = queries.find_project(staff_session(), slug)
    change_id = Fields(request.form).whole("change", most=2_000_000_000, required=True)
    service.undo(staff_session(), actor(), stored, change_id or 0)
    still = queries.find(staff_session(), slug)
    if still is not None:
        return frame.saved_project(still, "Die letzte Änderung ist zurückgenommen.")
    flash("Das Pilotprojekt ist wieder entfernt.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)
