"""How much water a visit's trees need on which day, and which of these days somebody took care of.

Pure. The rule is Cologne's: 20 litres a tree once or twice a week; on a day above 30 °C at least 10 litres a tree, also
when it rains, since planters catch next to no rain. A week is counted from the day on which the trees came; they are
watered when they arrive. A town may set litres, seasons and the temperature; days of the year are month times 100 plus
day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RHYTHM_ONCE, RHYTHM_TWICE = (0,), (0, 3)
WEEK = 7


@dataclass(frozen=True)
class Rule:
    """Litres are per tree of a module class, `hot_litres` per tree of either."""

    litres_s: int = 20
    litres_l: int = 20
    once_first: int = 301
    once_last: int = 1130
    twice_first: int = 501
    twice_last: int = 930
    hot_above_c: float = 30
    hot_litres: int = 10

    def rhythm(self, day: date) -> tuple[int, ...]:
        """On which days of a week, counted from the visit's first, is watered at this time of the year."""
        of_year = day.month * 100 + day.day
        if self.twice_first <= of_year <= self.twice_last:
            return RHYTHM_TWICE
        return RHYTHM_ONCE if self.once_first <= of_year <= self.once_last else ()


@dataclass(frozen=True)
class Trees:
    """What stands at a visit from the first to the last day: modules by class."""

    first: date
    last: date
    small: int
    large: int

    @property
    def count(self) -> int:
        return self.small + self.large


@dataclass(frozen=True)
class DayNeed:
    """What the trees of a visit need on a day: litres for each tree by class. `max_c`: how hot, where that matters."""

    day: date
    litres_s: int
    litres_l: int
    trees: Trees
    is_regular: bool
    max_c: float | None = None

    @property
    def is_hot(self) -> bool:
        """Whether there would be no need, or less, on a cooler day."""
        return self.max_c is not None

    @property
    def litres(self) -> int:
        """For all trees together."""
        return self.litres_s * self.trees.small + self.litres_l * self.trees.large

    @property
    def per_tree(self) -> tuple[int, int]:
        """The least and the most that one of the trees gets."""
        used = [
            litres
            for litres, count in ((self.litres_s, self.trees.small), (self.litres_l, self.trees.large))
            if count > 0
        ]
        return (min(used), max(used)) if used else (0, 0)


@dataclass(frozen=True)
class Poured:
    """Litres that somebody poured on a day, for all trees together."""

    day: date
    litres: float


@dataclass(frozen=True)
class DueDay:
    """A day on which water is needed, and what was poured for it."""

    need: DayNeed
    poured: float = 0

    @property
    def is_done(self) -> bool:
        """Somebody watered; whether it was enough, the litres say."""
        return self.poured > 0


def needs(trees: Trees, rule: Rule, first: date, last: date, max_c: Mapping[date, float]) -> list[DayNeed]:
    """The days between first and last (included) on which the visit's trees need water; `max_c` as far as known."""
    found = []
    day = max(first, trees.first)
    while day <= min(last, trees.last):
        is_regular = (day - trees.first).days % WEEK in rule.rhythm(day)
        degrees = max_c.get(day)
        is_hot = degrees is not None and degrees > rule.hot_above_c
        small, large = (rule.litres_s, rule.litres_l) if is_regular else (0, 0)
        if is_hot:
            small, large = max(small, rule.hot_litres), max(large, rule.hot_litres)
        if small or large:
            found.append(DayNeed(day, small, large, trees, is_regular, degrees if is_hot else None))
        day += timedelta(days=1)
    return found


def settled(due: Sequence[DayNeed], poured: Iterable[Poured]) -> list[DueDay]:
    """The days with what was poured for each.

    Water counts for the latest day that was due; when that one has its water already and the next is due tomorrow, it
    counts for tomorrow: whoever waters on the evening before has watered.
    """
    litres = [0.0] * len(due)
    for one in sorted(poured, key=lambda pouring: pouring.day):
        at = max((n for n, need in enumerate(due) if need.day <= one.day), default=-1)
        after = at + 1
        is_eve = after < len(due) and due[after].day == one.day + timedelta(days=1)
        if is_eve and (at < 0 or litres[at] > 0):
            at = after
        if at >= 0:
            litres[at] += one.litres
    return [DueDay(need, round(sum_, 1)) for need, sum_ in zip(due, litres, strict=True)]


@dataclass(frozen=True)
class Owed:
    """What the trees still need on a day: the most that was due since they last got water, and since when."""

    need: DayNeed
    since: date


def owed(days: Sequence[DueDay], today: date) -> Owed | None:
    """What is owed today; None when the latest day that was due has its water.

    Water that nobody poured days ago is not added up: who waters gives the trees what they need now.
    """
    dry: list[DayNeed] = []
    for one in days:
        if one.need.day <= today:
            dry = [] if one.is_done else [*dry, one.need]
    return Owed(max(dry, key=lambda need: need.litres), dry[0].day) if dry else None


def missed(
    days: Sequence[DueDay], today: date, after_days: int, *, is_evening: bool, look_back_days: int = 3
) -> list[DueDay]:
    """The days that nobody watered on or since, and of which the yard should know now.

    A day is missed when its evening, and `after_days` more, have gone by without water; whatever was poured after it
    makes it good, and what lies longer back than `look_back_days` more is no news.
    """
    found: list[DueDay] = []
    for one in days:
        late = (today - one.need.day).days - after_days
        over = late > 0 or (late == 0 and is_evening)
        if one.is_done:
            found = []
        elif over and late <= look_back_days:
            found.append(one)
    return found
