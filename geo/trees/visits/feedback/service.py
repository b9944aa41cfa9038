"""Writes of feedback: sent by a neighbour, moderated by the town."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, on_behalf
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound
from geo.core.history import perform
from geo.trees.service.rules import expect_version
from geo.trees.visits.feedback.codes import STATES
from geo.trees.visits.feedback.model import VisitFeedback
from geo.trees.visits.feedback.queries import asked_visit
from geo.trees.visits.feedback.schemas import FeedbackInput
from geo.trees.visits.queries import VisitRow


def send(
    session: Session, visit_id: int, data: FeedbackInput, *, request_id: str, form_key: str | None, day: date
) -> None:
    """Keep a neighbour's answer for the town to read. The same form sent twice is one answer.

    Raises `NotFound` for a visit that is not public, `Invalid` on a day on which nobody is asked.
    """
    visit = asked_visit(session, visit_id)
    if not visit.is_open(day):
        raise Invalid({"": "Zu diesem Besuch werden zurzeit keine Rückmeldungen angenommen."})
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, visit.municipality_id):
        if form_key and session.scalar(select(VisitFeedback.id).where(VisitFeedback.form_key == form_key)):
            return
        session.add(
            VisitFeedback(
                visit_id=visit.id,
                municipality_id=visit.municipality_id,
                mood=data.mood,
                plant=data.plant,
                words=data.words,
                form_key=form_key,
            )
        )


def moderate(
    session: Session, actor: Actor, visit: VisitRow, feedback_id: int, version: int, state: str
) -> VisitFeedback:
    """Release an answer, or do not. Raises `NotFound`, `Conflict`."""
    if state not in STATES:
        raise Invalid({"state": "Bitte einen der angebotenen Werte wählen."})
    with for_municipality(session, visit.municipality_id):
        answer = session.get(VisitFeedback, feedback_id)
    if answer is None or answer.visit_id != visit.id:
        raise NotFound("Die Rückmeldung", feedback_id)
    with perform(session, actor, Action.FEEDBACK_EDIT, visit.municipality_id):
        expect_version(answer, version, {"state": answer.state})
        answer.state = state
    return answer
