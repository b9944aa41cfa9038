"""From settings to a database that is ready: the embedded cluster or a server of one's own, roles, migrations."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from geo.cluster import Cluster
from geo.core.db import Database
from geo.core.errors import SetupError
from geo.migrations import upgrade
from geo.settings import Settings

LEAST_POSTGRESQL = 150000
LEAST_POSTGIS = (3, 3)
_ROLES_FILE = "database-roles.json"
_LOGIN_ROLES = ("reg_public", "reg_staff", "reg_backup")


def with_secret_key(settings: Settings) -> Settings:
    """The settings with a secret key: the one set, or one made once and kept in the home, for its owner only."""
    if settings.secret_key:
        return settings
    file = settings.home / "secret_key"
    if not file.exists():
        _write_private(file, secrets.token_urlsafe(48))
    return replace(settings, secret_key=file.read_text().strip())


def _write_private(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_text(content)
    draft.rename(file)


def connect(settings: Settings, pool_size: int = 5, *, patient: bool = False) -> Database:
    """The database of these settings, which must be running; `patient` for what may take long."""
    owner, public, staff = _urls(settings)
    return Database(owner, public, staff, pool_size=pool_size, patient=patient)


def _urls(settings: Settings) -> tuple[str | URL, str | URL, str | URL]:
    if settings.database_url is None:
        cluster = Cluster(settings.home)
        return cluster.url("reg_owner"), cluster.url("reg_public"), cluster.url("reg_staff")
    owner = server_url(settings.database_url)
    known = _kept_passwords(settings)

    def login(role: str, given: str | None) -> URL:
        if given:
            return server_url(given)
        if role not in known:
            raise SetupError(
                f"The login of {role} is not known. Run `innenstadt db roles` once with DATABASE_URL naming a role that"
                f" may create roles, or set DATABASE_{role.removeprefix('reg_').upper()}_URL."
            )
        return owner.set(username=role, password=known[role])

    return owner, login("reg_public", settings.database_public_url), login("reg_staff", settings.database_staff_url)


def server_url(raw: str) -> URL:
    """The address of a PostgreSQL server, for psycopg 3. Raises `SetupError` if it is none."""
    try:
        url = make_url(raw)
    except Exception:
        raise SetupError("DATABASE_URL must look like postgresql://user:password@host/database.") from None
    if url.drivername.split("+")[0] not in {"postgresql", "postgres"}:
        raise SetupError("DATABASE_URL must name a PostgreSQL server (postgresql://…).")
    return url.set(drivername="postgresql+psycopg")


def _kept_passwords(settings: Settings) -> dict[str, str]:
    file = settings.home / _ROLES_FILE
    return json.loads(file.read_text()) if file.exists() else {}


def create_roles(settings: Settings) -> list[str]:
    """On a server of one's own: make the three login roles that are missing, with random passwords kept in the home.

    Returns the roles made now. Raises `SetupError` when the role of DATABASE_URL may not create roles.
    """
    if settings.database_url is None:
        return []
    given = {
        "reg_public": settings.database_public_url,
        "reg_staff": settings.database_staff_url,
        "reg_backup": settings.database_backup_url,
    }
    kept = _kept_passwords(settings)
    wanted = [role for role in _LOGIN_ROLES if not given[role] and role not in kept]
    if not wanted:
        return []
    engine = create_engine(server_url(settings.database_url))
    try:
        with engine.begin() as connection:
            for role in wanted:
                kept[role] = secrets.token_urlsafe(24)
                exists = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
                # The password is made of letters, digits, - and _ only; identifiers come from the list above.
                verb = "ALTER" if exists else "CREATE"
                connection.execute(text(f"{verb} ROLE {role} LOGIN PASSWORD '{kept[role]}'"))
                path = "published, public" if role == "reg_public" else "register, published, public"
                connection.execute(text(f"ALTER ROLE {role} SET search_path = {path}"))
                connection.execute(text(f"ALTER ROLE {role} SET lock_timeout = '3s'"))
            connection.execute(text("ALTER ROLE reg_public SET default_transaction_read_only = on"))
            connection.execute(text("ALTER ROLE reg_public SET statement_timeout = '2s'"))
            connection.execute(text("ALTER ROLE reg_staff SET statement_timeout = '10s'"))
    except DBAPIError as problem:
        raise SetupError(
            "The role of DATABASE_URL may not create roles. Have an administrator create reg_public, reg_staff and"
            " reg_backup (LOGIN), and set DATABASE_PUBLIC_URL, DATABASE_STAFF_URL and DATABASE_BACKUP_URL."
        ) from problem
    finally:
        engine.dispose()
    _write_private(settings.home / _ROLES_FILE, json.dumps(kept))
    return wanted


def check_server(engine: Engine) -> None:
    """Raises `SetupError` unless the server is new enough and has PostGIS and btree_gist."""
    try:
        with engine.begin() as connection:
            number = int(connection.scalar(text("SHOW server_version_num")))
            if number < LEAST_POSTGRESQL:
                raise SetupError(f"PostgreSQL 15 or later is needed; the server has {number // 10000}.")
            for extension in ("postgis", "btree_gist", "pg_trgm", "unaccent"):
                found = connection.scalar(
                    text("SELECT extversion FROM pg_extension WHERE extname = :name"), {"name": extension}
                )
                if found is None:
                    connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public"))
            version = connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
            if tuple(int(part) for part in version.split(".")[:2]) < LEAST_POSTGIS:
                raise SetupError(f"PostGIS 3.3 or later is needed; the server has {version}.")
    except DBAPIError as problem:
        reason = str(problem.orig).strip().splitlines()[0] if problem.orig else "no answer"
        raise SetupError(f"The database of DATABASE_URL cannot be used: {reason}") from problem


@contextmanager
def running_database(settings: Settings, *, pool_size: int = 5, alone: bool = False) -> Iterator[Database]:
    """The database, started if it is the embedded one and does not run yet, for the time of the block. For commands:
    no statement is broken off for taking long.

    With `alone` (the web server) a database that another server process owns is refused, not joined.
    """
    if settings.embedded:
        with Cluster(settings.home).running(alone=alone):
            database = connect(settings, pool_size, patient=True)
            try:
                yield database
            finally:
                database.dispose()
        return
    create_roles(settings)
    database = connect(settings, pool_size, patient=True)
    try:
        check_server(database.owner_engine)
        yield database
    finally:
        database.dispose()


def migrate(database: Database) -> None:
    """Bring the tables to this version of the register."""
    upgrade(database.owner_engine)
