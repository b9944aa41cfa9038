"""Reads foreign files in a child process that can do nothing else: no network, no file of ours, little time and memory.

With bubblewrap the child sees Python, the project's code and nothing besides; where namespaces are not to be had,
only the limits hold, and `sandbox_kind()` says so (`/readyz` shows it). The child is a script that reads its input
from standard input, writes its result to standard output, and ends with `REFUSED` and one word on standard error
when it will not have the input.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.core.paths import PACKAGE

REFUSED = 3
_CHILD = Path(__file__).with_name("sandbox_child.py")
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
_PROBE_S = 20


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
    command = [*_wrapping(), sys.executable, "-I", str(_CHILD), str(script)]
    command += [str(limits.seconds), str(limits.memory_bytes), str(limits.output_bytes)]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made, tempfile.TemporaryFile() as said:
        given.write(data)
        given.seek(0)
        try:
            ended = subprocess.run(
                command,
                stdin=given,
                stdout=made,
                stderr=said,
                env={},
                cwd="/",
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Refused("timeout") from None
        if ended.returncode == REFUSED:
            said.seek(0)
            raise Refused(said.read(200).decode("ascii", "replace").strip())
        if ended.returncode != 0:
            raise Refused("crash")
        made.seek(0)
        return made.read(limits.output_bytes)


def sandbox_kind() -> str:
    """`bubblewrap` where it works, else `limits`."""
    return "bubblewrap" if _wrapping() else "limits"


@lru_cache
def _wrapping() -> tuple[str, ...]:
    """The command in front of the child's, if bubblewrap works on this machine."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    # The empty /tmp first: an environment that lies under it is then shown on top.
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/"]  # noqa: S108 (inside the sandbox)
    for folder in _visible():
        command += ["--ro-bind", folder, folder]
    try:
        tried = subprocess.run(
            [*command, sys.executable, "-I", "-c", "import PIL"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            timeout=_PROBE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(command) if tried.returncode == 0 else ()


def _visible() -> list[str]:
    """System libraries, Python with its packages, and the project's code; no data, no settings."""
    paths = [*_SYSTEM, sys.prefix, sys.base_prefix, str(PACKAGE)]
    return [path for path in dict.fromkeys(paths) if Path(path).exists()]
