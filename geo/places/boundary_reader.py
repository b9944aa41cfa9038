"""Runs inside the sandbox: opens a file of municipality boundaries from standard input.

A GIS file can make GDAL read other files or ask other servers; so it is opened here alone, without network, and with
the three wanted drivers only. The answer is one JSON object: `municipalities`, or `refused` with a sentence.
"""

import io
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely

from geo.core.foreign import geopackage
from geo.core.foreign.archive import Archive, ZipLimits
from geo.core.foreign.refused import Refused
from geo.core.systems import STATE_BOX

DRIVERS = ("GPKG", "ESRI Shapefile", "GeoJSON")
MAGIC = {"gpkg": b"SQLite format 3\0", "shp": b"\x00\x00\x27\x0a", "zip": b"PK\x03\x04"}
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
MOST_ENTRIES, MOST_BYTES = 500, 600_000_000
STATE = "16"
AGAIN = "again"
BROKEN = "Die Datei ist beschädigt oder nicht lesbar."
# The names under which the columns are known, official ones first.
COLUMNS = {
    "ags": ("ags", "ags_0", "gemeindeschluessel", "gem_schluessel", "agsgem"),
    "ars": ("ars", "rs", "ars_0", "rs_0", "regionalschluessel"),
    "name": ("gen", "name", "gemeindename", "gemeinde"),
    "kind": ("bez", "typ", "bezeichnung", "kind"),
    "district": ("kreis", "gen_krs", "kreisname", "district"),
    "area_kind": ("gf",),
}
MOST_PARTS = 4  # areas for one municipality, on average
LAND = (4, 9)  # VG250's Geofaktor: land with and without structure; 1 to 3 are waters


def read(raw: bytes, folder: Path) -> list[dict[str, Any]]:
    """Thuringia's municipalities in the file; works in the folder."""
    path = unpacked(raw, folder) if raw.startswith(MAGIC["zip"]) else written(raw, folder)
    with path.open("rb") as file:
        source = opened_as(path, file.read(512))
    best: list[dict[str, Any]] = []
    for layer in [str(name) for name, _ in pyogrio.list_layers(source)] if path.suffix == ".gpkg" else [None]:
        columns = known_columns([str(name) for name in pyogrio.read_info(source, layer=layer)["fields"]])
        if "name" in columns and ("ags" in columns or "ars" in columns):
            best = max(best, municipalities(source, layer, columns), key=len)
    if not best:
        raise Refused(
            "In der Datei stehen keine Thüringer Gemeinden: erwartet werden Flächen mit Spalten wie AGS (acht Ziffern,"
            " beginnend mit 16) und GEN (Name)."
        )
    return best


def written(raw: bytes, folder: Path) -> Path:
    """The file under a name that says what its first bytes promise."""
    path = folder / ("layer.gpkg" if raw.startswith(MAGIC["gpkg"]) else "layer.geojson")
    path.write_bytes(raw)
    return path


def opened_as(path: Path, start: bytes) -> str:
    """The name under which GDAL opens the file with the driver that its first bytes promise."""
    if start.startswith(MAGIC["gpkg"]) and path.suffix == ".gpkg":
        check_geopackage(path)
        return f"GPKG:{path}"
    if start.startswith(MAGIC["shp"]) and path.suffix == ".shp":
        missing = [end for end in (".shx", ".dbf") if not path.with_suffix(end).is_file()]
        if missing:
            raise Refused(f"Zum Shapefile fehlt die Datei {path.with_suffix(missing[0]).name}.")
        return str(path)
    if path.suffix == ".geojson" and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        check_geojson(path)
        return f"GeoJSON:{path}"
    raise Refused("Die Datei ist weder GeoPackage noch Shapefile noch GeoJSON (auch nicht gezippt).")


def check_geopackage(path: Path) -> None:
    """Refuse one that could run something when it is read."""
    try:
        geopackage.check(geopackage.opened(path))
    except sqlite3.Error:
        raise Refused(BROKEN) from None


