"""What a person does with the own account: name, password, second factor, passkeys."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from geo.accounts.model import Account, Credentials, Passkey
from geo.accounts.passwords import hash_password
from geo.accounts.sealing import Seal
from geo.accounts.service.sessions import close_all
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform

RECOVERY_CODES = 10
MOST_PASSKEYS = 10
STEP_S = 30


@dataclass(frozen=True)
class NewPasskey:
    """What a browser's answer proved: the key it made for this register."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def credentials_of(session: Session, account_id: int) -> Credentials:
    """The row of an account's credentials, made if it is missing; call inside `perform`. Locked until the end."""
    found = session.scalar(select(Credentials).where(Credentials.account_id == account_id).with_for_update())
    if found is None:
        found = Credentials(account_id=account_id)
        session.add(found)
        session.flush()
    return found


def rename(session: Session, actor: Actor, name: str, locale: str, version: int) -> None:
    """Change the own name and language."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        account = session.get(Account, actor.account_id)
        if account is None:
            raise NotFound("Das Konto")
        if account.version != version:
            raise Conflict("Ihr Konto wurde in der Zwischenzeit geändert.", {"name": account.name}, account.version)
        account.name, account.locale = name, locale


def set_password(
    session: Session, actor: Actor, account_id: int, password: str, *, but_session: int | None = None
) -> None:
    """Set a password (checked by the caller) and end the account's sessions, but for the one given."""
    hashed = hash_password(password)
    with perform(session, actor, Action.ACCOUNT_SELF):
        stored = credentials_of(session, account_id)
        stored.password_hash, stored.password_changed_at = hashed, func.now()
    close_all(session, account_id, but=but_session)


def begin_totp(session: Session, actor: Actor, seal: Seal) -> None:
    """Make a secret for an authenticator app; it counts only once it is confirmed by a code."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        stored = credentials_of(session, _own_id(actor))
        if stored.totp_confirmed_at is not None:
            raise Invalid({"": "Ein zweiter Faktor ist schon eingerichtet."})
        stored.totp_secret, stored.totp_last_step = seal.close(pyotp.random_base32()), None


def confirm_totp(session: Session, actor: Actor, seal: Seal, code: str) -> list[str]:
    """From now on signing in asks for a code of the app. Returns the recovery codes, readable this once."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        stored = credentials_of(session, _own_id(actor))
        if stored.totp_secret is None or stored.totp_confirmed_at is not None:
            raise Invalid({"": "Bitte die Einrichtung von vorn beginnen."})
        step = matching_step(seal.open(stored.totp_secret), code, stored.totp_last_step)
        if step is None:
            raise Invalid({"code": "Dieser Code stimmt nicht. Geht die Uhr des Geräts richtig?"})
        stored.totp_last_step, stored.totp_confirmed_at = step, func.now()
        return _new_recovery_codes(stored)


def renew_recovery_codes(session: Session, actor: Actor) -> list[str]:
    """New recovery codes; the old ones stop working."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        stored = credentials_of(session, _own_id(actor))
        if stored.totp_confirmed_at is None:
            raise Invalid({"": "Es ist kein zweiter Faktor eingerichtet."})
        return _new_recovery_codes(stored)


def remove_totp(session: Session, actor: Actor) -> None:
    """Signing in asks for no code any more."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        _forget_totp(credentials_of(session, _own_id(actor)))


def forget_second_factors(session: Session, actor: Actor, account_id: int) -> None:
    """For somebody who lost the device: no app, no passkeys, and no open session."""
    with perform(session, actor, Action.ALLIANCE_PEOPLE_EDIT):
        _forget_totp(credentials_of(session, account_id))
        session.execute(delete(Passkey).where(Passkey.account_id == account_id))
    close_all(session, account_id)


def add_passkey(session: Session, actor: Actor, made: NewPasskey, name: str) -> None:
    """Keep a passkey that the browser has made and the caller has verified."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        own_id = _own_id(actor)
        credentials_of(session, own_id)
        held = session.scalar(select(func.count()).select_from(Passkey).where(Passkey.account_id == own_id)) or 0
        if held >= MOST_PASSKEYS:
            raise Invalid({"": f"Mehr als {MOST_PASSKEYS} Passkeys sind nicht möglich."})
        session.add(
            Passkey(
                account_id=own_id,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                name=name,
            )
        )


def remove_passkey(session: Session, actor: Actor, passkey_id: int) -> None:
    """Forget one of the own passkeys."""
    with perform(session, actor, Action.ACCOUNT_SELF):
        found = session.get(Passkey, passkey_id)
        if found is None or found.account_id != actor.account_id:
            raise NotFound("Der Passkey", passkey_id)
        session.delete(found)


def matching_step(secret: str, code: str, last_step: int | None) -> int | None:
    """The time step that this code belongs to, now or one step to either side, later than the last one used."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isdecimal() or not digits.isascii():
        return None
    now = int(datetime.now(UTC).timestamp()) // STEP_S
    generator = pyotp.TOTP(secret)
    for step in (now - 1, now, now + 1):
        fresh = last_step is None or step > last_step
        if fresh and secrets.compare_digest(generator.generate_otp(step), digits):
            return step
    return None


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code: 80 random bits need no slow hash."""
    return hashlib.sha256("".join(code.lower().split()).replace("-", "").encode()).hexdigest()


def _new_recovery_codes(stored: Credentials) -> list[str]:
    codes = []
    for _ in range(RECOVERY_CODES):
        raw = secrets.token_hex(10)
        codes.append("-".join(raw[start : start + 5] for start in range(0, 20, 5)))
    stored.recovery_hashes = [recovery_hash(code) for code in codes]
    return codes


def _forget_totp(stored: Credentials) -> None:
    stored.totp_secret = stored.totp_confirmed_at = stored.totp_last_step = None
    stored.recovery_hashes = []


def _own_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotFound("Das Konto")
    return actor.account_id
