"""Which weeks a visit could begin in, given all others, and what keeps it from the rest: asked while it is dragged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from geo.trees.planner.loads import Limits, Loads, loads_of
from geo.trees.planner.model import Fixed, Fleet, Plan, Problem, Stop, Visit


@dataclass(frozen=True, slots=True)
class Week:
    """A week that a visit might begin in; no reasons: it may."""

    number: int
    reasons: tuple[str, ...]

    @property
    def is_possible(self) -> bool:
        return not self.reasons


def possible_weeks(problem: Problem, plan: Plan, visit: Visit) -> list[Week]:
    """For each week what speaks against moving (or adding) `visit` to it; the plan's own copy of it makes room."""
    others = [one for one in plan.visits if one != visit]
    stop, fleet = problem.stop(visit.stop), problem.fleet(visit.fleet)
    if stop is None or fleet is None:
        return [Week(week, ("Den Standort oder die Flotte gibt es nicht",)) for week in range(problem.weeks)]
    desk = _Desk(problem, stop, fleet, loads_of(others), Limits(problem), [v for v in others if v.stop == stop.id])
    always = tuple(desk.whenever(visit))
    return [Week(week, (*always, *desk.reasons(replace(visit, start=week)))) for week in range(problem.weeks)]


@dataclass(frozen=True)
class _Desk:
    problem: Problem
    stop: Stop
    fleet: Fleet
    loads: Loads
    limits: Limits
    here: list[Visit]

    def whenever(self, visit: Visit) -> Iterator[str]:
        """What speaks against the visit in any week."""
        low, high = self.problem.min_weeks, self.problem.max_weeks
        if not low <= visit.weeks <= high:
            yield f"ein Aufenthalt dauert {low} bis {high} Wochen"
        if visit.size > self.stop.capacity:
            yield f"Platz ist für {self.stop.capacity} Module"
        if visit.size < max(1, self.stop.min_modules):
            yield f"hier sollen es mindestens {max(1, self.stop.min_modules)} Module sein"
        for module_class, number in visit.modules.items():
            if number and module_class not in self.stop.classes:
                yield f"Module der Klasse {module_class} dürfen hier nicht stehen"
        if not self.stop.served_by(self.fleet.id):
            yield "diese Flotte kommt hier nicht hin"
        if len(self.here) >= self.stop.visits:
            yield "der Standort hat in dieser Saison schon seinen Besuch"

    def reasons(self, visit: Visit) -> Iterator[str]:
        """What speaks against the visit from its week on."""
        problem = self.problem
        if visit.end > problem.weeks:
            yield "der Aufenthalt ginge über die geplanten Wochen hinaus"
            return
        if visit.start < problem.now:
            yield "die Woche ist vorbei"
        elif visit.start < problem.earliest(self.stop):
            yield f"Genehmigung und Ankündigung brauchen bis {problem.week_name(problem.earliest(self.stop))}"
        yield from self._closed(visit)
        yield from self._moves(visit)
        yield from self._standing(visit)
        yield from self._moved(visit)

    def _closed(self, visit: Visit) -> Iterator[str]:
        weeks = range(visit.start, visit.end)
        closed = next((week for week in weeks if not self.stop.open[week]), None)
        if closed is not None:
            reason = self.stop.closed_because.get(closed, "der Standort ist nicht frei")
            yield f"{reason} in {self.problem.week_name(closed)}"
        if any(one.start < visit.end and visit.start < one.end for one in self.here):
            yield "dort stehen dann schon Bäume"

    def _moves(self, visit: Visit) -> Iterator[str]:
        for week, word in ((visit.start, "Ankunft"), (visit.end, "Abreise")):
            if week < self.problem.weeks and not self.fleet.moves_in(week):
                yield f"{word} in {self.problem.week_name(week)}, da wird nicht umgezogen"

    def _standing(self, visit: Visit) -> Iterator[str]:
        for module_class, number in visit.modules.items():
            free = {
                week: self.limits.standing(self.fleet, module_class, week)
                - self.loads.standing[self.fleet.id, module_class, week]
                for week in range(max(visit.start, self.problem.now), visit.end)
            }
            tight = min(free, key=lambda week: (free[week], week), default=None)
            if tight is not None and free[tight] < number:
                left = max(0, free[tight])
                yield f"nur noch {left} Module {module_class} frei in {self.problem.week_name(tight)}"

    def _moved(self, visit: Visit) -> Iterator[str]:
        begun = self.loads.beginning[self.fleet.id, visit.start]
        if begun >= self.fleet.openings:
            yield f"in der Woche beginnen schon {begun} Aufenthalte"
        self.loads.add(visit)
        for week in (visit.start, visit.end):
            moved = self.loads.moved(self.fleet.id, self.fleet.modules, week)
            most = self.limits.moved(self.fleet, week)
            if self.problem.now <= week < self.problem.weeks and moved > most:
                yield f"{moved} Module wären in {self.problem.week_name(week)} zu bewegen, möglich sind {most}"
        self.loads.add(visit, -1)


def movable(problem: Problem, visit: Visit) -> bool:
    """Whether a visit is the planner's to move: not past, not decided; what is held fast can be let go."""
    return not any(pin.visit == visit and pin.kind is not Fixed.PINNED for pin in problem.pins)
