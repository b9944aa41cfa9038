"""The town mediates: requests, which units suit them and why, inquiries, viewings, results."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.vacancies import queries as units
from geo.vacancies.portfolio.seekers import queries, service
from geo.vacancies.portfolio.seekers.codes import MATCH_STATES, ORIGINS, SEEKER_STATES
from geo.vacancies.portfolio.seekers.model import Match, Seeker
from geo.vacancies.portfolio.seekers.schemas import LABELS, MATCH_LABELS, Wish, parse_match, parse_seeker, parse_state
from geo.vacancies.portfolio.seekers.scoring import Fit
from geo.vacancies.schemas import number_text
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.forms import choices as unit_choices
from webapp.vacancies.forms import options, refusal, town, version
from webapp.vacancies.seeking import LISTS, reasons

_STATES = [(code, names[0]) for code, names in SEEKER_STATES.items() if code != "UNBESTAETIGT"]


@needs(Action.VACANCY_VIEW)
def seekers() -> ResponseReturnValue:
    """Who looks for premises in the town."""
    day, state = parameters.day(), parameters.choice("stand", SEEKER_STATES)
    rows = queries.of_town(staff_session(), town(), day, state)
    return render_template(
        "vacancies/intern_seekers.html",
        internal_active=present.KIND,
        rows=[(row, label(SEEKER_STATES, row.state), queries.wish_in_words(row)) for row in rows],
        states=_STATES,
        args=request.args,
        day=day,
        today=clock.today(),
        day_keep=day_chosen(day),
    )


@needs(Action.VACANCY_VIEW)
def seeker(seeker_id: int) -> ResponseReturnValue:
    """One request: what is looked for, by whom (for editors), and which units suit it, with the reasons."""
    return _seeker_page(seeker_id)


def _seeker_page(seeker_id: int, errors: dict[str, str] | None = None) -> str:
    row, day = queries.get(staff_session(), seeker_id), parameters.day()
    known = {one.unit_id: one for one in queries.matches_of(staff_session(), seeker_id=seeker_id)}
    fits = queries.units_for(staff_session(), row, day) if row.state == "OFFEN" else []
    is_editor = may(actor(), Action.SEEKER_EDIT, row.municipality_id)
    return render_template(
        "vacancies/intern_seeker.html",
        internal_active=present.KIND,
        seeker=row,
        state=label(SEEKER_STATES, row.state),
        origin=label(ORIGINS, row.origin),
        wish=queries.wish_in_words(row),
        who=queries.person(staff_session(), actor(), row) if is_editor else None,
        fits=[_fitting(unit, how, known.get(unit.id)) for unit, how in fits],
        matches=[_match_row(one) for one in known.values()],
        states=[one for one in _STATES if one[0] != row.state],
        errors=errors or {},
        labels=LABELS,
        day=day,
        today=clock.today(),
    )  # fmt: skip


def _fitting(unit: Any, how: Fit, known: Match | None) -> tuple[Any, ...]:
    """A unit that may suit, with its names, the reasons, and the match where there is one."""
    return unit, present.unit_title(unit), present.what_it_is(unit), how, reasons(how, "de"), known


def _match_row(one: Match) -> dict[str, Any]:
    unit = units.get(staff_session(), one.unit_id)
    return {
        "id": one.id,
        "score": one.score,
        "state": label(MATCH_STATES, one.state),
        "unit": present.stored_title(unit),
        "unit_id": one.unit_id,
    }


@needs(Action.SEEKER_EDIT)
def new_seeker() -> ResponseReturnValue:
    """Enter a request that came by telephone or in person."""
    return _edit(None)


@needs(Action.SEEKER_EDIT)
def edit_seeker(seeker_id: int) -> ResponseReturnValue:
    """Change what is looked for, and by whom."""
    return _edit(queries.get(staff_session(), seeker_id))


def _edit(row: Seeker | None) -> ResponseReturnValue:
    values, errors, status = _values(row), {}, 200
    if request.method == "POST":
        values = {**request.form.to_dict(), **{name: request.form.getlist(name) for name in LISTS}}
        try:
            wish, who, note = parse_seeker(request.form)
            if row is None:
                row = service.record(staff_session(), actor(), town(), wish, who, note, clock.today())
            else:
                row = service.change(staff_session(), actor(), row.id, version(), wish, who, note)
            flash("Das Gesuch ist gespeichert.", "good")
            return redirect(url_for("vacancies_intern.seeker", seeker_id=row.id), 303)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} Ihre Eingaben stehen noch im Formular."}, 409
            values["version"] = error.version
    page = render_template(
        "vacancies/intern_seeker_edit.html",
        internal_active=present.KIND,
        seeker_id=request.view_args.get("seeker_id") if request.view_args else None,
        values=values,
        errors=errors,
        labels=LABELS,
        choices=unit_choices(),
    )
    return page, status


def _values(row: Seeker | None) -> dict[str, Any]:
    if row is None:
        return {name: [] for name in LISTS}
    values: dict[str, Any] = {name: getattr(row, name) for name in (*Wish.__dataclass_fields__, "note", "version")}
    for name in ("least_m2", "most_m2", "most_rent_eur_m2", "least_frontage_m"):
        values[name] = number_text(values[name])
    values["available_by"] = row.available_by.isoformat() if row.available_by else ""
    who = queries.person(staff_session(), actor(), row)
    return values | {name: getattr(who, name) or "" for name in ("name", "email", "phone", "concept") if who}


@needs(Action.SEEKER_EDIT)
def seeker_state(seeker_id: int) -> ResponseReturnValue:
    """Open, placed or ended."""
    try:
        state = parse_state(request.form)
        service.set_state(staff_session(), actor(), seeker_id, version(), state, clock.today())
    except Invalid as error:
        return _seeker_page(seeker_id, refusal(error)["errors"]), 422
    except Conflict as error:
        staff_session().rollback()
        return _seeker_page(seeker_id, {"": str(error)}), 409
    return redirect(url_for("vacancies_intern.seeker", seeker_id=seeker_id), 303)


@needs(Action.SEEKER_EDIT)
def forget_seeker(seeker_id: int) -> ResponseReturnValue:
    """Delete a request with everything that hangs on it."""
    service.forget(staff_session(), actor(), seeker_id, version())
    flash("Das Gesuch ist gelöscht.", "good")
    return redirect(url_for("vacancies_intern.seekers"), 303)


@needs(Action.SEEKER_EDIT)
def propose(seeker_id: int, unit_id: int) -> ResponseReturnValue:
    """Note that a unit may suit a seeker."""
    units.get(staff_session(), unit_id)
    made = service.propose(staff_session(), actor(), seeker_id, unit_id, clock.today())
    return redirect(url_for("vacancies_intern.match", match_id=made.id), 303)


@needs(Action.VACANCY_VIEW)
def unit_seekers(unit_id: int) -> ResponseReturnValue:
    """The other way round: whom a unit may suit, with the reasons."""
    unit, day = units.get(staff_session(), unit_id), parameters.day()
    known = {one.seeker_id: one for one in queries.matches_of(staff_session(), unit_id=unit_id)}
    fits = queries.seekers_for(staff_session(), unit.municipality_id, unit_id, day)
    return render_template(
        "vacancies/intern_unit_seekers.html",
        internal_active=present.KIND,
        unit=unit,
        title=present.stored_title(unit),
        fits=[(one, how, reasons(how, "de"), known.get(one.id)) for one, how in fits],
        day=day,
        today=clock.today(),
    )


@needs(Action.SEEKER_EDIT)
def match(match_id: int) -> ResponseReturnValue:
    """How far a match has come, and what may be told to the owner."""
    row = queries.match(staff_session(), match_id)
    values: dict[str, Any] = {"state": row.state, "result": row.result or "", "version": row.version}
    values |= {
        name: on.isoformat() if (on := getattr(row, name)) else ""
        for name in ("seeker_agreed_on", "owner_agreed_on", "viewing_on")
    }
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        values = dict(request.form.items())
        try:
            service.decide(staff_session(), actor(), match_id, version(), parse_match(request.form, clock.today()))
            flash("Gespeichert.", "good")
            return redirect(url_for("vacancies_intern.match", match_id=match_id), 303)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} Ihre Eingaben stehen noch im Formular."}, 409
            values["version"] = error.version
    row = queries.match(staff_session(), match_id)
    found = queries.get(staff_session(), row.seeker_id)
    unit = units.get(staff_session(), row.unit_id)
    how = queries.fit_of(staff_session(), found, row.unit_id, clock.today())
    page = render_template(
        "vacancies/intern_match.html",
        internal_active=present.KIND,
        row=row,
        seeker=found,
        unit=unit,
        title=present.stored_title(unit),
        how=how,
        reasons=reasons(how, "de") if how is not None else {},
        told=queries.for_owner(staff_session(), match_id),
        values=values,
        errors=errors,
        labels=MATCH_LABELS,
        states=options(MATCH_STATES),
        today=clock.today(),
    )
    return page, status


_SEEKER, _UNIT = "/leerstand/gesuche/<int:seeker_id>", "/leerstand/<int:unit_id>"
ROUTES = (
    ("/leerstand/gesuche", "seekers", seekers, ["GET"]),
    ("/leerstand/gesuche/neu", "new_seeker", new_seeker, ["GET", "POST"]),
    (_SEEKER, "seeker", seeker, ["GET"]),
    (f"{_SEEKER}/bearbeiten", "edit_seeker", edit_seeker, ["GET", "POST"]),
    (f"{_SEEKER}/stand", "seeker_state", seeker_state, ["POST"]),
    (f"{_SEEKER}/loeschen", "forget_seeker", forget_seeker, ["POST"]),
    (f"{_SEEKER}/vorschlag/<int:unit_id>", "propose", propose, ["POST"]),
    (f"{_UNIT}/gesuche", "unit_seekers", unit_seekers, ["GET"]),
    ("/leerstand/gesuche/passung/<int:match_id>", "match", match, ["GET", "POST"]),
)
