"""Why a plan is as it is: what kept a stop out, which rules clash if there is none, what more of something brings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from geo.trees.planner.candidates import Candidates, candidates_of, chosen_from
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.model import Fixed, Fleet, Pin, Plan, Problem, Stop, Visit
from geo.trees.planner.recreating import State
from geo.trees.planner.relaxation import Relaxation
from geo.trees.planner.rules import Violation, check
from geo.trees.planner.solving import solve


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stop without a visit: the rule that stood nearest in its way, and the sentence for its applicants."""

    stop: str
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Relief:
    """A change of the problem, and the value of a plan under it (None: still none)."""

    sentence: str
    value: int | None


@dataclass(frozen=True)
class Clash:
    """Fixed visits and the rule that cannot all hold, none of which can be left out; and what would help."""

    rule: str
    visits: tuple[Visit, ...]
    sentence: str
    reliefs: tuple[Relief, ...]


def left_out(problem: Problem, plan: Plan) -> list[LeftOut]:
    """For each stop that the plan does not visit: the nearest rule that kept it out."""
    candidates = candidates_of(problem)
    form = Formulation(candidates)
    state = State(form, chosen_from(candidates, plan))
    visited = {visit.stop for visit in plan.visits}
    return [_why(problem, candidates, state, stop) for stop in problem.stops if stop.id not in visited]


def _why(problem: Problem, candidates: Candidates, state: State, stop: Stop) -> LeftOut:
    at = [place for place, number in enumerate(candidates.places) if problem.stops[int(number)].id == stop.id]
    numbers = np.flatnonzero(np.isin(candidates.place, at[:1]))
    if not len(numbers):
        return _impossible(problem, stop)
    counts, fits = state.fitting(numbers, np.where(candidates.most[numbers] > 0, candidates.gain[numbers], -np.inf))
    worth = candidates.base[numbers] + (candidates.gain[numbers] * counts).sum(axis=1)
    if fits.any():
        best = int(np.argmax(np.where(fits, worth, -(10**15))))
        visit = candidates.visit(int(numbers[best]), counts[best])
        when = f"{problem.week_name(visit.start)}, {visit.weeks} Wochen"
        if worth[best] <= 0:
            sentence = f"Ein Besuch ({when}) kostet mehr Aufwand und Weg, als er hier bringt."
            return LeftOut(stop.id, "worth", sentence)
        return LeftOut(stop.id, "worth", f"Möglich ({when}), bringt im Ganzen aber nicht mehr als der gefundene Plan.")
    free = state.free_over(numbers).sum(axis=1)
    lacking = candidates.low[numbers] - free
    least = int(lacking.min())
    near = np.flatnonzero(lacking == least)
    best = int(near[np.argmax(candidates.base[numbers[near]])])
    start, weeks = int(candidates.start[numbers[best]]), int(candidates.length[numbers[best]])
    when = f"ab {problem.week_name(start)} für {weeks} Wochen"
    if least > 0:
        word = "fehlt 1 Modul" if least == 1 else f"fehlen {least} Module"
        return LeftOut(stop.id, "fleet", f"Am ehesten ginge es {when}; dann {word}: Sie stehen, wo sie mehr bringen.")
    fleet = problem.fleets[int(candidates.fleet[numbers[best]])]
    if state.openings[int(candidates.fleet[numbers[best]]), start] < 1:
        sentence = f"Am ehesten ginge es {when}; in dieser Woche beginnen schon {fleet.openings} andere Aufenthalte."
        return LeftOut(stop.id, "openings", sentence)
    sentence = f"Am ehesten ginge es {when}; mehr als {fleet.crew} Module lassen sich dann nicht bewegen."
    return LeftOut(stop.id, "crew", sentence)


def _impossible(problem: Problem, stop: Stop) -> LeftOut:
    """Why a stop has no possible visit at all: the first rule that leaves none."""
    fleets = [fleet for fleet in problem.fleets if stop.served_by(fleet.id)]
    room = max((_room(stop, fleet) for fleet in fleets), default=0)
    if stop.visits < 1:
        return LeftOut(stop.id, "once", "Für diese Saison ist hier kein Besuch vorgesehen.")
    if not fleets:
        return LeftOut(stop.id, "served", "Keine Flotte fährt diesen Standort an.")
    if room == 0:
        return LeftOut(stop.id, "classes", "Die Flotte hat keine Module der Klassen, die hier stehen dürfen.")
    if room < max(1, stop.min_modules):
        sentence = f"Hier sollen es mindestens {stop.min_modules} Module sein, die Flotte hat {room} passende."
        return LeftOut(stop.id, "minimum", sentence)
    longest, longest_later = _longest(stop.open, 0), _longest(stop.open, problem.earliest(stop))
    if longest < problem.min_weeks:
        sentence = f"Der Standort ist höchstens {longest} Wochen am Stück frei, nötig sind {problem.min_weeks}."
        return LeftOut(stop.id, "open", sentence)
    if longest_later < problem.min_weeks:
        first = problem.week_name(problem.earliest(stop))
        sentence = (
            f"Genehmigung und Ankündigung brauchen bis {first}; danach ist der Standort nicht mehr lange genug frei."
        )
        return LeftOut(stop.id, "notice", sentence)
    return LeftOut(stop.id, "move_weeks", "Kein erlaubter Zeitraum beginnt und endet in einer Umzugswoche.")


