"""The file's rows, as the sandbox wrote them, into typed values with the faults of each row, a batch at a time: the memory
used does not grow with the file.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo.core import geometry
from geo.imports import values
from geo.vacancies.columns import Kind
from geo.vacancies.importing import cells, shapes
from geo.vacancies.importing.cells import Cells, Reader
from geo.vacancies.importing.model import staged_names
from geo.vacancies.importing.plan import ADDRESS, FIELDS, Plan

# Goes up whenever a cell is read otherwise than before, so that a file that was taken over is judged anew.
WAY = 1
_BLOCK = 2 << 20
_ROWS = 20_000
_SALES = "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche."
_DIVISIBLE = "Die kleinste Teilfläche kann nicht größer sein als die Gesamtfläche."
_UNTIL = "Das Ende muss nach dem Anfang liegen."
CROSS_RULES = (
    ("area_sales_m2", ("area_sales_m2", "area_total_m2"), "{0} > {1}", _SALES),
    ("divisible_from_m2", ("divisible_from_m2", "area_total_m2"), "{0} > {1}", _DIVISIBLE),
    ("until", ("until", "since"), "{0} <= {1}", _UNTIL),
)
# Names of columns that do not hold texts themselves.
ROW, SHAPE = "row_number", "shape"


@dataclass(frozen=True)
class Source:
    """What is to be judged: the reader's rows file, how many columns it has, and in which system its shapes are."""

    rows: Path
    width: int
    shape_srid: int | None = None


@dataclass(frozen=True)
class Batch:
    """Read rows: `columns` by the names of the staged table, null where nothing is said; `problems` JSON texts or null;
    `content` (int64) is the same for rows that say the same, `keys` (uint64) for rows with the same external id;
    `spots` (with the point's degrees) where a file says places.
    """

    numbers: pa.Array
    columns: dict[str, pa.Array]
    problems: pa.Array
    content: np.ndarray
    keys: np.ndarray
    spots: shapes.Spots | None

    def __len__(self) -> int:
        return len(self.numbers)


class Parser:
    """Reads the batches of one file by its plan."""

    def __init__(self, plan: Plan, *, shape_srid: int | None, today: date):
        self.plan, self.shape_srid = plan, shape_srid
        is_metric = plan.srid not in (None, geometry.WGS84)
        keys = [*plan.columns, *(key for key in plan.constants if key not in plan.columns)]
        self.readers = {
            key: Reader(FIELDS[key], today, plan.words.get(key, {}), is_metric) for key in keys if key != ADDRESS.key
        }
        self.has_address = ADDRESS.key in keys
        self.names = [name for name in staged_names() if self._is_said(name)]
        self.has_spots = shape_srid is not None or "latitude" in self.readers

    def _is_said(self, name: str) -> bool:
        key = {"register_id": "id"}.get(name, name.removesuffix("_precision"))
        return key in self.readers or (key in {"street", "house_number"} and self.has_address)

    def parse(self, batch: pa.RecordBatch) -> Batch:
        """The values and faults of the batch (see `batches`)."""
        found: dict[str, Cells] = {key: reader.read(self._texts(batch, key)) for key, reader in self.readers.items()}
        faults: dict[str, dict[int, str]] = {key: dict(one.faults) for key, one in found.items()}
        columns: dict[str, pa.Array] = {}
        hashes: dict[str, np.ndarray] = {}
        for key, one in found.items():
            if FIELDS[key].kind == Kind.DEGREES:
                continue
            name = "register_id" if key == "id" else key
            columns[name], hashes[name] = one.values, one.hashes
            if one.precision is not None:
                columns[f"{name}_precision"] = one.precision
        if self.has_address:
            self._address(batch, columns, hashes, faults)
        spots = self._spots(batch, found, faults)
        if spots is not None:
            hashes["point"] = spots.hashes
        self._across(columns, faults)
        ordered = {name: columns[name] for name in self.names}
        content, keys = cells.mixed(hashes, len(batch)), hashes.get("external_id", np.zeros(0, np.uint64))
        return Batch(batch.column(ROW), ordered, _problems(faults, len(batch)), content, keys, spots)

    def _texts(self, batch: pa.RecordBatch, key: str) -> pa.Array:
        constant = self.plan.constants.get(key)
        if key in self.plan.columns:
            return cells.trimmed(batch.column(f"c{self.plan.columns[key]}"), constant)
        return cells.trimmed(pa.array([constant] * len(batch), pa.string()))

    def _address(
        self,
        batch: pa.RecordBatch,
        columns: dict[str, pa.Array],
        hashes: dict[str, np.ndarray],
        faults: dict[str, dict[int, str]],
    ) -> None:
        """Street and number out of one cell; all of it is the street where no number ends it."""
        given = self._texts(batch, ADDRESS.key).to_pylist()
        faults[ADDRESS.key] = {
            at: fault
            for at, word in enumerate(given)
            if word is not None and (fault := cells.text_fault(ADDRESS, word)) is not None
        }
        parts = [(None, None) if word is None else values.split_address(word) for word in given]
        for name, one in zip(("street", "house_number"), zip(*parts, strict=True), strict=True):
            columns[name] = pa.array(one, pa.string())
            hashes[name] = cells.hashed(columns[name])

    def _spots(
        self, batch: pa.RecordBatch, found: Mapping[str, Cells], faults: dict[str, dict[int, str]]
    ) -> shapes.Spots | None:
        if self.shape_srid is not None:
            spots, wrong = shapes.of_shapes(batch.column(SHAPE), self.shape_srid)
            faults["point"] = wrong
            return spots
        if "latitude" not in found or "longitude" not in found:
            return None
        x, y = (found[key].values.to_numpy(zero_copy_only=False) for key in ("longitude", "latitude"))
        said = tuple(self._texts(batch, key).is_valid() for key in ("longitude", "latitude"))
        spots, wrong_by_key = shapes.of_coordinates(x, y, said, self.plan.srid or geometry.WGS84)
        for key, wrong in wrong_by_key.items():
            faults[key] = wrong | faults[key]
        return spots

    def _across(self, columns: Mapping[str, pa.Array], faults: dict[str, dict[int, str]]) -> None:
        """Rules between two values of a row."""
        for key, needed, rule, sentence in CROSS_RULES:
            if all(one in columns for one in needed):
                compared = pc.greater if ">" in rule else pc.less_equal
                broken = pc.fill_null(compared(columns[needed[0]], columns[needed[1]]), False)
                for at in np.flatnonzero(broken.to_numpy(zero_copy_only=False)):
                    faults[key].setdefault(int(at), sentence)


