"""Links sent by mail: one use, some time, known to the database by their hash."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from geo.accounts.model import Account, OneTimeLink
from geo.accounts.service import own
from geo.accounts.tokens import new_token, token_hash
from geo.core.access import Actor
from geo.core.errors import NotFound

LASTS = {"password": timedelta(minutes=30), "invitation": timedelta(days=7)}


def path(token: str) -> str:
    """The address of the page that a link opens, without the host."""
    return f"/intern/passwort-neu/{token}"


def create(session: Session, account_id: int, purpose: str) -> str:
    """A new link for an account; earlier ones of the same purpose stop working. Returns the token."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
        .values(used_at=func.now())
    )
    token = new_token()
    session.add(
        OneTimeLink(
            account_id=account_id,
            purpose=purpose,
            token_sha256=token_hash(token),
            expires_at=func.now() + LASTS[purpose],
        )
    )
    session.flush()
    return token


def account_of(session: Session, token: str) -> Account:
    """Whose link it is, while it works. Raises `NotFound` for a link used, run out or never sent."""
    account = session.scalar(
        select(Account)
        .join(OneTimeLink, OneTimeLink.account_id == Account.id)
        .where(
            OneTimeLink.token_sha256 == token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > func.now(),
            Account.disabled_at.is_(None),
        )
    )
    if account is None:
        raise NotFound("Ein gültiger Link")
    return account


def redeem(session: Session, token: str, password: str, request_id: str) -> Account:
    """Use the link up, set the password and end the account's sessions. Of two at once, one finds the link used."""
    account = account_of(session, token)
    used = session.scalar(
        update(OneTimeLink)
        .where(OneTimeLink.token_sha256 == token_hash(token), OneTimeLink.used_at.is_(None))
        .values(used_at=func.now())
        .returning(OneTimeLink.id)
    )
    if used is None:
        raise NotFound("Ein gültiger Link")
    person = Actor(account.id, account.name, request_id=request_id)
    own.set_password(session, person, account.id, password)
    return account
