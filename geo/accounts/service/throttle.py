"""Counts tries in the database, so that every process knows of every try and a restart forgets none.

A try is counted before it is made, in a transaction of its own, and given back when it was right: what remains are the
failures. Counted are quarters of an hour; a limit holds for every period of one hour, wherever it begins.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from geo.accounts.model import Throttle
from geo.core.errors import TooManyTries


@dataclass(frozen=True)
class Limit:
    """At most `tries` in an hour for whatever `key` stands for."""

    key: str
    tries: int


# Failures in an hour: of one account, from one network, and of the whole register. An office behind one address
# shares the second; the third is the last resort against guessing from everywhere at once.
ACCOUNT_TRIES, NETWORK_TRIES, ALL_TRIES = 10, 60, 2000
MAIL_TRIES, MAIL_NETWORK_TRIES, MAIL_ALL_TRIES = 3, 20, 300
# Mails of every kind to one address: there are many forms in which a stranger can type somebody else's.
MAIL_TOGETHER = 6


def limits(kind: str, who: str, network: str, *, known_device: str | None = None) -> list[Limit]:
    """The limits of signing in, a second factor, or confirming a password.

    A browser that has signed in to this account before is counted by itself: whoever tries passwords from elsewhere
    cannot lock its owner out.
    """
    if known_device is not None:
        return [Limit(f"{kind}:device:{_hidden(known_device)}", ACCOUNT_TRIES)]
    return [
        Limit(f"{kind}:account:{_hidden(who)}", ACCOUNT_TRIES),
        Limit(f"{kind}:network:{network}", NETWORK_TRIES),
        Limit(f"{kind}:all", ALL_TRIES),
    ]


def mail_limits(kind: str, who: str, network: str) -> list[Limit]:
    """The limits of whatever sends a mail to somebody. A new password can be asked for whatever else was mailed."""
    together = [] if kind == "reset" else [Limit(f"mail:account:{_hidden(who)}", MAIL_TOGETHER)]
    return [
        Limit(f"{kind}:account:{_hidden(who)}", MAIL_TRIES),
        *together,
        Limit(f"{kind}:network:{network}", MAIL_NETWORK_TRIES),
        Limit(f"{kind}:all", MAIL_ALL_TRIES),
    ]


_COUNT = text(
    """
    INSERT INTO register.throttles AS t (key, window_start, tries)
    VALUES (:key, date_bin('15 minutes', now(), '2000-01-01 00:00:00Z'), 1)
    ON CONFLICT (key, window_start) DO UPDATE SET tries = t.tries + 1
    """
)
_SUM = text(
    """
    SELECT sum(tries) AS tries, ceil(extract(epoch FROM min(window_start) + interval '75 minutes' - now())) AS wait
    FROM register.throttles WHERE key = :key AND window_start > now() - interval '75 minutes'
    """
)


def count(session: Session, which: Sequence[Limit]) -> None:
    """Count one try for each limit. Raises `TooManyTries` when one of them was used up (then nothing is counted)."""
    for limit in which:
        session.execute(_COUNT, {"key": limit.key})
        found = session.execute(_SUM, {"key": limit.key}).one()
        if found.tries > limit.tries:
            raise TooManyTries(max(60, int(found.wait)))
    session.execute(delete(Throttle).where(Throttle.window_start < text("now() - interval '1 day'")))


def give_back(session: Session, which: Sequence[Limit]) -> None:
    """The try was right: it does not count."""
    for limit in which:
        newest = text("window_start = (SELECT max(window_start) FROM register.throttles WHERE key = :of AND tries > 0)")
        session.execute(
            update(Throttle).where(Throttle.key == limit.key, newest).values(tries=Throttle.tries - 1),
            {"of": limit.key},
        )


def _hidden(who: str) -> str:
    """No address stands in the table, not even of somebody who has no account."""
    return hashlib.sha256(who.encode()).hexdigest()
