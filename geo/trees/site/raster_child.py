"""Reads a raster in the sandbox and tells the mean of its cells around spots: GeoTIFF of one band, or ASCII grid.

The first line of standard input is JSON: `srid` (or null), `spots` (by EPSG number, each with easting, northing and the
radius in the units of that system), `guess` (EPSG numbers to try, with the box of the state in each). The rest is the
file. Answers JSON: `srid`, `values` (a number, or null where the raster has none). Ends with `REFUSED` and a word.
"""

import io
import json
import math
import sys
from typing import Any

import numpy as np
from PIL import Image

from geo.core.sandbox import REFUSED

MOST_CELLS = 120_000_000
SCALE, TIE, MATRIX, KEYS, NODATA = 33550, 33922, 34264, 34735, 42113
PROJECTED, GEOGRAPHIC, USER_DEFINED = 3072, 2048, 32767


class Refusal(Exception):
    """A word for why the file is not taken."""


Grid = tuple[Any, tuple[float, float, float, float], "int | None", "float | None"]


def from_tiff(content: bytes) -> Grid:
    """Cells, (west, north, cell width, cell height), EPSG number, value of cells without one."""
    Image.MAX_IMAGE_PIXELS = MOST_CELLS
    try:
        image = Image.open(io.BytesIO(content))
        tags: Any = getattr(image, "tag_v2", {})
        if image.width * image.height > MOST_CELLS:
            raise Refusal("large")
        if len(image.getbands()) != 1 or image.mode == "P":
            raise Refusal("colours")
        cells = np.asarray(image, dtype="float32")
    except Refusal:
        raise
    except Image.DecompressionBombError:
        raise Refusal("large") from None
    except Exception:
        raise Refusal("broken") from None
    if TIE in tags and SCALE in tags:
        column, row, _, x, y, _ = (float(one) for one in tags[TIE][:6])
        width, height = float(tags[SCALE][0]), float(tags[SCALE][1])
        place = (x - column * width, y + row * height, width, height)
    elif MATRIX in tags and not float(tags[MATRIX][1]) and not float(tags[MATRIX][4]):
        matrix = [float(one) for one in tags[MATRIX]]
        place = (matrix[3], matrix[7], matrix[0], -matrix[5])
    else:
        raise Refusal("nowhere")
    keys = [int(one) for one in tags.get(KEYS, ())]
    known = {keys[at]: keys[at + 3] for at in range(4, len(keys) - 3, 4) if keys[at + 1] == 0}
    srid = known.get(PROJECTED) or known.get(GEOGRAPHIC)
    raw = str(tags.get(NODATA, "")).strip().strip("\x00")
    return cells, place, None if srid == USER_DEFINED else srid, _number(raw)


def from_text(content: bytes) -> Grid:
    """The same of an ASCII grid (ESRI): a head of names and numbers, then rows from the north."""
    lines = content.decode("ascii", "replace").split("\n")
    head: dict[str, float] = {}
    while lines and len(head) < 6 and lines[0].split()[:1] and lines[0].split()[0][0].isalpha():
        name, *value = lines.pop(0).split()
        number = _number(value[0]) if len(value) == 1 else None
        if number is None:
            raise Refusal("broken")
        head[name.lower()] = number
    try:
        columns, rows, size = int(head["ncols"]), int(head["nrows"]), head["cellsize"]
        half = size / 2 if "xllcenter" in head else 0.0
        west = head["xllcenter" if half else "xllcorner"] - half
        south = head["yllcenter" if half else "yllcorner"] - half
    except KeyError:
        raise Refusal("broken") from None
    if columns * rows > MOST_CELLS:
        raise Refusal("large")
    try:
        cells = np.array(" ".join(lines).replace(",", ".").split(), dtype="float32").reshape(rows, columns)
    except ValueError:
        raise Refusal("broken") from None
    return cells, (west, south + rows * size, size, size), None, head.get("nodata_value")


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


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
        srid = asked["srid"] or grid[2] or _guessed(grid, asked["guess"])
        if srid is None or str(srid) not in asked["spots"]:
            raise Refusal("system")
    except Refusal as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)
    values = [mean_around(grid, *spot) for spot in asked["spots"][str(srid)]]
    sys.stdout.write(json.dumps({"srid": srid, "values": values}))


def _guessed(grid: Grid, boxes: dict[str, list[float]]) -> int | None:
    """The first system in whose box of the state the raster's middle lies."""
    cells, (west, north, width, height), _, _ = grid
    x, y = west + cells.shape[1] * width / 2, north - cells.shape[0] * height / 2
    for srid, (left, low, right, high) in boxes.items():
        if left <= x <= right and low <= y <= high:
            return int(srid)
    return None


if __name__ == "__main__":
    main()
