"""Homes for clusters that the account of PostgreSQL can enter even when the tests run as root."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.cluster import Cluster


def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="innenstadt-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home."""
    yield from _folder()


@pytest.fixture(scope="module")
def kept() -> Iterator[Cluster]:
    """One cluster for the module, started and stopped as its tests need it."""
    for folder in _folder():
        one = Cluster(folder)
        one.create()
        yield one
        one.stop()


@pytest.fixture
def made_home(kept: Cluster) -> Path:
    """A home with a stopped cluster."""
    kept.stop()
    return kept.home


@pytest.fixture
def cluster(kept: Cluster) -> Cluster:
    """A running cluster."""
    if not kept.status().running:
        kept.start()
    return kept
