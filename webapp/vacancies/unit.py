"""One unit: its page, its periods of use, its confirmation, its history, undoing and deleting."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.geometry import lon_lat
from geo.core.undo import last_change
from geo.places import photos
from geo.places.pois.queries import CLOSE_M, near
from geo.vacancies import classification, queries, service
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.cases import queries as cases
from geo.vacancies.classification import WZ_2008, WZ_2025, Proposal, normal, proposal
from geo.vacancies.codes import CONFIDENCES, END_REASONS, OPERATOR_KINDS, PUBLICATION_LEVELS, STATES, VERIFIED_BY
from geo.vacancies.dates import in_words, until_in_words
from geo.vacancies.freshness import service as freshness
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.schemas import parse_spell, parse_verification, spell_values
from geo.vacancies.stock import queries as stock
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import around, present, reports_intern, successions, surroundings
from webapp.vacancies.addresses import INTERNAL
from webapp.vacancies.cases import present as case_words
from webapp.vacancies.forms import SPELL_LABELS, branches, choices, refusal, saved, typed, version


@needs(Action.VACANCY_VIEW)
def show(unit_id: int, errors: dict[str, str] | None = None, values: dict[str, Any] | None = None) -> str:
    """Everything about a unit, and what can be done with it."""
    session, day, today = staff_session(), parameters.day(), clock.today()
    unit = queries.get(session, unit_id)
    entries = service.history(session, unit_id)
    state = next((spell.state for spell in unit.spells if spell.during.contains(day)), None)
    rules = freshness.of_town(session, unit.municipality_id)
    return render_template(
        "vacancies/intern_show.html",
        **_frame(unit),
        facts=present.unit_facts(unit),
        spells=[_spell(spell, day) for spell in unit.spells],
        current=next((_spell(spell, day) for spell in unit.spells if spell.during.contains(day)), None),
        neighbours=[(other.id, present.what_it_is(other)) for other in queries.neighbours(session, unit)],
        relatives=successions.relatives(unit_id),
        parcels=around.parcels_of(unit_id),
        building=stock.building(session, unit.building_id) if unit.building_id else None,
        building_name=around.building_name,
        photos=photos.of_place(session, unit.place_id),
        surroundings=surroundings.around(near(session, *lon_lat(unit.place.point), CLOSE_M), "de"),
        feature=present.unit_feature(unit, day),
        level=label(PUBLICATION_LEVELS, unit.publication_level),
        overdue=rules.is_overdue(unit.verified_on, state, day),
        holds_until=rules.holds_until(unit.verified_on, state),
        verified_by=label(VERIFIED_BY, unit.verified_by_kind),
        is_public=unit.publication_level >= 2 and unit.published_during is not None and today in unit.published_during,
        cases=[case_words.beside(one, today) for one in cases.of_unit(session, unit.id)],
        day=day,
        day_keep=day_chosen(day),
        today=today,
        last=entries[0] if entries else None,
        last_change=last_change(session, "units", unit_id),
        just_changed=parameters.whole("geaendert", most=2**53),
        heard=reports_intern.heard_of(unit.id, day),
        choices=choices(),
        next_states=NEXT.get(next((one.state for one in unit.spells if one.during.contains(today)), ""), ()),
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
        "details": _spell_details(spell),
        "note": spell.note,
        "holds": spell.during.contains(day),
    }


def _branch_in_words(spell: OccupancySpell) -> str:
    """The branch by its name, with its code in both classifications."""
    codes = [f"WZ {edition} {code}" for edition, code in ((WZ_2008, spell.wz_code), (WZ_2025, spell.wz_2025)) if code]
    name = classification.name(WZ_2008, spell.wz_code) or classification.name(WZ_2025, spell.wz_2025)
    return f"{name} ({', '.join(codes)})" if name else ", ".join(codes)


def _spell_details(spell: OccupancySpell) -> list[str]:
    """Who used it for what, and how that is known, as far as it is."""
    who = ", ".join(part for part in (spell.occupant, label(OPERATOR_KINDS, spell.operator_kind)) if part)
    known = ", ".join(
        part
        for part in (
            spell.source,
            spell.observed_on and f"beobachtet am {in_words(spell.observed_on)}",
            label(CONFIDENCES, spell.confidence),
        )
        if part
    )
    return [
        part
        for part in (
            spell.threatened_from and f"Leerstand droht ab {in_words(spell.threatened_from)}",
            who,
            label(RETAIL_GROUPS, spell.sortiment),
            _branch_in_words(spell),
            present.area(spell.area_used_m2, "de") and f"{present.area(spell.area_used_m2, 'de')} genutzt",
            spell.end_reason and f"Grund des Endes: {label(END_REASONS, spell.end_reason)}",
            known and f"Quelle: {known}",
            spell.note,
        )
        if part
    ]


# From each state the changes that come next most often, in the words of a button.
NEXT = {
    "GENUTZT": (("DROHEND", "Leerstand droht"), ("LEER", "Jetzt leer"), ("IM_UMBAU", "Im Umbau")),
    "DROHEND": (("LEER", "Jetzt leer"), ("GENUTZT", "Doch weiter genutzt")),
    "LEER": (
        ("LEER_VERMIETET", "Vermietet, noch nicht offen"),
        ("ZWISCHENGENUTZT", "Zwischennutzung"),
        ("GENUTZT", "Wieder genutzt"),
        ("NICHT_MARKTAKTIV", "Nicht am Markt"),
    ),
    "LEER_VERMIETET": (("GENUTZT", "Eröffnet"), ("LEER", "Doch wieder leer")),
    "ZWISCHENGENUTZT": (("LEER", "Wieder leer"), ("GENUTZT", "Dauerhaft genutzt")),
    "IM_UMBAU": (("GENUTZT", "Wieder genutzt"), ("LEER", "Jetzt leer")),
    "NICHT_MARKTAKTIV": (("LEER", "Wieder am Markt"), ("GENUTZT", "Wieder genutzt"), ("ENTFALLEN", "Entfallen")),
}


@needs(Action.VACANCY_EDIT)
def state(unit_id: int) -> ResponseReturnValue:
    """Another use from a day on."""
    chosen = parameters.choice("nutzung", STATES) or ""
    begin = {"since": f"{clock.today():%d.%m.%Y}", "state": chosen, "observed_on": clock.today().isoformat()}
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
        spells=[_spell(spell, clock.today()) for spell in unit.spells],
        values={**values, "version": unit.version},
        errors=errors,
        labels=SPELL_LABELS,
        choices=choices(),
        branches=branches(),
    )
    return page, status


@needs(Action.VACANCY_VIEW)
def branch() -> Response:
    """What follows from a branch: `wz_2008` or `wz_2025` (a code or a name), the other one, and the retail group."""
    edition = WZ_2008 if request.args.get("wz_2008") else WZ_2025
    typed_code = parameters.text(f"wz_{edition}", longest=250) or ""
    code = normal(edition, typed_code)
    found = proposal(edition, code) if code else Proposal()
    return jsonify(
        {
            "wz_2008": classification.shown(WZ_2008, found.wz_2008),
            "wz_2025": classification.shown(WZ_2025, found.wz_2025),
            "sortiment": found.group,
            "sortiment_label": label(RETAIL_GROUPS, found.group),
            "checked": found.checked,
            "known": code is not None,
        }
    )


@needs(Action.VACANCY_EDIT)
def delete_spell(unit_id: int, spell_id: int) -> ResponseReturnValue:
    """Remove a period of use that was entered by mistake."""
    service.delete_spell(*_acting(unit_id), spell_id=spell_id)
    return saved(unit_id)


@needs(Action.VACANCY_EDIT)
def verify(unit_id: int) -> ResponseReturnValue:
    """Note that the facts were confirmed; from the list, where only the units that were shown there are shown again."""
    back = _list_again()
    try:
        service.verify(*_acting(unit_id), data=parse_verification(request.form))
    except Invalid as error:
        return show(unit_id, refusal(error)["errors"], typed(request.form)), 422
    if back is None:
        return saved(unit_id)
    change = last_change(staff_session(), "units", unit_id)
    return redirect(url_for("vacancies_intern.overview", **back, bestaetigt=unit_id, aenderung=change), 303)


def _list_again() -> dict[str, Any] | None:
    """The parameters of the list that the form was sent from; None for the unit's own page."""
    raw = request.form.get("liste")
    if raw is None:
        return None
    known = (*INTERNAL, "am", "sortiert", "ab")
    return {name: value for name, value in parse_qsl(raw[:2000]) if name in known}


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
