"""Heat and sealing taken from a file that the town hands in: the mean around each stop of a raster, or of areas.

Nothing of the file is opened here: the raster is read by `raster_child` in the sandbox, areas by the imports' readers.
"""

import binascii
import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.core import geometry, sandbox
from geo.core.errors import Invalid
from geo.core.systems import CANDIDATES, CERTAIN, WGS84
from geo.imports.reading import ReadFile, ReadOptions, read

MOST_BYTES = 80_000_000
MOST_AREAS = 200_000
RASTERS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_SCRIPT = Path(__file__).with_name("raster_child.py")
_LIMITS = sandbox.Limits(seconds=60, memory_bytes=2_500_000_000, output_bytes=4_000_000)
_REASONS = {
    "broken": "Die Rasterdatei ist beschädigt oder weder GeoTIFF noch ASCII-Grid.",
    "colours": "Das ist ein eingefärbtes Bild. Gebraucht wird ein Raster mit einem Wert je Zelle.",
    "nowhere": "In der Rasterdatei steht nicht, wo sie liegt (GeoTIFF ohne Lage oder gedreht).",
    "large": "Das Raster hat mehr als 120 Millionen Zellen. Bitte einen Ausschnitt der Gemeinde abgeben.",
    "timeout": "Das Lesen der Datei dauerte zu lange und wurde abgebrochen.",
}
_SYSTEM = "Das Koordinatensystem der Datei ist nicht zu erkennen. Bitte eines wählen."


@dataclass(frozen=True)
class Spot:
    """A stop where it stands, in degrees."""

    stop_id: int
    longitude: float
    latitude: float


def sample(
    path: Path, name: str, spots: Sequence[Spot], *, radius_m: float, srid: int | None, column: str | None
) -> list[float | None]:
    """The value around each spot, None where the file has none. Raises `Invalid` at `file`, `srid` or `column`."""
    size = path.stat().st_size
    if not size:
        raise Invalid({"file": "Bitte eine Datei wählen."})
    if size > MOST_BYTES:
        raise Invalid({"file": f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB."})
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(RASTERS) or start.lstrip().lower().startswith(b"ncols"):
        return _of_raster(path.read_bytes(), spots, radius_m, srid)
    return _of_areas(path, name, spots, radius_m, srid, column)


def _of_raster(content: bytes, spots: Sequence[Spot], radius_m: float, srid: int | None) -> list[float | None]:
    asked = {
        "srid": srid,
        "spots": {str(one): _placed(spots, one, radius_m) for one in CANDIDATES},
        "guess": {str(one): geometry.box_in(one) for one in CERTAIN},
    }
    try:
        answer = json.loads(sandbox.run(_SCRIPT, json.dumps(asked).encode() + b"\n" + content, _LIMITS))
    except sandbox.Refused as refused:
        if refused.reason == "system":
            raise Invalid({"srid": _SYSTEM}) from None
        raise Invalid({"file": _REASONS.get(refused.reason, _REASONS["broken"])}) from None
    return [None if value is None or not math.isfinite(value) else float(value) for value in answer["values"]]


def _placed(spots: Sequence[Spot], srid: int, radius_m: float) -> list[tuple[float, float, float, float]]:
    """Easting, northing and the radius along both, in the units of a system."""
    placed = []
    for spot in spots:
        x, y = geometry.in_system(spot.longitude, spot.latitude, srid)
        if srid == WGS84:
            north = radius_m / 111_320
            placed.append((x, y, north / math.cos(math.radians(spot.latitude)), north))
        else:
            placed.append((x, y, radius_m, radius_m))
    return placed


def _of_areas(
    path: Path, name: str, spots: Sequence[Spot], radius_m: float, srid: int | None, column: str | None
) -> list[float | None]:
    with tempfile.TemporaryDirectory(prefix="innenstadt-heat-") as folder:
        found = read(path, name, ReadOptions(srid=srid), Path(folder))
        if not found.has_geometry:
            raise Invalid({"file": "In der Datei stehen weder Raster noch Flächen."})
        if found.srid is None:
            raise Invalid({"srid": _SYSTEM})
        if found.row_count > MOST_AREAS:
            raise Invalid({"file": "Die Datei hat mehr als 200.000 Flächen. Bitte einen Ausschnitt abgeben."})
        at = _column(found, column)
        circles = [geometry.in_metres(Point(spot.longitude, spot.latitude)).buffer(radius_m) for spot in spots]
        return _weighed(found, found.srid, at, circles)


def _column(found: ReadFile, wanted: str | None) -> int:
    """The position of the column that holds the value: the one named, or the only one with numbers."""
    if wanted:
        named = [at for at, one in enumerate(found.columns) if one.casefold() == wanted.casefold()]
        if not named:
            raise Invalid({"column": f"Eine Spalte „{wanted}“ gibt es nicht. Es gibt: {', '.join(found.columns)}."})
        return named[0]
    samples = found.samples(100)
    numbers = [
        at
        for at in range(len(found.columns))
        if any(row[at] for row in samples) and all(_number(row[at]) is not None for row in samples if row[at])
    ]
    if len(numbers) != 1:
        raise Invalid({"column": f"Welche Spalte enthält den Wert? Es gibt: {', '.join(found.columns) or 'keine'}."})
    return numbers[0]


def _weighed(found: ReadFile, srid: int, at: int, circles: Sequence[BaseGeometry]) -> list[float | None]:
    """The mean of the areas in each circle, by how much of it they cover."""
    tree = shapely.STRtree(list(circles))
    sums, covered = [0.0] * len(circles), [0.0] * len(circles)
    for row in found.numbered():
        value, raw = _number(row[at + 1]), row[-1]
        if value is None or not raw:
            continue
        try:
            shape = geometry.in_metres(geometry.in_degrees_from(shapely.from_wkb(binascii.unhexlify(raw)), srid))
            shape = shape if shape.is_valid else shapely.make_valid(shape)
        except (ShapelyError, ValueError, binascii.Error):
            continue
        for number in tree.query(shape, predicate="intersects"):
            area = circles[number].intersection(shape).area
            sums[number] += value * area
            covered[number] += area
    return [total / area if area > 0 else None for total, area in zip(sums, covered, strict=True)]


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ".")) if text else None
    except ValueError:
        return None
    return value if value is not None and math.isfinite(value) else None


def scaled(values: Sequence[float | None], low: float | None, high: float | None) -> list[int | None]:
    """Values as 0 to 100: `low` is 0, `high` is 100; where they are not given, the least and greatest of the values.

    Raises `Invalid` where both are the same, so that nothing could be told apart.
    """
    known = [value for value in values if value is not None]
    if not known:
        raise Invalid({"file": "An keinem der Standplätze hat die Datei einen Wert. Liegt sie in dieser Gemeinde?"})
    bottom, top = min(known) if low is None else low, max(known) if high is None else high
    if top == bottom:
        raise Invalid({"high": "Der Wert für 100 muss ein anderer sein als der für 0."})
    return [
        None if value is None else round(min(100.0, max(0.0, (value - bottom) / (top - bottom) * 100)))
        for value in values
    ]
