"""One process at a time may run or change the cluster of a home.

The lock is the kernel's (flock): it ends with its holder, however that ends, so that nothing
here can be stale. What the file says about the holder is believed only while it is locked.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from geo.cluster.errors import AlreadyRunning

_PAUSE = 0.05
_GLANCE = 1.0  # a look at the lock by `status` may be in the way for a moment
_LEAVING = 60.0  # a database that is ending already is waited for


@dataclass(frozen=True)
class Holder:
    """Who holds a home; `background` when it was started to stay, not for a server's time."""

    pid: int
    doing: str
    owner: int | None = None
    background: bool = False

    @property
    def leaving(self) -> bool:
        """Whether it will be gone in a moment."""
        return self.doing == "stopping" or (self.owner is not None and not _lives(self.owner))


class HomeLock:
    """Held from `take` to `release`, or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1
        self._holder = Holder(os.getpid(), "starting")

    def take(self, doing: str, owner: int | None = None, background: bool = False) -> Self:
        """Takes the lock or says who has it."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        began = time.monotonic()
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                now = holder(self.path)
                patience = _LEAVING if now is None or now.leaving else _GLANCE
                if time.monotonic() - began > patience:
                    os.close(handle)
                    raise _refusal(self.path, now) from None
                time.sleep(_PAUSE)
        self._file = handle
        self._holder = Holder(os.getpid(), doing, owner, background)
        self.note(doing)
        return self

    def note(self, doing: str) -> None:
        """Writes down what the holder does."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(asdict(self._holder) | {"doing": doing}).encode(), 0)

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


class Guests:
    """Those who joined a database that another process runs; it should not end under them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Being a guest for the time of the block."""
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)

    def wait_for_the_last(self, seconds: float) -> bool:
        """Waits until nobody is left; False when the patience ended first."""
        handle = self._open()
        end = time.monotonic() + seconds
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except BlockingIOError:
                    if time.monotonic() > end:
                        return False
                    time.sleep(_PAUSE)
        finally:
            os.close(handle)

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        pass
    return True


def _refusal(path: Path, now: Holder | None) -> AlreadyRunning:
    now = now or Holder(0, "starting")
    home = path.parent.parent
    if now.background:
        sentence = (
            f"The database of {home} already runs in the background (process {now.pid}): "
            f"use it, or end it with: innenstadt --home {home} db stop"
        )
    elif now.owner:
        sentence = (
            f"The register of {home} already runs (server process {now.owner}, database process "
            f"{now.pid}): use that one, end it with Ctrl-C, or choose another home with --home."
        )
    else:
        sentence = f"The database of {home} is busy ({now.doing}, process {now.pid}): try again soon."
    return AlreadyRunning(sentence, now.owner or now.pid, now.background)
