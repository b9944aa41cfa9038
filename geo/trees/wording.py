"""Periods in words, for the sentences that say what collides."""

from datetime import date, timedelta

from babel.dates import format_date
from sqlalchemy.dialects.postgresql import Range

ONE_DAY = timedelta(days=1)


def bounds(during: Range[date]) -> tuple[date, date]:
    """First and last day of a period that has both."""
    if during.lower is None or during.upper is None:
        raise ValueError("a period without an end has no last day")
    return during.lower, during.upper - ONE_DAY


def period(first: date, last: date) -> Range[date]:
    """The period from the first to the last day, both included."""
    return Range(first, last + ONE_DAY)


def day(value: date) -> str:
    """4. Mai 2026"""
    return format_date(value, "d. MMMM yyyy", locale="de")


def span(during: Range[date]) -> str:
    """vom 4. Mai bis 8. Juni 2026"""
    first, last = bounds(during)
    if first == last:
        return f"am {day(first)}"
    start = format_date(first, "d. MMMM" if first.year == last.year else "d. MMMM yyyy", locale="de")
    return f"vom {start} bis {day(last)}"


def stands(tree: str, during: Range[date], stop: str) -> str:
    """One stay as a sentence without its full stop."""
    return f"Baum {tree} steht {span(during)} am Standplatz „{stop}“"
