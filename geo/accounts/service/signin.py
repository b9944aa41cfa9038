"""Signing in: what a factor proved, and what is noted about it.

The caller has counted the try (`throttle`) and holds no transaction open while a password is hashed.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.accounts.model import Account, Credentials, ExternalIdentity, Passkey
from geo.accounts.passwords import hash_password, is_outdated
from geo.accounts.sealing import Seal
from geo.accounts.service.own import credentials_of, matching_step, recovery_hash
from geo.core.access import Action, Actor
from geo.core.errors import NotFound
from geo.core.history import perform


@dataclass(frozen=True)
class Known:
    """What is needed of an account to check a password, or to write to it."""

    account_id: int
    locale: str
    password_hash: str | None
    has_totp: bool


def find_known(session: Session, email: str) -> Known | None:
    """The account with this address, if it may sign in at all."""
    row = session.execute(
        select(Account.id, Account.locale, Credentials.password_hash, Credentials.totp_confirmed_at)
        .outerjoin(Credentials, Credentials.account_id == Account.id)
        .where(Account.email == email, Account.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else Known(row.id, row.locale, row.password_hash, row.totp_confirmed_at is not None)


def _signing_in(account_id: int, request_id: str) -> Actor:
    """The register itself, on behalf of somebody who is not signed in yet: the history names the account."""
    return Actor(account_id, request_id=request_id, is_system=True)


def renew_hash(session: Session, known: Known, password: str, request_id: str) -> None:
    """Hash the password with today's parameters, if it was hashed with weaker ones."""
    if known.password_hash and is_outdated(known.password_hash):
        hashed = hash_password(password)
        with perform(session, _signing_in(known.account_id, request_id), Action.ACCOUNT_SIGN_IN):
            credentials_of(session, known.account_id).password_hash = hashed


def check_code(session: Session, account_id: int, code: str, seal: Seal, request_id: str) -> bool:
    """Whether the code of the app, or a recovery code, is right; either is used up by it."""
    with perform(session, _signing_in(account_id, request_id), Action.ACCOUNT_SIGN_IN):
        stored = credentials_of(session, account_id)
        if stored.totp_confirmed_at is None or stored.totp_secret is None:
            return False
        step = matching_step(seal.open(stored.totp_secret), code, stored.totp_last_step)
        if step is not None:
            stored.totp_last_step = step
            return True
        hashed = recovery_hash(code)
        if hashed not in stored.recovery_hashes:
            return False
        stored.recovery_hashes = [one for one in stored.recovery_hashes if one != hashed]
        return True


def find_passkey(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey, if its account may sign in."""
    return session.scalar(
        select(Passkey)
        .join(Account, Account.id == Passkey.account_id)
        .where(Passkey.credential_id == credential_id, Account.disabled_at.is_(None))
    )


def note_passkey(session: Session, passkey_id: int, sign_count: int, request_id: str) -> None:
    """The passkey was used; its counter must never go back."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None:
        raise NotFound("Der Passkey")
    with perform(session, _signing_in(passkey.account_id, request_id), Action.ACCOUNT_SIGN_IN):
        passkey.sign_count, passkey.last_used_at = sign_count, func.now()


@dataclass(frozen=True)
class Identity:
    """What a town's own sign-in service says of a person."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool


def account_of_identity(session: Session, identity: Identity, request_id: str) -> int | None:
    """The account that stands for this identity; tied to the one with the same verified address on first use."""
    tied = session.scalar(
        select(Account.id)
        .join(ExternalIdentity, ExternalIdentity.account_id == Account.id)
        .where(ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject)
        .where(Account.disabled_at.is_(None))
    )
    if tied is not None or not identity.email or not identity.email_verified:
        return tied
    account_id = session.scalar(
        select(Account.id).where(Account.email == identity.email.strip().lower(), Account.disabled_at.is_(None))
    )
    if account_id is None or _is_tied(session, account_id, identity.issuer):
        return None
    with perform(session, _signing_in(account_id, request_id), Action.ACCOUNT_SIGN_IN):
        session.add(ExternalIdentity(account_id=account_id, issuer=identity.issuer, subject=identity.subject))
    return account_id


def _is_tied(session: Session, account_id: int, issuer: str) -> bool:
    """Whether the account stands for another person of that service: an address handed on opens no old account."""
    held = select(ExternalIdentity.id).where(
        ExternalIdentity.account_id == account_id, ExternalIdentity.issuer == issuer
    )
    return session.scalar(held) is not None
