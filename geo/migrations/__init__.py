"""The database's shape, step by step. Runs from the package, wherever the working directory is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

# Two processes that start at once must not migrate at once.
_LOCK = 7_125_401


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest migration this version of the register knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(engine: Engine) -> str | None:
    """The migration the database stands at; None before the first."""
    with engine.connect() as connection:
        options = {"version_table": "migrations", "version_table_schema": "public"}
        return MigrationContext.configure(connection, opts=options).get_current_revision()


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the database to `target`, all in one transaction: it is done, or nothing has happened."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        command.upgrade(_config(connection), target)
        # So that a server can say whether it is ready without the owner's rights.
        connection.execute(text("GRANT SELECT ON public.migrations TO reg_staff"))


def downgrade(engine: Engine, target: str = "base") -> None:
    """Take the database back to `target`; what only newer migrations hold is lost."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.downgrade(_config(connection), target)
