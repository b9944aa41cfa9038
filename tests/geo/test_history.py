"""Nothing is written without an action, everything written is remembered, and nobody rewrites the memory."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.accounts.model import Account
from geo.core.access import SYSTEM, Action, Actor
from geo.core.errors import NotPermitted
from geo.core.history import changes_of, perform
from tests import factories


def _place(session, towns):
    with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
        return factories.place(session, towns.own)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO register.working_groups (slug, name, name_en) VALUES ('x', 'x', 'x')",
        "UPDATE register.places SET street = 'x', version = version + 1",
        "DELETE FROM register.places",
    ],
)
def test_a_change_without_an_action_is_refused(db, towns, statement):
    with db.staff(SYSTEM, towns.own) as session:
        _place(session, towns)
        with pytest.raises(DBAPIError, match="without an action"):
            session.execute(text(statement))


def test_the_owner_needs_an_action_too(db, towns):
    with db.owner() as session, pytest.raises(DBAPIError, match="without an action"):
        session.execute(text("UPDATE register.municipalities SET name = 'x', version = version + 1"))


def test_raw_sql_is_remembered_with_old_new_actor_and_request(db, towns, editor):
    with db.staff(editor, towns.own) as session:
        place = _place(session, towns)
        with perform(session, editor, Action.VACANCY_EDIT, towns.own):
            session.execute(
                text("UPDATE register.places SET street = 'Neue Straße', version = version + 1 WHERE id = :id"),
                {"id": place.id},
            )
        change = changes_of(session, [("places", place.id)])[0]
    assert (change.actor, change.action, change.operation) == ("Person editor", "vacancy.edit", "UPDATE")
    assert [(field.name, field.old, field.new) for field in change.fields] == [("street", "Teststraße", "Neue Straße")]


def test_an_update_that_changes_nothing_leaves_no_trace(db, towns):
    with db.staff(SYSTEM, towns.own) as session, perform(session, SYSTEM, Action.SYSTEM_SETUP):
        session.execute(
            text("INSERT INTO register.memberships (account_id, role) VALUES (:id, 'planner')"),
            {"id": factories.account(session).id},
        )
        before = session.scalar(text("SELECT count(*) FROM history.changes"))
        touched = session.execute(text("UPDATE register.memberships SET role = role WHERE municipality_id IS NULL"))
        assert touched.rowcount == 1
        assert session.scalar(text("SELECT count(*) FROM history.changes")) == before


@pytest.mark.parametrize("statement", ["UPDATE history.changes SET action = 'x'", "DELETE FROM history.changes"])
@pytest.mark.parametrize("role", ["staff", "owner"])
def test_the_history_is_final(db, towns, statement, role):
    with db.staff(SYSTEM, towns.own) as session:
        _place(session, towns)
        session.commit()
    with getattr(db, role)() as session, pytest.raises(DBAPIError, match="not changed|permission denied"):
        session.execute(text(statement))


def test_staff_cannot_forge_an_entry(db, towns):
    with db.staff(SYSTEM, towns.own) as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(
            text(
                "INSERT INTO history.changes (table_name, row_id, operation, action, request_id)"
                " VALUES ('units', 1, 'UPDATE', 'x', 'x')"
            )
        )


def test_perform_asks_before_anything_happens(db, towns):
    viewer = factories.actor(db, "viewer", towns.own)
    with db.staff(viewer, towns.own) as session, pytest.raises(NotPermitted):
        with perform(session, viewer, Action.VACANCY_CREATE, towns.own):
            pytest.fail("the block must not run")


def test_after_perform_the_action_is_closed_again(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        place = _place(session, towns)
        with pytest.raises(DBAPIError, match="without an action"):
            session.execute(text("DELETE FROM register.places WHERE id = :id"), {"id": place.id})


def test_inner_action_names_inner_changes(db, towns, editor):
    with db.staff(SYSTEM, towns.own) as session:
        with perform(session, SYSTEM, Action.SAMPLE_LOAD, towns.own):
            with perform(session, SYSTEM, Action.STOP_EDIT, towns.own):
                inner = factories.place(session, towns.own)
            outer = factories.place(session, towns.own)
        actions = [changes_of(session, [("places", place.id)])[0].action for place in (inner, outer)]
    assert actions == ["stop.edit", "sample.load"]


def test_a_stale_version_is_refused_in_raw_sql(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        _place(session, towns)
        with pytest.raises(DBAPIError, match="has changed"), perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
            session.execute(text("UPDATE register.places SET street = 'x'"))


def test_secrets_never_reach_the_history(db):
    with db.staff(SYSTEM) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP):
            person = factories.account(session)
            session.execute(
                text("INSERT INTO register.account_credentials (account_id, password_hash) VALUES (:id, 'MARKER')"),
                {"id": person.id},
            )
        session.commit()
    with db.owner() as session:
        kept = session.scalar(text("SELECT string_agg(new_values::text, ' ') FROM history.personal_changes"))
        assert "MARKER" not in kept and "(verborgen)" in kept


def test_erasing_a_person_empties_table_and_history_together(db):
    admin = factories.actor(db, "admin")
    with db.staff(admin) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP):
            person = factories.account(session, name="MARKER Name", email="marker@beispiel.test")
        with perform(session, SYSTEM, Action.SYSTEM_SETUP):
            session.get(Account, person.id).name = "MARKER zwei"
        with perform(session, admin, Action.ACCOUNT_ERASE):
            session.execute(text("SELECT register.erase_account(:id)"), {"id": person.id})
        session.commit()
    with db.owner() as session:
        everything = session.scalar(text("SELECT string_agg(t::text, ' ') FROM history.personal_changes t")).lower()
        everything += session.scalar(text("SELECT string_agg(t::text, ' ') FROM register.accounts t")).lower()
        assert "marker" not in everything
        assert session.scalar(
            text("SELECT count(*) FROM history.personal_changes WHERE action = 'account.erase' AND row_id = :id"),
            {"id": person.id},
        )


def test_erasing_needs_its_own_action(db):
    with db.staff(SYSTEM) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP):
            person = factories.account(session)
        with pytest.raises(DBAPIError, match="action of its own"), perform(session, SYSTEM, Action.SYSTEM_SETUP):
            session.execute(text("SELECT register.erase_account(:id)"), {"id": person.id})


def test_the_anonymous_actor_may_nothing(db):
    with db.staff() as session, pytest.raises(NotPermitted), perform(session, Actor(), Action.VACANCY_VIEW):
        pytest.fail("the block must not run")
