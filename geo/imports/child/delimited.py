"""Text with separators: finds encoding, separator and header, and streams the rows in little memory.

The rows themselves are for `stream`.
"""

import codecs
import io
import itertools
import re
from typing import IO

from geo.core.foreign.refused import Refused
from geo.imports.child import header, text
from geo.imports.child.request import MOST_COLUMNS, Found, Request
from geo.imports.child.stream import UNCLEAN, Stream, parsed

SEPARATORS = ";,\t|"
_BLOCK = 1 << 20
_HINT = re.compile(r"sep=(.)", re.I)


def read(file: IO[bytes], request: Request) -> Found:
    """The table in the file."""
    encoding = text.encoding_of(file, request.encoding)
    start = _start(file, encoding)
    hint = _HINT.fullmatch(start.split("\n", 1)[0].strip("\ufeff\r\n "))
    separator = request.separator if request.separator is not None else (hint[1] if hint else separator_of(start))
    if separator and (len(separator) != 1 or separator in '"\r\n\0'):
        raise Refused("Als Trennzeichen ist ein einzelnes Zeichen möglich: Semikolon, Komma, Tabulator oder Strich.")
    first = 1 if hint else 0
    rows = list(itertools.islice(parsed(io.StringIO(start), separator), first, header.LOOKED_AT + first))
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
        raise Refused(UNCLEAN.format(encoding, error.start)) from None
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
            widths = [len(row) for row in parsed(io.StringIO("\n".join(lines)), sign) if any(row)]
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
