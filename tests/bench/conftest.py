"""Fixtures of the measurements; `million.py` says how to use them."""

from collections.abc import Iterator

import pytest

from geo.cluster import Cluster
from tests.bench.measure import Bench, machine
from tests.bench.million import CACHE, Million, copy_of_million, million_cluster


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dem", help="A real elevation model for test_terrain.py (HGT or GeoTIFF).")


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Measures, and files its lines in `.cache/bench/report.txt`."""
    CACHE.mkdir(parents=True, exist_ok=True)
    made = Bench(CACHE / "report.txt")
    made.note(f"machine: {machine()}")
    return made


@pytest.fixture(scope="session")
def bench_cluster() -> Iterator[Cluster]:
    """The cluster in which the filled database is kept."""
    with million_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def million(bench_cluster: Cluster) -> Iterator[Million]:
    """1,000,000 units, for reading: one database for all tests of the run."""
    with copy_of_million(bench_cluster, "reading") as made:
        yield made


@pytest.fixture
def scratch(bench_cluster: Cluster) -> Iterator[Million]:
    """1,000,000 units of which one test may do with what it likes."""
    with copy_of_million(bench_cluster, "scratch") as made:
        yield made
