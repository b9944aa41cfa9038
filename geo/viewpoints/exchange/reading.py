"""Viewpoints from a file: OpenStreetMap's tags in OSM XML, GeoJSON and the like, or the waypoints of a GPX file.

Whatever is no viewpoint is left out and counted. A direction that cannot be read is left out and said, never guessed.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shapely.geometry import Point

from geo.core import geometry, sandbox
from geo.core.errors import Invalid
from geo.imports.geofile import opened, spot_of, tags_of
from geo.places.pois.codes import OSM_WHEELCHAIR
from geo.viewpoints.direction import parse, render

SCRIPT = Path(__file__).with_name("gpx_child.py")
LIMITS = sandbox.Limits(seconds=20, memory_bytes=500_000_000, output_bytes=50_000_000)
MOST, MOST_PROBLEMS, MOST_BYTES = 500, 50, 20_000_000
UNNAMED = "Aussichtspunkt ohne Namen"
_ID = re.compile(r"(node|way|relation)/([1-9][0-9]{0,14})")
_WIKIDATA = re.compile(r"Q[0-9]{1,12}")
_NUMBER = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]))?[0-9]*(?:\s*m)?")
_DIRECTION = re.compile(r"direction\s*=\s*([^\n]+)")
_GPX = {
    "kind": "Das ist keine GPX-Datei.",
    "many": "In der GPX-Datei stehen mehr als 5.000 Wegpunkte.",
    "timeout": "Das Lesen der Datei dauert zu lange.",
}


@dataclass(frozen=True)
class Found:
    """A viewpoint of a file, as an idea of the town: what is known of it."""

    name: str
    longitude: float
    latitude: float
    name_en: str | None = None
    direction: str = ""
    story: str | None = None
    story_en: str | None = None
    elevation_m: str | None = None
    step_free: str = "UNBEKANNT"
    wikidata: str | None = None
    osm: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Read:
    """The viewpoints of a file, how many objects are none, and what is wrong (row and sentence)."""

    points: tuple[Found, ...]
    rows: int
    others: int
    problems: tuple[tuple[int, str], ...]


def look_into(path: Path, name: str, srid: int | None = None) -> Read:
    """Read a file of viewpoints. Raises `Invalid` at the field `file` or `srid`."""
    if name.lower().endswith(".gpx"):
        rows = _waypoints(path)
        return _taken(rows, len(rows), ())
    with opened(path, name, srid) as (found, system):
        is_tagged = any(column in ("@id", "tourism", "other_tags") for column in found.columns)
        own = {} if is_tagged else {"tourism": "viewpoint"}  # an own list is one of viewpoints
        rows = [(int(row[0]), own | tags_of(found.columns, row), _spot(row[-1], system)) for row in found.numbered()]
        return _taken(rows, found.row_count, found.problems)


def _waypoints(path: Path) -> list[tuple[int, dict[str, str], Point | None]]:
    raw = path.read_bytes()
    if len(raw) > MOST_BYTES:
        raise Invalid({"file": f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB."})
    try:
        answer = json.loads(sandbox.run(SCRIPT, raw, LIMITS))
    except (sandbox.Refused, ValueError) as refused:
        reason = getattr(refused, "reason", "broken")
        raise Invalid({"file": _GPX.get(reason, "Die GPX-Datei ist beschädigt oder nicht lesbar.")}) from None
    rows = []
    for number, one in enumerate(answer, 1):
        direction = _DIRECTION.search(f"{one.get('cmt', '')}\n{one.get('desc', '')}")
        tags = {"tourism": "viewpoint", "name": one.get("name", ""), "ele": one.get("ele", "")}
        tags["description"] = _DIRECTION.sub("", one.get("desc", "")).strip()
        tags["direction"] = direction[1].strip() if direction else ""
        rows.append((number, tags, _at(one["lon"], one["lat"])))
    return rows


def _at(longitude: str, latitude: str) -> Point | None:
    try:
        return Point(float(longitude), float(latitude))
    except ValueError:
        return None


def _spot(raw: str, srid: int) -> Point | None:
    try:
        return spot_of(raw, srid)
    except ValueError:
        return None


def _taken(
    rows: Iterable[tuple[int, Mapping[str, str], Point | None]],
    count: int,
    known: Iterable[tuple[int, str]],
) -> Read:
    points: list[Found] = []
    problems, others = list(known), 0
    west, south, east, north = geometry.STATE_BOX
    for number, tags, spot in rows:
        if tags.get("tourism", "").strip().lower() != "viewpoint":
            others += 1
        elif spot is None:
            problems.append((number, "Die Lage ist nicht lesbar."))
        elif not (west <= spot.x <= east and south <= spot.y <= north):
            problems.append((number, "Der Punkt liegt nicht in Thüringen."))
        else:
            one, doubts = found(tags, spot)
            points.append(one)
            problems += [(number, doubt) for doubt in doubts]
    if len(points) > MOST:
        raise Invalid({"file": f"In der Datei stehen {len(points)} Blickpunkte; auf einmal gehen höchstens {MOST}."})
    return Read(tuple(points), count, others, tuple(problems[:MOST_PROBLEMS]))


def found(tags: Mapping[str, str], spot: Point) -> tuple[Found, list[str]]:
    """A viewpoint from its tags, and what of them was left out and why."""
    doubts: list[str] = []

    def said(*names: str, longest: int = 120) -> str | None:
        for name in names:
            text = " ".join(tags.get(name, "").split())
            if text:
                return text[:longest]
        return None

    direction = ""
    raw = said("direction", longest=200)
    if raw:
        try:
            direction = render(parse(raw))
        except Invalid as refused:
            doubts.append(f"{refused.fields['direction']} Die Blickrichtung bleibt leer.")
    height = _NUMBER.fullmatch(tags.get("ele", "").strip())
    elevation = f"{height[1]},{height[2] or 0}" if height and 50 <= int(height[1]) <= 1099 else None
    identity = _ID.search(" ".join(tags.get(name, "") for name in ("@id", "id", "osm_id", "osm")))
    wikidata = _WIKIDATA.fullmatch(tags.get("wikidata", "").strip())
    return (
        Found(
            name=said("name", "name:de", "inscription") or UNNAMED,
            longitude=round(spot.x, 6),
            latitude=round(spot.y, 6),
            name_en=said("name:en"),
            direction=direction,
            story=said("description", "description:de", longest=4000),
            story_en=said("description:en", longest=4000),
            elevation_m=elevation,
            step_free=OSM_WHEELCHAIR.get(tags.get("wheelchair", "").strip().lower(), "UNBEKANNT"),
            wikidata=wikidata[0] if wikidata else None,
            osm=identity[0] if identity else None,
        ),
        doubts,
    )
