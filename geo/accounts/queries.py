"""Reads of people: who has this session, what may they do, in which towns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from geo.accounts.model import (
    Account,
    AccountMembership,
    Credentials,
    ExternalIdentity,
    Passkey,
    SignInSession,
)
from geo.accounts.tokens import token_hash
from geo.core.access import ROLE_LABELS, Actor, Membership, Role
from geo.core.errors import Invalid, NotFound
from geo.core.paging import SIZE, Page, decode_key, encode_key
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
    """Every municipality of today, by name, with its key where two share a name."""
    found = session.execute(
        select(Municipality.id, Municipality.name, Municipality.ags)
        .where(Municipality.during.contains(func.current_date()))
        .order_by(Municipality.name, Municipality.ags)
    ).all()
    count = Counter(row.name for row in found)
    return [(row.id, f"{row.name} ({row.ags})" if count[row.name] > 1 else row.name) for row in found]


def is_municipality(session: Session, municipality_id: int) -> bool:
    """Whether there is a municipality with this id."""
    return session.get(Municipality, municipality_id) is not None


@dataclass(frozen=True)
class ListedSession:
    """One line of “where am I signed in”."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    ip_prefix: str

    @property
    def device(self) -> str:
        """Browser and system, as far as they can be told from what the browser says of itself."""
        systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
        systems |= {"Mac OS": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}
        browsers = {"Firefox/": "Firefox", "Edg/": "Edge", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}
        browser = next((name for mark, name in browsers.items() if mark in self.user_agent), "Unbekannter Browser")
        system = next((name for mark, name in systems.items() if mark in self.user_agent), None)
        return f"{browser} unter {system}" if system else browser


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


@dataclass(frozen=True)
class OwnAccount:
    """What a person sees of the own account."""

    id: int
    email: str
    name: str
    locale: str
    version: int
    has_password: bool
    password_changed_at: datetime | None
    totp_since: datetime | None
    recovery_left: int


def own_account(session: Session, account_id: int | None) -> OwnAccount:
    """The account of whoever asks. Raises `NotFound`."""
    row = session.execute(
        select(Account, Credentials)
        .outerjoin(Credentials, Credentials.account_id == Account.id)
        .where(Account.id == account_id)
    ).one_or_none()
    if row is None:
        raise NotFound("Das Konto")
    account, stored = row
    return OwnAccount(
        id=account.id,
        email=account.email,
        name=account.name,
        locale=account.locale,
        version=account.version,
        has_password=stored is not None and stored.password_hash is not None,
        password_changed_at=stored.password_changed_at if stored else None,
        totp_since=stored.totp_confirmed_at if stored else None,
        recovery_left=len(stored.recovery_hashes) if stored else 0,
    )


def password_hash(session: Session, account_id: int | None) -> str | None:
    """The stored hash of an account's password, if it has one."""
    return session.scalar(select(Credentials.password_hash).where(Credentials.account_id == account_id))


def unconfirmed_secret(session: Session, account_id: int | None) -> bytes | None:
    """The sealed secret of an authenticator app that is being set up."""
    return session.scalar(
        select(Credentials.totp_secret).where(
            Credentials.account_id == account_id, Credentials.totp_confirmed_at.is_(None)
        )
    )


