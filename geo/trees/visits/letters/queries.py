"""A town's sender, its texts with their versions, and the letters that were made for a visit."""

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
from geo.trees.visits.letters.codes import KINDS
from geo.trees.visits.letters.model import LetterSender, LetterTemplate, VisitLetter
from geo.trees.visits.queries import VisitRow, get_visit

_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Template:
    """A text that holds, or held; `number` is None for the text that comes with the register."""

    kind: str
    number: int | None
    subject: str
    body: str
    made_at: datetime | None = None
    made_by: str | None = None


@dataclass(frozen=True)
class MadeLetter:
    """A letter in a list."""

    id: int
    kind: str
    subject: str
    made_at: datetime
    made_by: str | None
    has_drawing: bool


def sender_of(session: Session, municipality_id: int) -> LetterSender | None:
    """Who sends the town's letters."""
    with for_municipality(session, municipality_id):
        return session.scalar(select(LetterSender).where(LetterSender.municipality_id == municipality_id))


@cache
def given_text(kind: str) -> Template:
    """The text that comes with the register. Raises `NotFound` for a kind that there is not."""
    if kind not in KINDS:
        raise NotFound("Die Vorlage", kind)
    subject, _, body = (_TEXTS / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return Template(kind, None, subject.strip(), body.strip() + "\n")


def template_of(session: Session, municipality_id: int, kind: str) -> Template:
    """The text that holds in the town."""
    found = versions(session, municipality_id, kind)
    return found[0]


def versions(session: Session, municipality_id: int, kind: str) -> list[Template]:
    """Every version of a text, newest first; the register's own is the oldest."""
    given = given_text(kind)
    query = (
        select(LetterTemplate, Account.name)
        .outerjoin(Account, Account.id == LetterTemplate.made_by)
        .where(LetterTemplate.municipality_id == municipality_id, LetterTemplate.kind == kind)
        .order_by(LetterTemplate.number.desc())
    )
    with for_municipality(session, municipality_id):
        rows = session.execute(query).all()
    return [
        *(Template(kind, row.number, row.subject, row.body, row.created_at, name) for row, name in rows),
        given,
    ]


def version_of(session: Session, municipality_id: int, kind: str, number: int | None) -> Template:
    """One version of a text. Raises `NotFound`."""
    found = next((one for one in versions(session, municipality_id, kind) if one.number == number), None)
    if found is None:
        raise NotFound("Die Fassung", number)
    return found


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
