"""Small made-up elevation models."""

import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from geo.core.systems import UTM32, WGS84
from geo.viewpoints.terrain.ground import Grid

WEST, NORTH = 640_000.0, 5_660_000.0


def hills(rows: int = 160, columns: int = 160, seed: int = 1, height_m: float = 120) -> np.ndarray:
    """Smooth hills of several sizes."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    found = np.zeros((rows, columns))
    for size in (64, 32, 16, 8):
        for _ in range(12):
            a, b, phase = random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(0, 6.3)
            found += size * np.sin((a * x + b * y) * 6.3 / size + phase)
    found -= found.min()
    return (200 + found / found.max() * height_m).astype(np.float32)


def grid(heights: np.ndarray, cell_m: float = 50, west: float = WEST, north: float = NORTH) -> Grid:
    return Grid(heights.astype(np.float32), UTM32, west, north, cell_m, cell_m)


def tiff(path: Path, heights: np.ndarray, cell: tuple[float, float] = (50, 50), *, srid: int = UTM32,
         west: float = WEST, north: float = NORTH, nodata: str | None = None, is_point: bool = False, **how: Any) -> Path:  # fmt: skip
    """A GeoTIFF of one band."""
    info = ImageFileDirectory_v2()
    for tag, kind, values in (
        (33550, 12, (*cell, 0.0)),
        (33922, 12, (0.0, 0.0, 0.0, west, north, 0.0)),
        (34735, 3, (1, 1, 0, 3, 1024, 0, 1, 2 if srid == WGS84 else 1, 1025, 0, 1, 1 + is_point, 2048 if srid == WGS84 else 3072, 0, 1, srid)),
    ):  # fmt: skip
        info[tag] = values
        info.tagtype[tag] = kind
    if nodata is not None:
        info[42113] = nodata
        info.tagtype[42113] = 2
    Image.fromarray(heights).save(path, "TIFF", tiffinfo=info, **how)
    return path


def hgt(heights: np.ndarray) -> bytes:
    """The bytes of an HGT tile: 1201 by 1201 heights, most significant byte first."""
    return struct.pack(f">{heights.size}h", *heights.astype(int).ravel())


def viewshed(
    path: Path, folder: Path, easting: float, northing: float, *, eye_m: float, reach_m: float, cc: float
) -> np.ndarray:
    """What gdal_viewshed sees, as one boolean a cell of the model."""
    out = folder / "viewshed.tif"
    words = ["gdal_viewshed", "-q", "-oz", eye_m, "-tz", 0, "-md", reach_m, "-cc", cc, "-ox", easting, "-oy", northing]
    subprocess.run([*map(str, words), str(path), str(out)], check=True, capture_output=True)
    with Image.open(path) as whole, Image.open(out) as part:
        seen = np.zeros((whole.height, whole.width), bool)
        (west, north, cell), (left, top, _) = _corner(whole), _corner(part)
        column, row = round((left - west) / cell), round((north - top) / cell)
        seen[row : row + part.height, column : column + part.width] = np.asarray(part) > 0
    return seen


def _corner(image: Any) -> tuple[float, float, float]:
    tie, scale = image.tag_v2[33922], image.tag_v2[33550]
    return tie[3], tie[4], scale[0]
