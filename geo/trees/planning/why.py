"""Why a stop is left out of a plan: the nearest rule that kept it out, as a sentence for whoever applied. Pure.

Asked is the smallest visit that the stop allows, in each week in which it could begin: what keeps it out of the week
where the least is missing is the nearest rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from geo.trees.planner.loads import Limits, Loads, loads_of
from geo.trees.planner.model import Fleet, Plan, Problem, Stop, Visit
from geo.trees.planner.worth import value

# Of the weeks in which a visit would be possible so many are tried for what it would bring.
TRIED = 8


@dataclass(frozen=True)
class _Hurdle:
    """What is missing for one start: how much, and the sentence that says so."""

    missing: int
    sentence: str


def why_not(problem: Problem, plan: Plan) -> list[tuple[str, str]]:
    """For each stop without a visit its number and the sentence that says why."""
    visited = {visit.stop for visit in plan.visits}
    loads, limits = loads_of(plan.visits), Limits(problem)
    return [(stop.id, _reason(problem, stop, plan, loads, limits)) for stop in problem.stops if stop.id not in visited]


def _reason(problem: Problem, stop: Stop, plan: Plan, loads: Loads, limits: Limits) -> str:
    starts = list(_starts(problem, stop))
    if not starts:
        return _never(problem, stop)
    nearest: _Hurdle | None = None
    possible: list[Visit] = []
    for fleet in problem.fleets:
        if not stop.served_by(fleet.id):
            continue
        for start in starts:
            hurdle = _hurdle(problem, stop, fleet, start, loads, limits)
            if hurdle is None:
                possible.append(_smallest(problem, stop, fleet, start, loads, limits))
            elif nearest is None or hurdle.missing < nearest.missing:
                nearest = hurdle
    if possible and not _gains(problem, plan, possible):
        return "Ein Besuch wäre möglich, brächte nach den Gewichten aber weniger, als Umzug und Organisation kosten."
    if possible:
        return "Ein kurzer Besuch wäre noch möglich; andere Standplätze brachten in derselben Zeit mehr."
    return nearest.sentence if nearest else "Keine Allee dieser Planung kommt dorthin."


def _starts(problem: Problem, stop: Stop) -> Iterator[int]:
    """The weeks in which the shortest visit could begin, were everything else free."""
    for start in range(problem.earliest(stop), problem.weeks - problem.min_weeks + 1):
        if all(stop.open[start : start + problem.min_weeks]) and problem.season_weight[start]:
            yield start


def _never(problem: Problem, stop: Stop) -> str:
    earliest = problem.earliest(stop)
    opened = [week for week in range(problem.weeks) if stop.open[week]]
    if not opened:
        reason = next(iter(stop.closed_because.values()), "der Standplatz ist nicht frei")
        return f"Der Standplatz ist in der ganzen Zeit nicht zu haben: {reason}."
    if earliest > opened[-1] - problem.min_weeks + 1:
        when = problem.week_name(min(earliest, problem.weeks - 1))
        return f"Die Genehmigung wäre erst ab {when} möglich; dann ist es zu spät."
    return f"Der Standplatz ist nie {problem.min_weeks} Wochen am Stück frei."


def _hurdle(problem: Problem, stop: Stop, fleet: Fleet, start: int, loads: Loads, limits: Limits) -> _Hurdle | None:
    """What keeps the smallest visit from beginning in that week; None when nothing does."""
    size, when = max(1, stop.min_modules), problem.week_name(start)
    weeks = range(start, start + problem.min_weeks)
    free = {
        one: min(limits.standing(fleet, one, week) - loads.standing[fleet.id, one, week] for week in weeks)
        for one in fleet.modules
        if one in stop.classes
    }
    total = sum(max(0, number) for number in free.values())
    if total < size:
        names = " und ".join(sorted(free)) or "keine"
        word = "ist" if total == 1 else "sind"
        sentence = (
            f"Am nächsten käme ein Besuch ab {when}: Von den Modulen, die dort stehen dürfen ({names}), {word} dann"
            f" {total} frei, nötig sind {size}."
        )
        return _Hurdle(size - total, sentence)
    moved = loads.moved(fleet.id, fleet.modules, start)
    over = moved + size - limits.moved(fleet, start)
    if over > 0:
        sentence = (
            f"Am nächsten käme ein Besuch ab {when}: Dann ziehen schon {moved} Module um, mit diesem wären es"
            f" {moved + size}, geschafft werden {fleet.crew} in der Woche."
        )
        return _Hurdle(over, sentence)
    begun = loads.beginning[fleet.id, start]
    if begun >= fleet.openings:
        sentence = (
            f"Am nächsten käme ein Besuch ab {when}: In der Woche beginnen schon {begun} Besuche, mehr Eröffnungen"
            " schafft die Allee nicht."
        )
        return _Hurdle(begun + 1 - fleet.openings, sentence)
    return None


def _smallest(problem: Problem, stop: Stop, fleet: Fleet, start: int, loads: Loads, limits: Limits) -> Visit:
    """The smallest visit that is possible in that week, of the largest modules first."""
    left, modules = max(1, stop.min_modules), {}
    for one in sorted(name for name in fleet.modules if name in stop.classes):
        weeks = range(start, start + problem.min_weeks)
        free = min(limits.standing(fleet, one, week) - loads.standing[fleet.id, one, week] for week in weeks)
        modules[one] = max(0, min(left, free))
        left -= modules[one]
    return Visit(
        stop.id, start, problem.min_weeks, {one: number for one, number in modules.items() if number}, fleet.id
    )


def _gains(problem: Problem, plan: Plan, possible: list[Visit]) -> bool:
    """Whether one of some of these visits would make the plan better."""
    before = value(problem, plan)
    step = max(1, len(possible) // TRIED)
    return any(value(problem, Plan((*plan.visits, one))) > before for one in possible[::step])
