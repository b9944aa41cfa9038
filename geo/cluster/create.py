"""Makes a cluster: aside, whole, and then put in its place by one rename."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from geo.cluster.account import Account
from geo.cluster.configure import SUPERUSER, write_configuration
from geo.cluster.errors import ClusterError
from geo.cluster.find import Installation
from geo.cluster.layout import Layout
from geo.cluster.process import Postmaster, clear_remains
from geo.cluster.provision import provision

_START_SECONDS = 120
_CLEARING_TRIES = 50


def create_cluster(layout: Layout, installation: Installation, account: Account, durable: bool) -> Path:
    """Makes the data directory with roles, database and extensions. Call it under the lock."""
    remove_unfinished(layout)
    fresh = empty_data(layout, installation, account, durable)
    config = write_configuration(layout, account, durable)
    run_and_provision(Postmaster(installation, fresh, config, account), layout)
    return put_in_place(fresh, layout.data(installation.major))


def remove_unfinished(layout: Layout) -> None:
    """Removes what a creation that was killed left behind."""
    for left in layout.base.glob("*.new-*"):
        clear_remains(left)
        for _ in range(_CLEARING_TRIES):  # the killed one's own child may still be writing there
            shutil.rmtree(left, ignore_errors=True)
            if not left.exists():
                break
            time.sleep(0.2)
        else:
            raise ClusterError(f"The remains of a creation that was broken off cannot be removed: {left}.")


def empty_data(layout: Layout, installation: Installation, account: Account, durable: bool) -> Path:
    """An initialised data directory beside its later place."""
    fresh = Path(tempfile.mkdtemp(prefix=f"{installation.major}.new-", dir=layout.base))
    account.folder(fresh)
    command = [
        str(installation.program("initdb")),
        f"--pgdata={fresh}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
        "--auth=peer",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **account.popen())
    if done.returncode:
        raise ClusterError(f"The database could not be made: {last_line(done.stderr)}")
    return fresh


def run_and_provision(server: Postmaster, layout: Layout, after: Callable[[Path], None] = lambda _socket: None) -> None:
    """Runs the server as long as it takes to make roles, database and extensions."""
    with layout.supervisor_log.open("ab") as output:
        server.spawn(output)
        try:
            if not server.wait_ready(_START_SECONDS):
                raise ClusterError(f"The new database did not start: {last_words(layout.supervisor_log)}")
            provision(layout.socket)
            after(layout.socket)
        except psycopg.Error as problem:
            raise ClusterError(f"The new database could not be filled: {problem}") from problem
        finally:
            server.stop()


def put_in_place(fresh: Path, place: Path) -> Path:
    """The one step that makes the work count, made lasting."""
    fresh.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return place


def last_words(log: Path) -> str:
    """The last telling line that a server wrote when it failed."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4000))
            return last_line(file.read().decode(errors="replace"))
    except OSError:
        return "it left no message"


def last_line(text: str) -> str:
    """The last line that tells a reason, or the last one at all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return (telling or lines or ["it left no message"])[-1]
