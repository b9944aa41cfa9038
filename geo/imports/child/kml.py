"""KML (also packed as KMZ): placemarks with their data and geometry, by an XML parser that knows no entities."""

import struct
from collections.abc import Callable, Iterator
from typing import IO, Any

import shapely

from geo.core.foreign.refused import Refused
from geo.core.systems import WGS84
from geo.imports.child import header
from geo.imports.child.markup import blocks
from geo.imports.child.request import MOST_FIELD, MOST_VERTICES, Found, Request, Row

BROKEN = "Die KML-Datei ist kein gültiges XML (Zeile {})."
_ENTITIES = "Die KML-Datei enthält eigene Definitionen (DOCTYPE, ENTITY). Solche Dateien werden nicht gelesen."
_MANY = f"Eine Geometrie hat mehr als {MOST_VERTICES} Stützpunkte. Bitte vereinfachen."
_MOST_DEPTH = 100
_SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"}
_PLAIN = {"name": "Name", "description": "Beschreibung", "address": "Adresse", "phoneNumber": "Telefon"}


class _Placemarks:
    """Collects placemarks as the parser meets their parts."""

    def __init__(self) -> None:
        self.ready: list[tuple[dict[str, str], bytes | None, bool]] = []
        self._path: list[str] = []
        self._words: list[str] = []
        self._size = self._vertices = 0
        self._data: dict[str, str] | None = None
        self._key = ""
        self._shapes: list[tuple[str, list[Any]]] = []
        self._shape: Any = None
        self._is_bad = False
        self._folders: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > _MOST_DEPTH:
            raise Refused("Die KML-Datei ist zu tief verschachtelt.")
        self._words, self._size = [], 0
        if name == "Folder":
            self._folders.append("")
        if name == "Placemark":
            self._data, self._shape, self._shapes, self._is_bad, self._vertices = {}, None, [], False, 0
        elif self._data is not None:
            if name in {"Data", "SimpleData"}:
                self._key = attributes.get("name", "")
            if name in _SHAPES:
                self._shapes.append((name, []))

    def text(self, words: str) -> None:
        self._words.append(words)
        self._size += len(words)
        if self._size > 4 * MOST_FIELD:
            raise Refused(_MANY if self._path[-1] == "coordinates" else "Ein Text der KML-Datei ist zu lang.")

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        words = "".join(self._words).strip()
        above = self._path[-2] if len(self._path) > 1 else ""
        self._path.pop()
        self._words, self._size = [], 0
        if name == "Folder":
            self._folders.pop()
        elif name == "name" and above == "Folder":
            self._folders[-1] = words
        if self._data is None:
            return
        if name == "Placemark":
            folder = " / ".join(filter(None, self._folders))
            self.ready.append(({"Ordner": folder} | self._data if folder else self._data, self._made(), self._is_bad))
            self._data = None
        elif name in _PLAIN and above == "Placemark":
            self._data[_PLAIN[name]] = words[:MOST_FIELD]
        elif name == "SimpleData" or (name == "value" and above == "Data"):
            self._data[self._key or "Wert"] = words[:MOST_FIELD]
        elif name == "coordinates" and self._shapes:
            self._shapes[-1][1].append(self._numbers(words))
        elif name in _SHAPES:
            self._close()

    def _numbers(self, words: str) -> list[tuple[float, float]]:
        points = []
        for group in words.replace(", ", ",").split():
            parts = group.split(",")
            try:
                points.append((float(parts[0]), float(parts[1])))
            except (ValueError, IndexError):
                self._is_bad = True
        self._vertices += len(points)
        if self._vertices > MOST_VERTICES:
            raise Refused(_MANY)
        return points

    def _close(self) -> None:
        kind, parts = self._shapes.pop()
        try:
            shape = _shape(kind, parts)
        except (ValueError, shapely.errors.ShapelyError):
            self._is_bad = True
            return
        if shape is None:
            return
        if self._shapes:
            self._shapes[-1][1].append(shape if kind != "LinearRing" else parts[0])
        else:
            self._shape = shape

    def _made(self) -> bytes | None:
        return None if self._shape is None else bytes(shapely.to_wkb(self._shape))


def _shape(kind: str, parts: list[Any]) -> Any:
    """The geometry of the parts inside the element: lists of points, or for a collection the geometries."""
    if kind == "MultiGeometry":
        return _collected([part for part in parts if not isinstance(part, list)])
    points = [part for part in parts if isinstance(part, list) and part]
    if not points:
        return None
    if kind == "Point":
        return shapely.from_wkb(struct.pack("<BIdd", 1, 1, *points[0][0]))
    if kind == "Polygon":
        return shapely.Polygon(points[0], points[1:])
    return shapely.LineString(points[0])


def _collected(shapes: list[Any]) -> Any:
    """One shape as itself, several of a kind as its plural, different kinds as a collection."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {shape.geom_type for shape in shapes}
    plural: dict[str, Callable[[list[Any]], Any]] = {
        "Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon
    }  # fmt: skip
    if len(kinds) == 1 and (make := plural.get(next(iter(kinds)))):
        return make(shapes)
    return shapely.GeometryCollection(shapes)


def _placemarks(file: IO[bytes]) -> Iterator[tuple[dict[str, str], bytes | None, bool]]:
    """Every placemark: its data, its geometry, whether something of that could not be read."""
    found = _Placemarks()
    handlers: dict[str, Callable[..., None]] = {
        "StartElementHandler": found.start,
        "EndElementHandler": found.end,
        "CharacterDataHandler": found.text,
    }
    for _ in blocks(file, handlers, BROKEN, _ENTITIES):
        yield from found.ready
        found.ready = []


def read(file: IO[bytes], request: Request) -> Found:
    """The placemarks as rows; columns are the data of all of them."""
    columns: dict[str, None] = {}
    count = 0
    for data, _, _ in _placemarks(file):
        columns.update(dict.fromkeys(data))
        count += 1
        if len(columns) > 1_000:
            raise Refused("Die Objekte der KML-Datei haben mehr als 1000 verschiedene Eigenschaften.")
    if not count:
        raise Refused(
            "Die KML-Datei enthält keine Objekte (Placemarks). Verweise auf andere Dateien werden nicht verfolgt."
        )
    found = Found(
        format="KML",
        layers=[{"name": request.name, "rows": count}],
        layer=request.name,
        columns=header.unique(list(columns) or ["Name"]),
        rows=iter(()),
        declared=WGS84,
        has_geometry=True,
    )
    found.rows = _rows(file, list(columns), found)
    return found


def _rows(file: IO[bytes], columns: list[str], found: Found) -> Iterator[Row]:
    for number, (data, shape, is_bad) in enumerate(_placemarks(file), 1):
        if is_bad:
            found.note(number, "Die Geometrie ist nicht ganz lesbar.")
        yield Row(number, [data.get(name, "") for name in columns] or [""], shape)
