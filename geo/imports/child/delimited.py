"""Text with separators: finds encoding, separator and header, and streams the rows in little memory.

Plain lines are rewritten as bytes, many at a time; only lines with quotes go through the csv module, and from the first
quoted line break on all of them do.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import IO

from geo.core.foreign.refused import Refused
from geo.imports.child import header, text
from geo.imports.child.request import MOST_COLUMNS, MOST_FIELD, Found, Request, Row, clean

SEPARATORS = ";,\t|"
_BLOCK = 1 << 20
_HINT = re.compile(r"sep=(.)", re.I)
_UNCLEAN = "Die Zeichenkodierung {} passt nicht zur Datei (ab etwa Byte {})."


def read(file: IO[bytes], request: Request) -> Found:
    """The table in the file."""
    encoding = text.encoding_of(file, request.encoding)
    start = _start(file, encoding)
    hint = _HINT.fullmatch(start.split("\n", 1)[0].strip("\ufeff\r\n "))
    separator = request.separator if request.separator is not None else (hint[1] if hint else separator_of(start))
    if separator and (len(separator) != 1 or separator in '"\r\n\0'):
        raise Refused("Als Trennzeichen ist ein einzelnes Zeichen möglich: Semikolon, Komma, Tabulator oder Strich.")
    first = 1 if hint else 0
    rows = list(itertools.islice(_parsed(io.StringIO(start), separator), first, header.LOOKED_AT + first))
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise Refused("Die Datei ist leer.")
    at = _header_index(rows, request.header_row)
    width = _width(rows, at)
    columns = header.unique([""] * width if at is None else header.header_names(rows, at, width))
    data = 0 if at is None else at + 1
    if data < len(rows) and at is not None and header.is_numbering(rows[data]):
        data += 1
    found = Found(
        format="CSV",
        layers=[],
        layer=request.name,
        columns=columns,
        rows=iter(()),
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
        separator=separator,
        header_row=0 if at is None else at + 1,
    )
    found.fast = Stream(file, encoding, separator, data, first, len(columns), found)
    found.rows = found.fast.all_rows()
    return found


def _start(file: IO[bytes], encoding: str) -> str:
    """The text at the file's start, up to the last line break in it."""
    file.seek(0)
    raw = file.read(4 * _BLOCK)
    try:
        decoded = codecs.getincrementaldecoder(encoding)().decode(raw, final=len(raw) < 4 * _BLOCK)
    except UnicodeDecodeError as error:
        raise Refused(_UNCLEAN.format(encoding, error.start)) from None
    decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in decoded:
        raise Refused(text.NUL)
    lines = decoded.split("\n")
    if max(map(len, lines)) > text.MOST_LINE:
        raise Refused(text.LONG)
    return decoded if len(raw) < 4 * _BLOCK else "\n".join(lines[:-1])


def separator_of(start: str) -> str:
    """The sign that cuts most lines into the same number of cells, at least two; empty when there is none."""
    lines = start.split("\n", 220)[:200]
    best, best_score = "", 0.0
    for sign in SEPARATORS:
        try:
            widths = [len(row) for row in _parsed(io.StringIO("\n".join(lines)), sign) if any(row)]
        except Refused:
            continue
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        if usual > 1:
            score = widths.count(usual) / len(widths) * (1 + 0.02 * min(usual, 20))
            if score > best_score:
                best, best_score = sign, score
    return best


