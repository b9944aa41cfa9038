"""The town's street network from a file of lines: GeoJSON, GeoPackage, zipped shapefile, KML, OSM XML, FlatGeobuf.

Of an extract of OpenStreetMap, known by its column `highway`, only streets and paths for people on foot are taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry import LineString

from geo.core import geometry
from geo.imports.geofile import opened, shape_of, tags_of
from geo.places.addresses.keys import street_key
from geo.places.streets.service import StreetInput

# What the column of names may be called, compared like streets.
_NAMES = {
    street_key(one) for one in ("name", "strasse", "strassenname", "street", "streetname", "stn", "strname", "nam")
}
MOST_PROBLEMS = 50
_NOT_ON_FOOT = {
    *("motorway", "motorway_link", "trunk", "trunk_link", "raceway", "bus_guideway", "construction", "proposed"),
    *("abandoned", "razed", "platform", "rest_area", "services"),
}
_CLOSED = {"no", "private"}


@dataclass(frozen=True)
class Read:
    """The usable lines of a file, how many objects are no way on foot, and what is wrong with faulty rows."""

    streets: tuple[StreetInput, ...]
    rows: int
    others: int
    faulty: int
    problems: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def look_into(path: Path, name: str, srid: int | None = None) -> Read:
    """Read a file of streets. Raises `Invalid` at the field `file` or `srid`."""
    with opened(path, name, srid, what="Linien") as (found, system):
        wanted = [column for column in found.columns if street_key(column) in _NAMES]
        place = found.columns.index(wanted[0]) + 1 if wanted else None
        streets: list[StreetInput] = []
        is_extract = "highway" in found.columns
        problems, faulty, others = list(found.problems), found.problem_count, 0
        for row in found.numbered():
            if is_extract and not is_walked(tags_of(found.columns, row)):
                others += 1
                continue
            try:
                lines = _lines(row[-1], system)
            except ValueError as error:
                faulty += 1
                problems.append((int(row[0]), str(error)))
                continue
            street = row[place].strip()[:120] or None if place else None
            streets += [StreetInput(line, street) for line in lines]
    return Read(tuple(streets), found.row_count, others, faulty, tuple(problems[:MOST_PROBLEMS]), found.warnings)


def is_walked(tags: Mapping[str, str]) -> bool:
    """Whether the tags of OpenStreetMap mean a street or path that people on foot may use."""
    if tags.get("highway", "") in {"", *_NOT_ON_FOOT} or tags.get("foot") in _CLOSED:
        return False
    return tags.get("access") not in _CLOSED or tags.get("foot") in {"yes", "designated", "permissive"}


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
