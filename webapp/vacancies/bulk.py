"""Changing many units at once: choose, say what, look at it, carry it out, take it back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import whole_number
from geo.places.queries import middle
from geo.vacancies import queries
from geo.vacancies.bulk import plan as plans
from geo.vacancies.bulk import service
from geo.vacancies.bulk.schemas import ACTIONS, FACTS, BulkInput, in_sentence, parse_bulk, parse_ids
from geo.vacancies.codes import OBJECT_TYPES, STATES
from geo.vacancies.queries import Filters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.parameters import day_chosen
from webapp.vacancies import present
from webapp.vacancies.addresses import FROM_FIGURES, INTERNAL, chosen, unit_filters
from webapp.vacancies.figures import behind, words_behind
from webapp.vacancies.forms import choices, options, town
from webapp.vacancies.stock import zone_options

# So many units can be ticked one by one; so many lines stand on a page of the preview.
TICKABLE, LINES = 200, 50
LABELS = {
    **plans.NAMES,
    "units": "Auswahl",
    "action": "Was geändert wird",
    "fields": "Angaben",
    "verified_on": "Bestätigt am",
    "verified_by_kind": "Bestätigt durch",
    "state": "Nutzung",
    "since": "Seit",
    "source": "Quelle",
}


def _page(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    frame = {"internal_active": present.KIND, "labels": LABELS, "today": clock.today()}
    return render_template(f"vacancies/intern_bulk_{template}.html", **frame, **values), http_status


@needs(Action.VACANCY_EDIT)
def bulk() -> ResponseReturnValue:
    """Choose units by filter, by area or one by one, and say what is to be done with them."""
    begin = {"action": "angaben", "verified_on": clock.today().isoformat(), "verified_by_kind": "BEGEHUNG"}
    return _choose(begin, {})


def _choose(values: dict[str, Any], errors: dict[str, str]) -> ResponseReturnValue:
    filters, here, session = unit_filters(), town(), staff_session()
    ids, total = plans.chosen_by(session, here, filters)
    rows = queries.rows_of(session, here, filters, TICKABLE)
    keep, day = chosen(INTERNAL), day_chosen(filters.day)
    return _page(
        "choose",
        422 if errors else 200,
        values=values,
        errors=errors,
        filters=filters,
        args=request.args,
        keep=keep,
        figure_keep=chosen((*FROM_FIGURES, "kennzahl", "gebaeude")),
        behind=behind(filters, here),
        day_keep=day,
        day=filters.day,
        total=total,
        most=plans.MOST,
        too_many=len(ids) > plans.MOST,
        rows=[present.unit(row, day) for row in rows],
        ticked=_ticked(values, [row.id for row in rows]),
        states=options(STATES),
        object_types=options(OBJECT_TYPES),
        zones=zone_options(here, filters),
        choices=choices(),
        actions=list(ACTIONS.items()),
        center=middle(session, here),
        recent=service.recent(session, here),
        address=url_for("vacancies_intern.bulk_preview", **keep, **day),
    )


def _ticked(values: dict[str, Any], shown: list[int]) -> set[int | None]:
    sent = values.get("units")
    return set(shown) if sent is None else set(map(whole_number, sent))


def _selected(filters: Filters) -> list[int]:
    """The units that the form means: all that the filter shows, or the ticked ones."""
    if request.form.get("which") == "ticked":
        return parse_ids(",".join(request.form.getlist("units")), plans.MOST)
    ids, total = plans.chosen_by(staff_session(), town(), filters)
    if len(ids) > plans.MOST:
        most = f"{plans.MOST:,}".replace(",", ".")
        raise Invalid({"units": f"Das sind {total:,} Einheiten".replace(",", ".") + f", mehr als {most} auf einmal."
                       " Bitte enger fassen, etwa auf eine Zone oder ein gezeichnetes Gebiet."})  # fmt: skip
    if not ids:
        raise Invalid({"units": "Der Filter zeigt keine Nutzungseinheit."})
    return ids


def _typed() -> dict[str, Any]:
    form = request.form
    units = form.getlist("units") if form.get("which") == "ticked" else None
    return {**form.to_dict(), "fields": form.getlist("fields"), "units": units}


@needs(Action.VACANCY_EDIT)
def preview() -> ResponseReturnValue:
    """What would change, unit by unit; nothing is written."""
    filters = unit_filters()
    errors: dict[str, str] = {}
    data, ids = None, []
    for read in (lambda: parse_bulk(request.form), lambda: _selected(filters)):
        try:
            made = read()
            if isinstance(made, BulkInput):
                data = made
            else:
                ids = made
        except Invalid as error:
            errors |= error.fields
    if "geaendert" in request.form or errors or data is None:
        return _choose(_typed(), errors)
    return _show_plan(data, ids, filters)


def _show_plan(
    data: BulkInput, ids: list[int], filters: Filters, message: str = "", named: tuple[str, ...] = ()
) -> Any:
    plan = plans.make(staff_session(), town(), ids, data)
    pages = max(1, -(-len(plan.changing) // LINES))
    wanted = request.form.get("seite", "1")
    number = min(int(wanted), pages) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
    number = max(number, 1)
    keep, day = chosen(INTERNAL), day_chosen(filters.day)
    return _page(
        "preview",
        409 if message else 200,
        plan=plan,
        what=in_sentence(data, plans.NAMES),
        which=_which(filters),
        lines=plan.changing[(number - 1) * LINES : number * LINES],
        staying=plan.staying[:TICKABLE],
        number=number,
        pages=pages,
        sent=_carried(ids),
        versions=",".join(f"{unit_id}:{version}" for unit_id, version in plan.versions.items()),
        message=message,
        named=named,
        carry_out=url_for("vacancies_intern.bulk_carry_out", **keep, **day),
        again=url_for("vacancies_intern.bulk_preview", **keep, **day),
    )


def _carried(ids: list[int]) -> list[tuple[str, str]]:
    """The form as it was sent, to be sent on: what is to be done, and the units by number."""
    names = ("action", *FACTS, "verified_on", "verified_by_kind", "state", "since", "source")
    form: MultiDict[str, str] = request.form
    sent = [(name, form[name]) for name in names if form.get(name)]
    sent += [("fields", name) for name in form.getlist("fields")]
    return [*sent, ("which", "ticked"), ("units", ",".join(map(str, ids)))]


def _which(filters: Filters) -> str:
    """Which units were chosen, in words."""
    if request.form.get("which") == "ticked" and not chosen(INTERNAL):
        return "einzeln gewählte Einheiten"
    return filter_words(filters)


def filter_words(filters: Filters) -> str:
    """What a filter shows, in words."""
    said = []
    if filters.state:
        said.append(f"Nutzung „{label(STATES, filters.state)}“")
    if filters.object_type:
        said.append(f"Objektart „{label(OBJECT_TYPES, filters.object_type)}“")
    if filters.text:
        said.append(f"Suche „{filters.text}“")
    if filters.zone is not None:
        said.append(f"Zone {dict(zone_options(town(), filters))[str(filters.zone)]}")
    said += words_behind(filters)
    if filters.building_id is not None:
        said.append("in einem Gebäude")
    flags = ((filters.stale, "überfällige"), (filters.published, "öffentlich gezeigte"))
    said += [words for is_set, words in (*flags, (filters.area, "in einem gezeichneten Gebiet")) if is_set]
    return ", ".join(said) or "alle Einheiten"


@needs(Action.VACANCY_EDIT)
def carry_out() -> ResponseReturnValue:
    """Do what the preview said; where somebody was faster, the preview comes again and names the units."""
    filters = unit_filters()
    data = parse_bulk(request.form)
    looked_at = plans.looked_at(request.form.get("versions", ""))
    try:
        made = service.carry_out(staff_session(), actor(), town(), data, looked_at, _which(filters))
    except service.ChangedMeanwhile as error:
        staff_session().rollback()
        titles = plans.titles(staff_session(), town(), error.units)
        ids = parse_ids(",".join(request.form.getlist("units")), plans.MOST)
        return _show_plan(data, ids, filters, str(error), tuple(titles.get(one, f"Nr. {one}") for one in error.units))
    return redirect(url_for("vacancies_intern.bulk_show", bulk_id=made.id), 303)


@needs(Action.VACANCY_EDIT)
def show(bulk_id: int) -> ResponseReturnValue:
    """One change of many units: what it was, which units, and whether it can be taken back."""
    return _result(bulk_id)


def _result(bulk_id: int, http_status: int = 200, message: str = "") -> ResponseReturnValue:
    session = staff_session()
    made = service.get(session, bulk_id)
    ids = service.units_of(session, made)
    blocking = service.in_the_way(session, made) if made.undone_at is None else []
    titles = plans.titles(session, made.municipality_id, [*ids[:TICKABLE], *blocking])
    return _page(
        "show",
        http_status,
        made=made,
        ids=ids[:TICKABLE],
        titles=titles,
        blocking=blocking,
        message=message,
    )


@needs(Action.VACANCY_EDIT)
def undo(bulk_id: int) -> ResponseReturnValue:
    """Take it back as a whole, or say what is in the way."""
    try:
        count = service.undo(staff_session(), actor(), bulk_id)
    except Conflict as error:
        staff_session().rollback()
        return _result(bulk_id, 409, str(error))
    flash(f"Zurückgenommen: {count} Nutzungseinheiten sind wieder, wie sie waren.", "good")
    return redirect(url_for("vacancies_intern.bulk_show", bulk_id=bulk_id), 303)
