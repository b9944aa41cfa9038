"""What one role and one town can reach, straight in SQL: the application's own checks are not asked here."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests import factories

INTERNAL = [
    "viewpoint_defects", "viewpoint_reporters", "viewpoint_documents", "viewpoint_feeds",
    "report_settings", "citizen_reports", "citizen_reporters",
    "letter_senders", "letter_templates", "visit_letters", "visit_feedback",
    "places", "photos", "zones", "units", "occupancy_spells", "survey_rounds", "survey_entries", "survey_snapshots",
    "cases", "case_events", "case_settings", "case_feeds", "town_shares",
]  # fmt: skip
TABLES = [
    *INTERNAL, "accounts", "account_credentials", "account_passkeys", "account_identities", "memberships", "sessions",
    "throttles", "one_time_links", "idempotency_keys", "fleets", "trees", "stops", "stop_slots", "schedules", "stays", "visits",
    "viewpoints", "viewpoint_sectors", "viewpoint_statuses", "viewpoint_furniture",
    "viewpoint_checks", "viewpoint_notices", "municipalities", "pilot_sites", "pilot_phases",
    "pilot_partners", "pilot_funding", "pilot_observations", "pilot_projects", "project_statuses", "project_ratings", "project_documents",
    "knowledge_cards", "search_texts", "search_words",
]  # fmt: skip


@pytest.fixture
def foreign_place(db, towns):
    with db.staff(SYSTEM, towns.foreign) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.foreign):
            made = factories.place(session, towns.foreign, longitude=11.25)
        session.commit()
        return made.id


@pytest.mark.parametrize("table", TABLES)
def test_public_role_reads_no_table(db, table):
    with db.public() as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(f"SELECT * FROM register.{table}"))


@pytest.mark.parametrize("statement", ["INSERT INTO", "UPDATE", "DELETE FROM"])
def test_public_role_writes_nothing(db, statement):
    tail = {"INSERT INTO": "DEFAULT VALUES", "UPDATE": "SET id = id", "DELETE FROM": ""}[statement]
    with db.public() as session, pytest.raises(DBAPIError, match="permission denied|cannot"):
        session.execute(text(f"{statement} register.units {tail}"))


def test_public_role_is_read_only_by_itself(database):
    with database.public() as session, pytest.raises(DBAPIError, match="read-only transaction|permission denied"):
        session.execute(text("CREATE TEMPORARY TABLE kept AS SELECT 1"))


def test_history_is_not_public(db):
    with db.public() as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("SELECT * FROM history.changes"))


def test_foreign_rows_are_not_there(db, towns, foreign_place):
    with db.staff(SYSTEM, towns.own) as session:
        assert session.scalar(text("SELECT count(*) FROM register.places WHERE id = :id"), {"id": foreign_place}) == 0


@pytest.mark.parametrize("town", ["own", None])
def test_foreign_rows_are_not_updated_or_deleted(db, towns, foreign_place, town):
    here = getattr(towns, town) if town else None
    with db.staff(SYSTEM, here) as session:
        session.execute(text("SELECT set_config('app.action', 'attack', true)"))
        changed = session.execute(text("UPDATE register.places SET street = 'x', version = version + 1"))
        deleted = session.execute(text("DELETE FROM register.places"))
        assert (changed.rowcount, deleted.rowcount) == (0, 0)


def test_a_row_cannot_be_moved_to_another_town(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
            place = factories.place(session, towns.own)
        session.execute(text("SELECT set_config('app.action', 'attack', true)"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text("UPDATE register.places SET municipality_id = :to, version = version + 1 WHERE id = :id"),
                {"to": towns.foreign, "id": place.id},
            )


def test_a_unit_cannot_stand_at_a_foreign_place(db, towns, foreign_place):
    """Foreign keys look past row level security, so the town is part of the key."""
    with db.staff(SYSTEM, towns.own) as session, pytest.raises(DBAPIError, match="units_place_id_municipality_id_fkey"):
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
            session.execute(
                text(
                    "INSERT INTO register.units (municipality_id, place_id, during, object_type)"
                    " VALUES (:town, :place, daterange('2020-01-01', NULL), 'LADEN_EG')"
                ),
                {"town": towns.own, "place": foreign_place},
            )


def test_the_setting_of_a_transaction_does_not_outlive_it(database, towns):
    """Two transactions on the same pooled connection: the second one is nowhere, and does not fail on empty text."""
    with database.staff(SYSTEM, towns.own) as session:
        assert session.scalar(text("SELECT current_setting('app.municipality_id')")) == str(towns.own)
    with database.staff_engine.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('app.municipality_id', true)")) in ("", None)
        assert connection.scalar(text("SELECT count(*) FROM register.places")) == 0


def test_context_is_set_again_after_a_commit(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        session.execute(text("SELECT 1"))
        session.commit()
        assert session.scalar(text("SELECT current_setting('app.municipality_id')")) == str(towns.own)


def test_history_shows_a_town_its_own_changes_only(db, towns, foreign_place):
    count = text("SELECT count(*) FROM history.changes WHERE table_name = 'places'")
    with db.staff(SYSTEM, towns.foreign) as session:
        assert session.scalar(count) == 1
    with db.staff(SYSTEM, towns.own) as session:
        assert session.scalar(count) == 0


def test_policies_use_the_index(database, towns):
    """No OR in a policy: the plan of a read in one town is an index condition on the town."""
    with database.staff(SYSTEM, towns.own) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(session.scalars(text("EXPLAIN SELECT * FROM register.units")))
    assert "Index Cond: (municipality_id = $0)" in plan
