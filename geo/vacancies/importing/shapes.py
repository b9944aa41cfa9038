"""Where the rows of a file are: the points of coordinate columns and of geometries, in degrees, with the faults of each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.core import geometry

_NO_SPOT = "Bitte den Ort auf der Karte wählen oder Länge und Breite in Grad eintragen."
_SWAPPED = "Länge und Breite sind vermutlich vertauscht: der Punkt läge nicht in Thüringen."
_ELSEWHERE = "Der Punkt liegt nicht in Thüringen."
_NO_POINT = "Die Geometrie der Zeile ist kein Punkt und keine Fläche."
_POINT, _POLYGON, _MULTIPOINT, _MULTIPOLYGON, _COLLECTION = 0, 3, 4, 6, 7
_DTYPE = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])


_TYPE = 0x20000001  # a point that says its system
_BARE = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


@dataclass(frozen=True)
class Spots:
    """Longitude and latitude of each row (NaN where there is none), and the outlines of areas as hex EWKB, or None."""

    x: np.ndarray
    y: np.ndarray
    outlines: pa.Array | None = None

    @property
    def hashes(self) -> np.ndarray:
        """A uint64 a row, 0 where there is no point."""
        with np.errstate(over="ignore"):
            found = self.x.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ self.y.view(np.uint64)
        found[np.isnan(self.x)] = 0
        return found

    def as_bytes(self) -> pa.Array:
        """The points as EWKB, null where there is none."""
        made = np.zeros(len(self.x), _DTYPE)
        made["order"], made["type"], made["srid"] = 1, _TYPE, geometry.WGS84
        made["x"], made["y"] = self.x, self.y
        kind = pa.binary(_DTYPE.itemsize)
        points = pa.Array.from_buffers(kind, len(made), [None, pa.py_buffer(made)])
        missing = np.isnan(self.x)
        return pc.if_else(pa.array(missing), pa.scalar(None, kind), points) if missing.any() else points


def of_coordinates(
    x: np.ndarray, y: np.ndarray, said: tuple[Any, ...], srid: int
) -> tuple[Spots, dict[str, dict[int, str]]]:
    """The points of two coordinate columns, where they lie near the state; else the sentences at the columns.

    `said`: whether the cells of longitude and latitude hold anything.
    """
    west, south, east, north = geometry.box_in(srid)
    with np.errstate(invalid="ignore"):
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        swapped = (y >= west) & (y <= east) & (x >= south) & (x <= north)
    both = ~np.isnan(x) & ~np.isnan(y)
    has_x, has_y = (one.to_numpy(zero_copy_only=False) for one in said)
    wrong: dict[str, dict[int, str]] = {
        "longitude": dict.fromkeys(np.flatnonzero(~has_x & has_y).tolist(), _NO_SPOT),
        "latitude": dict.fromkeys(np.flatnonzero(has_x & ~has_y).tolist(), _NO_SPOT),
    }
    for at in np.flatnonzero(both & ~inside).tolist():
        wrong["longitude"][at] = _SWAPPED if swapped[at] else _ELSEWHERE
    degrees = _in_degrees(np.where(inside, x, np.nan), np.where(inside, y, np.nan), srid)
    return Spots(*degrees), wrong


def _in_degrees(x: np.ndarray, y: np.ndarray, srid: int) -> tuple[np.ndarray, np.ndarray]:
    if srid != geometry.WGS84:
        x, y = geometry.coordinates_in_degrees(x, y, srid)
    has = np.isfinite(x) & np.isfinite(y)
    return np.where(has, x, np.nan), np.where(has, y, np.nan)


def _plain_points(hexes: pa.Array) -> tuple[np.ndarray, np.ndarray] | None:
    """The coordinates of a column that holds nothing but points, mostly the case; else None."""
    lengths = np.unique(pc.binary_length(hexes).to_numpy(zero_copy_only=False))
    if len(lengths) != 1 or lengths[0] not in {2 * one.itemsize for one in (_BARE, _DTYPE)}:
        return None
    width = int(lengths[0])  # all are of one length, so that null is none of them
    start = hexes.offset * width
    text = hexes.buffers()[2].to_pybytes()[start : start + len(hexes) * width]
    made = np.frombuffer(bytes.fromhex(text.decode()), _BARE if width == 2 * _BARE.itemsize else _DTYPE)
    if (made["order"] != 1).any() or (made["type"] != (_TYPE if "srid" in (made.dtype.names or ()) else 1)).any():
        return None
    return made["x"].copy(), made["y"].copy()


def _of_points(x: np.ndarray, y: np.ndarray, srid: int) -> tuple[Spots, dict[int, str]]:
    west, south, east, north = geometry.box_in(srid)
    empty = np.isnan(x) & np.isnan(y)  # how WKB writes a point that is none
    with np.errstate(invalid="ignore"):
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    spots = Spots(*_in_degrees(np.where(inside, x, np.nan), np.where(inside, y, np.nan), srid))
    return spots, dict.fromkeys(np.flatnonzero(np.isnan(spots.x) & ~empty).tolist(), _ELSEWHERE)


def of_shapes(hexes: pa.Array, srid: int) -> tuple[Spots, dict[int, str]]:
    """The points of a file's geometries (hex EWKB); an area becomes the outline, and a point on it the place."""
    if (points := _plain_points(hexes)) is not None:
        return _of_points(*points, srid)
    given = shapely.force_2d(
        shapely.from_wkb(pc.if_else(pc.equal(hexes, ""), None, hexes).to_numpy(zero_copy_only=False))
    )
    there = ~shapely.is_missing(given) & ~shapely.is_empty(given)
    given[~there] = None
    for at in np.flatnonzero(shapely.get_type_id(given) == _COLLECTION):  # an area with the point that stands for it
        inner = [part for part in shapely.get_parts(given[at]) if part.geom_type == "Point"]
        given[at] = inner[0] if len(inner) == 1 else given[at]
    kinds = shapely.get_type_id(given)
    west, south, east, north = geometry.box_in(srid)
    bounds = shapely.bounds(given)
    with np.errstate(invalid="ignore"):
        inside = (
            there & (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
        )
    single = (kinds == _MULTIPOINT) & (shapely.get_num_geometries(given) == 1)
    area = np.isin(kinds, (_POLYGON, _MULTIPOLYGON)) & shapely.is_valid(given)
    moved = given.copy()
    moved[~(inside & (area | single | (kinds == _POINT)))] = None
    if srid != geometry.WGS84:
        moved = np.array([None if one is None else geometry.in_degrees_from(one, srid) for one in moved], dtype=object)
    points = np.where(area, shapely.point_on_surface(moved), np.where(single, shapely.get_geometry(moved, 0), moved))
    x, y = (np.asarray(get(points), dtype=float) for get in (shapely.get_x, shapely.get_y))
    lost = there & ~(np.isfinite(x) & np.isfinite(y))
    known = np.isin(kinds, (_POINT, _POLYGON, _MULTIPOINT, _MULTIPOLYGON))
    wrong = {int(at): _ELSEWHERE if known[at] else _NO_POINT for at in np.flatnonzero(lost)}
    outlines = None
    if area.any():
        whole = [
            geometry.as_multipolygon_ewkb(one).hex() if ok and one is not None else None
            for one, ok in zip(moved, area, strict=True)
        ]
        outlines = pa.array(whole, pa.string())
    return Spots(np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan), outlines), wrong
