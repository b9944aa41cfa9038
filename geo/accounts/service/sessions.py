"""Sessions on the server: opened with a token that only the browser knows, closed for good at sign-out.

The table holds a token's SHA-256 alone, so that a copy of it opens no session. Nothing here is in the history:
a session is no fact of the register, and it is gone with the row.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from geo.accounts.model import SignInSession
from geo.accounts.tokens import new_token, token_hash

ABSOLUTE = timedelta(hours=12)
_SWEEP = 100


def open_session(
    session: Session,
    account_id: int | None,
    *,
    user_agent: str,
    ip_prefix: str,
    data: dict[str, Any] | None = None,
    lasts: timedelta = ABSOLUTE,
) -> str:
    """A new session of an account (None: of somebody on the way to signing in). Returns its token."""
    _sweep(session)
    token = new_token()
    session.add(
        SignInSession(
            token_sha256=token_hash(token),
            account_id=account_id,
            data=data or {},
            expires_at=func.now() + lasts,
            user_agent=user_agent[:200],
            ip_prefix=ip_prefix,
        )
    )
    session.flush()
    return token


def keep(session: Session, session_id: int, data: dict[str, Any] | None = None) -> None:
    """Note that the session was used, with its new values if there are any. A session closed meanwhile stays closed."""
    values: dict[str, Any] = {"last_seen_at": func.now()}
    if data is not None:
        values["data"] = data
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(values))


def close(session: Session, token: str) -> None:
    """End one session: its token opens nothing from now on."""
    session.execute(delete(SignInSession).where(SignInSession.token_sha256 == token_hash(token)))


def close_one(session: Session, account_id: int, session_id: int) -> bool:
    """End a session of an account, known by its number; False if the account has no such session."""
    which = delete(SignInSession).where(SignInSession.id == session_id, SignInSession.account_id == account_id)
    return session.scalar(which.returning(SignInSession.id)) is not None


def close_all(session: Session, account_id: int, *, but: int | None = None) -> int:
    """End every session of an account, but for the one with the number `but`. Returns how many."""
    which = delete(SignInSession).where(SignInSession.account_id == account_id)
    if but is not None:
        which = which.where(SignInSession.id != but)
    return len(session.scalars(which.returning(SignInSession.id)).all())


def _sweep(session: Session) -> None:
    """Throw away some sessions that have run out, so that the table needs no timer."""
    old = select(SignInSession.id).where(SignInSession.expires_at < func.now()).limit(_SWEEP)
    session.execute(delete(SignInSession).where(SignInSession.id.in_(old)))
