"""Internal pages of zones: list and map, draw, change, delete, see and take back what was done."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.core.undo import last_change
from geo.places.queries import middle
from geo.places.zones import queries, service
from geo.places.zones.codes import KINDS, USUAL_WIDTH_M
from geo.places.zones.schemas import ZoneInput, parse_zone, zone_values
from geo.vacancies.areas import by_zone
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.zones import changes, importing, present
from webapp.zones.frame import show_page, town

zones_intern = Blueprint("zones_intern", __name__)


def _asked() -> tuple[date, str | None, bool, dict[str, Any]]:
    """Day, kind, whether past and future zones too, and these as an address again."""
    day, kind, every = parameters.day(), parameters.choice("art", KINDS), parameters.flag("alle")
    kept: dict[str, Any] = ({"art": kind} if kind else {}) | ({"alle": "1"} if every else {})
    return day, kind, every, kept


@zones_intern.get("/zonen")
@needs(Action.VACANCY_VIEW)
def overview() -> ResponseReturnValue:
    """Map and list of the town's zones on a day."""
    day, kind, every, kept = _asked()
    session, here = staff_session(), town()
    counts = by_zone(session, here, day)
    rows = queries.on_day(session, here, day, kind=kind, every=every)
    asked = kept | parameters.day_chosen(day)
    return show_page(
        "overview",
        rows=[present.zone(row, counts, day, parameters.day_chosen(day)) for row in rows],
        day=day,
        day_keep=parameters.day_chosen(day),
        kept=kept,
        args=request.args,
        active=len(kept),
        map_config={
            "features": url_for("zones_intern.data", **asked),
            "areas": url_for("zones_intern.data_areas", **asked),
            "kind": present.KIND,
            **({} if rows else {"center": middle(session, here), "zoom": 14}),
        },
        deleted=parameters.whole("geloescht"),
        read_in=parameters.whole("eingelesen"),
        change=parameters.whole("aenderung", most=2**53),
    )


@zones_intern.get("/zonen/daten")
@needs(Action.VACANCY_VIEW)
def data() -> Response:
    """The same for the map: a sign in each zone."""
    day, kind, every, _ = _asked()
    session, here = staff_session(), town()
    counts = by_zone(session, here, day)
    rows = queries.on_day(session, here, day, kind=kind, every=every)
    return geojson.collection(
        present.point_feature(present.zone(row, counts, day, parameters.day_chosen(day)), row) for row in rows
    )


@zones_intern.get("/zonen/flaechen")
@needs(Action.VACANCY_VIEW)
def data_areas() -> Response:
    """The outlines of the zones, also for the maps of units."""
    day, kind, every, _ = _asked()
    rows = queries.with_outlines(staff_session(), town(), day, kind=kind, every=every)
    return geojson.collection(present.area_feature(row) for row in rows)


@zones_intern.route("/zonen/neu", methods=["GET", "POST"])
@needs(Action.ZONE_EDIT)
def new() -> ResponseReturnValue:
    """Draw a zone."""
    values: dict[str, Any] = {"since": clock.today().isoformat(), "width_m": str(USUAL_WIDTH_M)}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            return _saved(service.create(staff_session(), actor(), town(), parse_zone(request.form)).id)
        except Invalid as error:
            staff_session().rollback()
            errors = error.fields
    return show_page("new", 422 if errors else 200, values=values, errors=errors, **_drawing())


def _drawing() -> dict[str, Any]:
    """What the map of the form shows: the town's middle, its units and the other zones."""
    return {"center": middle(staff_session(), town()), "zones_url": url_for("zones_intern.data_areas")}


def _saved(zone_id: int) -> ResponseReturnValue:
    """To the zone's page, where the change just made can be taken back."""
    staff_session().flush()
    change = last_change(staff_session(), "zones", zone_id)
    return redirect(url_for("zones_intern.show", zone_id=zone_id, geaendert=change), 303)


