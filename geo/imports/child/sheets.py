"""XLSX, XLS and ODS: every sheet with its rows, the fullest one chosen, values as a person sees them."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

import python_calamine

from geo.core.foreign.archive import Archive
from geo.core.foreign.refused import Refused
from geo.imports.child import header
from geo.imports.child.request import MOST_COLUMNS, Found, Request, Row
from geo.imports.child.typed import as_text

MOST_CELLS = 6_000_000
TOO_LARGE = f"Die Tabelle hat mehr als {MOST_CELLS // 1_000_000} Millionen Zellen. Bitte als CSV speichern."
BROKEN = "Die Tabelle ist beschädigt oder mit einem Kennwort geschützt."
_OFFICE = {"XLSX": "xl/", "ODS": "content.xml"}
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d+)"')
_TAIL = 64


def check_archive(archive: Archive, kind: str) -> None:
    """Unpack every part once without keeping it: sizes, entities, and how large the sheets would become."""
    for entry in archive.entries:
        if not entry.filename.endswith((".xml", ".rels", ".bin", ".vml")):
            continue
        is_sheet = entry.filename.startswith("xl/worksheets/")
        cells = _Extent()
        tail = b""
        for place, block in enumerate(archive.blocks(entry)):
            if place == 0 and entry.filename.endswith((".xml", ".rels", ".vml")):
                _check_xml(block)
            if is_sheet:
                cells.add(tail + block)
                tail = block[-_TAIL:]


class _Extent:
    """How far the cells of a sheet reach, whatever it says about itself."""

    def __init__(self) -> None:
        self.rows = self.columns = 0

    def add(self, block: bytes) -> None:
        found = _CELL.findall(block)
        if block.count(b"<c ") + block.count(b"<c>") > len(found) + 10:  # cells that do not say where they are
            self.rows += block.count(b"<row")
            self.columns = max(self.columns, *(part.count(b"<c") for part in block.split(b"<row")))
        if not found:
            self._check()
            return
        letters = {column for column, _ in found}
        self.columns = max(self.columns, *map(_column_number, letters))
        seen = [*found[:: max(1, len(found) // 100)], found[-1]]
        self.rows = max(self.rows, *(int(row) for _, row in seen))
        self._check()

    def _check(self) -> None:
        if self.rows * self.columns > MOST_CELLS:
            raise Refused(TOO_LARGE)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_xml(start: bytes) -> None:
    if re.search(rb"<!(DOCTYPE|ENTITY)", start, re.I) or start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise Refused(
            "Die Tabelle enthält eigene XML-Definitionen (DOCTYPE, ENTITY). Solche Dateien werden nicht gelesen."
        )


def read(file: IO[bytes], kind: str, request: Request) -> Found:
    """The rows of one sheet."""
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        names = [meta.name for meta in book.sheets_metadata if _is_table(meta)]
    except python_calamine.PasswordError:
        raise Refused("Die Tabelle ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.") from None
    except (python_calamine.CalamineError, OSError, ValueError, EOFError):
        raise Refused(BROKEN) from None
    sheets = {name: _sheet(book, name) for name in names}
    layers = [{"name": name, "rows": _row_count(sheet)} for name, sheet in sheets.items()]
    if not any(layer["rows"] for layer in layers):
        raise Refused("Die Tabelle ist leer.")
    if request.layer is not None and request.layer not in sheets:
        raise Refused(f"Ein Tabellenblatt „{request.layer}“ gibt es in der Datei nicht.")
    chosen = request.layer or best_layer(sheets)
    return _table(sheets[chosen], chosen, layers, kind, request)


def _is_table(meta: Any) -> bool:
    return meta.typ == python_calamine.SheetTypeEnum.WorkSheet


def _sheet(book: Any, name: str) -> Any:
    try:
        sheet = book.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError, ValueError, EOFError):
        raise Refused(BROKEN) from None
    if sheet.height * sheet.width > MOST_CELLS:
        raise Refused(TOO_LARGE)
    return sheet


def _row_count(sheet: Any) -> int:
    return int(sheet.height)


def best_layer(sheets: dict[str, Any]) -> str:
    """The sheet with most in it, where columns count twice: title pages and lists of codes are small or narrow."""
    return max(sheets, key=lambda name: sheets[name].height * min(sheets[name].width - 1, 60) ** 2)


def _table(sheet: Any, name: str, layers: list[dict[str, Any]], kind: str, request: Request) -> Found:
    if not sheet.height:
        raise Refused(f"Das Tabellenblatt „{name}“ ist leer.")
    if sheet.width > MOST_COLUMNS:
        raise Refused(f"Die Tabelle hat mehr als {MOST_COLUMNS} Spalten.")
    skipped = sheet.start[0] if sheet.start else 0  # empty rows above the first one are not in it
    left = sheet.start[1] if sheet.start else 0
    numbered = ((number, [as_text(cell) for cell in row]) for number, row in enumerate(sheet.iter_rows(), skipped + 1))
    first = list(itertools.islice(numbered, header.LOOKED_AT))
    rows = [cells for _, cells in first]
    wanted = request.header_row
    at = header.find_header(rows) if wanted is None else (None if wanted == 0 else wanted - 1 - skipped)
    merges = _merges(sheet, skipped, left)
    block = header.merged_header(merges, sheet.width)
    if block is not None and wanted is None and block[1] + 1 < len(rows):
        at = block[1]
    if at is not None and not 0 <= at < len(rows):
        raise Refused(f"Das Tabellenblatt hat keine Zeile {wanted}, in der Spaltennamen stehen könnten.")
    if at is None:
        names = [""] * sheet.width
    elif block is not None and at == block[1]:
        names = header.merged_names(rows, merges, block, sheet.width)
    else:
        names = header.header_names(rows, at, sheet.width)
    data = 0 if at is None else at + 1
    if data < len(rows) and at is not None and header.is_numbering(rows[data]):
        data += 1
    used = _used(sheet, names, skipped + data)
    columns = header.unique([names[place] or f"Spalte {place + left + 1}" for place in used])
    return Found(
        format=kind,
        layers=layers,
        layer=name,
        columns=columns,
        rows=_rows(itertools.chain(first[data:], numbered), used),
        header_row=0 if at is None else at + 1 + skipped,
        is_typed=True,
    )


def _merges(sheet: Any, skipped: int, left: int) -> list[header.Merge]:
    """The merged cells at the top, counted from the first cell that holds something; ODS does not tell."""
    found = []
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or []:
        if top >= skipped and first >= left and top - skipped < header.LOOKED_AT:
            found.append(((top - skipped, first - left), (bottom - skipped, last - left)))
    return found


def _used(sheet: Any, names: Sequence[str], after: int) -> list[int]:
    """The columns with a name or with a value below the header."""
    used = {place for place, name in enumerate(names) if name}
    if len(used) < len(names):
        for number, row in enumerate(sheet.iter_rows(), (sheet.start[0] if sheet.start else 0) + 1):
            if number > after:
                used.update(place for place, cell in enumerate(row) if cell != "" and place not in used)
                if len(used) == len(names):
                    break
    return sorted(used)


def _rows(numbered: Iterator[tuple[int, list[str]]], used: list[int]) -> Iterator[Row]:
    for number, cells in numbered:
        kept = [cells[place] if place < len(cells) else "" for place in used]
        if any(kept):
            yield Row(number, kept)
