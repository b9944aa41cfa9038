"""A closed call is closed: for towns, the office, a form opened before, raw SQL, a transaction that ends too late."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.calls import service
from geo.calls.applying import queries
from geo.calls.applying import service as applying
from geo.calls.schemas import CriterionInput, ExtensionInput, QuestionInput
from geo.calls.timing import check_open, phase, saved_in_words
from geo.core.access import SYSTEM, Action
from geo.core.documents import Files, accepted
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from tests import factories
from tests.conftest import register_apart
from tests.geo.calls.conftest import now

LATE = timedelta(hours=2)


def _rule(refused):
    return refused.value.orig.diag.constraint_name


def test_the_last_second_is_the_one_before_the_end(contest):
    with contest.db.staff(contest.office) as session:
        call = service.queries.get(session, contest.office, contest.id)
    second, moment = timedelta(seconds=1), timedelta(microseconds=1)
    asked = [call.opens_at - moment, call.opens_at, call.closes_at - moment, call.closes_at]
    assert [phase(call, one) for one in asked] == ["ANGEKUENDIGT", "OFFEN", "OFFEN", "GESCHLOSSEN"]
    check_open(call, call.closes_at - second)
    for one in (call.opens_at - second, call.closes_at):
        with pytest.raises(Conflict):
            check_open(call, one)


@pytest.mark.parametrize("at", [timedelta(hours=-2), LATE], ids=["before", "after"])
def test_nothing_is_done_outside_of_the_period(contest, at):
    """The service is told a moved clock; the database still thinks that the call is open."""
    own, moment = contest.towns.own, now() + at
    contest.apply(contest.editor, own)
    with contest.db.staff(contest.manager, own) as session:
        found = queries.own(session, contest.manager, contest.id, own).application
        asked = (session, contest.manager, contest.id, own)
        file = accepted("plan.pdf", b"%PDF-1.7 Plan")
        for act in (
            lambda: applying.save(*asked, found.version, contest.parsed(title="Neu"), moment),
            lambda: applying.attach(*asked, None, file, moment, store=Files("/nowhere")),
            lambda: applying.detach(*asked, 1, moment),
            lambda: applying.hand_in(*asked, found.version, moment),
            lambda: applying.withdraw(*asked, found.version, moment),
            lambda: applying.take_up(*asked, found.version, moment),
        ):
            with pytest.raises(Conflict, match="beginnt erst am" if at < timedelta() else "geschlossen"):
                act()
        assert queries.own(session, contest.manager, contest.id, own).values["title"] == "Bank am Markt"


def test_the_database_closes_too(contest):
    """The service is told an early clock; the database asks its own."""
    own = contest.towns.own
    contest.apply(contest.editor, own)
    contest.close()
    with contest.db.staff(contest.manager, own) as session:
        found = queries.own(session, contest.manager, contest.id, own).application
    writes = (
        "INSERT INTO register.call_applications (call_id, municipality_id, saved_at) VALUES (:call, :other, now())",
        "UPDATE register.call_applications SET title = 'Spät', version = version + 1 WHERE id = :id",
        "UPDATE register.call_applications SET state = 'EINGEREICHT', handed_in_at = now(), version = version + 1"
        " WHERE id = :id",
        "DELETE FROM register.call_applications WHERE id = :id",
        "UPDATE register.call_contacts SET name = 'Spät' WHERE application_id = :id",
        "DELETE FROM register.call_contacts WHERE application_id = :id",
        "UPDATE register.call_answers SET answer = 'Spät' WHERE application_id = :id",
        "DELETE FROM register.call_answers WHERE application_id = :id",
        "INSERT INTO register.call_attachments (application_id, call_id, municipality_id, title, file_name, media_type,"
        " size_bytes, sha256) VALUES (:id, :call, :town, 'Spät', 'a.pdf', 'application/pdf', 1, repeat('a', 64))",
    )
    values = {"call": contest.id, "id": found.id, "town": own, "other": contest.towns.foreign}
    for write in writes:
        who = contest.foreign if ":other" in write else contest.manager
        where = contest.towns.foreign if ":other" in write else own
        with contest.db.staff(who, where) as session, pytest.raises(DBAPIError) as refused:
            with perform(session, who, Action.CALL_APPLY, where):
                session.execute(text(write), values)
        assert _rule(refused) == "call_closed", write


def test_the_office_cannot_write_or_reopen_a_closed_call(contest):
    contest.apply(contest.editor, contest.towns.own)
    contest.close()
    until = now() + timedelta(days=1)
    for write in (
        "UPDATE register.calls SET closes_at = :until, version = version + 1 WHERE id = :call",
        "UPDATE register.calls SET published_at = NULL, version = version + 1 WHERE id = :call",
        "UPDATE register.calls SET body = 'Anders', version = version + 1 WHERE id = :call",
        "INSERT INTO register.call_extensions (call_id, closes_before, closes_after, reason)"
        " SELECT id, closes_at, :until, 'Zu spät' FROM register.calls WHERE id = :call",
    ):
        with contest.db.staff(contest.office) as session, pytest.raises(DBAPIError) as refused:
            with perform(session, contest.office, Action.CALL_EDIT):
                session.execute(text(write), {"call": contest.id, "until": until})
        assert _rule(refused) == "call_closed", write
    with contest.db.staff(contest.office) as session:
        with pytest.raises(Conflict, match="noch nicht geschlossen"):
            service.extend(
                session, contest.office, contest.id, contest.version(), ExtensionInput(until, "Zu spät"), now()
            )
        for town in (None, contest.towns.own):
            with perform(session, contest.office, Action.CALL_EDIT, town):
                changed = session.execute(
                    text("UPDATE register.call_applications SET title = 'Amt', version = version + 1")
                )
            assert changed.rowcount == 0


def test_an_extension_is_an_act_of_its_own_before_the_closing(contest):
    until = now() + timedelta(days=3)
    with contest.db.staff(contest.office) as session:
        with pytest.raises(Invalid, match="nach dem bisherigen"):
            service.extend(
                session,
                contest.office,
                contest.id,
                contest.version(),
                ExtensionInput(now() + timedelta(minutes=5), "Kürzer"),
                now(),
            )
        service.extend(session, contest.office, contest.id, contest.version(), ExtensionInput(until, "Ferien"), now())
        [kept] = service.queries.extensions(session, contest.id)
        assert (kept.closes_after, kept.reason, kept.account_id) == (until, "Ferien", contest.office.account_id)
    with contest.db.staff(contest.office) as session, pytest.raises(DBAPIError) as refused:
        with perform(session, contest.office, Action.CALL_EDIT):
            session.execute(
                text("UPDATE register.calls SET closes_at = closes_at + interval '1 day', version = version + 1")
            )
    assert _rule(refused) == "calls_extension"


def test_the_rules_stay_from_the_opening_on(contest):
    with contest.db.staff(contest.office) as session:
        version = contest.version()
        with pytest.raises(Conflict, match="hat begonnen"):
            service.set_criteria(session, contest.office, contest.id, version, [CriterionInput("Anderes", 1)], now())
        with pytest.raises(Conflict, match="hat begonnen"):
            service.set_questions(session, contest.office, contest.id, version, [QuestionInput("Noch eine?")], now())
        with pytest.raises(Conflict, match="hat begonnen"):
            service.unpublish(session, contest.office, contest.id, version, now())
    for write in (
        "UPDATE register.call_criteria SET weight = 100",
        "DELETE FROM register.call_questions",
        "UPDATE register.calls SET asks_site = false, version = version + 1",
    ):
        with contest.db.staff(contest.office) as session, pytest.raises(DBAPIError) as refused:
            with perform(session, contest.office, Action.CALL_EDIT):
                session.execute(text(write))
        assert _rule(refused) == "calls_running", write


def test_what_began_in_time_and_ends_too_late_is_refused(cluster, database):
    """Really committed: the transaction writes while the call is open, and commits after its end."""
    with register_apart(cluster, "closing_calls") as apart:
        with apart.owner() as session:
            towns = factories.towns(session)
        closes = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
        with apart.owner() as session:
            with perform(session, SYSTEM, Action.SAMPLE_LOAD):
                call = service.Call(
                    title="Kurz",
                    body="Kurz.",
                    opens_at=closes - timedelta(days=1),
                    closes_at=closes,
                    published_at=closes - timedelta(days=2),
                )
                session.add(call)
            session.commit()
        manager = factories.actor(apart, "manager", towns.own)
        office = factories.actor(apart, "office")
        with apart.staff(manager, towns.own) as writing, apart.staff(office) as extending:
            applying.begin(writing, manager, call.id, towns.own, now())
            service.extend(
                extending,
                office,
                call.id,
                call.version,
                ExtensionInput(closes + timedelta(days=1), "Gerade noch"),
                now(),
            )
            assert datetime.now(UTC) < closes, "the machine was too slow for this test's four seconds"
            time.sleep(max(0, (closes - datetime.now(UTC)).total_seconds()) + 0.2)
            for session in (writing, extending):
                with pytest.raises(DBAPIError) as refused:
                    session.commit()
                assert _rule(refused) == "call_closed"
                session.rollback()
        with apart.owner() as session:
            assert session.scalar(text("SELECT count(*) FROM register.call_applications")) == 0
            assert session.scalar(text("SELECT closes_at FROM register.calls")) == closes


def test_a_save_is_told_with_its_day_unless_that_is_today():
    saved = datetime(2026, 11, 27, 22, 30, 5, tzinfo=UTC)
    assert saved_in_words(saved, saved) == "Gespeichert um 23:30:05 Uhr"
    assert saved_in_words(saved, saved + timedelta(hours=1)) == "Gespeichert am 27. November 2026 um 23:30 Uhr"
