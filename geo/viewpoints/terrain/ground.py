"""The ground around an observer: heights at any spot, from one elevation model or several laid over each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.geometry import UTM32, coordinates_from_metres
from geo.core.systems import WGS84

Floats = NDArray[np.floating[Any]]
LATTICE_M = 1000.0
KNOT_M = 500.0


@dataclass(frozen=True)
class Grid:
    """Heights in metres above the sea, row by row from the north; NaN where there is none.

    `west` and `north` are the outer corner of the first cell in the units of the system `srid`.
    """

    heights: NDArray[np.float32]
    srid: int
    west: float
    north: float
    cell_width: float
    cell_height: float

    @property
    def resolution_m(self) -> float:
        """The longer side of a cell in metres."""
        if self.srid != WGS84:
            return max(self.cell_width, self.cell_height)
        latitude = math.radians(self.north - self.heights.shape[0] * self.cell_height / 2)
        return max(self.cell_width * math.cos(latitude), self.cell_height) * 111_320

    def corners(self) -> tuple[float, float, float, float]:
        """West, south, east, north in its own system."""
        rows, columns = self.heights.shape
        return self.west, self.north - rows * self.cell_height, self.west + columns * self.cell_width, self.north


@dataclass(frozen=True)
class _Place:
    """Where spots in metres lie in a grid: exact for a grid in metres, else between the knots of a lattice.

    A projection is so smooth that the error between knots 1 km apart is some centimetres.
    """

    grid: Grid
    west: float
    south: float
    knots: tuple[NDArray[np.float64], NDArray[np.float64]] | None

    def cells(self, easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
        """Column and row, counted from the middle of the first cell."""
        if self.knots is None:
            return (
                (easting - self.grid.west) / self.grid.cell_width - 0.5,
                (self.grid.north - northing) / self.grid.cell_height - 0.5,
            )
        x, y = (easting - self.west) / LATTICE_M, (northing - self.south) / LATTICE_M
        columns, rows = self.knots
        most_y, most_x = columns.shape[0] - 2, columns.shape[1] - 2
        left, low = np.clip(x.astype(np.int32), 0, most_x), np.clip(y.astype(np.int32), 0, most_y)
        x, y = x - left, y - low
        return _between(columns, low, left, y, x), _between(rows, low, left, y, x)


def _between(knots: Floats, low: Any, left: Any, y: Floats, x: Floats) -> Floats:
    """The value between four neighbours."""
    width = knots.shape[1]
    flat, at = knots.ravel(), low * width + left
    first = flat[at] * (1 - x) + flat[at + 1] * x
    second = flat[at + width] * (1 - x) + flat[at + width + 1] * x
    return first * (1 - y) + second * y


class Ground:
    """Heights within `reach_m` of a spot (easting and northing in EPSG:25832)."""

    def __init__(self, grids: Sequence[Grid], easting: float, northing: float, reach_m: float):
        self.easting, self.northing, self.reach_m = easting, northing, reach_m
        fine_first = sorted(grids, key=lambda grid: grid.resolution_m)
        self._places = [_place(grid, easting, northing, reach_m) for grid in fine_first]
        self.step_m = next((grid.resolution_m for grid in fine_first), 0.0)

    def heights(self, easting: Floats, northing: Floats) -> Floats:
        """The height at each spot between the middles of four cells; of the finest model that has one, else NaN."""
        found: Floats | None = None
        for place in self._places:
            here = _interpolated(place.grid.heights, *place.cells(easting, northing))
            found = here if found is None else np.where(np.isnan(found), here, found)
            if not np.isnan(found).any():
                break
        return np.full(easting.shape, np.nan, np.float32) if found is None else found

    def along(self, azimuth: Floats, steps_m: Floats) -> Floats:
        """The heights along rays (grid azimuths in radians, one a row) at each of the steps (metres, increasing).

        Where a spot lies in a grid is computed at knots of the ray and taken as even between them.
        """
        knots = np.arange(0, steps_m[-1] + KNOT_M, KNOT_M)
        at = np.minimum((steps_m / KNOT_M).astype(np.int32), len(knots) - 2)
        share = (steps_m / KNOT_M - at)[None, :].astype(np.float32)
        easting = self.easting + np.sin(azimuth)[:, None] * knots
        northing = self.northing + np.cos(azimuth)[:, None] * knots
        found: Floats | None = None
        for place in self._places:
            cells = (_on_the_way(one.astype(np.float32), at, share) for one in place.cells(easting, northing))
            here = _interpolated(place.grid.heights, *cells)
            found = here if found is None else np.where(np.isnan(found), here, found)
            if not np.isnan(found).any():
                break
        return np.full((len(azimuth), len(steps_m)), np.nan, np.float32) if found is None else found

    def height(self, easting: float, northing: float) -> float | None:
        """The height at one spot; None where no model has one."""
        found = float(self.heights(np.array([easting]), np.array([northing]))[0])
        return None if math.isnan(found) else found


def _place(grid: Grid, easting: float, northing: float, reach_m: float) -> _Place:
    if grid.srid == UTM32:
        return _Place(grid, 0, 0, None)
    count = math.ceil(2 * reach_m / LATTICE_M) + 2
    west, south = easting - reach_m, northing - reach_m
    x, y = np.meshgrid(west + LATTICE_M * np.arange(count), south + LATTICE_M * np.arange(count))
    there_x, there_y = coordinates_from_metres(x, y, grid.srid)
    columns = (there_x - grid.west) / grid.cell_width - 0.5
    rows = (grid.north - there_y) / grid.cell_height - 0.5
    return _Place(grid, west, south, (columns, rows))


def _on_the_way(knots: Floats, at: NDArray[np.int32], share: Floats) -> Floats:
    """Values between the knots of rays."""
    return knots[:, at] + np.diff(knots, axis=1)[:, at] * share


def _interpolated(heights: NDArray[np.float32], column: Floats, row: Floats) -> Floats:
    """The height at columns and rows, counted from the middle of the first cell."""
    most_row, most_column = heights.shape[0] - 1, heights.shape[1] - 1
    # Half a cell beyond the outermost middles still belongs to the model.
    outside = (column < -0.5) | (row < -0.5) | (column > most_column + 0.5) | (row > most_row + 0.5)
    column, row = np.clip(column, 0, most_column), np.clip(row, 0, most_row)
    left, top = np.minimum(column.astype(np.int32), most_column - 1), np.minimum(row.astype(np.int32), most_row - 1)
    x, y = (column - left).astype(np.float32), (row - top).astype(np.float32)
    found = _between(heights, top, left, y, x)
    found[outside] = np.nan
    return found
