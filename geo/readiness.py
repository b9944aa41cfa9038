"""Whether this server can do its work: the database for writing, its shape, room on the disk, the sandbox."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from geo.core.db import Database
from geo.core.sandbox import sandbox_kind
from geo.migrations import head

LEAST_FREE = 0.05


@dataclass(frozen=True)
class Readiness:
    """`reasons` why the server is not ready, empty when it is; `facts` for whoever looks. Nothing secret in either."""

    reasons: tuple[str, ...]
    facts: dict[str, Any]


_FACTS = text(
    """
    SELECT pg_is_in_recovery() AS is_standby, current_setting('transaction_read_only') = 'on' AS is_read_only,
           current_setting('server_version') AS postgresql,
           (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis,
           (SELECT version_num FROM public.migrations) AS migration,
           current_setting('synchronous_standby_names') AS synchronous_standbys,
           (SELECT count(*) FROM pg_stat_replication) AS standbys
    """
)


def check(database: Database, home: Path) -> Readiness:
    """Look at everything; one thing that fails does not hide another."""
    reasons: list[str] = []
    facts: dict[str, Any] = {"sandbox": sandbox_kind()}
    try:
        with database.staff() as session:
            _database(session, facts, reasons)
    except SQLAlchemyError:
        reasons.append("The database does not answer.")
    _disk(home, facts, reasons)
    return Readiness(tuple(reasons), facts)


def _database(session: Session, facts: dict[str, Any], reasons: list[str]) -> None:
    row = session.execute(_FACTS).one()
    facts |= {"postgresql": row.postgresql.split()[0], "postgis": row.postgis}
    facts["migration"], facts["newest_migration"] = row.migration, head()
    mode = ("synchronous" if row.synchronous_standbys else "asynchronous") if row.standbys else "none"
    facts["replication"] = {"mode": mode, "standbys": row.standbys}
    if row.is_standby or row.is_read_only:
        reasons.append("The database cannot be written.")
    if row.postgis is None:
        reasons.append("PostGIS is missing.")
    if row.migration != facts["newest_migration"]:
        reasons.append(f"The database stands at migration {row.migration}, not at {facts['newest_migration']}.")
    if row.synchronous_standbys and not row.standbys:
        reasons.append("No standby is connected, so that writes wait.")


def _disk(home: Path, facts: dict[str, Any], reasons: list[str]) -> None:
    folder = home / "photos" if (home / "photos").is_dir() else home
    try:
        with tempfile.TemporaryFile(dir=folder):
            facts["photos_writable"] = True
    except OSError:
        facts["photos_writable"] = False
        reasons.append("Photos cannot be stored.")
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return
    facts["free_percent"] = round(100 * usage.free / usage.total, 1)
    if usage.free < LEAST_FREE * usage.total:
        reasons.append(f"Only {facts['free_percent']} % of the disk is free.")
