"""Any file that a town hall may hand in, read in the sandbox into rows of text. Nothing of it is opened here."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from geo.core import sandbox
from geo.core.errors import Invalid

SCRIPT = Path(__file__).parent / "child" / "main.py"
LIMITS = sandbox.Limits(seconds=300, memory_bytes=1_500_000_000, output_bytes=4_000_000_000)
_SENTENCES = {
    "timeout": "Das Lesen der Datei dauert zu lange. Bitte die Datei teilen oder als CSV speichern.",
    "crash": "Die Datei ist beschädigt oder nicht lesbar.",
}


@dataclass(frozen=True)
class ReadOptions:
    """What the person chose; None is found out. `header_row` counts from 1, 0 means that there is none.

    `encoding` is a name such as `utf-8` or `cp1252`, `separator` one character, `srid` an EPSG number.
    """

    layer: str | None = None
    encoding: str | None = None
    separator: str | None = None
    header_row: int | None = None
    srid: int | None = None
    swap_axes: bool | None = None


@dataclass(frozen=True)
class Layer:
    """A sheet of a spreadsheet or a layer of a GIS file; of layers not chosen, `rows` counts titles and headers too."""

    name: str
    rows: int


@dataclass(frozen=True)
class ReadFile:
    """What was found in the file.

    `rows` is a UTF-8 CSV without a header: row number as a spreadsheet counts them, each column's text, and with
    `has_geometry` the geometry as hex EWKB (two axes, easting first, in the file's own system; without an SRID where
    `srid` is None). Numbers that the file holds as numbers (`is_typed`) have a decimal comma and no thousands;
    `swapped_axes`: the file has northing first, which the geometry no longer has. `problems` are rows of which
    something could not be read, the first thousand of `problem_count`.
    """

    format: str
    encoding: str | None
    separator: str | None
    layers: tuple[Layer, ...]
    layer: str
    header_row: int
    columns: tuple[str, ...]
    row_count: int
    rows: Path
    has_geometry: bool
    srid: int | None
    srid_is_certain: bool
    swapped_axes: bool
    is_typed: bool
    warnings: tuple[str, ...]
    problems: tuple[tuple[int, str], ...]
    problem_count: int

    def samples(self, count: int = 200) -> list[list[str]]:
        """The first rows' texts, by column."""
        return [row[1 : len(self.columns) + 1] for row in islice(self.numbered(), count)]

    def numbered(self) -> Iterator[list[str]]:
        """All rows as they stand in the file `rows`."""
        csv.field_size_limit(100_000_000)
        with self.rows.open(encoding="utf-8", newline="") as file:
            yield from csv.reader(file)


def read(path: Path, name: str, options: ReadOptions, into: Path, watch: Callable[[], None] | None = None) -> ReadFile:
    """The file under its own name; the rows are written into the folder. Raises `Invalid` at the field `file`.

    `watch` is called every half second while it is read; what it raises ends the reading.
    """
    rows = into / "rows.csv"
    request = json.dumps({"name": name[-200:], **asdict(options)})
    try:
        answer = json.loads(sandbox.convert(SCRIPT, path, rows, request, LIMITS, watch))
    except sandbox.Refused as refused:
        raise Invalid({"file": _SENTENCES.get(refused.reason, _SENTENCES["crash"])}) from None
    except ValueError:
        raise Invalid({"file": _SENTENCES["crash"]}) from None
    if "refused" in answer:
        raise Invalid({"file": str(answer["refused"])})
    return _read_file(answer, rows)


def _read_file(answer: dict[str, Any], rows: Path) -> ReadFile:
    return ReadFile(
        format=answer["format"],
        encoding=answer["encoding"],
        separator=answer["separator"],
        layers=tuple(Layer(layer["name"], layer["rows"]) for layer in answer["layers"]),
        layer=answer["layer"],
        header_row=answer["header_row"],
        columns=tuple(answer["columns"]),
        row_count=answer["row_count"],
        rows=rows,
        has_geometry=answer["has_geometry"],
        srid=answer["srid"],
        srid_is_certain=answer["srid_is_certain"],
        swapped_axes=answer["swapped_axes"],
        is_typed=answer["is_typed"],
        warnings=tuple(answer["warnings"]),
        problems=tuple((row, sentence) for row, sentence in answer["problems"]),
        problem_count=answer["problem_count"],
    )
