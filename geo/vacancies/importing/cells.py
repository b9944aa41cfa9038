"""SQL that reads one cell: its value and, where it breaks a rule, the sentence. The rules are those of the forms.

Every expression is made of our own words and of names like `t_street` (the trimmed text of a cell); what stands in a
file, or what somebody typed, only ever comes as a value. A test compares each kind with the forms on generated cells.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.vacancies.columns import Column, Kind
from geo.vacancies.dates import AHEAD
from geo.vacancies.importing.plan import NOTHING

# What Python's strip() takes away, which the forms use.
_BLANK = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
CONTROL = r"[\x01-\x08\x0b-\x1f]"
CODE_FAULT = "Bitte einen der angebotenen Werte wählen."
CODES_FAULT = "Bitte nur angebotene Werte wählen."
FLAG_FAULT = "Bitte ja oder nein angeben."
NUMBER_FAULT = "Bitte eine Zahl angeben."
WHOLE_FAULT = "Bitte eine ganze Zahl angeben."
DAY_FAULT = "Bitte ein Datum wie 01.05.2026 angeben."
SINCE_FAULT = "Bitte ein Datum wie 15.03.2024, 03.2024, 2024 oder „vor 2019“ angeben."
AHEAD_FAULT = "Das Datum liegt zu weit in der Zukunft (höchstens fünf Jahre)."
LATER_FAULT = "Bestätigt werden kann nur, was schon gesehen wurde: das Datum liegt in der Zukunft."
POSTCODE_FAULT = "Eine Postleitzahl hat fünf Ziffern."
_YES, _NO = ("ja", "j", "x", "1", "wahr", "true", "yes", "on"), ("nein", "n", "0", "falsch", "false", "no")


@dataclass(frozen=True)
class Cell:
    """`value` and `fault` are SQL over `t_<key>` and, for the fault, `<key>`; `more` names further values.

    `has_control` says that some cell of the row holds a control character.
    """

    value: str
    fault: str
    more: Mapping[str, str]


def literal(words: str) -> str:
    """Our own words as SQL text, safe inside SQLAlchemy's `text()`."""
    return "'" + words.replace("'", "''").replace(":", r"\:") + "'"


def trimmed(index: int, constant: str | None) -> str:
    """The text of the cell in column `index`, None where it is blank; `constant` names a value for that."""
    c = f"r.c{index}"
    # Most cells need no trimming: that is seen by their ends, at a tenth of the cost.
    is_tight = f"{c} COLLATE \"C\" BETWEEN '!' AND '~' AND right({c}, 1) COLLATE \"C\" BETWEEN '!' AND '~'"
    cell = f"CASE WHEN {is_tight} THEN {c} ELSE nullif(btrim({c}, {_escaped(_BLANK)}), '') END"
    return cell if constant is None else f"coalesce({cell}, CAST(:{constant} AS text))"


def _escaped(signs: str) -> str:
    return "U&'" + "".join(f"\\{ord(sign):04X}" for sign in signs) + "'"


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


def bound_words(columns: Iterator[Column], words: Mapping[str, Mapping[str, str]] = {}) -> dict[str, str]:
    """The bound values of code lists, as JSON; `words` are further ones by field, null where they mean nothing."""
    found = {}
    for column in columns:
        if column.kind in {Kind.CODE, Kind.CODES}:
            found[f"words_{column.key}"] = json.dumps(code_words(column) | _meant(column, words))
        elif column.kind == Kind.FLAG:
            found[f"words_{column.key}"] = json.dumps(flag_words() | _meant(column, words))
    return found


def _meant(column: Column, words: Mapping[str, Mapping[str, str]]) -> dict[str, str | None]:
    return {word: None if meant == NOTHING else meant for word, meant in words.get(column.key, {}).items()}


