"""What readers of geofiles share: a file with its coordinate system, tags of OpenStreetMap, the shape of a row."""

import binascii
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.core import geometry
from geo.core.errors import Invalid
from geo.imports.reading import ReadFile, ReadOptions, read

NO_GEOMETRY = "Die Zeile hat keine Geometrie."
_OTHER_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


@contextmanager
def opened(path: Path, name: str, srid: int | None, *, what: str = "Punkte") -> Iterator[tuple[ReadFile, int]]:
    """A file of geometries, read in the sandbox, and its coordinate system: the given one, else the file's own.

    `what` is German for what is looked for. Raises `Invalid` at the field `file` or `srid`.
    """
    with tempfile.TemporaryDirectory(prefix="innenstadt-geofile-") as folder:
        found = read(path, name, ReadOptions(srid=srid), Path(folder))
        if not found.has_geometry:
            raise Invalid({"file": f"In der Datei stehen keine {what}. Gebraucht wird eine Datei mit Geometrien."})
        system = srid or found.srid
        if system is None:
            raise Invalid({"srid": "Das Koordinatensystem der Datei ist nicht zu erkennen. Bitte eines wählen."})
        yield found, system


def tags_of(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """A numbered row's cells by column, with the tags that GDAL puts into one column."""
    cells = dict(zip(columns, row[1:-1], strict=False))
    return cells | other_tags(cells.get("other_tags", ""))


def other_tags(raw: str) -> dict[str, str]:
    """The tags of GDAL's column `other_tags`: `"shop"=>"bakery","wheelchair"=>"yes"`."""
    return {_plain(key): _plain(value) for key, value in _OTHER_TAG.findall(raw)}


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def shape_of(raw: str, srid: int) -> BaseGeometry:
    """A row's geometry, flat and in degrees. Raises `ValueError` with a sentence."""
    if not raw:
        raise ValueError(NO_GEOMETRY)
    try:
        return shapely.force_2d(geometry.in_degrees_from(shapely.from_wkb(binascii.unhexlify(raw)), srid))
    except (ShapelyError, binascii.Error):
        raise ValueError("Die Geometrie ist nicht lesbar.") from None


def spot_of(raw: str, srid: int) -> Point:
    """A row's point in degrees, for anything but a point a spot within it. Raises `ValueError` with a sentence."""
    shape = shape_of(raw, srid)
    try:
        spot = shape if isinstance(shape, Point) else shapely.point_on_surface(shape)
    except ShapelyError:
        raise ValueError("Die Geometrie ist nicht lesbar.") from None
    if spot.is_empty:
        raise ValueError(NO_GEOMETRY)
    return spot
