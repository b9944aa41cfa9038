"""What the cells of a file say, a column of many rows at a time: the value of each and, where it breaks a rule, the
sentence.

The rules are those of the forms, by asking the forms' own readers; a file may write some things more loosely than a form
(120 m², k. A., 1. OG, codes by their names). Each different text is read once, however many rows hold it; plain texts and
plain coordinates, of which each row has another one, are read by the column.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.parsing import Fields
from geo.imports import values
from geo.imports.words import folded
from geo.vacancies.classification import WZ_2008, WZ_2025, code_field
from geo.vacancies.columns import Column, Kind
from geo.vacancies.dates import since_field, until_field
from geo.vacancies.importing.plan import NOTHING

CODE_FAULT = "Bitte einen der angebotenen Werte wählen."
CODES_FAULT = "Bitte nur angebotene Werte wählen."
FLAG_FAULT = "Bitte ja oder nein angeben."
LATER_FAULT = "Bestätigt werden kann nur, was schon gesehen wurde: das Datum liegt in der Zukunft."
POSTCODE_FAULT = "Eine Postleitzahl hat fünf Ziffern."
NUMBER_FAULT = "Bitte eine Zahl angeben."
_YES, _NO = ("ja", "j", "x", "1", "wahr", "true", "yes", "on"), ("nein", "n", "0", "falsch", "false", "no")
_GROUND = {"eg": "0", "erdgeschoss": "0", "erdgeschoß": "0", "parterre": "0", "og": "1", "obergeschoss": "1"}
_GROUND |= {"ug": "-1", "kg": "-1", "untergeschoss": "-1", "keller": "-1", "kellergeschoss": "-1", "souterrain": "-1"}
_UPPER, _LOWER = ("og", "obergeschoss", "stock", "etage"), ("ug", "untergeschoss")
_EDITIONS = {"wz_code": WZ_2008, "wz_2025": WZ_2025}
_CONTROL = r"[\x00-\x08\x0b-\x1f]"
_PLAIN_DEGREES = r"^-?[0-9]{1,9}[.,][0-9]{1,12}$"
_MOST_KEPT = 200_000  # different texts of one column that are remembered
_MOST_AT_HAND = 20_000  # of these the ones that the rows are compared with at once
_LONGEST_SPECIAL = 100  # of a text that stands for something else than itself


@dataclass(frozen=True)
class Cells:
    """A column of read cells: `values` (and `precision` of days), null where nothing is said or something is wrong;
    `faults` by position; `hashes` (uint64, 0 where null) tell two values apart.
    """

    values: pa.Array
    faults: dict[int, str]
    hashes: np.ndarray
    precision: pa.Array | None = None


@dataclass(frozen=True)
class _Read:
    value: Any = None
    fault: str | None = None
    precision: str | None = None


@dataclass(frozen=True)
class _Book:
    """Different texts, and position for position what they say; `hashes` has one more, for nothing said."""

    texts: pa.Array
    values: pa.Array
    precision: pa.Array | None
    hashes: np.ndarray
    faults: dict[int, str]


def literal(words: str) -> str:
    """Our own words as SQL text, safe inside SQLAlchemy's `text()`."""
    return "'" + words.replace("'", "''").replace(":", r"\:") + "'"


def code_words(column: Column) -> dict[str, str]:
    """What may stand in a cell, in lower case, for each code: the code, its German and its English name."""
    words: dict[str, str] = {}
    for code, names in (column.codes or {}).items():
        for word in (str(code), *names, f"{code}: {names[0]}"):
            words.setdefault(word.lower(), str(code))
    return words


def flag_words() -> dict[str, str]:
    """The same for yes and no."""
    return dict.fromkeys(_YES, "true") | dict.fromkeys(_NO, "false")


def array_literal(codes: Iterable[str]) -> str:
    """Codes as PostgreSQL writes an array of them."""
    return "{" + ",".join(codes) + "}"


_ARROW: dict[Kind, pa.DataType] = {
    Kind.NUMBER: pa.decimal128(18, 2),
    Kind.WHOLE: pa.int32(),
    Kind.FLAG: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.SINCE: pa.date32(),
    Kind.UNTIL: pa.date32(),
}


