"""What the words of a file mean where a field has a list of values: known ones, those of a profile, those to be asked.

A meaning is a code as text, or `NOTHING`: the word says only that nothing is known.
"""

import csv
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from geo.core.codes import label
from geo.core.errors import Invalid
from geo.imports import values
from geo.vacancies.columns import Column, Kind
from geo.vacancies.importing import cells
from geo.vacancies.importing.plan import FIELDS, NOTHING

CODED = (Kind.CODE, Kind.CODES, Kind.FLAG)
# A column of more different texts than this has no list of values; no more rows than this are looked through for them.
MOST_WORDS, MOST_ROWS, LONGEST_WORD = 60, 100_000, 100
_PARTS = re.compile(r"[,;]")


@dataclass(frozen=True)
class Unknown:
    """A text that a column of a list of values holds and the register does not know; `proposed` is a guess or ""."""

    key: str
    text: str
    proposed: str

    @property
    def name(self) -> str:
        """What its field in the form is called."""
        return f"word-{self.key}-{zlib.crc32(self.text.encode()):08x}"


def distinct(rows: Path, width: int) -> dict[str, list[str]]:
    """The different texts of each column (by its position) that has only a few of them."""
    found: dict[int, dict[str, None]] = {index: {} for index in range(width)}
    with rows.open(encoding="utf-8", newline="") as file:
        for row in islice(csv.reader(file), MOST_ROWS):
            for index, words in list(found.items()):
                cell = row[index + 1].strip() if index + 1 < len(row) else ""
                if not cell:
                    continue
                words[cell] = None
                if len(words) > MOST_WORDS or len(cell) > LONGEST_WORD:
                    del found[index]
    return {str(index): list(words) for index, words in found.items()}


def choices(column: Column) -> list[tuple[str, str]]:
    """What a word of the column can mean: codes with their names."""
    if column.kind == Kind.FLAG:
        return [("true", "ja"), ("false", "nein")]
    return [(str(code), label(column.codes or {}, code)) for code in column.codes or {}]


def unknown(columns: Mapping[str, int], reading: Mapping[str, Any]) -> list[Unknown]:
    """The texts of the columns that fill a field with a list of values and are none of these."""
    found: list[Unknown] = []
    texts = reading.get("distinct") or {}
    for key, index in columns.items():
        column = FIELDS[key]
        if column.kind not in CODED:
            continue
        known = cells.flag_words() if column.kind == Kind.FLAG else cells.code_words(column)
        words = dict.fromkeys(_words(column, texts.get(str(index)) or []))
        found += [Unknown(key, word, _guess(column, word)) for word in words if word.lower() not in known]
    return found


def _words(column: Column, texts: Sequence[str]) -> Iterator[str]:
    for one in texts:
        if column.kind == Kind.CODES:
            yield from (part.strip() for part in _PARTS.split(one) if part.strip())
        else:
            yield one


def _guess(column: Column, word: str) -> str:
    if column.kind != Kind.CODES and values.plain(word).casefold() in values.NOTHING:
        return NOTHING
    with suppress(values.Fault):
        if column.kind == Kind.FLAG:
            return str(values.flag(word)).lower()
        return str(values.code(values.plain(word), values.Reading("code", column.codes)))
    return ""


def parse_words(
    data: Mapping[str, Any], columns: Mapping[str, int], reading: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """What the form says of the unknown texts; `before` is what a profile said of others.

    Raises `Invalid` at `words` when the form has not yet asked of some of them.
    """
    found = {key: dict(words) for key, words in before.items() if key in columns}
    asked = unknown(columns, reading)
    if missing := [one for one in asked if one.name not in data]:
        named = ", ".join(dict.fromkeys(f"„{FIELDS[one.key].de}“" for one in missing))
        raise Invalid(
            {
                "words": f"In der Spalte für {named} stehen Worte, die das Register nicht kennt. Bitte sagen, was sie heißen."
            }
        )
    for one in asked:
        meaning, column = str(data[one.name]), FIELDS[one.key]
        allowed = {code for code, _ in choices(column)} | ({NOTHING} if column.kind != Kind.CODES else set())
        if meaning and meaning not in allowed:
            raise Invalid({"words": f"Bitte für „{one.text}“ einen der angebotenen Werte wählen."})
        words = found.setdefault(one.key, {})
        if meaning:
            words[one.text.lower()] = meaning
        else:
            words.pop(one.text.lower(), None)
    return {key: words for key, words in found.items() if words}
