"""Connections of the public pool: one that the server has ended is noticed when it is taken; bytes come as they are."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.core import clock
from geo.core import db as core
from geo.core.db import bytes_columns, one_transaction
from geo.vacancies.exporting import stream, units
from geo.vacancies.offers import OfferFilters
from webapp.app import end_reading, public_session, public_statements


def used(database, count=3):
    """So many connections, used and given back; the server's numbers of them."""
    sessions = [database.public() for _ in range(count)]
    pids = {session.scalar(text("SELECT pg_backend_pid()")) for session in sessions}
    for session in sessions:
        session.close()
    assert len(pids) == count
    return pids


def end(connection, pids):
    """End them, and wait until they are gone."""
    ended = text("SELECT count(*) FROM unnest(CAST(:pids AS int[])) AS p(id) WHERE pg_terminate_backend(p.id, 5000)")
    assert connection.scalar(ended, {"pids": list(pids)}) == len(pids)


@pytest.mark.parametrize("rest", [1_000_000, -1], ids=["in use", "after a rest"])
def test_connections_that_the_server_ended_are_made_anew(database, connection, monkeypatch, rest):
    monkeypatch.setattr(core, "_RESTED_S", rest)
    before = used(database)
    end(connection, before)
    after = used(database)
    assert not before & after
    assert used(database) == after, "what is fine is taken again"


def test_bytes_come_as_they_are_and_errors_as_always(database):
    with database.public() as session:
        assert bytes_columns(session, "SELECT CAST(:word AS text) || 'é', NULL", {"word": "100 % caf"}) == [
            ["100 % café".encode()],
            [None],
        ]
        with pytest.raises(DBAPIError) as refused:
            bytes_columns(session, "SELECT password_hash FROM register.accounts", {})
        assert refused.value.orig.sqlstate == "42501"


def test_a_file_may_take_a_minute_and_a_page_two_seconds(database, tmp_path, monkeypatch):
    """On the pool as it is, where each statement is a transaction of its own unless somebody opens one."""
    seen = []

    def looked(session, *_):
        seen.append(session.scalar(text("SHOW statement_timeout")))
        return iter(())

    monkeypatch.setattr(units, "batches", looked)
    with database.public() as session:
        assert units.export_offers(session, OfferFilters(clock.today()), tmp_path / "offers.csv").rows == 0
        seen.append(session.scalar(text("SHOW statement_timeout")))
    assert seen == ["1min", "2s"]


def test_a_file_that_takes_too_long_is_refused_like_any_query(database):
    slow = "FROM (SELECT pg_sleep(1)) s"
    with database.public() as session, one_transaction(session), pytest.raises(DBAPIError) as refused:
        session.execute(text("SET LOCAL statement_timeout = 50"))
        list(stream.batches(session, (), "NULL::public.geometry", slow, {}))
    assert refused.value.orig.sqlstate == "57014"


def test_a_page_sees_one_moment_and_a_map_asks_one_statement(app, database):
    """On the pool as it is: what is written while a page is made is on the whole of the page, or on none of it."""
    app.database = database
    asked = text("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
    with app.test_request_context("/leerstand"):
        page = public_session()
        assert tuple(page.execute(asked).one()) == ("repeatable read", "on")
        first, second = (page.scalar(text("SELECT txid_current_snapshot()::text")) for _ in range(2))
        with database.owner() as other:
            other.execute(text("SELECT txid_current()"))
            other.commit()
        assert first == second == page.scalar(text("SELECT txid_current_snapshot()::text"))
        assert public_statements().scalar(text("SHOW transaction_isolation")) == "read committed"
        end_reading()
        assert public_session() is not page


def test_a_day_ends_for_everybody_when_it_ends_in_germany(database):
    """What is public until a day is gone at midnight here, whatever zone the server is set to."""
    for open_session in (database.public, database.snapshot, database.staff, database.owner):
        with open_session() as session:
            assert session.scalar(text("SHOW timezone")) == "Europe/Berlin"
            at = "SELECT (timestamptz '2026-06-30 22:30:00+00')::date::text"
            assert session.scalar(text(at)) == "2026-07-01"
