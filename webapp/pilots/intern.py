"""Internal pages of pilot projects: everybody of the alliance reads, the office writes sites, phases and texts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.core.parsing import Fields
from geo.pilots import queries, service
from geo.pilots.codes import FIELDS_OF_ACTION, PHASES, TARGET_GROUPS
from geo.pilots.dates import EXAMPLES, period_in_words
from geo.pilots.model import PilotSite
from geo.pilots.projects import queries as projects
from geo.pilots.projects import service as project_service
from geo.pilots.projects.schemas import PROJECT_LABELS, parse_project, project_values
from geo.pilots.schemas import (
    PHASE_LABELS,
    SITE_LABELS,
    input_values,
    parse_phase,
    parse_site,
    phase_values,
    site_values,
)
from geo.places.queries import middle, municipalities
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, public_session, staff_session
from webapp.pilots import changes, present

pilots_intern = Blueprint("pilots_intern", __name__)


def _show(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    frame = {"nav": "pilots", "today": date.today(), "names": PHASES, "examples": EXAMPLES}
    return render_template(f"pilots/intern/{template}.html", **frame, **values), http_status


def _saved(site: PilotSite, sentence: str) -> ResponseReturnValue:
    """To the site's page, which then offers to take back just this change."""
    flash(sentence, "good")
    staff_session().flush()
    change = queries.newest_change(staff_session(), site)
    return redirect(url_for("pilots_intern.show", site_id=site.id, gespeichert=change), 303)


def _refused(template: str, refused: Invalid, **values: Any) -> ResponseReturnValue:
    confirm = refused.confirm if isinstance(refused, NeedsConfirmation) else None
    return _show(template, 422, values=request.form, errors=refused.fields, confirm=confirm, **values)


def _may_edit() -> bool:
    return may(actor(), Action.PILOT_EDIT)


@pilots_intern.get("/pilotprojekte")
@needs(Action.PILOT_VIEW)
def overview() -> ResponseReturnValue:
    """The projects, and the sites of the town or of all towns."""
    day = parameters.day()
    return _show(
        "overview",
        sites=queries.sites(staff_session(), actor(), g.municipality_id, day),
        projects=projects.projects(staff_session()),
        may_edit=_may_edit(),
        day=day,
    )


