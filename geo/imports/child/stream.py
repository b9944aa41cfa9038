"""The rows of a text with separators, in little memory and with little work for each.

Large blocks of regular rows are rewritten all at once (`columnwise`), other plain lines as bytes, many at a time; those
with quotes then go through the csv module, and all of them do once quotes are met that do not close where they should.
"""

import codecs
import csv
import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from geo.core.foreign.refused import Refused
from geo.imports.child import text
from geo.imports.child.request import MOST_FIELD, Found, Row, clean

_BLOCK = 1 << 20
_LEAST, _LEAST_COLUMNS = 200_000, 2  # bytes of a block that is worth to be looked at all at once
_MOST_LINES = 500  # lines of one record; more are a quote that never closes
_END = "end"
TOO_LONG = "Eine Zelle der Datei ist zu lang, oder ein Anführungszeichen wird nicht geschlossen."
UNCLEAN = "Die Zeichenkodierung {} passt nicht zur Datei (ab etwa Byte {})."
Shaper = Callable[[list[Any], list[Any], list[int]], list[str]]


def parsed(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The records in the lines. Raises `Refused` for a cell that is too long."""
    csv.field_size_limit(MOST_FIELD)
    try:
        yield from csv.reader(lines, delimiter=separator or "\x1f")
    except csv.Error:
        raise Refused(TOO_LONG) from None


@dataclass(frozen=True)
class _Sink:
    """A file to which csv writes each row at once."""

    write: Callable[[str], Any]


class Stream:
    """The rows behind the header: as rows, or written as finished lines of the result.

    With `places` (the positions of two columns) and `shaper` each line ends with what the shaper makes of the two.
    """

    def __init__(self, file: IO[bytes], encoding: str, separator: str, data: int, hint: int, width: int, found: Found):
        self._file, self._encoding, self._separator = file, encoding, separator
        self._skip, self._width, self._found = data + hint, width, found
        self._shift = hint  # a line with `sep=;` is no row
        self._sign = separator.encode()
        self.places: tuple[int, int] | None = None
        self.shaper: Shaper | None = None

    def all_rows(self) -> Iterator[Row]:
        """Every row with something in it, filled up to the width."""
        lines = (line.decode() for block in self._blocks() for line in block.splitlines(keepends=True))
        for number, cells in enumerate(parsed(lines, self._separator), 1):
            if number > self._skip and any(map(str.strip, cells)):
                yield Row(number - self._shift, self._fitted(number - self._shift, cells))

    def _fitted(self, number: int, cells: list[str]) -> list[str]:
        if len(cells) > self._width:
            if any(map(str.strip, cells[self._width :])):
                self._found.note(number, f"Die Zeile hat {len(cells)} statt {self._width} Werte.")
            return cells[: self._width]
        if len(cells) < self._width:
            return cells + [""] * (self._width - len(cells))
        return cells

    def _blocks(self) -> Iterator[bytes]:
        """The file in UTF-8 and with plain line ends, in blocks of whole lines."""
        self._file.seek(0)
        decoder = codecs.getincrementaldecoder(self._encoding)()
        is_plain = self._encoding in {"utf-8", "utf-8-sig"}
        rest, position, ended = b"", 0, False
        while not ended:
            block = self._file.read(_BLOCK)
            ended = not block
            try:
                decoded = decoder.decode(block, final=ended)
            except UnicodeDecodeError:
                raise Refused(UNCLEAN.format(self._encoding, position)) from None
            if position == 0 and self._encoding == "utf-8-sig":
                block = block.removeprefix(codecs.BOM_UTF8)
            position += len(block)
            rest += block if is_plain else decoded.encode("utf-8", "replace")
            if rest.endswith(b"\r") and not ended:
                continue
            if b"\0" in rest:
                raise Refused(text.NUL)
            if b"\r" in rest:
                rest = rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            cut = len(rest) if ended else rest.rfind(b"\n") + 1
            if len(rest) - cut > text.MOST_LINE:
                raise Refused(text.LONG)
            if cut:
                yield rest[:cut]
            rest = rest[cut:]

    def write(self, target: IO[bytes]) -> int:
        """Write all rows as the result's lines; the number of rows."""
        blocks, number, count, carried = self._blocks(), 0, 0, b""
        for block in blocks:
            whole = carried + block
            if (quick := self._all_at_once(whole, number)) is not None:
                target.write(quick.lines)
                count, number, carried = count + quick.rows, number + quick.records, b""
                continue
            split = _records_of(whole)
            made = self._written(split[0], number) if split else None
            if split is None or made is None or len(split[1]) > text.MOST_LINE:
                return count + self._write_records(itertools.chain([whole], blocks), number, target)
            target.write(made[0])
            count, number, carried = count + made[1], number + len(split[0]), split[1]
        return count + (self._write_records(iter([carried]), number, target) if carried else 0)

    def _all_at_once(self, block: bytes, number: int) -> Any:
        """The block by `columnwise`; None where it is small or not plain enough."""
        if len(block) < _LEAST or self._width < _LEAST_COLUMNS:
            return None
        columnwise = importlib.import_module("geo.imports.child.columnwise")  # takes a while to load
        first, skip = number + 1 - self._shift, max(self._skip - number, 0)
        return columnwise.finished(block, self._separator, self._width, first, skip, self.places, self.shaper)

    def _written(self, records: list[bytes], number: int) -> tuple[bytes, int] | None:
        """The finished lines of the records, and how many; None where the csv module sees other records."""
        plain, others = self._sorted(records, number)
        finished = [b""] * len(records)
        if plain:
            self._finish_plain(records, plain, number + 1 - self._shift, finished)
        cells = _cells_of(records, others, self._separator)
        if cells is None:
            return None
        rows = [
            (at, self._fitted(number + at + 1 - self._shift, row))
            for at, row in zip(others, cells, strict=True)
            if number + at >= self._skip and any(map(str.strip, row))
        ]
        has_odd = any(b"\\." in records[at] for at in others)
        made = self._lines(rows, number + 1 - self._shift, has_odd=has_odd)
        for (at, _), line in zip(rows, made, strict=True):
            finished[at] = line
        return b"".join(finished), len(plain) + len(rows)

    def _sorted(self, records: list[bytes], number: int) -> tuple[list[int], list[int]]:
        """Which records are plain lines with the right number of cells, and which are not."""
        if not self._sign:
            return [], list(range(len(records)))
        sign, cuts, blank = self._sign, self._width - 1, self._sign + b" "
        plain: list[int] = []
        others: list[int] = []
        for at, line in enumerate(records):
            is_plain = line.count(sign) == cuts and b'"' not in line and number + at >= self._skip and line.strip(blank)
            (plain if is_plain else others).append(at)
        return plain, others

    def _finish_plain(self, records: list[bytes], plain: list[int], first: int, finished: list[bytes]) -> None:
        """The plain lines, all at once."""
        lines = records if len(plain) == len(records) else [records[at] for at in plain]
        shapes = None
        if self.places is not None and self.shaper is not None:
            east, north = self.places
            cells = [line.split(self._sign, max(east, north) + 1) for line in lines]
            numbers = [first + at for at in plain]
            shapes = self.shaper([row[east] for row in cells], [row[north] for row in cells], numbers)
        if self._sign == b",":
            start, between, end = b"%d,", b",", b""
        elif b"," in (block := b"\n".join(lines)):  # every cell in quotes, which no cell of a plain line has
            start, between, end = b'%d,"', b'","', b'"'
            lines = block.replace(self._sign, between).split(b"\n")
        else:
            start, between, end = b"%d,", b",", b""
            lines = block.replace(self._sign, between).split(b"\n")
        form = start + b"%b" + end + (b"\n" if shapes is None else b",%b\n")
        for place, (at, line) in enumerate(zip(plain, lines, strict=True)):
            values = (first + at, line) if shapes is None else (first + at, line, shapes[place].encode())
            finished[at] = form % values
        if end:
            for at in plain:
                finished[at] = finished[at].replace(b'""', b"")  # nothing is no text

    def _lines(self, rows: list[tuple[int, list[str]]], first: int, *, has_odd: bool) -> list[bytes]:
        """The finished lines of rows that the csv module has read; `has_odd`: some may have to be cleaned."""
        shapes: list[list[str]] = [[]] * len(rows)
        if self.places is not None and self.shaper is not None and rows:
            east, north = self.places
            numbers = [first + at for at, _ in rows]
            made = self.shaper([row[east] for _, row in rows], [row[north] for _, row in rows], numbers)
            shapes = [[shape] for shape in made]
        lines: list[str] = []
        csv.writer(_Sink(lines.append), lineterminator="\n").writerows(
            [first + at, *(map(clean, cells) if has_odd else cells), *shape]
            for (at, cells), shape in zip(rows, shapes, strict=True)
        )
        return [line.encode() for line in lines]

    def _write_records(self, blocks: Iterator[bytes], number: int, target: IO[bytes]) -> int:
        """The rest of the file through the csv module alone."""
        lines = (line.decode() for block in blocks for line in block.splitlines(keepends=True))
        numbered = enumerate(parsed(lines, self._separator), number)
        count = 0
        while batch := list(itertools.islice(numbered, 2_000)):
            rows = [
                (at, self._fitted(at + 1 - self._shift, cells))
                for at, cells in batch
                if at >= self._skip and any(map(str.strip, cells))
            ]
            target.writelines(self._lines(rows, 1 - self._shift, has_odd=True))
            count += len(rows)
        return count


def _cells_of(records: list[bytes], others: list[int], separator: str) -> list[list[str]] | None:
    """These records' cells by the csv module; None where it lets one of them end elsewhere."""
    csv.field_size_limit(MOST_FIELD)
    reader = csv.reader(_pieces(records, others), delimiter=separator or "\x1f")
    cells, lines = [], 0
    try:
        for at in others:
            lines += records[at].count(b"\n") + 1
            cells.append(next(reader))
            if reader.line_num != lines:
                return None
        return cells if next(reader) == [_END] else None
    except csv.Error:
        raise Refused(TOO_LONG) from None


def _pieces(records: list[bytes], others: list[int]) -> Iterator[str]:
    """The lines of these records, and one more, which a quote that is still open would swallow."""
    for at in others:
        *first, last = records[at].split(b"\n")
        yield from (line.decode() + "\n" for line in first)
        yield last.decode()
    yield _END


def _records_of(block: bytes) -> tuple[list[bytes], bytes] | None:
    """The block's records, and what is left of it for the next; None where a quote does not close."""
    lines = block.removesuffix(b"\n").split(b"\n")
    if b'"' not in block:
        return lines, b""
    records: list[bytes] = []
    waiting: list[bytes] = []
    is_open = False
    for line in lines:
        if b'"' in line and line.count(b'"') % 2:
            is_open = not is_open
        if is_open or waiting:
            waiting.append(line)
            if len(waiting) > _MOST_LINES:
                return None
            if not is_open:
                records.append(b"\n".join(waiting))
                waiting = []
        else:
            records.append(line)
    return records, b"\n".join(waiting) + b"\n" * block.endswith(b"\n") if waiting else b""
