"""Measuring: two things in turns, seconds and memory, and one line a result."""

import os
import platform
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Times:
    """Seconds of some runs of one thing."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass
class Peak:
    """The largest memory of a process and its children together, in megabytes, as far as it was seen."""

    megabytes: float = 0.0


class Bench:
    """Runs, compares and says; each line also goes to the file `report`."""

    def __init__(self, report: Path):
        self.report = report

    def pair(
        self, ours: Callable[[], Any], peer: Callable[[], Any], runs: int = 5, warm: bool = True
    ) -> tuple[Times, Times]:
        """Seconds of both, in turns, so that whatever else the machine does hits both; one more run each before."""
        if warm:
            ours(), peer()
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(runs):
            for work, seconds in zip((ours, peer), taken, strict=True):
                began = time.perf_counter()
                work()
                seconds.append(time.perf_counter() - began)
        return Times(tuple(taken[0])), Times(tuple(taken[1]))

    def line(self, name: str, ours: Times, peer: Times, note: str = "") -> float:
        """Print and file `bench NAME ours=… peer=… ratio=…` (medians); the ratio is ours to the peer's, less is quicker."""
        ratio = ours.median / peer.median
        self.note(
            f"bench {name} ours={_seconds(ours)} peer={_seconds(peer)} ratio={ratio:.3f}{' ' + note if note else ''}"
        )
        return ratio

    def rates(self, name: str, ours: float, peer: float, unit: str = "requests/s", note: str = "") -> float:
        """The same for things counted in a time; the ratio is ours to the peer's, more is quicker."""
        ratio = ours / peer
        self.note(f"bench {name} ours={ours:.1f} peer={peer:.1f} {unit} ratio={ratio:.2f}{' ' + note if note else ''}")
        return ratio

    def note(self, line: str) -> None:
        """Any line, to the terminal and to the report."""
        print(line, flush=True)
        with self.report.open("a") as file:
            file.write(line + "\n")

    def run(self, *command: str | Path, **options: Any) -> tuple[float, Peak]:
        """Run a program to its end: seconds and peak of memory. Raises `CalledProcessError` with what it said."""
        began = time.perf_counter()
        with subprocess.Popen(
            [*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
        ) as child:
            peak = self.peak(child)
            said, _ = child.communicate()
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command, said)
        return time.perf_counter() - began, peak

    def peak(self, process: subprocess.Popen[Any], every: float = 0.05) -> Peak:
        """Watches a child until it ends; looks again after so many seconds."""
        seen = Peak()

        def watch() -> None:
            while process.poll() is None:
                seen.megabytes = max(seen.megabytes, tree_megabytes(process.pid))
                time.sleep(every)

        threading.Thread(target=watch, daemon=True).start()
        return seen


def machine() -> str:
    """What measures, in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores ({model or platform.machine()}), {memory:.0f} GB, load {load}"


def tree_megabytes(pid: int) -> float:
    """Proportional memory where the system tells it (shared pages counted once), else resident, of a process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(folder.name))
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        total += _megabytes(one)
    return total


def _megabytes(pid: int) -> float:
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        for line in _lines(f"/proc/{pid}/{name}"):
            if line.startswith(key):
                return int(line.split()[1]) / 1024
    return 0.0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _seconds(times: Times) -> str:
    value = times.median
    return f"{value:.2f}s" if value >= 1 else f"{value * 1000:.2f}ms"
