"""Dates in words, no more exactly than they are known: "August 2023", "zweites Halbjahr 2023", "Ende offen".

A period holds its first day and the day after its last one; each end has its own precision (a code of `PRECISIONS`).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from sqlalchemy.dialects.postgresql import Range

from geo.core.parsing import EARLIEST, LATEST, Fields, parse_day

ONE_DAY = timedelta(days=1)
Period = Range[date]  # the first day, and the day after the last
_HALVES = {
    # language: (alone, after "from" or "ab", after "to" or "bis"), each for the first and the second half
    "de": (
        ("erstes Halbjahr", "zweites Halbjahr"),
        ("dem ersten Halbjahr", "dem zweiten Halbjahr"),
        ("zum ersten Halbjahr", "zum zweiten Halbjahr"),
    ),
    "en": 3 * (("the first half of", "the second half of"),),
}
ALONE, FROM, TO = range(3)
EXAMPLES = "21.08.2023, August 2023, zweites Halbjahr 2023 oder 2023"

_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{1,2})[./]([0-9]{4})")
_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")
_NAMED_MONTH = re.compile(r"([a-zä]{3,9})\.? ([0-9]{4})")
_HALF = re.compile(r"(1\.|2\.|erstes|zweites|h1|h2) ?(?:halbjahr|hj\.?)? ?([0-9]{4})")


@dataclass(frozen=True)
class Moment:
    """A day, month, half-year or year as somebody named it: its first day, the day after it, how exact it is."""

    first: date
    after: date
    precision: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.after


def parse_moment(raw: str) -> Moment | None:
    """The moment that a text like those of `EXAMPLES` names, between 1900 and 2100; None for anything else."""
    text = " ".join(raw.lower().split())
    day = parse_day(text)
    if day is not None:
        return Moment(day, day + ONE_DAY, "TAG")
    half = _HALF.fullmatch(text)
    if half:
        return _months(int(half[2]), 7 if half[1] in {"2.", "zweites", "h2"} else 1, 6, "HALBJAHR")
    if _YEAR.fullmatch(text):
        return _months(int(text), 1, 12, "JAHR")
    month = _MONTH.fullmatch(text)
    if month:
        return _months(int(month[2]), int(month[1]), 1, "MONAT")
    month = _ISO_MONTH.fullmatch(text)
    if month:
        return _months(int(month[1]), int(month[2]), 1, "MONAT")
    month = _NAMED_MONTH.fullmatch(text)
    name = month[1].replace("mrz", "mär").replace("maerz", "mär")[:3] if month else ""
    if month and name in _MONTHS:
        return _months(int(month[2]), _MONTHS.index(name) + 1, 1, "MONAT")
    return None


def _months(year: int, first: int, count: int, precision: str) -> Moment | None:
    if not (1 <= first <= 12 and EARLIEST.year <= year < LATEST.year):
        return None
    after = date(year + 1, 1, 1) if first + count > 12 else date(year, first + count, 1)
    return Moment(date(year, first, 1), after, precision)


def moment_field(fields: Fields, name: str, *, required: bool = False) -> Moment | None:
    """The moment in a form's field; a mistake is noted there."""
    raw = fields.text(name, required=required, longest=40)
    moment = None if raw is None else parse_moment(raw)
    if raw is not None and moment is None:
        fields.fail(name, f"Bitte einen Zeitpunkt angeben wie {EXAMPLES}.")
    return moment


def typed(day: date | None, precision: str) -> str:
    """A stored day as `parse_moment` reads it back."""
    if day is None:
        return ""
    return f"{day:%d.%m.%Y}" if precision in {"TAG", "UNGEWISS"} else day_in_words(day, precision)


def day_in_words(day: date, precision: str, lang: str = "de", role: int = ALONE) -> str:
    """A day as exactly as it is known; empty when it is not known at all."""
    if precision == "TAG":
        return format_date(day, "d. MMMM yyyy" if lang == "de" else "d MMMM yyyy", locale=lang)
    if precision == "MONAT":
        return format_date(day, "LLLL yyyy", locale=lang)
    if precision == "HALBJAHR":
        return f"{_HALVES[lang][role][day.month > 6]} {day.year}"
    if precision == "JAHR":
        return str(day.year)
    return ""


def last_day(during: Range[date]) -> date | None:
    """The last day of a period; None for one without an end."""
    return None if during.upper is None else during.upper - ONE_DAY


def period_in_words(during: Range[date] | None, start_precision: str, end_precision: str, lang: str = "de") -> str:
    """A period, each end as exactly as it is known."""
    german = lang == "de"
    if during is None or during.lower is None:
        return "Zeitpunkt offen" if german else "date open"
    end = last_day(during)
    start_text = day_in_words(during.lower, start_precision, lang)
    end_text = "" if end is None else day_in_words(end, end_precision, lang)
    if start_text and start_text == end_text:
        return start_text.removeprefix("the ")
    begin = day_in_words(during.lower, start_precision, lang, FROM)
    if end is None or not end_text:
        start = (
            (f"ab {begin}" if german else f"from {begin}") if begin else ("Anfang offen" if german else "start open")
        )
        return f"{start}, Ende offen" if german else f"{start}, end open"
    finish = day_in_words(end, end_precision, lang, TO)
    if not begin:
        return f"bis {finish}" if german else f"until {finish}"
    if german:
        return f"{begin.replace('dem ', 'vom ')} bis {finish}"
    return f"{begin} to {finish}"


def moment_in_words(during: Range[date] | None, precision: str, lang: str = "de") -> str:
    """A milestone's period, both ends of which are known to the same precision."""
    return period_in_words(during, precision, precision, lang)