def trimmed(cells: pa.Array, constant: str | None = None) -> pa.Array:
    """The texts without blanks at their ends, null where nothing is left; or the constant there."""
    texts = pc.utf8_trim_whitespace(cells)
    texts = pc.if_else(pc.equal(pc.binary_length(texts), 0), pa.scalar(None, pa.string()), texts)
    return texts if constant is None else pc.fill_null(texts, constant)


@dataclass
class Reader:
    """Reads one column, batch after batch. `words` are a profile's own for codes and flags, in lower case, `NOTHING` (or
    null) where they say nothing; `is_metric`: a coordinate in metres, of whatever size.
    """

    column: Column
    today: date
    words: Mapping[str, str | None] = field(default_factory=dict)
    is_metric: bool = False
    _known: dict[str, _Read] = field(default_factory=dict)
    _book: _Book | None = None
    _codes: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = {word: None if meant == NOTHING else meant for word, meant in self.words.items()}
        if self.column.kind in {Kind.CODE, Kind.CODES}:
            self._codes = {**code_words(self.column), **own}
        elif self.column.kind == Kind.FLAG:
            self._codes = {**flag_words(), **own}

    def read(self, texts: pa.Array) -> Cells:
        """The column of trimmed texts (see `trimmed`)."""
        if self.column.kind == Kind.TEXT and self.column.key not in _EDITIONS:
            return self._plain(texts)
        if self.column.kind == Kind.DEGREES:
            return self._degrees(texts)
        return self._each(texts)

    # -- each different text once ---------------------------------------------------------------------------------

    def _each(self, texts: pa.Array) -> Cells:
        book, at = self._found(texts)
        places = at.fill_null(len(book.texts)).to_numpy(zero_copy_only=False)
        precision = None if book.precision is None else book.precision.take(at)
        return Cells(book.values.take(at), _faults(book.faults, places), book.hashes[places], precision)

    def _found(self, texts: pa.Array) -> tuple[_Book, pa.Array]:
        """The book that holds all the texts, and where in it each stands."""
        at, known = None, self._book
        if known is not None:
            at = pc.index_in(texts, value_set=known.texts)
            if at.null_count == texts.null_count:
                return known, at
        fresh = (texts if at is None else texts.filter(at.is_null())).unique().drop_null()
        if known is None or len(known.texts) + len(fresh) > _MOST_AT_HAND:
            book = self._read_all(texts.unique().drop_null())
        else:
            book = _joined(known, self._read_all(fresh))
        self._book = book
        return book, pc.index_in(texts, value_set=book.texts)

    def _read_all(self, words: pa.Array) -> _Book:
        """Each text once."""
        found = [self._of(word) for word in words.to_pylist()]
        values = pa.array([one.value for one in found], _ARROW.get(self.column.kind, pa.string()))
        if self.column.key == "condition":
            values = values.cast(pa.int16())
        is_day = self.column.kind in {Kind.SINCE, Kind.UNTIL}
        precision = pa.array([one.precision for one in found], pa.string()) if is_day else None
        told = [None if one.value is None else f"{one.value}|{one.precision}" for one in found]
        hashes = np.append(hashed(pa.array(told, pa.string())), np.uint64(0))
        faults = {at: one.fault for at, one in enumerate(found) if one.fault is not None}
        return _Book(words, values, precision, hashes, faults)

    def _of(self, word: str) -> _Read:
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _MOST_KEPT:
                self._known.clear()
            found = self._known[word] = self._one(word)
        return found

    def _one(self, word: str) -> _Read:
        match self.column.kind:
            case Kind.CODE | Kind.FLAG:
                return self._code(word)
            case Kind.CODES:
                parts = [part.strip().lower() for part in word.replace(";", ",").split(",") if part.strip()]
                codes = [self._codes.get(part) for part in parts]
                if folded(word) in values.NOTHING:
                    return _Read()
                if None in codes:
                    return _Read(fault=CODES_FAULT)
                return _Read(array_literal(sorted({str(code) for code in codes})))
            case Kind.POSTCODE:
                return self._postcode(word)
            case Kind.TEXT:
                fields = Fields({self.column.key: word})
                code = code_field(fields, self.column.key, _EDITIONS[self.column.key])
                return _Read(code, fields.errors.get(self.column.key))
            case _:
                return self._amount(word)

    def _code(self, word: str) -> _Read:
        is_flag = self.column.kind == Kind.FLAG
        if word.lower() not in self._codes:
            return _Read(fault=FLAG_FAULT if is_flag else CODE_FAULT)
        meant = self._codes[word.lower()]
        return _Read(None if meant is None else (meant == "true" if is_flag else meant))

    def _postcode(self, word: str) -> _Read:
        if fault := text_fault(self.column, word):
            return _Read(fault=fault)
        if len(word) == 4 and word.isascii() and word.isdecimal() and not word.startswith("0"):
            word = "0" + word  # spreadsheets drop the leading zero of 04600, 06556 and 07xxx
        is_one = len(word) == 5 and word.isascii() and word.isdecimal()
        return _Read(word) if is_one else _Read(fault=POSTCODE_FAULT)

    def _amount(self, word: str) -> _Read:
        """A number or a day: as the form reads it; what the form refuses, as lists are known to write it."""
        form = self._by_form(word)
        if form.fault is None or len(word) > _LONGEST_SPECIAL:
            return form
        if folded(word) in values.NOTHING:
            return _Read()
        if self.column.key == "floor" and (meant := _floor(word)) is not None:
            return self._by_form(meant)
        with suppress(values.Fault, ArithmeticError, ValueError):
            again = self._loosely(word)
            return self._by_form(again) if again != word else form
        return form

    def _loosely(self, word: str) -> str:
        match self.column.kind:
            case Kind.NUMBER | Kind.WHOLE:
                return f"{values.number(values.plain(word)):f}".replace(".", ",")
            case Kind.DAY:
                return values.day(values.plain(word)).isoformat()
            case _:
                day, precision = values.since(values.plain(word))
                return {"TAG": f"{day}", "MONAT": f"{day:%m.%Y}", "JAHR": f"{day:%Y}"}.get(precision, f"vor dem {day}")

    def _by_form(self, word: str) -> _Read:
        column, fields = self.column, Fields({self.column.key: word})
        value: Any
        match column.kind:
            case Kind.NUMBER:
                value = fields.number(column.key, least=column.least, most=column.most)
            case Kind.WHOLE:
                value = fields.whole(column.key, least=int(column.least), most=int(column.most))
            case Kind.DAY:
                value = fields.day(column.key)
                if column.key == "verified_on" and value is not None and value > self.today:
                    fields.fail(column.key, LATER_FAULT)
            case _:
                read = since_field if column.kind == Kind.SINCE else _until
                value = read(fields, column.key, today=self.today, required=False)
        if fault := fields.errors.get(column.key):
            return _Read(fault=fault)
        return _Read(value[0], None, value[1]) if isinstance(value, tuple) else _Read(value)

    # -- by the column --------------------------------------------------------------------------------------------

    def _plain(self, texts: pa.Array) -> Cells:
        faults: dict[int, str] = {}
        odd = _odd(texts, self.column.longest)
        if odd:
            given = texts.to_pylist()
            for at in odd:
                given[at] = given[at].replace("\r\n", "\n")
                if fault := text_fault(self.column, given[at]):
                    faults[at], given[at] = fault, None
            texts = pa.array(given, pa.string())
        coded = texts.dictionary_encode()
        if len(coded.dictionary) > len(texts) // 2:
            return Cells(texts, faults, hashed(texts))
        at = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
        return Cells(texts, faults, np.append(hashed(coded.dictionary), np.uint64(0))[at])

    def _degrees(self, texts: pa.Array) -> Cells:
        """Coordinates as floats (in degrees, or in metres), rounded as the form rounds them."""
        is_plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN_DEGREES), False)
        pointed = pc.replace_substring(texts, ",", ".")
        numbers = pc.if_else(is_plain, pointed, pa.scalar(None, pa.string())).cast(pa.float64())
        found = numbers.to_numpy(zero_copy_only=False).copy()
        faults: dict[int, str] = {}
        least, most = (-np.inf, np.inf) if self.is_metric else (self.column.least, self.column.most)
        with np.errstate(invalid="ignore"):
            plain = is_plain.to_numpy(zero_copy_only=False) & (found >= least) & (found <= most)
        rest = np.flatnonzero(~plain & texts.is_valid().to_numpy(zero_copy_only=False))
        for at in rest:
            found[at], fault = self._degree(texts[int(at)].as_py())
            if fault:
                faults[int(at)] = fault
        found = np.round(found, 8)
        return Cells(pa.array(found, pa.float64(), from_pandas=True), faults, _bits(found))

    def _degree(self, word: str) -> tuple[float, str | None]:
        fields, key = Fields({self.column.key: word}), self.column.key
        value: Any
        if self.is_metric:
            value = fields.number(key, least=-1e9, most=1e9, places=8)
            fault = NUMBER_FAULT if key in fields.errors else None
        else:
            value = fields.degrees(key, required=False)
            fault = fields.errors.get(key)
        return (np.nan if value is None or fault else float(value)), fault


