"""Periods that follow each other, each end known to the day, month, half-year or year: phases of a site, statuses of a
project. They do not overlap; "until October" and "from October" meet inside the month.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy.dialects.postgresql import Range

from geo.core.errors import Invalid
from geo.pilots.dates import ONE_DAY, Moment, last_day, period_in_words


class Given(Protocol):
    """A period as a form says it; without an end it is open."""

    @property
    def start(self) -> Moment: ...
    @property
    def end(self) -> Moment | None: ...


class Dated(Protocol):
    """A stored period."""

    during: Any
    start_precision: Any
    end_precision: Any


T = TypeVar("T", bound=Dated)


def first_day(during: Range[date]) -> date:
    """The day a period begins; a rule of the database says that there is one."""
    return during.lower or date.min


def end_open_ones(data: Given, during: Range[date], others: Sequence[Dated]) -> None:
    """An open period before this one ends where it begins."""
    for other in others:
        if other.during.upper is None and first_day(other.during) < first_day(during):
            other.during = Range(other.during.lower, during.lower)
            other.end_precision = data.start.precision


def fitted(data: Given, others: Sequence[Dated], stored: Dated | None = None) -> Range[date]:
    """The days of a period whose ends may be known to the month only, say: "until October" and "from October" meet.

    What is said as before keeps its stored day. Else the two meet inside the month (half-year, year) that both name,
    so that each still reads as it was said.
    """
    start, after = data.start.first, data.end.after if data.end else None
    for other in others:
        begins, ends = other.during.lower, other.during.upper
        if ends is not None and data.start.first < ends < data.start.after:
            start = ends
        elif ends == data.start.after and other.end_precision == data.start.precision != "TAG":
            start = data.start.after - ONE_DAY
            other.during = Range(begins, start)
        if data.end is None or begins is None:
            continue
        if data.end.first < begins < data.end.after:
            after = begins
        elif begins == data.end.first and other.start_precision == data.end.precision != "TAG":
            after = data.end.after - ONE_DAY
            other.during = Range(after, ends)
    if stored is not None:
        start, after = _as_before(data, stored, start, after)
    if after is not None and after <= start:
        raise Invalid({"end": "Das Ende liegt vor dem Beginn."})
    return Range(start, after)


def _as_before(data: Given, stored: Dated, start: date, after: date | None) -> tuple[date, date | None]:
    first, last = stored.during.lower, last_day(stored.during)
    if first is not None and first in data.start and stored.start_precision == data.start.precision:
        start = first
    if last is not None and data.end is not None and last in data.end and stored.end_precision == data.end.precision:
        after = last + ONE_DAY
    return start, after


def check_free(during: Range[date], others: Sequence[T], name: Callable[[T], str]) -> None:
    """Raises `Invalid` when another one overlaps; `name` calls it by its name ("der Phase „Winterpause“")."""
    for other in others:
        if other.during.overlaps(during):
            when = period_in_words(other.during, other.start_precision, other.end_precision)
            named = f"Das überschneidet sich mit {name(other)} ({when})."
            raise Invalid({"start": f"{named} Bitte zuerst den anderen Zeitraum ändern."})


def apply(row: Dated, data: Given, during: Range[date]) -> None:
    """Write the period into a row."""
    if row.during != during:
        row.during = during
    row.start_precision = data.start.precision
    row.end_precision = data.end.precision if data.end else "UNGEWISS"
