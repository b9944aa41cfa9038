"""Years as strips: a row a year, a bar for each period with trees, for the eye; the list beside it says the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from geo.trees.queries.public import Standing

MOST_YEARS = 12
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """A period with the same number of trees, in days of the year from 0 on."""

    x: int
    width: int
    count: int
    is_sure: bool
    rests: bool


@dataclass(frozen=True)
class Year:
    """A year's bars; where in it the day lies, if it does, and the first days of its months."""

    year: int
    bars: tuple[Bar, ...]
    day: int | None
    months: tuple[int, ...]


def years(standings: Iterable[Standing], day: date) -> list[Year]:
    """The years in which something stood or is to stand, the latest first; the last twelve of them."""
    known = list(standings)
    if not known:
        return []
    first, last = min(one.first.year for one in known), max(one.last.year for one in known)
    return [_year(known, year, day) for year in range(last, max(first, last - MOST_YEARS + 1) - 1, -1)]


def _year(standings: list[Standing], year: int, day: date) -> Year:
    start, end = date(year, 1, 1), date(year, 12, 31)
    own = [one for one in standings if one.first <= end and one.last >= start]
    turns = {start, end + ONE_DAY}
    turns |= {max(one.first, start) for one in own} | {min(one.last, end) + ONE_DAY for one in own}
    days = sorted(turns)
    bars = []
    for begin, finish in pairwise(days):
        here = [one for one in own if one.covers(begin)]
        if here:
            sure, rests = all(one.is_sure for one in here), all(one.kind != "STRASSE" for one in here)
            count = len({one.tree_id for one in here})
            bars.append(Bar((begin - start).days, (finish - begin).days, count, sure, rests))
    months = tuple((date(year, month, 1) - start).days for month in range(1, 13))
    return Year(year, tuple(bars), (day - start).days if day.year == year else None, months)
