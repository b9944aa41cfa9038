"""What stands around a unit: further units in its house, its building, its parcels."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.undo import last_change
from geo.vacancies import changes, queries
from geo.vacancies.codes import CONDITIONS, ENERGY_CLASSES, MONUMENTS, OBJECT_TYPES, STATES
from geo.vacancies.dates import in_words
from geo.vacancies.model import Building, Unit
from geo.vacancies.schemas import UnitInput, parse_beside, unit_values
from geo.vacancies.stock import parcel_keys, service
from geo.vacancies.stock import queries as stock
from geo.vacancies.stock.schemas import building_values, parse_building, parse_parcel
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.forms import NEW_LABELS, choices, compared, options, refusal, saved, typed, version

BUILDING_LABELS = {name: known[0] for name, known in changes.BUILDING.items()}
PARCEL_LABELS = {"parcel_key": "Flurstückskennzeichen", "parcel_area_m2": "Amtliche Fläche"}
_STALE = "Bitte mit dem jetzigen Stand vergleichen und erneut speichern."


def frame(unit: Unit) -> dict[str, Any]:
    """What every page about a unit needs."""
    return {"internal_active": present.KIND, "unit": unit, "title": present.stored_title(unit)}


@needs(Action.VACANCY_CREATE)
def beside(unit_id: int) -> ResponseReturnValue:
    """A further unit in the same house: the place and the building are known."""
    unit = queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {**unit_values(UnitInput()), "object_type": "", "state": "LEER"}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = typed(request.form)
        try:
            made = service.create_beside(staff_session(), actor(), unit_id, *parse_beside(request.form))
            return saved(made.id)
        except Invalid as error:
            errors = refusal(error)["errors"]
            unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_beside.html",
        **frame(unit),
        building=stock.building(staff_session(), unit.building_id) if unit.building_id else None,
        others=[present.what_it_is(one) for one in (unit, *queries.neighbours(staff_session(), unit))],
        values=values,
        errors=errors,
        labels=NEW_LABELS,
        choices=choices(),
    )
    return page, 422 if errors else 200


@needs(Action.VACANCY_EDIT)
def choose_building(unit_id: int) -> ResponseReturnValue:
    """Say in which building a unit lies: one near by, a new one, or none."""
    errors: dict[str, str] = {}
    status = 200
    values: dict[str, Any] = {}
    if request.method == "POST":
        values = typed(request.form)
        chosen = request.form.get("building", "")
        try:
            if chosen == "neu":
                data = parse_building(request.form)
                service.create_building(staff_session(), actor(), unit_id, version(), data)
            elif chosen == "keines" or (chosen.isascii() and chosen.isdecimal() and len(chosen) < 10):
                wanted = None if chosen == "keines" else int(chosen)
                service.assign_building(staff_session(), actor(), unit_id, version(), building_id=wanted)
            else:
                raise Invalid({"building": "Bitte ein Gebäude wählen."})
            return saved(unit_id)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} {_STALE}"}, 409
    unit = queries.get(staff_session(), unit_id)
    near = stock.buildings_near(staff_session(), unit_id)
    begin = unit.building_id or (near[0].id if near else "neu")
    current = stock.building(staff_session(), unit.building_id) if unit.building_id else None
    inside = stock.units_in(staff_session(), current.id, clock.today()) if current else ()
    page = render_template(
        "vacancies/intern_choose_building.html",
        **frame(unit),
        offered=[(row.id, _offered(row)) for row in near if row.id != unit.building_id],
        current=current and (current.id, f"{building_name(current, inside)} (wie bisher)"),
        values={"building": begin, "name": "", **values, "version": unit.version},
        errors=errors,
        labels={**BUILDING_LABELS, "building": "Gebäude"},
        choices=building_choices(),
    )
    return page, status


def _offered(row: Any) -> str:
    facts = [row.name or row.address or f"Gebäude {row.id}", f"Baujahr {row.built_year}" if row.built_year else ""]
    metres = "am selben Ort" if row.metres < 1 else f"{row.metres:.0f} m entfernt"
    return ", ".join(part for part in (*facts, metres) if part)


def building_name(building: Building, units: Any = ()) -> str:
    """What a building is called: its name, else the address of a unit in it."""
    address = next((present.address(row) for row in units if present.address(row)), None)
    return building.name or address or f"Gebäude {building.id}"


def building_choices() -> dict[str, list[tuple[str, str]]]:
    """The options of a building's fields."""
    return {
        "monuments": options(MONUMENTS),
        "conditions": [(code, f"{code}: {name}") for code, name in options(CONDITIONS)],
        "energy_classes": [(one, one) for one in ENERGY_CLASSES],
    }


@needs(Action.VACANCY_VIEW)
def building(building_id: int) -> str:
    """A building: its facts, and its units by floor on a day."""
    session, day = staff_session(), parameters.day()
    found = stock.building(session, building_id)
    units = stock.units_in(session, building_id, day)
    return render_template(
        "vacancies/intern_building.html",
        internal_active=present.KIND,
        building=found,
        title=building_name(found, units),
        facts=_facts(found),
        floors=_floors(units, day),
        day=day,
        day_keep=day_chosen(day),
        today=clock.today(),
        entries=changes.building_history(service.building_changes(session, building_id)),
        last_change=last_change(session, "buildings", building_id),
        has_units=stock.has_units(session, building_id),
        first_unit=units[0].id if units else None,
    )


