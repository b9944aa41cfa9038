"""A file's rows as they go into the database: settled ones and those to be judged, as bytes that COPY takes.

Nothing here asks the database, so that a thread makes the next pieces while the caller sends one: NumPy and Arrow work
without Python's lock, and the database has a processor of its own. (A process of its own takes a second to start, as long as
250,000 rows take, and the memory of all libraries once more.)
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.vacancies.columns import COLUMNS, Kind
from geo.vacancies.importing import parsing
from geo.vacancies.importing.codes import RowClass
from geo.vacancies.importing.direct import Sorter
from geo.vacancies.importing.parsing import ROW, Batch, Parser, Source
from geo.vacancies.importing.plan import Plan
from geo.vacancies.importing.rowbytes import Form, written

_FORMS = {key: Form.CODES for key, column in COLUMNS.items() if column.kind == Kind.CODES}
_FORMS |= {"problems": Form.JSON, "outline": Form.HEX}
_INSIDE = pa.scalar(Decimal(0), pa.decimal128(18, 2))
_AHEAD = 2
Copy = tuple[tuple[str, ...], bytes]


@dataclass(frozen=True)
class Piece:
    """Some rows: those settled (class, number, columns and bytes), those to be judged, `judged` by number; `again` are the
    numbers of rows that came before and are to be judged after all.
    """

    rows: int
    judged: int = 0
    settled: list[tuple[str, int, Copy]] = field(default_factory=list)
    to_judge: Copy | None = None
    again: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """What pieces are made by."""

    import_id: int
    plan: Plan
    source: Source
    sorter: Sorter
    today: date

    def parser(self) -> Parser:
        return Parser(self.plan, shape_srid=self.source.shape_srid, today=self.today)

    def pieces(self) -> Iterator[Piece]:
        """The pieces, made in a thread while the caller works on the ones before."""
        made = self.made()
        with ThreadPoolExecutor(1, "pieces") as maker:
            coming = deque(maker.submit(next, made, None) for _ in range(_AHEAD))
            while (piece := coming.popleft().result()) is not None:
                coming.append(maker.submit(next, made, None))
                yield piece

    def made(self) -> Iterator[Piece]:
        """The pieces of the file in its order; at the end once more the rows whose keys stand in more than one of them."""
        for batch in self._batches():
            yield self._piece(batch)
        if len(doubled := self.sorter.doubled()):
            for batch in self._batches():
                same = np.isin(batch.keys, doubled)
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
            settled.append((str(RowClass.NEW), int(done.new.sum()), written(self._new(batch, done.new), _FORMS)))
        if done.unchanged.any():
            same = _masked({ROW: batch.numbers, "content": pa.array(batch.content)}, done.unchanged)
            same |= {"unit_id": pa.array(done.units), "unit_version": pa.array(done.versions)}
            copy = written(self._of_import(same, RowClass.UNCHANGED), _FORMS)
            settled.append((str(RowClass.UNCHANGED), int(done.unchanged.sum()), copy))
        return Piece(len(batch), int(rest.sum()), settled, _to_judge(batch, rest) if rest.any() else None)

    def _new(self, batch: Batch, chosen: np.ndarray) -> dict[str, pa.Array]:
        found = self._of_import(_masked({ROW: batch.numbers, **_said(batch)}, chosen), RowClass.NEW)
        rows = len(found[ROW])
        since, precision = found.get("since"), found.get("since_precision")
        if since is None or precision is None:
            since, precision = pa.nulls(rows, pa.date32()), pa.nulls(rows, pa.string())
        return {
            **found,
            "spell_step": _repeated("NEU", rows),
            "spell_start": pc.fill_null(since, pa.scalar(self.plan.day)),
            "spell_start_precision": pc.fill_null(precision, "VOR"),
            "outside_m": pa.repeat(_INSIDE, rows),
        }

    def _of_import(self, columns: dict[str, pa.Array], row_class: RowClass) -> dict[str, pa.Array]:
        rows = len(columns[ROW])
        ids = pa.repeat(pa.scalar(self.import_id, pa.int32()), rows)
        return {"import_id": ids, "class": _repeated(str(row_class), rows), **columns}


def _repeated(word: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(word.encode(), pa.binary(len(word.encode()))), rows)


def _said(batch: Batch) -> dict[str, pa.Array]:
    columns = {"content": pa.array(batch.content), **batch.columns}
    if batch.spots is not None:
        columns["point"] = batch.spots.as_bytes()
        if batch.spots.outlines is not None:
            columns["outline"] = batch.spots.outlines
    return columns


def _to_judge(batch: Batch, chosen: np.ndarray) -> Copy:
    return written(_masked({ROW: batch.numbers, "problems": batch.problems, **_said(batch)}, chosen), _FORMS)


def _masked(columns: dict[str, pa.Array], chosen: np.ndarray) -> dict[str, pa.Array]:
    if chosen.all():
        return dict(columns)
    mask = pa.array(chosen)
    return {name: one.filter(mask) for name, one in columns.items()}
