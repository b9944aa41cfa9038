"""Reads foreign files in a child process that can do nothing else: no network, no file of ours, little time and memory.

With bubblewrap the child sees Python, the project's code and nothing besides; where namespaces are not to be had,
only the limits hold, and `sandbox_kind()` says so (`/readyz` shows it). Root is no user to read foreign files as, and
no limit on processes holds for it: the child becomes nobody, wherever Python can still be read then.

The child is a script that reads its input from standard input, writes its result to standard output, and ends with
`REFUSED` and one word on standard error when it will not have the input. Large files go through `convert`, which hands
the child the files themselves, open, in place of their content. The child finds the project's code, so it may import
those modules of `geo` that need no database and no web.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from geo.core.paths import PACKAGE

REFUSED = 3
_CHILD = Path(__file__).with_name("sandbox_child.py")
_PROBE = Path(__file__).with_name("sandbox_probe.py")
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
_PROBE_S = 20
_WATCH_S = 0.5
_SCRATCH_BYTES = 1_500_000_000  # of /tmp, which is memory
_MOST_ANSWER = 16_000_000


@dataclass(frozen=True)
class Limits:
    """What the child may use; `output_bytes` bounds its result."""

    seconds: int = 20
    memory_bytes: int = 1_500_000_000
    output_bytes: int = 64_000_000


class Refused(Exception):
    """The child does not accept the input; `reason` is its word for why."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


def run(script: Path, data: bytes, limits: Limits = Limits()) -> bytes:
    """The script's output for `data`. Raises `Refused`: by the script's own word, or "timeout", "crash"."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(data)
        given.seek(0)
        _run(script, limits, given, made, ())
        made.seek(0)
        return made.read(limits.output_bytes)


def convert(
    script: Path,
    given: Path,
    made: Path,
    request: str,
    limits: Limits = Limits(),
    watch: Callable[[], None] | None = None,
) -> bytes:
    """The script's answer on standard output, after it has turned one file into another.

    It reads the given file, seekable, on standard input; it is called with the request and the number of the
    descriptor to which it writes the made file, of at most `output_bytes`. Raises `Refused` as `run` does.
    `watch` is called while it works; what it raises ends the script.
    """
    with given.open("rb") as source, made.open("wb") as target, tempfile.TemporaryFile() as answer:
        words = (request, str(target.fileno()))
        _run(script, limits, source, answer, words, keep=(target.fileno(),), watch=watch)
        answer.seek(0)
        return answer.read(_MOST_ANSWER)


def _run(
    script: Path,
    limits: Limits,
    given: IO[bytes],
    made: IO[bytes],
    words: tuple[str, ...],
    keep: tuple[int, ...] = (),
    watch: Callable[[], None] | None = None,
) -> None:
    wrapping, as_nobody = _confinement()
    command = [*wrapping, *_child(script, limits, as_nobody=as_nobody), *words]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdin=given, stdout=made, stderr=said, env={}, cwd="/", pass_fds=keep) as child:
            try:
                _wait(child, limits.seconds, watch)
            except BaseException:
                child.kill()
                raise
        if child.returncode == REFUSED:
            said.seek(0)
            raise Refused(said.read(200).decode("ascii", "replace").strip())
        if child.returncode != 0:
            raise Refused("crash")


def _wait(child: subprocess.Popen[bytes], seconds: float, watch: Callable[[], None] | None) -> None:
    """Until it has ended. Raises `Refused` when its time is over."""
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        try:
            child.wait(max(left, 0) if watch is None else min(max(left, 0), _WATCH_S))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                raise Refused("timeout") from None
            if watch is not None:
                watch()
        else:
            return


def sandbox_kind() -> str:
    """`bubblewrap` where it works, else `limits`."""
    return "bubblewrap" if _confinement()[0] else "limits"


def _child(script: Path, limits: Limits, *, as_nobody: bool) -> list[str]:
    numbers = (limits.seconds, limits.memory_bytes, limits.output_bytes, int(as_nobody))
    return [sys.executable, "-I", str(_CHILD), str(script), *map(str, numbers)]


@lru_cache
def _confinement() -> tuple[tuple[str, ...], bool]:
    """The command in front of the child's (none without bubblewrap), and whether the child gives up root."""
    is_root = os.geteuid() == 0
    wrapping = _bubblewrap(is_root)
    if wrapping and _works(wrapping, as_nobody=is_root):
        return wrapping, is_root
    return (), is_root and _works((), as_nobody=True)


def _bubblewrap(is_root: bool) -> tuple[str, ...]:
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = [program, "--die-with-parent", "--new-session", "--clearenv"]
    if is_root:
        # No namespace of users, in which root would be the only one there is and could not become nobody.
        command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-all"]
    # An empty /tmp, before the rest: an environment that lies under it is then shown on top.
    command += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/"]
    command += ["--size", str(_SCRATCH_BYTES), "--perms", "1777", "--tmpfs", "/tmp"]  # noqa: S108 (inside the sandbox)
    folders = _visible()
    above = sorted({str(parent) for folder in folders for parent in Path(folder).parents} - {"/", "/tmp"})  # noqa: S108
    for folder in above:
        command += ["--perms", "0755", "--dir", folder]
    for folder in folders:
        command += ["--ro-bind", folder, folder]
    return tuple(command)


def _works(wrapping: tuple[str, ...], *, as_nobody: bool) -> bool:
    try:
        tried = subprocess.run(
            [*wrapping, *_child(_PROBE, Limits(), as_nobody=as_nobody)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            cwd="/",
            timeout=_PROBE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _visible() -> list[str]:
    """System libraries, Python with its packages, and the project's code; no data, no settings."""
    paths = [*_SYSTEM, sys.prefix, sys.base_prefix, str(PACKAGE)]
    return [path for path in dict.fromkeys(paths) if Path(path).exists()]