def check_geojson(path: Path) -> None:
    """Refuse a coordinate system given by a link: GDAL would fetch it."""
    try:
        whole = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise Refused("Die GeoJSON-Datei ist kein gültiges JSON.") from None
    crs = whole.get("crs")
    if crs is not None and (not isinstance(crs, dict) or crs.get("type") != "name"):
        raise Refused("Das Koordinatensystem der GeoJSON-Datei ist nicht benannt, sondern verlinkt.")


def unpacked(raw: bytes, folder: Path) -> Path:
    """The one wanted layer of a zip file, unpacked into the folder."""
    archive = Archive(io.BytesIO(raw), ZipLimits(MOST_ENTRIES, MOST_BYTES))
    layer = wanted_entry(archive.names())
    for entry in archive.entries:
        if belongs_to(entry.filename, layer):
            archive.unpack(entry, folder / plain_name(entry.filename))
    return folder / plain_name(layer)


def plain_name(name: str) -> str:
    """The name under which an entry is unpacked: nothing of its own name but the ending."""
    suffix = PurePosixPath(name).suffix.lower()
    return f"layer{'.geojson' if suffix == '.json' else suffix}"


def wanted_entry(names: list[str]) -> str:
    """The entry with the municipalities: the only layer, or the only one called so."""
    layers = [name for name in names if PurePosixPath(name).suffix.lower() in {".shp", ".gpkg", ".geojson", ".json"}]
    called = [name for name in layers if "gem" in PurePosixPath(name).stem.lower()]
    chosen = layers if len(layers) == 1 else called
    if len(chosen) != 1:
        raise Refused(
            "Im Archiv ist nicht eindeutig, welche Datei die Gemeinden enthält (erwartet: eine .shp, .gpkg oder"
            " .geojson, oder eine davon mit „gem“ im Namen)."
        )
    return chosen[0]


def belongs_to(name: str, layer: str) -> bool:
    """Whether the entry is the layer, or a part of the same shapefile."""
    entry, wanted = PurePosixPath(name), PurePosixPath(layer)
    is_part = wanted.suffix.lower() == ".shp" and entry.suffix.lower() in SHAPE_PARTS
    return name == layer or (is_part and entry.with_suffix("") == wanted.with_suffix(""))


def known_columns(fields: list[str]) -> dict[str, str]:
    """Which column of the file stands for what."""
    by_name = {field.lower(): field for field in fields}
    found = {}
    for wanted, names in COLUMNS.items():
        field = next((by_name[name] for name in names if name in by_name), None)
        if field is not None:
            found[wanted] = field
    return found


def municipalities(source: str, layer: str | None, columns: dict[str, str]) -> list[dict[str, Any]]:
    """The layer's municipalities of Thuringia, by key; several areas of one key become one."""
    meta, _, shapes, values = pyogrio.raw.read(source, layer=layer, columns=list(columns.values()), force_2d=True)
    position = {name: index for index, name in enumerate(meta["fields"])}
    columns_by_name = {wanted: values[position[field]] for wanted, field in columns.items()}
    rows: dict[str, dict[str, Any]] = {}
    areas: dict[str, list[Any]] = {}
    for index, row in enumerate(_rows(columns_by_name, len(shapes))):
        ags = key_of(row)
        if ags is not None and ags.startswith(STATE) and shapes[index] is not None and _is_land(row):
            rows.setdefault(ags, {"ags": ags, "ars": _digits(row.get("ars"), 12), **_texts(row)})
            areas.setdefault(ags, []).append(shapes[index])
    if not rows:
        return []
    if len(shapes) > 20 and sum(map(len, areas.values())) > MOST_PARTS * len(rows):
        raise Refused("Die Datei enthält viele kleine Flächen je Gemeinde, nicht die Gemeindegebiete.")
    to_degrees = transformer(meta["crs"])
    for ags, parts in areas.items():
        rows[ags]["outline"] = shapely.to_wkb(outline(parts, to_degrees, ags), hex=True)
    return [rows[ags] for ags in sorted(rows)]


