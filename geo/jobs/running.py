"""Runs one job: what it writes and its own end are one transaction, so that neither is without the other.

The third place that commits. A worker that dies leaves nothing behind but a job that says it runs; whoever takes it up
again raises `attempt`, and the dead one, should it live after all, can then neither report nor commit.
"""

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from geo.accounts.queries import find_actor
from geo.core.access import SYSTEM, Action, Actor, require
from geo.core.db import Context, Database, set_context
from geo.jobs import reporting
from geo.jobs.files import Store
from geo.jobs.kinds import KINDS, Cancelled, Kind, Work
from geo.jobs.outcomes import AGAIN_AFTER_S, Ending, Superseded, ending_of

log = structlog.get_logger("jobs")

WATCH_S = 1.0

_BEGIN = text(
    """
    UPDATE register.jobs SET
        interruptions = interruptions + (state = 'LAEUFT')::integer,
        state = CASE WHEN cancel_requested THEN 'ABGEBROCHEN'
                     WHEN interruptions + (state = 'LAEUFT')::integer >= :most THEN 'GESCHEITERT' ELSE 'LAEUFT' END,
        ended_at = CASE WHEN cancel_requested OR interruptions + (state = 'LAEUFT')::integer >= :most THEN now() END,
        error = CASE WHEN NOT cancel_requested AND interruptions + (state = 'LAEUFT')::integer >= :most
                     THEN :interrupted END,
        attempt = attempt + 1, began_at = now(), progress_at = now(), done = 0, total = NULL, sentence = NULL
    WHERE id = :id AND state IN ('WARTET', 'LAEUFT')
    RETURNING *
    """
)
_FINISH = text(
    """
    UPDATE register.jobs SET
        state = 'FERTIG', ended_at = now(), progress_at = now(), done = coalesce(total, done), sentence = NULL,
        result = CAST(:result AS jsonb), result_file = :file, result_name = :name, result_media_type = :media_type,
        result_bytes = :bytes
    WHERE id = :id AND attempt = :attempt AND state = 'LAEUFT' AND NOT cancel_requested
    """
)
_END = text(
    """
    UPDATE register.jobs SET
        state = :state, ended_at = CASE WHEN :state <> 'WARTET' THEN now() END, progress_at = now(),
        sentence = :sentence, error = :error, error_rule = :rule, interruptions = interruptions + :interruptions
    WHERE id = :id AND attempt = :attempt AND state = 'LAEUFT'
    """
)
MOST_INTERRUPTIONS = 3
_INTERRUPTED = "Der Vorgang wurde dreimal unterbrochen und wird nicht noch einmal versucht."


def never() -> bool:
    """For a run that nobody stops."""
    return False


def run(
    database: Database,
    home: Path,
    job_id: int,
    municipality_id: int | None,
    *,
    stopping: Callable[[], bool] = never,
) -> int | None:
    """Run a job that waits (or whose worker died). The seconds after which to run it again; None when it has ended."""
    with committed(database.staff(None, municipality_id)) as session:
        row = _begin(session, job_id)
    if row is None:
        return None
    return _Run(database, Store(home / "jobs"), row, stopping).to_its_end()


def run_now(database: Database, job_id: int, home: Path, *, municipality_id: int | None = None) -> None:
    """Run a job on the spot, without the queue: reports go over the same transaction as the work.

    For tests, where all sessions share one connection. What the job keeps goes to the home's folder of jobs.
    """
    with database.owner() as session:
        town = session.scalar(text("SELECT municipality_id FROM register.jobs WHERE id = :id"), {"id": job_id})
    with committed(database.staff(None, municipality_id or town)) as session:
        row = _begin(session, job_id)
    if row is not None:
        _Run(database, Store(home / "jobs"), row, never, apart=False).to_its_end()


def _begin(session: Session, job_id: int) -> Row[Any] | None:
    """The job, now running; None when there is nothing (more) to run."""
    values = {"id": job_id, "most": MOST_INTERRUPTIONS, "interrupted": _INTERRUPTED}
    row = session.execute(_BEGIN, values).first()
    return row if row is not None and row.state == "LAEUFT" else None


@contextmanager
def committed(session: Session) -> Iterator[Session]:
    """A transaction of its own, kept when the block succeeds."""
    with session:
        yield session
        session.commit()


