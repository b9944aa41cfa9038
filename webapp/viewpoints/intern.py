"""Internal pages of viewpoints: list and map, describe a point, set its status, see and take back what was done."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.core.parsing import Fields
from geo.places.queries import middle
from geo.viewpoints import queries, service, stages
from geo.viewpoints.care import public as care_public
from geo.viewpoints.care import queries as care
from geo.viewpoints.codes import FURNITURE, HIDDEN, MONTHS, SHADE, STATUSES, STEP_FREE, SURFACES
from geo.viewpoints.model import Viewpoint
from geo.viewpoints.schemas import (
    LABELS,
    ViewpointInput,
    input_values,
    parse_status,
    parse_viewpoint,
    viewpoint_values,
)
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.viewpoints import care_frame, changes, present, terrain_pages

viewpoints_intern = Blueprint("viewpoints_intern", __name__)


def _show(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    frame = {"nav": "viewpoints", "today": clock.today(), "labels": LABELS, "names": STATUSES, "step_free": STEP_FREE}
    frame |= {"shades": SHADE, "surfaces": SURFACES}
    return render_template(f"viewpoints/intern/{template}.html", **frame, **values), http_status


def _saved(viewpoint: Viewpoint, sentence: str) -> ResponseReturnValue:
    """To the point's page, which then offers to take back just this change."""
    flash(sentence, "good")
    staff_session().flush()
    change = queries.newest_change(staff_session(), viewpoint)
    return redirect(url_for("viewpoints_intern.show", viewpoint_id=viewpoint.id, gespeichert=change), 303)


def _options(statuses: Iterable[str] = STATUSES) -> dict[str, Any]:
    """What there is to choose from; `statuses` are those that the person may give the point."""
    return {
        "furniture": [(code, names[0]) for code, names in FURNITURE.items()],
        "step_free": [(code, names[0]) for code, names in STEP_FREE.items()],
        "statuses": [(code, STATUSES[code][0]) for code in statuses],
        "toilet": [("JA", "ja"), ("NEIN", "nein"), ("", "unbekannt")],
        "shade": [(code, names[0]) for code, names in SHADE.items()],
        "surfaces": [(code, names[0]) for code, names in SURFACES.items()],
        "months": list(enumerate(MONTHS, 1)),
    }


def _typed(form: Any) -> dict[str, Any]:
    """What was typed, to show it again: the boxes of one name as a list."""
    return {**form.to_dict(), "furniture": form.getlist("furniture")}


@viewpoints_intern.get("/blicke")
@needs(Action.VIEWPOINT_VIEW)
def overview() -> ResponseReturnValue:
    """Map and list of the town's viewpoints, or of all towns for the curators."""
    day, status = parameters.day(), parameters.choice("status", STATUSES)
    rows = queries.internal_list(staff_session(), actor(), g.municipality_id, day, status)
    kept = {"status": status} if status else {}
    asked: dict[str, Any] = kept | parameters.day_chosen(day)
    return _show(
        "overview",
        map_screen=True,
        rows=[present.internal_card(row) for row in rows],
        data_url=url_for("viewpoints_intern.points", **asked),
        day=day,
        kept=kept,
        args=request.args,
        statuses=_options()["statuses"],
        imported=parameters.whole("uebernommen", most=2**53),
        waiting=care.waiting(staff_session(), actor(), g.municipality_id, day),
        may_create=g.municipality_id is not None and may(actor(), Action.VIEWPOINT_EDIT, g.municipality_id),
    )


@viewpoints_intern.get("/blicke/punkte")
@needs(Action.VIEWPOINT_VIEW)
def points() -> Response:
    """The same for the map."""
    status = parameters.choice("status", STATUSES)
    rows = queries.internal_list(staff_session(), actor(), g.municipality_id, parameters.day(), status)
    found = queries.internal_map(staff_session(), rows)
    return geojson.collection(present.internal_feature(one) for one in found)


