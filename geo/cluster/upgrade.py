"""Brings the data of an older PostgreSQL or PostGIS to a newer one."""

import shutil
import subprocess
from pathlib import Path

from psycopg import sql

from geo.cluster.account import Account
from geo.cluster.configure import SUPERUSER, write_configuration
from geo.cluster.create import empty_data, last_line, run_and_provision
from geo.cluster.errors import ClusterError
from geo.cluster.find import EXTENSIONS, Installation
from geo.cluster.layout import Layout
from geo.cluster.process import Postmaster
from geo.cluster.provision import connect


def upgraded_copy(layout: Layout, old: Installation, new: Installation, account: Account, data: Path) -> Path:
    """A copy of the data for the newer PostgreSQL; the old ones stay as they are."""
    _need_space(layout, data)
    config = write_configuration(layout, account, durable=True)
    run_and_provision(Postmaster(old, data, config, account), layout)  # replays what a kill left
    fresh = empty_data(layout, new, account, durable=True)
    work = account.folder(layout.base / f"{new.major}.new-upgrade")
    entrance = f"-c hba_file={layout.config}/pg_hba.conf -c ident_file={layout.config}/pg_ident.conf"
    command = [
        str(new.program("pg_upgrade")),
        f"--old-bindir={old.bin}",
        f"--new-bindir={new.bin}",
        f"--old-datadir={data}",
        f"--new-datadir={fresh}",
        f"--old-options={entrance}",
        f"--new-options={entrance}",
        f"--socketdir={layout.socket}",
        f"--username={SUPERUSER}",
    ]
    how = account.popen() | {"cwd": str(work)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    if done.returncode:
        layout.supervisor_log.open("a").write(done.stdout + done.stderr)
        raise ClusterError(
            f"The data could not be brought to PostgreSQL {new.major} and stay as they were: "
            f"{last_line(done.stdout + done.stderr)} (all of it in {layout.supervisor_log})"
        )
    shutil.rmtree(work)
    run_and_provision(Postmaster(new, fresh, config, account), layout, after=_finish)
    return fresh


def upgrade_extensions(socket: Path, installation: Installation) -> str:
    """Brings the extensions of every database to the versions that are installed."""
    done = _update_extensions(socket)
    if done:
        return "Brought to the installed version: " + ", ".join(sorted(done)) + "."
    return (
        f"Nothing to do: PostgreSQL {installation.version} with PostGIS {installation.postgis} "
        "is the newest on this machine, and the data are on it. For a newer one, install its "
        "packages beside the present ones first."
    )


def _finish(socket: Path) -> None:
    _update_extensions(socket)
    for database in _databases(socket):
        with connect(socket, database) as connection:
            connection.execute("ANALYZE")


def _update_extensions(socket: Path) -> set[str]:
    updated = set()
    for database in _databases(socket):
        with connect(socket, database) as connection:
            behind = connection.execute(
                "SELECT name, default_version FROM pg_available_extensions "
                "WHERE installed_version <> default_version AND name = ANY(%s)",
                (list(EXTENSIONS),),
            ).fetchall()
            for name, version in behind:
                connection.execute(sql.SQL("ALTER EXTENSION {} UPDATE").format(sql.Identifier(name)))
                updated.add(f"{name} {version} in {database}")
            if any(name == "postgis" for name, _ in behind):
                connection.execute("SELECT postgis_extensions_upgrade()")
    return updated


def _databases(socket: Path) -> list[str]:
    with connect(socket, "postgres") as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datallowconn")
        return [row[0] for row in rows if row[0] != "template1"]


def _need_space(layout: Layout, data: Path) -> None:
    size = sum(file.lstat().st_size for file in data.rglob("*") if file.is_file())
    free = shutil.disk_usage(layout.base).free
    if free < size * 1.2:
        raise ClusterError(
            f"The copy for the newer PostgreSQL needs {size * 1.2 / 2**30:.1f} GiB, "
            f"but only {free / 2**30:.1f} GiB are free in {layout.base}."
        )
