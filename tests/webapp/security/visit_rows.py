"""What a town keeps of its visits besides the public: permit, verdict, letters, what neighbours said, a secret calendar."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.letters import service as writing
from geo.letters.schemas import SenderInput, TemplateInput
from geo.trees.visits import queries
from geo.trees.visits.calendar import service as calendars
from geo.trees.visits.feedback import service as feedback
from geo.trees.visits.feedback.model import VisitFeedback
from geo.trees.visits.feedback.schemas import FeedbackInput
from geo.trees.visits.letters import service as letters
from geo.trees.visits.letters.queries import given_text
from geo.trees.visits.model import Visit


def some_visit_papers(session: Session, town: Any) -> None:
    """Adds them to the public visit that is watered."""
    visit = session.get_one(Visit, town.ids["watered_visit"])
    with perform(session, SYSTEM, Action.VISIT_EDIT, town.id):
        visit.note, visit.permit_reference = town.secret("BESUCHSNOTIZ"), town.secret("AKTENZEICHEN")
        visit.decision_note = town.secret("BEGRUENDUNG")
        visit.exception_reason = town.secret("AUSNAHME")
    phone, policy = town.secret("ABSENDERRUF"), town.secret("VERSICHERUNG")
    sender = SenderInput(
        *(town.secret(word) for word in ("ABSENDER", "ANSCHRIFT", "ANSPRECHPERSON")),
        phone,
        town.mail("ABSENDERPOST"),
        policy,
    )
    writing.set_sender(session, SYSTEM, town.id, None, sender)
    text = TemplateInput(town.secret("BETREFF"), town.secret("VORLAGE") + " {amt} {aktenzeichen}")
    writing.save_template(session, SYSTEM, town.id, given_text("ANTRAG"), None, text)
    session.flush()
    row, today = queries.get_visit(session, SYSTEM, visit.id), clock.today()
    written = letters.draft(session, SYSTEM, row, "ANTRAG", today=today, page="", feedback="")
    letter = letters.make(session, SYSTEM, row, written)
    answer = FeedbackInput("GUT", "JA", town.secret("MEINUNG"))
    feedback.send(session, visit.id, answer, request_id="", form_key=None, day=today)
    said = session.scalar(select(VisitFeedback.id).where(VisitFeedback.visit_id == visit.id))
    feed, _ = calendars.make_address(session, SYSTEM, town.id, town.secret("KALENDER"))
    session.flush()
    town.ids |= {"letter": letter.id, "feedback": said, "feed": feed.id}
