"""Reads: the jobs of a town (or of the alliance) that a person may see."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.core.access import Action, Actor, may
from geo.core.errors import NotFound
from geo.jobs.model import Job

LISTED = 100


def get(session: Session, actor: Actor, job_id: int) -> Job:
    """A job of the session's town whose action the person may do. Raises `NotFound`, also for any other."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None or not sees(actor, job):
        raise NotFound("Der Vorgang", job_id)
    return job


def newest(session: Session, actor: Actor, limit: int = LISTED) -> list[Job]:
    """The newest jobs of the session's town that the person may see, newest first."""
    actions = [str(action) for action in Action]
    found = session.scalars(select(Job).where(Job.action.in_(actions)).order_by(Job.id.desc()).limit(limit))
    return [job for job in found if sees(actor, job)]


def sees(actor: Actor, job: Job) -> bool:
    """Whether the person may do, in the job's town, what the job was started with."""
    return job.action in set(Action) and may(actor, Action(job.action), job.municipality_id)


def people(session: Session, jobs: list[Job]) -> dict[int, str]:
    """The names of those who started or ended these jobs, by account."""
    ids = {person for job in jobs for person in (job.started_by, job.cancelled_by) if person is not None}
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in found}
