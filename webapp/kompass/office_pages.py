"""The office edits the Kompass: a draft, measure by measure and situation by situation, then a new edition."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.parsing import Fields
from geo.kompass import differences, wording
from geo.kompass.model import BEGINS, Matrix
from geo.kompass.schema import LENGTHS
from geo.vacancies.kompass import drafting, editions
from geo.vacancies.kompass.editions import Data
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.kompass import present

LANG = "de"


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    return render_template(f"kompass/intern/{template}.html", internal_active="kompass", **values), status


@needs(Action.HISTORY_VIEW)
def overview() -> ResponseReturnValue:
    """The editions, and the draft with what it changes."""
    session = staff_session()
    newest = editions.of_day(session, clock.today())
    matrix, version = _draft()
    return _page(
        "editions",
        editions=editions.published(session),
        newest=newest,
        version=version,
        changes=differences.between(newest.matrix, matrix) if version else [],
        matrix=matrix,
        may_edit=may(actor(), Action.KOMPASS_EDIT),
    )


@needs(Action.HISTORY_VIEW)
def show(number: int) -> ResponseReturnValue:
    """A published edition as it stays."""
    session = staff_session()
    edition, before = editions.by_number(session, number), editions.before(session, number)
    return _page(
        "edition",
        edition=edition,
        before=before,
        changes=differences.between(before.matrix, edition.matrix) if before else [],
        **present.whole(edition.matrix, LANG),
    )


def _draft() -> tuple[Matrix, int]:
    return editions.draft_matrix(staff_session())


def _edited(
    template: str,
    labels: Mapping[str, str],
    draft: tuple[Matrix, int],
    stored: dict[str, Any],
    write: Callable[[Data], None],
    prefix: str = "",
    **more: Any,
) -> ResponseReturnValue:
    """A form of the draft, as stored or as typed with its mistakes. `prefix`: where its fields lie in the data."""
    session = staff_session()
    matrix, version = draft
    values = {**stored, "version": version}
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            editions.change(session, actor(), Fields(request.form).version(), write)
            flash("Im Entwurf gespeichert. Er gilt erst, wenn er veröffentlicht ist.", "good")
            return redirect(url_for("kompass_intern.editions"), 303)
        except Invalid as refused:
            errors = drafting.mistakes(refused.fields, prefix)
            values, status = drafting.typed(request.form), 422
        except Conflict as conflict:
            session.rollback()
            errors = {"": f"{conflict} Ihre Eingaben stehen noch im Formular: Bitte prüfen und erneut speichern."}
            values, status = {**drafting.typed(request.form), "version": conflict.version}, 409
    return _page(template, status, values=values, errors=errors, labels=labels, matrix=matrix, lengths=LENGTHS, **more)


@needs(Action.KOMPASS_EDIT)
def measure(code: str) -> ResponseReturnValue:
    """A measure's card and its row of the table."""
    matrix, _ = draft = _draft()
    if code not in matrix.by_code:
        raise NotFound("Die Maßnahme", code)
    return _edited(
        "edit_measure",
        drafting.MEASURE_LABELS,
        draft,
        drafting.measure_values(matrix, matrix.by_code[code]),
        lambda data: drafting.write_measure(data, matrix, code, request.form),
        f"measures.{code}.",
        code=code,
        title=matrix.by_code[code].title.de,
        cells=[("", differences.NEUTRAL), *((str(fit), text.de) for fit, text in wording.CELLS.items())],
        costs=drafting.COST_OPTIONS,
        rungs=[(one.rung, f"{one.rung} · {one.title.de}") for one in matrix.rungs],
        areas=present.areas(matrix, LANG),
        begins=[(begin, names[0]) for begin, names in BEGINS.items()],
    )


@needs(Action.KOMPASS_EDIT)
def situation(code: str) -> ResponseReturnValue:
    """A situation's words, steps and conditions; in which order situations are tried stays."""
    matrix, _ = draft = _draft()
    known = {one.code: one for one in matrix.situations}
    if code not in known:
        raise NotFound("Die Lage", code)
    return _edited(
        "edit_situation",
        drafting.SITUATION_LABELS,
        draft,
        drafting.situation_values(known[code]),
        lambda data: drafting.write_situation(data, code, request.form),
        f"situations.{code}.",
        title=known[code].title.de,
        is_last=code == matrix.situations[-1].code,
        conditions=drafting.CONDITIONS,
        options={key: [(one.code, one.label.de) for one in question.answers] for key, question in matrix.asked.items()},
        codes=[(one.code, f"{one.code} {one.title.de}") for one in matrix.measures],
    )


@needs(Action.KOMPASS_EDIT)
def questions() -> ResponseReturnValue:
    """The weights of the questions, and the bonus of a key object."""
    matrix, _ = draft = _draft()
    return _edited(
        "edit_questions",
        drafting.WEIGHT_LABELS,
        draft,
        drafting.weight_values(matrix),
        lambda data: drafting.write_weights(data, request.form),
    )


@needs(Action.KOMPASS_EDIT)
def question(key: str) -> ResponseReturnValue:
    """The words of a question and its answers."""
    matrix, _ = draft = _draft()
    if key not in matrix.asked:
        raise NotFound("Die Frage", key)
    kind = "questions" if matrix.asked[key] in matrix.questions else "context"
    return _edited(
        "edit_question",
        drafting.QUESTION_LABELS,
        draft,
        drafting.question_values(matrix.asked[key]),
        lambda data: drafting.write_question(data, key, request.form),
        f"{kind}.{key}.",
        question=matrix.asked[key],
    )


@needs(Action.KOMPASS_EDIT)
def phase(number: int) -> ResponseReturnValue:
    """A phase's title and statements."""
    matrix, _ = draft = _draft()
    if number not in {one.number for one in matrix.phases}:
        raise NotFound("Die Phase", number)
    return _edited(
        "edit_phase",
        drafting.PHASE_LABELS,
        draft,
        drafting.phase_values(matrix.phases[number]),
        lambda data: drafting.write_phase(data, number, request.form),
        f"phases.{number}.",
        phase=matrix.phases[number],
        codes=[(one.code, f"{one.code} {one.title.de}") for one in matrix.measures],
    )


@needs(Action.KOMPASS_EDIT)
def publish() -> ResponseReturnValue:
    """Make the draft the next edition."""
    fields = Fields(request.form)
    note = fields.text("note", required=True, longest=1000)
    fields.check()
    number = editions.publish(staff_session(), actor(), fields.version(), note or "")
    flash(f"Ausgabe {number} gilt ab sofort. Bewertete Fälle behalten ihre Ausgabe.", "good")
    return redirect(url_for("kompass_intern.editions"), 303)


@needs(Action.KOMPASS_EDIT)
def discard() -> ResponseReturnValue:
    """Throw the draft away."""
    editions.discard(staff_session(), actor(), Fields(request.form).version())
    flash("Der Entwurf ist verworfen.", "good")
    return redirect(url_for("kompass_intern.editions"), 303)