def text_fault(column: Column, word: str) -> str | None:
    """The sentence of a text that is too long or holds what no text holds."""
    fields = Fields({column.key: word})
    fields.text(column.key, longest=column.longest)
    return fields.errors.get(column.key)


def hashed(texts: pa.Array) -> np.ndarray:
    """A uint64 for each text, the same for the same text on any day and machine; 0 for null."""
    if not len(texts):
        return np.zeros(0, np.uint64)
    given = texts if texts.null_count == 0 else pc.fill_null(texts, "")
    made = pd.util.hash_array(given.to_numpy(zero_copy_only=False), categorize=False)
    if texts.null_count:
        made[texts.is_null().to_numpy(zero_copy_only=False)] = 0
    return made


def mixed(columns: Mapping[str, np.ndarray], rows: int) -> np.ndarray:
    """One int64 a row of all its columns' hashes; which column a value stands in counts."""
    total = np.zeros(rows, np.uint64)
    with np.errstate(over="ignore"):
        for name in sorted(columns):
            salt = hashed(pa.array([name]))[0] | np.uint64(1)
            one = columns[name] * salt
            one ^= one >> np.uint64(29)
            total += one * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(32)
    return total.view(np.int64)


def _bits(numbers: np.ndarray) -> np.ndarray:
    bits = (numbers + 0.0).view(np.uint64).copy()
    bits[np.isnan(numbers)] = 0
    return bits