@dataclass
class _Run:
    """One attempt at a job."""

    database: Database
    store: Store
    row: Row[Any]
    stopping: Callable[[], bool]
    apart: bool = True

    def to_its_end(self) -> int | None:
        """Do the work, and write how it ended. See `run`."""
        folder = self.store.scratch()
        note = log.bind(job=self.row.id, kind=self.row.kind, attempt=self.row.attempt)
        note.info("job begins")
        try:
            self._work(folder)
        except Exception as problem:
            mark = uuid.uuid4().hex[:8]
            ending = ending_of(problem, self.row.interruptions + 1 < MOST_INTERRUPTIONS, mark)
            note.log(ending.level, "job stopped", state=ending.state, mark=mark, **ending.details)
            return self._end(ending)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        note.info("job done")
        return None

    def _end(self, ending: Ending) -> int | None:
        if ending.state is None:  # another worker has it
            return None
        again = ending.state == "WARTET"
        with committed(self.database.staff(None, self.row.municipality_id)) as session:
            session.execute(
                _END,
                {
                    "id": self.row.id,
                    "attempt": self.row.attempt,
                    "state": ending.state,
                    "sentence": ending.sentence if again else None,
                    "error": None if again else ending.sentence,
                    "rule": ending.rule,
                    "interruptions": int(ending.counts),
                },
            )
        if not again:
            return None
        return AGAIN_AFTER_S[self.row.interruptions] if ending.counts else 0

    def _work(self, folder: Path) -> None:
        job = self.row
        with self.database.staff(None, job.municipality_id) as session:
            actor = self._actor(session)
            known = KINDS[job.kind]
            set_context(session, Context(actor.account_id, actor.request_id, job.municipality_id))
            work = Work(
                job.id,
                session,
                self.database,
                actor,
                job.municipality_id,
                dict(job.arguments),
                folder,
                self.store,
                report=lambda *_: None,
            )
            try:
                self._watched(work, known)
                session.commit()
            except BaseException:
                session.rollback()
                if work.kept is not None:
                    self.store.remove(work.kept.file)
                raise

    def _actor(self, session: Session) -> Actor:
        """Who started it, with the roles of today; asked again whether they may."""
        job = self.row
        if job.started_by is None:
            return SYSTEM
        actor = find_actor(session, job.started_by, job.request_id or f"job-{job.id}")
        if actor is None:
            raise reporting.no_longer_active()
        require(actor, Action(job.action), job.municipality_id)
        return actor

    def _watched(self, work: Work, known: Kind) -> None:
        """Run it while a thread looks for the wish to end it, so that a long statement is broken off too."""
        job, session = self.row, work.session
        reporter = reporting.Reporter(job.id, job.attempt, self._report_session(session), self.stopping)
        work.report = reporter.report
        if not self.apart:
            _finish(work, job.attempt, known.run(work))
            return
        connection = session.connection().connection.driver_connection
        over = threading.Event()

        def watch() -> None:
            while not over.wait(WATCH_S):
                if reporter.wanted_to_end():
                    connection.cancel_safe(timeout=5)  # type: ignore[union-attr]  # psycopg's connection

        watcher = threading.Thread(target=watch, name=f"watch job {job.id}", daemon=True)
        watcher.start()
        try:
            result = known.run(work)
        except DBAPIError as problem:
            if reporter.ending is not None:  # the statement was broken off for that
                raise reporter.ending from problem
            raise
        finally:
            over.set()
            watcher.join()
        _finish(work, job.attempt, result)

    def _report_session(self, session: Session) -> Callable[[], Any]:
        if self.apart:
            return lambda: committed(self.database.staff(None, self.row.municipality_id))

        @contextmanager
        def same() -> Iterator[Session]:
            yield session

        return same


def _finish(work: Work, attempt: int, result: dict[str, Any]) -> None:
    """Write the end into the work's own transaction. Raises `Cancelled` or `Superseded` instead of a second end."""
    work.session.flush()
    set_context(work.session, Context(work.actor.account_id, work.actor.request_id, work.municipality_id))
    kept = work.kept
    done = work.session.execute(
        _FINISH,
        {
            "id": work.job_id,
            "attempt": attempt,
            "result": reporting.as_json(result),
            "file": kept and kept.file,
            "name": kept and kept.name,
            "media_type": kept and kept.media_type,
            "bytes": kept and kept.bytes,
        },
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        asked = text("SELECT cancel_requested FROM register.jobs WHERE id = :id AND attempt = :attempt")
        mine = work.session.scalar(asked, {"id": work.job_id, "attempt": attempt})
        raise Cancelled if mine else Superseded
