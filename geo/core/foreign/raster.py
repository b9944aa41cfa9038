"""Rasters from outside, read with limits: GeoTIFF of one band, ASCII grid (ESRI), height tiles (HGT).

Runs in the sandbox's child; nothing here needs a database.
"""

import io
import math
import re
from typing import Any

import numpy as np
from PIL import Image

from geo.core.systems import WGS84

MOST_CELLS = 120_000_000
SCALE, TIE, MATRIX, KEYS, NODATA = 33550, 33922, 34264, 34735, 42113
PROJECTED, GEOGRAPHIC, RASTER_TYPE, USER_DEFINED, PIXEL_IS_POINT = 3072, 2048, 1025, 32767, 2
TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
HGT_VOID = -32768
HGT_SIDES = frozenset({1201, 1801, 3601})
_TILE = re.compile(r"([NS])([0-9]{2})([EW])([0-9]{3})", re.IGNORECASE)


class Refusal(Exception):
    """A word for why the file is not taken."""


# Cells, (west, north, cell width, cell height) of the outer corner, EPSG number, value of cells without one.
Grid = tuple[Any, tuple[float, float, float, float], "int | None", "float | None"]


def from_tiff(content: bytes) -> Grid:
    """The grid of a GeoTIFF."""
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
    if known.get(RASTER_TYPE) == PIXEL_IS_POINT:  # the place named is the middle of a cell
        place = (place[0] - place[2] / 2, place[1] + place[3] / 2, place[2], place[3])
    srid = known.get(PROJECTED) or known.get(GEOGRAPHIC)
    raw = str(tags.get(NODATA, "")).strip().strip("\x00")
    return cells, place, None if srid == USER_DEFINED else srid, number(raw)


def from_text(content: bytes) -> Grid:
    """The same of an ASCII grid: a head of names and numbers, then rows from the north."""
    lines = content.decode("ascii", "replace").split("\n")
    head: dict[str, float] = {}
    while lines and len(head) < 6 and lines[0].split()[:1] and lines[0].split()[0][0].isalpha():
        name, *value = lines.pop(0).split()
        found = number(value[0]) if len(value) == 1 else None
        if found is None:
            raise Refusal("broken")
        head[name.lower()] = found
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


def from_hgt(content: bytes, name: str) -> Grid:
    """The same of a height tile of one degree, whose place stands in its name (N50E011.hgt)."""
    side = math.isqrt(len(content) // 2)
    place = _TILE.search(name)
    if side * side * 2 != len(content) or side not in HGT_SIDES:
        raise Refusal("tile")
    if place is None:
        raise Refusal("unnamed")
    south = int(place[2]) * (1 if place[1].upper() == "N" else -1)
    west = int(place[4]) * (1 if place[3].upper() == "E" else -1)
    cell = 1 / (side - 1)  # the outermost heights lie on the degrees themselves
    cells = np.frombuffer(content, ">i2").reshape(side, side).astype("float32")
    return cells, (west - cell / 2, south + 1 + cell / 2, cell, cell), WGS84, HGT_VOID


def number(text: str) -> float | None:
    """A number with a point or a comma; None for anything else."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def guessed(grid: Grid, boxes: dict[str, list[float]]) -> int | None:
    """The first system in whose box of the state the raster's middle lies."""
    cells, (west, north, width, height), _, _ = grid
    x, y = west + cells.shape[1] * width / 2, north - cells.shape[0] * height / 2
    for srid, (left, low, right, high) in boxes.items():
        if left <= x <= right and low <= y <= high:
            return int(srid)
    return None
