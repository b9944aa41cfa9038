"""A case and the Kompass: the six questions on the pavement, what fits, and one page for the council."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid
from geo.kompass import answers as given
from geo.kompass import scoring
from geo.kompass.wording import answer_labels
from geo.owners import attitude
from geo.vacancies.cases.codes import CASE_STATES
from geo.vacancies.cases.model import Case
from geo.vacancies.codes import OBJECT_TYPES
from geo.vacancies.kompass import editions, queries, service
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.kompass import case_words, present
from webapp.typesetting import in_type

LANG = "de"


def frame(case: Case) -> dict[str, Any]:
    """What every page of a case needs: which case, where, and what may be done."""
    unit = queries.unit(staff_session(), case.unit_id)
    return {
        "internal_active": "cases",
        "case": case,
        "unit": unit,
        "title": case_words.address(unit),
        "object_type": OBJECT_TYPES[unit.object_type][0],
        "may_edit": may(actor(), Action.CASE_EDIT, case.municipality_id),
        "case_url": url_for("cases_intern.show", case_id=case.id),
    }


@needs(Action.CASE_EDIT)
def questions(case_id: int) -> ResponseReturnValue:
    """The six questions about a case; what the register knows is ticked already."""
    session = staff_session()
    case = queries.case(session, case_id)
    edition = editions.of_day(session, clock.today())
    if request.method == "GET":
        last = queries.assessment(session, case_id, clock.today())
        before = given.kept(edition.matrix, last.answers) if last else {}
        known = _known(case)
        # How long it is empty the register counts; of the rest somebody who was there knows better.
        counted = {name: codes for name, codes in known.items() if name == "duration"}
        return _asked(case, edition, given.form_values({**known, **before, **counted}), {})
    try:
        answers = given.parse_answers(edition.matrix, request.form)
        service.assess(session, actor(), case_id, _edition_id(), answers)
    except Invalid as refused:
        return _asked(case, edition, _typed(), refused.fields, 422)
    except Conflict as conflict:
        session.rollback()
        return _asked(case, editions.of_day(session, clock.today()), _typed(), {"": str(conflict)}, 409)
    flash("Die Antworten sind gespeichert.", "good")
    return redirect(url_for("kompass_intern.result", case_id=case_id), 303)


def _known(case: Case) -> dict[str, tuple[str, ...]]:
    """What the register knows of the answers; of the owner only for those who may see owners."""
    known = queries.known(staff_session(), case.unit_id, clock.today())
    if may(actor(), Action.OWNER_VIEW, case.municipality_id):
        owner = attitude.of_unit(staff_session(), case.unit_id, clock.today())
        known |= {"owner": (owner,)} if owner else {}
    return known


def _edition_id() -> int | None:
    raw = request.form.get("ausgabe", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else None


def _typed() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in given.NAMES.values()}


def _asked(
    case: Case,
    edition: editions.Edition,
    values: dict[str, list[str]],
    errors: dict[str, str],
    status: int = 200,
) -> ResponseReturnValue:
    areas = queries.legal_areas(staff_session(), case.unit_id, clock.today(), list(edition.matrix.by_area))
    page = render_template(
        "kompass/intern/questions.html",
        **frame(case),
        edition=edition,
        asked=present.questions(edition.matrix, LANG),
        areas=[text for code, text in present.areas(edition.matrix, LANG) if code in areas],
        known=answer_labels(edition.matrix, _known(case), LANG),
        values=values,
        errors=errors,
    )
    return page, status


def found(case: Case, day: date, *, in_public: bool = False) -> dict[str, Any]:
    """What the Kompass says of a case as of a day, with the edition that it was assessed with."""
    session = staff_session()
    last = queries.assessment(session, case.id, day)
    done = queries.measures(session, case.id, day)
    values: dict[str, Any] = {
        "assessment": last,
        "measures": case_words.measures(done, day),
        "day": day,
        "today": clock.today(),
    }
    if last is None:
        return values
    edition = editions.get(session, last.edition_id)
    answers = given.kept(edition.matrix, last.answers)
    areas = queries.legal_areas(session, case.unit_id, day, list(edition.matrix.by_area))
    tried = queries.tried(done, day)
    result = scoring.assess(edition.matrix, answers, areas, tried)
    return {
        **values,
        "edition": edition,
        "newest": editions.of_day(session, clock.today()),
        "result": present.result(edition.matrix, result, answers, areas, tried, LANG, in_public=in_public),
        "answers": present.answered(edition.matrix, answers, LANG, in_public=in_public),
        "planned": {one.code for one in done},
    }


@needs(Action.VACANCY_VIEW)
def result(case_id: int) -> str:
    """What fits the case, and its measures."""
    day = parameters.day()
    case = queries.case(staff_session(), case_id)
    values = found(case, day)
    return render_template(
        "kompass/intern/result.html",
        **frame(case),
        **values,
        outcomes=case_words.outcomes(queries.outcomes(staff_session(), day)),
        just_changed=parameters.whole("geaendert", most=2**53),
        changed_measure=parameters.whole("massnahme"),
    )


@needs(Action.VACANCY_VIEW)
def sheet(case_id: int) -> Response:
    """One page about the case for the council, as PDF; `fassung=oeffentlich` leaves out what concerns the owner."""
    day, session = parameters.day(), staff_session()
    in_public = parameters.choice("fassung", ("intern", "oeffentlich")) == "oeffentlich"
    case = queries.case(session, case_id)
    values = found(case, day, in_public=in_public)
    if values["assessment"] is None:
        raise Invalid({"": "Der Kompass ist für diesen Fall noch nicht ausgefüllt: Ohne Antworten gibt es kein Blatt."})
    page = render_template(
        "kompass/intern/sheet.html",
        **frame(case),
        **values,
        in_public=in_public,
        state=CASE_STATES[case.state][0],
        lines=case_words.lines_for(values),
    )
    style = render_template("kompass/intern/sheet.css", number=values["edition"].number, day=day)
    page = page.replace("</head>", f"<style>{style}</style></head>", 1)
    answer = Response(in_type(page), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="kompass-fall-{case_id}-{day.isoformat()}.pdf"'
    return answer
