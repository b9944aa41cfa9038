"""Columns of values to columns of text and labels: what `columns.written` does for one value, for many at once."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from geo.core.codes import label
from geo.vacancies.columns import Kind
from geo.vacancies.exporting.fields import Field

_DAY = "%d.%m.%Y"
# A cell that begins like this is a formula to a spreadsheet.
FORMULA = r"^[=+\-@\t\r\n]"


def labels(column: pa.Array, codes: Mapping[Any, tuple[str, str]], language: str) -> pa.Array:
    """The name of each code; a code that is not in the list stands for itself."""
    known = pa.array([str(code) for code in codes], pa.string())
    names = pa.array([label(codes, code, language) for code in codes], pa.string())
    return pc.coalesce(names.take(pc.index_in(column, value_set=known)), column)


def several_labels(column: pa.Array, codes: Mapping[Any, tuple[str, str]], language: str) -> pa.Array:
    """The names of codes that stand in one value with commas, in the order of the list; none is nothing."""
    encoded = column.dictionary_encode()
    names = [_several(value, codes, language) for value in encoded.dictionary.to_pylist()]
    return pa.array(names, pa.string()).take(encoded.indices)


def _several(value: str, codes: Mapping[Any, tuple[str, str]], language: str) -> str | None:
    order = list(codes)
    chosen = sorted(value.split(",") if value else [], key=lambda one: order.index(one) if one in order else len(order))
    return ", ".join(label(codes, code, language) for code in chosen) or None


def day_text(day: pa.Array) -> pa.Array:
    """Days as 31.12.2026."""
    return pc.strftime(day.cast(pa.timestamp("s")), format=_DAY)


def typed(day: pa.Array, precision: pa.Array) -> pa.Array:
    """Days no more exact than they are known, as `dates.typed` writes them."""
    stamp = day.cast(pa.timestamp("s"))
    begins_year = pc.and_(pc.equal(pc.month(stamp), 1), pc.equal(pc.day(stamp), 1))
    exact, year = pc.strftime(stamp, format=_DAY), pc.strftime(stamp, format="%Y")
    before = pc.if_else(begins_year, _joined("vor ", year), _joined("vor dem ", exact))
    known = pc.case_when(
        pc.make_struct(*(pc.fill_null(pc.equal(precision, code), False) for code in ("MONAT", "JAHR", "VOR"))),
        pc.strftime(stamp, format="%m.%Y"),
        year,
        before,
        exact,
    )
    return known


def _joined(words: str, column: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(words), column, pa.scalar(""))


def last_day(end: pa.Array) -> pa.Array:
    """The day before the first one after a period."""
    return pc.subtract(end.cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())


def period_text(field: Field, batch: pa.RecordBatch) -> pa.Array:
    """A beginning or an end as it would be typed."""
    day, precision = batch.column(field.name), batch.column(f"{field.name}_precision")
    if field.kind is Kind.UNTIL:
        day = pc.if_else(pc.equal(precision, "TAG"), last_day(day), day)
    return typed(day, precision)


def number_text(column: pa.Array, language: str, decimals: int | None = None) -> pa.Array:
    """Numbers without needless zeros; a comma in German."""
    if decimals is not None:
        values = [None if value is None else f"{value:.{decimals}f}" for value in column.to_pylist()]
        words = pa.array(values, pa.string())
    else:
        words = pc.replace_substring_regex(column.cast(pa.string()), pattern=r"\.0+$", replacement="")
    return words if language == "en" else pc.replace_substring(words, pattern=".", replacement=",")


def flag_text(column: pa.Array, language: str) -> pa.Array:
    """Yes or no, in words."""
    yes, no = ("yes", "no") if language == "en" else ("ja", "nein")
    return pc.if_else(column, pa.scalar(yes), pa.scalar(no))


def harmless(column: pa.Array) -> pa.Array:
    """Texts that a spreadsheet would take for a formula, with an apostrophe in front."""
    risky = pc.match_substring_regex(column, pattern=FORMULA)
    if not pc.any(risky).as_py():
        return column
    return pc.if_else(risky, _joined("'", column), column)


def in_words(field: Field, batch: pa.RecordBatch, language: str) -> pa.Array:
    """A column as people read it, all text."""
    column = batch.column(field.name)
    match field.kind:
        case Kind.SINCE | Kind.UNTIL:
            return period_text(field, batch)
        case Kind.DAY:
            return day_text(column)
        case Kind.FLAG:
            return flag_text(column, language)
        case Kind.CODE:
            return labels(column, field.codes or {}, language)
        case Kind.CODES:
            return several_labels(column, field.codes or {}, language)
        case Kind.DEGREES:
            return number_text(column, language, decimals=6)
        case Kind.NUMBER:
            return number_text(column, language)
        case Kind.WHOLE:
            return column.cast(pa.string())
        case _:
            return harmless(column)
