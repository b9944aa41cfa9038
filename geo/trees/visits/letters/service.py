"""Writes of letters: the sender, a text's new version, a letter made."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.trees.service.rules import expect_version
from geo.trees.visits.letters.codes import FACTS, KINDS
from geo.trees.visits.letters.facts import facts_of
from geo.trees.visits.letters.language import DRAWING, filled
from geo.trees.visits.letters.model import LetterSender, LetterTemplate, VisitLetter
from geo.trees.visits.letters.queries import Template, sender_of, template_of
from geo.trees.visits.letters.schemas import SenderInput, TemplateInput, sender_values
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


def set_sender(
    session: Session, actor: Actor, municipality_id: int, version: int | None, data: SenderInput
) -> LetterSender:
    """Say who sends the town's letters; `version` is None for the first time. Raises `Conflict`."""
    sender = sender_of(session, municipality_id)
    with perform(session, actor, Action.LETTER_EDIT, municipality_id):
        if sender is None:
            sender = LetterSender(municipality_id=municipality_id, **vars(data))
            session.add(sender)
            return sender
        expect_version(sender, version or 0, sender_values(sender))
        for name, value in vars(data).items():
            setattr(sender, name, value)
    return sender


def save_template(
    session: Session, actor: Actor, municipality_id: int, kind: str, seen: int | None, data: TemplateInput
) -> LetterTemplate | None:
    """A new version of a text. `seen` is the number of the version that it was written over.

    Raises `Conflict` when there is a newer one. None when nothing has changed.
    """
    holds = template_of(session, municipality_id, kind)
    with perform(session, actor, Action.LETTER_EDIT, municipality_id):
        if holds.number != seen:
            theirs = {"subject": holds.subject, "body": holds.body}
            raise Conflict("Jemand anderes hat diesen Text inzwischen geändert.", theirs=theirs, version=holds.number)
        if (holds.subject, holds.body.strip()) == (data.subject, data.body.strip()):
            return None
        made = LetterTemplate(
            municipality_id=municipality_id,
            kind=kind,
            number=(holds.number or 0) + 1,
            subject=data.subject,
            body=data.body,
            made_by=actor.account_id,
        )
        session.add(made)
    return made


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
