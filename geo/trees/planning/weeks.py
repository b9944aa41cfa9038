"""The weeks of a plan: its columns. Each begins on the weekday on which the plan's trees move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

DAY, WEEK, MIDDLE = timedelta(days=1), timedelta(days=7), timedelta(days=3)


@dataclass(frozen=True)
class Weeks:
    """`count` weeks, the first one from the day `start`; week 0 is the first."""

    start: date
    count: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.count))

    def first_day(self, week: int) -> date:
        """The day on which the trees move in that week."""
        return self.start + week * WEEK

    def last_day(self, week: int) -> date:
        return self.start + (week + 1) * WEEK - DAY

    def of(self, day: date) -> int:
        """The week in which the day lies; below 0 or beyond the last one outside of the plan."""
        return (day - self.start).days // 7

    def holds(self, week: int) -> bool:
        return 0 <= week < self.count

    def number(self, week: int) -> int:
        """The calendar week: that of the day on which the trees move."""
        return self.first_day(week).isocalendar().week

    @property
    def monday(self) -> date:
        """The Monday before (or on) the first day: the planner counts from it."""
        return self.start - self.start.weekday() * DAY

    def months(self) -> list[tuple[date, int]]:
        """The months over the weeks: first of the month, and how many weeks begin in it."""
        starts = [self.first_day(week) for week in self]
        return [
            (date(year, month, 1), len(list(own)))
            for (year, month), own in groupby(starts, lambda day: (day.year, day.month))
        ]

    def span(self, first: date, last: date) -> tuple[int, int]:
        """Which weeks (from, to, both included) a period fills: those of which it covers the middle day.

        A period too short for any middle day fills the week in which it begins.
        """
        begin, end = self.of(first - MIDDLE + WEEK - DAY), self.of(last - MIDDLE)
        return (begin, end) if begin <= end else (self.of(first), self.of(first))


def weeks_of(first: date, last: date, move_weekday: int = 1) -> Weeks:
    """The weeks from the first to the last day of a season; the first one begins on or before the first day."""
    back = (first.isoweekday() - move_weekday) % 7
    start = first - back * DAY
    return Weeks(start, (last - start).days // 7 + 1)
