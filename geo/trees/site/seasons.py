"""Days of a year without the year: month * 100 + day, as 501 for the first of May."""

import calendar
import re
from datetime import date

from geo.core.parsing import Fields

SEASON_ENDS_FIRST = (
    "Die Saison endet, bevor sie beginnt. Sie liegt innerhalb eines Kalenderjahres, zum Beispiel 1.4. bis 31.10."
)

_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?")
_MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "dezember")  # fmt: skip
_NAMED = re.compile(r"(\d{1,2})\.\s*([a-zäöü]{3,9})\.?")


def parse(raw: str) -> int | None:
    """The day written as “1.5.”, “01.05.” or “1. Mai”; None for anything else. 29 February is a day."""
    text = " ".join(raw.lower().split())
    found = _GERMAN.fullmatch(text)
    if found:
        return _number(int(found[1]), int(found[2]))
    found = _NAMED.fullmatch(text)
    if found:
        named = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(found[2]) and len(found[2]) >= 3]
        return _number(int(found[1]), named[0]) if len(named) == 1 else None
    return None


def _number(day: int, month: int) -> int | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2024, month)[1]:
        return None
    return month * 100 + day


def shown(number: int | None) -> str:
    """501 as “1.5.” for a form; nothing for None."""
    return "" if number is None else f"{number % 100}.{number // 100}."


def in_words(number: int) -> str:
    """501 as “1. Mai”."""
    return f"{number % 100}. {_MONTHS[number // 100 - 1].capitalize()}"


def is_open(day: date, first: int, last: int) -> bool:
    """Whether a day lies in the season from `first` to `last`, both included."""
    return first <= day.month * 100 + day.day <= last


def parse_season(fields: Fields) -> tuple[int | None, int | None]:
    """`season_first` and `season_last` of a form, each None where nothing is typed; notes what is wrong."""
    found: list[int | None] = []
    for name in ("season_first", "season_last"):
        raw = fields.text(name, longest=20)
        number = None if raw is None else parse(raw)
        if raw is not None and number is None:
            fields.fail(name, "Bitte einen Tag ohne Jahr angeben, zum Beispiel „1.5.“ oder „31. Oktober“.")
        found.append(number)
    first, last = found
    if first is not None and last is not None and last < first:
        fields.fail("season_last", SEASON_ENDS_FIRST)
    return first, last
