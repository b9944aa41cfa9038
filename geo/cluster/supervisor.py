"""A small process of its own that is PostgreSQL's parent: `python -m geo.cluster.supervisor`.

It takes the lock of the home, starts the server, waits for it (no zombie is left to make a pid
file look alive) and starts it again with growing pauses when it dies. It ends, and the server
before it, on SIGTERM or when its standard input closes: that is the line to the process that
wanted the database, so that a kill -9 of that one ends the database too. With --background
nobody holds that line. When the supervisor itself is killed, Linux stops the server.

On standard output it says once how the first start went, as one line of JSON.
"""

import argparse
import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from geo.cluster.account import server_account
from geo.cluster.configure import write_configuration
from geo.cluster.create import last_words
from geo.cluster.errors import ClusterError
from geo.cluster.find import find
from geo.cluster.layout import Layout
from geo.cluster.lock import HomeLock
from geo.cluster.process import Postmaster

_FIRST_TRIES = 3
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 30.0  # for one that does not get ready, as on a full disk
_LONGEST_PAUSE_WHEN_READY = 2.0  # for one that got ready and was killed again soon
_HEALTHY_AFTER = 3.0
_LONGEST_LOG = 1_000_000
_RECOVERY_SECONDS = 900.0  # replaying the log after a crash may take a while


class Supervisor:
    """Keeps one server running until it is told to end."""

    def __init__(self, server: Postmaster, lock: HomeLock, log: IO[bytes], lifeline: int | None) -> None:
        self.server = server
        self.lock = lock
        self.log = log
        self.lifeline = lifeline
        self.stopping = False
        self._wake, wake_end = os.pipe()
        for end in (self._wake, wake_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def start_first(self) -> None:
        """The first start; fails with a sentence when it cannot be."""
        for _ in range(_FIRST_TRIES):
            if self._start():
                self._note("running")
                return
            if self.stopping:
                raise ClusterError("The start was called off.")
            self._pause(_FIRST_PAUSE)
        raise ClusterError(f"The database did not start: {last_words(Path(self.log.name))}")

    def keep_running(self) -> None:
        """Waits, starts again what died, returns when told to end and the server has ended."""
        pause = _FIRST_PAUSE
        since = time.monotonic()
        while not self.stopping:
            code = self.server.ended()
            if code is None:
                self._pause(None)
                continue
            self._note("restarting")
            if time.monotonic() - since > _HEALTHY_AFTER:
                pause = _FIRST_PAUSE
            self.say(f"the server ended ({_ending(code)}), starting again in {pause:g} s")
            self._pause(pause)
            ready = not self.stopping and self._start()
            if ready:
                self._note("running")
            pause = min(pause * 2, _LONGEST_PAUSE_WHEN_READY if ready else _LONGEST_PAUSE)
            since = time.monotonic()
        self._note("stopping")
        self.server.stop()
        self.say("stopped")

    def say(self, text: str) -> None:
        """A line in the log, with the time."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with suppress(OSError):  # a full disk must not end the one who waits for space
            self.log.write(f"{now} supervisor {os.getpid()}: {text}\n".encode())

    def _note(self, doing: str) -> None:
        with suppress(OSError):
            self.lock.note(doing)

    def _start(self) -> bool:
        try:
            self.server.spawn(self.log)
        except (ClusterError, OSError) as problem:
            self.say(f"could not start the server: {problem}")
            return False
        ready = self.server.wait_ready(_RECOVERY_SECONDS, give_up=self._told_to_end)
        self.say(f"server process {self.server.pid} {'is ready' if ready else 'did not get ready'}")
        if not ready:
            self.server.stop()
        return ready

    def _told_to_end(self) -> bool:
        self._pause(0)
        return self.stopping

    def _pause(self, seconds: float | None) -> None:
        """Waits for time, a signal, a dead child or the end of the lifeline."""
        watched = [self._wake] + ([] if self.lifeline is None else [self.lifeline])
        ends = None if seconds is None else time.monotonic() + seconds
        while not self.stopping:
            left = None if ends is None else max(0.0, ends - time.monotonic())
            readable = select.select(watched, [], [], left)[0]
            if self._wake in readable:
                os.read(self._wake, 4096)
            if self.lifeline in readable and not os.read(self.lifeline or 0, 4096):
                self.stopping = True
            if ends is None or time.monotonic() >= ends:
                return

    def _end(self, *_signal: object) -> None:
        self.stopping = True


def _open_log(path: Path) -> IO[bytes]:
    """The log without a buffer, put aside once when it has grown long."""
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(path.with_name(path.name + ".old"))
    return path.open("ab", buffering=0)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _answer(**words: object) -> None:
    """Says how it went and leaves standard output for good."""
    os.write(1, (json.dumps(words) + "\n").encode())
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.close(nothing)


def main() -> int:
    """Runs until told to end; 0 after an orderly stop, 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="innenstadt-database")
    parser.add_argument("home", type=Path)
    parser.add_argument("--background", action="store_true")
    parser.add_argument("--not-durable", action="store_true")
    options = parser.parse_args()
    os.chdir("/")
    layout = Layout(options.home)
    owner = None if options.background else os.getppid()
    try:
        with (
            HomeLock(layout.lock).take("starting", owner, options.background) as lock,
            _open_log(layout.supervisor_log) as log,
        ):
            account = server_account()
            config = write_configuration(layout, account, durable=not options.not_durable)
            major, data = layout.current() or (0, layout.base)
            server = Postmaster(find(major), data, config, account)
            supervisor = Supervisor(server, lock, log, None if options.background else 0)
            supervisor.start_first()
            _answer(ready=True)
            supervisor.keep_running()
    except ClusterError as problem:
        _answer(error=problem.sentence)
        return 1
    except OSError as problem:
        _answer(error=f"The database did not start: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
