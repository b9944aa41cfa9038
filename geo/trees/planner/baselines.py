"""Plans as a person with a spreadsheet makes them: what a solved plan is compared with.

Three ways, each filling the most heated streets first: fixed rounds of six weeks, week by week, and one street after
the other in its best weeks. All of them keep every hard rule.
"""

from collections.abc import Iterator

from geo.trees.planner.loads import Limits, Loads, loads_of
from geo.trees.planner.model import Fleet, Plan, Problem, Stop, Visit, plan_of
from geo.trees.planner.worth import value

TYPICAL_WEEKS = 6


def best_baseline(problem: Problem) -> Plan:
    """The best of the three ways."""
    return max(baselines(problem).values(), key=lambda plan: value(problem, plan))


def baselines(problem: Problem) -> dict[str, Plan]:
    """Each way's plan, by the way's name."""
    return {
        "Feste Runden": _Sheet(problem).fixed_rounds(),
        "Woche für Woche": _Sheet(problem).week_by_week(),
        "Straße für Straße": _Sheet(problem).street_by_street(),
    }


class _Sheet:
    """A plan that grows visit by visit, with its weekly sums."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.visits = [pin.visit for pin in problem.pins]
        self.loads: Loads = loads_of(self.visits)
        self.limits = Limits(problem)
        self.free = {stop.id: stop.visits for stop in problem.stops}
        for visit in self.visits:
            if visit.stop in self.free:
                self.free[visit.stop] -= 1
        self.order = sorted(problem.stops, key=lambda stop: (-stop.need, stop.id))
        self.typical = max(problem.min_weeks, min(problem.max_weeks, TYPICAL_WEEKS))

    def fixed_rounds(self) -> Plan:
        for first in range(self.problem.now, self.problem.weeks, self.typical):
            for delay in range(3):
                for stop in self.order:
                    self.place(stop, first + delay, self.typical)
        return plan_of(self.visits)

    def week_by_week(self) -> Plan:
        for start in range(self.problem.now, self.problem.weeks):
            for stop in self.order:
                self.place(stop, start, self.typical)
        return plan_of(self.visits)

    def street_by_street(self) -> Plan:
        for stop in self.order:
            weight = self.problem.season_weight
            starts = range(self.problem.now, self.problem.weeks - self.problem.min_weeks + 1)
            for start in sorted(starts, key=lambda week: (-sum(weight[week : week + self.typical]), week)):
                if self.place(stop, start, self.typical):
                    break
        return plan_of(self.visits)

    def place(self, stop: Stop, start: int, longest: int) -> bool:
        """Puts as many modules as possible at a stop from a week on, as long as it stays open, if that is allowed."""
        if self.free[stop.id] < 1 or not self.problem.season_weight[min(start, self.problem.weeks - 1)]:
            return False
        weeks = 0
        while weeks < longest and start + weeks < self.problem.weeks and stop.open[start + weeks]:
            weeks += 1
        if weeks < self.problem.min_weeks or start < self.problem.earliest(stop) or self.overlaps(stop, start, weeks):
            return False
        for fleet in self.problem.fleets:
            if not stop.served_by(fleet.id):
                continue
            for length in range(weeks, self.problem.min_weeks - 1, -1):
                for visit in self.sizes(stop, fleet, start, length):
                    if self.in_move_weeks(visit, fleet) and self.fits(visit, fleet):
                        self.visits.append(visit)
                        self.loads.add(visit)
                        self.free[stop.id] -= 1
                        return True
                if fleet.move_weeks is None:
                    break
        return False

    def overlaps(self, stop: Stop, start: int, weeks: int) -> bool:
        return any(one.stop == stop.id and one.start < start + weeks and start < one.end for one in self.visits)

    def sizes(self, stop: Stop, fleet: Fleet, start: int, weeks: int) -> Iterator[Visit]:
        """From the largest group to the smallest, of the largest modules first."""
        classes = [one for one in sorted(fleet.modules) if one in stop.classes]
        free = {
            one: fleet.modules[one]
            - max(self.loads.standing[fleet.id, one, week] for week in range(start, start + weeks))
            for one in classes
        }
        for total in range(stop.capacity, max(1, stop.min_modules) - 1, -1):
            modules, left = {}, total
            for one in classes:
                modules[one] = max(0, min(left, free[one]))
                left -= modules[one]
            if not left:
                yield Visit(stop.id, start, weeks, {one: n for one, n in modules.items() if n}, fleet.id)

    def in_move_weeks(self, visit: Visit, fleet: Fleet) -> bool:
        return all(week >= self.problem.weeks or fleet.moves_in(week) for week in (visit.start, visit.end))

    def fits(self, visit: Visit, fleet: Fleet) -> bool:
        """Whether the fleet's weekly limits hold with one more visit."""
        self.loads.add(visit)
        try:
            return all(self._holds(fleet, week) for week in range(visit.start, visit.end + 1))
        finally:
            self.loads.add(visit, -1)

    def _holds(self, fleet: Fleet, week: int) -> bool:
        if not self.problem.now <= week < self.problem.weeks:
            return True
        loads = self.loads
        return (
            all(loads.standing[fleet.id, one, week] <= self.limits.standing(fleet, one, week) for one in fleet.modules)
            and loads.moved(fleet.id, fleet.modules, week) <= self.limits.moved(fleet, week)
            and loads.beginning[fleet.id, week] <= fleet.openings
        )
