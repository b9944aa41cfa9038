"""The database's shape: up, down, up; no drift between migrations and models; every rule has a name and a sentence."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, create_engine, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from geo.migrations import current, downgrade, head, upgrade
from geo.models import metadata
from webapp.constraints import CONSTRAINTS


@pytest.fixture(scope="module")
def empty(cluster):
    """A database of its own, still without the register, as its owner."""
    cluster.create_database("migrations_test", template="template_register_empty")
    engine = create_engine(cluster.url("reg_owner", "migrations_test"))
    yield engine
    engine.dispose()
    cluster.drop_database("migrations_test")


def _shape(engine: Engine) -> list[tuple]:
    with engine.connect() as connection:
        return connection.execute(
            text(
                "SELECT n.nspname, c.relname, c.relkind::text, c.relrowsecurity, c.relforcerowsecurity,"
                " (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)"
                "  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),"
                " (SELECT string_agg(pg_get_constraintdef(k.oid), ';' ORDER BY k.conname) FROM pg_constraint k"
                "  WHERE k.conrelid = c.oid),"
                " (SELECT string_agg(pg_get_triggerdef(t.oid), ';' ORDER BY t.tgname) FROM pg_trigger t"
                "  WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),"
                " (SELECT string_agg(p.polname, ';' ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid)"
                " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname IN ('register', 'published', 'history', 'jobs') ORDER BY 1, 2"
            )
        ).all()


def test_up_down_up_gives_the_same_database(empty):
    upgrade(empty)
    first = _shape(empty)
    assert current(empty) == head() and len(first) > 40
    downgrade(empty)
    assert current(empty) is None and _shape(empty) == []
    upgrade(empty)
    assert _shape(empty) == first


def test_each_step_can_be_taken_back_alone(empty):
    upgrade(empty)
    for number in range(int(head()), 1, -1):
        downgrade(empty, f"{number - 1:04}")
    upgrade(empty)
    assert current(empty) == head()


def test_models_and_migrations_agree(database):
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _parents: name == "register" if kind == "schema" else True,
        "compare_type": True,
        "compare_server_default": True,
    }
    with database.owner_engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert differences == []


def _declared_rules() -> set[tuple[str, str]]:
    return {
        (table.name, str(constraint.name))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | ExcludeConstraint)
    }


def test_checks_and_exclusions_of_models_stand_in_the_database(database):
    with database.owner_engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'register' AND k.contype IN ('c', 'x')"
            )
        )
        assert {(table, name) for table, name in rows} == _declared_rules()


def test_every_rule_has_a_sentence():
    missing = {name for _table, name in _declared_rules()} - set(CONSTRAINTS)
    assert missing == set()


def test_no_sentence_without_a_rule(database):
    with database.owner_engine.connect() as connection:
        known = set(connection.scalars(text("SELECT conname FROM pg_constraint")))
        known |= set(connection.scalars(text("SELECT indexname FROM pg_indexes WHERE schemaname = 'register'")))
    raised_by_triggers = {"version_stale", "survey_snapshots_frozen", "visits_room", "owner_letters_do_not_contact"}
    raised_by_triggers |= {"kompass_editions_published", "units_owner_consent"}
    raised_by_triggers |= {"call_closed", "call_called_off", "calls_running", "calls_unready", "calls_undecided"}
    raised_by_triggers |= {"calls_extension"}
    raised_by_triggers |= {"call_reviewers_role", "call_application_frozen", "call_review_final", "call_review_decided"}
    raised_by_triggers |= {"call_review_incomplete", "call_decision_early", "call_decision_site", "call_site_chosen"}
    assert set(CONSTRAINTS) - known - raised_by_triggers == set()


def test_every_table_is_secured_or_said_not_to_be(database):
    """Row level security on everything that has a town; the tables without are listed here, by hand."""
    without = {
        "districts", "municipalities", "municipality_outlines", "accounts", "account_credentials", "account_passkeys",
        "account_identities", "sessions", "throttles", "one_time_links", "idempotency_keys", "stop_slots",
        "working_groups", "pilot_projects", "project_milestones", "project_statuses",
        "project_ratings", "project_documents", "elevation_models",
        "kompass_editions", "search_words",
    }  # fmt: skip
    with database.owner_engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'register' AND relkind IN ('r', 'p')"
            )
        ).all()
    assert {name for name, secured in rows if not secured} == without
    assert {table.name for table in metadata.tables.values()} == {name for name, _secured in rows}


def test_staff_and_public_own_nothing_and_may_not_create(database):
    with database.owner_engine.connect() as connection:
        rights = connection.execute(
            text(
                "SELECT r.rolname, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb,"
                " has_schema_privilege(r.oid, 'register', 'CREATE') OR has_schema_privilege(r.oid, 'public', 'CREATE')"
                " FROM pg_roles r WHERE r.rolname IN ('reg_public', 'reg_staff')"
            )
        ).all()
    assert sorted(rights) == [("reg_public", False, False), ("reg_staff", False, False)]
