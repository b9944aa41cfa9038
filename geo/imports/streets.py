"""The town's street network from a file of lines: GeoJSON, GeoPackage, zipped shapefile, KML, FlatGeobuf."""

from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry import LineString

from geo.core import geometry
from geo.imports.geofile import opened, shape_of
from geo.places.addresses.keys import street_key
from geo.places.streets.service import StreetInput

# What the column of names may be called, compared like streets.
_NAMES = {
    street_key(one) for one in ("name", "strasse", "strassenname", "street", "streetname", "stn", "strname", "nam")
}
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Read:
    """The usable lines of a file, and what became of the other rows, each with row and sentence (the first ones)."""

    streets: tuple[StreetInput, ...]
    rows: int
    faulty: int
    problems: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def look_into(path: Path, name: str, srid: int | None = None) -> Read:
    """Read a file of streets. Raises `Invalid` at the field `file` or `srid`."""
    with opened(path, name, srid, what="Linien") as (found, system):
        wanted = [column for column in found.columns if street_key(column) in _NAMES]
        place = found.columns.index(wanted[0]) + 1 if wanted else None
        streets: list[StreetInput] = []
        problems, faulty = list(found.problems), found.problem_count
        for row in found.numbered():
            try:
                lines = _lines(row[-1], system)
            except ValueError as error:
                faulty += 1
                problems.append((int(row[0]), str(error)))
                continue
            street = row[place].strip()[:120] or None if place else None
            streets += [StreetInput(line, street) for line in lines]
    return Read(tuple(streets), found.row_count, faulty, tuple(problems[:MOST_PROBLEMS]), found.warnings)


def _lines(raw: str, srid: int) -> list[LineString]:
    """The lines of a geometry in degrees. Raises `ValueError` with a sentence."""
    shape = shape_of(raw, srid)
    flat = [deep for part in shapely.get_parts(shape) for deep in shapely.get_parts(part)]
    parts = [part for part in flat if part.geom_type in ("LineString", "LinearRing")]
    if not parts:
        raise ValueError("Das ist keine Linie. Ein Straßennetz besteht aus Linien.")
    west, south, east, north = geometry.STATE_BOX
    corners = shapely.get_coordinates(shape)
    if not ((corners >= (west, south)) & (corners <= (east, north))).all():
        raise ValueError("Die Linie liegt nicht in Thüringen.")
    if all(part.length == 0 for part in parts):
        raise ValueError("Die Linie hat keine Länge.")
    return [LineString(part.coords) for part in parts if part.length > 0]
