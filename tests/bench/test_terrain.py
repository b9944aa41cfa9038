"""The terrain at full size: as gdal_viewshed sees it from anywhere, and fast enough to be waited for.

On made-up hills, or on a real tile: `./dev bench tests/bench/test_terrain.py --dem N50E011.hgt` (or a GeoTIFF). Beside random
spots the highest ones near by are taken, from which most is seen and the two differ most.
"""

import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from geo.core.geometry import coordinates_in_degrees
from geo.core.systems import UTM32
from geo.viewpoints.skylines.computing import Inputs, compute
from geo.viewpoints.skylines.files import Store
from geo.viewpoints.terrain.area import Cells, visible_cells
from geo.viewpoints.terrain.ground import Grid, Ground
from geo.viewpoints.terrain.horizon import REFRACTION, march
from tests.geo.viewpoints.terrain.models import hills, tiff, viewshed

OBSERVERS = 12
REACH_M = 25_000.0
CELL_M = 90.0


@pytest.fixture(scope="module")
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Grid]:
    """A GeoTIFF in metres and the same as a grid."""
    folder, given = tmp_path_factory.mktemp("dem"), request.config.getoption("--dem", default=None)
    path = folder / "model.tif"
    if given:
        size = ["-tr", str(CELL_M), str(CELL_M), "-r", "bilinear", "-dstnodata", "-32768"]
        subprocess.run(["gdalwarp", "-q", "-t_srs", f"EPSG:{UTM32}", *size, given, str(path)], check=True)
    else:
        tiff(path, hills(1000, 800, height_m=500), (CELL_M, CELL_M))
    found = (store := Store(folder)).take(path, path.name, None)
    place = (found.west, found.north, found.cell_width, found.cell_height)
    return path, store.grid(found.file, found.rows, found.columns, place, found.srid)


def observers(grid: Grid, seed: int, *, high: bool) -> list[tuple[int, int]]:
    """Rows and columns far enough from the edge; with `high` the highest near by."""
    random = np.random.default_rng(seed)
    rows, columns = grid.heights.shape
    edge = int(REACH_M / CELL_M) + 2
    found: list[tuple[int, int]] = []
    while len(found) < OBSERVERS:
        row, column = int(random.integers(edge, rows - edge)), int(random.integers(edge, columns - edge))
        part = np.asarray(grid.heights[row - 15 : row + 16, column - 15 : column + 16])
        if np.isnan(part).any():
            continue
        if high:
            down, across = np.unravel_index(part.argmax(), part.shape)
            row, column = row + int(down) - 15, column + int(across) - 15
        found.append((min(max(row, edge), rows - edge), min(max(column, edge), columns - edge)))
    return found


def agreement(model: tuple[Path, Grid], folder: Path, row: int, column: int, eye_m: float) -> float:
    """The share of cells on which both say the same."""
    path, grid = model
    easting = grid.west + (column + 0.5) * CELL_M
    northing = grid.north - (row + 0.5) * CELL_M
    ground = Ground([grid], easting, northing, REACH_M)
    horizon = march(ground, eye_m)
    assert horizon is not None
    rows, columns = grid.heights.shape
    mine = visible_cells(ground, horizon, Cells(grid.west, grid.north, CELL_M, rows, columns))
    theirs = viewshed(path, folder, easting, northing, eye_m=eye_m, reach_m=REACH_M, cc=1 - REFRACTION)
    y, x = np.mgrid[0:rows, 0:columns]
    inside = (np.hypot(x - column, y - row) * CELL_M < REACH_M - CELL_M) & ~np.isnan(grid.heights)
    return float((mine == theirs)[inside].mean())


@pytest.mark.bench
@pytest.mark.parametrize(("high", "mean", "each"), [(False, 0.98, 0.97), (True, 0.96, 0.93)])
def test_it_agrees_with_gdal_viewshed_from_anywhere(model, tmp_path, high, mean, each):
    """On 98 of 100 cells of random observers; hilltops, where both only approximate grazing sights, on 96."""
    shares = [agreement(model, tmp_path, *spot, 2.0) for spot in observers(model[1], 7, high=high)]
    print(f"agreement: mean {np.mean(shares):.4f}, least {min(shares):.4f} of {len(shares)} observers")
    assert np.mean(shares) >= mean and min(shares) >= each


@pytest.mark.bench
def test_a_skyline_takes_less_than_two_seconds_and_everything_less_than_six(model):
    """Processor time, so that what else runs here counts little."""
    grid = model[1]
    (row, column), *_ = observers(grid, 3, high=True)
    easting, northing = grid.west + column * CELL_M, grid.north - row * CELL_M
    longitude, latitude = coordinates_in_degrees(np.array([easting]), np.array([northing]), UTM32)
    began = time.process_time()
    march(Ground([grid], easting, northing, 60_000), 1.7)
    skyline = time.process_time() - began
    where = (float(longitude[0]), float(latitude[0]), easting, northing)
    result = compute(Inputs(1, "Gipfel", None, *where, 1.7, (), (), {}, ("x",)), [grid])
    whole = time.process_time() - began - skyline
    print(f"skyline {skyline:.2f} s, everything {whole:.2f} s, {result.visible_km2:.0f} km² seen")
    assert skyline < 2 and whole < 6
