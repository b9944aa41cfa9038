"""Internal pages of pilot sites: everybody of the alliance reads, the office writes sites and phases."""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.pilots import queries, service
from geo.pilots.codes import PHASES
from geo.pilots.dates import moment_in_words, period_in_words
from geo.pilots.projects import queries as projects
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
from webapp.pilots import changes, frame, present


def _site_choices() -> dict[str, Any]:
    """What can be chosen for a new site."""
    return {
        "projects": [(one.id, one.name) for one in projects.projects(staff_session())],
        "towns": [(row.id, row.in_district) for row in municipalities(public_session(), clock.today())],
    }


@needs(Action.PILOT_EDIT)
def new() -> ResponseReturnValue:
    """A new site of a project in a town."""
    shown: dict[str, Any] = {"labels": {**SITE_LABELS, "project_id": "Pilotprojekt", "municipality_id": "Gemeinde"}}
    shown["center"] = None if g.municipality_id is None else middle(staff_session(), g.municipality_id)
    if request.method == "GET":
        first = {
            "is_chosen": True,
            "municipality_id": g.municipality_id,
            "project_id": parameters.whole("projekt"),
        }
        return frame.show("new", values=first, errors={}, choices=_site_choices(), **shown)
    try:
        project_id, municipality_id, data = _new_site()
        made = service.create_site(staff_session(), actor(), project_id, municipality_id, data)
    except Invalid as problem:
        return frame.refused("new", problem, choices=_site_choices(), **shown)
    return frame.saved_site(made, f"„{made.name}“ ist angelegt.")


def _new_site() -> tuple[int, int, Any]:
    """Project, town and site of the form, with the mistakes of all three."""
    fields = Fields(request.form)
    project_id = fields.whole("project_id", most=2_000_000_000, required=True)
    municipality_id = fields.whole("municipality_id", most=2_000_000_000, required=True)
    try:
        data = parse_site(request.form)
    except Invalid as problem:
        raise Invalid({**fields.errors, **problem.fields}) from None
    fields.check()
    return project_id or 0, municipality_id or 0, data


@needs(Action.PILOT_VIEW)
def show(site_id: int) -> ResponseReturnValue:
    """A site with all that is known of it, and what can be done."""
    record = queries.get(staff_session(), actor(), site_id)
    newest = queries.newest_change(staff_session(), record.site)
    known = [one.amount_eur for one in record.funding if one.amount_eur is not None]
    return frame.show(
        "show",
        record=record,
        site=record.site,
        phase=record.phase(clock.today()),
        when={one.id: period_in_words(one.during, one.start_precision, one.end_precision) for one in record.phases},
        opened=moment_in_words(record.site.opening, record.site.opening_precision or "")
        if record.site.opening
        else None,
        funded=sum(known) if known else None,
        feature=present.record_feature(record, clock.today()),
        labels=SITE_LABELS,
        change_id=newest if newest is not None and parameters.whole("gespeichert") == newest else None,
        may_edit=frame.may_edit(),
        may_see_history=may(actor(), Action.HISTORY_VIEW, record.site.municipality_id),
        may_see_effect=may(actor(), Action.VACANCY_VIEW, record.site.municipality_id),
    )


@needs(Action.PILOT_EDIT)
def edit(site_id: int) -> ResponseReturnValue:
    """Change what is known of a site."""
    record = queries.get(staff_session(), actor(), site_id)
    shown: dict[str, Any] = {"record": record, "labels": SITE_LABELS}
    if request.method == "GET":
        values = {**site_values(record.site, record.place), "version": record.site.version}
        return frame.show("edit", values=values, errors={}, **shown)
    data = None
    try:
        version = Fields(request.form).version()
        data = parse_site(request.form)
        changed = service.update_site(staff_session(), actor(), site_id, version, data)
    except Invalid as problem:
        return frame.refused("edit", problem, **shown)
    except Conflict as conflict:
        return _collided(record, input_values(data) if data else {}, conflict)
    return frame.saved_site(changed, "Gespeichert.")


def _collided(record: queries.Record, mine: Mapping[str, Any], conflict: Conflict) -> ResponseReturnValue:
    done = queries.history(staff_session(), actor(), record.id)
    differing, common = changes.side_by_side(mine, conflict.theirs, done, Fields(request.form).version())
    return frame.show(
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
        "phases": frame.options(PHASES),
        "when": {one.id: period_in_words(one.during, one.start_precision, one.end_precision) for one in record.phases},
    }


@needs(Action.PILOT_EDIT)
def new_phase(site_id: int) -> ResponseReturnValue:
    """Another phase of a site."""
    record = queries.get(staff_session(), actor(), site_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.add_phase(staff_session(), actor(), site_id, version, parse_phase(request.form))
        return frame.saved_site(record.site, "Die Phase ist gespeichert.", "phasen")

    return frame.write(
        "phase",
        save,
        first={"version": record.site.version},
        shown=lambda: _phase_frame(queries.get(staff_session(), actor(), site_id)),
    )


@needs(Action.PILOT_EDIT)
def phase(phase_id: int) -> ResponseReturnValue:
    """Change a phase."""
    stored = queries.find_phase(staff_session(), actor(), phase_id)
    site_id = stored.pilot_site_id
    record = queries.get(staff_session(), actor(), site_id)

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        service.change_phase(staff_session(), actor(), phase_id, version, parse_phase(request.form))
        return frame.saved_site(record.site, "Die Phase ist gespeichert.", "phasen")

    def shown() -> dict[str, Any]:
        return {**_phase_frame(queries.get(staff_session(), actor(), site_id)), "phase": stored}

    return frame.write("phase", save, first={**phase_values(stored), "version": record.site.version}, shown=shown)


@needs(Action.PILOT_EDIT)
def remove_phase(phase_id: int) -> ResponseReturnValue:
    """Take a phase away."""
    site = service.remove_phase(staff_session(), actor(), phase_id, Fields(request.form).version())
    return frame.saved_site(site, "Die Phase ist entfernt.", "phasen")


@needs(Action.PILOT_EDIT)
def delete(site_id: int) -> ResponseReturnValue:
    """Remove a site that was entered by mistake, after asking once more."""
    record = queries.get(staff_session(), actor(), site_id)
    if request.method == "GET":
        return frame.show("delete", record=record)
    service.delete_site(staff_session(), actor(), site_id, Fields(request.form).version())
    flash(f"„{record.site.name}“ ist gelöscht.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)


@needs(Action.HISTORY_VIEW)
def history(site_id: int) -> ResponseReturnValue:
    """What happened to the site, with old and new values."""
    record = queries.get(staff_session(), actor(), site_id)
    found = queries.history(staff_session(), actor(), site_id)
    return frame.show("history", record=record, entries=changes.history(found))


@needs(Action.PILOT_EDIT)
def undo(site_id: int) -> ResponseReturnValue:
    """Take back the last change; undoing the first entry removes the site."""
    change_id = Fields(request.form).whole("change", most=2_000_000_000, required=True)
    service.undo(staff_session(), actor(), site_id, change_id or 0)
    site = queries.find(staff_session(), site_id)
    if site is not None:
        return frame.saved_site(site, "Die letzte Änderung ist zurückgenommen.")
    flash("Der Pilotstandort ist wieder entfernt.", "good")
    return redirect(url_for("pilots_intern.overview"), 303)
