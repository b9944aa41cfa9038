"""A database whose transactions are real, with kinds of jobs made for tests."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from geo.accounts.model import AccountMembership
from geo.core.access import SYSTEM, Action, Actor, Membership, Role
from geo.core.db import Database
from geo.core.history import perform
from geo.jobs import service
from tests import factories
from tests.conftest import register_apart
from tests.geo.jobs import sample_kinds  # noqa: F401  (registers them)
from tests.geo.jobs.workers import starting

NAME = "jobs_test"


@dataclass
class Queue:
    """The database, the town, and the editor who starts jobs in it."""

    database: Database
    towns: factories.Towns
    editor: Actor

    def start(self, kind, arguments=None, *, actor=None, action=Action.VACANCY_EDIT, town=True, **further):
        """Queue a job and commit; its number."""
        where = self.towns.own if town else None
        person = actor or self.editor
        with self.database.staff(person, where) as session:
            job = service.start(session, person, kind, where, arguments or {}, action=action, **further)
            session.commit()
            return job.id

    def job(self, job_id):
        """The job as it is now."""
        with self.database.owner() as session:
            return session.execute(text("SELECT * FROM register.jobs WHERE id = :id"), {"id": job_id}).one()

    def queued(self, job_id):
        """The state of the job's place in the queue."""
        asked = text(
            "SELECT q.status::text FROM jobs.procrastinate_jobs q JOIN register.jobs j ON j.queue_id = q.id"
            " WHERE j.id = :id"
        )
        with self.database.owner() as session:
            return session.scalar(asked, {"id": job_id})

    def places(self, note):
        """How many places carry this note as their street: what a test's job writes."""
        with self.database.owner() as session:
            return session.scalar(text("SELECT count(*) FROM register.places WHERE street = :note"), {"note": note})

    def sql(self, statement, **values):
        with self.database.owner() as session:
            session.execute(text(statement), values)
            session.commit()


@pytest.fixture(scope="module")
def queue(cluster, database) -> Iterator[Queue]:
    with register_apart(cluster, NAME) as own:
        with own.owner() as session:
            with perform(session, SYSTEM, Action.SYSTEM_SETUP):
                person = factories.account(session, "Erna Editor")
                towns = factories.towns(session)
                session.add(AccountMembership(account_id=person.id, role="editor", municipality_id=towns.own))
            session.commit()
            editor = Actor(person.id, person.name, (Membership(Role.EDITOR, towns.own),), "anfrage-1")
        yield Queue(own, towns, editor)


@pytest.fixture
def worker(cluster, tmp_path):
    """`worker()` starts one; all are gone at the end."""
    with starting([cluster.url(role, NAME) for role in ("reg_owner", "reg_public", "reg_staff")], tmp_path) as start:
        yield start
