"""The embedded PostGIS cluster of one home, as the rest of the register sees it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from geo.cluster.account import server_account
from geo.cluster.check import Finding, check_running, check_stopped
from geo.cluster.configure import ROLES, SUPERUSER
from geo.cluster.create import create_cluster, put_in_place, remove_unfinished
from geo.cluster.errors import AlreadyRunning, ClusterError
from geo.cluster.find import find, installations
from geo.cluster.layout import PORT, Layout
from geo.cluster.lock import Guests, HomeLock, holder
from geo.cluster.provision import DATABASE, assert_durable, connect, provision
from geo.cluster.upgrade import upgrade_extensions, upgraded_copy

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 60
_JOIN_SECONDS = 60
_GUEST_SECONDS = 15


@dataclass(frozen=True)
class Status:
    """What is known about a cluster without changing anything."""

    state: str  # absent, stopped, running, or what its holder does (creating, starting, ...)
    home: Path
    data: Path | None
    socket: Path
    major: int | None
    pid: int | None = None
    server_pid: int | None = None
    background: bool = False

    @property
    def running(self) -> bool:
        """Whether it takes connections."""
        return self.state == "running"


class Cluster:
    """A PostgreSQL of its own under `home`, reachable through its socket only."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = Path(home).resolve()
        self.layout = Layout(self.home)
        self.durable = durable
        self._supervisor: subprocess.Popen[bytes] | None = None

    def create(self) -> bool:
        """Makes the cluster when there is none; True when it was made now."""
        if self.layout.current():
            return False
        installation = find()
        account = server_account(create=True)
        self.layout.prepare(account)
        with HomeLock(self.layout.lock).take("creating"):
            if self.layout.current():
                return False
            create_cluster(self.layout, installation, account, self.durable)
        return True

    def start(self, *, background: bool = False) -> None:
        """Starts it (creating it first when needed) and returns when it takes connections.

        It lives as long as this process and its forks (which must not `exec` away: the line to
        the supervisor closes then); with `background` it stays until somebody stops it.
        """
        self._refuse_other_version()
        self.create()
        self.layout.prepare(server_account())
        self._supervisor = self._spawn_supervisor(background)
        self._hear_answer()
        try:
            provision(self.layout.socket)
            if self.durable:
                assert_durable(self.layout.socket)
        except (psycopg.Error, ClusterError) as problem:
            self.stop()
            raise ClusterError(f"The database started but is not usable: {problem}") from problem
        if background:
            self._supervisor = None

    def stop(self) -> bool:
        """Ends it and waits for the end; False when nothing ran."""
        if self._supervisor is not None:
            self._supervisor.terminate()
            self._supervisor.wait()
            if self._supervisor.stdin:
                self._supervisor.stdin.close()
            self._supervisor = None
            return True
        now = holder(self.layout.lock)
        if now is None:
            return False
        if now.owner and not now.leaving:
            raise AlreadyRunning(
                f"The database of {self.home} belongs to the server process {now.owner} and ends "
                "with it: end that one (Ctrl-C).",
                now.owner,
                background=False,
            )
        end = time.monotonic() + _STOP_SECONDS
        while (now := holder(self.layout.lock)) and time.monotonic() < end:
            if now.pid and (now.background or now.owner):
                with suppress(ProcessLookupError):
                    os.kill(now.pid, signal.SIGTERM)
            time.sleep(0.1)
        if now:
            raise ClusterError(f"The database process {now.pid} did not end within a minute.")
        return True

    @contextmanager
    def running(self, *, alone: bool = False) -> Iterator["Cluster"]:
        """Uses the cluster that runs already, or runs one for the time of the block.

        Who started it waits at the end for those who joined, for a while. A server asks to be
        `alone`: it joins a database in the background, but not that of another server.
        """
        started = False
        try:
            if alone or not self.status().running:
                self.start()
                started = True
        except AlreadyRunning as other:
            if alone and not other.background:
                raise
            self._wait_running()
        guests = Guests(self.layout.guests)
        if started:
            try:
                yield self
            finally:
                guests.wait_for_the_last(_GUEST_SECONDS)
                self.stop()
        else:
            with guests.joined():
                yield self

    def status(self) -> Status:
        """Looks, and changes nothing."""
        current = self.layout.current()
        now = holder(self.layout.lock)
        state = now.doing if now else ("stopped" if current else "absent")
        return Status(
            state=state,
            home=self.home,
            data=current[1] if current else None,
            socket=self.layout.socket,
            major=current[0] if current else None,
            pid=now.pid if now else None,
            server_pid=now.owner if now else None,
            background=bool(now and now.background),
        )

    def url(self, role: str, database: str = DATABASE) -> str:
        """The SQLAlchemy address for one of the roles."""
        if role not in (SUPERUSER, *ROLES):
            raise ValueError(f"no role {role}")
        host = quote(str(self.layout.socket), safe="")
        return f"postgresql+psycopg://{role}@/{quote(database)}?host={host}&port={PORT}"

    def psql_command(self, role: str = "reg_owner", database: str = DATABASE) -> list[str]:
        """The command line of psql for this cluster."""
        major = (self.layout.current() or (None,))[0]
        program = str(find(major).program("psql"))
        return [program, "-h", str(self.layout.socket), "-p", str(PORT), "-U", role, "-d", database]

    def create_database(self, name: str, template: str | None = None) -> None:
        """A further database of reg_owner, by default a copy of the register's empty one."""
        with connect(self.layout.socket, "postgres") as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER reg_owner TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template or DATABASE)
                )
            )

    def drop_database(self, name: str) -> None:
        """Removes a further database, whoever is connected to it."""
        if name == DATABASE:
            raise ValueError("the register itself is not dropped")
        with connect(self.layout.socket, "postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def check(self) -> list[Finding]:
        """Looks for damage and for settings that would lose data; may take minutes."""
        current = self.layout.current()
        if current is None:
            raise ClusterError(f"There is no database in {self.home} yet.")
        if self.status().running:
            return check_running(self.layout, find(current[0]))
        with HomeLock(self.layout.lock).take("checking"):
            return check_stopped(self.layout, find(current[0]), server_account())

    def upgrade(self) -> str:
        """Brings the data to the newest PostgreSQL and PostGIS here; says what was done."""
        current = self.layout.current()
        if current is None:
            raise ClusterError(f"There is no database in {self.home} yet.")
        newest = find()
        if newest.major <= current[0]:
            with self.running():
                return upgrade_extensions(self.layout.socket, newest)
        old = find(current[0])
        self.layout.prepare(server_account())
        with HomeLock(self.layout.lock).take("upgrading"):
            remove_unfinished(self.layout)
            fresh = upgraded_copy(self.layout, old, newest, server_account(), current[1])
            put_in_place(fresh, self.layout.data(newest.major))
        return (
            f"The data moved from PostgreSQL {old.version} to {newest.version}; the old ones are "
            f"kept in {current[1]}: remove them when all is well."
        )

    def _wait_running(self) -> None:
        end = time.monotonic() + _JOIN_SECONDS
        while not self.status().running:
            if time.monotonic() > end:
                raise ClusterError(f"The database of {self.home} does not get ready.")
            time.sleep(0.1)

    def _spawn_supervisor(self, background: bool) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "geo.cluster.supervisor", str(self.home)]
        command += ["--background"] if background else []
        command += [] if self.durable else ["--not-durable"]
        return subprocess.Popen(
            command,
            cwd=_PACKAGE_ROOT,
            env={
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            stdin=subprocess.DEVNULL if background else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server: it stops the database last
        )

    def _hear_answer(self) -> None:
        supervisor = self._supervisor
        if supervisor is None or supervisor.stdout is None:
            raise RuntimeError("no supervisor")
        with supervisor.stdout as pipe:
            line = pipe.readline()
        if not line or "error" in json.loads(line):
            self._supervisor = None
            supervisor.wait()
            now = holder(self.layout.lock)
            sentence = json.loads(line)["error"] if line else "The database process died."
            if now and now.pid != supervisor.pid:
                raise AlreadyRunning(sentence, now.owner or now.pid, now.background)
            raise ClusterError(sentence)

    def _refuse_other_version(self) -> None:
        current = self.layout.current()
        if current is None:
            return
        major, data = current
        others = [one for one in installations() if not one.lacks()]
        if others and all(one.major != major for one in others):
            have = ", ".join(str(one.major) for one in others)
            raise ClusterError(
                f"The data in {data} belong to PostgreSQL {major}, but this machine has {have}: "
                f"install PostgreSQL {major} with PostGIS beside it and run "
                f"`innenstadt --home {self.home} db upgrade`, or restore a backup."
            )
