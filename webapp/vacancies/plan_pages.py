"""The floor plans of a unit: add, name, show or hide, remove."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.places import photos
from geo.vacancies import queries
from geo.vacancies.portfolio import queries as portfolio
from geo.vacancies.portfolio import service
from geo.vacancies.portfolio.schemas import PLAN_LABELS, PlanInput, parse_plan
from webapp.access import needs
from webapp.app import actor, staff_session, takes_files
from webapp.places.photos import send_photo
from webapp.vacancies import present
from webapp.vacancies.expose import plan_store
from webapp.vacancies.forms import refusal, typed, version


@takes_files(photos.MOST_BYTES + 1_000_000)
@needs(Action.VACANCY_EDIT)
def plans(unit_id: int) -> ResponseReturnValue:
    """All floor plans of a unit, and one more."""
    queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {"is_public": "1"}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = typed(request.form)
        try:
            data, plan = _parsed()
            service.add_plan(staff_session(), actor(), unit_id, data, plan=plan, store=plan_store())
            flash("Der Grundriss ist gespeichert.", "good")
            return redirect(url_for("vacancies_intern.plans", unit_id=unit_id), 303)
        except Invalid as error:
            errors = refusal(error)["errors"]
    return _page(unit_id, values, errors, 422 if errors else 200)


def _parsed() -> tuple[PlanInput, photos.CleanPhoto]:
    """The form and its file, with the mistakes of both."""
    errors: dict[str, str] = {}
    data, plan = None, None
    try:
        data = parse_plan(request.form)
    except Invalid as refused:
        errors |= refused.fields
    file = request.files.get("plan")
    try:
        plan = photos.clean(file.read(photos.MOST_BYTES + 1) if file is not None else b"", "plan")
    except Invalid as refused:
        errors |= {name: _of_a_plan(sentence) for name, sentence in refused.fields.items()}
    if errors or data is None or plan is None:
        raise Invalid(errors)
    return data, plan


def _of_a_plan(sentence: str) -> str:
    """What is said of a photo, said of a floor plan."""
    if sentence.startswith("Das ist kein Foto"):
        return "Das ist kein Bild im Format JPEG, PNG oder WebP. Ein PDF bitte vorher als Bild speichern."
    return sentence.replace("Bitte ein Foto auswählen", "Bitte ein Bild auswählen").replace("Foto", "Bild")


def _page(unit_id: int, values: dict[str, Any], errors: dict[str, str], status: int) -> ResponseReturnValue:
    unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_plans.html",
        internal_active=present.KIND,
        unit=unit,
        title=present.stored_title(unit),
        plans=portfolio.plans(staff_session(), unit_id),
        values=values,
        errors=errors,
        labels=PLAN_LABELS,
    )
    return page, status


@needs(Action.VACANCY_EDIT)
def change(unit_id: int, plan_id: int) -> ResponseReturnValue:
    """What is said of a floor plan, and whether it may be public."""
    try:
        service.update_plan(staff_session(), actor(), unit_id, plan_id, version(), parse_plan(request.form))
        flash("Gespeichert.", "good")
    except Invalid as error:
        return _page(unit_id, {"is_public": "1"}, {"": next(iter(refusal(error)["errors"].values()))}, 422)
    except Conflict as error:
        staff_session().rollback()
        return _page(unit_id, {"is_public": "1"}, {"": f"{error} Unten steht der jetzige Stand."}, 409)
    return redirect(url_for("vacancies_intern.plans", unit_id=unit_id), 303)


@needs(Action.VACANCY_EDIT)
def remove(unit_id: int, plan_id: int) -> ResponseReturnValue:
    """Take a floor plan away."""
    try:
        service.remove_plan(staff_session(), actor(), unit_id, plan_id, version())
        flash("Der Grundriss wurde entfernt.", "good")
    except Conflict as error:
        staff_session().rollback()
        return _page(unit_id, {"is_public": "1"}, {"": f"{error} Unten steht der jetzige Stand."}, 409)
    return redirect(url_for("vacancies_intern.plans", unit_id=unit_id), 303)


@needs(Action.VACANCY_VIEW)
def picture(unit_id: int, plan_id: int) -> ResponseReturnValue:
    """A floor plan of the own town, public or not."""
    row = portfolio.plan(staff_session(), unit_id, plan_id)
    return send_photo(plan_store().path(row.municipality_id, row.sha256), row.sha256)
