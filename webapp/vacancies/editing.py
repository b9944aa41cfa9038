"""Marking a unit on the map, and changing its facts and its place."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.places import photos
from geo.places import service as places
from geo.places.schemas import place_values
from geo.vacancies import queries, service
from geo.vacancies.schemas import UnitInput, VacancyInput, parse_change, parse_vacancy, unit_values
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.places.photos import store
from webapp.vacancies import nearby, present
from webapp.vacancies.forms import (
    EDIT_LABELS,
    NEW_LABELS,
    UNIT_LABELS,
    choices,
    compared,
    refusal,
    saved,
    town,
    typed,
    version,
)

# The usual case, an empty shop on the ground floor, needs a place and a date only.
_BEGIN = {
    "object_type": "LADEN_EG",
    "state": "LEER",
    "accessible": "UNBEKANNT",
    "floor": "0",
    "is_ground_floor_frontage": True,
}
# What a link to the form may fill in.
_GIVEN = ("street", "house_number", "latitude", "longitude", "state")
# What the form for a new unit has in its first part.
_FIRST = {"object_type", "floor", "is_ground_floor_frontage", "name", "area_total_m2", "area_sales_m2", "note"}


@needs(Action.VACANCY_CREATE)
def new() -> ResponseReturnValue:
    """Mark a unit."""
    municipality_id = town()
    values: dict[str, Any] = {**unit_values(UnitInput()), **_BEGIN, "locality": dict(g.towns).get(municipality_id)}
    values["verified_on"] = clock.today().isoformat()
    values |= {name: given for name in _GIVEN if (given := parameters.text(name, 120)) is not None}
    state: dict[str, Any] = {"errors": {}, "confirm": None}
    if request.method == "POST":
        values = typed(request.form)
        try:
            data, photo = _parse_new()
            nearby.check_seen(municipality_id, data)
            unit = service.create(staff_session(), actor(), municipality_id, data)
            if photo is not None:
                facts = photos.parse_photo(request.form)
                places.add_photo(staff_session(), actor(), unit.place_id, facts, photo=photo, store=store())
            return _recorded(unit.id)
        except Invalid as error:
            state = refusal(error)
    beside = nearby.around(values) if request.method == "POST" else []
    more = [name for name in UNIT_LABELS if name not in _FIRST]
    is_open = any(values.get(name) not in (None, "", [], "UNBEKANNT") or name in state["errors"] for name in more)
    shown = {"labels": NEW_LABELS, "licences": _licences(), "more_open": is_open, "near": beside}
    return _form("vacancies/intern_new.html", values, state, **shown)


def _recorded(unit_id: int) -> ResponseReturnValue:
    """To the unit's page; or back to the report that it was recorded for."""
    report_id = parameters.whole("meldung", 1)
    if report_id is None:
        return saved(unit_id)
    return redirect(url_for("reports_intern.show", report_id=report_id, einheit=unit_id), 303)


def _parse_new() -> tuple[VacancyInput, photos.CleanPhoto | None]:
    """The form and its photo, with the mistakes of both at once."""
    errors: dict[str, str] = {}
    data = photo = None
    try:
        data = parse_vacancy(request.form)
    except Invalid as error:
        errors |= error.fields
    raw = _uploaded()
    if raw:
        for read in (photos.parse_photo, lambda _form: photos.clean(raw)):
            try:
                photo = read(request.form)
            except Invalid as error:
                errors |= error.fields
    if errors or data is None:
        raise Invalid(errors)
    return data, photo if isinstance(photo, photos.CleanPhoto) else None


def _uploaded() -> bytes:
    file = request.files.get("photo")
    return file.read(photos.MOST_BYTES + 1) if file is not None and file.filename else b""


def _licences() -> list[tuple[str, str]]:
    return [(code, names[0]) for code, names in photos.LICENCES.items()]


@needs(Action.VACANCY_EDIT)
def edit(unit_id: int) -> ResponseReturnValue:
    """Change a unit and its place; two versions side by side when somebody else was first."""
    unit = queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {**service.current_values(unit, unit.place), "version": unit.version}
    state: dict[str, Any] = {"errors": {}, "confirm": None}
    if request.method == "POST":
        values = typed(request.form)
        try:
            data = parse_change(request.form)
            try:
                service.update(staff_session(), actor(), unit_id, version(), data)
            except Conflict as error:
                staff_session().rollback()
                mine = {**unit_values(data.unit), **place_values(data.place)}
                seen = {"units": (unit_id, version()), "places": (unit.place_id, data.place_version or 0)}
                return _conflict(unit_id, error, compared(EDIT_LABELS, mine, error.theirs, seen))
            return saved(unit_id)
        except Invalid as error:
            state = refusal(error)
    unit = queries.get(staff_session(), unit_id)
    neighbours = queries.neighbours(staff_session(), unit)
    return _form(
        "vacancies/intern_edit.html",
        values,
        state,
        labels=EDIT_LABELS,
        unit=unit,
        unit_title=present.stored_title(unit),
        neighbours=neighbours,
    )


def _conflict(unit_id: int, error: Conflict, sides: dict[str, Any]) -> ResponseReturnValue:
    entries = service.history(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_conflict.html",
        internal_active=present.KIND,
        back=url_for("vacancies_intern.show", unit_id=unit_id),
        message=str(error),
        last=entries[0] if entries else None,
        version=error.version,
        place_version=error.theirs.get("place_version"),
        action=url_for("vacancies_intern.edit", unit_id=unit_id),
        **sides,
    )
    return page, 409


def _form(template: str, values: dict[str, Any], state: dict[str, Any], **more: Any) -> ResponseReturnValue:
    page = render_template(
        template,
        internal_active=present.KIND,
        values=values,
        choices=choices(),
        today=clock.today(),
        lost_file=any(upload.filename for upload in request.files.values()),
        center=queries.middle(staff_session(), town()),
        **state,
        **more,
    )
    return page, 422 if state["errors"] else 200
