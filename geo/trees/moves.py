"""The moves of a season as a calendar has them: on which day so many trees go from where to where, month by month.

Pure: from stays to moves. Trees of a fleet that go the same way on the same day are one move.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from geo.trees.queries.public import Standing

ONE_DAY = timedelta(days=1)
# A tree that stood somewhere until so many days before is said to come from there.
GAP = timedelta(days=14)


@dataclass(frozen=True)
class Move:
    """`count` trees go from stop to stop; without an origin they come from elsewhere, without a target they leave.

    `day`: on which they come, or the first on which they are gone; `to_month`: of it only the month is known.
    """

    day: date
    fleet_id: int
    fleet: str
    count: int
    origin: Standing | None
    target: Standing | None
    to_month: bool = False

    @property
    def is_sure(self) -> bool:
        one = self.target or self.origin
        return one is not None and one.is_sure

    def touches(self, municipality: str | None) -> bool:
        """Whether it leads to the town or away from it; None: any."""
        ends = (one.municipality for one in (self.origin, self.target) if one)
        return municipality is None or municipality in ends


@dataclass(frozen=True)
class Month:
    """A month with its weeks from Monday to Sunday (None: a day of another month) and its moves."""

    first: date
    weeks: tuple[tuple[date | None, ...], ...]
    moves: tuple[Move, ...]

    @property
    def days(self) -> frozenset[date]:
        """The days on which something moves, as far as they are known."""
        return frozenset(move.day for move in self.moves if not move.to_month)


_Step = tuple[date, Standing | None, Standing | None, bool]


def moves(standings: Iterable[Standing]) -> list[Move]:
    """The moves between stays, and the last departures, in order."""
    steps: list[_Step] = []
    ordered = sorted(standings, key=lambda one: (one.tree_id, one.first))
    for _, group in groupby(ordered, key=lambda one: one.tree_id):
        before: Standing | None = None
        for stay in group:
            if before is not None and stay.first - before.last > GAP:
                steps += _gone(before)
                before = None
            if before is None or before.stop_id != stay.stop_id:
                steps.append((stay.first, before, stay, False))
            before = stay
        if before is not None:
            steps += _gone(before)
    return _together(steps)


def months(found: Iterable[Move], first: date, last: date) -> list[Month]:
    """The months from the first to the last day, each with its moves."""
    known = list(found)
    result, month = [], first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        own = tuple(one for one in known if month <= one.day < following)
        result.append(Month(month, tuple(_weeks(month, following)), own))
        month = following
    # A season that ends early in a month, without a move in it, is over the month before.
    return result[:-1] if len(result) > 12 and not result[-1].moves else result


def _gone(stay: Standing) -> list[_Step]:
    """The departure of a tree of which nothing further is known; where only the month is known, in that month.

    Out of winter quarters it is no move: that is where the plan ends.
    """
    if stay.kind != "STRASSE":
        return []
    return [(stay.last, stay, None, True)] if stay.to_month else [(stay.last + ONE_DAY, stay, None, False)]


def _together(steps: list[_Step]) -> list[Move]:
    def key(step: _Step) -> tuple[date, bool, str, str, str, str, int]:
        day, origin, target, to_month = step
        one = target or origin
        assert one is not None  # noqa: S101 (a step has at least one end)
        names = [f"{stop.municipality}\n{stop.stop}" if stop else "" for stop in (target, origin)]
        return day, to_month, names[0], names[1], one.fleet, str(bool(origin)), one.fleet_id

    found = []
    for (day, to_month, *_), group in groupby(sorted(steps, key=key), key):
        same = list(group)
        origin, target = same[0][1], same[0][2]
        one = target or origin
        assert one is not None  # noqa: S101 (as above)
        found.append(Move(day, one.fleet_id, one.fleet, len(same), origin, target, to_month))
    return found


def _weeks(first: date, following: date) -> Iterable[tuple[date | None, ...]]:
    monday = first - timedelta(days=first.weekday())
    while monday < following:
        days = (monday + timedelta(days=number) for number in range(7))
        yield tuple(day if first <= day < following else None for day in days)
        monday += timedelta(days=7)
