"""Feedback on a visit: the public form for neighbours, and the town's moderation."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.service import throttle
from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Invalid, TooManyTries
from geo.trees.visits import queries as visits
from geo.trees.visits.codes import DECISIONS
from geo.trees.visits.feedback import queries, service
from geo.trees.visits.feedback.codes import MOODS, PLANT
from geo.trees.visits.feedback.schemas import parse_feedback
from webapp.access import needs, public, public_form
from webapp.app import actor, autonomous, public_session, request_id, staff_session
from webapp.language import N_, current, href
from webapp.public_forms import TRAP, form_key, is_trapped, minutes_to_wait, shown_again
from webapp.sessions import network
from webapp.trees import frame, words

# So many answers an hour from one network, and from everywhere.
NETWORK_ANSWERS, ALL_ANSWERS = 20, 600
FROM_GEO = (
    N_("Bitte eine Antwort wählen."),
    N_("Zu diesem Besuch werden zurzeit keine Rückmeldungen angenommen."),
)


@public_form
def answer(visit_id: int) -> ResponseReturnValue:
    """The form, and what was sent with it. A program that fell into the trap is told what everybody is told."""
    if request.method == "GET":
        return _form(visit_id, {})
    if is_trapped():
        return redirect(href("feedback.sent", visit_id=visit_id), 303)
    try:
        data = parse_feedback(request.form)
        with autonomous() as database:
            throttle.count(
                database,
                [
                    throttle.Limit(f"feedback:network:{network(32, 64)}", NETWORK_ANSWERS),
                    throttle.Limit("feedback:all", ALL_ANSWERS),
                ],
            )
        service.send(
            staff_session(),
            visit_id,
            data,
            request_id=request_id(),
            form_key=form_key(),
            day=clock.today(),
        )
    except Invalid as refused:
        return _form(visit_id, request.form.to_dict(), refused.fields, 422)
    except TooManyTries as full:
        minutes = minutes_to_wait(full)
        sentence = _("Von hier kamen gerade zu viele Antworten. Bitte in %(num)s Minuten noch einmal.", num=minutes)
        return _form(visit_id, request.form.to_dict(), {"": sentence}, 429)
    return redirect(href("feedback.sent", visit_id=visit_id), 303)


def _form(
    visit_id: int, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    visit = queries.asked_visit(public_session(), visit_id)
    lang = current()
    page = render_template(
        "trees/feedback.html",
        nav="trees",
        visit=visit,
        is_open=visit.is_open(clock.today()),
        is_early=clock.today() < visit.first,
        moods=[(code, label(MOODS, code, lang)) for code in MOODS],
        plant=[(code, label(PLANT, code, lang)) for code in PLANT],
        said=[
            (label(MOODS, one.mood, lang), label(PLANT, one.plant, lang), one.words, one.said_on)
            for one in queries.released(public_session(), visit_id)
        ],
        decision=label(DECISIONS, visit.decision, lang) if visit.decision else "",
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
        words=words,
    )
    return page, status


@public
def sent(visit_id: int) -> str:
    """It has come in, and the town reads it first."""
    visit = queries.asked_visit(public_session(), visit_id)
    return render_template("trees/feedback_sent.html", nav="trees", visit=visit, words=words)


@needs(Action.FEEDBACK_EDIT)
def moderate(visit_id: int, feedback_id: int) -> ResponseReturnValue:
    """Release an answer, or do not."""
    visit = visits.get_visit(staff_session(), actor(), visit_id)
    state = request.form.get("state", "")
    service.moderate(staff_session(), actor(), visit, feedback_id, frame.version(), state)
    flash("Die Rückmeldung ist freigegeben." if state == "FREIGEGEBEN" else "Gespeichert.", "good")
    return redirect(url_for("visits_intern.show", visit_id=visit_id) + "#rueckmeldungen", 303)