@viewpoints_intern.route("/blicke/neu", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def new() -> ResponseReturnValue:
    """Describe a new point of the town worked in."""
    if g.municipality_id is None:
        raise Invalid({"": "Bitte zuerst im Feld „Gemeinde“ eine wählen: ein Blickpunkt gehört zu einer Gemeinde."})
    options = _options(stages.within_reach(actor(), g.municipality_id, []))
    if request.method == "GET":
        first = {"status": "IDEE", "since": clock.today().isoformat(), "step_free": "UNBEKANNT", "shade": "UNBEKANNT"}
        first |= {"check_every_months": "12", "mend_within_days": "14"}
        return _show("new", values=first, errors={}, options=options, center=_middle())
    try:
        data, status = _parsed_both()
        made = service.create(staff_session(), actor(), g.municipality_id, data, status)
    except Invalid as refused:
        return _refused("new", refused, options=options, center=_middle())
    return _saved(made, f"„{made.name}“ ist angelegt.")


def _middle() -> list[float] | None:
    """Where the map of a new point begins."""
    return middle(staff_session(), g.municipality_id)


def _parsed_both() -> tuple[ViewpointInput, Any]:
    """Point and first status, with the mistakes of both."""
    mistakes: dict[str, str] = {}
    parsed: list[Any] = []
    for parse in (lambda: parse_viewpoint(request.form), lambda: parse_status(_status_fields())):
        try:
            parsed.append(parse())
        except Invalid as refused:
            mistakes.update(refused.fields)
    if mistakes:
        raise Invalid(mistakes)
    return parsed[0], parsed[1]


def _status_fields() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("status", "since", "note")}


def _refused(template: str, refused: Invalid, **values: Any) -> ResponseReturnValue:
    confirm = refused.confirm if isinstance(refused, NeedsConfirmation) else None
    return _show(template, 422, values=_typed(request.form), errors=refused.fields, confirm=confirm, **values)


@viewpoints_intern.get("/blicke/<int:viewpoint_id>")
@needs(Action.VIEWPOINT_VIEW)
def show(viewpoint_id: int) -> ResponseReturnValue:
    """Everything the town knows of a point, and what can be done."""
    record = queries.get(staff_session(), actor(), viewpoint_id)
    (longitude, latitude), utm = queries.coordinates(record.place)
    day = clock.today()
    status = record.status(day)
    return _show(
        "show",
        record=record,
        point=record.viewpoint,
        current=status,
        is_public=status is not None and status.status not in HIDDEN,
        directions=present.directions(record.sectors, "de"),
        compass=present.compass(record.sectors, "de"),
        furniture=present.furniture((one.kind for one in record.furniture), "de"),
        coordinates=present.coordinates(longitude, latitude, utm, "de"),
        feature=present.record_feature(record, day),
        change_id=_just_saved(record.viewpoint),
        care=care.care_of(staff_session(), actor(), viewpoint_id),
        limits=care_public.limits(staff_session(), viewpoint_id, day),
        shown_status=queries.shown_status(staff_session(), viewpoint_id, day),
        codes=care_frame.CODES,
        terrain=terrain_pages.panel(record),
        **_rights(record.municipality_id),
    )


def _just_saved(viewpoint: Viewpoint) -> int | None:
    """The change that the person has just made, while it is the newest."""
    newest = queries.newest_change(staff_session(), viewpoint)
    return newest if newest is not None and parameters.whole("gespeichert") == newest else None


def _rights(municipality_id: int) -> dict[str, bool]:
    return {
        "may_edit": may(actor(), Action.VIEWPOINT_EDIT, municipality_id),
        "may_feature": may(actor(), Action.VIEWPOINT_FEATURE, municipality_id),
        "may_see_history": may(actor(), Action.HISTORY_VIEW, municipality_id),
        "may_see_effect": may(actor(), Action.VACANCY_VIEW, municipality_id),
    }


