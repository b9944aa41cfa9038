"""How much an application counts in planning: people and time, told in a sentence that the applicants can check.

Pure: from applications to a weight for each stop. All applications for one stop count together, as one group:

    weight = 1 + min(sqrt(people) / 5, 2) + months waited / 6

People are the applicants and the signatures of the group, so that 25 people count as much as half a year of waiting,
and a list of 400 names no more than one of 100: whoever waits comes up in the end, whatever others collect. The group
waits since its first application was put on the list, or since the last visit there ended, if that was later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt

PEOPLE_AT_MOST = 2.0
MONTHS = 6


@dataclass(frozen=True)
class Waiting:
    """An application as the waiting list needs it; it waits from `since` until the day before `until`."""

    id: int
    stop_id: int | None
    signatures: int
    since: date
    until: date | None = None

    def waits(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Weight:
    """What a group of applications for one stop counts on a day."""

    applications: tuple[int, ...]
    people: int
    months: int
    since: date

    @property
    def of_people(self) -> float:
        return min(sqrt(self.people) / 5, PEOPLE_AT_MOST)

    @property
    def of_time(self) -> float:
        return self.months / MONTHS

    @property
    def value(self) -> float:
        """At least 1, two decimals."""
        return round(1 + self.of_people + self.of_time, 2)

    @property
    def sentence(self) -> str:
        """Why, in German, for the planner's pages."""
        people = "1 Person" if self.people == 1 else f"{self.people} Personen"
        months = "1 Monat" if self.months == 1 else f"{self.months} Monate"
        return (
            f"{_number(self.value)} = 1 für den Antrag + {_number(self.of_people)} für {people}"
            f" + {_number(self.of_time)} für {months} Wartezeit"
        )


def weight_per_stop(
    applications: Iterable[Waiting], day: date, last_visits: Mapping[int, date] | None = None
) -> dict[int, Weight]:
    """The weight of each stop that somebody waits for on the day; `last_visits`: the last day of its latest visit."""
    groups: dict[int, list[Waiting]] = {}
    for one in applications:
        if one.stop_id is not None and one.waits(day):
            groups.setdefault(one.stop_id, []).append(one)
    visited = last_visits or {}
    return {stop_id: _weight(group, day, visited.get(stop_id)) for stop_id, group in groups.items()}


def ranked(
    applications: Iterable[Waiting], day: date, last_visits: Mapping[int, date] | None = None
) -> list[tuple[int, Waiting, Weight]]:
    """Rank, application and weight of whoever waits on the day; an application without a stop is a group of its own.

    Equal weights have the same rank, and stand in the order in which they came.
    """
    waiting = [one for one in applications if one.waits(day)]
    of_stop = weight_per_stop(waiting, day, last_visits)
    found = [(one, of_stop[one.stop_id] if one.stop_id is not None else _weight([one], day, None)) for one in waiting]
    found.sort(key=lambda pair: (-pair[1].value, pair[1].since, pair[0].since, pair[0].id))
    values = [weight.value for _, weight in found]
    return [(values.index(weight.value) + 1, one, weight) for one, weight in found]


def _weight(group: list[Waiting], day: date, last_visit: date | None) -> Weight:
    since = min(one.since for one in group)
    if last_visit is not None:
        since = min(max(since, last_visit), day)
    people = sum(1 + one.signatures for one in group)
    return Weight(tuple(sorted(one.id for one in group)), people, _months(since, day), since)


def _months(since: date, day: date) -> int:
    """Whole months from one day to the other."""
    return max(0, (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day))


def _number(value: float) -> str:
    """3,25 or 2"""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
