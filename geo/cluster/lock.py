"""One process at a time may run or change the cluster of a home.

The lock is the kernel's (flock): it ends with its holder, however that ends, so that nothing
here can be stale. What the file says about the holder is believed only while it is locked.
"""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from geo.cluster.errors import AlreadyRunning

_TRIES = 20
_PAUSE = 0.05  # a look at the lock by `status` may be in the way for a moment


@dataclass(frozen=True)
class Holder:
    """Who holds a home."""

    pid: int
    doing: str
    owner: int | None = None

    @property
    def background(self) -> bool:
        """Whether it was started to stay, and not by a server for its own time."""
        return self.doing == "running" and self.owner is None


class HomeLock:
    """Held from `take` to `release`, or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1

    def take(self, doing: str, owner: int | None = None) -> Self:
        """Takes the lock or says who has it."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        for attempt in range(_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt < _TRIES - 1:
                    time.sleep(_PAUSE)
        else:
            os.close(handle)
            raise _refusal(self.path)
        self._file = handle
        self.note(doing, owner)
        return self

    def note(self, doing: str, owner: int | None = None) -> None:
        """Writes down what the holder does."""
        text = json.dumps(asdict(Holder(os.getpid(), doing, owner)))
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def release(self) -> None:
        """Lets go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()


def holder(path: Path) -> Holder | None:
    """Who holds the lock now; None when nobody does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return Holder(**json.loads(os.pread(handle, 1000, 0)))
        except (ValueError, TypeError):  # taken this very moment, not written yet
            return Holder(0, "starting")
    finally:
        os.close(handle)
    return None


def _refusal(path: Path) -> AlreadyRunning:
    now = holder(path) or Holder(0, "starting")
    home = path.parent.parent
    if now.doing != "running":
        sentence = (
            f"The database of {home} is busy ({now.doing}, process {now.pid}): wait a moment."
        )
    elif now.owner:
        sentence = (
            f"The register of {home} already runs (server process {now.owner}, database process "
            f"{now.pid}): use that one, end it with Ctrl-C, or choose another home with --home."
        )
    else:
        sentence = (
            f"The database of {home} already runs in the background (process {now.pid}): "
            f"use it, or end it with: innenstadt db stop --home {home}"
        )
    return AlreadyRunning(sentence, now.owner or now.pid, now.background)
