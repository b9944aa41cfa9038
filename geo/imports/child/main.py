"""The script of the sandbox: the given file on standard input, rows to a descriptor, what was found to standard output.

Called with the request (JSON) and the descriptor's number. The answer is one JSON object: what `Found` has, or
`refused` with a sentence; `peak_mb` and `seconds` are the memory and the
processor's time that it took. The readers of the formats are loaded by name, when the file
has shown that it needs them, so that a refusal does not wait for libraries.
"""

import csv
import functools
import importlib
import io
import itertools
import json
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any

from geo.core.foreign import gdal
from geo.core.foreign.archive import Archive, ZipLimits
from geo.core.foreign.refused import Refused
from geo.imports.child import kinds, packed
from geo.imports.child.request import Found, Request, Row, clean

_START = 4096
_SAMPLE = 2_000
_SAMPLE_BYTES = 16_000_000
_BATCH = 2_000
_OFFICE_LIMITS = ZipLimits(entries=1_000, unpacked_bytes=400_000_000)
_ARCHIVE_LIMITS = ZipLimits(entries=50, unpacked_bytes=400_000_000)
_GDAL = ("ESRI Shapefile", "FlatGeobuf")


def reader(name: str) -> Any:
    """The module that reads a format."""
    return importlib.import_module(f"geo.imports.child.{name}")


def open_file(file: IO[bytes], request: Request, folder: Path) -> Found:
    """The rows of whatever the file is."""
    file.seek(0)
    start = file.read(_START)
    if not start:
        raise Refused("Die Datei ist leer.")
    kind = kinds.kind_of(start, PurePosixPath(request.name).suffix.lower())
    if kind == "ZIP":
        return open_archive(file, request, folder)
    return open_plain(file, kind, request, folder)


def open_plain(file: IO[bytes], kind: str, request: Request, folder: Path) -> Found:
    """The rows of a file that is not packed."""
    match kind:
        case "CSV":
            found = reader("delimited").read(file, request)
        case "GeoJSON":
            found = reader("geojson").read(file, request)
        case "KML":
            found = reader("kml").read(file, request)
        case "OSM":
            found = reader("osm").read(file, request)
        case "XLS":
            found = reader("sheets").read(file, "XLS", request)
        case "GPKG":
            found = reader("geopackage").read(file, request, folder)
        case _:
            found = open_with_gdal(_copied(file, folder / "layer.fgb"), "FlatGeobuf", request.name, request)
    return found


def open_with_gdal(path: Path, kind: str, name: str, request: Request) -> Found:
    """The rows of a file that only GDAL reads."""
    gdal.before_start(_GDAL)
    return reader("layers").read(path, kind, name, request)


def _copied(file: IO[bytes], path: Path) -> Path:
    file.seek(0)
    with path.open("wb") as copy:
        while block := file.read(1 << 20):
            copy.write(block)
    return path


def open_archive(file: IO[bytes], request: Request, folder: Path) -> Found:
    """A spreadsheet, which is a zip file too, or files that were packed."""
    file.seek(0)
    is_office = b"[Content_Types].xml" in (start := file.read(_START)) or b"mimetypeapplication/vnd.oasis" in start
    archive = Archive(file, _OFFICE_LIMITS if is_office else _ARCHIVE_LIMITS)
    names = archive.names()
    if "[Content_Types].xml" in names and not any(name.startswith("xl/") for name in names):
        raise Refused("Das ist ein Textdokument oder eine Präsentation, keine Tabelle.")
    if "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names):
        kind = "XLSX" if "[Content_Types].xml" in names else "ODS"
        sheets = reader("sheets")
        sheets.check_archive(archive, kind)
        return sheets.read(file, kind, request)
    return _packed(archive, request, folder)


def _packed(archive: Archive, request: Request, folder: Path) -> Found:
    files = packed.data_files(archive)
    layer = packed.chosen_file(files, request.layer if len(files) > 1 else None)
    name = packed.layer_name(layer.filename)
    if PurePosixPath(layer.filename).suffix.lower() == ".shp":
        found = open_with_gdal(packed.unpack_shape(archive, layer, folder), "Shapefile", name, request)
    else:
        kind = kinds.kind_of(archive.start(layer, _START), PurePosixPath(layer.filename).suffix.lower())
        path = folder / "packed"
        archive.unpack(layer, path)
        inner = Request(**(request.__dict__ | {"name": name, "layer": None if len(files) > 1 else request.layer}))
        opened = path.open("rb")
        if kind == "ZIP":
            if not name.lower().endswith((".xlsx", ".ods")):
                raise Refused("Das Archiv enthält ein weiteres Archiv. Bitte die Dateien unmittelbar packen.")
            found = open_archive(opened, inner, folder)
        else:
            found = open_plain(opened, kind, inner, folder)
    if len(files) > 1:
        others = [{"name": packed.layer_name(other), "rows": 0} for other in files if other != layer.filename]
        found.layers, found.layer = [{"name": name, "rows": 0}, *others], name
        found.warnings.append("Im Archiv sind mehrere Dateien; gelesen wurde die größte oder die gewählte.")
    return found


