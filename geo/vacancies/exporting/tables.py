"""Spreadsheets: CSV and Excel, for people. Headers and labels in one language, nothing that could be a formula."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from pyarrow import csv

from geo.core.codes import label
from geo.vacancies.columns import Kind
from geo.vacancies.exporting.fields import Field
from geo.vacancies.exporting.values import in_words

# What Excel holds below its header; more go to further sheets.
SHEET_ROWS = 1_048_575
_BOM = b"\xef\xbb\xbf"


def write_csv(path: Path, rows: Iterator[pa.RecordBatch], fields: Sequence[Field], language: str) -> int:
    """CSV as German Excel opens it (UTF-8 with its mark, semicolons, decimal commas); in English with commas."""
    comma = "," if language == "en" else ";"
    options = csv.WriteOptions(include_header=False, delimiter=comma, quoting_style="needed")
    written = 0
    with path.open("wb") as file:
        head = comma.join(_quoted(field.header(language), comma) for field in fields)
        file.write(_BOM + head.encode() + b"\r\n")
        for batch in rows:
            # Nothing is the empty text, as `columns.written` has it.
            words = [pc.fill_null(in_words(field, batch, language), "") for field in fields]
            csv.write_csv(pa.table(words, names=[field.name for field in fields]), file, options)
            written += batch.num_rows
    return written


def _quoted(words: str, comma: str) -> str:
    return '"' + words.replace('"', '""') + '"' if comma in words or '"' in words else words


def write_xlsx(path: Path, rows: Iterator[pa.RecordBatch], fields: Sequence[Field], language: str, day: date) -> int:
    """Excel: real numbers and real days, text as text, and a sheet that says what the codes are."""
    book = xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "tmpdir": str(path.parent),
        },
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    as_day = book.add_format({"num_format": "dd.mm.yyyy"})
    as_text = book.add_format({"num_format": "@"})
    names = ("Units", "Codes") if language == "en" else ("Nutzungseinheiten", "Codes")
    sheet, line, written = None, 0, 0
    for batch in rows:
        cells = [_cells(field, batch, language) for field in fields]
        for row in zip(*cells, strict=True):
            if sheet is None or line > SHEET_ROWS:
                sheet, line = _sheet(book, names[0], written, fields, language, bold), 1
            for column, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(line, column, value[:32_767], as_text)
                elif isinstance(value, date):
                    sheet.write_datetime(line, column, value, as_day)
                else:
                    sheet.write_number(line, column, value)
            line += 1
            written += 1
    if sheet is None:
        _sheet(book, names[0], 0, fields, language, bold)
    _codes(book.add_worksheet(names[1]), fields, language, day, bold)
    book.close()
    return written


def _sheet(book: Any, name: str, written: int, fields: Sequence[Field], language: str, bold: Any) -> Any:
    sheet = book.add_worksheet(name if not written else f"{name} {written // SHEET_ROWS + 1}")
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(fields):
        header = field.header(language)
        sheet.set_column(column, column, min(max(len(header) + 2, 12), 28))
        sheet.write_string(0, column, header, bold)
    return sheet


def _cells(field: Field, batch: pa.RecordBatch, language: str) -> list[Any]:
    """The column's values for Excel: a number, a day, or text; None for nothing."""
    column = batch.column(field.name)
    match field.kind:
        case Kind.NUMBER | Kind.WHOLE | Kind.DEGREES | Kind.DAY:
            return column.to_pylist()
        case Kind.SINCE | Kind.UNTIL:
            # A day that is known to the day is one; any other says how exact it is.
            words = in_words(field, batch, language)
            exact = pc.equal(batch.column(f"{field.name}_precision"), "TAG").to_pylist()
            days = _days(words, exact)
            return [
                day if is_exact else word for day, is_exact, word in zip(days, exact, words.to_pylist(), strict=True)
            ]
        case _:
            return in_words(field, batch, language).to_pylist()


def _days(words: pa.Array, exact: list[bool | None]) -> list[date | None]:
    return [
        date(int(word[6:]), int(word[3:5]), int(word[:2])) if is_exact and word else None
        for word, is_exact in zip(words.to_pylist(), exact, strict=True)
    ]


def _codes(sheet: Any, fields: Sequence[Field], language: str, day: date, bold: Any) -> None:
    """Each code with its name, so that programs and people mean the same; and the day that the file is about."""
    heads = ("Column", "Code", "Name") if language == "en" else ("Spalte", "Code", "Bezeichnung")
    sheet.set_column(0, 2, 34)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    line = 1
    for field in fields:
        for code in field.codes or {}:
            for column, words in enumerate(
                (field.header(language), str(code), label(field.codes or {}, code, language))
            ):
                sheet.write_string(line, column, words)
            line += 1
    sheet.write_string(line + 1, 0, "As of" if language == "en" else "Stand")
    sheet.write_string(line + 1, 1, f"{day:%d.%m.%Y}")
