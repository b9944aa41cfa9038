"""Shapefile and FlatGeobuf, opened by GDAL with these two drivers alone and streamed in batches."""

from collections.abc import Iterator
from pathlib import Path

import pyogrio

from geo.core.foreign.gdal import after_start
from geo.core.foreign.refused import Refused
from geo.imports.child import header, text
from geo.imports.child.request import MOST_FIELD, Found, Request, Row
from geo.imports.child.typed import as_text

DRIVERS = ("ESRI Shapefile", "FlatGeobuf")
BROKEN = "Die Datei ist beschädigt oder nicht lesbar."
_BATCH = 4_096
# GDAL asks the system's iconv, which has names of its own for some encodings of Python.
_GDAL_NAMES = {"latin-1": "ISO-8859-1", "iso8859-15": "ISO-8859-15", "mac_roman": "MACINTOSH", "utf-8-sig": "UTF-8"}
_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.CRSError,
    LookupError,
    ValueError,
    OSError,
    RuntimeError,
)


def read(path: Path, kind: str, name: str, request: Request) -> Found:
    """The rows of the layer in the file, whose name of our own promises its driver."""
    after_start(pyogrio, DRIVERS)
    encoding = _encoding(path, request) if kind == "Shapefile" else None
    try:
        info = pyogrio.read_info(str(path), encoding=_named(encoding), force_feature_count=True)
    except _ERRORS:
        raise Refused(BROKEN) from None
    columns = [str(field) for field in info["fields"]]
    found = Found(
        format=kind,
        layers=[{"name": name, "rows": int(info["features"])}],
        layer=name,
        columns=header.unique(columns or ["Objekt"]),
        rows=iter(()),
        encoding=encoding,
        declared=info["crs"],
        has_geometry=info["geometry_type"] is not None,
        is_typed=True,
    )
    if kind == "Shapefile" and not info["crs"]:
        found.warnings.append("Zum Shapefile fehlt die Datei .prj; das Koordinatensystem ist aus den Werten geraten.")
    found.rows = _rows(path, encoding, len(columns), found)
    return found


def _encoding(path: Path, request: Request) -> str:
    """As wanted, as the file .cpg says when that fits, else by the letters."""
    if request.encoding:
        return text.known(request.encoding)
    dbf, cpg = path.with_suffix(".dbf"), path.with_suffix(".cpg")
    if cpg.is_file():
        said = cpg.read_bytes()[:40].decode("ascii", "replace").strip()
        said = {"ANSI 1252": "cp1252", "1252": "cp1252", "88591": "latin-1", "8859_1": "latin-1", "65001": "utf-8"}.get(
            said, said
        )
        try:
            return text.known(said)
        except Refused:
            pass
    with dbf.open("rb") as file:
        return text.of_table(file)


def _named(encoding: str | None) -> str | None:
    return _GDAL_NAMES.get(encoding or "", encoding)


def _rows(path: Path, encoding: str | None, width: int, found: Found) -> Iterator[Row]:
    try:
        with pyogrio.raw.open_arrow(str(path), encoding=_named(encoding), batch_size=_BATCH, use_pyarrow=True) as (
            meta,
            stream,
        ):
            shape = meta["geometry_name"] or "wkb_geometry"
            number = 0
            for batch in stream:
                names = batch.schema.names
                shapes: list[bytes | None] = [None] * batch.num_rows
                if found.has_geometry and shape in names:
                    shapes = batch.column(names.index(shape)).to_pylist()
                values = [batch.column(place).to_pylist() for place, name in enumerate(names) if name != shape][:width]
                for place, made in enumerate(shapes):
                    number += 1
                    cells = [as_text(column[place]) for column in values] or [""]
                    if any(len(cell) > MOST_FIELD for cell in cells):
                        raise Refused("Eine Zelle der Datei ist zu lang.")
                    yield Row(number, cells, made)
    except _ERRORS:
        raise Refused(BROKEN) from None
