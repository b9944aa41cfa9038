"""GeoPackage, read with Python's own sqlite3 as the table of a database that may run nothing.

Nothing else opens the file: no views, no triggers but those of the standard, no functions of an extension.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from geo.core.foreign.geopackage import check, opened
from geo.core.foreign.refused import Refused
from geo.imports.child import header
from geo.imports.child.request import MOST_FIELD, Found, Request, Row
from geo.imports.child.typed import as_text

BROKEN = "Das GeoPackage ist beschädigt oder keines."
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_OWN_TABLE = re.compile(r"(gpkg_|rtree_|sqlite_)", re.I)


def unpacked(file: IO[bytes], folder: Path) -> Path:
    """The file under a name, for sqlite; refused when its length is not what its header says."""
    file.seek(0)
    start = file.read(100)
    page = int.from_bytes(start[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(start[28:32], "big")
    size = file.seek(0, 2)
    if len(start) < 100 or page < 512 or page & (page - 1) or size % page:
        raise Refused(BROKEN)
    if start[24:28] == start[92:96] and pages * page != size:
        raise Refused(BROKEN)
    path = folder / "layer.gpkg"
    file.seek(0)
    with path.open("wb") as copy:
        while block := file.read(1 << 20):
            copy.write(block)
    return path


def read(file: IO[bytes], request: Request, folder: Path) -> Found:
    """The rows of one layer."""
    path = unpacked(file, folder)
    try:
        connection = opened(path)
        check(connection)
        return _read(connection, request)
    except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError):
        raise Refused(BROKEN) from None


def _read(connection: sqlite3.Connection, request: Request) -> Found:
    layers = _layers(connection)
    if not layers:
        raise Refused("Im GeoPackage steht keine Ebene mit Objekten oder Werten.")
    counts = {name: _count(connection, name) for name in layers}
    if request.layer is not None and request.layer not in layers:
        raise Refused(f"Eine Ebene „{request.layer}“ gibt es im GeoPackage nicht.")
    chosen = request.layer or max(counts, key=lambda name: (layers[name] is not None, counts[name]))
    shape = layers[chosen]
    stored = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({_quoted(chosen)})")]
    hidden = {column for column in stored if shape and column.lower() == shape[0].lower()}
    columns = [column for column in stored if column not in hidden]
    found = Found(
        format="GeoPackage",
        layers=[{"name": name, "rows": count} for name, count in counts.items()],
        layer=chosen,
        columns=header.unique(columns or ["Objekt"]),
        rows=iter(()),
        declared=_system(connection, shape[1]) if shape else None,
        has_geometry=shape is not None,
        is_typed=True,
    )
    found.rows = _rows(connection, chosen, columns, shape[0] if shape else None, found)
    return found


def _layers(connection: sqlite3.Connection) -> dict[str, tuple[str, int] | None]:
    """The layers, each with its geometry column and the number of its system; None for a table without places."""
    tables = {
        str(name).lower(): str(name)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    if "gpkg_contents" not in tables:
        raise Refused("Das ist eine SQLite-Datenbank, aber kein GeoPackage.")
    shapes = {}
    if "gpkg_geometry_columns" in tables:
        for name, column, srs in connection.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        ):
            shapes[str(name).lower()] = (str(column), int(srs))
    found = {}
    for name, kind in connection.execute("SELECT table_name, data_type FROM gpkg_contents"):
        table = tables.get(str(name).lower())
        if table and not _OWN_TABLE.match(table) and kind in {"features", "attributes", "aspatial"}:
            found[table] = shapes.get(table.lower())
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0])  # noqa: S608 (quoted)


def _system(connection: sqlite3.Connection, srs: int) -> Any:
    if srs in {-1, 0}:
        return None
    row = connection.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    if row is None:
        return srs
    return int(row[1]) if str(row[0]).upper() == "EPSG" else row[2]


def _rows(
    connection: sqlite3.Connection, table: str, columns: list[str], shape: str | None, found: Found
) -> Iterator[Row]:
    listed = ", ".join(map(_quoted, [*columns, *([shape] if shape else [])])) or "NULL"
    try:
        cursor = connection.execute(f"SELECT {listed} FROM {_quoted(table)}")  # noqa: S608 (names are quoted)
        for number, values in enumerate(cursor, 1):
            cells = [as_text(value) for value in values[: len(columns)]] or [""]
            if any(len(cell) > MOST_FIELD for cell in cells):
                raise Refused("Eine Zelle der Datei ist zu lang.")
            made = _wkb(values[len(columns)]) if shape else None
            if shape and made is None and values[len(columns)] is not None:
                found.note(number, "Die Geometrie ist nicht lesbar.")
            yield Row(number, cells, made)
    except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError):
        raise Refused(BROKEN) from None


def _wkb(blob: Any) -> bytes | None:
    """The WKB inside the standard's binary; None for an empty or broken one."""
    if not isinstance(blob, bytes) or len(blob) < 13 or blob[:2] != b"GP":
        return None
    flags = blob[3]
    envelope = _ENVELOPES.get(flags >> 1 & 7)
    return None if envelope is None or flags & 0x20 else blob[8 + envelope :]
