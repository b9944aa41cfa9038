"""Reads what a person typed into a form: German numbers and dates, codes, flags; notes each mistake at its field."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from geo.core.clock import BERLIN
from geo.core.errors import Invalid

_GERMAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"([0-9.-]+)(?:T|,? +)([0-9]{1,2}):([0-9]{2})(?::00)?(?: *Uhr)?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_LONGEST_NUMBER = 100
# Halves of a pair, and code points that Unicode gives to nobody: no XML holds them (GPX, spreadsheets, Word).
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{1,2})[./]([0-9]{4})")
_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")
_NAMED_MONTH = re.compile(r"([a-zäöü]{3,9})\.?\s+([0-9]{4})")
_BEFORE = re.compile(r"vor\s+(?:dem\s+)?(.+)")
Since = tuple[date, str]


class Fields:
    """The fields of one form. Each method returns the value or None and notes what is wrong; `check` raises it all."""

    def __init__(self, data: Mapping[str, Any]):
        self.data = data
        self.errors: dict[str, str] = {}

    def _raw(self, name: str) -> str:
        value = self.data.get(name)
        return "" if value is None else str(value).strip()

    def fail(self, name: str, sentence: str) -> None:
        """Note a mistake; the first one of a field stays."""
        self.errors.setdefault(name, sentence)

    def check(self) -> None:
        """Raises `Invalid` with every mistake noted so far."""
        if self.errors:
            raise Invalid(self.errors)

    def _missing(self, name: str, required: bool) -> None:
        if required:
            self.fail(name, "Bitte ausfüllen.")

    def text(self, name: str, *, required: bool = False, longest: int = 200) -> str | None:
        """Text without control characters and code points that are no characters; line breaks stay."""
        raw = self._raw(name).replace("\r\n", "\n")
        if not raw:
            self._missing(name, required)
            return None
        if any(ord(character) < 32 and character not in "\n\t" for character in raw) or _NO_CHARACTER.search(raw):
            self.fail(name, "Der Text enthält Steuerzeichen.")
            return None
        if len(raw) > longest:
            self.fail(name, f"Höchstens {longest} Zeichen (jetzt {len(raw)}).")
            return None
        return raw

    def number(
        self,
        name: str,
        *,
        least: float = 0,
        most: float = 999_999,
        required: bool = False,
        places: int = 2,
        grouped: bool = True,
    ) -> Decimal | None:
        """A number as Germans write it (1.234,5) or with a point as the decimal sign.

        `grouped=False` for numbers that never reach a thousand: there 50.948 is no fifty thousand.
        """
        raw = self._raw(name).replace(" ", "").replace("\u00a0", "")
        if not raw:
            self._missing(name, required)
            return None
        if grouped and _GROUPED.fullmatch(raw):
            raw = raw.replace(".", "")
        raw = raw.replace(",", ".")
        if len(raw) > _LONGEST_NUMBER or not _NUMBER.fullmatch(raw):
            self.fail(name, "Bitte eine Zahl angeben.")
            return None
        # Rounded as people round, and before it is compared: what is stored is what was judged.
        value = Context(prec=300, rounding=ROUND_HALF_UP).quantize(Decimal(raw), Decimal(1).scaleb(-places)) + 0
        if not least <= value <= most:
            self.fail(name, f"Bitte eine Zahl von {_shown(least)} bis {_shown(most)} angeben.")
            return None
        return value

    def whole(self, name: str, *, least: int = 0, most: int = 999_999, required: bool = False) -> int | None:
        """A whole number."""
        value = self.number(name, least=least, most=most, required=required, places=6)
        if value is None:
            return None
        if value != int(value):
            self.fail(name, "Bitte eine ganze Zahl angeben.")
            return None
        return int(value)

    def degrees(self, name: str, *, required: bool = True) -> float | None:
        """A longitude or latitude; whether it lies in the state is for `geometry.point` to say."""
        value = self.number(name, least=-180, most=180, required=required, places=8, grouped=False)
        return None if value is None else float(value)

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day as 2026-05-01 or 1.5.2026."""
        raw = self._raw(name)
        if not raw:
            self._missing(name, required)
            return None
        value = parse_day(raw)
        if value is None:
            self.fail(name, "Bitte ein Datum wie 01.05.2026 angeben.")
        return value

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A day with a time, as 2026-05-01T14:00 or 1.5.2026 14:00, as the clocks in Germany show it."""
        raw = self._raw(name)
        if not raw:
            self._missing(name, required)
            return None
        found = _MOMENT.fullmatch(raw)
        day = parse_day(found[1]) if found else None
        if found is None or day is None or int(found[2]) > 23 or int(found[3]) > 59:
            self.fail(name, "Bitte Tag und Uhrzeit wie 01.05.2026 14:00 angeben.")
            return None
        return datetime.combine(day, time(int(found[2]), int(found[3])), BERLIN)

    def choice(self, name: str, codes: Collection[str], *, required: bool = False) -> str | None:
        """One of the codes."""
        raw = self._raw(name)
        if not raw:
            self._missing(name, required)
            return None
        if raw not in codes:
            self.fail(name, "Bitte einen der angebotenen Werte wählen.")
            return None
        return raw

    def several(self, name: str, codes: Collection[str]) -> list[str]:
        """Any number of the codes, from a field that may come more than once or hold several with commas."""
        getlist = getattr(self.data, "getlist", None)
        raw: Sequence[str] | str = getlist(name) if getlist else (self.data.get(name) or [])
        given = [raw] if isinstance(raw, str) else raw
        chosen = [value for value in dict.fromkeys(part for text in given for part in text.split(",")) if value]
        if any(value not in codes for value in chosen):
            self.fail(name, "Bitte nur angebotene Werte wählen.")
            return []
        return chosen

    def flag(self, name: str) -> bool:
        """A tick box."""
        return self._raw(name).lower() in {"1", "on", "true", "ja"}

    def version(self) -> int:
        """The version of what was edited, from the form's hidden field."""
        raw = self._raw("version")
        if not raw.isdecimal() or len(raw) > 9:
            raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
        return int(raw)