def _problems(faults: Mapping[str, Mapping[int, str]], rows: int) -> pa.Array:
    """The faults of each row as JSON, by field; null where there is none."""
    by_row: dict[int, dict[str, str]] = {}
    for key, wrong in faults.items():
        for at, sentence in wrong.items():
            by_row.setdefault(at, {})[key] = sentence
    if not by_row:
        return pa.nulls(rows, pa.string())
    made: list[str | None] = [None] * rows
    for at, problems in by_row.items():
        made[at] = json.dumps(problems, ensure_ascii=False)
    return pa.array(made, pa.string())


def batches(source: Source, wanted: set[int] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows file in batches of texts, `row_number` and `c0`, `c1` …; `wanted` are the columns needed, None all."""
    names = [f"c{index}" for index in range(source.width)]
    shape = [SHAPE] if source.shape_srid is not None else []
    needed = [name for index, name in enumerate(names) if wanted is None or index in wanted]
    types = {ROW: pa.int32(), **dict.fromkeys([*names, SHAPE], pa.string())}
    done = 0
    try:
        with arrow_csv.open_csv(
            source.rows,
            read_options=arrow_csv.ReadOptions(
                column_names=[ROW, *names, *shape], block_size=_BLOCK, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, include_columns=[ROW, *needed, *shape]
            ),
        ) as reader:
            for batch in reader:
                done += len(batch)
                yield batch
    except (pa.ArrowInvalid, StopIteration):  # a row that is longer than a block, or no row at all
        yield from _one_by_one(source, needed, shape, skip=done)


def _one_by_one(source: Source, needed: list[str], shape: list[str], skip: int) -> Iterator[pa.RecordBatch]:
    """The same for files that the quick reader does not take, from the row after those that it took."""
    csv.field_size_limit(1 << 30)
    at = [int(name[1:]) + 1 for name in needed]
    with source.rows.open(encoding="utf-8", newline="") as file:
        rows = islice(csv.reader(file), skip, None)
        while block := list(islice(rows, _ROWS)):
            arrays = [pa.array([int(row[0]) for row in block], pa.int32())]
            arrays += [pa.array([row[index] for row in block], pa.string()) for index in at]
            if shape:
                arrays.append(pa.array([row[source.width + 1] for row in block], pa.string()))
            yield pa.RecordBatch.from_arrays(arrays, names=[ROW, *needed, *shape])
