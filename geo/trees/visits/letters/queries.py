"""The texts of letters about visits with their versions, and the letters that were made for a visit."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.core.access import Actor
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.letters import queries as texts
from geo.letters.queries import Template
from geo.trees.visits.letters.codes import KINDS
from geo.trees.visits.letters.model import VisitLetter
from geo.trees.visits.queries import VisitRow, get_visit

_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class MadeLetter:
    """A letter in a list."""

    id: int
    kind: str
    subject: str
    made_at: datetime
    made_by: str | None
    has_drawing: bool


@cache
def given_text(kind: str) -> Template:
    """The text that comes with the register. Raises `NotFound` for a kind that there is not."""
    if kind not in KINDS:
        raise NotFound("Die Vorlage", kind)
    return texts.read_text(_TEXTS / f"{kind}.txt", kind)


def template_of(session: Session, municipality_id: int, kind: str) -> Template:
    """The text that holds in the town."""
    return versions(session, municipality_id, kind)[0]


def versions(session: Session, municipality_id: int, kind: str) -> list[Template]:
    """Every version of a text, newest first; the register's own is the oldest."""
    return texts.versions(session, municipality_id, given_text(kind))


def version_of(session: Session, municipality_id: int, kind: str, number: int | None) -> Template:
    """One version of a text. Raises `NotFound`."""
    return texts.version_of(session, municipality_id, given_text(kind), number)


def letters_of(session: Session, visit: VisitRow) -> list[MadeLetter]:
    """The letters of a visit, newest first."""
    query = (
        select(VisitLetter, Account.name)
        .outerjoin(Account, Account.id == VisitLetter.made_by)
        .where(VisitLetter.visit_id == visit.id)
        .order_by(VisitLetter.id.desc())
    )
    with for_municipality(session, visit.municipality_id):
        return [
            MadeLetter(row.id, row.kind, row.subject, row.made_at, name, row.drawing is not None)
            for row, name in session.execute(query)
        ]


def get_letter(session: Session, actor: Actor, visit_id: int, letter_id: int) -> VisitLetter:
    """A letter of a visit that the actor may look into. Raises `NotFound`."""
    visit = get_visit(session, actor, visit_id)
    with for_municipality(session, visit.municipality_id):
        letter = session.get(VisitLetter, letter_id)
    if letter is None or letter.visit_id != visit.id:
        raise NotFound("Das Schreiben", letter_id)
    return letter
