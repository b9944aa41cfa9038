"""The script of the sandbox: the given file on standard input, rows to a descriptor, what was found to standard output.

Called with the request (JSON) and the descriptor's number. The answer is one JSON object: what `Found` has, or
`refused` with a sentence; `peak_mb` is the memory it took.
"""

import csv
import io
import itertools
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import IO, Any

from geo.core.foreign.archive import Archive, ZipLimits
from geo.core.foreign.refused import Refused
from geo.imports.child import coordinates, delimited, geojson, kinds, located, sheets
from geo.imports.child.request import Found, Request, Row, clean

_START = 4096
_SAMPLE = 2_000
_SAMPLE_BYTES = 16_000_000
_BATCH = 2_000
_OFFICE_LIMITS = ZipLimits(entries=1_000, unpacked_bytes=400_000_000)


def open_file(file: IO[bytes], request: Request) -> Found:
    """The reader for what the file is."""
    file.seek(0)
    start = file.read(_START)
    if not start:
        raise Refused("Die Datei ist leer.")
    kind = kinds.kind_of(start, PurePosixPath(request.name).suffix.lower())
    if kind == "CSV":
        return delimited.read(file, request)
    if kind == "GeoJSON":
        return geojson.read(file, request)
    if kind == "XLS":
        return sheets.read(file, "XLS", request)
    if kind == "ZIP":
        return open_archive(file, request)
    raise Refused(kinds.UNKNOWN)


def open_archive(file: IO[bytes], request: Request) -> Found:
    """A spreadsheet, which is a zip file too, or files that were packed."""
    archive = Archive(file, _OFFICE_LIMITS)
    names = archive.names()
    if "[Content_Types].xml" in names:
        if not any(name.startswith("xl/") for name in names):
            raise Refused("Das ist ein Textdokument oder eine Präsentation, keine Tabelle.")
        sheets.check_archive(archive, "XLSX")
        return sheets.read(file, "XLSX", request)
    if "mimetype" in names and "content.xml" in names:
        sheets.check_archive(archive, "ODS")
        return sheets.read(file, "ODS", request)
    raise Refused(kinds.UNKNOWN)


def locate(found: Found, request: Request) -> tuple[Iterator[Row], located.System]:
    """The rows with a geometry of their own or from columns of coordinates, and the system they are in."""
    if not found.has_geometry:
        head = list(itertools.islice(found.rows, _SAMPLE))
        places = coordinates.places_of(found.columns, [row.cells for row in head])
        rows = itertools.chain(head, found.rows)
        if places is None:
            if found.fast is not None:  # goes through the rows once more, and says again what is wrong with them
                found.problems, found.problem_count = [], 0
            return rows, located.System()
        found.has_geometry, found.fast = True, None
        found.rows = _placed(rows, places, found)
    head, size = [], 0
    for row in found.rows:
        head.append(row)
        size += len(row.shape or b"")
        if len(head) >= _SAMPLE or size > _SAMPLE_BYTES:
            break
    points = located.first_points([row.shape for row in head])
    return itertools.chain(head, found.rows), located.system_of(points, found.declared, request)


def _placed(rows: Iterator[Row], places: coordinates.Places, found: Found) -> Iterator[Row]:
    for row in rows:
        row.shape, is_bad = coordinates.shape_of(row.cells, places)
        if is_bad:
            found.note(row.number, "Die Koordinaten sind keine Zahlen.")
        yield row


def write(found: Found, rows: Iterator[Row], system: located.System, target: IO[bytes]) -> int:
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


def _with_shapes(batch: Sequence[Row], system: located.System, found: Found) -> Iterator[Sequence[Any]]:
    shapes, notes = located.ewkb([row.shape for row in batch], system)
    for place, sentence in notes:
        found.note(batch[place].number, sentence)
    return ((row.number, *map(clean, row.cells), shape) for row, shape in zip(batch, shapes, strict=True))


def convert(file: IO[bytes], request: Request, target: IO[bytes]) -> dict[str, Any]:
    """Everything there is to say about the file, after its rows were written."""
    found = open_file(file, request)
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
        "srid": system.srid,
        "srid_is_certain": system.is_certain,
        "swapped_axes": system.swapped,
        "is_typed": found.is_typed,
        "warnings": [*found.warnings, *system.warnings],
        "problems": found.problems,
        "problem_count": found.problem_count,
    }


def main() -> None:
    """Standard input to the descriptor and standard output."""
    request = Request(**json.loads(sys.argv[-2]))
    answer: dict[str, Any]
    try:
        with io.FileIO(int(sys.argv[-1]), "wb") as raw, io.BufferedWriter(raw, 1 << 20) as target:
            answer = convert(sys.stdin.buffer, request, target)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "Die Datei braucht zu viel Speicher. Bitte teilen oder als CSV speichern."}
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
