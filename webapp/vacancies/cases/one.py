"""One case: its page, a step, its end, its type, opening again, undoing."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.parsing import Fields
from geo.core.undo import last_change
from geo.vacancies import queries as units
from geo.vacancies import service as unit_service
from geo.vacancies.cases import listing, queries, rules, service
from geo.vacancies.cases.codes import BLOCKED_HINTS, BLOCKED_KINDS, ENDED, PRIORITIES, RESULTS, VACANCY_TYPES
from geo.vacancies.cases.model import Case
from geo.vacancies.cases.schemas import LONGEST_NOTE, Opening, parse_closing, parse_step, parse_type
from geo.vacancies.cases.types import derived
from geo.vacancies.changes import ACTIONS as UNIT_ACTIONS
from geo.vacancies.changes import FIELDS
from geo.vacancies.codes import STATES
from webapp import case_line, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present as unit_words
from webapp.vacancies.cases import present
from webapp.vacancies.forms import options, refusal, version
from webapp.vacancies.reports_intern import heard_of

LABELS = {
    "state": "Stand",
    "blocked_kind": "Woran es liegt",
    "note": "Was geschehen ist",
    "on": "Am",
    "next_action": "Nächster Schritt",
    "next_action_on": "Bis",
    "responsible_id": "Zuständig",
    "priority": "Vorrang",
    "result": "Ergebnis",
    "use": "Neue Nutzung",
    "since": "Seit",
    "occupant": "Nutzer",
    "type_override": "Leerstandstyp",
    "type_reason": "Begründung",
}
CHANGED = UNIT_ACTIONS["vacancy.edit"]
# Of what happened to the unit the timeline of a case tells its use.
OF_USE = {FIELDS["occupancy_spells"][name][0] for name in ("state", "during", "occupant", "end_reason")}
# What is done most often, offered while typing.
ACTIONS = (
    "Eigentümer anrufen", "Eigentümer anschreiben", "Nachfassen", "Begehung", "Termin vor Ort", "Exposé erstellen",
    "Besichtigung", "Angebot prüfen", "Mit Wirtschaftsförderung abstimmen",
)  # fmt: skip


@needs(Action.CASE_EDIT)
def open_case(unit_id: int) -> ResponseReturnValue:
    """Begin the work on a unit in one step; who opens a case is responsible, until somebody else is."""
    session, person = staff_session(), actor()
    there = queries.of_unit(session, unit_id) if units.exists(session, unit_id) else []
    if there and there[0].closed_on is None:
        return redirect(url_for("cases_intern.show", case_id=there[0].id), 303)
    town = units.municipality_of(session, unit_id)
    mine = person.account_id if person.account_id in dict(queries.people(session, town)) else None
    made = service.open_case(session, person, unit_id, Opening(on=clock.today(), responsible_id=mine))
    return _saved(made.id)


def _saved(case_id: int) -> ResponseReturnValue:
    change = last_change(staff_session(), "cases", case_id)
    return redirect(url_for("cases_intern.show", case_id=case_id, geaendert=change), 303)


@needs(Action.VACANCY_VIEW)
def show(case_id: int) -> ResponseReturnValue:
    """Everything about a case, and the form of the next step."""
    return _page(case_id)


def _page(
    case_id: int,
    status: int = 200,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    type_errors: dict[str, str] | None = None,
    reopen_errors: dict[str, str] | None = None,
) -> ResponseReturnValue:
    session, day = staff_session(), parameters.day()
    case = queries.get(session, case_id)
    town = case.municipality_id
    unit = units.get(session, case.unit_id)
    row = listing.one(session, town, case_id, day)
    people = queries.people(session, town)
    steps = queries.events(session, case_id, day)
    names = queries.names(session, [one for step in steps for one in (step.account_id, step.responsible_id)])
    limits = queries.limits(session, town)
    spell = next((one for one in unit.spells if one.during.contains(day)), None)
    rounds = rules.failed_rounds([one.state for one in steps])
    kind = derived(spell.state if spell else None, row.empty_since if row else None, day, rounds, limits)
    page = render_template(
        "vacancies/cases/show.html",
        internal_active=present.KIND,
        case=case,
        work=present.case(row, day, day_chosen(day)) if row else None,
        unit=unit,
        title=unit_words.stored_title(unit),
        use=label(STATES, spell.state) if spell else "Zustand unbekannt",
        use_code=spell.state if spell else "UNBEKANNT",
        facts=unit_words.unit_facts(unit)[:8],
        feature=unit_words.unit_feature(unit, day),
        entries=_line(case, steps, names, day),
        others=[one for one in queries.of_unit(session, case.unit_id) if one.id != case_id],
        state_words=present.state_words,
        derived_kind=label(VACANCY_TYPES, kind) or "keiner: nicht leer",
        rounds=rounds,
        limits=limits,
        values=values or _begin(case),
        errors=errors or {},
        type_errors=type_errors or {},
        type_values=request.form if type_errors else vars(case),
        type_reason=next((one.note for one in reversed(steps) if one.kind == "TYP"), case.type_reason),
        reopen_errors=reopen_errors or {},
        reopen_values=request.form if reopen_errors else {},
        heard=heard_of(case.unit_id, day),
        labels=LABELS,
        moves=present.move_options(case.state, case.resumes_as, case.blocked_kind),
        blocked_kinds=[(code, name, BLOCKED_HINTS[code]) for code, name in options(BLOCKED_KINDS)],
        priorities=options(PRIORITIES),
        kinds=options(VACANCY_TYPES),
        people=_with_former(people, case, names),
        actions=ACTIONS,
        may_close=rules.may_close(case.state, case.resumes_as),
        may_dismiss=rules.may_dismiss(case.state, case.resumes_as),
        day=day,
        day_keep=day_chosen(day),
        today=clock.today(),
        last_change=last_change(session, "cases", case_id),
        just_changed=parameters.whole("geaendert", most=2**53),
    )  # fmt: skip
    return page, status


def _begin(case: Case) -> dict[str, Any]:
    wanted = parameters.choice("stand", dict(present.move_options(case.state, case.resumes_as, case.blocked_kind)))
    return {
        "version": case.version,
        "state": wanted or case.state,
        "blocked_kind": case.blocked_kind,
        "on": clock.today().isoformat(),
        "next_action": case.next_action,
        "next_action_on": case.next_action_on.isoformat() if case.next_action_on else None,
        "responsible_id": case.responsible_id,
        "priority": case.priority,
    }


def _with_former(people: list[tuple[int, str]], case: Case, names: dict[int, str]) -> list[tuple[int, str]]:
    """Whoever is responsible stays to be chosen, also when they work here no more."""
    known = {one for one, _ in people}
    if case.responsible_id is None or case.responsible_id in known:
        return people
    return [*people, (case.responsible_id, f"{names.get(case.responsible_id, 'Unbekannt')} (nicht mehr hier)")]


def _line(case: Case, steps: Any, names: dict[int, str], day: date) -> list[dict[str, Any]]:
    """The steps of the case, its measures, and how the use of its unit changed since it began, the newest first."""
    entries = present.timeline(steps, names) + case_line.of_case(case.id, day)
    for one in unit_service.history(staff_session(), case.unit_id):
        use = [change for change in one.changes if change["field"] in OF_USE]
        if one.action == CHANGED and one.at > case.created_at and clock.day_of(one.at) <= day and use:
            entries.append(
                {"at": one.at, "who": one.who, "note": None, "changes": use, "action": "Nutzung der Einheit"}
            )
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


@needs(Action.CASE_EDIT)
def step(case_id: int) -> ResponseReturnValue:
    """What happened, and what is to be done next."""
    try:
        service.record(staff_session(), actor(), case_id, version(), parse_step(request.form))
    except Invalid as error:
        return _again(case_id, 422, refusal(error)["errors"])
    except Conflict as error:
        staff_session().rollback()
        return _again(
            case_id, 409, {"": f"{error} Ihre Eingaben stehen noch im Formular; bitte mit dem Verlauf vergleichen."}
        )
    return _saved(case_id)  # fmt: skip


def _again(case_id: int, status: int, errors: dict[str, str]) -> ResponseReturnValue:
    values = {**request.form.to_dict(), "version": queries.get(staff_session(), case_id).version}
    return _page(case_id, status, values=values, errors=errors)


@needs(Action.CASE_EDIT)
def close(case_id: int) -> ResponseReturnValue:
    """End a case: the result, and the use that the unit has from now on."""
    session = staff_session()
    errors: dict[str, str] = {}
    status, values = 200, {"on": clock.today().isoformat(), "since": f"{clock.today():%d.%m.%Y}"}
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            data, unit_version = parse_closing(request.form), Fields(request.form).whole("unit_version") or 0
            service.close(session, actor(), case_id, version(), data, unit_version)
            return _saved(case_id)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
            errors = {"use" if name == "state" else name: text for name, text in errors.items()}
        except Conflict as error:
            session.rollback()
            errors, status = {"": f"{error} Bitte mit dem jetzigen Stand vergleichen und erneut senden."}, 409
    case = queries.get(session, case_id)
    if case.state in ENDED:
        return redirect(url_for("cases_intern.show", case_id=case_id), 303)
    unit = units.get(session, case.unit_id)
    spell = unit.spells[0] if unit.spells else None
    dismissed = rules.may_dismiss(case.state, case.resumes_as)
    results = [
        (code, name, _fitting(code)) for code, name in options(RESULTS) if not dismissed or code == "WAR_NIE_LEER"
    ]
    page = render_template(
        "vacancies/cases/close.html",
        internal_active=present.KIND,
        case=case,
        unit=unit,
        title=unit_words.stored_title(unit),
        use=label(STATES, spell.state) if spell else "Zustand unbekannt",
        use_code=spell.state if spell else "UNBEKANNT",
        dismissed=dismissed,
        values={**values, "version": case.version, "unit_version": unit.version},
        errors=errors,
        labels=LABELS,
        results=results,
        uses=[(code, name) for code, name in options(STATES) if any(code in uses for uses in rules.FITTING.values())],
    )  # fmt: skip
    return page, status


def _fitting(result: str) -> str:
    return "Nutzung danach: " + " oder ".join(f"„{label(STATES, one)}“" for one in rules.FITTING[result])


@needs(Action.CASE_EDIT)
def reopen(case_id: int) -> ResponseReturnValue:
    """Take a case up again that has ended; it keeps its number."""
    fields = Fields(request.form)
    note = fields.text("note", longest=LONGEST_NOTE)
    try:
        fields.check()
        service.reopen(staff_session(), actor(), case_id, version(), clock.today(), note)
    except Invalid as error:
        return _page(case_id, 422, reopen_errors=refusal(error)["errors"])
    except Conflict as error:
        staff_session().rollback()
        return _page(case_id, 409, reopen_errors={"": str(error)})
    return _saved(case_id)


@needs(Action.CASE_EDIT)
def set_type(case_id: int) -> ResponseReturnValue:
    """Another type of vacancy than the derived one, with a reason."""
    try:
        kind, reason = parse_type(request.form)
        service.set_type(staff_session(), actor(), case_id, version(), kind, reason)
    except Invalid as error:
        return _page(case_id, 422, type_errors=refusal(error)["errors"])
    except Conflict as error:
        staff_session().rollback()
        return _page(case_id, 409, type_errors={"": f"{error} Ihre Eingaben stehen noch im Formular."})
    return _saved(case_id)


@needs(Action.CASE_EDIT)
def undo(case_id: int) -> ResponseReturnValue:
    """Take the last step back; a case that was only just opened is gone then."""
    raw = request.form.get("change", "")
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 16):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    unit_id = queries.get(staff_session(), case_id).unit_id
    service.undo(staff_session(), actor(), case_id, int(raw))
    try:
        queries.get(staff_session(), case_id)
    except NotFound:
        flash("Das Eröffnen des Falls ist zurückgenommen.", "good")
        return redirect(url_for("vacancies_intern.show", unit_id=unit_id), 303)
    flash("Der letzte Schritt ist zurückgenommen.", "good")
    return redirect(url_for("cases_intern.show", case_id=case_id), 303)