@zones_intern.get("/zonen/<int:zone_id>")
@needs(Action.VACANCY_VIEW)
def show(zone_id: int) -> ResponseReturnValue:
    """A zone: where it is, since when it holds, what stands in it."""
    session, day = staff_session(), parameters.day()
    zone = queries.get(session, zone_id)
    count = by_zone(session, zone.municipality_id, day, zone_id).get(zone_id, present.NOBODY)
    facts = changes.facts(zone)
    changed = last_change(session, "zones", zone_id)
    just = parameters.whole("geaendert", most=2**53)
    return show_page(
        "show",
        zone=zone,
        kind=label(KINDS, zone.kind),
        facts=facts,
        count=count,
        count_words=present.units_in_words(count),
        holds=present.in_force(zone.during.lower, zone.during.upper, day),
        day=day,
        day_keep=parameters.day_chosen(day),
        just_changed=just if just == changed else None,
        change=changed,
        map_config=changes.own_map(zone),
        may_edit=may(actor(), Action.ZONE_EDIT, zone.municipality_id),
    )


@zones_intern.route("/zonen/<int:zone_id>/bearbeiten", methods=["GET", "POST"])
@needs(Action.ZONE_EDIT)
def edit(zone_id: int) -> ResponseReturnValue:
    """Change a zone; two versions side by side when somebody else was first."""
    zone = queries.get(staff_session(), zone_id)
    values = {**zone_values(zone), "version": zone.version}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = request.form.to_dict()
        mine: ZoneInput | None = None
        try:
            mine = parse_zone(request.form)
            service.update(staff_session(), actor(), zone_id, Fields(request.form).version(), mine)
            return _saved(zone_id)
        except Invalid as error:
            staff_session().rollback()
            errors = error.fields
        except Conflict as conflict:
            staff_session().rollback()
            return _collided(zone_id, zone_values(mine) if mine else {}, conflict)
    zone = queries.get(staff_session(), zone_id)
    return show_page("edit", 422 if errors else 200, zone=zone, values=values, errors=errors, **_drawing())


def _collided(zone_id: int, mine: dict[str, Any], conflict: Conflict) -> ResponseReturnValue:
    done = service.history(staff_session(), zone_id)
    differing, common = changes.side_by_side(mine, conflict.theirs, done, Fields(request.form).version())
    return show_page(
        "conflict",
        409,
        zone_id=zone_id,
        message=str(conflict),
        newest=next(iter(done), None),
        version=conflict.version,
        fields=differing,
        same=common,
    )


@zones_intern.route("/zonen/<int:zone_id>/loeschen", methods=["GET", "POST"])
@needs(Action.ZONE_EDIT)
def delete(zone_id: int) -> ResponseReturnValue:
    """Remove a zone that was entered by mistake, after asking."""
    zone = queries.get(staff_session(), zone_id)
    if request.method == "GET":
        return show_page("delete", zone=zone)
    service.delete(staff_session(), actor(), zone_id, Fields(request.form).version())
    change = last_change(staff_session(), "zones", zone_id)
    return redirect(url_for("zones_intern.overview", geloescht=zone_id, aenderung=change), 303)


@zones_intern.get("/zonen/<int:zone_id>/verlauf")
@needs(Action.VACANCY_VIEW)
def history(zone_id: int) -> ResponseReturnValue:
    """What happened to a zone, with old and new values."""
    zone = queries.get(staff_session(), zone_id)
    done = service.history(staff_session(), zone_id)
    return show_page(
        "history", zone=zone, entries=changes.history(done), change=last_change(staff_session(), "zones", zone_id)
    )


@zones_intern.post("/zonen/<int:zone_id>/rueckgaengig")
@needs(Action.ZONE_EDIT)
def undo(zone_id: int) -> ResponseReturnValue:
    """Take back the last change; also a deletion, whose page is gone."""
    fields = Fields(request.form)
    change = fields.whole("change", most=2**53, required=True)
    fields.check()
    service.undo(staff_session(), actor(), zone_id, change or 0)
    if queries.find(staff_session(), zone_id) is not None:
        return _saved(zone_id)
    flash("Die Zone ist wieder entfernt.", "good")
    return redirect(url_for("zones_intern.overview"), 303)


# Zones from a file; the views stand in the module.
for address, endpoint, view, methods in (
    ("/zonen/einlesen", "upload", importing.upload, ["GET", "POST"]),
    ("/zonen/einlesen/uebernehmen", "accept", importing.accept, ["POST"]),
    ("/zonen/einlesen/zuruecknehmen", "undo_many", importing.undo, ["POST"]),
):
    zones_intern.add_url_rule(address, endpoint, view, methods=methods)
