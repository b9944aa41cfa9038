"""One unit: its page, its periods of use, its confirmation, its history, undoing and deleting."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.undo import last_change
from geo.places import photos
from geo.vacancies import queries, service
from geo.vacancies.codes import PUBLICATION_LEVELS, STATES
from geo.vacancies.dates import in_words, until_in_words
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.schemas import parse_spell, parse_verification, spell_values
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present
from webapp.vacancies.addresses import day_chosen
from webapp.vacancies.forms import SPELL_LABELS, choices, refusal, saved, typed, version


@needs(Action.VACANCY_VIEW)
def show(unit_id: int, errors: dict[str, str] | None = None, values: dict[str, Any] | None = None) -> str:
    """Everything about a unit, and what can be done with it."""
    session, day, today = staff_session(), parameters.day(), date.today()
    unit = queries.get(session, unit_id)
    entries = service.history(session, unit_id)
    return render_template(
        "vacancies/intern_show.html",
        **_frame(unit),
        facts=present.unit_facts(unit),
        spells=[_spell(spell, day) for spell in unit.spells],
        current=next((_spell(spell, day) for spell in unit.spells if spell.during.contains(day)), None),
        neighbours=[(other.id, present.what_it_is(other)) for other in queries.neighbours(session, unit)],
        photos=photos.of_place(session, unit.place_id),
        feature=present.unit_feature(unit, day),
        level=label(PUBLICATION_LEVELS, unit.publication_level),
        is_public=unit.publication_level >= 2 and unit.published_during is not None and today in unit.published_during,
        day=day,
        day_keep=day_chosen(day),
        today=today,
        last=entries[0] if entries else None,
        last_change=last_change(session, "units", unit_id),
        just_changed=parameters.whole("geaendert", most=2**53),
        choices=choices(),
        errors=errors or {},
        values=values or {"verified_on": today.isoformat(), "verified_by_kind": "BEGEHUNG"},
    )


def _frame(unit: Unit) -> dict[str, Any]:
    return {"internal_active": present.KIND, "unit": unit, "title": present.stored_title(unit)}


def _spell(spell: OccupancySpell, day: date) -> dict[str, Any]:
    return {
        "id": spell.id,
        "state": spell.state,
        "state_label": label(STATES, spell.state),
        "since": in_words(spell.during.lower, spell.start_precision),
        "until": until_in_words(spell.during.upper, spell.end_precision),
        "occupant": spell.occupant,
        "note": spell.note,
        "source": spell.source,
        "holds": spell.during.contains(day),
    }


@needs(Action.VACANCY_EDIT)
def state(unit_id: int) -> ResponseReturnValue:
    """Another use from a day on."""
    begin = {"since": f"{date.today():%d.%m.%Y}", "state": ""}
    return _spell_form(unit_id, "state", begin, lambda data: service.set_state(*_acting(unit_id), data=data))


@needs(Action.VACANCY_EDIT)
def new_spell(unit_id: int) -> ResponseReturnValue:
    """A further period of use."""
    return _spell_form(
        unit_id, "new", {"state": "GENUTZT"}, lambda data: service.add_spell(*_acting(unit_id), data=data)
    )


@needs(Action.VACANCY_EDIT)
def edit_spell(unit_id: int, spell_id: int) -> ResponseReturnValue:
    """Correct a period of use."""
    values = spell_values(queries.spell(staff_session(), unit_id, spell_id))
    return _spell_form(
        unit_id,
        "edit",
        values,
        lambda data: service.update_spell(*_acting(unit_id), data=data, spell_id=spell_id),
        spell_id=spell_id,
    )


def _acting(unit_id: int) -> tuple[Any, Actor, int, int]:
    return staff_session(), actor(), unit_id, version()


def _spell_form(
    unit_id: int, kind: str, values: dict[str, Any], write: Any, spell_id: int | None = None
) -> ResponseReturnValue:
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        values = typed(request.form)
        try:
            write(parse_spell(request.form))
            return saved(unit_id)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} Bitte mit dem jetzigen Stand vergleichen und erneut speichern."}, 409
    unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_spell.html",
        **_frame(unit),
        kind=kind,
        spell_id=spell_id,
        spells=[_spell(spell, date.today()) for spell in unit.spells],
        values={**values, "version": unit.version},
        errors=errors,
        labels=SPELL_LABELS,
        choices=choices(),
    )
    return page, status


@needs(Action.VACANCY_EDIT)
def delete_spell(unit_id: int, spell_id: int) -> ResponseReturnValue:
    """Remove a period of use that was entered by mistake."""
    service.delete_spell(*_acting(unit_id), spell_id=spell_id)
    return saved(unit_id)


@needs(Action.VACANCY_EDIT)
def verify(unit_id: int) -> ResponseReturnValue:
    """Note that the facts were confirmed."""
    try:
        service.verify(*_acting(unit_id), data=parse_verification(request.form))
    except Invalid as error:
        return show(unit_id, refusal(error)["errors"], typed(request.form)), 422
    return saved(unit_id)


@needs(Action.VACANCY_VIEW)
def history(unit_id: int) -> str:
    """Every change, field by field."""
    session = staff_session()
    unit = queries.get(session, unit_id)
    return render_template(
        "vacancies/intern_history.html",
        **_frame(unit),
        entries=service.history(session, unit_id),
        last_change=last_change(session, "units", unit_id),
    )


@needs(Action.VACANCY_EDIT)
def undo(unit_id: int) -> ResponseReturnValue:
    """Take back the last change; also a deletion, whose page is gone."""
    change_id = request.form.get("change", "")
    if not (change_id.isascii() and change_id.isdecimal() and len(change_id) < 16):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    service.undo(staff_session(), actor(), unit_id, int(change_id))
    if not queries.exists(staff_session(), unit_id):
        return redirect(url_for("vacancies_intern.overview"), 303)
    return saved(unit_id)


@needs(Action.VACANCY_DELETE)
def delete(unit_id: int) -> ResponseReturnValue:
    """Remove a unit that was entered by mistake, after asking."""
    if request.method == "POST":
        service.delete(*_acting(unit_id))
        change = last_change(staff_session(), "units", unit_id)
        return redirect(url_for("vacancies_intern.overview", geloescht=unit_id, aenderung=change), 303)
    return render_template("vacancies/intern_delete.html", **_frame(queries.get(staff_session(), unit_id)))
