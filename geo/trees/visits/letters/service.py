"""Writes of letters about visits: a letter made."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.letters.language import DRAWING, filled
from geo.letters.queries import Template, sender_of
from geo.trees.visits.letters.codes import FACTS, KINDS
from geo.trees.visits.letters.facts import facts_of
from geo.trees.visits.letters.model import VisitLetter
from geo.trees.visits.letters.queries import template_of
from geo.trees.visits.queries import VisitRow


@dataclass(frozen=True)
class Draft:
    """A letter before it is made: its words filled in, and which facts its text names that nobody has entered."""

    template: Template
    subject: str
    body: str
    missing: tuple[str, ...]

    @property
    def wants_drawing(self) -> bool:
        return f"{{{DRAWING}}}" in self.body


def draft(
    session: Session,
    actor: Actor,
    visit: VisitRow,
    kind: str,
    *,
    today: date,
    page: str,
    feedback: str,
    has_drawing: bool = False,
) -> Draft:
    """The letter as it would be made now, with or without its drawing."""
    template = template_of(session, visit.municipality_id, kind)
    sender = sender_of(session, visit.municipality_id)
    facts = facts_of(session, actor, visit, sender, today=today, page=page, feedback=feedback, has_drawing=has_drawing)
    used = [name for name in FACTS if f"{{{name}}}" in template.body or f"{{{name}}}" in template.subject]
    missing = tuple(name for name in used if not facts[name] and name != "anlage")  # the page says why it is missing
    return Draft(template, filled(template.subject, facts).strip(), filled(template.body, facts), missing)


def make(
    session: Session, actor: Actor, visit: VisitRow, written: Draft, drawing: tuple[str, str] | None = None
) -> VisitLetter:
    """Keep a letter as it is now. `drawing` is the sketch as SVG, and the same in words."""
    if written.template.kind not in KINDS or not written.subject:
        raise Invalid({"": "Ein Schreiben ohne Betreff lässt sich nicht festhalten."})
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        letter = VisitLetter(
            visit_id=visit.id,
            municipality_id=visit.municipality_id,
            kind=written.template.kind,
            template_number=written.template.number,
            subject=written.subject,
            body=written.body,
            drawing=drawing[0] if drawing and written.wants_drawing else None,
            drawing_words=drawing[1] if drawing and written.wants_drawing else None,
            made_by=actor.account_id,
        )
        session.add(letter)
    return letter
