"""Roles, database and extensions: everything that needs a superuser. Repeatable."""

from pathlib import Path

import psycopg
from psycopg import sql

from geo.cluster.configure import DURABLE, ROLES, SUPERUSER
from geo.cluster.errors import ClusterError
from geo.cluster.find import EXTENSIONS
from geo.cluster.layout import PORT

DATABASE = "innenstadt"

_STAFF_PATH = "register, published, public"
_ROLE_OPTIONS = {
    "reg_owner": "NOBYPASSRLS",
    "reg_public": "NOBYPASSRLS",
    "reg_staff": "NOBYPASSRLS",
    "reg_backup": "BYPASSRLS",
}
_COMMON = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s"}
_ROLE_SETTINGS = {
    "reg_owner": {"search_path": _STAFF_PATH, "lock_timeout": "3s"},
    "reg_public": _COMMON
    | {
        "search_path": "published, public",
        "statement_timeout": "2s",
        "default_transaction_read_only": "on",
    },
    "reg_staff": _COMMON | {"search_path": _STAFF_PATH, "statement_timeout": "10s"},
    "reg_backup": {"search_path": _STAFF_PATH, "default_transaction_read_only": "on"},
}


def connect(socket: Path, database: str, role: str = SUPERUSER) -> psycopg.Connection:
    """A connection through the cluster's own socket, each statement its own transaction."""
    return psycopg.connect(
        host=str(socket),
        port=PORT,
        user=role,
        dbname=database,
        connect_timeout=10,
        autocommit=True,
        application_name="innenstadt-cluster",
    )


def provision(socket: Path) -> None:
    """Makes what is missing and sets again what may have changed with a new release."""
    with connect(socket, "postgres") as connection:
        _make_roles(connection)
        _make_database(connection)
    with connect(socket, DATABASE) as connection:
        _make_extensions(connection)


def assert_durable(socket: Path) -> None:
    """Refuses a server that could lose what it acknowledged."""
    with connect(socket, DATABASE) as connection:
        for name, wanted in (DURABLE | {"data_checksums": "on"}).items():
            if setting(connection, name) != wanted:
                raise ClusterError(
                    f"The database's setting {name} is not {wanted}; the register does not run "
                    "like that: look into local.conf and at ALTER SYSTEM."
                )


def setting(connection: psycopg.Connection, name: str) -> str:
    """The value of a server setting."""
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def _make_roles(connection: psycopg.Connection) -> None:
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in ROLES:
        name = sql.Identifier(role)
        if role not in known:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        options = sql.SQL(_ROLE_OPTIONS[role])
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB {}").format(name, options))
        for key, value in _ROLE_SETTINGS[role].items():
            values = sql.SQL(", ").join(sql.Literal(part) for part in value.split(", "))
            connection.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(key), values))
    connection.execute("GRANT pg_read_all_data TO reg_backup")


def _make_database(connection: psycopg.Connection) -> None:
    name = sql.Identifier(DATABASE)
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
    if not known.fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER reg_owner").format(name))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO reg_public, reg_staff, reg_backup").format(name))
    connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO reg_staff").format(name))


def _make_extensions(connection: psycopg.Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(extension)))
    # It runs with its owner's rights and would tell where secret geometry lies.
    guess = connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proname = 'st_estimatedextent'"
    ).fetchall()
    for (function,) in guess:
        connection.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
