"""GeoJSON, read feature by feature in little memory by Python's own parser, which follows no links.

Also a feature a line, a single feature, and a bare list of objects (as web services give them).
"""

import io
import json
import re
import struct
from collections.abc import Iterator
from typing import IO, Any

import shapely

from geo.core.foreign.refused import Refused
from geo.core.systems import WGS84
from geo.imports.child import header, text
from geo.imports.child.request import MOST_VERTICES, Found, Request, Row
from geo.imports.child.typed import as_text

BROKEN = "Die GeoJSON-Datei ist kein gültiges JSON (bei Zeichen {})."
NO_NUMBER = "Die GeoJSON-Datei enthält Zahlen, die keine sind (NaN, Infinity oder zu große)."
_LONG = f"Ein Objekt der GeoJSON-Datei ist größer als 4 MB (höchstens {MOST_VERTICES} Stützpunkte). Bitte vereinfachen."
_DEEP = "Die GeoJSON-Datei ist zu tief verschachtelt."
_NO_FEATURES = "Das ist JSON, aber kein GeoJSON: es fehlen die Objekte (features)."
_BLOCK = 1 << 20
_MOST = 6 << 20
_RUN = 4 << 20  # so many characters of one list of coordinates
_SPACE = re.compile(r"[ \t\r\n]*")


def _no_constant(name: str) -> float:
    raise Refused(NO_NUMBER)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise Refused(NO_NUMBER)
    return value


def _whole(digits: str) -> int:
    if len(digits) > 300:
        raise Refused(NO_NUMBER)
    return int(digits)


