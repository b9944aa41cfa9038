"""Columns of a table that hold coordinates, and the numbers in them."""

import math
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import shapely

from geo.imports.child.request import Cells, Found, Row

_EAST = {
    "x", "xkoordinate", "xkoord", "koordx", "koordinatex", "xcoord", "coordx", "xutm", "utmx", "xwert", "lon", "long",
    "lng", "longitude", "laenge", "laengengrad", "geolaenge", "geogrlaenge", "east", "easting", "eastings", "ost",
    "ostwert", "rechtswert", "rechts", "rw", "e", "utme", "utmost", "utmrechts", "gkrechts", "hkox", "geox", "pointx",
    "xetrs89", "koordinatenx",
}  # fmt: skip
_NORTH = {
    "y", "ykoordinate", "ykoord", "koordy", "koordinatey", "ycoord", "coordy", "yutm", "utmy", "ywert", "lat",
    "latitude", "breite", "breitengrad", "geobreite", "geogrbreite", "north", "northing", "northings", "nord",
    "nordwert", "hochwert", "hoch", "hw", "n", "utmn", "utmnord", "utmhoch", "gkhoch", "hkoy", "geoy", "pointy",
    "yetrs89", "koordinateny",
}  # fmt: skip
_TEXT = {
    "wkt",
    "geom",
    "geometry",
    "geometrie",
    "thegeom",
    "wkbgeometry",
    "shape",
    "point",
    "punkt",
    "lagepunkt",
    "ewkt",
}
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d{1,2})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[.' ]\d{3})+(?:,\d+)?")
_WKT = re.compile(r"\s*(?:SRID=(\d{4,6});)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION", re.I)
_WORDS = re.compile(r"epsg\d*|utm32n?|utm33n?|wgs84|etrs89|gk[345]|koordinate?|grad|meter|dezimal|in|m$")


@dataclass(frozen=True)
class Places:
    """Which columns hold the place: two of numbers, or one of WKT (`north` None)."""

    east: int
    north: int | None


def places_of(columns: Sequence[str], samples: Sequence[Cells]) -> Places | None:
    """The columns by name, confirmed by the samples; None when the table has none."""
    east = _first(columns, samples, _EAST, _is_number)
    north = _first(columns, samples, _NORTH, _is_number)
    if east is not None and north is not None:
        return Places(east, north)
    text = _first(columns, samples, _TEXT, lambda cell: bool(_WKT.match(cell)))
    return None if text is None else Places(text, None)


def _first(
    columns: Sequence[str], samples: Sequence[Cells], names: set[str], holds: Callable[[str], bool]
) -> int | None:
    for place, column in enumerate(columns):
        plain = _plain(column)
        if plain in names or _WORDS.sub("", plain) in names:
            cells = [row[place].strip() for row in samples if place < len(row) and row[place].strip()]
            if cells and sum(map(holds, cells)) >= 0.8 * len(cells):
                return place
    return None


def _plain(name: str) -> str:
    text = name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return "".join(sign for sign in text if sign.isalnum())


def _is_number(cell: str) -> bool:
    return not math.isnan(number(cell))


def number(cell: str) -> float:
    """The number of a coordinate, with comma or point, perhaps with grouped thousands; NaN when it is none."""
    text = cell.strip()
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    if _GROUPED.fullmatch(text):
        return float(re.sub(r"[.' ]", "", text).replace(",", "."))
    return math.nan


def shape_of(cells: Cells, places: Places) -> tuple[bytes | None, bool]:
    """The row's geometry as WKB, and whether there was something that is none."""
    if places.north is None:
        text = cells[places.east].strip() if places.east < len(cells) else ""
        if not text:
            return None, False
        made = shapely.from_wkt(text.split(";", 1)[1] if text[:5].upper() == "SRID=" else text, on_invalid="ignore")
        return (None, True) if made is None else (shapely.to_wkb(made), False)
    given = [cells[place].strip() if place < len(cells) else "" for place in (places.east, places.north)]
    if not any(given) or all(one in {"0", "0,0", "0.0"} for one in given):
        return None, False
    x, y = map(number, given)
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or math.isinf(y):
        return None, True
    return struct.pack("<BIdd", 1, 1, x, y), False


def placed(rows: Iterator[Row], places: Places, found: Found) -> Iterator[Row]:
    """The rows with the geometry from their columns."""
    for row in rows:
        row.shape, is_bad = shape_of(row.cells, places)
        if is_bad:
            found.note(row.number, "Die Koordinaten sind keine Zahlen.")
        yield row
