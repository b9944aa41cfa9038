"""Reads a raster in the sandbox and tells the mean of its cells around spots: GeoTIFF of one band, or ASCII grid.

The first line of standard input is JSON: `srid` (or null), `spots` (by EPSG number, each with easting, northing and the
radius in the units of that system), `guess` (EPSG numbers to try, with the box of the state in each). The rest is the
file. Answers JSON: `srid`, `values` (a number, or null where the raster has none). Ends with `REFUSED` and a word.
"""

import json
import math
import sys

import numpy as np

from geo.core.foreign.raster import Grid, Refusal, from_text, from_tiff, guessed
from geo.core.sandbox import REFUSED


def mean_around(grid: Grid, easting: float, northing: float, radius: float, radius_y: float) -> float | None:
    """The mean of the cells whose middles lie within the radius, at least of the one under the spot."""
    cells, (west, north, width, height), _, nothing = grid
    column, row = (easting - west) / width, (north - northing) / height
    if not (0 <= column < cells.shape[1] and 0 <= row < cells.shape[0]):
        return None
    across, down = max(radius / width, 0.0), max(radius_y / height, 0.0)
    top, bottom = max(0, math.floor(row - down)), min(cells.shape[0], math.ceil(row + down) + 1)
    left, right = max(0, math.floor(column - across)), min(cells.shape[1], math.ceil(column + across) + 1)
    part = cells[top:bottom, left:right].astype("float64")
    rows, columns = np.mgrid[top:bottom, left:right] + 0.5
    inside = ((columns - column) / max(across, 1e-9)) ** 2 + ((rows - row) / max(down, 1e-9)) ** 2 <= 1
    inside[math.floor(row) - top, math.floor(column) - left] = True
    good = inside & np.isfinite(part)
    if nothing is not None:
        good &= ~np.isclose(part, nothing)
    return float(part[good].mean()) if good.any() else None


def main() -> None:
    """Read, sample, answer."""
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    try:
        grid = from_tiff(content) if content[:2] in (b"II", b"MM") else from_text(content)
        srid = asked["srid"] or grid[2] or guessed(grid, asked["guess"])
        if srid is None or str(srid) not in asked["spots"]:
            raise Refusal("system")
    except Refusal as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)
    values = [mean_around(grid, *spot) for spot in asked["spots"][str(srid)]]
    sys.stdout.write(json.dumps({"srid": srid, "values": values}))


if __name__ == "__main__":
    main()