class Reader:
    """Values of a JSON text one after another, of which only the present one is in memory."""

    def __init__(self, file: IO[str]):
        self._file, self._text, self._at, self._before = file, "", 0, 0
        self._ended = False
        self._decoder = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)

    def _more(self) -> bool:
        if self._ended:
            return False
        if len(self._text) - self._at > _MOST:
            raise Refused(_LONG)
        waits = len(self._text) - self._at
        block = self._file.read(_BLOCK if waits < _BLOCK // 2 else _MOST)  # a long value is not begun too often
        self._ended = not block
        self._before += self._at
        self._text, self._at = self._text[self._at :] + block, 0
        if len(self._text) > _RUN and self._text.rfind("}", len(self._text) - _RUN) < 0:
            raise Refused(_LONG)
        return bool(block)

    def peek(self) -> str:
        """The next sign that is no space; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, sign: str) -> None:
        """The sign that must be next."""
        if self.peek() != sign:
            raise Refused(BROKEN.format(self._before + self._at))
        self._at += 1

    def value(self) -> Any:
        """The next value."""
        if not self.peek():
            raise Refused(BROKEN.format(self._before + self._at))
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._more():
                    raise Refused(BROKEN.format(self._before + error.pos)) from None
                continue
            except RecursionError:
                raise Refused(_DEEP) from None
            # A number at the very end of what is here may go on.
            if end < len(self._text) or isinstance(value, dict | list | str) or not self._more():
                if end - self._at > _MOST:
                    raise Refused(_LONG)
                self._at = end
                return value


class Collection:
    """The features of a file, and what stands beside them."""

    def __init__(self, file: IO[str]):
        self._reader = Reader(file)
        self.members: dict[str, Any] = {}

    def features(self) -> Iterator[Any]:
        """One after another; `members` is complete when they have ended."""
        if self._reader.peek() == "[":
            yield from self._listed()
        else:
            yield from self._top()
            while self._reader.peek():  # a feature a line
                self._reader.take("\x1e") if self._reader.peek() == "\x1e" else None
                yield self._reader.value()
        if self._reader.peek():
            raise Refused("Hinter dem Ende der GeoJSON-Datei steht noch etwas.")

    def _top(self) -> Iterator[Any]:
        self._reader.take("{")
        found = False
        while self._reader.peek() != "}":
            name = self._reader.value()
            if not isinstance(name, str):
                raise Refused(BROKEN.format(1))
            self._reader.take(":")
            if name == "features" and self._reader.peek() == "[" and not found:
                found = True
                yield from self._listed()
            else:
                self.members[name] = self._reader.value()
            if self._reader.peek() != "}":
                self._reader.take(",")
        self._reader.take("}")
        if not found:
            yield self._single()

    def _single(self) -> Any:
        kind = self.members.get("type")
        if kind == "Topology":
            raise Refused("Das ist TopoJSON. Bitte als GeoJSON oder GeoPackage speichern.")
        if kind == "Feature":
            return dict(self.members)
        if isinstance(kind, str) and ("coordinates" in self.members or "geometries" in self.members):
            return {"type": "Feature", "properties": {}, "geometry": dict(self.members)}
        raise Refused(_NO_FEATURES)

    def _listed(self) -> Iterator[Any]:
        self._reader.take("[")
        while self._reader.peek() != "]":
            yield self._reader.value()
            if self._reader.peek() != "]":
                self._reader.take(",")
                if self._reader.peek() == "]":
                    raise Refused(BROKEN.format(1))
        self._reader.take("]")


def read(file: IO[bytes], request: Request) -> Found:
    """The features as rows; columns are the properties of all of them."""
    encoding = text.encoding_of(file, request.encoding, long_lines=True)
    columns, declared, count = _look_through(file, encoding)
    if not count:
        raise Refused("Die GeoJSON-Datei enthält keine Objekte.")
    names = header.unique(list(columns) or ["Objekt"])
    found = Found(
        format="GeoJSON",
        layers=[{"name": request.name, "rows": count}],
        layer=request.name,
        columns=names,
        rows=iter(()),
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
        declared=declared,
        has_geometry=True,
        is_typed=True,
    )
    found.rows = _rows(file, encoding, list(columns), found)
    return found


def _features(file: IO[bytes], encoding: str) -> tuple[Collection, Iterator[Any]]:
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    collection = Collection(reader)
    return collection, _decoded(collection.features(), reader, encoding)


def _decoded(features: Iterator[Any], reader: io.TextIOWrapper, encoding: str) -> Iterator[Any]:
    try:
        yield from features
    except UnicodeDecodeError:
        raise Refused(f"Die Zeichenkodierung {encoding} passt nicht zur Datei.") from None
    finally:
        reader.detach()


def _look_through(file: IO[bytes], encoding: str) -> tuple[dict[str, None], Any, int]:
    """All properties in the order of their first use, the declared system, the number of features."""
    columns: dict[str, None] = {}
    count = 0
    collection, features = _features(file, encoding)
    for feature in features:
        count += 1
        if not isinstance(feature, dict):
            raise Refused(_NO_FEATURES)
        columns.update(dict.fromkeys(properties_of(feature)))
        if len(columns) > 1_000:
            raise Refused("Die Objekte der GeoJSON-Datei haben mehr als 1000 verschiedene Eigenschaften.")
    return columns, declared_system(collection.members), count


def properties_of(feature: dict[str, Any]) -> dict[str, Any]:
    """The feature's properties, its id among them; of an object that is no feature, its members."""
    if feature.get("type") != "Feature":
        return {name: value for name, value in feature.items() if name not in {"geometry"}}
    given = feature.get("properties") or {}
    if not isinstance(given, dict):
        raise Refused(_NO_FEATURES)
    if "id" in feature and "id" not in given and isinstance(feature["id"], str | int | float):
        return {"id": feature["id"], **given}
    return given


def declared_system(members: dict[str, Any]) -> Any:
    """What the old member `crs` names; a link is refused, whoever would follow it."""
    crs = members.get("crs")
    if crs is None:
        return WGS84  # as the standard has it since 2016
    name = (
        crs.get("properties", {}).get("name")
        if isinstance(crs, dict) and isinstance(crs.get("properties"), dict)
        else None
    )
    if not isinstance(crs, dict) or crs.get("type") != "name" or not isinstance(name, str):
        raise Refused("Das Koordinatensystem der GeoJSON-Datei ist nicht benannt, sondern verlinkt oder unlesbar.")
    return name


def _rows(file: IO[bytes], encoding: str, columns: list[str], found: Found) -> Iterator[Row]:
    for number, feature in enumerate(_features(file, encoding)[1], 1):
        values = properties_of(feature)
        shape = feature.get("geometry")
        made = wkb_of(shape)
        if made is None and shape:
            found.note(number, "Die Geometrie ist nicht lesbar.")
        yield Row(number, [as_text(values.get(name)) for name in columns] or [""], made)


def wkb_of(shape: Any) -> bytes | None:
    """A GeoJSON geometry as WKB; None when there is none or it cannot be one."""
    if not isinstance(shape, dict):
        return None
    given = shape.get("coordinates")
    if shape.get("type") == "Point" and isinstance(given, list) and len(given) in {2, 3}:
        if all(type(number) in {int, float} for number in given):  # by far the most; no text is made of them again
            return struct.pack("<BIdd", 1, 1, float(given[0]), float(given[1]))
        return None
    made = shapely.from_geojson(json.dumps(shape), on_invalid="ignore")
    return None if made is None else shapely.to_wkb(made)