def cell(column: Column, *, today: date, is_metric: bool = False) -> Cell:
    """How a column's cell is read. `is_metric`: a coordinate in metres, whatever its size."""
    key = column.key
    t, v, words = f"t_{key}", key, f"CAST(:words_{key} AS jsonb)"
    match column.kind:
        case Kind.NUMBER:
            return Cell(f"round({_number(t)}, 2)", _bounds(column, t, v), {})
        case Kind.WHOLE:
            number = f"round({_number(t)}, 6)"
            value = f"CASE WHEN abs({number}) < 2147483648 AND {number} = trunc({number}) THEN {number}::integer END"
            return Cell(
                f"CASE WHEN {t} ~ '^-?[0-9]+$' AND length({t}) < 10 THEN {t}::integer ELSE {value} END",
                f"CASE WHEN {t} IS NULL OR {v} BETWEEN {column.least:g} AND {int(column.most)} THEN NULL"
                f" ELSE {_bounds(column, t, number, whole=WHOLE_FAULT)} END",
                {},
            )
        case Kind.DEGREES:
            plain = f"CASE WHEN {t} ~ '^[0-9]+[.,][0-9]+$' AND length({t}) < 30 THEN replace({t}, ',', '.')::numeric"
            value = f"{plain} ELSE register.read_number({t}, {'true' if is_metric else 'false'}) END"
            if is_metric:
                return Cell(value, f"CASE WHEN {t} IS NOT NULL AND {v} IS NULL THEN {literal(NUMBER_FAULT)} END", {})
            return Cell(value, _bounds(column, t, v), {})
        case Kind.FLAG:
            return Cell(f"({words} ->> lower({t}))::boolean", _unless(t, v, FLAG_FAULT, words), {})
        case Kind.CODE:
            cast = "::smallint" if key == "condition" else ""
            return Cell(f"({words} ->> lower({t})){cast}", _unless(t, v, CODE_FAULT, words), {})
        case Kind.CODES:
            parts = (
                f"SELECT {words} ->> lower(btrim(part)) AS code FROM regexp_split_to_table({t}, '[,;]') part"
                " WHERE btrim(part) <> ''"
            )
            value = f"CASE WHEN {t} IS NOT NULL THEN (SELECT CASE WHEN bool_and(code IS NOT NULL)"
            return Cell(
                f"{value} THEN array_agg(DISTINCT code) END FROM ({parts}) s) END", _unless(t, v, CODES_FAULT), {}
            )
        case Kind.DAY:
            future = (
                f"WHEN {v} > {literal(today.isoformat())} THEN {literal(LATER_FAULT)}" if key == "verified_on" else ""
            )
            fault = f"CASE WHEN {t} IS NULL THEN NULL WHEN {v} IS NULL THEN {literal(DAY_FAULT)} {future} END"
            return Cell(f"d_{key}.day", fault, {})
        case Kind.SINCE | Kind.UNTIL:
            last = literal((today + AHEAD).isoformat())
            fault = (
                f"CASE WHEN {t} IS NULL THEN NULL WHEN {text_fault(column, t)} IS NOT NULL THEN {text_fault(column, t)}"
                f" WHEN {v} IS NULL THEN {literal(SINCE_FAULT)}"
                f" WHEN {v} - {_day_more(key, column)} > {last} THEN {literal(AHEAD_FAULT)} END"
            )
            value = (
                f"d_{key}.since + {_day_more(f'd_{key}.since', column)}"
                if column.kind == Kind.UNTIL
                else f"d_{key}.since"
            )
            return Cell(value, fault, {f"{key}_precision": f"d_{key}.precision"})
        case Kind.POSTCODE:
            # Spreadsheets drop the leading zero of Thuringia's 07xxx.
            value = f"CASE WHEN {t} ~ '^7[0-9][0-9][0-9]$' THEN '0' || {t} ELSE {t} END"
            fault = f"coalesce({text_fault(column, t)}, CASE WHEN {v} !~ '^[0-9][0-9][0-9][0-9][0-9]$' THEN {literal(POSTCODE_FAULT)} END)"
            return Cell(value, fault, {})
        case _:
            lines = f"CASE WHEN has_control THEN replace({t}, E'\\r\\n', E'\\n') ELSE {t} END"
            return Cell(lines, text_fault(column, v), {})


def _day_more(key: str, column: Column) -> str:
    """The end of a period is the day after the last one, where that is known to the day."""
    if column.kind != Kind.UNTIL:
        return "0"
    precision = f"d_{column.key}.precision" if key.startswith("d_") else f"{column.key}_precision"
    return f"CASE WHEN {precision} = 'TAG' THEN 1 ELSE 0 END"


def _number(t: str) -> str:
    plain = f"{t} ~ '^[0-9]+,?[0-9]*$' AND length({t}) < 40"
    return f"CASE WHEN {plain} THEN replace({t}, ',', '.')::numeric ELSE register.read_number({t}, true) END"


def _bounds(column: Column, t: str, v: str, whole: str | None = None) -> str:
    sentence = f"Bitte eine Zahl von {column.least:g} bis {column.most:g} angeben."
    last = f" ELSE {literal(whole)}" if whole else ""
    return (
        f"CASE WHEN {t} IS NULL THEN NULL WHEN {v} IS NULL THEN {literal(NUMBER_FAULT)}"
        f" WHEN {v} NOT BETWEEN {column.least:g} AND {column.most:.0f} THEN {literal(sentence)}{last} END"
    )


def _unless(t: str, v: str, sentence: str, words: str | None = None) -> str:
    known = f" AND NOT {words} ? lower({t})" if words else ""
    return f"CASE WHEN {t} IS NOT NULL AND {v} IS NULL{known} THEN {literal(sentence)} END"


def text_fault(column: Column, t: str) -> str:
    """The sentence of a text that is too long or holds what no text holds; ends of lines may be those of Windows."""
    if t.startswith("t_"):
        t = f"CASE WHEN has_control THEN replace({t}, E'\\r\\n', E'\\n') ELSE {t} END"
    longest = column.longest
    return (
        f"CASE WHEN has_control AND {t} ~ '{CONTROL}' THEN 'Der Text enthält Steuerzeichen.'"
        f" WHEN length({t}) > {longest} THEN 'Höchstens {longest} Zeichen (jetzt ' || length({t}) || ').' END"
    )


def uses_days(column: Column) -> bool:
    """Whether the cell is read once for all rows that hold the same text, from the table `days` as `d_<key>`."""
    return column.kind in {Kind.DAY, Kind.SINCE, Kind.UNTIL}


def binds(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Values under names of their own."""
    return {f"{prefix}_{key}": value for key, value in values.items()}
