"""What an end of a run means: what becomes of the job, and the sentence that the person reads.

A sentence tells nothing of the inside: an error that nobody foresaw gets a mark that stands in the log as well.
"""

import logging
import traceback
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from geo.core.errors import RegisterError
from geo.jobs.codes import JobState
from geo.jobs.kinds import Cancelled

# Serialization failure, deadlock, lock not to be had, server going down; lost connections begin with 08.
_PASSING = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300", "08")
# After the first, the second, ... interruption.
AGAIN_AFTER_S = (2, 20, 60)

UNEXPECTED = "Der Vorgang ist an einem Fehler gescheitert, der vermerkt ist (Kennung {mark}). Geändert wurde nichts."
NO_ROOM = "Auf dem Server ist nicht genug Platz für die Ergebnisdatei."
COLLISION = "Das verträgt sich nicht mit dem, was schon im Register steht. Geändert wurde nichts."
LATER = "Die Datenbank war gerade nicht erreichbar oder beschäftigt. Der Vorgang wird gleich noch einmal versucht."
TOO_OFTEN = "Die Datenbank war mehrmals nicht erreichbar oder beschäftigt. Bitte den Vorgang später neu starten."
INTERRUPTED = "Der Vorgang wurde unterbrochen und beginnt gleich von vorn."


class Stopped(Exception):
    """The worker is to end; the job goes back into the queue as it was."""


class Superseded(Exception):
    """Another worker has taken the job up: whatever this one did is not kept."""


@dataclass(frozen=True)
class Ending:
    """`state` None: not ours to say. `counts`: as one of the few interruptions that a job may have."""

    state: JobState | None
    sentence: str = ""
    rule: str | None = None
    counts: bool = False
    level: int = logging.INFO
    details: dict[str, Any] = field(default_factory=dict)


def ending_of(problem: Exception, may_try_again: bool, mark: str) -> Ending:
    """What becomes of a job whose run raised `problem`."""
    if isinstance(problem, Superseded):
        return Ending(None)
    if isinstance(problem, Cancelled):
        return Ending(JobState.CANCELLED, "Der Vorgang wurde abgebrochen. Geändert wurde nichts.")
    if isinstance(problem, Stopped):
        return Ending(JobState.WAITING, INTERRUPTED)
    if isinstance(problem, RegisterError):
        return Ending(JobState.FAILED, str(problem))
    if _passes(problem):
        if may_try_again:
            return Ending(JobState.WAITING, LATER, counts=True, level=logging.WARNING, details=_details(problem))
        return Ending(JobState.FAILED, TOO_OFTEN, level=logging.ERROR, details=_details(problem))
    if isinstance(problem, DBAPIError) and _state(problem).startswith("23"):
        rule = getattr(getattr(problem.orig, "diag", None), "constraint_name", None)
        return Ending(JobState.FAILED, COLLISION, rule=rule, level=logging.WARNING, details=_details(problem))
    if isinstance(problem, OSError) and problem.errno in {28, 122}:  # no space, quota
        return Ending(JobState.FAILED, NO_ROOM, level=logging.ERROR, details=_details(problem))
    sentence = UNEXPECTED.format(mark=mark)
    return Ending(JobState.FAILED, sentence, level=logging.ERROR, details=_details(problem))


def _passes(problem: Exception) -> bool:
    if isinstance(problem, PoolTimeout):
        return True
    if not isinstance(problem, DBAPIError):
        return False
    state = _state(problem)
    return state.startswith(_PASSING) or (isinstance(problem, OperationalError) and not state)


def _state(problem: DBAPIError) -> str:
    return getattr(problem.orig, "sqlstate", None) or ""


def _details(problem: Exception) -> dict[str, Any]:
    """For the log: the kind of the error and where it rose, never its text, which may hold what somebody typed."""
    inner = problem.orig if isinstance(problem, DBAPIError) and problem.orig else problem
    frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(problem.__traceback__)]
    rule = getattr(getattr(inner, "diag", None), "constraint_name", None)
    known = {"error": type(inner).__name__, "sqlstate": getattr(inner, "sqlstate", None), "rule": rule}
    return {**{name: value for name, value in known.items() if value}, "where": frames[-6:]}
