"""What a plan asks of each fleet in each week: modules standing, arriving, leaving, returned; visits beginning."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.trees.planner.model import Fixed, Fleet, Problem, Visit


@dataclass
class Loads:
    """Counts by (fleet, class, week); openings by (fleet, week). A week that is not there counts 0."""

    standing: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    arriving: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    leaving: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    beginning: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, visit: Visit, sign: int = 1) -> None:
        for module_class, number in visit.modules.items():
            if not number:
                continue
            key = visit.fleet, module_class
            self.arriving[*key, visit.start] += sign * number
            self.leaving[*key, visit.end] += sign * number
            for week in range(visit.start, visit.end):
                self.standing[*key, week] += sign * number
        self.beginning[visit.fleet, visit.start] += sign

    def returned(self, fleet: str, module_class: str, week: int) -> int:
        """Modules that go back to the depot: those that leave and are not wanted elsewhere in that week."""
        key = fleet, module_class, week
        return max(0, self.leaving[key] - self.arriving[key])

    def moved(self, fleet: str, classes: Iterable[str], week: int) -> int:
        """Modules that the crew moves in a week: arrivals and returns."""
        return sum(self.arriving[fleet, one, week] + self.returned(fleet, one, week) for one in classes)


def loads_of(visits: Iterable[Visit]) -> Loads:
    loads = Loads()
    for visit in visits:
        loads.add(visit)
    return loads


def last_week(problem: Problem, visits: Iterable[Visit]) -> int:
    """The last week in which anything can happen: the one after the problem's last, where all goes home."""
    return max([problem.weeks, *(visit.end for visit in visits)])


class Limits:
    """What the fleets may be asked for in a week. What is past already asks for more at times (a tree in the workshop,
    a large group that must be brought home): then it may be as much as that, since nobody can undo it."""

    def __init__(self, problem: Problem):
        self.past = loads_of(pin.visit for pin in problem.pins if pin.kind is Fixed.PAST)

    def standing(self, fleet: Fleet, module_class: str, week: int) -> int:
        return max(fleet.modules[module_class], self.past.standing[fleet.id, module_class, week])

    def moved(self, fleet: Fleet, week: int) -> int:
        return max(fleet.crew, self.past.moved(fleet.id, fleet.modules, week))