def whole_number(raw: str) -> int | None:
    """The number that a row or a version can have, from 0 to 999 999 999; None for any other text."""
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else None


def _shown(limit: float) -> str:
    """A limit as Germans write it: 99.999.999 or 50,15."""
    text = f"{float(limit):,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def parse_day(raw: str) -> date | None:
    """The day written as 2026-05-01 or 1.5.2026, between 1900 and 2100; None for anything else."""
    german = _GERMAN_DAY.fullmatch(raw)
    try:
        value = date(*map(int, reversed(german.groups()))) if german else _iso_day(raw)
    except ValueError:
        return None
    return value if EARLIEST <= value < LATEST else None


def _iso_day(raw: str) -> date:
    if not _ISO_DAY.fullmatch(raw):
        raise ValueError(raw)
    return date.fromisoformat(raw)


def parse_since(raw: str) -> Since | None:
    """Day and precision of “15.03.2024”, “03.2024”, “März 2024”, “2024” or “vor 2019”; None for anything else."""
    text = " ".join(raw.lower().split())
    before = _BEFORE.fullmatch(text)
    if before:
        known = parse_since(before[1])
        return None if known is None or known[1] == "VOR" else (known[0], "VOR")
    day = parse_day(text)
    if day is not None:
        return day, "TAG"
    if _YEAR.fullmatch(text):
        return _first(int(text), 1, "JAHR")
    month = _MONTH.fullmatch(text)
    if month:
        return _first(int(month[2]), int(month[1]), "MONAT")
    month = _ISO_MONTH.fullmatch(text)
    if month:
        return _first(int(month[1]), int(month[2]), "MONAT")
    month = _NAMED_MONTH.fullmatch(text)
    name = month[1].replace("mrz", "mär").replace("maerz", "mär")[:3] if month else ""
    if month and name in _MONTHS:
        return _first(int(month[2]), _MONTHS.index(name) + 1, "MONAT")
    return None


def _first(year: int, month: int, precision: str) -> Since | None:
    if not (1 <= month <= 12 and EARLIEST.year <= year < LATEST.year):
        return None
    return date(year, month, 1), precision
