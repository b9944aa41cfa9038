"""What the texts of a file mean: the one reference for numbers, days, yes and no, codes, postcodes and addresses.

The rules, kind by kind. All of them first take blanks off both ends (no-break and thin ones too); a text that only says
that nothing is known (`NOTHING`: empty, -, k. A., unbekannt, n/a, #NV …) is no value and no fault.

| kind | text | value |
|---|---|---|
| number | 1234 · 1234,5 · 1.234,5 · 1 234,5 · 1'234,5 | 1234 · 1234.5 |
| number | 1.234 (groups of three after a point) | 1234; 1.234 where the decimal sign is known to be a point |
| number | 1234.5 · 1,234.5 (comma and point: the last is the decimal sign) | 1234.5 |
| number | 1,234 (one group after a comma) | 1.234; 1234 where the decimal sign is known to be a point |
| number | a unit behind it (m², qm, m, €, EUR, %, kWh…), “ca.” or “rd.” in front | as without |
| whole | a number without decimals; 5,0 | 5 |
| day | 2024-03-15 · 15.3.2024 · 15.03.24 · 15/03/2024, a time behind it | the day; 00 to 68 are 2000 to 2068 |
| day | 45366 (five digits: a spreadsheet's number) | 2024-03-15 |
| since | a day; 03.2024 · 3/2024 · 2024-03 · März 2024 · March 2024 | TAG; the month's first day and MONAT |
| since | 2024 · “vor 2019”, “before 2019” (or a month, a day) · “seit …”, “since …” | JAHR · VOR · as without |
| flag | ja, j, x, ✓, wahr, 1, yes, true, vorhanden · nein, n, 0, falsch, no, false | true · false |
| code | the code, its German or English name (case, umlauts, punctuation do not count), a profile's word | the code |
| codes | several of these with comma, semicolon, slash, plus or line break | the codes, each once |
| postcode | five digits; four digits (a spreadsheet took the leading zero) | five digits |
| text | anything | the text |
| address | “Am Markt 12 a”, “Straße des 17. Juni 135” | street and number, parted at the last blank before a number |

A value that does not fit raises `Fault` with the sentence for its row.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from geo.core.parsing import EARLIEST, LATEST, parse_day, parse_since
from geo.imports.words import folded, key

_BLANKS = "\u00a0\u2007\u2009\u202f\u200b\ufeff"
NOTHING = frozenset(
    ("", "-", "--", "–", "—", "/", "?", ".", "k.a.", "k. a.", "ka", "k.a", "keine angabe", "unbekannt", "unknown",
     "n/a",
     "na", "n.a.", "n. a.", "n.b.", "nicht bekannt", "nicht erhoben", "#nv", "#n/a", "null", "none", "nan", "offen")
)  # fmt: skip
_YES = frozenset(
    ("ja", "j", "x", "✓", "✔", "☑", "wahr", "1", "yes", "y", "true", "t", "on", "vorhanden", "zutreffend", "richtig")
)
_NO = frozenset(
    ("nein", "n", "0", "falsch", "no", "false", "f", "off", "☐", "nicht vorhanden", "keine", "kein", "keiner", "ohne")
)
_AROUND = re.compile(r"^(?:ca|rd|etwa|circa|rund|ungefaehr|~)\.?\s*", re.I)
_UNIT = re.compile(
    r"\s*(?:m²|m2|qm|m|lfm|€|eur|euro|%|prozent|kwh|stk\.?|stück)(?:\s*/\s*\(?(?:m²|m2|qm|monat|a|jahr)[*a)]*)*$", re.I
)
_DIGITS = re.compile(r"[-+]?[0-9]+")
_POINT_GROUPS = re.compile(r"([-+]?[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]+))?")
_COMMA_GROUPS = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_COMMA = re.compile(r"([-+]?[0-9]*),([0-9]+)")
_POINT = re.compile(r"([-+]?[0-9]*)\.([0-9]+)")
_GROUP_GAP = re.compile(r"(?<=\d)[ '’](?=\d{3}(?:\D|$))")
_SHORT_YEAR = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4})")
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*uhr|z)?$", re.I)
_SERIAL = re.compile(r"[0-9]{5}")
_SINCE = re.compile(r"^(?:seit|since|ab|from)\s+(?:dem\s+)?", re.I)
_BEFORE = re.compile(r"^before\s+", re.I)
_ENGLISH = {
    "january": "januar", "february": "februar", "march": "märz", "may": "mai", "june": "juni", "july": "juli",
    "october": "oktober", "oct": "okt", "december": "dezember", "dec": "dez", "mar": "mär",
}  # fmt: skip
_ADDRESS = re.compile(r"(.*[^\W\d_].*?\.?)[\s,]+(\d+\s*[a-zA-Z]?(?:\s*[-–/+&]\s*\d*\s*[a-zA-Z]?)*)\s*")
_PARTS = re.compile(r"\s*[,;/|+\n]\s*")
SERIAL_START = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar


class Fault(ValueError):
    """The text is no such value; `str(fault)` is the sentence for the row."""


@dataclass(frozen=True)
class Reading:
    """How one column's texts are read. `values` are the profile's own words for codes, `decimal` is "," or "."."""

    kind: str = "text"
    codes: Mapping[Any, Any] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ","


def plain(text: str) -> str:
    """The text without blanks at its ends, other blanks made ordinary ones."""
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    return text.strip()


def read(text: str, how: Reading) -> Any:
    """The value, None where the text says nothing. Raises `Fault`."""
    text = plain(text)
    if how.values:
        own = {key(word): code for word, code in how.values.items()}
        if key(text) in own and how.kind not in {"code", "codes"}:
            text = own[key(text)]
    if folded(text) in NOTHING and not (how.kind == "code" and _is_code(text, how)):
        return None
    match how.kind:
        case "number" | "degrees":
            return number(text, "." if how.kind == "degrees" and "," not in text else how.decimal)
        case "whole":
            return whole(text, how.decimal)
        case "day":
            return day(text)
        case "since" | "until":
            return since(text)
        case "flag":
            return flag(text)
        case "code":
            return code(text, how)
        case "codes":
            return list(dict.fromkeys(code(part, how) for part in _PARTS.split(text) if part))
        case "postcode":
            return postcode(text)
        case _:
            return text


def _said(text: str) -> str:
    """The text as a sentence quotes it: its beginning, on one line."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:40])


