"""Public pages of the Kompass: the whole matrix to read and print, the six questions, and what they lead to."""

from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from geo.core.errors import Invalid
from geo.kompass import answers as given
from geo.kompass import scoring
from webapp.access import public
from webapp.kompass import editions, present

kompass = Blueprint("kompass", __name__)


def _frame() -> dict[str, Any]:
    return {"nav": "vacancies", "today": date.today()}


@kompass.get("/kompass")
@public
def matrix() -> str:
    """Situations, measures, the table, the phases and how it is added up: one page to read and print."""
    edition = editions.of_day()
    return render_template("kompass/matrix.html", edition=edition, **present.whole(edition.matrix, g.lang), **_frame())


@kompass.get("/kompass/fragen")
@public
def questions() -> ResponseReturnValue:
    """The six questions; the answers stand in the address of the next page and nowhere else."""
    edition = editions.of_day()
    values = {name: request.args.getlist(name) for name in (*given.NAMES.values(), given.AREAS, given.TRIED)}
    return _asked(edition, values, {})


def _asked(edition: editions.Edition, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Any:
    page = render_template(
        "kompass/questions.html",
        edition=edition,
        asked=present.questions(edition.matrix, g.lang),
        areas=present.areas(edition.matrix, g.lang),
        measures=[(one.code, one.title.in_language(g.lang)) for one in edition.matrix.measures],
        values=values,
        errors=errors,
        **_frame(),
    )
    return page, status


@kompass.get("/kompass/ergebnis")
@public
def result() -> ResponseReturnValue:
    """What the answers in the address lead to."""
    edition = editions.of_day()
    try:
        answers = given.parse_answers(edition.matrix, request.args)
        areas, tried = given.parse_context(edition.matrix, request.args)
    except Invalid as refused:
        values = {name: request.args.getlist(name) for name in (*given.NAMES.values(), given.AREAS, given.TRIED)}
        return _asked(edition, values, refused.fields, 422)
    found = scoring.assess(edition.matrix, answers, areas, tried)
    return render_template(
        "kompass/result.html",
        edition=edition,
        result=present.result(edition.matrix, found, answers, areas, tried, g.lang),
        answers=present.answered(edition.matrix, answers, g.lang),
        query=request.args.to_dict(flat=False),
        **_frame(),
    )
