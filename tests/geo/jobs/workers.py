"""Real workers in processes of their own, for tests that kill them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def starting(urls: list[str], home: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    """A function that starts one on the database; all are gone at the end."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        with (home / f"worker-{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.geo.jobs.worker_process", *urls, str(home)],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            process.kill()
            process.wait()


def until(holds: Callable[[], object], seconds: float = 240) -> None:
    """Waits for it, as long as a busy machine may take; fails when it does not come."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