@pilots_intern.route("/pilotprojekte/projekt/<slug>", methods=["GET", "POST"])
@needs(Action.PILOT_EDIT)
def project(slug: str) -> ResponseReturnValue:
    """Change a project's texts."""
    stored = projects.find_project(staff_session(), slug)
    frame: dict[str, Any] = {"project": stored, "labels": PROJECT_LABELS, "choices": _project_choices()}
    if request.method == "GET":
        return _show("project", values={**project_values(stored), "version": stored.version}, errors={}, **frame)
    try:
        version = Fields(request.form).version()
        project_service.update(staff_session(), actor(), stored.id, version, parse_project(request.form))
    except Invalid as refused:
        return _refused("project", refused, **frame)
    except Conflict as conflict:
        typed = {name: request.form.getlist(name) for name in ("fields_of_action", "target_groups")}
        values = {**request.form.to_dict(), **typed, "version": conflict.version}
        return _show("project", 409, values=values, errors={"": str(conflict)}, theirs=conflict.theirs, **frame)
    flash("Gespeichert.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)


def _project_choices() -> dict[str, Any]:
    """What can be chosen for a project."""
    return {
        "groups": [(one.id, one.name) for one in projects.groups(staff_session())],
        "parts": [("vacancies", "Leerstand"), ("trees", "Wanderbäume"), ("viewpoints", "Blickpunkte")],
        "fields_of_action": [(code, names[0]) for code, names in FIELDS_OF_ACTION.items()],
        "target_groups": [(code, names[0]) for code, names in TARGET_GROUPS.items()],
    }


def _site_choices() -> dict[str, Any]:
    """What can be chosen for a new site."""
    return {
        "projects": [(one.id, one.name) for one in projects.projects(staff_session())],
        "towns": [
            (row.id, f"{row.name} ({row.district})" if row.district else row.name)
            for row in municipalities(public_session(), date.today())
        ],
    }


@pilots_intern.route("/pilotprojekte/neu", methods=["GET", "POST"])
@needs(Action.PILOT_EDIT)
def new() -> ResponseReturnValue:
    """A new site of a project in a town."""
    frame: dict[str, Any] = {"labels": {**SITE_LABELS, "project_id": "Pilotprojekt", "municipality_id": "Gemeinde"}}
    frame["center"] = None if g.municipality_id is None else middle(staff_session(), g.municipality_id)
    if request.method == "GET":
        first = {"is_chosen": True, "municipality_id": g.municipality_id}
        return _show("new", values=first, errors={}, choices=_site_choices(), **frame)
    try:
        project_id, municipality_id, data = _new_site()
        made = service.create_site(staff_session(), actor(), project_id, municipality_id, data)
    except Invalid as refused:
        return _refused("new", refused, choices=_site_choices(), **frame)
    return _saved(made, f"„{made.name}“ ist angelegt.")


def _new_site() -> tuple[int, int, Any]:
    """Project, town and site of the form, with the mistakes of all three."""
    fields = Fields(request.form)
    project_id = fields.whole("project_id", most=2_000_000_000, required=True)
    municipality_id = fields.whole("municipality_id", most=2_000_000_000, required=True)
    try:
        data = parse_site(request.form)
    except Invalid as refused:
        raise Invalid({**fields.errors, **refused.fields}) from None
    fields.check()
    return project_id or 0, municipality_id or 0, data


@pilots_intern.get("/pilotprojekte/<int:site_id>")
@needs(Action.PILOT_VIEW)
def show(site_id: int) -> ResponseReturnValue:
    """A site with its phases, and what can be done."""
    record = queries.get(staff_session(), actor(), site_id)
    newest = queries.newest_change(staff_session(), record.site)
    return _show(
        "show",
        record=record,
        site=record.site,
        phase=record.phase(date.today()),
        when={one.id: period_in_words(one.during, one.start_precision, one.end_precision) for one in record.phases},
        feature=present.record_feature(record, date.today()),
        labels=SITE_LABELS,
        change_id=newest if newest is not None and parameters.whole("gespeichert") == newest else None,
        may_edit=_may_edit(),
        may_see_history=may(actor(), Action.HISTORY_VIEW, record.site.municipality_id),
        may_see_effect=may(actor(), Action.VACANCY_VIEW, record.site.municipality_id),
    )


@pilots_intern.route("/pilotprojekte/<int:site_id>/bearbeiten", methods=["GET", "POST"])
@needs(Action.PILOT_EDIT)
def edit(site_id: int) -> ResponseReturnValue:
    """Change what is known of a site."""
    record = queries.get(staff_session(), actor(), site_id)
    frame: dict[str, Any] = {"record": record, "labels": SITE_LABELS}
    if request.method == "GET":
        values = {**site_values(record.site, record.place), "version": record.site.version}
        return _show("edit", values=values, errors={}, **frame)
    data = None
    try:
        version = Fields(request.form).version()
        data = parse_site(request.form)
        changed = service.update_site(staff_session(), actor(), site_id, version, data)
    except Invalid as refused:
        return _refused("edit", refused, **frame)
    except Conflict as conflict:
        return _collided(record, input_values(data) if data else {}, conflict)
    return _saved(changed, "Gespeichert.")


def _collided(record: queries.Record, mine: Mapping[str, Any], conflict: Conflict) -> ResponseReturnValue:
    done = queries.history(staff_session(), actor(), record.id)
    differing, common = changes.side_by_side(mine, conflict.theirs, done, Fields(request.form).version())
    return _show(
        "conflict",
        409,
        record=record,
        fields=differing,
        same=common,
        version=conflict.version,
        message=str(conflict),
        newest=next(iter(done), None),
    )


def _phase_frame(record: queries.Record) -> dict[str, Any]:
    return {
        "record": record,
        "labels": PHASE_LABELS,
        "phases": [(code, names[0]) for code, names in PHASES.items()],
        "when": {one.id: period_in_words(one.during, one.start_precision, one.end_precision) for one in record.phases},
    }


@pilots_intern.route("/pilotprojekte/<int:site_id>/phasen/neu", methods=["GET", "POST"])
@needs(Action.PILOT_EDIT)
def new_phase(site_id: int) -> ResponseReturnValue:
    """Another phase of a site."""
    record = queries.get(staff_session(), actor(), site_id)
    frame = _phase_frame(record)
    if request.method == "GET":
        return _show("phase", values={"version": record.site.version}, errors={}, **frame)
    try:
        version = Fields(request.form).version()
        service.add_phase(staff_session(), actor(), site_id, version, parse_phase(request.form))
    except Invalid as refused:
        return _refused("phase", refused, **frame)
    except Conflict as conflict:
        return _phase_collided(conflict, site_id)
    return _saved(record.site, "Die Phase ist gespeichert.")


@pilots_intern.route("/pilotprojekte/phasen/<int:phase_id>", methods=["GET", "POST"])
@needs(Action.PILOT_EDIT)
def phase(phase_id: int) -> ResponseReturnValue:
    """Change a phase."""
    stored = queries.find_phase(staff_session(), actor(), phase_id)
    record = queries.get(staff_session(), actor(), stored.pilot_site_id)
    frame = {**_phase_frame(record), "phase": stored}
    if request.method == "GET":
        return _show("phase", values={**phase_values(stored), "version": record.site.version}, errors={}, **frame)
    try:
        version = Fields(request.form).version()
        service.change_phase(staff_session(), actor(), phase_id, version, parse_phase(request.form))
    except Invalid as refused:
        return _refused("phase", refused, **frame)
    except Conflict as conflict:
        return _phase_collided(conflict, record.id, phase=stored)
    return _saved(record.site, "Die Phase ist gespeichert.")


def _phase_collided(conflict: Conflict, site_id: int, **values: Any) -> ResponseReturnValue:
    """The form again with what was typed, beside what is stored now; the next save is meant."""
    frame = {**_phase_frame(queries.get(staff_session(), actor(), site_id)), **values}
    typed = {**request.form.to_dict(), "version": conflict.version}
    return _show("phase", 409, values=typed, errors={"": str(conflict)}, theirs=conflict.theirs, **frame)


@pilots_intern.post("/pilotprojekte/phasen/<int:phase_id>/entfernen")
@needs(Action.PILOT_EDIT)
def remove_phase(phase_id: int) -> ResponseReturnValue:
    """Take a phase away."""
    site = service.remove_phase(staff_session(), actor(), phase_id, Fields(request.form).version())
    return _saved(site, "Die Phase ist entfernt.")


@pilots_intern.route("/pilotprojekte/<int:site_id>/loeschen", methods=["GET", "POST"])
@needs(Action.PILOT_EDIT)
def delete(site_id: int) -> ResponseReturnValue:
    """Remove a site that was entered by mistake, after asking once more."""
    record = queries.get(staff_session(), actor(), site_id)
    if request.method == "GET":
        return _show("delete", record=record)
    service.delete_site(staff_session(), actor(), site_id, Fields(request.form).version())
    flash(f"„{record.site.name}“ ist gelöscht.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)


@pilots_intern.get("/pilotprojekte/<int:site_id>/verlauf")
@needs(Action.HISTORY_VIEW)
def history(site_id: int) -> ResponseReturnValue:
    """What happened to the site, with old and new values."""
    record = queries.get(staff_session(), actor(), site_id)
    found = queries.history(staff_session(), actor(), site_id)
    return _show("history", record=record, entries=changes.history(found))


@pilots_intern.post("/pilotprojekte/<int:site_id>/rueckgaengig")
@needs(Action.PILOT_EDIT)
def undo(site_id: int) -> ResponseReturnValue:
    """Take back the last change; undoing the first entry removes the site."""
    change_id = Fields(request.form).whole("change", most=2_000_000_000, required=True)
    service.undo(staff_session(), actor(), site_id, change_id or 0)
    site = queries.find(staff_session(), site_id)
    if site is not None:
        return _saved(site, "Die letzte Änderung ist zurückgenommen.")
    flash("Der Pilotstandort ist wieder entfernt.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)