def locate(found: Found, request: Request) -> tuple[Iterator[Row], Any]:
    """The rows with a geometry of their own or from columns of coordinates, and the system they are in."""
    places = None
    if not found.has_geometry:
        head = list(itertools.islice(found.rows, _SAMPLE))
        coordinates = reader("coordinates")
        places = coordinates.places_of(found.columns, [row.cells for row in head])
        rows = itertools.chain(head, found.rows)
        if places is None:
            if found.fast is not None:  # goes through the rows once more, and says again what is wrong with them
                found.problems, found.problem_count = [], 0
            return rows, None
        found.has_geometry = True
        found.rows = coordinates.placed(rows, places, found)
        if places.north is None:
            found.fast = None
    head, size = [], 0
    for row in found.rows:
        head.append(row)
        size += len(row.shape or b"")
        if len(head) >= _SAMPLE or size > _SAMPLE_BYTES:
            break
    located = reader("located")
    points = located.first_points([row.shape for row in head])
    system = located.system_of(points, found.declared, request)
    if found.fast is not None and places is not None:
        found.problems, found.problem_count = [], 0
        found.fast.places = (places.east, places.north)
        found.fast.shaper = functools.partial(located.points_of, system=system, found=found)
    return itertools.chain(head, found.rows), system


def write(found: Found, rows: Iterator[Row], system: Any, target: IO[bytes]) -> int:
    """The rows as CSV; the number of rows."""
    if found.fast is not None:
        return int(found.fast.write(target))
    count = 0
    out = io.TextIOWrapper(target, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(out, lineterminator="\n")
    while batch := list(itertools.islice(rows, _BATCH)):
        count += len(batch)
        if found.has_geometry:
            writer.writerows(_with_shapes(batch, system, found))
        else:
            writer.writerows((row.number, *map(clean, row.cells)) for row in batch)
    out.flush()
    out.detach()
    return count


def _with_shapes(batch: Sequence[Row], system: Any, found: Found) -> Iterator[Sequence[Any]]:
    shapes, notes = reader("located").ewkb([row.shape for row in batch], system)
    for place, sentence in notes:
        found.note(batch[place].number, sentence)
    return ((row.number, *map(clean, row.cells), shape) for row, shape in zip(batch, shapes, strict=True))


def convert(file: IO[bytes], request: Request, target: IO[bytes], folder: Path) -> dict[str, Any]:
    """Everything there is to say about the file, after its rows were written; works in the folder."""
    found = open_file(file, request, folder)
    rows, system = locate(found, request)
    count = write(found, rows, system, target)
    if not count:
        raise Refused("Unter der Kopfzeile steht keine einzige Zeile mit Werten.")
    layers = found.layers or [{"name": found.layer, "rows": count}]
    for layer in layers:
        if layer["name"] == found.layer:
            layer["rows"] = count
    return {
        "format": found.format,
        "encoding": found.encoding,
        "separator": found.separator,
        "layers": layers,
        "layer": found.layer,
        "header_row": found.header_row,
        "columns": found.columns,
        "row_count": count,
        "has_geometry": found.has_geometry,
        "srid": system.srid if system else None,
        "srid_is_certain": bool(system and system.is_certain),
        "swapped_axes": bool(system and system.swapped),
        "is_typed": found.is_typed,
        "warnings": [*found.warnings, *(system.warnings if system else ())],
        "problems": found.problems,
        "problem_count": found.problem_count,
    }


def main() -> None:
    """Standard input to the descriptor and standard output."""
    request = Request(**json.loads(sys.argv[-2]))
    answer: dict[str, Any]
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            io.FileIO(int(sys.argv[-1]), "wb") as raw,
            io.BufferedWriter(raw, 1 << 20) as target,
        ):
            answer = convert(sys.stdin.buffer, request, target, Path(folder))
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "Die Datei braucht zu viel Speicher. Bitte teilen oder als CSV speichern."}
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer |= {"peak_mb": used.ru_maxrss // 1024, "seconds": used.ru_utime + used.ru_stime}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
