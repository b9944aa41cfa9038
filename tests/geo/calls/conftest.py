"""A call around the real now, its people, and time that passes by moving the call as the register's owner."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from geo.accounts.model import AccountMembership
from geo.calls import service
from geo.calls.applying import queries as applications
from geo.calls.applying import service as applying
from geo.calls.applying.schemas import parse_application
from geo.calls.judging import service as judging
from geo.calls.judging.schemas import MarkInput
from geo.calls.queries import criteria, questions
from geo.calls.schemas import CallInput, CriterionInput, QuestionInput
from geo.core.access import SYSTEM, Action, Actor, Membership, Role
from geo.core.history import perform
from tests import factories
from tests.geo.pilots.conftest import a_project

NEEDED = {
    "title": "Bank am Markt",
    "summary": "Eine Bank, ein Baum, ein Brunnen.",
    "need": "Der Markt ist leer.",
    "plan": "Im Frühjahr.",
    "upkeep": "Der Bauhof.",
    "cost_eur": "12.000",
    "own_share_eur": "2.000",
    "street": "Markt",
    "longitude": "11.05",
    "latitude": "50.93",
    "contact_name": "Person Kontakt",
    "contact_email": "kontakt@beispiel.test",
}


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Contest:
    """A published call with its people; `db` is the test's database."""

    db: Any
    id: int
    towns: factories.Towns
    office: Actor
    editor: Actor
    manager: Actor
    foreign: Actor
    jury: list[Actor]

    def version(self) -> int:
        with self.db.owner() as session:
            return session.scalar(text("SELECT version FROM register.calls WHERE id = :id"), {"id": self.id})

    def move(self, *, opens: timedelta, closes: timedelta) -> None:
        """Time passes: the call begins and ends so long from now. Only the register's owner can do this."""
        moved = text("UPDATE register.calls SET opens_at = :o, closes_at = :c, version = version + 1 WHERE id = :id")
        with self.db.owner() as session:
            with perform(session, SYSTEM, Action.SAMPLE_LOAD):
                session.execute(moved, {"o": now() + opens, "c": now() + closes, "id": self.id})
            session.commit()

    def close(self) -> None:
        self.move(opens=timedelta(days=-9), closes=timedelta(seconds=-1))

    def parsed(self, **values: Any) -> Any:
        with self.db.staff(self.editor) as session:
            asked = questions(session, self.id)
        answers = {f"answer-{one.id}": "Ja." for one in asked}
        return parse_application({**NEEDED, **answers, **values}, asked)

    def apply(self, actor: Actor, town: int, **values: Any) -> int:
        """A draft with everything in it; its id."""
        with self.db.staff(actor, town) as session:
            made = applying.begin(session, actor, self.id, town, now())
            applying.save(session, actor, self.id, town, made.version, self.parsed(**values), now())
            session.commit()
            return made.id

    def hand_in(self, actor: Actor, town: int) -> None:
        with self.db.staff(actor, town) as session:
            found = applications.own(session, actor, self.id, town).application
            applying.hand_in(session, actor, self.id, town, found.version, now())
            session.commit()

    def marks(self, *points: int) -> list[MarkInput]:
        with self.db.staff(self.office) as session:
            return [
                MarkInput(one.id, given, "Weil.") for one, given in zip(criteria(session, self.id), points, strict=True)
            ]

    def review(self, actor: Actor, application: int, *points: int) -> None:
        with self.db.staff(actor) as session:
            judging.hand_in(session, actor, application, 0, self.marks(*points), now())
            session.commit()


def add_role(db: Any, actor: Actor, role: str, town: int | None = None) -> Actor:
    """The actor with one more role."""
    with db.staff(SYSTEM) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, town):
            session.add(AccountMembership(account_id=actor.account_id, role=role, municipality_id=town))
        session.commit()
    return Actor(actor.account_id, actor.name, (*actor.memberships, Membership(Role(role), town)), actor.request_id)


@pytest.fixture
def contest(db, towns):
    """Open since an hour, for another hour; two criteria (weights 3 and 1), one question, two reviewers."""
    with db.owner() as session:
        project = a_project(session).id
        session.commit()
    office = factories.actor(db, "office")
    people = [factories.actor(db, "editor", towns.own), factories.actor(db, "manager", towns.own)]
    foreign = factories.actor(db, "manager", towns.foreign)
    jury = [factories.actor(db, "reviewer"), factories.actor(db, "reviewer")]
    with db.staff(office) as session:
        given = CallInput(
            "Aufruf", "Worum es geht.", now() - timedelta(hours=1), now() + timedelta(hours=1), pilot_project_id=project
        )
        call = service.create(session, office, given)
        service.set_criteria(
            session,
            office,
            call.id,
            call.version,
            [CriterionInput("Übertragbarkeit", 3), CriterionInput("Neu", 1)],
            now(),
        )
        service.set_questions(
            session, office, call.id, call.version, [QuestionInput("Ist der Ort barrierefrei?")], now()
        )
        service.publish(session, office, call.id, call.version, now())
        for one in jury:
            service.appoint(session, office, call.id, one.account_id, now())
        session.commit()
    return Contest(db, call.id, towns, office, *people, foreign, jury)


@pytest.fixture
def closed(contest):
    """Both towns have handed in, and the call is closed; with the ids of the two applications."""
    contest.apply(contest.editor, contest.towns.own)
    contest.hand_in(contest.manager, contest.towns.own)
    contest.apply(contest.foreign, contest.towns.foreign, longitude="11.25")
    contest.hand_in(contest.foreign, contest.towns.foreign)
    contest.close()
    with contest.db.owner() as session:
        rows = session.execute(text("SELECT municipality_id, id FROM register.call_applications")).all()
    contest.ids = dict(map(tuple, rows))
    contest.own, contest.other = contest.ids[contest.towns.own], contest.ids[contest.towns.foreign]
    return contest