def _odd(texts: pa.Array, longest: int) -> list[int]:
    """Where a text may be too long or hold a control sign: mostly nowhere, which one look at the bytes shows."""
    odd: set[int] = set()
    bytes_long = pc.max(pc.binary_length(texts)).as_py() or 0
    if bytes_long > longest:
        odd |= set(np.flatnonzero(pc.fill_null(pc.greater(pc.utf8_length(texts), longest), False)).tolist())
    data = texts.buffers()[2]
    if data is not None and (np.frombuffer(data, np.uint8) < 32).any():
        odd |= set(np.flatnonzero(pc.fill_null(pc.match_substring_regex(texts, _CONTROL), False)).tolist())
    return sorted(odd)


def _joined(one: _Book, other: _Book) -> _Book:
    precision = None
    if one.precision is not None and other.precision is not None:
        precision = pa.concat_arrays([one.precision, other.precision])
    return _Book(
        pa.concat_arrays([one.texts, other.texts]),
        pa.concat_arrays([one.values, other.values]),
        precision,
        np.concatenate([one.hashes[:-1], other.hashes]),
        one.faults | {len(one.texts) + at: fault for at, fault in other.faults.items()},
    )


def _faults(wrong: dict[int, str], at: np.ndarray) -> dict[int, str]:
    """The sentences by row of what stands at these positions."""
    if not wrong:
        return {}
    rows = np.flatnonzero(np.isin(at, list(wrong)))
    return {int(row): wrong[int(at[row])] for row in rows}


def _until(fields: Fields, key: str, *, today: date, required: bool) -> Any:
    return until_field(fields, key, today=today)


def _floor(word: str) -> str | None:
    """A floor as lists write it: EG, 1. OG, 2. UG."""
    plain = word.lower().replace(".", " ").split()
    if len(plain) == 1:
        return _GROUND.get(plain[0])
    if len(plain) == 2 and plain[0].isdecimal() and plain[0].isascii():
        sign = "" if plain[1] in _UPPER else "-" if plain[1] in _LOWER else None
        return None if sign is None else sign + plain[0]
    return None
