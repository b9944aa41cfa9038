"""Reads of people: who has this session, what may they do, in which towns."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from geo.accounts.model import Account, AccountMembership, SignInSession
from geo.accounts.tokens import token_hash
from geo.core.access import Actor, Membership, Role
from geo.places.model import Municipality


@dataclass(frozen=True)
class OpenSession:
    """A session that has not run out, and how long it was quiet."""

    id: int
    account_id: int | None
    data: dict[str, Any]
    quiet: timedelta


def find_session(session: Session, token: str, idle: timedelta) -> OpenSession | None:
    """The session with this token, unless it ran out, was idle for too long or its account is disabled."""
    row = session.execute(
        select(
            SignInSession.id,
            SignInSession.account_id,
            SignInSession.data,
            (func.now() - SignInSession.last_seen_at).label("quiet"),
        )
        .outerjoin(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_sha256 == token_hash(token),
            SignInSession.expires_at > func.now(),
            SignInSession.last_seen_at > func.now() - idle,
            or_(SignInSession.account_id.is_(None), Account.disabled_at.is_(None)),
        )
    ).one_or_none()
    return None if row is None else OpenSession(row.id, row.account_id, row.data, row.quiet)


def find_actor(session: Session, account_id: int, request_id: str) -> Actor | None:
    """The person as somebody who acts; None if there is no such account, or it is disabled."""
    name = session.scalar(select(Account.name).where(Account.id == account_id, Account.disabled_at.is_(None)))
    if name is None:
        return None
    held = session.execute(
        select(AccountMembership.role, AccountMembership.municipality_id)
        .where(AccountMembership.account_id == account_id)
        .order_by(AccountMembership.id)
    )
    return Actor(account_id, name, tuple(Membership(Role(row.role), row.municipality_id) for row in held), request_id)


def town_names(session: Session, ids: tuple[int, ...]) -> list[tuple[int, str]]:
    """Id and name of the towns, by name."""
    found = session.execute(
        select(Municipality.id, Municipality.name).where(Municipality.id.in_(ids)).order_by(Municipality.name)
    )
    return [(row.id, row.name) for row in found]


def all_towns(session: Session) -> list[tuple[int, str]]:
    """Every municipality of today, by name, with its district."""
    found = session.execute(
        select(Municipality.id, Municipality.name)
        .where(Municipality.during.contains(func.current_date()))
        .order_by(Municipality.name, Municipality.ags)
    )
    return [(row.id, row.name) for row in found]


def is_municipality(session: Session, municipality_id: int) -> bool:
    """Whether there is a municipality with this id."""
    return session.get(Municipality, municipality_id) is not None


def sample_is_loaded(session: Session) -> bool:
    """Whether accounts of the sample register exist."""
    return bool(session.scalar(select(select(Account.id).where(Account.is_example).exists())))


@dataclass(frozen=True)
class ListedSession:
    """One line of “where am I signed in”."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    ip_prefix: str


def sessions_of(session: Session, account_id: int) -> list[ListedSession]:
    """The open sessions of an account, the last used first."""
    found = session.scalars(
        select(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.expires_at > func.now())
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
    )
    return [
        ListedSession(row.id, row.created_at, row.last_seen_at, row.user_agent or "", row.ip_prefix or "")
        for row in found
    ]


def find_account(session: Session, email: str) -> Account | None:
    """The account with this address (in lower case)."""
    return session.scalar(select(Account).where(Account.email == email))


def town_by_key(session: Session, ags: str) -> int | None:
    """The id of the municipality that has this key today."""
    return session.scalar(
        select(Municipality.id).where(Municipality.ags == ags, Municipality.during.contains(func.current_date()))
    )


def everybody(session: Session) -> list[dict[str, Any]]:
    """Every account with its roles, for the command line."""
    held: dict[int, list[str]] = {}
    roles = select(AccountMembership.account_id, AccountMembership.role, Municipality.name).outerjoin(
        Municipality, Municipality.id == AccountMembership.municipality_id
    )
    for row in session.execute(roles.order_by(AccountMembership.id)):
        held.setdefault(row.account_id, []).append(f"{row.role} ({row.name})" if row.name else row.role)
    return [
        {
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "roles": held.get(account.id, []),
            "disabled": account.disabled_at is not None,
            "example": account.is_example,
        }
        for account in session.scalars(select(Account).where(Account.erased_at.is_(None)).order_by(Account.email))
    ]