def number(text: str, decimal: str = ",") -> Decimal:
    """The number, with a decimal comma or point."""
    digits = _GROUP_GAP.sub("", _UNIT.sub("", _AROUND.sub("", text)).strip())
    if _DIGITS.fullmatch(digits):
        return Decimal(digits)
    groups, single = (_POINT_GROUPS, _COMMA) if decimal == "," else (_COMMA_GROUPS, _POINT)
    other_groups, other = (_COMMA_GROUPS, _POINT) if decimal == "," else (_POINT_GROUPS, _COMMA)
    for pattern in (groups, single, other, other_groups):
        if found := pattern.fullmatch(digits):
            before = found[1].replace(".", "").replace(",", "")
            return Decimal(f"{before if before not in {'', '-', '+'} else before + '0'}.{found[2] or 0}")
    raise Fault(f"„{_said(text)}“ ist keine Zahl.")


def whole(text: str, decimal: str = ",") -> int:
    """The whole number."""
    value = number(text, decimal)
    if value != int(value):
        raise Fault(f"„{_said(text)}“ ist keine ganze Zahl.")
    return int(value)


def day(text: str) -> date:
    """The day."""
    value = _day(text)
    if value is None:
        raise Fault(f"„{_said(text)}“ ist kein Datum wie 01.05.2026.")
    return value


def _day(text: str) -> date | None:
    text = _TIME.sub("", text).strip()
    if _SERIAL.fullmatch(text):
        value = SERIAL_START + timedelta(days=int(text))
        return value if EARLIEST <= value < LATEST else None
    if found := _SHORT_YEAR.fullmatch(text):
        year = int(found[3])
        if len(found[3]) == 2:
            year += 2000 if year <= 68 else 1900
        text = f"{found[1]}.{found[2]}.{year}"
    return parse_day(text)


def since(text: str) -> tuple[date, str]:
    """The day and the precision: TAG, MONAT, JAHR or VOR."""
    plainer = _SINCE.sub("", " ".join(text.split()))
    known = _day(plainer)
    if known is not None:
        return known, "TAG"
    words = _BEFORE.sub("vor ", plainer.lower())
    words = re.sub(r"[a-z]+", lambda word: _ENGLISH.get(word[0], word[0]), words)
    found = parse_since(_AROUND.sub("", words))
    if found is None:
        raise Fault(f"„{_said(text)}“ ist kein Datum wie 15.03.2024, 03.2024, 2024 oder „vor 2019“.")
    return found


def flag(text: str) -> bool:
    """Yes or no."""
    word = folded(text)
    if word in _YES or word in _NO:
        return word in _YES
    raise Fault(f"„{_said(text)}“ ist weder ja noch nein.")


def _words(how: Reading) -> dict[str, Any]:
    """What stands for each code, made comparable; the profile's words win."""
    found: dict[str, Any] = {}
    for one, names in (how.codes or {}).items():
        for word in (str(one), *([names] if isinstance(names, str) else names)):
            found.setdefault(key(word), one)
    return found | {key(word): _same(one, how) for word, one in how.values.items()}


def _same(one: str, how: Reading) -> Any:
    return next((known for known in how.codes or {} if str(known) == one), one)


def _is_code(text: str, how: Reading) -> bool:
    return bool(text) and key(text) in _words(how)


def code(text: str, how: Reading) -> Any:
    """The code that the text stands for."""
    words = _words(how)
    found = words.get(key(text))
    if found is None:
        found = words.get(key(text.split(":", 1)[0]))
    if found is not None:
        return found
    names = {key(names if isinstance(names, str) else names[0]): names for names in (how.codes or {}).values()}
    near = difflib.get_close_matches(key(text), names, n=1, cutoff=0.7)
    name = names[near[0]] if near else ""
    hint = f" Gemeint ist vielleicht „{name if isinstance(name, str) else name[0]}“." if near else ""
    raise Fault(f"„{_said(text)}“ ist keiner der bekannten Werte.{hint}")


def postcode(text: str) -> str:
    """Five digits."""
    digits = text.removeprefix("D-").removeprefix("DE-").removeprefix("D ").strip()
    if re.fullmatch(r"[0-9]{4,5}", digits):
        return digits.zfill(5)
    raise Fault(f"„{_said(text)}“ ist keine Postleitzahl: sie hat fünf Ziffern.")


def split_address(text: str) -> tuple[str, str | None]:
    """Street and house number; the number None where there is none."""
    found = _ADDRESS.fullmatch(" ".join(plain(text).split()))
    if found is None:
        return " ".join(plain(text).split()), None
    return found[1].strip(" ,"), found[2].strip()


def decimal_sign(samples: list[str]) -> str | None:
    """The decimal sign that texts of numbers show; None when they do not."""
    texts = [_UNIT.sub("", plain(text)) for text in samples]
    commas = sum(1 for text in texts if _COMMA.fullmatch(text) and not _COMMA_GROUPS.fullmatch(text))
    points = sum(1 for text in texts if _POINT.fullmatch(text) and not _POINT_GROUPS.fullmatch(text))
    if commas == points:
        return None
    return "," if commas > points else "."
