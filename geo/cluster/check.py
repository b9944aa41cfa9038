"""Is the cluster whole, and would it keep what it acknowledges?"""

import shutil
import subprocess
from dataclasses import dataclass

import psycopg

from geo.cluster.account import Account
from geo.cluster.configure import DURABLE, SUPERUSER
from geo.cluster.create import last_line
from geo.cluster.find import Installation
from geo.cluster.layout import PORT, Layout
from geo.cluster.provision import DATABASE, connect, setting

_LEAST_FREE = 0.05


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str


def check_running(layout: Layout, installation: Installation) -> list[Finding]:
    """Settings, versions, checksum failures so far, and the structure of tables and indexes."""
    with connect(layout.socket, DATABASE) as connection:
        findings = [
            _check_setting(connection, name, wanted) for name, wanted in (DURABLE | {"data_checksums": "on"}).items()
        ]
        findings += [_check_postgis(connection), _check_failures(connection)]
    return [*findings, _check_structure(layout, installation), _check_space(layout)]


def check_stopped(layout: Layout, installation: Installation, account: Account) -> list[Finding]:
    """The checksum of every page."""
    data = layout.data(installation.major)
    done = subprocess.run(
        [str(installation.program("pg_checksums")), "--check", "-D", str(data)],
        capture_output=True,
        text=True,
        check=False,
        **account.popen(),
    )
    if done.returncode == 0:
        said = "every page has the right checksum"
    else:
        said = last_line(done.stderr)
        if "not shut down cleanly" in said or "must be shut down" in said:
            said = "the database was not ended in an orderly way: start and stop it once, then check"
    return [Finding("checksums", done.returncode == 0, said), _check_space(layout)]


def _check_setting(connection: psycopg.Connection, name: str, wanted: str) -> Finding:
    value = setting(connection, name)
    return Finding(name, value == wanted, f"is {value}")


def _check_postgis(connection: psycopg.Connection) -> Finding:
    row = connection.execute(
        "SELECT installed_version, default_version FROM pg_available_extensions WHERE name = 'postgis'"
    ).fetchone()
    if row is None or row[0] is None:
        return Finding("postgis", False, "is not there")
    if row[0] != row[1]:
        return Finding("postgis", False, f"is {row[0]}, {row[1]} is there: innenstadt db upgrade")
    return Finding("postgis", True, f"is {row[0]}")


def _check_failures(connection: psycopg.Connection) -> Finding:
    rows = connection.execute(
        "SELECT coalesce(datname, 'shared'), checksum_failures FROM pg_stat_database WHERE checksum_failures > 0"
    ).fetchall()
    said = ", ".join(f"{count} in {name}" for name, count in rows) or "none so far"
    return Finding("checksum failures", not rows, said)


def _check_structure(layout: Layout, installation: Installation) -> Finding:
    place = ["-h", str(layout.socket), "-p", str(PORT), "-U", SUPERUSER]
    done = subprocess.run(
        [str(installation.program("pg_amcheck")), *place, "--install-missing", "-d", DATABASE],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    with connect(layout.socket, DATABASE) as connection:
        connection.execute("DROP EXTENSION IF EXISTS amcheck")
    if done.returncode == 0:
        return Finding("tables and indexes", True, "are whole")
    return Finding("tables and indexes", False, last_line(done.stderr + done.stdout))


def _check_space(layout: Layout) -> Finding:
    usage = shutil.disk_usage(layout.base)
    share = usage.free / usage.total
    text = f"{usage.free / 2**30:.1f} GiB free ({share:.0%})"
    return Finding("disk", share > _LEAST_FREE, text)
