"""Neighbours answer without a name; the town reads before anybody else does."""

from datetime import date

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.trees.visits import queries as visits
from geo.trees.visits.feedback import queries, service
from geo.trees.visits.feedback.schemas import FeedbackInput, parse_feedback
from tests import factories
from tests.geo.trees.rows import SUMMER
from tests.geo.trees.visits.rows import visit, with_trees

IN_MAY = date(2026, 5, 20)
GOOD = FeedbackInput("GUT", "JA", "So schön.")


def send(avenue, one, data=GOOD, day=IN_MAY, key=None):
    service.send(avenue.session, one.id, data, request_id="r", form_key=key, day=day)


@pytest.fixture
def one(avenue):
    made = with_trees(avenue, ["B 1"])
    avenue.publish()
    return made


def test_answer_is_taken_while_the_trees_are_there_and_two_months_after(avenue, one):
    for day in (date(2026, 5, 4), date(2026, 8, 6)):
        send(avenue, one, day=day)
    for day in (date(2026, 5, 3), date(2026, 8, 7)):
        with pytest.raises(Invalid):
            send(avenue, one, day=day)


def test_draft_and_what_is_not_there_are_not_asked_about(avenue, one):
    hidden = visit(avenue, during=SUMMER, schedule=avenue.plan())
    for visit_id in (hidden.id, 999_999):
        with pytest.raises(NotFound):
            service.send(avenue.session, visit_id, GOOD, request_id="r", form_key=None, day=IN_MAY)


def test_same_form_twice_is_one_answer(avenue, one):
    send(avenue, one, key="k" * 20)
    send(avenue, one, key="k" * 20)
    assert len(queries.of_visit(avenue.session, SYSTEM, visits.get_visit(avenue.session, SYSTEM, one.id))) == 1


def test_public_reads_what_was_released_and_nothing_else(db, avenue, towns, one):
    send(avenue, one)
    send(avenue, one, FeedbackInput("GESTOERT", "NEIN", "Pfui"))
    with db.public() as session:
        assert queries.released(session, one.id) == []
    row = visits.get_visit(avenue.session, SYSTEM, one.id)
    bad, good = queries.of_visit(avenue.session, SYSTEM, row)
    editor = factories.actor(db, "editor", towns.own)
    service.moderate(avenue.session, editor, row, good.id, good.version, "FREIGEGEBEN")
    service.moderate(avenue.session, editor, row, bad.id, bad.version, "ABGELEHNT")
    avenue.session.flush()
    with db.public() as session:
        assert [(said.mood, said.words) for said in queries.released(session, one.id)] == [("GUT", "So schön.")]
    counts = queries.counted(queries.of_visit(avenue.session, SYSTEM, row))
    assert (counts.total, counts.good, counts.bothered, counts.plant_yes, counts.new) == (1, 1, 0, 1, 0)


def test_only_the_own_town_reads_and_moderates(db, avenue, towns, one):
    send(avenue, one)
    row = visits.get_visit(avenue.session, SYSTEM, one.id)
    (answer,) = queries.of_visit(avenue.session, SYSTEM, row)
    assert queries.of_visit(avenue.session, factories.actor(db, "manager", towns.foreign), row) == []
    for role in ("viewer", "planner"):
        with pytest.raises(NotPermitted):
            who = factories.actor(db, role, towns.own)
            service.moderate(avenue.session, who, row, answer.id, answer.version, "FREIGEGEBEN")
    with pytest.raises(Conflict):
        service.moderate(avenue.session, SYSTEM, row, answer.id, 9, "FREIGEGEBEN")
    with pytest.raises(NotFound):
        service.moderate(avenue.session, SYSTEM, row, 999_999, 1, "FREIGEGEBEN")
    with db.staff(SYSTEM, towns.foreign) as session:
        assert session.scalar(text("SELECT count(*) FROM register.visit_feedback")) == 0


def test_form_asks_for_both_answers():
    with pytest.raises(Invalid) as caught:
        parse_feedback({"mood": "SUPER", "words": "x" * 1001})
    assert caught.value.fields == {
        "mood": "Bitte eine Antwort wählen.",
        "plant": "Bitte eine Antwort wählen.",
        "words": "Der Text ist zu lang.",
    }
