"""A call that is called off: a state of its own, in which nothing is written, until the office takes it back in time."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.calls import public, queries, service
from geo.calls.applying import queries as applications
from geo.calls.applying import retention
from geo.calls.applying import service as applying
from geo.calls.judging import queries as judging_queries
from geo.calls.judging import service as judging
from geo.calls.judging.schemas import DecisionInput
from geo.calls.model import Contact
from geo.calls.schemas import CallInput, CallOffInput, CriterionInput, ExtensionInput
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, NotFound, NotPermitted
from geo.core.history import perform
from tests.geo.calls.conftest import now

WHY = "Die Förderung ist weggefallen."


def call_off(contest, reason=WHY):
    with contest.db.staff(contest.office) as session:
        service.call_off(
            session, contest.office, contest.id, contest.version(), CallOffInput(reason, "No money."), now()
        )
        session.commit()


def resume(contest, at=timedelta()):
    with contest.db.staff(contest.office) as session:
        service.resume(session, contest.office, contest.id, contest.version(), now() + at)
        session.commit()


def the_phase(contest):
    with contest.db.public() as session:
        return public.call(session, contest.id, now())


def rule(refused):
    return refused.value.orig.diag.constraint_name


def test_it_is_neither_closed_nor_decided_and_everybody_reads_why(contest):
    call_off(contest)
    found = the_phase(contest)
    assert found.phase == "ABGESAGT" and found.in_language("called_off_reason", "de") == (WHY, "de")
    assert found.in_language("called_off_reason", "en") == ("No money.", "en")
    contest.close()
    assert the_phase(contest).phase == "ABGESAGT", "its end passes, and it stays called off"
    with contest.db.staff(contest.manager, contest.towns.own) as session:
        [row] = queries.calls(session, contest.manager, contest.towns.own)
        assert row.called_off_reason == WHY


def test_only_the_office_calls_off_and_only_what_is_published_and_undecided(contest, closed):
    with contest.db.staff(contest.manager, contest.towns.own) as session, pytest.raises(NotPermitted):
        service.call_off(session, contest.manager, contest.id, contest.version(), CallOffInput(WHY), now())
    with contest.db.staff(contest.office) as session:
        given = CallInput("Entwurf", "Text.", now(), now() + timedelta(hours=1))
        draft = service.create(session, contest.office, given)
        with pytest.raises(Conflict, match="veröffentlichter Aufruf"):
            service.call_off(session, contest.office, draft.id, draft.version, CallOffInput(WHY), now())
    for application in (closed.own, closed.other):
        with closed.db.staff(closed.office) as session:
            judging.decide(session, closed.office, application, DecisionInput("ABGELEHNT", "Nein.", 0, True), now())
            session.commit()
    with closed.db.staff(closed.office) as session:
        service.announce(session, closed.office, closed.id, closed.version(), now())
        session.commit()
    with pytest.raises(Conflict, match="noch nicht entschieden"):
        call_off(closed)
    with closed.db.staff(closed.office) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, closed.office, Action.CALL_EDIT):
            session.execute(
                text(
                    "UPDATE register.calls SET called_off_at = now(), called_off_reason = 'Doch', version = version + 1"
                    " WHERE id = :id"
                ),
                {"id": closed.id},
            )
    assert rule(refused) == "calls_called_off"


def test_no_town_saves_or_hands_in_afterwards(contest):
    own = contest.towns.own
    contest.apply(contest.editor, own)
    call_off(contest)
    with contest.db.staff(contest.manager, own) as session:
        found = applications.own(session, contest.manager, contest.id, own).application
        asked = (session, contest.manager, contest.id, own, found.version)
        for act in (
            lambda: applying.save(*asked, contest.parsed(title="Neu"), now()),
            lambda: applying.hand_in(*asked, now()),
            lambda: applying.take_up(*asked, now()),
        ):
            with pytest.raises(Conflict, match="abgesagt"):
                act()
        assert applications.own(session, contest.manager, contest.id, own).values["title"] == "Bank am Markt"
    with contest.db.staff(contest.foreign, contest.towns.foreign) as session, pytest.raises(Conflict, match="abgesagt"):
        applying.begin(session, contest.foreign, contest.id, contest.towns.foreign, now())


def test_the_database_refuses_too(contest):
    """The clock of the call still says open: what holds is that it was called off."""
    own = contest.towns.own
    contest.apply(contest.editor, own)
    call_off(contest)
    until = now() + timedelta(days=1)
    values = {"call": contest.id, "town": own, "until": until, "who": contest.jury[0].account_id}
    for who, town, write in (
        (contest.manager, own, "UPDATE register.call_applications SET title = 'Spät', version = version + 1"),
        (
            contest.manager,
            own,
            "UPDATE register.call_applications SET state = 'EINGEREICHT', handed_in_at = now(), version = version + 1",
        ),
        (contest.manager, own, "UPDATE register.call_contacts SET name = 'Spät'"),
        (contest.manager, own, "DELETE FROM register.call_answers"),
        (
            contest.manager,
            own,
            "INSERT INTO register.call_attachments (application_id, call_id, municipality_id, title, file_name,"
            " media_type, size_bytes, sha256) SELECT id, call_id, municipality_id, 'Spät', 'a.pdf', 'application/pdf',"
            " 1, repeat('a', 64) FROM register.call_applications",
        ),
        (contest.office, None, "UPDATE register.call_criteria SET weight = 9"),
        (contest.office, None, "UPDATE register.call_reviewers SET released_at = now()"),
        (
            contest.office,
            None,
            "INSERT INTO register.call_extensions (call_id, closes_before, closes_after, reason)"
            " SELECT id, closes_at, :until, 'Länger' FROM register.calls WHERE id = :call",
        ),
        (contest.office, None, "UPDATE register.calls SET body = 'Anders', version = version + 1"),
        (contest.office, None, "UPDATE register.calls SET published_at = NULL, version = version + 1"),
        (contest.office, None, "UPDATE register.calls SET called_off_at = :until, version = version + 1"),
    ):
        with contest.db.staff(who, town) as session, pytest.raises(DBAPIError) as refused:
            with perform(session, who, Action.CALL_APPLY if town else Action.CALL_EDIT, town):
                session.execute(text(write), values)
        assert rule(refused) == "call_called_off", write


def test_a_write_that_ends_after_the_calling_off_is_refused(contest):
    """It began before: the database asks once more when the transaction ends."""
    own = contest.towns.own
    contest.apply(contest.editor, own)
    with contest.db.owner() as session, pytest.raises(DBAPIError) as refused:
        session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        with contest.db.staff(contest.manager, own) as writing:
            with perform(writing, contest.manager, Action.CALL_APPLY, own):
                writing.execute(text("UPDATE register.call_applications SET title = 'A', version = version + 1"))
            writing.commit()
        call_off(contest)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert rule(refused) == "call_called_off"


def test_nobody_reviews_or_decides_any_more(closed):
    closed.review(closed.jury[0], closed.own, 8, 8)
    call_off(closed)
    with closed.db.staff(closed.jury[1]) as session:
        assert judging_queries.to_do(session, closed.jury[1], closed.id) == []
        with pytest.raises(NotFound):
            judging.save_marks(session, closed.jury[1], closed.own, 0, closed.marks(1, 1), now())
    with closed.db.staff(closed.office) as session:
        with pytest.raises(Conflict, match="abgesagt"):
            data = DecisionInput("AUSGEWAEHLT", "Doch.", 0, True)
            judging.decide(session, closed.office, closed.own, data, now())
        with pytest.raises(Conflict, match="abgesagt"):
            service.announce(session, closed.office, closed.id, closed.version(), now())
        with pytest.raises(Conflict, match="abgesagt"):
            service.release(session, closed.office, closed.id, 1, now())
    for who, write in (
        (closed.jury[0], "UPDATE register.call_reviews SET state = 'BEFANGEN', conflict = 'x', version = version + 1"),
        (
            closed.office,
            "INSERT INTO register.call_decisions (application_id, call_id, municipality_id, number, outcome, reason)"
            " SELECT id, call_id, municipality_id, 1, 'AUSGEWAEHLT', 'Weil' FROM register.call_applications",
        ),
    ):
        with closed.db.staff(who) as session, pytest.raises(DBAPIError) as refused:
            with perform(session, who, Action.CALL_REVIEW if who in closed.jury else Action.CALL_DECIDE):
                session.execute(text(write))
        assert rule(refused) == "call_called_off", write


def test_it_is_taken_back_while_nothing_else_happened(contest):
    contest.apply(contest.editor, contest.towns.own)
    call_off(contest)
    call_off(contest, "Genauer gesagt.")
    with contest.db.staff(contest.office) as session, pytest.raises(Conflict, match="abgesagt"):
        service.set_criteria(session, contest.office, contest.id, contest.version(), [CriterionInput("Neu", 1)], now())
    with contest.db.staff(contest.office) as session, pytest.raises(Conflict, match="abgesagt"):
        given = ExtensionInput(now() + timedelta(days=2), "Länger")
        service.extend(session, contest.office, contest.id, contest.version(), given, now())
    with pytest.raises(Conflict, match="bleibt bei der Absage"):
        resume(contest, at=timedelta(hours=2))
    resume(contest)
    assert the_phase(contest).phase == "OFFEN"
    contest.hand_in(contest.manager, contest.towns.own)
    with pytest.raises(Conflict, match="nicht abgesagt"):
        resume(contest)


def test_the_database_does_not_reopen_it_after_its_end(contest, closed):
    """Called off while it was open, it stays so once its end has passed; called off afterwards, it is closed again."""
    call_off(closed)
    resume(closed)
    assert the_phase(closed).phase == "GESCHLOSSEN"
    closed.move(opens=timedelta(hours=-1), closes=timedelta(hours=1))
    call_off(closed)
    with closed.db.owner() as session:
        with perform(session, SYSTEM, Action.SAMPLE_LOAD):
            session.execute(
                text(
                    "UPDATE register.calls SET called_off_at = called_off_at - interval '1 hour', version = version + 1"
                )
            )
        session.commit()
    closed.close()
    with closed.db.staff(closed.office) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, closed.office, Action.CALL_EDIT):
            session.execute(
                text(
                    "UPDATE register.calls SET called_off_at = NULL, called_off_reason = NULL,"
                    " called_off_reason_en = NULL, version = version + 1"
                )
            )
    assert rule(refused) == "call_called_off"


def test_contacts_are_forgotten_a_year_after_the_calling_off(contest):
    contest.apply(contest.editor, contest.towns.own)
    contest.hand_in(contest.manager, contest.towns.own)
    call_off(contest)
    with contest.db.owner() as session:
        assert retention.forget_contacts(session, now() + timedelta(days=364)) == 0
        assert retention.forget_contacts(session, now() + timedelta(days=366)) == 1
        assert session.query(Contact).count() == 0
