"""The operating system account that PostgreSQL runs as (it refuses to run as root)."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.cluster.errors import ClusterError

DEBIAN_ACCOUNT = "postgres"
OWN_ACCOUNT = "innenstadt"


@dataclass(frozen=True)
class Account:
    """Who runs the server programs, and whether that means changing over from root."""

    name: str
    uid: int
    gid: int
    changes: bool

    def popen(self) -> dict[str, Any]:
        """The arguments that make `subprocess` run something as this account."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        common: dict[str, Any] = {"env": environment, "cwd": "/"}
        if self.changes:
            common |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return common

    def give(self, path: Path) -> None:
        """Hands a file or folder to this account."""
        if self.changes:
            os.chown(path, self.uid, self.gid)

    def folder(self, path: Path) -> Path:
        """Makes sure that a private folder of this account is there."""
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
        self.give(path)
        return path

    def must_reach(self, folder: Path) -> None:
        """Refuses a folder that this account cannot enter."""
        if not self.changes:
            return
        for step in reversed([folder, *folder.parents]):
            done = subprocess.run(["test", "-x", str(step)], check=False, **self.popen())
            if done.returncode:
                raise ClusterError(
                    f"PostgreSQL does not run as root but as the account {self.name}, "
                    f"which may not enter {step}: choose another home with --home, "
                    f"or allow it with: chmod o+x {step}"
                )


def calling_user() -> str:
    """The name of the user that runs this program."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise ClusterError(
            f"The user with the number {os.geteuid()} has no name on this machine; PostgreSQL "
            "recognises its users by name, so add one to /etc/passwd."
        ) from None


def server_account(create: bool = False) -> Account:
    """The caller itself, or for root an unprivileged account (made when asked for)."""
    if os.geteuid() != 0:
        return Account(calling_user(), os.geteuid(), os.getegid(), changes=False)
    for name in (DEBIAN_ACCOUNT, OWN_ACCOUNT):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, changes=True)
    if not create:
        raise ClusterError(
            f"PostgreSQL refuses to run as root, and neither the account {DEBIAN_ACCOUNT} nor {OWN_ACCOUNT} is there."
        )
    _add_own_account()
    return server_account()


def _add_own_account() -> None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not program:
        raise ClusterError(f"PostgreSQL refuses to run as root; add a system account named {OWN_ACCOUNT} for it.")
    options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    done = subprocess.run([program, *options, OWN_ACCOUNT], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClusterError(f"The account {OWN_ACCOUNT} for PostgreSQL could not be added: {done.stderr.strip()}")
