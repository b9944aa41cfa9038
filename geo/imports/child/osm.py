"""OSM XML: the tagged objects of an extract of OpenStreetMap, by an XML parser that knows no entities.

Nodes are points, ways lines or areas, multipolygons and boundaries areas; what an extract gives as a middle alone is a
point. The file is gone through twice, since nothing says that nodes stand before the ways that need them. The keys
that places are known by are columns, all others stand together in `other_tags`, as GDAL writes them.
"""

import math
import re
import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
import shapely

from geo.core.foreign.refused import Refused
from geo.core.systems import WGS84
from geo.imports.child.markup import blocks
from geo.imports.child.request import MOST_FIELD, MOST_VERTICES, Found, Request, Row

FORMAT = "OSM XML"
COLUMNS = (
    *("@id", "name", "name:en", "amenity", "shop", "tourism", "information", "historic", "natural", "man_made"),
    *("building", "highway", "railway", "public_transport", "access", "foot", "wheelchair", "opening_hours", "website"),
    *("contact:website", "direction", "ele", "height", "description", "wikidata", "addr:street", "addr:housenumber"),
    *("addr:postcode", "addr:city"),
)
BROKEN = "Die OSM-Datei ist kein gültiges XML (Zeile {})."
ENTITIES = "Die OSM-Datei enthält eigene Definitionen (DOCTYPE, ENTITY). Solche Dateien werden nicht gelesen."
LARGE = "Der Auszug aus OpenStreetMap ist zu groß. Bitte einen kleineren Ausschnitt nehmen."
MOST_NODES, MOST_WAYS = 5_000_000, 1_000_000
# Corners of all multipolygons together: the same ways may be named again and again.
MOST_CORNERS = 2_000_000
_MOST_DEPTH = 10
_KINDS = {"node", "way", "relation"}
_SAYS_NOTHING = {"created_by", "source"}
_IS_LINE = {"highway", "barrier", "railway", "waterway", "aerialway", "power", "route"}
_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass
class _Element:
    """A node, way or relation with what stands in it."""

    kind: str
    id: int
    is_gone: bool
    spot: tuple[float, float] | None
    tags: dict[str, str] = field(default_factory=dict)
    refs: list[int] = field(default_factory=list)
    size: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether it is an object of its own, and not a corner of others."""
        return bool(self.tags.keys() - _SAYS_NOTHING) and not self.is_gone

    @property
    def is_area(self) -> bool:
        """Whether a closed way means what it surrounds."""
        if self.kind == "relation":
            return self.tags.get("type") in {"multipolygon", "boundary"}
        said = self.tags.get("area")
        is_closed = len(self.refs) > 3 and self.refs[0] == self.refs[-1]
        return is_closed and (said == "yes" or (said != "no" and not self.tags.keys() & _IS_LINE))


class _Extract:
    """What a file holds beside its rows: where the nodes lie, and of which nodes the ways are made."""

    def __init__(self) -> None:
        self._ids, self._xs, self._ys = array("q"), array("d"), array("d")
        self._refs = array("q")
        self._ways: dict[int, tuple[int, int]] = {}
        self._known: Any = None
        self._order: Any = None
        self.corners = 0

    def put(self, node: int, spot: tuple[float, float]) -> None:
        """Where a node lies."""
        if len(self._ids) >= MOST_NODES:
            raise Refused(LARGE)
        self._ids.append(node)
        self._xs.append(spot[0])
        self._ys.append(spot[1])

    def keep(self, one: _Element) -> None:
        """Of which nodes a way is made."""
        if len(self._ways) >= MOST_WAYS or len(self._refs) > 4 * MOST_NODES:
            raise Refused(LARGE)
        self._ways[one.id] = (len(self._refs), len(self._refs) + len(one.refs))
        self._refs.extend(one.refs)

    def spots(self, refs: Sequence[int]) -> Any:
        """Where these nodes lie (n × 2), without those that the extract does not hold."""
        if self._order is None:
            self._known, self._order = np.unique(np.frombuffer(self._ids, dtype=np.int64), return_index=True)
        if not len(self._known):
            return np.empty((0, 2))
        wanted = np.array(refs, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._known, wanted), len(self._known) - 1)
        found = self._order[at[self._known[at] == wanted]]
        return np.column_stack((np.frombuffer(self._xs)[found], np.frombuffer(self._ys)[found]))

    def lines(self, ways: Sequence[int]) -> list[Any]:
        """These ways as lines, as far as the extract holds them."""
        found = []
        for start, stop in (self._ways[way] for way in ways if way in self._ways):
            spots = self.spots(self._refs[start:stop])
            self.corners += len(spots)
            if self.corners > MOST_CORNERS:
                raise Refused(LARGE)
            if len(spots) > 1:
                found.append(shapely.linestrings(spots))
        return found


class _Parser:
    """Collects the elements as the parser meets their parts."""

    def __init__(self) -> None:
        self.ready: list[_Element] = []
        self.places: list[tuple[int, tuple[float, float]]] = []
        self._depth = 0
        self._one: _Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise Refused("Die OSM-Datei ist zu tief verschachtelt.")
        if name in _KINDS and self._depth == 2:
            is_gone = attributes.get("visible") == "false" or attributes.get("action") == "delete"
            self._one = _Element(name, _whole(attributes.get("id")), is_gone, _spot(attributes))
        elif self._one is not None:
            self._part(self._one, name, attributes)

    def _part(self, one: _Element, name: str, attributes: dict[str, str]) -> None:
        if name == "tag":
            key, value = attributes.get("k", ""), attributes.get("v", "")
            one.size += len(key) + len(value)
            if one.size > MOST_FIELD:
                raise Refused("Ein Objekt der OSM-Datei hat zu viele Angaben.")
            one.tags[key] = value
        elif name == "nd" and one.kind == "way":
            one.refs.append(_whole(attributes.get("ref")))
            spot = _spot(attributes)
            if spot is not None:
                self.places.append((one.refs[-1], spot))
        elif name == "member" and attributes.get("type") == "way":
            one.refs.append(_whole(attributes.get("ref")))
        elif name == "center":
            one.spot = _spot(attributes)
        if len(one.refs) > MOST_VERTICES:
            raise Refused(f"Ein Weg der OSM-Datei hat mehr als {MOST_VERTICES} Stützpunkte.")

    def end(self, _name: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._one is not None:
            self.ready.append(self._one)
            self._one = None


def _whole(raw: str | None) -> int:
    """A number of an element, 0 for what is none."""
    return int(raw) if raw and _NUMBER.fullmatch(raw) else 0


def _spot(attributes: dict[str, str]) -> tuple[float, float] | None:
    """Longitude and latitude, if both are there and can be."""
    try:
        spot = float(attributes["lon"]), float(attributes["lat"])
    except (KeyError, ValueError):
        return None
    return spot if all(map(math.isfinite, spot)) and abs(spot[0]) <= 180 and abs(spot[1]) <= 90 else None


def _elements(file: IO[bytes], extract: _Extract | None = None) -> Iterator[_Element]:
    """Every element; what the extract has to know of them is put into it."""
    found = _Parser()
    handlers: dict[str, Callable[..., None]] = {"StartElementHandler": found.start, "EndElementHandler": found.end}
    for _ in blocks(file, handlers, BROKEN, ENTITIES):
        if extract is not None:
            for node, spot in found.places:
                extract.put(node, spot)
        found.places = []
        yield from found.ready
        found.ready = []


def read(file: IO[bytes], request: Request) -> Found:
    """The tagged objects as rows."""
    extract, keys, count, others = _Extract(), set[str](), 0, 0
    for one in _elements(file, extract):
        if one.kind == "node" and one.spot is not None and not one.is_gone:
            extract.put(one.id, one.spot)
        if one.kind == "way":
            extract.keep(one)
        if _is_row(one):
            count += 1
            keys |= {key if key in COLUMNS else "other_tags" for key in one.tags}
        else:
            others += one.kind == "relation" and one.is_shown
    if not count:
        raise Refused("Die OSM-Datei enthält keine Objekte mit Eigenschaften (tags).")
    columns = ["@id", *(name for name in (*COLUMNS[1:], "other_tags") if name in keys)]
    found = Found(
        format=FORMAT,
        layers=[{"name": request.name, "rows": count}],
        layer=request.name,
        columns=columns,
        rows=iter(()),
        declared=WGS84,
        has_geometry=True,
    )
    if others:
        found.warnings.append(f"{others} Beziehungen ohne eigene Fläche (Routen und Ähnliches) sind nicht dabei.")
    found.rows = _rows(file, extract, columns, found)
    return found


def _is_row(one: _Element) -> bool:
    """Whether the element is an object that lies somewhere."""
    return one.is_shown and (one.kind != "relation" or one.is_area or one.spot is not None)


def _rows(file: IO[bytes], extract: _Extract, columns: Sequence[str], found: Found) -> Iterator[Row]:
    number = 0
    for one in _elements(file):
        if not _is_row(one):
            continue
        number += 1
        shape = _shape(one, extract)
        if shape is None:
            found.note(number, "Die Lage steht nicht oder nicht ganz im Auszug.")
        yield Row(number, _cells(one, columns), shape)


def _cells(one: _Element, columns: Sequence[str]) -> list[str]:
    """The element's tags by column; numbers below zero are an editor's own and no key of OpenStreetMap."""
    rest = ",".join(f"{_quoted(key)}=>{_quoted(one.tags[key])}" for key in one.tags if key not in columns)
    cells = one.tags | {"@id": f"{one.kind}/{one.id}" if one.id > 0 else "", "other_tags": rest}
    return [cells.get(name, "") for name in columns]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shape(one: _Element, extract: _Extract) -> bytes | None:
    """The element's geometry as WKB; None where the extract does not hold enough of it."""
    shape = None
    if one.kind == "way":
        spots = extract.spots(one.refs)
        if one.is_area and len(spots) > 3:
            shape = shapely.polygons(shapely.linearrings(spots))
        elif len(spots) > 1:
            shape = shapely.linestrings(spots)
    elif one.kind == "relation" and one.is_area:
        area = shapely.build_area(shapely.GeometryCollection(extract.lines(one.refs)))
        shape = None if area is None or area.is_empty else area
    if shape is not None:
        return bytes(shapely.to_wkb(shape))
    return None if one.spot is None else struct.pack("<BIdd", 1, 1, *one.spot)
