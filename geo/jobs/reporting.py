"""What a run says while it runs, and the way in which it hears that it should end."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.errors import RegisterError
from geo.jobs.kinds import Cancelled
from geo.jobs.outcomes import Stopped, Superseded

# Not more often than this goes a report to the database, unless its sentence is new or the end is reached.
EVERY_S = 0.25

_REPORT = text(
    """
    UPDATE register.jobs SET done = :done, total = :total, sentence = coalesce(:sentence, sentence), progress_at = now()
    WHERE id = :id AND attempt = :attempt AND state = 'LAEUFT' RETURNING cancel_requested
    """
)
_ASK = text("SELECT cancel_requested FROM register.jobs WHERE id = :id AND attempt = :attempt AND state = 'LAEUFT'")


@dataclass
class Reporter:
    """Writes reports of one attempt. `ending` is the reason to end, once one is known."""

    job_id: int
    attempt: int
    session: Callable[[], AbstractContextManager[Session]]
    stopping: Callable[[], bool]
    ending: Exception | None = None
    _told_at: float = field(default=-1.0, init=False)
    _sentence: str | None = field(default=None, init=False)

    def report(self, done: int, total: int | None, sentence: str | None) -> None:
        """See `Work.progress`."""
        now = time.monotonic()
        news = (sentence is not None and sentence != self._sentence) or (total is not None and done >= total)
        if self.ending is None and (news or now - self._told_at >= EVERY_S):
            self._told_at, self._sentence = now, sentence or self._sentence
            most = total if total is None else max(done, total)
            values = {"done": done, "total": most, "sentence": sentence}
            with self.session() as session:
                self._hear(session.execute(_REPORT, {"id": self.job_id, "attempt": self.attempt, **values}).first())
        if self.ending is not None:
            raise self.ending

    def wanted_to_end(self) -> bool:
        """Asks whether the run should end, for the thread beside it. A database that does not answer says no."""
        if self.ending is None:
            try:
                with self.session() as session:
                    self._hear(session.execute(_ASK, {"id": self.job_id, "attempt": self.attempt}).first())
            except Exception:
                return False
        return self.ending is not None

    def _hear(self, row: Any) -> None:
        if row is None:
            self.ending = Superseded()
        elif row.cancel_requested:
            self.ending = Cancelled()
        elif self.stopping():
            self.ending = Stopped()


def no_longer_active() -> RegisterError:
    """The person who started the job has no account any more."""
    return RegisterError("Das Konto, mit dem der Vorgang gestartet wurde, ist nicht mehr aktiv.")


def as_json(result: dict[str, Any]) -> str:
    """A result as JSON: days as ISO text, decimals as numbers."""
    return json.dumps(result, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    return str(value)