def passkeys_of(session: Session, account_id: int) -> Sequence[Passkey]:
    """An account's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)).all()


@dataclass(frozen=True)
class Person:
    """One line of a list of people: a role, and who has it."""

    membership_id: int
    account_id: int
    name: str
    email: str
    role: Role
    municipality_id: int | None
    town: str | None
    is_disabled: bool
    is_example: bool
    waits_for_password: bool
    last_seen_at: datetime | None

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]


_PEOPLE = (
    select(
        AccountMembership.id.label("membership_id"),
        Account.id.label("account_id"),
        Account.name,
        Account.email,
        AccountMembership.role,
        AccountMembership.municipality_id,
        Municipality.name.label("town"),
        Account.disabled_at,
        Account.is_example,
        Credentials.password_hash,
        select(func.max(SignInSession.last_seen_at))
        .where(SignInSession.account_id == Account.id)
        .scalar_subquery()
        .label("last_seen_at"),
        exists().where(Passkey.account_id == Account.id).label("has_passkey"),
        exists().where(ExternalIdentity.account_id == Account.id).label("has_identity"),
    )
    .join(Account, Account.id == AccountMembership.account_id)
    .outerjoin(Credentials, Credentials.account_id == Account.id)
    .outerjoin(Municipality, Municipality.id == AccountMembership.municipality_id)
)


def _person(row: Any) -> Person:
    return Person(
        membership_id=row.membership_id,
        account_id=row.account_id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        municipality_id=row.municipality_id,
        town=row.town,
        is_disabled=row.disabled_at is not None,
        is_example=row.is_example,
        waits_for_password=not (row.password_hash or row.has_passkey or row.has_identity),
        last_seen_at=row.last_seen_at,
    )


def people(
    session: Session, municipality_id: int | None, *, search: str | None = None, after: str | None = None
) -> Page[Person]:
    """The people of a town (None: of the alliance and of every town), by name."""
    wanted = _PEOPLE
    if municipality_id is not None:
        wanted = wanted.where(AccountMembership.municipality_id == municipality_id)
    if search:
        pattern = f"%{search.replace('%', '').replace('_', '')}%"
        wanted = wanted.where(or_(Account.name.ilike(pattern), Account.email.ilike(pattern)))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    key = decode_key(after, (str, int))
    place = tuple_(func.lower(Account.name), AccountMembership.id)
    if key is not None:
        wanted = wanted.where(place > tuple_(str(key[0]), _number(key[1])))
    found = session.execute(wanted.order_by(func.lower(Account.name), AccountMembership.id).limit(SIZE + 1)).all()
    rows = [_person(row) for row in found[:SIZE]]
    more = len(found) > SIZE
    return Page(rows, encode_key([rows[-1].name.lower(), rows[-1].membership_id]) if more else None, total)


def _number(value: str | int) -> int:
    """A number out of the address of a further page."""
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise Invalid({"ab": "Diese Seite der Liste gibt es nicht."})
    return value


def person(session: Session, membership_id: int) -> Person:
    """One role and who has it. Raises `NotFound`."""
    row = session.execute(_PEOPLE.where(AccountMembership.id == membership_id)).one_or_none()
    if row is None:
        raise NotFound("Die Rolle", membership_id)
    return _person(row)


def waiting_invitations(session: Session, municipality_id: int | None) -> int:
    """How many people of a town (None: of the whole register) were invited and cannot sign in yet."""
    wanted = _PEOPLE.where(Account.disabled_at.is_(None))
    if municipality_id is not None:
        wanted = wanted.where(AccountMembership.municipality_id == municipality_id)
    found = wanted.subquery()
    waits = found.c.password_hash.is_(None) & ~found.c.has_passkey & ~found.c.has_identity
    return session.scalar(select(func.count(found.c.account_id.distinct())).where(waits)) or 0


def account(session: Session, account_id: int) -> Account:
    """An account that is not erased. Raises `NotFound`."""
    found = session.get(Account, account_id)
    if found is None or found.erased_at is not None:
        raise NotFound("Das Konto", account_id)
    return found


@dataclass(frozen=True)
class RoleChange:
    """A role given, changed or taken away, and by whom."""

    changed_at: datetime
    actor: str
    person: str
    operation: str
    old_role: str | None
    new_role: str | None


_ROLE_CHANGES = text(
    """
    SELECT c.changed_at, c.operation, c.old_values, c.new_values,
           coalesce(a.name, CASE WHEN c.actor_id IS NULL THEN 'System' ELSE 'Konto ' || c.actor_id END) AS actor,
           coalesce(p.name, '–') AS person
    FROM history.changes c
    LEFT JOIN register.accounts a ON a.id = c.actor_id
    LEFT JOIN LATERAL (
        SELECT (coalesce(x.new_values, x.old_values) ->> 'account_id')::integer AS account_id FROM history.changes x
        WHERE x.table_name = 'memberships' AND x.row_id = c.row_id AND x.operation IN ('INSERT', 'DELETE')
        ORDER BY x.id LIMIT 1
    ) AS whose ON true
    LEFT JOIN register.accounts p ON p.id = whose.account_id
    WHERE c.table_name = 'memberships' AND c.municipality_id IS NOT DISTINCT FROM :town
    ORDER BY c.id DESC LIMIT :limit
    """
)


def role_changes(session: Session, municipality_id: int | None, limit: int = 200) -> list[RoleChange]:
    """What happened to the roles of a town, or of the alliance, newest first."""

    def label(values: dict[str, Any] | None) -> str | None:
        role = (values or {}).get("role")
        return ROLE_LABELS[Role(role)] if role else None

    return [
        RoleChange(row.changed_at, row.actor, row.person, row.operation, label(row.old_values), label(row.new_values))
        for row in session.execute(_ROLE_CHANGES, {"town": municipality_id, "limit": limit})
    ]
