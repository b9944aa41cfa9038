"""A file's rows as they go into the database: settled ones and those to be judged, as bytes that COPY takes.

Nothing here asks the database, so that a large file is worked through by a process of its own, while this one sends.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo.vacancies.importing import parsing
from geo.vacancies.importing.cells import hashed
from geo.vacancies.importing.codes import RowClass
from geo.vacancies.importing.direct import Sorter
from geo.vacancies.importing.parsing import ROW, Batch, Parser, Source
from geo.vacancies.importing.plan import Plan

_PLAIN = arrow_csv.WriteOptions(include_header=False)
_LARGE_BYTES = 8_000_000  # a process of its own takes a second to start
MAKER = "geo.vacancies.importing.maker"
Copy = tuple[tuple[str, ...], bytes]


@dataclass(frozen=True)
class Piece:
    """Some rows: those settled (class, number, columns and lines), those to be judged, `judged` by number; `again` are the numbers of rows
    that came before and are to be judged after all.
    """

    rows: int
    judged: int = 0
    settled: list[tuple[str, int, Copy]] = field(default_factory=list)
    to_judge: Copy | None = None
    again: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """What pieces are made by; it can be handed to another process."""

    import_id: int
    plan: Plan
    source: Source
    sorter: Sorter
    today: date

    def parser(self) -> Parser:
        return Parser(self.plan, shape_srid=self.source.shape_srid, today=self.today)

    def pieces(self) -> Iterator[Piece]:
        """The pieces, made while the caller works on the one before where the file is large."""
        return _elsewhere(self) if self.source.rows.stat().st_size > _LARGE_BYTES else self.made()

    def made(self) -> Iterator[Piece]:
        """The pieces of the file in its order; at the end once more the rows whose keys stand in more than one of them."""
        for batch in self._batches():
            yield self._piece(batch)
        if len(doubled := self.sorter.doubled()):
            for batch in self._batches():
                same = np.isin(hashed(batch.columns["external_id"]), doubled)
                if same.any():
                    again = batch.numbers.filter(pa.array(same)).to_pylist()
                    yield Piece(0, len(again), to_judge=_to_judge(batch, same), again=again)

    def _batches(self) -> Iterator[Batch]:
        parser = self.parser()
        return map(parser.parse, parsing.batches(self.source, set(self.plan.columns.values())))

    def _piece(self, batch: Batch) -> Piece:
        done = self.sorter.sort(batch)
        settled, rest = [], done.to_judge
        if done.new.any():
            settled.append((str(RowClass.NEW), int(done.new.sum()), _lines(self._new(batch, done.new))))
        if done.unchanged.any():
            same = _masked({ROW: batch.numbers, "content": pa.array(batch.content)}, done.unchanged)
            same |= {"unit_id": pa.array(done.units), "unit_version": pa.array(done.versions)}
            lines = _lines(self._of_import(same, RowClass.UNCHANGED))
            settled.append((str(RowClass.UNCHANGED), int(done.unchanged.sum()), lines))
        return Piece(len(batch), int(rest.sum()), settled, _to_judge(batch, rest) if rest.any() else None)

    def _new(self, batch: Batch, chosen: np.ndarray) -> dict[str, pa.Array]:
        found = self._of_import(_masked({ROW: batch.numbers, **_said(batch)}, chosen), RowClass.NEW)
        rows = len(found[ROW])
        since, precision = found.get("since"), found.get("since_precision")
        if since is None or precision is None:
            since, precision = pa.nulls(rows, pa.date32()), pa.nulls(rows, pa.string())
        return {
            **found,
            "spell_step": pa.array(["NEU"] * rows),
            "spell_start": pc.fill_null(since, pa.scalar(self.plan.day)),
            "spell_start_precision": pc.fill_null(precision, "VOR"),
            "outside_m": pa.array(np.zeros(rows, np.int8)),
        }

    def _of_import(self, columns: dict[str, pa.Array], row_class: RowClass) -> dict[str, pa.Array]:
        rows = len(columns[ROW])
        ids = pa.array(np.full(rows, self.import_id, np.int32))
        return {"import_id": ids, "class": pa.array([str(row_class)] * rows), **columns}


def _said(batch: Batch) -> dict[str, pa.Array]:
    columns = {"content": pa.array(batch.content), **batch.columns}
    if batch.spots is not None:
        columns["point"] = batch.spots.as_ewkb()
        if batch.spots.outlines is not None:
            columns["outline"] = batch.spots.outlines
    return columns


def _to_judge(batch: Batch, chosen: np.ndarray) -> Copy:
    return _lines(_masked({ROW: batch.numbers, "problems": batch.problems, **_said(batch)}, chosen))


def _masked(columns: dict[str, pa.Array], chosen: np.ndarray) -> dict[str, pa.Array]:
    if chosen.all():
        return dict(columns)
    mask = pa.array(chosen)
    return {name: one.filter(mask) for name, one in columns.items()}


def _lines(columns: dict[str, pa.Array]) -> Copy:
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(pa.RecordBatch.from_pydict(columns), sink, _PLAIN)
    return tuple(columns), sink.getvalue().to_pybytes()


def _elsewhere(recipe: Recipe) -> Iterator[Piece]:
    """The pieces, made by a process of its own that waits until each is taken."""
    maker = subprocess.Popen([sys.executable, "-m", MAKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with maker:
        try:
            given, made_by_it = cast("IO[bytes]", maker.stdin), cast("IO[bytes]", maker.stdout)
            pickle.dump(recipe, given)
            given.close()
            while (made := _next(made_by_it)) is not None:
                if isinstance(made, Exception):
                    raise made
                yield made
        finally:
            maker.kill()


def _next(pipe: IO[bytes]) -> Piece | Exception | None:
    try:
        return pickle.load(pipe)  # noqa: S301 (what our own process wrote)
    except (EOFError, pickle.UnpicklingError):
        raise RuntimeError("The process that reads the rows has ended early.") from None
