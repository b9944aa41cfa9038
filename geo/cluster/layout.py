"""Where everything of a cluster lies.

    HOME/postgres/15/            the data directory, named after the major version
    HOME/postgres/15.new-*       one that is being made; worthless, removed by the next start
    HOME/postgres/config/        postgresql.conf, pg_hba.conf, pg_ident.conf, written at each start
    HOME/postgres/local.conf     settings of the operator's own, read before ours
    HOME/postgres/log/           PostgreSQL's log, one file a day of the week
    HOME/postgres/supervisor.log starts, ends and restarts
    HOME/postgres/guests         held by those who joined it for a while
    HOME/postgres/lock           held by whoever runs or changes the cluster
    HOME/postgres/socket/        the only way in

As root everything but data, log and socket belongs to root, so that root never writes through
a folder that the unprivileged account could have turned into a trap.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from geo.cluster.account import Account
from geo.cluster.errors import ClusterError

PORT = 5432  # only part of the socket's file name: nothing listens on the network
_LONGEST_SOCKET_PATH = 106


@dataclass(frozen=True)
class Layout:
    """The folders of one cluster."""

    home: Path

    @property
    def base(self) -> Path:
        """Everything of PostgreSQL."""
        return self.home / "postgres"

    @property
    def config(self) -> Path:
        """The configuration, written anew at each start."""
        return self.base / "config"

    @property
    def local_config(self) -> Path:
        """The operator's own settings."""
        return self.base / "local.conf"

    @property
    def log(self) -> Path:
        """PostgreSQL's own log."""
        return self.base / "log"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.base / "lock"

    @property
    def guests(self) -> Path:
        """The lock file of those who joined a database that another process runs."""
        return self.base / "guests"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor did, and what PostgreSQL said before its log was open."""
        return self.base / "supervisor.log"

    @property
    def socket(self) -> Path:
        """The socket's folder; a short one elsewhere when the home's path is too long."""
        near = self.base / "socket"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH:
            return near
        name = f"innenstadt-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"
        if os.geteuid() == 0:
            return Path("/run") / name
        own = Path(f"/run/user/{os.geteuid()}")
        return (own if os.access(own, os.W_OK) else Path("/tmp")) / name  # noqa: S108 - checked below

    def data(self, major: int) -> Path:
        """The data directory of a major version."""
        return self.base / str(major)

    def current(self) -> tuple[int, Path] | None:
        """The newest data directory, with the version that its files really have."""
        if not self.base.is_dir():
            return None
        numbers = [int(f.name) for f in self.base.iterdir() if f.name.isdigit() and f.is_dir()]
        if not numbers:
            return None
        folder = self.data(max(numbers))
        try:
            return int((folder / "PG_VERSION").read_text().split(".")[0]), folder
        except PermissionError:
            raise ClusterError(f"{folder} belongs to another user: run this as the user who made it.") from None
        except (OSError, ValueError):
            raise ClusterError(
                f"{folder} is not a PostgreSQL data directory (its file PG_VERSION is missing "
                "or damaged); restore a backup, or move it away to begin anew."
            ) from None

    def prepare(self, account: Account) -> None:
        """Makes the folders that are not the data directory, with the right owners."""
        try:
            if not self.home.exists():
                self.home.mkdir(parents=True)
                self.home.chmod(0o711 if account.changes else 0o700)
            self.base.mkdir(exist_ok=True)
            self.base.chmod(0o711 if account.changes else 0o700)
            self.config.mkdir(exist_ok=True)
            self.config.chmod(0o755 if account.changes else 0o700)
            account.must_reach(self.base)
            account.folder(self.log)
            self._socket_folder(account)
        except PermissionError as problem:
            raise ClusterError(
                f"{problem.filename} may not be written by this user: choose another home with "
                "--home, or run this as the user who made it."
            ) from None
        except (FileExistsError, NotADirectoryError) as problem:
            raise ClusterError(f"{problem.filename} is a file where a folder is needed.") from None

    def _socket_folder(self, account: Account) -> None:
        folder = self.socket
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (os.geteuid(), account.uid):
            raise ClusterError(f"{folder}, needed for the database's socket, belongs to another.")
        account.folder(folder)
