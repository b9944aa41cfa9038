"""The sample register's accounts, one for each role, under a domain that no mail can reach."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo.accounts.model import Account, AccountMembership, Credentials
from geo.accounts.passwords import hash_password
from geo.core.access import ROLE_LABELS, SYSTEM, Action, Role
from geo.core.history import perform

DOMAIN = "beispiel.example"
GOTHA, NORDHAUSEN = "16067029", "16062041"
# Without letters and digits that are mistaken for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SignIn:
    """How to sign in as one of the sample people; `password` is None where none was made."""

    email: str
    name: str
    role: Role
    town: str | None
    password: str | None

    @property
    def role_label(self) -> str:
        return f"{ROLE_LABELS[self.role]}{f', {self.town}' if self.town else ''}"


@dataclass(frozen=True)
class _Person:
    mailbox: str
    role: Role
    ags: str | None = None
    town: str | None = None

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{DOMAIN}"

    @property
    def name(self) -> str:
        return f"Beispiel {ROLE_LABELS[self.role]}{f' {self.town}' if self.town else ''}"


PEOPLE = (
    _Person("lesen.gotha", Role.VIEWER, GOTHA, "Gotha"),
    _Person("sachbearbeitung.gotha", Role.EDITOR, GOTHA, "Gotha"),
    _Person("leitung.gotha", Role.MANAGER, GOTHA, "Gotha"),
    _Person("sachbearbeitung.nordhausen", Role.EDITOR, NORDHAUSEN, "Nordhausen"),
    _Person("planung", Role.PLANNER),
    _Person("kuration", Role.CURATOR),
    _Person("jury", Role.REVIEWER),
    _Person("geschaeftsstelle", Role.OFFICE),
    _Person("verwaltung", Role.ADMIN),
)


def add_people(session: Session, town_id: Callable[[str], int], *, with_passwords: bool) -> tuple[SignIn, ...]:
    """Add the accounts with their roles; call inside `perform`. Only the hashes of the passwords are stored."""
    sign_ins = []
    for person in PEOPLE:
        account = Account(email=person.email, name=person.name, is_example=True)
        session.add(account)
        session.flush()
        municipality_id = town_id(person.ags) if person.ags else None
        session.add(AccountMembership(account_id=account.id, role=person.role, municipality_id=municipality_id))
        password = _set_password(session, account.id) if with_passwords else None
        sign_ins.append(SignIn(person.email, person.name, person.role, person.town, password))
    session.flush()
    return tuple(sign_ins)


def renew_passwords(session: Session) -> tuple[SignIn, ...]:
    """New passwords for the sample accounts that are there; the old ones end."""
    accounts = dict(session.execute(select(Account.email, Account.id).where(Account.is_example)).all())
    with perform(session, SYSTEM, Action.SAMPLE_LOAD):
        return tuple(
            SignIn(person.email, person.name, person.role, person.town, _set_password(session, accounts[person.email]))
            for person in PEOPLE
            if person.email in accounts
        )


def _set_password(session: Session, account_id: int) -> str:
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    values = {"password_hash": hash_password(password), "password_changed_at": datetime.now(UTC)}
    credentials = session.get(Credentials, account_id)
    if credentials is None:
        session.execute(insert(Credentials).values(account_id=account_id, **values))
    else:
        for name, value in values.items():
            setattr(credentials, name, value)
        session.flush()
    return password
