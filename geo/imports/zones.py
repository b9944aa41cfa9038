"""Zones from a file: GeoJSON, GeoPackage, zipped shapefile, KML, OSM XML, FlatGeobuf. Read, shown, taken over."""

import binascii
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.core import geometry
from geo.core.errors import Invalid
from geo.imports.reading import ReadOptions, read
from geo.places.zones.codes import USUAL_WIDTH_M

MOST = 500
_AREAS = ("Polygon", "MultiPolygon")
_LINES = ("LineString", "MultiLineString", "LinearRing")


@dataclass(frozen=True)
class Candidate:
    """One row of the file: its texts by column, and its outline (or its line) as GeoJSON; `problem` says why there is
    none.

    `repaired` says in a sentence what was done to the outline; None where it is as in the file.
    """

    row: int
    texts: dict[str, str]
    outline: str | None
    problem: str | None = None
    repaired: str | None = None


@dataclass(frozen=True)
class Found:
    """What a file holds: its columns, its rows, and what was noticed about the file as a whole."""

    format: str
    columns: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...] = field(default_factory=tuple)


def look_into(path: Path, name: str, srid: int | None = None) -> Found:
    """Read a file of zones. Raises `Invalid` at the field `file`."""
    with tempfile.TemporaryDirectory(prefix="innenstadt-zones-") as folder:
        read_file = read(path, name, ReadOptions(srid=srid), Path(folder))
        if not read_file.has_geometry:
            raise Invalid({"file": "In der Datei stehen keine Flächen. Gebraucht wird eine Datei mit Geometrien."})
        if read_file.srid is None:
            raise Invalid({"srid": "Das Koordinatensystem der Datei ist nicht zu erkennen. Bitte eines wählen."})
        if read_file.row_count > MOST:
            raise Invalid({"file": f"Die Datei hat {read_file.row_count} Zeilen; eingelesen werden höchstens {MOST}."})
        width = len(read_file.columns)
        rows = [
            _candidate(
                int(row[0]), dict(zip(read_file.columns, row[1 : width + 1], strict=False)), row[-1], read_file.srid
            )
            for row in read_file.numbered()
        ]
    return Found(read_file.format, read_file.columns, tuple(rows), read_file.warnings)


def _candidate(number: int, texts: dict[str, str], raw: str, srid: int) -> Candidate:
    if not raw:
        return Candidate(number, texts, None, "Die Zeile hat keine Geometrie.")
    try:
        shape = shapely.force_2d(geometry.in_degrees_from(shapely.from_wkb(binascii.unhexlify(raw)), srid))
        if shape.geom_type in _LINES:
            return _along(number, texts, shape)
        area, problem, repaired = _as_area(shape)
    except (ShapelyError, ValueError, binascii.Error):
        return Candidate(number, texts, None, "Die Geometrie ist nicht lesbar.")
    if area is None:
        return Candidate(number, texts, None, problem)
    text = shapely.to_geojson(shapely.set_precision(area, 1e-6))
    try:
        geometry.outline(text)
    except Invalid as error:
        return Candidate(number, texts, None, str(error))
    return Candidate(number, texts, text, None, repaired)


def _along(number: int, texts: dict[str, str], line: BaseGeometry) -> Candidate:
    """A line of the file, of which a street section can be made."""
    text = shapely.to_geojson(shapely.set_precision(line, 1e-6))
    try:
        geometry.along_line(text, USUAL_WIDTH_M)
    except Invalid as error:
        return Candidate(number, texts, None, str(error))
    return Candidate(number, texts, text, None, "In der Datei eine Linie; daraus wird die Fläche längs der Straße.")


def _as_area(shape: BaseGeometry) -> tuple[BaseGeometry | None, str | None, str | None]:
    """The outline, or why there is none; and what was repaired."""
    kind = shape.geom_type
    if kind == "GeometryCollection":
        parts = [part for part in shape.geoms if part.geom_type in _AREAS]
        if not parts:
            return None, "Die Geometrie ist eine Sammlung ohne Fläche.", None
        area, problem, repaired = _as_area(shapely.union_all(parts))
        said = "Aus der Sammlung von Geometrien wurden nur die Flächen übernommen."
        return area, problem, " ".join(filter(None, (said, repaired)))
    if kind not in _AREAS:
        return None, "Das ist ein Punkt. Eine Zone braucht eine Fläche.", None
    if shape.is_valid:
        return shape, None, None
    mended = shapely.make_valid(shape)
    polygons = [part for part in getattr(mended, "geoms", [mended]) if isinstance(part, Polygon | MultiPolygon)]
    area = shapely.union_all(polygons) if polygons else Polygon()
    if area.is_empty:
        return None, "Die Fläche überschneidet sich selbst und lässt sich nicht reparieren.", None
    return area, None, "Die Fläche überschnitt sich selbst und wurde repariert; bitte auf der Karte prüfen."