@viewpoints_intern.route("/blicke/<int:viewpoint_id>/bearbeiten", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def edit(viewpoint_id: int) -> ResponseReturnValue:
    """Change what is known of a point."""
    record = queries.get(staff_session(), actor(), viewpoint_id)
    if request.method == "GET":
        kinds = [one.kind for one in record.furniture]
        values = viewpoint_values(record.viewpoint, record.sectors, record.place, kinds)
        values["version"] = record.viewpoint.version
        return _show("edit", record=record, values=values, errors={}, options=_options())
    data = None
    try:
        version = Fields(request.form).version()
        data = parse_viewpoint(request.form)
        changed = service.update(staff_session(), actor(), viewpoint_id, version, data)
    except Invalid as refused:
        return _refused("edit", refused, record=record, options=_options())
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


@viewpoints_intern.route("/blicke/<int:viewpoint_id>/status", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def status(viewpoint_id: int) -> ResponseReturnValue:
    """Say since when which status holds."""
    record = queries.get(staff_session(), actor(), viewpoint_id)
    if request.method == "GET":
        values = {"since": clock.today().isoformat(), "version": record.viewpoint.version}
        values["status"] = parameters.choice("status", STATUSES)
        return _status_form(record, values)
    try:
        version = Fields(request.form).version()
        changed = service.set_status(staff_session(), actor(), viewpoint_id, version, parse_status(request.form))
    except Invalid as refused:
        return _status_form(record, request.form.to_dict(), 422, errors=refused.fields)
    except Conflict as conflict:
        values = {**request.form.to_dict(), "version": conflict.version}
        fresh = queries.get(staff_session(), actor(), viewpoint_id)
        return _status_form(fresh, values, 409, errors={"": str(conflict)}, collided=True)
    return _saved(changed, "Der Status ist gespeichert.")


def _status_form(
    record: queries.Record,
    values: Mapping[str, Any],
    http_status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    collided: bool = False,
) -> ResponseReturnValue:
    """The form with the steps that belong to the person, and whose the others are."""
    reach = stages.within_reach(actor(), record.municipality_id, [one.status for one in record.statuses])
    others = stages.others(actor(), record.municipality_id, record.statuses[-1].status if record.statuses else None)
    return _show(
        "status",
        http_status,
        record=record,
        values=values,
        errors=errors or {},
        collided=collided,
        current=record.statuses[-1] if record.statuses else None,
        options=_options(reach),
        others=[("„" + "“, „".join(STATUSES[code][0] for code in codes) + "“", who) for codes, who in others],
    )


@viewpoints_intern.post("/blicke/<int:viewpoint_id>/hervorheben")
@needs(Action.VIEWPOINT_FEATURE)
def feature(viewpoint_id: int) -> ResponseReturnValue:
    """Put the point in front of the others, or no longer."""
    fields = Fields(request.form)
    chosen = fields.flag("is_featured")
    changed = service.feature(staff_session(), actor(), viewpoint_id, fields.version(), chosen)
    return _saved(
        changed, "Der Blickpunkt ist jetzt empfohlen." if chosen else "Der Blickpunkt ist nicht mehr empfohlen."
    )


@viewpoints_intern.route("/blicke/<int:viewpoint_id>/loeschen", methods=["GET", "POST"])
@needs(Action.VIEWPOINT_EDIT)
def delete(viewpoint_id: int) -> ResponseReturnValue:
    """Remove a point that never was public, after asking once more."""
    record = queries.get(staff_session(), actor(), viewpoint_id)
    if request.method == "GET":
        return _show("delete", record=record, errors={})
    try:
        service.delete(staff_session(), actor(), viewpoint_id, Fields(request.form).version())
    except Invalid as refused:
        return _show("delete", 422, record=record, errors=refused.fields)
    flash(f"„{record.viewpoint.name}“ ist gelöscht.", "good")
    return redirect(url_for("viewpoints_intern.overview"), 303)


@viewpoints_intern.get("/blicke/<int:viewpoint_id>/verlauf")
@needs(Action.HISTORY_VIEW)
def history(viewpoint_id: int) -> ResponseReturnValue:
    """What happened to the point, with old and new values."""
    record = queries.get(staff_session(), actor(), viewpoint_id)
    found = queries.history(staff_session(), actor(), viewpoint_id)
    return _show("history", record=record, entries=changes.history(found))


@viewpoints_intern.post("/blicke/<int:viewpoint_id>/rueckgaengig")
@needs(Action.VIEWPOINT_EDIT)
def undo(viewpoint_id: int) -> ResponseReturnValue:
    """Take back the last change; undoing the first entry removes the point."""
    change_id = Fields(request.form).whole("change", most=2_000_000_000, required=True)
    service.undo(staff_session(), actor(), viewpoint_id, change_id or 0)
    viewpoint = queries.find(staff_session(), viewpoint_id)
    if viewpoint is not None:
        return _saved(viewpoint, "Die letzte Änderung ist zurückgenommen.")
    flash("Der Blickpunkt ist wieder entfernt.", "good")
    return redirect(url_for("viewpoints_intern.overview"), 303)
