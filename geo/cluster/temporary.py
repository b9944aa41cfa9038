"""A cluster for the time of a block, for tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.cluster.cluster import Cluster


@contextmanager
def temporary_cluster(directory: Path | None = None, *, durable: bool = False) -> Iterator[Cluster]:
    """A running cluster in `directory` (by default a new one), gone afterwards.

    Not durable by default: it skips fsync and the like, which is right for tests alone.
    Without a directory it takes one that the account of PostgreSQL can enter, which pytest's
    own are not when the tests run as root.
    """
    home = directory or Path(tempfile.mkdtemp(prefix="innenstadt-"))
    home.mkdir(parents=True, exist_ok=True)
    if directory is None:
        home.chmod(0o711)
    cluster = Cluster(home, durable=durable)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.layout.base, ignore_errors=True)
        if directory is None:
            shutil.rmtree(home, ignore_errors=True)
