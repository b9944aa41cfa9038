"""The loop over changes as machine code: compiled once for a machine, kept in a folder, loaded from there.

Compiling takes some ten seconds of the processor and loading a tenth of one. The folder is named after everything that
the code depends on, so that a new version never meets old code; it has a mark once the code is there. numba is loaded
only by who anneals: it takes a server that never does more memory than it has itself.
"""

import contextlib
import hashlib
import importlib
import importlib.metadata
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from geo.trees.planner.annealing.boards import Board, Standing

Pair = tuple[float, float]
Kernel = Callable[[Board, Standing, int, int, Pair, Pair, float], int]

SOURCES = Path(__file__).resolve().parent
OWN = SOURCES / "__pycache__"
NAMES = ("boards.py", "compiled.py", "compiling.py", "cooling.py", "loads.py", "moves.py")
PROCESSOR = Path("/proc/cpuinfo")
MARK = "ready"


_further: list[Path] = []  # where the code may be kept, if not beside the sources


def keep_in(folder: Path) -> None:
    """Names a folder of this process for the code, for the case that nothing can be written beside the sources."""
    _further.append(folder)


def folder_for() -> Path | None:
    """Where the code is kept: beside the sources, in a folder that was named, or with the user's own files. None where
    nothing can be written."""
    with contextlib.suppress(RuntimeError):  # nobody's home
        users = Path.home() / ".cache" / "innenstadtregister"
        for place in [OWN, *_further, users]:
            folder = place / f"annealing-{_version()}"
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                with tempfile.TemporaryFile(dir=folder):
                    return folder
    return None


def is_ready(folder: Path | None) -> bool:
    """Whether the code is there and has only to be loaded."""
    return folder is not None and (folder / MARK).exists()


@cache
def kernel(folder: Path | None) -> Kernel:
    """`cooling.anneal` as machine code: loaded from a folder, or compiled and kept there; without one only compiled."""
    numba = importlib.import_module("numba")
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)  # before the function is made: it decides there where it is kept
    cooling = importlib.import_module("geo.trees.planner.annealing.cooling")
    compiled: Kernel = cooling.compiled(_signature(numba.types), is_kept=folder is not None)
    if folder is not None:
        with contextlib.suppress(OSError):
            (folder / MARK).touch()
    return compiled


def _signature(types: Any) -> Any:
    """What the function is given, so that it is compiled for that before it is called."""

    def arrays(kind: type, **shapes: int) -> Any:
        of = {name: types.uint64 if name == "dice" else types.int64 for name in shapes}
        return types.NamedTuple([types.Array(of[name], n, "C") for name, n in shapes.items()], kind)

    board = arrays(Board, table=2, begins=1, listed=1, first=1, twin=1, price=2, costs=1, often=1)
    shapes = {"sums": 2, "short": 1, "chosen": 1, "counts": 2, "tally": 1, "best": 1, "best_counts": 2}
    standing = arrays(Standing, **shapes, tried=2, before=2, dice=1)
    pair = types.UniTuple(types.float64, 2)
    return types.int64(board, standing, types.int64, types.int64, pair, pair, types.float64)


@cache
def _version() -> str:
    """A word for everything that the machine code depends on."""
    parts = [sys.version, platform.machine(), *(importlib.metadata.version(one) for one in ("numba", "llvmlite"))]
    total = hashlib.sha256("\0".join(parts).encode())
    for name in NAMES:
        total.update((SOURCES / name).read_bytes())
    with contextlib.suppress(OSError):
        lines = PROCESSOR.read_text(errors="replace").splitlines()
        total.update("\n".join(sorted({one for one in lines if one.startswith(("flags", "model name"))})).encode())
    return total.hexdigest()[:16]


if __name__ == "__main__":
    kernel(folder_for())
