"""Good files of every format with bits turned and parts missing: each is read or refused, whatever it has become."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.geo.imports import files

ROOT = Path(__file__).resolve().parents[3]
# What the sandbox turns into its general sentence; anything else is a mistake of ours.
TOLERATED = ("PanicException", "signal")


def campaign(folder, rounds, seed):
    good = folder / "good"
    good.mkdir()
    (folder / "made").mkdir()
    for name, content in files.good_files(folder / "made").items():
        (good / name).write_bytes(content)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.geo.imports.campaign", str(good), str(rounds), str(seed)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:].decode(errors="replace")
    return json.loads(ended.stdout)


def test_mutated_files_are_read_or_refused_and_never_take_long(tmp_path):
    found = campaign(tmp_path, 30, 4711)
    assert found["read"] + found["refused"] + len(found["others"]) == 30 * 12
    assert found["read"] > 30 and found["refused"] > 30
    assert {word for word in found["others"].values() if not word.startswith(TOLERATED)} == set()
    assert found["slowest"][0] < 20, found["slowest"]


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_many_more_mutated_files(tmp_path, request):
    """Twenty of each format at a time, others each time, until the minutes are over."""
    until = time.monotonic() + 60 * request.config.getoption("--minutes")
    rounds = 0
    while rounds == 0 or time.monotonic() < until:
        rounds += 1
        folder = tmp_path / str(rounds)
        folder.mkdir()
        seed = time.time_ns()
        found = campaign(folder, 20, seed)
        assert {word for word in found["others"].values() if not word.startswith(TOLERATED)} == set(), seed
        assert found["slowest"][0] < 60, (seed, found["slowest"])
        shutil.rmtree(folder)
