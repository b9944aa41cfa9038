"""Public and school holidays of Thuringia, for whoever plans: made by the library `holidays`, no file of our own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

SUBDIVISION = "TH"
LANGUAGES = {"de": "de", "en": "en_US"}
LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Holiday:
    """A public holiday (`start` is `end`), or the first and the last day of a school holiday."""

    start: date
    end: date
    name: str
    is_school: bool = False


def holidays_in(first: date, last: date, lang: str = "de") -> list[Holiday]:
    """Public and school holidays that touch the days from `first` to `last`, by their beginning; ten years at most.

    School holidays are whole: one that began before `first` keeps its beginning. Years for which the library knows no
    school holidays have none here.
    """
    last = min(last, first + LONGEST)
    years = range(first.year - 1, last.year + 2)
    found = [one for year in years for one in (*_public(year, lang), *_school(year, lang))]
    merged = _joined(sorted(found, key=lambda one: (one.start, one.is_school)))
    return [one for one in merged if one.end >= first and one.start <= last]


def is_public_holiday(day: date) -> bool:
    """Whether nobody works on this day in Thuringia, Sundays apart."""
    return any(one.start == day for one in _public(day.year, "de"))


@lru_cache(maxsize=64)
def _public(year: int, lang: str) -> tuple[Holiday, ...]:
    known = holidays.country_holidays("DE", subdiv=SUBDIVISION, years=year, language=LANGUAGES[lang])
    return tuple(Holiday(day, day, name) for day, name in sorted(known.items()) if day.year == year)


@lru_cache(maxsize=64)
def _school(year: int, lang: str) -> tuple[Holiday, ...]:
    known = holidays.country_holidays(
        "DE", subdiv=SUBDIVISION, years=year, language=LANGUAGES[lang], categories=("school",)
    )
    return tuple(Holiday(day, day, name, is_school=True) for day, name in sorted(known.items()) if day.year == year)


def _joined(days: Sequence[Holiday]) -> list[Holiday]:
    """Neighbouring days of one school holiday as one."""
    joined: list[Holiday] = []
    open_ones: dict[str, int] = {}
    for day in days:
        index = open_ones.get(day.name) if day.is_school else None
        if index is not None and day.start - joined[index].end <= timedelta(days=1):
            joined[index] = Holiday(joined[index].start, day.end, day.name, is_school=True)
            continue
        if day.is_school:
            open_ones[day.name] = len(joined)
        joined.append(day)
    return joined