def _floors(units: Any, day: date) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each floor's name with its units, top floor first."""
    floors: dict[str, list[dict[str, Any]]] = {}
    for row in units:
        name = present.floor(row.floor, "de") or "ohne Geschoss"
        since = in_words(row.since, row.start_precision or "TAG")
        floors.setdefault(name, []).append(
            {
                "url": url_for("vacancies_intern.show", unit_id=row.id, **day_chosen(day)),
                "title": ", ".join(part for part in (label(OBJECT_TYPES, row.object_type), row.name) if part),
                "area": present.area(row.area_total_m2, "de"),
                "state": row.state or "UNBEKANNT",
                "state_label": label(STATES, row.state) or "Zustand unbekannt",
                "since": f"seit {since}" if since else "",
                "occupant": row.occupant,
                "is_example": row.is_example,
            }
        )
    return list(floors.items())


def _facts(found: Building) -> list[tuple[str, str]]:
    facts = [
        (name, words(getattr(found, column)))
        for column, (name, words) in changes.BUILDING.items()
        if column not in ("outline", "note", "name") and getattr(found, column) not in (None, False, "")
    ]
    return [*facts, ("Umriss", "gezeichnet")] if found.outline is not None else facts


@needs(Action.VACANCY_EDIT)
def edit_building(building_id: int) -> ResponseReturnValue:
    """Change a building's facts."""
    found = stock.building(staff_session(), building_id)
    values: dict[str, Any] = {**building_values(found), "version": found.version}
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        values = typed(request.form)
        try:
            data = parse_building(request.form)
            try:
                service.update_building(staff_session(), actor(), building_id, version(), data)
            except Conflict as error:
                staff_session().rollback()
                seen = {"buildings": (building_id, version())}
                return _collided(
                    building_id, error, compared(BUILDING_LABELS, building_values(data), error.theirs, seen)
                )
            return redirect(url_for("vacancies_intern.building", building_id=building_id), 303)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
    found = stock.building(staff_session(), building_id)
    page = render_template(
        "vacancies/intern_building_edit.html",
        internal_active=present.KIND,
        building=found,
        title=building_name(found, stock.units_in(staff_session(), building_id, clock.today())),
        values=values,
        errors=errors,
        labels=BUILDING_LABELS,
        choices=building_choices(),
        has_units=stock.has_units(staff_session(), building_id),
    )
    return page, status


def _collided(building_id: int, error: Conflict, sides: dict[str, Any]) -> ResponseReturnValue:
    entries = changes.building_history(service.building_changes(staff_session(), building_id))
    page = render_template(
        "vacancies/intern_conflict.html",
        internal_active=present.KIND,
        message=str(error),
        last=entries[0] if entries else None,
        version=error.version,
        place_version=None,
        action=url_for("vacancies_intern.edit_building", building_id=building_id),
        back=url_for("vacancies_intern.building", building_id=building_id),
        **sides,
    )
    return page, 409


@needs(Action.VACANCY_DELETE)
def delete_building(building_id: int) -> ResponseReturnValue:
    """Remove a building without units."""
    service.delete_building(staff_session(), actor(), building_id, version())
    return redirect(url_for("vacancies_intern.overview"), 303)


@needs(Action.VACANCY_EDIT)
def undo_building(building_id: int) -> ResponseReturnValue:
    """Take back the last change of a building."""
    change = request.form.get("change", "")
    if not (change.isascii() and change.isdecimal() and len(change) < 16):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    service.undo_building(staff_session(), actor(), building_id, int(change))
    return redirect(url_for("vacancies_intern.building", building_id=building_id), 303)


@needs(Action.VACANCY_EDIT)
def parcels(unit_id: int) -> ResponseReturnValue:
    """The parcels of a unit, and one more."""
    errors: dict[str, str] = {}
    status = 200
    values: dict[str, Any] = {}
    if request.method == "POST":
        values = typed(request.form)
        try:
            service.add_parcel(staff_session(), actor(), unit_id, version(), parse_parcel(request.form))
            return redirect(url_for("vacancies_intern.parcels", unit_id=unit_id), 303)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} {_STALE}"}, 409
    unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_parcels.html",
        **frame(unit),
        parcels=parcels_of(unit_id),
        values={**values, "version": unit.version},
        errors=errors,
        labels=PARCEL_LABELS,
    )
    return page, status


def parcels_of(unit_id: int) -> list[dict[str, Any]]:
    """A unit's parcels as a page shows them."""
    return [
        {
            "id": one.id,
            "key": one.parcel_key,
            "words": parcel_keys.in_words(one.parcel_key),
            "area": present.area(one.area_m2, "de"),
        }
        for one in stock.parcels(staff_session(), unit_id)
    ]


@needs(Action.VACANCY_EDIT)
def remove_parcel(unit_id: int, parcel_id: int) -> ResponseReturnValue:
    """Take a parcel from a unit."""
    service.remove_parcel(staff_session(), actor(), unit_id, version(), parcel_id=parcel_id)
    return saved(unit_id)
