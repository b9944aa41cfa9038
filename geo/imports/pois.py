"""Places near by from a file: an extract of OpenStreetMap (OSM XML, GeoJSON, …) or an own list with a kind.

An extract has a column for each tag, or, as GDAL writes it, a column `other_tags` for those without one; areas count
as the spot in their middle. Objects that are no place for visitors are left out and counted, not called wrong.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shapely.geometry import Point

from geo.core import geometry
from geo.imports.geofile import opened, spot_of, tags_of
from geo.imports.reading import ReadFile
from geo.places.addresses.keys import street_key
from geo.places.pois.codes import KINDS, OSM_WHEELCHAIR, WHEELCHAIR, kind_of
from geo.places.pois.service import PoiInput

MOST_PROBLEMS = 50
_KIND_COLUMNS = {street_key(one) for one in ("art", "kind", "kategorie", "typ")}
_NAME_COLUMNS = {street_key(one) for one in ("name", "bezeichnung")}
_HOURS_COLUMNS = {street_key(one) for one in ("opening_hours", "oeffnungszeiten", "öffnungszeiten")}
_WEB_COLUMNS = {street_key(one) for one in ("website", "contact:website", "url", "webseite")}
_KINDS = {street_key(name): code for code, names in KINDS.items() for name in (code, *names)}
LONGEST = 200


@dataclass(frozen=True)
class Read:
    """The places of a file, how many objects are none, and what became of faulty rows (row and sentence)."""

    places: tuple[PoiInput, ...]
    rows: int
    others: int
    faulty: int
    problems: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def look_into(path: Path, name: str, srid: int | None = None) -> Read:
    """Read a file of places. Raises `Invalid` at the field `file` or `srid`."""
    with opened(path, name, srid) as (found, system):
        return _taken(found, system)


def _taken(found: ReadFile, srid: int) -> Read:
    places: list[PoiInput] = []
    problems, faulty, others = list(found.problems), found.problem_count, 0
    keys = [street_key(column) for column in found.columns]
    has_kind = any(key in _KIND_COLUMNS for key in keys)
    for row in found.numbered():
        tags = tags_of(found.columns, row)
        try:
            kind = _own_kind(keys, row[1:-1]) if has_kind else None
            kind = kind or kind_of(tags)
            if kind is None:
                others += 1
                continue
            places.append(_place(kind, keys, row, tags, srid))
        except ValueError as error:
            faulty += 1
            problems.append((int(row[0]), str(error)))
    return Read(tuple(places), found.row_count, others, faulty, tuple(problems[:MOST_PROBLEMS]), found.warnings)


def _own_kind(keys: list[str], cells: list[str]) -> str | None:
    """The kind that an own list names. Raises `ValueError` for one that there is not."""
    raw = next((cell.strip() for key, cell in zip(keys, cells, strict=False) if key in _KIND_COLUMNS and cell), "")
    if not raw:
        return None
    kind = _KINDS.get(street_key(raw))
    if kind is None:
        known = ", ".join(names[0] for names in KINDS.values())
        raise ValueError(f"Die Art „{raw[:40]}“ gibt es nicht. Möglich sind: {known}.")
    return kind


def _place(kind: str, keys: list[str], row: list[str], tags: dict[str, str], srid: int) -> PoiInput:
    cells = row[1:-1]

    def first(names: set[str], *others: str) -> str | None:
        found = next((cell for key, cell in zip(keys, cells, strict=False) if key in names and cell.strip()), "")
        found = found or next((tags[name] for name in others if tags.get(name)), "")
        return " ".join(found.split())[:LONGEST] or None

    wheelchair = tags.get("wheelchair", "").strip()
    return PoiInput(
        kind=kind,
        point=_spot(row[-1], srid),
        name=first(_NAME_COLUMNS, "name"),
        opening_hours=first(_HOURS_COLUMNS, "opening_hours"),
        website=_website(first(_WEB_COLUMNS, "website", "contact:website")),
        wheelchair=wheelchair if wheelchair in WHEELCHAIR else OSM_WHEELCHAIR.get(wheelchair.lower()),
    )


def _website(given: str | None) -> str | None:
    """An address that a page may link to; None for anything else."""
    try:
        parts = urlsplit(given or "")
    except ValueError:
        return None
    return given if parts.scheme in ("http", "https") and parts.hostname and "." in parts.hostname else None


def _spot(raw: str, srid: int) -> Point:
    """The point of a geometry in degrees, in the state. Raises `ValueError` with a sentence."""
    spot = spot_of(raw, srid)
    west, south, east, north = geometry.STATE_BOX
    if not (west <= spot.x <= east and south <= spot.y <= north):
        raise ValueError("Der Ort liegt nicht in Thüringen.")
    return Point(round(spot.x, 7), round(spot.y, 7))
