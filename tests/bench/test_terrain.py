"""The terrain at full size: the exact answer, as gdal_viewshed has it, and fast enough to be waited for.

On made-up hills, or on a real tile: `./dev bench tests/bench/test_terrain.py --dem N50E011.hgt` (or a GeoTIFF). Beside random
spots the highest ones near by are taken, from which most is seen and the two differ most.
"""

import subprocess
import time
from dataclasses import dataclass
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
from tests.geo.viewpoints.terrain import exact
from tests.geo.viewpoints.terrain.models import hills, tiff, viewshed

OBSERVERS = 12
REACH_M = 25_000.0
CELL_M = 90.0
CHECKED = 6000


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


@dataclass(frozen=True)
class Agreement:
    """Shares of the cells around an observer on which two answers are the same: ours, gdal's, and the exact one.

    Ours and gdal's are compared on every cell, each with the exact one on `CHECKED` of them.
    """

    ours_gdal: float
    ours_exact: float
    gdal_exact: float


def agreement(model: tuple[Path, Grid], folder: Path, row: int, column: int, eye_m: float) -> Agreement:
    """How far the three agree around an observer."""
    path, grid = model
    easting = grid.west + (column + 0.5) * CELL_M
    northing = grid.north - (row + 0.5) * CELL_M
    ground = Ground([grid], easting, northing, REACH_M)
    horizon = march(ground, eye_m)
    assert horizon is not None
    rows, columns = grid.heights.shape
    ours = visible_cells(ground, horizon, Cells(grid.west, grid.north, CELL_M, rows, columns))
    gdals = viewshed(path, folder, easting, northing, eye_m=eye_m, reach_m=REACH_M, cc=1 - REFRACTION)
    y, x = np.mgrid[0:rows, 0:columns]
    apart = np.hypot(x - column, y - row) * CELL_M
    inside = (apart < REACH_M - CELL_M) & (apart > 0) & ~np.isnan(grid.heights)
    some = np.random.default_rng(row).choice(np.flatnonzero(inside), CHECKED, replace=False)
    there = np.unravel_index(some, inside.shape)
    truth = exact.seen(np.asarray(grid.heights, np.float64), CELL_M, (row, column), eye_m, *there)
    return Agreement(
        float((ours == gdals)[inside].mean()),
        float((ours[there] == truth).mean()),
        float((gdals[there] == truth).mean()),
    )


@pytest.mark.bench
@pytest.mark.parametrize("high", [False, True], ids=["anywhere", "hilltops"])
def test_it_is_the_exact_answer_and_agrees_with_gdal_viewshed_where_that_is_it_too(model, tmp_path, high):
    """On 99 of 100 cells for each observer; with gdal_viewshed on 98, or else gdal is farther from the exact answer.

    gdal_viewshed follows no line of sight: it carries the least height that is seen from cell to cell, which blurs the
    grazing sights of a hilltop.
    """
    found = [agreement(model, tmp_path, *spot, 2.0) for spot in observers(model[1], 7, high=high)]
    for name in ("ours_exact", "ours_gdal", "gdal_exact"):
        shares = [getattr(one, name) for one in found]
        words = name.replace("_", " and ")
        print(f"{words}: mean {np.mean(shares):.4f}, least {min(shares):.4f} of {len(shares)} observers")
    assert all(one.ours_exact >= 0.99 for one in found)
    assert all(one.ours_gdal >= 0.98 or one.gdal_exact < one.ours_exact for one in found)


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
