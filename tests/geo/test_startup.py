"""A server of one's own in place of the embedded cluster: roles, passwords, refusals in one sentence."""

import json

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from geo.cluster import Cluster
from geo.core.errors import SetupError
from geo.migrations import head
from geo.settings import Settings
from geo.startup import check_server, connect, create_roles, migrate, running_database, server_url, with_secret_key


@pytest.fixture(scope="module")
def foreign(cluster):
    """The address of a database on a server that the register did not start, as a role that may create roles."""
    cluster.create_database("foreign_test", template="template_register_empty")
    yield cluster.url("reg_super", "foreign_test").replace("postgresql+psycopg", "postgresql")
    cluster.drop_database("foreign_test")


def test_roles_are_made_once_and_their_passwords_kept_private(foreign, tmp_path):
    settings = Settings.from_env({"DATABASE_URL": foreign}, home=tmp_path)
    assert not settings.embedded
    assert create_roles(settings) == ["reg_public", "reg_staff", "reg_backup"]
    kept = tmp_path / "database-roles.json"
    assert kept.stat().st_mode & 0o077 == 0 and len(set(json.loads(kept.read_text()).values())) == 3
    assert create_roles(settings) == []


def test_the_register_runs_on_it_and_starts_nothing(foreign, tmp_path):
    settings = Settings.from_env({"DATABASE_URL": foreign}, home=tmp_path)
    with running_database(settings) as database:
        migrate(database)
        with database.public() as session:
            assert session.scalar(text("SELECT current_user")) == "reg_public"
            assert session.scalar(text("SELECT count(*) FROM published.municipalities")) == 0
        with database.staff() as session:
            assert session.scalar(text("SELECT version_num FROM public.migrations")) == head()
    assert Cluster(tmp_path).status().state == "absent"


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "postgresql+psycopg2", ""])
def test_what_is_no_postgresql_is_one_sentence(url):
    with pytest.raises(SetupError, match="DATABASE_URL"):
        server_url(url)


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path):
    settings = Settings.from_env({"DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}, home=tmp_path)
    with pytest.raises(SetupError, match="may not create roles|cannot be used"):
        create_roles(settings)


def test_unknown_logins_are_asked_for(foreign, tmp_path):
    url = str(make_url(foreign))
    given = {"DATABASE_URL": url, "DATABASE_PUBLIC_URL": url, "DATABASE_BACKUP_URL": url}
    settings = Settings.from_env(given, home=tmp_path)
    with pytest.raises(SetupError, match="innenstadt db roles"):
        connect(settings)


def test_extensions_are_checked(cluster):
    engine = create_engine(cluster.url("reg_super", "postgres"))
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")) == 0
    finally:
        engine.dispose()
    own = create_engine(cluster.url("reg_owner"))
    check_server(own)
    own.dispose()


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    settings = Settings.from_env({}, home=tmp_path / "new")
    first, second = with_secret_key(settings), with_secret_key(settings)
    assert first.secret_key == second.secret_key and len(first.secret_key) > 40
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
    assert "INNENSTADT_SECRET_KEY" not in first.for_child()
