"""A town's sender, and its texts with their versions."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.letters.model import LetterSender, LetterTemplate


@dataclass(frozen=True)
class Template:
    """A text that holds, or held; `number` is None for the text that comes with the register."""

    kind: str
    number: int | None
    subject: str
    body: str
    made_at: datetime | None = None
    made_by: str | None = None


def sender_of(session: Session, municipality_id: int) -> LetterSender | None:
    """Who sends the town's letters."""
    with for_municipality(session, municipality_id):
        return session.scalar(select(LetterSender).where(LetterSender.municipality_id == municipality_id))


def read_text(path: Path, kind: str) -> Template:
    """A text that comes with the register: its first line is the subject, the body stands after an empty line."""
    subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    return Template(kind, None, subject.strip(), body.strip() + "\n")


def versions(session: Session, municipality_id: int, given: Template) -> list[Template]:
    """Every version of a text, newest first (that one holds in the town); the register's own is the oldest."""
    query = (
        select(LetterTemplate, Account.name)
        .outerjoin(Account, Account.id == LetterTemplate.made_by)
        .where(LetterTemplate.municipality_id == municipality_id, LetterTemplate.kind == given.kind)
        .order_by(LetterTemplate.number.desc())
    )
    with for_municipality(session, municipality_id):
        rows = session.execute(query).all()
    return [
        *(Template(row.kind, row.number, row.subject, row.body, row.created_at, name) for row, name in rows),
        given,
    ]


def version_of(session: Session, municipality_id: int, given: Template, number: int | None) -> Template:
    """One version of a text. Raises `NotFound`."""
    found = next((one for one in versions(session, municipality_id, given) if one.number == number), None)
    if found is None:
        raise NotFound("Die Fassung", number)
    return found
