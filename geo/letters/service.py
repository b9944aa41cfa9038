"""Writes of letters: the sender, a text's new version."""

from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict
from geo.core.history import perform
from geo.letters.model import LetterSender, LetterTemplate
from geo.letters.queries import Template, sender_of, versions
from geo.letters.schemas import SenderInput, TemplateInput, sender_values


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
        if sender.version != version:
            raise Conflict(STALE, theirs=sender_values(sender), version=sender.version)
        for name, value in vars(data).items():
            setattr(sender, name, value)
    return sender


def save_template(
    session: Session, actor: Actor, municipality_id: int, given: Template, seen: int | None, data: TemplateInput
) -> LetterTemplate | None:
    """A new version of a text. `seen` is the number of the version that it was written over.

    Raises `Conflict` when there is a newer one. None when nothing has changed.
    """
    holds = versions(session, municipality_id, given)[0]
    with perform(session, actor, Action.LETTER_EDIT, municipality_id):
        if holds.number != seen:
            theirs = {"subject": holds.subject, "body": holds.body}
            raise Conflict("Jemand anderes hat diesen Text inzwischen geändert.", theirs=theirs, version=holds.number)
        if (holds.subject, holds.body.strip()) == (data.subject, data.body.strip()):
            return None
        made = LetterTemplate(
            municipality_id=municipality_id,
            kind=given.kind,
            number=(holds.number or 0) + 1,
            subject=data.subject,
            body=data.body,
            made_by=actor.account_id,
        )
        session.add(made)
    return made
