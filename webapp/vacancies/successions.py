"""Splitting a unit into several, and merging several into one."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.vacancies import queries
from geo.vacancies.codes import STATES
from geo.vacancies.model import Unit
from geo.vacancies.schemas import number_text
from geo.vacancies.stock import queries as stock
from geo.vacancies.stock import service
from geo.vacancies.stock.schemas import BEGINNINGS, MOST_PARTS, parse_merge, parse_split
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present
from webapp.vacancies.around import frame
from webapp.vacancies.forms import UNIT_LABELS, choices, options, refusal, saved, typed, version

_PART = ("name", "object_type", "floor", "is_ground_floor_frontage", "area_total_m2", "area_sales_m2", "frontage_m")
_LABELS = {**UNIT_LABELS, "state": "Nutzung", "occupant": "Nutzer", "on_day": "Am", "with_unit": "Zusammen mit"}
_STALE = "Bitte mit dem jetzigen Stand vergleichen und erneut speichern."


def _states() -> list[tuple[str, str]]:
    return [option for option in options(STATES) if option[0] in BEGINNINGS]


@needs(Action.VACANCY_EDIT)
def split(unit_id: int) -> ResponseReturnValue:
    """One unit becomes several on a day."""
    unit = queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {"parts": 2, "on_day": clock.today().isoformat()}
    for number in range(1, 3):
        values |= _begin(unit, number)
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        values = typed(request.form)
        if request.form.get("one_more"):
            values = _one_more(unit, values)
        else:
            try:
                on, parts = parse_split(request.form)
                service.split(staff_session(), actor(), unit_id, version(), on=on, parts=parts)
                return saved(unit_id)
            except Invalid as error:
                errors, status = refusal(error)["errors"], 422
            except Conflict as error:
                staff_session().rollback()
                errors, status = {"": f"{error} {_STALE}"}, 409
    unit = queries.get(staff_session(), unit_id)
    count = _count(values)
    page = render_template(
        "vacancies/intern_split.html",
        **frame(unit),
        facts=present.what_it_is(unit, with_name=False),
        area=present.area(unit.area_total_m2, "de"),
        parts=range(1, count + 1),
        may_add=count < MOST_PARTS,
        values={**values, "parts": count, "version": unit.version},
        errors=errors,
        labels={**_LABELS, **{f"{name}_{n}": f"Teil {n}, {_LABELS[name]}" for name in _LABELS for n in range(1, 13)}},
        choices=choices(),
        states=_states(),
        today=clock.today(),
    )
    return page, status


def _begin(unit: Unit, number: int) -> dict[str, Any]:
    """What a part begins with: what it has from the whole."""
    whole = {
        "object_type": unit.object_type,
        "floor": "" if unit.floor is None else str(unit.floor),
        "is_ground_floor_frontage": unit.is_ground_floor_frontage,
        "state": "LEER",
    }
    return {f"{name}_{number}": value for name, value in whole.items()}


def _count(values: dict[str, Any]) -> int:
    raw = str(values.get("parts", ""))
    return min(max(int(raw), 2), MOST_PARTS) if raw.isascii() and raw.isdecimal() and len(raw) < 3 else 2


def _one_more(unit: Unit, values: dict[str, Any]) -> dict[str, Any]:
    count = min(_count(values) + 1, MOST_PARTS)
    return {**_begin(unit, count), **values, "parts": count}


@needs(Action.VACANCY_EDIT)
def merge(unit_id: int) -> ResponseReturnValue:
    """Several units become one on a day."""
    unit = queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {
        "on_day": clock.today().isoformat(),
        **{name: getattr(unit, name) for name in _PART},
        "floor": "" if unit.floor is None else str(unit.floor),
        "area_total_m2": number_text(unit.area_total_m2),
        "area_sales_m2": number_text(unit.area_sales_m2),
        "frontage_m": number_text(unit.frontage_m),
        "state": "LEER",
    }
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        values = {**typed(request.form), "with_unit": request.form.getlist("with_unit")}
        try:
            on, others, successor = parse_merge(request.form)
            service.merge(staff_session(), actor(), unit_id, version(), others=others, on=on, successor=successor)
            return saved(unit_id)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} {_STALE}"}, 409
    unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_merge.html",
        **frame(unit),
        facts=present.what_it_is(unit, with_name=False),
        area=present.area(unit.area_total_m2, "de"),
        offered=[(row.id, _offered(row)) for row in stock.mergeable(staff_session(), unit_id, clock.today())],
        values={**values, "version": unit.version},
        errors=errors,
        labels=_LABELS,
        choices=choices(),
        states=_states(),
        today=clock.today(),
    )
    return page, status


def _offered(row: Any) -> str:
    parts = (present.address(row), present.what_it_is(row), present.area(row.area_total_m2, "de"))
    return ", ".join(part for part in (*parts, label(STATES, row.state)) if part)


def relatives(unit_id: int) -> dict[str, list[dict[str, Any]]]:
    """What a unit came from and what it became, in words, for its page."""
    told: dict[str, list[dict[str, Any]]] = {"earlier": [], "later": []}
    for one in stock.relatives(staff_session(), unit_id):
        name = ", ".join(part for part in (present.address(one.unit), present.what_it_is(one.unit)) if part)
        told["later" if one.is_later else "earlier"].append(
            {"id": one.id, "name": name, "on": one.on_day, "kind": one.kind}
        )
    return told