def _parsed(lines: IO[str], separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(MOST_FIELD)
    try:
        yield from csv.reader(lines, delimiter=separator or "\x1f")
    except csv.Error:
        raise Refused("Eine Zelle der Datei ist zu lang, oder ein Anführungszeichen wird nicht geschlossen.") from None


def _header_index(rows: list[list[str]], wanted: int | None) -> int | None:
    if wanted is None:
        return header.find_header(rows)
    if wanted == 0:
        return None
    if wanted > len(rows):
        raise Refused(f"Die Datei hat keine Zeile {wanted}, in der Spaltennamen stehen könnten.")
    return wanted - 1


def _width(rows: list[list[str]], at: int | None) -> int:
    """The number of columns: those with a name, and those further right that more than a stray row has."""
    used = [max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0) for row in rows]
    below = sorted((width for width in used[at + 1 if at is not None else 0 :] if width), reverse=True)
    named = used[at] if at is not None else 0
    usual = below[min(len(below) - 1, max(1, len(below) // 5))] if below else 0
    width = max(named, usual)
    if width > MOST_COLUMNS:
        raise Refused(f"Die Tabelle hat mehr als {MOST_COLUMNS} Spalten.")
    return width


class Stream:
    """The rows behind the header, as rows or, where nothing is to be done to them, as finished lines of the result."""

    def __init__(self, file: IO[bytes], encoding: str, separator: str, data: int, hint: int, width: int, found: Found):
        self._file, self._encoding, self._separator = file, encoding, separator
        self._skip, self._width, self._found = data + hint, width, found
        self._shift = hint  # a line with `sep=;` is no row

    def all_rows(self) -> Iterator[Row]:
        """Every row with something in it, filled up to the width."""
        for number, cells in enumerate(self._records(), 1):
            if number > self._skip and any(map(str.strip, cells)):
                yield Row(number - self._shift, self._fitted(number - self._shift, cells))

    def _records(self) -> Iterator[list[str]]:
        lines = (line.decode() for block in self._blocks() for line in block.splitlines(keepends=True))
        return _parsed(lines, self._separator)  # type: ignore[arg-type]  # csv takes any iterator of lines

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
                raise Refused(_UNCLEAN.format(self._encoding, position)) from None
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
        blocks, number, count = self._blocks(), 0, 0
        sign = self._separator.encode()
        for block in blocks:
            lines = block.removesuffix(b"\n").split(b"\n")
            made = None
            if number >= self._skip and sign:
                made = self._plain_lines(block, lines, number, sign)
            if made is None:
                made = self._lines_one_by_one(lines, number)
            if made is None:  # a quoted line break: from here on by the csv module
                return count + self._write_records(itertools.chain([block], blocks), number, target)
            target.write(made[0])
            count += made[1]
            number += len(lines)
        return count

    def _plain_lines(self, block: bytes, lines: list[bytes], number: int, sign: bytes) -> tuple[bytes, int] | None:
        """All lines at once, when each has the same number of cells, none is quoted and none is empty."""
        cuts = self._width - 1
        if b'"' in block or sign * cuts in lines or any(line.count(sign) != cuts for line in lines):
            return None
        if cuts == 0 and (b"" in lines or any(not line.strip() for line in lines)):
            return None
        if sign != b",":
            if b"," in block:
                block = re.sub(b"[^" + re.escape(sign) + b"\n]*,[^" + re.escape(sign) + b"\n]*", rb'"\g<0>"', block)
            lines = block.replace(sign, b",").removesuffix(b"\n").split(b"\n")
        first = number + 1 - self._shift
        return b"".join([b"%d,%b\n" % pair for pair in enumerate(lines, first)]), len(lines)

    def _lines_one_by_one(self, lines: list[bytes], number: int) -> tuple[bytes, int] | None:
        made, count = io.StringIO(newline=""), 0
        writer = csv.writer(made, lineterminator="\n")
        for at, line in enumerate(lines, number + 1):
            if line.count(b'"') % 2:
                return None
            if at <= self._skip or not line.strip():
                continue
            cells = next(_parsed([line.decode()], self._separator))  # type: ignore[arg-type]
            if any(map(str.strip, cells)):
                writer.writerow((at - self._shift, *self._fitted(at - self._shift, cells)))
                count += 1
        return made.getvalue().encode(), count

    def _write_records(self, blocks: Iterator[bytes], number: int, target: IO[bytes]) -> int:
        lines = (line.decode() for block in blocks for line in block.splitlines(keepends=True))
        count = 0
        out = io.TextIOWrapper(target, encoding="utf-8", newline="")
        writer = csv.writer(out, lineterminator="\n")
        for at, cells in enumerate(_parsed(lines, self._separator), number + 1):  # type: ignore[arg-type]
            if at > self._skip and any(map(str.strip, cells)):
                writer.writerow((at - self._shift, *map(clean, self._fitted(at - self._shift, cells))))
                count += 1
        out.flush()
        out.detach()
        return count