def _room(stop: Stop, fleet: Fleet) -> int:
    return min(stop.capacity, sum(number for one, number in fleet.modules.items() if one in stop.classes))


def _longest(is_open: tuple[bool, ...], first: int) -> int:
    longest = run = 0
    for one in is_open[first:]:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest


def clashes(problem: Problem) -> list[Clash]:
    """Where the fixed visits leave no plan: for each broken rule a smallest set of visits, and what would help."""
    found: list[Clash] = []
    for violation in check(problem, Plan(tuple(pin.visit for pin in problem.pins))):
        pins = _smallest(problem, violation)
        visits = tuple(pin.visit for pin in pins)
        if any(other.rule == violation.rule and other.visits == visits for other in found):
            continue
        names = ", ".join(f"{_name(problem, visit)} ({problem.week_name(visit.start)})" for visit in visits)
        sentence = f"Das passt nicht zusammen: {names}. {violation.sentence}"
        found.append(Clash(violation.rule, visits, sentence, tuple(_reliefs(problem, violation, pins))))
    return found


def _smallest(problem: Problem, violation: Violation) -> list[Pin]:
    """Fixed visits that break the rule together, none of which can be left out; past ones are taken as given."""
    needed = [pin for pin in problem.pins if pin.kind is not Fixed.PAST]
    past = [pin for pin in problem.pins if pin.kind is Fixed.PAST]
    for pin in list(needed):
        fewer = [other for other in needed if other is not pin]
        plan = Plan(tuple(other.visit for other in [*past, *fewer]))
        less = replace(problem, pins=(*past, *fewer))
        still = check(less, plan)
        if any((other.rule, other.week) == (violation.rule, violation.week) for other in still):
            needed = fewer
    return needed


def _reliefs(problem: Problem, violation: Violation, pins: list[Pin]) -> Iterator[Relief]:
    for pin in pins:
        less = replace(problem, pins=tuple(other for other in problem.pins if other is not pin))
        name = f"{_name(problem, pin.visit)} ab {problem.week_name(pin.visit.start)}"
        yield _relief(less, f"Ohne den festen Aufenthalt {name}")
    more = {"fleet": "mehr Modulen", "crew": "mehr Umzügen in der Woche", "openings": "mehr Eröffnungen in der Woche"}
    if violation.rule in more:
        for extra in (1, 2, 4, 8, 16):
            larger = replace(problem, fleets=tuple(_larger(fleet, violation.rule, extra) for fleet in problem.fleets))
            if not check(larger, Plan(tuple(pin.visit for pin in problem.pins))):
                yield _relief(larger, f"Mit {extra} {more[violation.rule]}")
                break


def _relief(problem: Problem, words: str) -> Relief:
    result = solve(problem, work=0)
    if result.plan is None:
        return Relief(f"{words} gibt es noch immer keinen Plan.", None)
    visits = len(result.plan.visits)
    return Relief(f"{words} gibt es einen Plan mit {visits} Aufenthalten (Wert {result.value}).", result.value)


def what_if(problem: Problem, value: int) -> list[Relief]:
    """What one more of something would bring at most, by the relaxation; the largest first, in points."""
    before = _bound(problem)
    changes = [
        ("1 weitere Eröffnung je Woche", "openings", 1),
        ("1 weiteres Modul jeder Klasse", "fleet", 1),
        ("2 weitere Umzüge je Woche", "crew", 2),
    ]
    found = []
    for words, rule, extra in changes:
        larger = replace(problem, fleets=tuple(_larger(fleet, rule, extra) for fleet in problem.fleets))
        gain = max(0, _bound(larger) - before)
        share = f"{100 * gain / max(1, abs(value)):.1f}".replace(".", ",")
        found.append(Relief(f"{words}: höchstens {share} % mehr.", gain))
    return sorted(found, key=lambda relief: -(relief.value or 0))


def _bound(problem: Problem) -> int:
    candidates = candidates_of(problem)
    relaxed = Relaxation(Formulation(candidates)).solve({})
    return round(relaxed.bound) if relaxed else 0


def _larger(fleet: Fleet, rule: str, extra: int) -> Fleet:
    if rule == "fleet":
        return replace(fleet, modules={one: number + extra for one, number in fleet.modules.items()})
    if rule == "crew":
        return replace(fleet, crew=fleet.crew + extra)
    return replace(fleet, openings=fleet.openings + extra)


def _name(problem: Problem, visit: Visit) -> str:
    stop = problem.stop(visit.stop)
    return stop.name if stop else visit.stop
