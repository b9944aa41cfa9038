"""Codes that people type from a letter: the town's number and 98 random bits, known by their hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo.accounts.links import WHAT, read
from geo.accounts.tokens import token_hash
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.owners.campaigns.model import Campaign, Letter, Link
from geo.owners.model import Owner

# No letters that are mistaken for digits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 4, 5
# The form behind a confirmed letter stays open for so long.
ANSWER_WITHIN = timedelta(hours=2)
# After so many wrong addresses a letter's links are closed for good.
MOST_WRONG = 15
LETTER, ANSWER = "BRIEF", "ANTWORT"


@dataclass(frozen=True)
class Found:
    """What a link leads to."""

    link: Link
    letter: Letter
    campaign: Campaign
    owner: Owner


def new_code(municipality_id: int) -> str:
    """A code as it stands in the letter (3-7K3MQ-9QXFT-…)."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join((str(municipality_id), *groups))


def hash_of(code: str) -> str:
    """What is stored of a code."""
    return token_hash(code)


def typed_code(raw: str) -> str:
    """A code as it was meant: capital letters, groups with a dash, whatever somebody typed between them."""
    kept = "".join(one for one in raw.upper() if one.isascii() and (one.isalnum() or one == "-"))[:60]
    number, _, rest = kept.partition("-")
    secret = rest.replace("-", "")
    groups = [secret[at : at + GROUP] for at in range(0, len(secret), GROUP)]
    return "-".join((number, *groups))


def find(session: Session, token: str, purpose: str, now: datetime) -> Found:
    """What the link leads to, while it does. Raises `NotFound` alike for used, run out, closed and never made."""
    town, hashed = read(token)
    query = (
        select(Link, Letter, Campaign, Owner)
        .join(Letter, Letter.id == Link.letter_id)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .join(Owner, Owner.id == Letter.owner_id)
        .where(
            Link.token_sha256 == hashed,
            Link.purpose == purpose,
            Link.municipality_id == town,
            Link.used_at.is_(None),
            Link.expires_at > now,
            Letter.answered_on.is_(None),
            Letter.wrong_tries < MOST_WRONG,
            Campaign.state != "BEENDET",
        )
        .execution_options(populate_existing=True)
    )
    with for_municipality(session, town):
        row = session.execute(query).first()
    if row is None:
        raise NotFound(WHAT)
    return Found(*row)


def use_up(session: Session, letter_id: int, now: datetime, purpose: str | None = None) -> int:
    """Every link of the letter (of the purpose) has done its work; how many still lived. Call inside `perform`."""
    live = update(Link).where(Link.letter_id == letter_id, Link.used_at.is_(None)).values(used_at=now)
    if purpose is not None:
        live = live.where(Link.purpose == purpose)
    return len(session.scalars(live.returning(Link.id)).all())


def use_up_all(session: Session, campaign_id: int, now: datetime) -> None:
    """Every link of every letter of a campaign has done its work. Call inside `perform`."""
    letters = select(Letter.id).where(Letter.campaign_id == campaign_id)
    session.execute(
        update(Link)
        .where(Link.letter_id.in_(letters), Link.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
