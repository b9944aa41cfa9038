"""The queue: procrastinate, which keeps it in the schema `jobs` of the register's own database.

A job is queued on the connection of the caller's session, so that its row and its place in the queue are one
transaction: neither is without the other. The queue's arguments are numbers; what a job is about stands in its row.
"""

import procrastinate
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text
from sqlalchemy.orm import Session

QUEUE = "jobs"
TASK = "jobs.run"
PATH = "jobs, pg_catalog"


class RunAgain(Exception):
    """The run came to no end and is to be repeated after `seconds`."""

    def __init__(self, seconds: int):
        self.seconds = seconds
        super().__init__(f"again in {seconds} s")


class Again(BaseRetryStrategy):
    """A run is repeated when it says so itself, and then as late as it says."""

    def get_retry_decision(self, *, exception: BaseException, job: procrastinate.jobs.Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": exception.seconds}) if isinstance(exception, RunAgain) else None


# Never opened: every statement goes over a session's own connection.
_QUEUE = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def put(session: Session, job_id: int, municipality_id: int | None, lock: str | None) -> int:
    """Queue the job in the session's transaction; the queue's own number for it. Jobs of one lock run one by one."""
    with _Path(session):
        deferrer = _QUEUE.configure_task(
            TASK, allow_unknown=True, queue=QUEUE, lock=lock, connection=_driver_connection(session)
        )
        return deferrer.defer(job_id=job_id, municipality_id=municipality_id)


def withdraw(session: Session, queue_id: int) -> None:
    """Take a job that waits out of the queue, in the session's transaction; one that runs is left to its worker."""
    with _Path(session):
        _QUEUE.job_manager.cancel_job_by_id(queue_id, connection=_driver_connection(session))


def _driver_connection(session: Session) -> object:
    return session.connection().connection.driver_connection


class _Path:
    """The package's statements name their tables without a schema."""

    def __init__(self, session: Session):
        self.session = session

    def __enter__(self) -> None:
        self.usual = self.session.scalar(text("SELECT current_setting('search_path')"))
        self._set(PATH)

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:  # else the transaction is to be rolled back, and the path with it
            self._set(self.usual)

    def _set(self, path: str | None) -> None:
        self.session.execute(text("SELECT set_config('search_path', :path, true)"), {"path": path})
