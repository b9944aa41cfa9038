"""Runs inside the sandbox: takes the limits upon itself, then runs the script, which finds `geo` behind packages."""

import os
import resource
import runpy
import sys
from pathlib import Path

NOBODY = 65534


def main(script: str, seconds: int, memory_bytes: int, output_bytes: int, as_nobody: int) -> None:
    """Give up root if asked to, set limits that hold until the end of the process, then become the script."""
    if as_nobody and os.geteuid() == 0:  # a script may start itself anew, and is nobody already
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # No processes means no threads either; numpy's library would end the process over that.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:6]))
