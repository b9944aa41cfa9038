"""Two people book the same place at the same moment, over two real connections: one gets it, the other a sentence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.trees import service
from geo.trees.model import Stay
from geo.trees.schemas import StayInput
from geo.trees.wording import period
from tests import factories
from tests.conftest import register_apart
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY, TODAY
from tests.geo.trees.visits import race
from webapp.errors import constraint_sentence

NAME = "race_of_trees"
ROUNDS = 4
_numbers = count(1)


@pytest.fixture(scope="module")
def apart(cluster, database):
    """A database of its own, to which is really committed."""
    with register_apart(cluster, NAME) as built:
        yield built


@pytest.fixture
def stage(apart):
    """A fresh fleet with a stop for two trees, one of whose places is taken."""
    with apart.owner() as session:
        town = factories.towns(session).own
    with apart.staff(SYSTEM, town) as session:
        avenue = rows.avenue(session, town, f"Allee {next(_numbers)}")
        avenue.put("L 1", avenue.market, MAY)
        session.commit()
        yield avenue


def together(*tasks):
    """Run the tasks at the same moment and return what each returned or raised."""
    gate = threading.Barrier(len(tasks))

    def run(task):
        gate.wait(timeout=120)
        try:
            return task()
        except (Conflict, DBAPIError) as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def booking(database, avenue, label, number, during=MAY):
    tree_id, town = avenue.trees[label].id, avenue.town

    def book():
        data = StayInput(avenue.schedule.id, avenue.market.id, (tree_id,), during)
        with database.staff(replace(SYSTEM, request_id=f"r{number}"), town) as session:
            made = service.add_stays(session, SYSTEM, data, today=TODAY)
            session.commit()
            return made[0].slot

    return book


def test_last_place_goes_to_one_and_the_other_hears_who_stands_there(apart, stage):
    results = together(booking(apart, stage, "B 1", 1), booking(apart, stage, "B 2", 2))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    refused = next(result for result in results if isinstance(result, Conflict))
    assert "kein Platz von 2 frei" in str(refused) and "Baum B " in str(refused)


def test_same_slot_without_the_service_is_stopped_by_the_database(apart, stage):
    def insert(label, number):
        tree_id = stage.trees[label].id

        def write():
            with apart.staff(replace(SYSTEM, request_id=f"w{number}"), stage.town) as session:
                with perform(session, SYSTEM, Action.STAY_EDIT, stage.town):
                    session.add(
                        Stay(
                            schedule_id=stage.schedule.id,
                            tree_id=tree_id,
                            stop_id=stage.market.id,
                            municipality_id=stage.town,
                            slot=2,
                            during=MAY,
                        )
                    )
                session.commit()
                return "stored"

        return write

    results = together(insert("B 1", 1), insert("B 2", 2))
    assert results.count("stored") == 1
    refused = next(result for result in results if result != "stored")
    status, sentence = constraint_sentence(refused)
    assert status == 409 and sentence in {
        "Der Standplatz ist in dieser Zeit schon belegt.",
        "Zwei Änderungen trafen zusammen. Bitte noch einmal versuchen.",
    }


def test_many_at_once_never_overfill_the_stop(apart, stage):
    for number in range(ROUNDS):
        week = period(date(2026, 8, 3 + 7 * number), date(2026, 8, 9 + 7 * number))
        results = together(*(booking(apart, stage, label, number, week) for label in ("B 1", "B 2", "B 3")))
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "int", "int"]
    with apart.owner() as session:
        stays = session.execute(
            text("SELECT lower(during), count(*) FROM register.stays WHERE stop_id = :stop GROUP BY 1"),
            {"stop": stage.market.id},
        ).all()
    assert sorted(count for _, count in stays) == [1] + ROUNDS * [2]


def test_planners_at_once_leave_a_table_in_which_every_promise_holds(apart):
    seen = race.run(apart, race.stage(apart), planners=5, tries=150)
    assert seen.broken == []
    assert race.what_is_broken(apart) == {}
    assert seen.done["add"] >= 5 and seen.done["move"] >= 5 and sum(seen.refused.values()) >= 10
