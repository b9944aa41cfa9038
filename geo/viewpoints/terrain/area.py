"""The area that is seen from a point, cell by cell and as a polygon."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from geo.viewpoints.terrain.ground import Floats, Ground
from geo.viewpoints.terrain.horizon import Horizon, drop_m

MOST_CELLS_ACROSS = 1100
LEAST_CELLS = 3


@dataclass(frozen=True)
class Cells:
    """Square cells in metres (EPSG:25832), rows from the north; `west` and `north` are the outer corner."""

    west: float
    north: float
    size_m: float
    rows: int
    columns: int

    def middles(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Easting (one row) and northing (one column) of the middles of some rows."""
        easting = self.west + (np.arange(self.columns) + 0.5) * self.size_m
        northing = self.north - (np.arange(first, last) + 0.5) * self.size_m
        return easting[None, :], northing[:, None]


def cells_around(ground: Ground) -> Cells:
    """Cells over all that can be reached: as fine as the model, but not more than can be drawn."""
    size = max(ground.step_m, 2 * ground.reach_m / MOST_CELLS_ACROSS)
    across = int(2 * ground.reach_m // size)
    half = across * size / 2
    return Cells(ground.easting - half, ground.northing + half, size, across, across)


def visible_cells(ground: Ground, horizon: Horizon, cells: Cells) -> NDArray[np.bool_]:
    """Of which cells the ground in the middle is seen."""
    seen = np.zeros((cells.rows, cells.columns), bool)
    block = max(1, 400_000 // cells.columns)
    for first in range(0, cells.rows, block):
        last = min(first + block, cells.rows)
        easting, northing = np.broadcast_arrays(*cells.middles(first, last))
        across, up = easting - ground.easting, northing - ground.northing
        distance = np.hypot(across, up)
        near = distance <= ground.reach_m
        across, up, distance = across[near], up[near], np.maximum(distance[near], 0.1)
        height = ground.heights(easting[near], northing[near])
        slope = (height - drop_m(distance) - horizon.eye_m) / distance
        hidden_by = horizon.steepest_before(np.arctan2(across, up), distance)
        seen[first:last][near] = slope >= hidden_by  # NaN, where there is no ground, is not seen
    return seen


def as_area(seen: NDArray[np.bool_], cells: Cells) -> MultiPolygon:
    """The seen cells as an area in metres (EPSG:25832), without specks and pinholes of fewer than `LEAST_CELLS`."""
    rows, columns = np.nonzero(seen)
    if not len(rows):
        return MultiPolygon()
    west, north = cells.west + columns * cells.size_m, cells.north - rows * cells.size_m
    squares = shapely.box(west, north - cells.size_m, west + cells.size_m, north)
    joined = shapely.coverage_union_all(squares)
    least = LEAST_CELLS * cells.size_m**2 * 0.999
    kept = []
    for part in shapely.get_parts(joined):
        shell = Polygon(part.exterior)
        if shell.area >= least:
            kept.append(Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area >= least]))
    area = shapely.make_valid(MultiPolygon(kept).simplify(cells.size_m * 0.75))
    polygons = [part for part in shapely.get_parts(area) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return MultiPolygon([one for part in polygons for one in shapely.get_parts(part)])
