"""Many cases at once: choose, say what, look at it, carry it out, take it back; and opening many."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.vacancies import queries as units
from geo.vacancies.bulk.plan import looked_at
from geo.vacancies.cases import listing, queries
from geo.vacancies.cases.bulk import plan as plans
from geo.vacancies.cases.bulk import service
from geo.vacancies.cases.bulk.schemas import ACTIONS, MOST, BulkStep, in_sentence, parse_bulk, parse_numbers
from geo.vacancies.cases.codes import BLOCKED_KINDS, CASE_STATES, HELD, PRIORITIES, VACANCY_TYPES, WORKING
from geo.vacancies.cases.listing import DUE, SCOPES, CaseFilters
from geo.vacancies.codes import OBJECT_TYPES, STATES
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present as unit_words
from webapp.vacancies.addresses import INTERNAL, chosen, unit_filters
from webapp.vacancies.cases import present
from webapp.vacancies.cases.addresses import case_filters, kept, people_options
from webapp.vacancies.forms import options, town
from webapp.vacancies.stock import zones_on

# So many can be ticked one by one, and so many lines stand on a page.
TICKABLE = 200
LABELS = {
    "which": "Auswahl",
    "action": "Was geändert wird",
    "responsible_id": "Zuständig",
    "next_action": "Nächster Schritt",
    "next_action_on": "Bis",
    "state": "Stand",
    "blocked_kind": "Woran es liegt",
    "priority": "Vorrang",
    "note": "Notiz zu jedem Fall",
}
_SENT = ("action", "responsible_id", "next_action", "next_action_on", "state", "blocked_kind", "priority", "note")


def _page(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    frame = {"internal_active": present.KIND, "labels": LABELS, "today": clock.today()}
    return render_template(f"vacancies/cases/bulk_{template}.html", **frame, **values), http_status


@needs(Action.CASE_EDIT)
def bulk() -> ResponseReturnValue:
    """Choose cases by filter or one by one, and say what is to be done with them."""
    return _choose({"action": "zustaendig", "which": "all"}, {})


def _choose(values: dict[str, Any], errors: dict[str, str]) -> ResponseReturnValue:
    filters, here, session = _filters(), town(), staff_session()
    found = listing.search(session, here, filters)
    rows = listing.rows_of(session, here, filters, TICKABLE)[:TICKABLE]
    ticked = values.get("cases")
    return _page(
        "choose",
        422 if errors else 200,
        values=values,
        errors=errors,
        filters=filters,
        args=request.args,
        keep=kept(),
        total=found.total,
        most=MOST,
        rows=[present.case(row, filters.day, {}) for row in rows],
        ticked={row.id for row in rows} if ticked is None else set(ticked),
        states=options(CASE_STATES),
        kinds=options(VACANCY_TYPES),
        priorities=options(PRIORITIES),
        dues=list(DUE.items()),
        scopes=list(SCOPES.items()),
        people_filter=people_options(),
        people=queries.people(session, here),
        zones=zones_on(here, filters.day, filters.zone),
        actions=list(ACTIONS.items()),
        moves=options({**WORKING, **HELD}),
        blocked_kinds=options(BLOCKED_KINDS),
        recent=service.recent(session, here),
    )


def _filters() -> CaseFilters:
    """The filters of the address; what is done is done today."""
    filters = case_filters()
    return CaseFilters(**{**vars(filters), "day": clock.today()})


def _selected() -> list[int]:
    if request.form.get("which") == "ticked":
        return parse_numbers(request.form.getlist("cases"), "Fälle")
    ids = plans.chosen_by(staff_session(), town(), _filters())
    return parse_numbers([str(one) for one in ids], "Fälle")


def _ticked() -> list[int] | None:
    """The cases that were ticked one by one, as far as they are numbers; None where the filter chose."""
    if request.form.get("which") != "ticked":
        return None
    parts = (part.strip() for text in request.form.getlist("cases") for part in text.split(","))
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 11]


@needs(Action.CASE_EDIT)
def preview() -> ResponseReturnValue:
    """What would change, case by case; nothing is written."""
    errors: dict[str, str] = {}
    data, ids = None, []
    try:
        data = parse_bulk(request.form)
    except Invalid as error:
        errors |= error.fields
    try:
        ids = _selected()
    except Invalid as error:
        errors |= error.fields
    if "geaendert" in request.form or errors or data is None:
        return _choose({**request.form.to_dict(), "cases": _ticked()}, errors)
    return _show_plan(data, ids)


def _show_plan(data: BulkStep, ids: list[int], message: str = "", named: tuple[str, ...] = ()) -> ResponseReturnValue:
    plan = plans.make(staff_session(), town(), ids, data)
    return _page(
        "preview",
        409 if message else 200,
        plan=plan,
        what=in_sentence(data, dict(queries.people(staff_session(), town()))),
        which=_which(),
        sent=[
            *((name, request.form[name]) for name in _SENT if request.form.get(name)),
            ("which", request.form.get("which", "all")),
            ("cases", ",".join(map(str, ids))),
        ],
        versions=",".join(f"{case_id}:{version}" for case_id, version in plan.versions.items()),
        message=message,
        named=named,
        keep=kept(),
    )


def _which() -> str:
    """Which cases were chosen, in words."""
    if request.form.get("which") == "ticked":
        return "einzeln gewählte Fälle"
    filters = _filters()
    named = dict(people_options())
    said = [
        f"Stand „{label(CASE_STATES, filters.state)}“" if filters.state else f"{SCOPES[filters.scope]} Fälle",
        f"Typ „{label(VACANCY_TYPES, filters.kind)}“" if filters.kind else "",
        f"zuständig: {named.get(request.args.get('zustaendig', ''), '')}" if filters.responsible is not None else "",
        f"fällig: {DUE[filters.due]}" if filters.due else "",
        f"Vorrang {label(PRIORITIES, filters.priority)}" if filters.priority else "",
        f"Suche „{filters.text}“" if filters.text else "",
        f"Zone {dict(zones_on(town(), filters.day, filters.zone))[str(filters.zone)]}" if filters.zone else "",
    ]
    return ", ".join(part for part in said if part)


@needs(Action.CASE_EDIT)
def carry_out() -> ResponseReturnValue:
    """Do what the preview said; where somebody was faster, the preview comes again and names the cases."""
    data = parse_bulk(request.form)
    seen = looked_at(request.form.get("versions", ""))
    try:
        made = service.carry_out(staff_session(), actor(), town(), data, seen, _which())
    except service.CasesChanged as error:
        staff_session().rollback()
        ids = parse_numbers(request.form.getlist("cases"), "Fälle")
        return _show_plan(data, ids, str(error), tuple(f"Fall {one}" for one in error.cases))
    return redirect(url_for("cases_intern.bulk_show", bulk_id=made.id), 303)


@needs(Action.CASE_EDIT)
def show(bulk_id: int) -> ResponseReturnValue:
    """One change of many cases: what it was, which cases, and whether it can be taken back."""
    return _result(bulk_id)


def _result(bulk_id: int, http_status: int = 200, message: str = "") -> ResponseReturnValue:
    session = staff_session()
    made = service.get(session, bulk_id)
    ids = service.cases_of(session, made)
    day = clock.today()
    shown = CaseFilters(day, scope="alle", ids=tuple(ids[:TICKABLE]))
    rows = listing.rows_of(session, made.municipality_id, shown, TICKABLE)
    blocking = service.in_the_way(session, made) if made.undone_at is None else []
    return _page(
        "show",
        http_status,
        made=made,
        rows=[present.case(row, day, {}) for row in rows],
        gone=len(ids) - len(rows),
        blocking=blocking,
        message=message,
    )


@needs(Action.CASE_EDIT)
def undo(bulk_id: int) -> ResponseReturnValue:
    """Take it back as a whole, or say what is in the way."""
    try:
        count = service.undo(staff_session(), actor(), bulk_id)
    except Conflict as error:
        staff_session().rollback()
        return _result(bulk_id, 409, str(error))
    flash(f"Zurückgenommen: {count} Fälle sind wieder, wie sie waren.", "good")
    return redirect(url_for("cases_intern.bulk_show", bulk_id=bulk_id), 303)


@needs(Action.CASE_EDIT)
def open_many() -> ResponseReturnValue:
    """Open a case for each vacancy that has none: chosen by the filters of the stock, looked at, opened."""
    session, here = staff_session(), town()
    errors: dict[str, str] = {}
    filters = unit_filters()
    if filters.state is None and not chosen(INTERNAL):
        filters = units.Filters(clock.today(), state="LEER")
    if request.method == "POST":
        try:
            fields = Fields(request.form)
            who = fields.whole("responsible_id", least=1, most=2**31 - 1)
            fields.check()
            ids = parse_numbers(request.form.getlist("units"), "Einheiten")
            made = service.open_many(session, actor(), here, ids, who, "Leerstände ohne Fall")
            return redirect(url_for("cases_intern.bulk_show", bulk_id=made.id), 303)
        except Invalid as error:
            session.rollback()
            errors = error.fields
    all_ids = units.ids(session, here, filters, 5_000)
    free = queries.units_without_case(session, here, all_ids)
    rows = units.rows_of(session, here, units.Filters(filters.day, unit_ids=tuple(free[:MOST])), MOST) if free else []
    return _page(
        "open",
        422 if errors else 200,
        errors=errors,
        values=request.form.to_dict(),
        rows=[unit_words.unit(row, {}) for row in rows],
        total=len(free),
        with_case=len(all_ids) - len(free),
        most=MOST,
        filters=filters,
        args={**request.args, "zustand": filters.state or ""},
        states=options(STATES),
        object_types=options(OBJECT_TYPES),
        zones=zones_on(here, filters.day, filters.zone),
        people=queries.people(session, here),
        keep=chosen(INTERNAL),
    )
