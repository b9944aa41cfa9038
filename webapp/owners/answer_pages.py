"""What owners answered: before and after of each value, and the town's decision on it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict
from geo.owners import queries as owners
from geo.owners.campaigns import deciding, queries
from geo.owners.campaigns.answering import NEXT
from geo.owners.codes import OBJECTIONS
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.owners import frame


@needs(Action.OWNER_VIEW)
def overview() -> ResponseReturnValue:
    """What waits, and what is done."""
    town, session = frame.town(), staff_session()
    lists = [
        (title, queries.answers(session, town, done=done), queries.count_answers(session, town, done=done))
        for title, done in (("Offen", False), ("Erledigt", True))
    ]
    return frame.page("answers", lists=lists, open_answers=lists[0][2])


@needs(Action.OWNER_VIEW)
def show(answer_id: int) -> ResponseReturnValue:
    """One answer."""
    return _show(answer_id)


def _show(
    answer_id: int, refused: dict[int, str] | None = None, message: str = "", status: int = 200
) -> ResponseReturnValue:
    session = staff_session()
    answer = queries.get_answer(session, answer_id)
    rows = deciding.rows_of(session, answer)
    town = answer.municipality_id
    names = queries.names_of(session, town, {row.proposal.unit_id for row in rows})
    letter = queries.get_letter(session, answer.letter_id)
    return frame.page(
        "answer",
        status,
        answer=answer,
        owner=owners.get(session, answer.owner_id),
        letter=letter,
        result=NEXT.get(letter.result or "", ("", ""))[0],
        objection=OBJECTIONS.get(answer.objection or "", ("", ""))[0],
        groups=[
            (unit_id, names.get(unit_id) if unit_id else None, [row for row in rows if row.proposal.unit_id == unit_id])
            for unit_id in dict.fromkeys(row.proposal.unit_id for row in rows)
        ],
        has_open=any(row.proposal.state == "OFFEN" for row in rows),
        refused=refused or {},
        message=message,
        for_managers=deciding.FOR_MANAGERS,
        may_publish=may(actor(), Action.VACANCY_PUBLISH, town),
        may_edit=may(actor(), Action.OWNER_EDIT, town),
        may_erase=may(actor(), Action.OWNER_ERASE, town),
    )


@needs(Action.OWNER_EDIT)
def decide(answer_id: int) -> ResponseReturnValue:
    """Write what was accepted."""
    session = staff_session()
    answer = queries.get_answer(session, answer_id)
    ids = [one.id for one in queries.proposals_of(session, answer)]
    chosen = {one: request.form[f"p_{one}"] == "ja" for one in ids if request.form.get(f"p_{one}") in ("ja", "nein")}
    seen = {one: request.form.get(f"seen_{one}", "") for one in ids}
    try:
        refused = deciding.decide(session, actor(), answer_id, frame.version(), chosen, seen, clock.today())
    except Conflict as conflict:
        session.rollback()
        return _show(answer_id, None, str(conflict), 409)
    # What could be written is kept; what could not stays open, and the page says why.
    for sentence in dict.fromkeys(refused.values()):
        flash(f"Nicht übernommen: {sentence}", "warn")
    if len(refused) < len(chosen):
        flash("Gespeichert.", "good")
    return redirect(url_for("owners_intern.answer", answer_id=answer_id), 303)


@needs(Action.OWNER_EDIT)
def close(answer_id: int) -> ResponseReturnValue:
    """The call was made, the message read."""
    try:
        deciding.close(staff_session(), actor(), answer_id, frame.version())
    except Conflict as conflict:
        staff_session().rollback()
        return _show(answer_id, None, str(conflict), 409)
    flash("Erledigt.", "good")
    return redirect(url_for("owners_intern.answers"), 303)
