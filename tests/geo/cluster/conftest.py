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
def made_home() -> Iterator[Path]:
    """A home with a stopped cluster, one for the module."""
    for folder in _folder():
        Cluster(folder).create()
        yield folder


@pytest.fixture
def cluster(made_home: Path) -> Iterator[Cluster]:
    """The module's cluster, running."""
    one = Cluster(made_home)
    one.start()
    yield one
    one.stop()