def _rows(columns: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    for index in range(count):
        yield {wanted: column[index] for wanted, column in columns.items()}


def key_of(row: dict[str, Any]) -> str | None:
    """The AGS of a row; from the ARS where there is none."""
    ags, ars = _digits(row.get("ags"), 8), _digits(row.get("ars"), 12)
    return ags or (f"{ars[:5]}{ars[9:]}" if ars else None)


def _digits(value: Any, length: int) -> str | None:
    text = f"{value:.0f}" if isinstance(value, float | np.number) else str(value).strip()
    return text if text.isdecimal() and len(text) == length else None


def _is_land(row: dict[str, Any]) -> bool:
    value = row.get("area_kind")
    return value is None or int(value) in LAND


def _texts(row: dict[str, Any]) -> dict[str, str | None]:
    found = {}
    for name in ("name", "kind", "district"):
        value = row.get(name)
        text = " ".join(str(value).split()) if isinstance(value, str) else ""
        found[name] = text[:120] or None
    return found


def transformer(crs: str | None) -> pyproj.Transformer:
    """From the file's coordinate system, which must be one with an EPSG number, to longitude and latitude."""
    if not crs:
        raise Refused("Die Datei nennt kein Koordinatensystem (beim Shapefile: die Datei .prj fehlt).")
    try:
        number = pyproj.CRS.from_user_input(crs).to_epsg(min_confidence=60)
    except pyproj.exceptions.CRSError:
        number = None
    if number is None:
        raise Refused("Das Koordinatensystem der Datei ist keines mit bekannter EPSG-Nummer.")
    return pyproj.Transformer.from_crs(number, "OGC:CRS84", always_xy=True)


def outline(parts: list[Any], to_degrees: pyproj.Transformer, ags: str) -> Any:
    """One valid area in longitude and latitude."""
    areas = shapely.from_wkb(parts)
    if any(area.geom_type not in {"Polygon", "MultiPolygon"} for area in areas):
        raise Refused(f"Die Gemeinde {ags} ist in der Datei keine Fläche.")
    area = shapely.transform(shapely.union_all(shapely.make_valid(areas)), to_degrees.transform, interleaved=False)
    if not np.isfinite(shapely.get_coordinates(area)).all():
        raise Refused(f"Die Fläche der Gemeinde {ags} hat Koordinaten, die keine Zahlen sind.")
    area = shapely.make_valid(shapely.set_precision(area, 1e-7))
    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > 0]
    if not polygons:
        raise Refused(f"Die Fläche der Gemeinde {ags} ist leer.")
    west, south, east, north = shapely.MultiPolygon(polygons).bounds
    if west < STATE_BOX[0] or south < STATE_BOX[1] or east > STATE_BOX[2] or north > STATE_BOX[3]:
        raise Refused(
            f"Die Gemeinde {ags} läge nicht in Thüringen: vermutlich ist das Koordinatensystem falsch angegeben."
        )
    return shapely.MultiPolygon(polygons)


def start_again_with_three_drivers() -> None:
    """Become this process anew with every other driver off, which GDAL reads only when it starts."""
    found = set(pyogrio.list_drivers())
    if sys.argv[-1] != AGAIN:
        # Names of drivers hold blanks, so they are parted by commas.
        settings = {"GDAL_SKIP": ",".join(found - set(DRIVERS)), "OPENBLAS_NUM_THREADS": "1"}
        os.execve(sys.executable, [*sys.orig_argv, AGAIN], settings)  # noqa: S606 (itself, with the same arguments)
    if not found <= set(DRIVERS):
        raise SystemExit("other drivers are on")


def main() -> None:
    """Standard input to standard output."""
    start_again_with_three_drivers()
    try:
        with tempfile.TemporaryDirectory() as folder:
            answer: dict[str, Any] = {"municipalities": read(sys.stdin.buffer.read(), Path(folder))}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.ShapelyError, ValueError):
        answer = {"refused": BROKEN}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
