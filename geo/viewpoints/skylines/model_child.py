"""Turns an elevation model into plain heights, in the sandbox: GeoTIFF, ASCII grid or HGT, as it is or zipped.

Standard input is the file; the request (JSON) says its name, the system somebody chose (or null) and boxes to guess one
by. Writes 32-bit floats, little-endian, row by row from the north, NaN for none, into the descriptor it is given, and
answers JSON about them. Ends with `REFUSED` and a word.
"""

import json
import os
import sys

import numpy as np

from geo.core.foreign.archive import Archive, ZipLimits
from geo.core.foreign.raster import TIFF, Grid, Refusal, from_hgt, from_text, from_tiff, guessed
from geo.core.foreign.refused import Refused
from geo.core.sandbox import REFUSED

ENDINGS = (".hgt", ".tif", ".tiff", ".asc")
LOWEST_M, HIGHEST_M = -430.0, 9000.0  # outside of these it is no height of the ground


def unpacked(content: bytes, name: str) -> tuple[bytes, str]:
    """The one model in a zip, with its name; anything else as it is."""
    if not content.startswith(b"PK\x03\x04"):
        return content, name
    try:
        archive = Archive(sys.stdin.buffer, ZipLimits(unpacked_bytes=600_000_000, ratio=1000))
        models = [entry for entry in archive.entries if entry.filename.lower().endswith(ENDINGS)]
        if len(models) != 1:
            raise Refusal("zip")
        return b"".join(archive.blocks(models[0])), models[0].filename
    except Refused:
        raise Refusal("zip") from None


def grid_of(content: bytes, name: str) -> Grid:
    """The grid in the file."""
    if content[:4] in TIFF:
        return from_tiff(content)
    if content[:5].lower() == b"ncols":
        return from_text(content)
    if name.lower().endswith(".hgt"):
        return from_hgt(content, name)
    raise Refusal("broken")


def main(request: str, made: int) -> None:
    """Read, write, answer."""
    asked = json.loads(request)
    try:
        grid = grid_of(*unpacked(sys.stdin.buffer.read(), asked["name"]))
        cells, (west, north, width, height), said, nothing = grid
        srid = asked["srid"] or said or guessed(grid, asked["guess"])
        if min(cells.shape) < 2 or not (width > 0 and height > 0):
            raise Refusal("broken")
        if srid not in asked["known"]:
            raise Refusal("system")
        cells = cells.astype("<f4")
        empty = ~np.isfinite(cells) | (cells < LOWEST_M) | (cells > HIGHEST_M)
        if nothing is not None:
            empty |= np.isclose(cells, nothing)
        cells[empty] = np.nan
        if empty.all():
            raise Refusal("empty")
    except Refusal as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)
    with os.fdopen(made, "wb") as out:
        out.write(cells.tobytes())
    rows, columns = cells.shape
    lowest, highest = float(np.nanmin(cells)), float(np.nanmax(cells))
    numbers = {"rows": rows, "columns": columns, "west": west, "north": north, "width": width, "height": height}
    json.dump({"srid": srid, **numbers, "lowest": lowest, "highest": highest}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[-2], int(sys.argv[-1]))
