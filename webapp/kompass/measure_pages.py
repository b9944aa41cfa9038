"""Measures as tasks of a case: taken over from what fits, changed, ended with what they came to."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.core.undo import last_change
from geo.kompass.wording import title_of
from geo.vacancies.kompass import editions, queries, service
from geo.vacancies.kompass.codes import EFFECTS
from geo.vacancies.kompass.model import CaseMeasure
from geo.vacancies.kompass.schemas import MEASURE_LABELS, MeasureInput, measure_values, parse_measure
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.kompass import case_words, present
from webapp.kompass.case_pages import LANG, frame

HTML_OPTIONS = [(code, names[0]) for code, names in EFFECTS.items()]


def _saved(measure: CaseMeasure, sentence: str) -> ResponseReturnValue:
    """To the case, which then offers to take back just this change."""
    flash(sentence, "good")
    staff_session().flush()
    change = last_change(staff_session(), "case_measures", measure.id)
    url = url_for("kompass_intern.result", case_id=measure.case_id, massnahme=measure.id, geaendert=change)
    return redirect(f"{url}#massnahmen", 303)


@needs(Action.CASE_EDIT)
def take(case_id: int) -> ResponseReturnValue:
    """Plan a proposed measure for the case, with one press."""
    edition = editions.of_day(staff_session(), clock.today())
    fields = Fields(request.form)
    code = fields.choice("code", edition.matrix.by_code, required=True) or ""
    fields.check()
    made = service.add_measure(staff_session(), actor(), case_id, MeasureInput(code))
    return _saved(made, f"„{edition.matrix.by_code[code].title.de}“ ist geplant.")


@needs(Action.CASE_EDIT)
def new(case_id: int) -> ResponseReturnValue:
    """A measure with all that is known of it, proposed or not."""
    session = staff_session()
    case = queries.case(session, case_id)
    edition = editions.of_day(session, clock.today())
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            made = service.add_measure(session, actor(), case_id, parse_measure(edition.matrix, request.form))
            return _saved(made, "Die Maßnahme ist gespeichert.")
        except Invalid as refused:
            errors = refused.fields
    codes = [(one.code, f"{one.title.de} ({one.code})") for one in edition.matrix.measures]
    page = render_template(
        "kompass/intern/measure.html", **frame(case), **_form(values, errors), measure=None, codes=codes
    )
    return page, 422 if errors else 200


def _name(stored: CaseMeasure) -> str:
    """What it was called in the edition that it was taken from."""
    matrix = editions.get(staff_session(), stored.edition_id).matrix
    return title_of(matrix, stored.code).de or stored.code


def _form(values: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    return {"values": values, "errors": errors, "labels": MEASURE_LABELS, "effects": HTML_OPTIONS, "theirs": []}


@needs(Action.CASE_EDIT)
def edit(measure_id: int) -> ResponseReturnValue:
    """Change a measure: its days, money, and what it came to."""
    session = staff_session()
    stored = queries.measure(session, measure_id)
    case = queries.case(session, stored.case_id)
    edition = editions.get(session, stored.edition_id)
    shown = {**_form({**measure_values(stored), "version": stored.version}, {}), "measure": stored}
    status = 200
    if request.method == "POST":
        try:
            version = Fields(request.form).version()
            data = parse_measure(edition.matrix, request.form, code=stored.code)
            return _saved(service.change_measure(session, actor(), measure_id, version, data), "Gespeichert.")
        except Invalid as refused:
            shown |= {"values": request.form.to_dict(), "errors": refused.fields}
            status = 422
        except Conflict as conflict:
            session.rollback()
            shown |= {
                "values": {**request.form.to_dict(), "version": conflict.version},
                "errors": {"": f"{conflict} Bitte mit dem jetzigen Stand vergleichen und erneut speichern."},
                "theirs": _differing(conflict.theirs),
            }
            status = 409
    known = edition.matrix.by_code.get(stored.code)
    page = render_template(
        "kompass/intern/measure.html",
        **frame(case),
        **shown,
        card=present.card(known, LANG) if known else None,
        name=_name(stored),
    )
    return page, status


def _differing(theirs: Any) -> list[tuple[str, str]]:
    """What is stored now where it differs from what was typed."""
    effects = dict(HTML_OPTIONS)
    return [
        (name, effects.get(str(theirs.get(key)), str(theirs.get(key))) or "leer")
        for key, name in MEASURE_LABELS.items()
        if str(theirs.get(key, "")) != request.form.get(key, "") and key != "code"
    ]


@needs(Action.VACANCY_VIEW)
def history(measure_id: int) -> str:
    """Every change of a measure."""
    stored = queries.measure(staff_session(), measure_id)
    found = queries.measure_history(staff_session(), measure_id)
    return render_template(
        "kompass/intern/measure_history.html",
        **frame(queries.case(staff_session(), stored.case_id)),
        measure=stored,
        name=_name(stored),
        entries=case_words.history(found),
    )


@needs(Action.CASE_EDIT)
def delete(measure_id: int) -> ResponseReturnValue:
    """Take a measure out; the case then offers to take that back."""
    case_id = service.delete_measure(staff_session(), actor(), measure_id, Fields(request.form).version())
    flash("Die Maßnahme ist entfernt.", "good")
    staff_session().flush()
    change = last_change(staff_session(), "case_measures", measure_id)
    return redirect(url_for("kompass_intern.result", case_id=case_id, massnahme=measure_id, geaendert=change), 303)


@needs(Action.CASE_EDIT)
def undo(measure_id: int) -> ResponseReturnValue:
    """Take back the last change of a measure."""
    fields = Fields(request.form)
    change_id = fields.whole("change", most=2**53, required=True)
    case_id = fields.whole("fall", most=2_000_000_000, required=True)
    fields.check()
    service.undo_measure(staff_session(), actor(), measure_id, change_id or 0)
    flash("Die letzte Änderung ist zurückgenommen.", "good")
    return redirect(url_for("kompass_intern.result", case_id=case_id or 0), 303)
