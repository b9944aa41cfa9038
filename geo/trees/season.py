"""A season as a table: rows are stops, columns are weeks, and a cell says how many trees stand there.

Pure: from stays to rows of cells. A week counts by its Thursday, as in
ISO 8601. Neighbouring weeks with the same trees are one cell, as wide as the weeks it spans.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from geo.trees.queries.public import Standing

WEEK, THURSDAY = timedelta(days=7), timedelta(days=3)


@dataclass(frozen=True)
class Cell:
    """`span` weeks with the same trees; none of them where it is empty. First and last day of what stands there."""

    span: int
    trees: tuple[Standing, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def count(self) -> int:
        return len({tree.tree_id for tree in self.trees})

    @property
    def is_sure(self) -> bool:
        return bool(self.trees) and all(tree.is_sure for tree in self.trees)


@dataclass(frozen=True)
class Line:
    """A stop's row."""

    stop_id: int
    stop: str
    municipality: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Season:
    """The table: its weeks by their Mondays, the months over them (first of month, number of weeks), its rows."""

    first: date
    last: date
    weeks: tuple[date, ...]
    months: tuple[tuple[date, int], ...]
    lines: tuple[Line, ...]

    def week_of(self, day: date) -> int | None:
        """The position of the week that the day lies in; None outside of the season."""
        monday = _monday(day)
        return self.weeks.index(monday) if monday in self.weeks else None


def table(standings: Iterable[Standing], first: date, last: date) -> Season:
    """The season from the first to the last day, streets before winter quarters, in the order of arrival."""
    weeks = tuple(_weeks(first, last))
    by_stop: dict[int, list[Standing]] = {}
    for one in standings:
        by_stop.setdefault(one.stop_id, []).append(one)
    lines = [_line(own, weeks) for own in by_stop.values()]
    order = {stop_id: min(one.first for one in own) for stop_id, own in by_stop.items()}
    lines.sort(key=lambda line: (line.kind != "STRASSE", line.municipality, order[line.stop_id], line.stop))
    months = tuple((date(year, month, 1), len(list(group))) for (year, month), group in groupby(weeks, _month_of_week))
    return Season(first, last, weeks, months, tuple(lines))


def weeks_by_month(first: date, last: date) -> list[tuple[date, list[date]]]:
    """The weeks of a season by their Mondays, each in its month (the first day of it)."""
    months = groupby(_weeks(first, last), _month_of_week)
    return [(date(year, month, 1), list(mondays)) for (year, month), mondays in months]


def _line(standings: Sequence[Standing], weeks: Sequence[date]) -> Line:
    one = standings[0]
    by_week = [tuple(tree for tree in standings if _counts_in(tree, monday)) for monday in weeks]
    cells = []
    for trees, group in groupby(by_week):
        span = len(list(group))
        if trees:
            cells.append(Cell(span, trees, min(tree.first for tree in trees), max(tree.last for tree in trees)))
        else:
            cells.append(Cell(span))
    return Line(one.stop_id, one.stop, one.municipality, one.kind, tuple(cells))


def _counts_in(tree: Standing, monday: date) -> bool:
    """Whether a stay belongs to a week: by its Thursday, so that who leaves and who comes are not added up.

    A stay too short to have a Thursday belongs to the week in which it begins.
    """
    if tree.covers(monday + THURSDAY):
        return True
    first_thursday = _monday(tree.first) + THURSDAY
    if first_thursday < tree.first:
        first_thursday += WEEK
    return first_thursday > tree.last and _monday(tree.first) == monday


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(first: date, last: date) -> Iterable[date]:
    monday = _monday(first)
    while monday <= last:
        yield monday
        monday += WEEK


def _month_of_week(monday: date) -> tuple[int, int]:
    """A week belongs to the month of its Thursday, as in ISO 8601."""
    thursday = monday + THURSDAY
    return thursday.year, thursday.month
