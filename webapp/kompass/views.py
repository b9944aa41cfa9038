"""Public pages of the Kompass: the matrix to read and print, card by card, the six questions, and what they lead to."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from geo.core.errors import Invalid, NotFound
from geo.kompass import answers as given
from geo.kompass import scoring
from geo.vacancies.kompass import editions
from webapp import parameters
from webapp.access import public
from webapp.app import public_session
from webapp.kompass import present

kompass = Blueprint("kompass", __name__)


def _edition() -> editions.Edition:
    return editions.of_day(public_session(), parameters.day())


def _frame(edition: editions.Edition) -> dict[str, Any]:
    """What every page says: the edition, and the day that it was asked for, where that is not today."""
    day = parameters.day()
    return {"nav": "vacancies", "edition": edition, "day_keep": parameters.day_chosen(day)}


@kompass.get("/kompass")
@public
def matrix() -> str:
    """Where to begin: situations, measures by the ladder, the phases, and how it is added up."""
    edition = _edition()
    return render_template("kompass/matrix.html", **present.whole(edition.matrix, g.lang), **_frame(edition))


@kompass.get("/kompass/alles")
@public
def whole() -> str:
    """Everything on one page, with the table: to print."""
    edition = _edition()
    return render_template("kompass/whole.html", **present.whole(edition.matrix, g.lang), **_frame(edition))


@kompass.get("/kompass/massnahmen/<code>")
@public
def measure(code: str) -> str:
    """A measure's card, and what it fits."""
    edition = _edition()
    found = edition.matrix.by_code.get(code)
    if found is None:
        raise NotFound("Die Maßnahme", code)
    return render_template("kompass/card.html", **present.alone(edition.matrix, found, g.lang), **_frame(edition))


@kompass.get("/kompass/lagen/<code>")
@public
def situation(code: str) -> str:
    """A situation with the cards of its measures: one sheet to print."""
    edition = _edition()
    found = next((one for one in edition.matrix.situations if one.code == code), None)
    if found is None:
        raise NotFound("Die Lage", code)
    shown = present.situation_with_cards(edition.matrix, found, g.lang)
    return render_template("kompass/situation.html", **shown, **_frame(edition))


@kompass.get("/kompass/fragen")
@public
def questions() -> ResponseReturnValue:
    """The six questions; the answers stand in the address of the next page and nowhere else."""
    edition = _edition()
    return _asked(edition, _given(), {})


def _given() -> dict[str, list[str]]:
    """The answers in the address, as they stand there; other names are a stranger's."""
    return {name: request.args.getlist(name) for name in (*given.NAMES.values(), given.AREAS, given.TRIED)}


def _asked(edition: editions.Edition, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Any:
    page = render_template(
        "kompass/questions.html",
        asked=present.questions(edition.matrix, g.lang),
        areas=present.areas(edition.matrix, g.lang),
        measures=[(one.code, one.title.in_language(g.lang)) for one in edition.matrix.measures],
        values=values,
        errors=errors,
        **_frame(edition),
    )
    return page, status


@kompass.get("/kompass/ergebnis")
@public
def result() -> ResponseReturnValue:
    """What the answers in the address lead to."""
    edition = _edition()
    try:
        answers = given.parse_answers(edition.matrix, request.args)
        areas, tried = given.parse_context(edition.matrix, request.args)
    except Invalid as refused:
        return _asked(edition, _given(), refused.fields, 422)
    found = scoring.assess(edition.matrix, answers, areas, tried)
    return render_template(
        "kompass/result.html",
        result=present.result(edition.matrix, found, answers, areas, tried, g.lang),
        answers=present.answered(edition.matrix, answers, g.lang),
        query=_given(),
        **_frame(edition),
    )
