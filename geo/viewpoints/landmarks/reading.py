"""Landmarks from a file: an extract of OpenStreetMap (OSM XML, GeoJSON, ...) or an own list with a kind.

Peaks, castles, towers, monuments and churches with a name are taken; everything else is left out and counted.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from geo.core import surroundings
from geo.core.errors import Invalid
from geo.imports.geofile import opened, spot_of, tags_of
from geo.imports.reading import ReadFile
from geo.viewpoints.landmarks.codes import KINDS
from geo.viewpoints.landmarks.schemas import LONGEST_NAME, LandmarkInput

MOST_PROBLEMS = 50
_CASTLES = {"castle", "fort", "ruins", "city_gate", "citywalls", "manor", "palace"}
_MONUMENTS = {"monument", "memorial"}
_TOWERS = {"tower", "lighthouse", "water_tower", "chimney", "communications_tower", "mast"}
_OWN = {name.casefold(): code for code, names in KINDS.items() for name in (code, *names)}
_METRES = re.compile(r"\s*([0-9]{1,3})(?:[.,]([0-9]))?[0-9]*\s*m?\s*")


@dataclass(frozen=True)
class Read:
    """The landmarks of a file, how many objects are none, and what became of faulty rows (row and sentence)."""

    landmarks: tuple[LandmarkInput, ...]
    rows: int
    others: int
    faulty: int
    problems: tuple[tuple[int, str], ...]


def look_into(path: Path, name: str, source: str, srid: int | None = None) -> Read:
    """Read a file of landmarks; `source` is what they are said to come from. Raises `Invalid` at `file` or `srid`."""
    with opened(path, name, srid) as (found, system):
        return _taken(found, source, system)


def _taken(found: ReadFile, source: str, srid: int) -> Read:
    taken: dict[str, LandmarkInput] = {}
    problems, faulty, others = list(found.problems), found.problem_count, 0
    for row in found.numbered():
        tags = tags_of(found.columns, row)
        title, kind = " ".join(tags.get("name", "").split())[:LONGEST_NAME], kind_of(tags)
        if not title or kind is None:
            others += 1
            continue
        try:
            longitude, latitude = _spot(row[-1], srid)
        except ValueError as error:
            faulty += 1
            problems.append((int(row[0]), str(error)))
            continue
        english = " ".join(tags.get("name:en", "").split())[:LONGEST_NAME] or None
        key = key_of(tags, title, longitude, latitude)
        taken[key] = LandmarkInput(
            title, kind, longitude, latitude, english, height_of(tags.get("height", "")), source, key
        )
    return Read(tuple(taken.values()), found.row_count, others, faulty, tuple(problems[:MOST_PROBLEMS]))


def kind_of(tags: Mapping[str, str]) -> str | None:
    """The kind of landmark that tags of OpenStreetMap, or an own column `art`, name; None for no landmark."""
    own = _OWN.get((tags.get("art") or tags.get("kind") or "").strip().casefold())
    historic, made = tags.get("historic", ""), tags.get("man_made", "")
    for code, holds in (
        (own, own is not None),
        ("BERG", tags.get("natural") in {"peak", "volcano", "ridge"}),
        ("BURG", historic in _CASTLES),
        ("TURM", made in _TOWERS or tags.get("tower:type") == "observation" or historic == "tower"),
        ("DENKMAL", historic in _MONUMENTS),
        ("KIRCHE", tags.get("amenity") == "place_of_worship" or tags.get("building") in {"church", "cathedral"}),
        ("BLICKPUNKT", tags.get("tourism") == "viewpoint"),
    ):
        if holds:
            return code
    return None


def height_of(raw: str) -> Decimal | None:
    """Metres above the ground; None for none, or for what is no such height."""
    found = _METRES.fullmatch(raw)
    if found is None:
        return None
    height = Decimal(f"{found[1]}.{found[2] or 0}")
    return height if height <= 400 else None


def key_of(tags: Mapping[str, str], name: str, longitude: float, latitude: float) -> str:
    """The object's key in its source, else one made of name and place: the same file read again finds it."""
    for column in ("@id", "osm_id", "osm_way_id", "id", "full_id"):
        if tags.get(column, "").strip():
            return f"{column.strip('@')}:{tags[column].strip()[:80]}"
    mark = f"{name}|{longitude:.4f}|{latitude:.4f}"
    return f"spot:{hashlib.sha256(mark.encode()).hexdigest()[:24]}"


def _spot(raw: str, srid: int) -> tuple[float, float]:
    """Longitude and latitude of a geometry, in or near the state. Raises `ValueError` with a sentence."""
    spot = spot_of(raw, srid)
    try:
        surroundings.far_point(spot.x, spot.y)
    except Invalid as refused:
        raise ValueError(refused.fields["point"]) from None
    return round(spot.x, 6), round(spot.y, 6)
