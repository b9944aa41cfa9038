"""Every visit that the rules of time and place allow, as arrays: place, fleet, start, length, and what each brings.

All hard rules of one visit alone vanish here (open weeks, length, notice, move weeks, classes, capacity); what is left
for the solver are the sums over visits. Arrays have K rows, one a candidate; C columns, one a class of its fleet.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.model import Fleet, Plan, Problem, Stop, Visit, plan_of
from geo.trees.planner.worth import Appraiser

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
LARGE = 10_000  # candidates from which a problem counts as large


@dataclass(frozen=True)
class Candidates:
    """K possible visits of a problem. `gain` and `most` are K x C: what a module brings, how many of a class."""

    problem: Problem
    classes: tuple[tuple[str, ...], ...]  # of each fleet, padded by nothing
    places: Whole  # the stop of each place; a stop that may have several visits is as many places
    twins: Whole  # of each place, the group of those that share a stop; -1 where a stop is one place
    place: Whole
    fleet: Whole
    start: Whole
    length: Whole
    district: Whole  # position in the problem's targets; -1 without one
    base: Whole
    gain: Whole
    most: Whole
    low: Whole  # modules of all classes together, at least and at most
    high: Whole
    numbers: dict[tuple[int, int, int, int], int]  # (place, fleet, start, length) to the candidate

    def __len__(self) -> int:
        return len(self.place)

    @property
    def is_large(self) -> bool:
        return len(self) > LARGE

    @property
    def end(self) -> Whole:
        return self.start + self.length

    def visit(self, number: int, counts: NDArray[np.int64]) -> Visit:
        """The visit of a candidate with so many modules of each class of its fleet."""
        fleet = int(self.fleet[number])
        modules = {one: int(n) for one, n in zip(self.classes[fleet], counts, strict=False) if n}
        stop = self.problem.stops[int(self.places[self.place[number]])].id
        return Visit(stop, int(self.start[number]), int(self.length[number]), modules, self.problem.fleets[fleet].id)


Chosen = dict[int, tuple[int, ...]]  # a plan's free visits: candidate to its modules by class


def plan_from(candidates: Candidates, chosen: Chosen) -> Plan:
    """The plan of chosen candidates, with the visits that are fixed."""
    free = [candidates.visit(number, np.asarray(counts)) for number, counts in chosen.items()]
    return plan_of([*(pin.visit for pin in candidates.problem.pins), *free])


def chosen_from(candidates: Candidates, plan: Plan) -> Chosen:
    """The candidates of a plan's visits; those that are none (fixed, or against a rule) are left out."""
    stops = candidates.problem.stops
    free: dict[str, list[int]] = {}
    for place, number in enumerate(candidates.places):
        free.setdefault(stops[int(number)].id, []).append(place)
    fleets = {fleet.id: number for number, fleet in enumerate(candidates.problem.fleets)}
    chosen: Chosen = {}
    for visit in plan.visits:
        fleet = fleets.get(visit.fleet, -1)
        for place in free.get(visit.stop, ()):
            found = candidates.numbers.get((place, fleet, visit.start, visit.weeks))
            if found is not None:
                counts = tuple(visit.modules.get(one, 0) for one in candidates.classes[fleet])
                chosen[found] = counts + (0,) * (candidates.gain.shape[1] - len(counts))
                free[visit.stop].remove(place)
                break
    return chosen


def candidates_of(problem: Problem) -> Candidates:
    """All candidates of a problem, by place, fleet, start, length."""
    appraiser = Appraiser(problem)
    classes = tuple(tuple(fleet.modules) for fleet in problem.fleets)
    districts = {name: number for number, name in enumerate(problem.targets)}
    width = max(len(one) for one in classes)
    rows: list[tuple[int, ...]] = []
    places = _places(problem)
    for number, at in enumerate(places):
        stop = problem.stops[at]
        periods = _periods(problem, stop)
        gains = {period: appraiser.terms(stop, *period) for period in periods}
        for position, fleet in enumerate(problem.fleets):
            most = [fleet.modules[one] if one in stop.classes else 0 for one in classes[position]]
            low, high = max(1, stop.min_modules), min(stop.capacity, sum(most))
            if not stop.served_by(fleet.id) or high < low:
                continue
            padding = [0] * (width - len(most))
            for start, weeks in periods:
                if not _moves(problem, fleet, start, start + weeks):
                    continue
                terms = gains[start, weeks]
                gain = [terms.gain(one) for one in classes[position]]
                place = districts.get(stop.district, -1)
                bound = [min(one, high) for one in most]
                rows.append(
                    (number, position, start, weeks, place, low, high, terms.base, *gain, *padding, *bound, *padding)
                )
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 8 + 2 * width)
    keys = map(tuple, table[:, :4].tolist())
    return Candidates(
        problem=problem,
        classes=classes,
        places=np.array(places, dtype=np.int64),
        twins=_twins(places),
        place=table[:, 0].copy(),
        fleet=table[:, 1].copy(),
        start=table[:, 2].copy(),
        length=table[:, 3].copy(),
        district=table[:, 4].copy(),
        low=table[:, 5].copy(),
        high=table[:, 6].copy(),
        base=table[:, 7].copy(),
        gain=table[:, 8 : 8 + width].copy(),
        most=table[:, 8 + width :].copy(),
        numbers={key: number for number, key in enumerate(keys)},
    )


def _places(problem: Problem) -> list[int]:
    """The stops that may still get a visit, each as often as it may."""
    places: list[int] = []
    for number, stop in enumerate(problem.stops):
        fixed = sum(pin.visit.stop == stop.id for pin in problem.pins)
        most = problem.weeks // problem.min_weeks  # more visits than that do not fit
        places += [number] * min(max(0, stop.visits - fixed), most)
    return places


def _twins(places: list[int]) -> Whole:
    """The group of each place among those that share a stop with others."""
    times = Counter(places)
    group = {stop: at for at, stop in enumerate(stop for stop in times if times[stop] > 1)}
    return np.array([group.get(stop, -1) for stop in places], dtype=np.int64)


def _periods(problem: Problem, stop: Stop) -> list[tuple[int, int]]:
    """(start, weeks) of every visit that the stop allows beside its fixed ones."""
    fixed = [pin.visit for pin in problem.pins if pin.visit.stop == stop.id]
    taken = {week for visit in fixed for week in range(visit.start, visit.end)}
    found = []
    for start in range(problem.earliest(stop), problem.weeks):
        for weeks in range(1, min(problem.max_weeks, problem.weeks - start) + 1):
            week = start + weeks - 1
            if not stop.open[week] or week in taken:
                break
            if weeks >= problem.min_weeks:
                found.append((start, weeks))
    return found


def _moves(problem: Problem, fleet: Fleet, *weeks: int) -> bool:
    return all(fleet.moves_in(week) for week in weeks if problem.now <= week < problem.weeks)
