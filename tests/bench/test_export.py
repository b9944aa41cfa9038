"""Export of 1,000,000 units beside `ogr2ogr` from the same tables: same rows and columns, in one run, in turns.

Ours writes more (each code with its name, each uncertain day as a day too), and pays for the start of Python.
"""

import json
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest

from geo.core import clock
from geo.core.access import Role
from geo.vacancies import queries
from geo.vacancies.exporting.fields import unit_fields
from geo.vacancies.exporting.stream import literal
from tests.bench.measure import Bench, Times
from tests.bench.million import Million

MOST_MEGABYTES = 500
DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON"}


def peer_query(million: Million) -> str:
    """What ogr2ogr is given: the columns that ours reads."""
    wanted = ", ".join(expression for field in unit_fields(Role.MANAGER) for expression in field.selected())
    with million.database.owner() as session:
        selected, values = queries.selected(session, None, queries.Filters(clock.today()))
        return literal(session, f"SELECT {wanted}, p.point AS geometry {selected} ORDER BY u.id", values)


@pytest.mark.bench
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("extension", DRIVERS)
def test_export_of_a_million_units(million: Million, bench: Bench, tmp_path: Path, extension: str) -> None:
    ours, peer, runs = tmp_path / f"ours.{extension}", tmp_path / f"peer.{extension}", 2
    command = ["ogr2ogr", "-f", DRIVERS[extension], "-nln", "units", peer, f"PG:{million.conninfo()}"]
    command += ["-sql", peer_query(million)]
    taken: tuple[list[float], list[float]] = ([], [])
    most = 0.0
    for _ in range(runs):
        seconds, peak = bench.run(sys.executable, "-m", "tests.bench.export_child", million.url("reg_owner"), ours)
        taken[0].append(seconds)
        most = max(most, peak.megabytes)
        peer.unlink(missing_ok=True)
        taken[1].append(bench.run(*command)[0])
    note = f"peak={most:.0f}MB ours={ours.stat().st_size / 1e6:.0f}MB peer={peer.stat().st_size / 1e6:.0f}MB"
    ratio = bench.line(f"export {extension}", Times(tuple(taken[0])), Times(tuple(taken[1])), note)
    assert _features(ours) == _features(peer) == 1_000_000
    assert most < MOST_MEGABYTES and ratio < 1


def _features(path: Path) -> int:
    if path.suffix == ".gpkg":
        return int(pyogrio.read_info(path, force_feature_count=True)["features"])
    counted = subprocess.run(["grep", "-c", '"type": *"Feature",', path], capture_output=True, text=True, check=True)
    with path.open() as file:
        first = next(line for line in file if '"Feature",' in line)
    assert json.loads(first.rstrip().rstrip(","))["geometry"]["type"] == "Point"
    return int(counted.stdout)
