"""The town's address list from a file: house coordinates of the land survey (`;`, UTM), CSV, Excel, GeoJSON."""

import binascii
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.errors import ShapelyError

from geo.core import geometry
from geo.core.errors import Invalid
from geo.imports.reading import ReadFile, ReadOptions, read
from geo.places.addresses.keys import street_key, taken_apart
from geo.places.addresses.service import AddressInput

# What a column may be called; compared like streets: lower case, letters and digits only.
_NAMES = {
    "street": ("strasse", "str", "strassenname", "stn", "street", "strname", "lagebezeichnung"),
    "number": ("hausnummer", "hausnr", "hnr", "nr", "housenumber", "number", "hsnr"),
    "suffix": ("adressierungszusatz", "adz", "zusatz", "hausnummernzusatz", "hnrzusatz", "hnrzus", "suffix"),
    "postcode": ("plz", "postleitzahl", "postcode", "zip"),
    "locality": ("ort", "ortsteil", "gemeinde", "ortsname", "onm", "postort", "city", "locality"),
    "east": ("ostwert", "rechtswert", "ost", "east", "easting", "x", "e", "lon", "laenge", "longitude", "etrs89east"),
    "north": ("nordwert", "hochwert", "nord", "north", "northing", "y", "n", "lat", "breite", "latitude"),
    "ags": ("ags", "gemeindeschluessel", "gmdschluessel"),
}
# House coordinates without a header, as the surveyors' working group describes them: position of each part, from 0.
# Unchecked against a delivered file; a header, where there is one, goes first.
_HOUSE_COORDINATES: dict[str, int | tuple[int, ...]] = {
    "ags": (3, 4, 5, 6),
    "number": 9,
    "suffix": 10,
    "east": 11,
    "north": 12,
    "street": 13,
    "postcode": 14,
}
_MARKS = {"N", "B", "R", "A"}
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Read:
    """The usable addresses of a file, and what became of the rest, each with row and sentence (the first ones)."""

    addresses: tuple[AddressInput, ...]
    rows: int
    elsewhere: int
    twice: int
    faulty: int
    problems: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def look_into(path: Path, name: str, ags: str, srid: int | None = None) -> Read:
    """Read a file of addresses for the town with this key. Raises `Invalid` at the field `file` or `srid`."""
    with tempfile.TemporaryDirectory(prefix="innenstadt-addresses-") as folder:
        found = read(path, name, ReadOptions(srid=srid), Path(folder))
        if _is_house_coordinates(found):
            srid = srid or geometry.UTM32
            found = read(path, name, ReadOptions(srid=srid, header_row=0), Path(folder))
            places = dict(_HOUSE_COORDINATES)
        else:
            places = _columns(found.columns)
        missing = [label for key, label in (("street", "Straße"),) if key not in places]
        if missing or ("number" not in places and not _has_numbers(found, places)):
            raise Invalid({"file": "Die Datei braucht Spalten für Straße und Hausnummer; gefunden wurden: "
                           f"{', '.join(found.columns[:12]) or 'keine'}."})  # fmt: skip
        system = srid or found.srid
        if system is None:
            raise Invalid({"srid": "Das Koordinatensystem der Datei ist nicht zu erkennen. Bitte eines wählen."})
        return _collect(found, places, system, ags)


def _is_house_coordinates(found: ReadFile) -> bool:
    lines = [row for row in [*([list(found.columns)] if found.header_row else []), *found.samples(5)] if len(row) >= 15]
    return len(lines) >= 1 and all(line[0].strip()[:1] in _MARKS and line[3].strip() == "16" for line in lines)


def _columns(columns: Sequence[str]) -> dict[str, int | tuple[int, ...]]:
    places: dict[str, int | tuple[int, ...]] = {}
    for key, names in _NAMES.items():
        for position, column in enumerate(columns):
            if street_key(column) in names and key not in places:
                places[key] = position
    return places


def _has_numbers(found: ReadFile, places: dict[str, int | tuple[int, ...]]) -> bool:
    """Whether the street's column holds whole addresses ("Markt 5")."""
    column = places["street"]
    return isinstance(column, int) and any(
        taken_apart(row[column])[1] for row in found.samples(20) if len(row) > column
    )


def _collect(found: ReadFile, places: dict[str, int | tuple[int, ...]], srid: int, ags: str) -> Read:
    addresses: dict[tuple[str, str, str | None], AddressInput] = {}
    problems: list[tuple[int, str]] = list(found.problems)
    rows = elsewhere = twice = 0
    faulty = found.problem_count
    for number, texts, shape in _rows(found):
        rows += 1
        key = _text(texts, places.get("ags"))
        if key and len(key) >= 8 and key[:8] != ags:
            elsewhere += 1
            continue
        try:
            made = _address(texts, places, shape, srid)
        except (Invalid, ValueError) as error:
            faulty += 1
            problems.append((number, str(error)))
            continue
        known = (street_key(made.street), made.house_number, made.postcode)
        twice += known in addresses
        addresses.setdefault(known, made)
    return Read(
        tuple(addresses.values()), rows, elsewhere, twice, faulty, tuple(problems[:MOST_PROBLEMS]), found.warnings
    )


def _rows(found: ReadFile) -> Iterator[tuple[int, list[str], str]]:
    width = len(found.columns)
    for row in found.numbered():
        yield int(row[0]), row[1 : width + 1], row[-1] if found.has_geometry else ""


def _text(texts: Sequence[str], place: int | tuple[int, ...] | None) -> str:
    if place is None:
        return ""
    parts = place if isinstance(place, tuple) else (place,)
    return "".join(texts[part].strip() for part in parts if part < len(texts))


def _address(texts: Sequence[str], places: dict[str, int | tuple[int, ...]], shape: str, srid: int) -> AddressInput:
    street, number = _text(texts, places.get("street")), _text(texts, places.get("number"))
    if "number" not in places:
        street, number = taken_apart(street)
    number = number.lstrip("0") + _text(texts, places.get("suffix"))
    if not street or not street_key(street):
        raise ValueError("Die Straße fehlt.")
    if not number.strip():
        raise ValueError("Die Hausnummer fehlt.")
    if len(street) > 120 or len(number) > 20:
        raise ValueError("Straße oder Hausnummer sind zu lang.")
    longitude, latitude = _spot(texts, places, shape, srid)
    geometry.point(longitude, latitude)
    postcode = _text(texts, places.get("postcode"))
    return AddressInput(
        street,
        number,
        longitude,
        latitude,
        postcode if len(postcode) == 5 and postcode.isascii() and postcode.isdecimal() else None,
        _text(texts, places.get("locality"))[:120] or None,
    )


def _spot(texts: Sequence[str], places: dict[str, int | tuple[int, ...]], shape: str, srid: int) -> tuple[float, float]:
    if shape:
        try:
            spot = geometry.in_degrees_from(shapely.from_wkb(binascii.unhexlify(shape)), srid)
        except (ShapelyError, binascii.Error):
            raise ValueError("Die Koordinaten sind nicht lesbar.") from None
        middle = spot if spot.geom_type == "Point" else spot.representative_point()
        return float(middle.x), float(middle.y)
    try:
        east, north = (float(_text(texts, places[key]).replace(",", ".")) for key in ("east", "north"))
    except (KeyError, ValueError):
        raise ValueError("Die Koordinaten fehlen oder sind keine Zahlen.") from None
    if srid == geometry.UTM32 and 32_000_000 <= east < 33_000_000:
        east -= 32_000_000
    spot = geometry.in_degrees_from(shapely.Point(east, north), srid)
    return float(spot.x), float(spot.y)
