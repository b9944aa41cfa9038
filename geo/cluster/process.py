"""One running PostgreSQL as a direct child of this process."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from geo.cluster.account import Account
from geo.cluster.errors import ClusterError
from geo.cluster.find import Installation

_PROC = Path("/proc")
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class Postmaster:
    """Starts `postgres`, knows when it is ready, ends it; the caller waits for it."""

    def __init__(self, installation: Installation, data: Path, config: Path, account: Account) -> None:
        self.installation = installation
        self.data = data
        self.config = config
        self.account = account
        self.child: subprocess.Popen[bytes] | None = None

    def spawn(self, output: IO[bytes] | int) -> None:
        """Starts it; what it says before its log is open goes to `output`."""
        clear_remains(self.data)
        program = str(self.installation.program("postgres"))
        self.child = subprocess.Popen(
            [program, "-D", str(self.data), "-c", f"config_file={self.config}"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # The signal belongs to the forking *thread*: spawn only where that one lives on.
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - one ctypes call, loaded before the fork
            **self.account.popen(),
        )

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        if self.child is None:
            raise RuntimeError("not spawned")
        return self.child.pid

    def ended(self) -> int | None:
        """The exit code (negative for a signal) once it has ended, reaping it."""
        return 0 if self.child is None else self.child.poll()

    def ready(self) -> bool:
        """Whether it takes connections, by its own word in the pid file."""
        lines = _pid_file(self.data)
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def wait_ready(self, seconds: float, give_up: Callable[[], bool] = lambda: False) -> bool:
        """Waits until it is ready; False when it ended or was given up before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not give_up():
            if self.ended() is not None:
                return False
            if self.ready():
                return True
            time.sleep(0.03)
        return False

    def stop(self, patience: float = 30) -> None:
        """Ends it: fast, then at once, then by force."""
        if self.child is None:
            return
        for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 10)):
            if self.child.poll() is None:
                self.child.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self.child.wait(seconds)
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()


def clear_remains(data: Path) -> None:
    """Ends what an earlier, killed run left on this data directory. Call it under the lock.

    A postmaster that lost its parent is asked to stop; backends that lost their postmaster end
    by themselves, or are made to. Only then may a pid file be removed: while a backend lives it
    is what keeps a second server off the shared memory.
    """
    for number, patience in ((None, 1.5), (signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0)):
        left = servers_on(data)
        if left and number:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        if _gone(data, patience):
            break
    else:
        for pid in servers_on(data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not _gone(data, 5.0):
            raise ClusterError(f"The processes {servers_on(data)} of an earlier run hold {data} and do not end.")
    if _PROC.is_dir():
        (data / "postmaster.pid").unlink(missing_ok=True)


def servers_on(data: Path) -> list[int]:
    """The living PostgreSQL processes of this data directory (they all work inside it)."""
    wanted = data.resolve()
    owner = wanted.stat()
    found = []
    for entry in _PROC.glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().strip() not in ("postgres", "postmaster"):
                continue
            if (entry / "cwd").readlink() == wanted:
                found.append(int(entry.name))
        except PermissionError:
            if entry.exists() and entry.stat().st_uid == owner.st_uid != os.geteuid():
                return _servers_asked_as(owner, str(wanted))
        except OSError:  # ended meanwhile, or a zombie
            continue
    return sorted(found)


def _servers_asked_as(owner: os.stat_result, data: str) -> list[int]:
    """The same for a root that may not look into others' processes, as in many containers."""
    command = ["find", "/proc", "-mindepth", "2", "-maxdepth", "2", "-name", "cwd"]
    done = subprocess.run(
        [*command, "-printf", "%p %l\\n"],
        user=owner.st_uid,
        group=owner.st_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    lines = (line.split(" ", 1) for line in done.stdout.splitlines())
    return sorted(int(path.split("/")[2]) for path, target in lines if target == data)


def _gone(data: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while servers_on(data):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _die_with_parent() -> None:
    """Linux asks the server to stop (SIGINT: fast) when its parent is gone."""
    if _PROC.is_dir():
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
