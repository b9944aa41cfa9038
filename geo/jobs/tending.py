"""What a worker does beside working: takes up jobs whose worker died, and throws away what was kept long enough."""

from collections.abc import Iterable

import structlog
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.jobs.files import KEEP_DAYS, Store
from geo.jobs.outcomes import INTERRUPTED

log = structlog.get_logger("jobs")

DEAD_AFTER_S = 30

# A dead worker's jobs, and those whose end could not be written; locked so that of several workers one takes each up.
_LEFT = text(
    """
    SELECT q.id AS queue_id, (q.args ->> 'job_id')::integer AS job_id
    FROM jobs.procrastinate_jobs q LEFT JOIN jobs.procrastinate_workers w ON w.id = q.worker_id
    WHERE (q.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => :seconds)))
       OR (q.status = 'failed' AND EXISTS (
           SELECT FROM register.jobs j WHERE j.queue_id = q.id AND j.ended_at IS NULL
           AND j.progress_at < now() - make_interval(secs => :seconds)))
    FOR UPDATE OF q SKIP LOCKED
    """
)
_AGAIN = text("SELECT jobs.procrastinate_retry_job_v2(:queue_id, now(), NULL, NULL, NULL)")
_SAY = text(
    "UPDATE register.jobs SET sentence = :sentence WHERE id = :job_id AND state = 'LAEUFT' RETURNING municipality_id"
)
# A job that the queue does not know any more would wait for ever.
_LOST = text(
    """
    UPDATE register.jobs j SET state = 'GESCHEITERT', ended_at = now(), sentence = NULL,
        error = 'Der Vorgang ist aus der Warteschlange verschwunden. Bitte noch einmal starten.'
    WHERE j.ended_at IS NULL AND j.created_at < now() - interval '1 minute'
      AND coalesce(j.progress_at, j.created_at) < now() - interval '1 minute'
      AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs q WHERE q.id = j.queue_id AND q.status IN ('todo', 'doing'))
    RETURNING j.id
    """
)
_EXPIRED = text(
    """
    WITH old AS (
        SELECT id, result_file FROM register.jobs
        WHERE result_file IS NOT NULL AND ended_at < now() - make_interval(days => :days) FOR UPDATE
    )
    UPDATE register.jobs j SET result_file = NULL FROM old WHERE j.id = old.id RETURNING old.result_file
    """
)
_OLD_ENTRIES = text(
    """
    DELETE FROM jobs.procrastinate_jobs q WHERE q.status NOT IN ('todo', 'doing') AND NOT EXISTS (
        SELECT FROM jobs.procrastinate_events e WHERE e.job_id = q.id AND e.at > now() - make_interval(days => :days))
    """
)


def take_up(session: Session, dead_after_s: float = DEAD_AFTER_S) -> list[int]:
    """Puts the jobs of dead workers back into the queue; their numbers. Needs a session that sees all towns."""
    left = list(session.execute(_LEFT, {"seconds": dead_after_s}))
    for row in left:
        session.execute(_SAY, {"job_id": row.job_id, "sentence": INTERRUPTED})
        session.execute(_AGAIN, {"queue_id": row.queue_id})
    lost = [row.id for row in session.execute(_LOST)]
    if left or lost:
        log.warning("jobs taken up", again=_numbers(left), lost=lost)
    return [row.job_id for row in left]


def _numbers(rows: Iterable[Row]) -> list[int]:
    return [row.job_id for row in rows]


def forget(session: Session, days: int = KEEP_DAYS) -> list[str]:
    """Takes results older than `days` from their jobs; the files to be removed when that is committed."""
    session.execute(_OLD_ENTRIES, {"days": days})
    return [row.result_file for row in session.execute(_EXPIRED, {"days": days})]


def sweep(session: Session, store: Store) -> int:
    """Removes files that no job names; says how many."""
    known = session.scalars(text("SELECT result_file FROM register.jobs WHERE result_file IS NOT NULL"))
    return store.sweep(set(known))
