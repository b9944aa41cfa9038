"""What people do with jobs: start one, and cancel it."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.jobs import queries, queue
from geo.jobs.codes import JobState
from geo.jobs.kinds import KINDS
from geo.jobs.model import Job


def start(
    session: Session,
    actor: Actor,
    kind: str,
    municipality_id: int | None,
    arguments: dict[str, Any],
    *,
    action: Action,
    title: str | None = None,
    origin: str | None = None,
) -> Job:
    """Queue a run of `kind`, in the session's transaction.

    `action` is what the caller does by it: asked of the actor now and again when it runs, and of whoever wants to see
    the job or its result. `arguments` is JSON; `origin` the address of the page that the job's page leads back to.
    """
    known = KINDS[kind]
    with perform(session, actor, action, municipality_id):
        job = Job(
            municipality_id=municipality_id,
            kind=kind,
            action=str(action),
            title=title or known.title,
            origin=origin,
            arguments=arguments,
            request_id=actor.request_id,
            started_by=actor.account_id,
        )
        session.add(job)
        session.flush()
        lock = f"{kind} {municipality_id or ''}" if known.alone else None
        job.queue_id = queue.put(session, job.id, municipality_id, lock)
        session.flush()
        session.refresh(job)
    return job


def waiting(session: Session, kind: str, municipality_id: int | None) -> list[Job]:
    """The town's jobs of the kind that no worker has taken up, held as they are until the transaction ends.

    Whoever wants what such a job will do anyway need not start another; inside of a `perform`.
    """
    asked = select(Job).where(Job.kind == kind, Job.municipality_id == municipality_id, Job.state == JobState.WAITING)
    asked = asked.where(Job.cancel_requested.is_(False)).order_by(Job.id).with_for_update()
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def cancel(session: Session, actor: Actor, job_id: int) -> Job:
    """End a job that waits at once; ask one that runs to stop. Raises `Conflict` when it has ended."""
    job = queries.get(session, actor, job_id)
    with perform(session, actor, Action(job.action), job.municipality_id):
        # One statement a case, each on the state as it is now: a worker may take the job up at the same moment.
        mine = {"cancel_requested": True, "cancelled_by": actor.account_id}
        waiting = update(Job).where(Job.id == job_id, Job.state == JobState.WAITING)
        running = update(Job).where(Job.id == job_id, Job.ended_at.is_(None))
        ended = session.execute(waiting.values(**mine, state=JobState.CANCELLED, ended_at=func.now()))
        if ended.rowcount == 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
            if job.queue_id is not None:
                queue.withdraw(session, job.queue_id)
        elif session.execute(running.values(**mine)).rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict("Der Vorgang ist schon beendet.")
    session.refresh(job)
    return job
