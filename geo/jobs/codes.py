"""The states of a job, and their words."""

from enum import StrEnum


class JobState(StrEnum):
    """What became of a job so far. `WARTET` and `LAEUFT` are open, the rest is the end."""

    WAITING = "WARTET"
    RUNNING = "LAEUFT"
    DONE = "FERTIG"
    FAILED = "GESCHEITERT"
    CANCELLED = "ABGEBROCHEN"


JOB_STATES = {
    JobState.WAITING: ("Wartet", "Waiting"),
    JobState.RUNNING: ("Läuft", "Running"),
    JobState.DONE: ("Fertig", "Done"),
    JobState.FAILED: ("Gescheitert", "Failed"),
    JobState.CANCELLED: ("Abgebrochen", "Cancelled"),
}
OPEN = frozenset({JobState.WAITING, JobState.RUNNING})
