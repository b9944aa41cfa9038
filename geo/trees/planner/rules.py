"""The hard rules of a plan, each a function with a name and a sentence, and `check`, which judges any plan by them.

No solver is needed: a plan drawn by hand is judged as one that was computed. What began before the present week is a
fact: no rule about the visit itself judges it, and sums are judged from the present week on.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from geo.trees.planner.loads import Limits, Loads, loads_of
from geo.trees.planner.model import Fixed, Fleet, Plan, Problem, Stop, Visit


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a plan breaks: its name, what is wrong as a sentence, and where."""

    rule: str
    sentence: str
    stop: str | None = None
    week: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule: what it demands, and who finds what breaks it."""

    name: str
    title: str
    sentence: str
    find: Callable[["Case"], Iterator[Violation]]


@dataclass(frozen=True)
class Case:
    """A plan under judgement: its visits that are the planner's to answer for, and its weekly sums."""

    problem: Problem
    plan: Plan
    loads: Loads
    limits: Limits

    def answerable(self) -> Iterator[tuple[Visit, Stop]]:
        """Visits that are not past, with their stops."""
        past = [pin.visit for pin in self.problem.pins if pin.kind is Fixed.PAST]
        stops = {stop.id: stop for stop in self.problem.stops}
        for visit in self.plan.visits:
            if visit not in past and visit.stop in stops:
                yield visit, stops[visit.stop]

    def weeks(self) -> range:
        return range(self.problem.now, self.problem.weeks)


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Everything that a plan breaks, in the order of the rules; an empty list for a plan that can be published."""
    case = Case(problem, plan, loads_of(plan.visits), Limits(problem))
    return [violation for rule in RULES for violation in rule.find(case)]


def _known(case: Case) -> Iterator[Violation]:
    stops = {stop.id for stop in case.problem.stops}
    for visit in case.plan.visits:
        if visit.stop not in stops:
            yield Violation("known", f"„{visit.stop}“ ist kein Standort dieser Planung.", visit.stop)
        fleet = case.problem.fleet(visit.fleet)
        if fleet is None:
            yield Violation("known", f"„{visit.fleet}“ ist keine Flotte dieser Planung.", visit.stop, visit.start)
        elif unknown := sorted(set(visit.modules) - set(fleet.modules)):
            sentence = f"{_name(case, visit.stop)}: Die Flotte hat keine Module der Klasse {', '.join(unknown)}."
            yield Violation("known", sentence, visit.stop, visit.start)
        if any(number < 0 for number in visit.modules.values()):
            sentence = f"{_name(case, visit.stop)}: Die Zahl der Module ist negativ."
            yield Violation("known", sentence, visit.stop, visit.start)


def _fixed(case: Case) -> Iterator[Violation]:
    left = list(case.plan.visits)
    words = {Fixed.PAST: "hat schon stattgefunden", Fixed.DECIDED: "ist beschlossen", Fixed.PINNED: "ist festgehalten"}
    for pin in case.problem.pins:
        if pin.visit in left:
            left.remove(pin.visit)
            continue
        when = case.problem.week_name(pin.visit.start)
        sentence = f"{_name(case, pin.visit.stop)}: Der Aufenthalt ab {when} {words[pin.kind]} und fehlt im Plan."
        yield Violation("fixed", sentence, pin.visit.stop, pin.visit.start)


def _length(case: Case) -> Iterator[Violation]:
    low, high = case.problem.min_weeks, case.problem.max_weeks
    for visit, stop in case.answerable():
        if not low <= visit.weeks <= high:
            sentence = f"{stop.name}: {_weeks(visit.weeks)} Aufenthalt, erlaubt sind {low} bis {high} Wochen."
            yield Violation("length", sentence, stop.id, visit.start)


def _open(case: Case) -> Iterator[Violation]:
    for visit, stop in case.answerable():
        for week in range(visit.start, visit.end):
            if not 0 <= week < len(stop.open):
                sentence = f"{stop.name}: Der Aufenthalt liegt außerhalb der geplanten Wochen."
                yield Violation("open", sentence, stop.id, week)
                break
            if not stop.open[week]:
                reason = stop.closed_because.get(week, "der Standort ist dann nicht frei")
                sentence = f"{stop.name}: In {case.problem.week_name(week)} geht es nicht: {reason}."
                yield Violation("open", sentence, stop.id, week)


def _capacity(case: Case) -> Iterator[Violation]:
    for visit, stop in case.answerable():
        if visit.size > stop.capacity:
            sentence = f"{stop.name}: {visit.size} Module, Platz ist für {stop.capacity}."
            yield Violation("capacity", sentence, stop.id, visit.start)


def _minimum(case: Case) -> Iterator[Violation]:
    for visit, stop in case.answerable():
        if visit.size < max(1, stop.min_modules):
            sentence = f"{stop.name}: {visit.size} Module, hier sollen es mindestens {max(1, stop.min_modules)} sein."
            yield Violation("minimum", sentence, stop.id, visit.start)


def _classes(case: Case) -> Iterator[Violation]:
    for visit, stop in case.answerable():
        for module_class, number in visit.modules.items():
            if number and module_class not in stop.classes:
                sentence = f"{stop.name}: Module der Klasse {module_class} dürfen hier nicht stehen."
                yield Violation("classes", sentence, stop.id, visit.start)


def _served(case: Case) -> Iterator[Violation]:
    for visit, stop in case.answerable():
        if not stop.served_by(visit.fleet):
            sentence = f"{stop.name}: Die Flotte {_fleet_name(case.problem, visit.fleet)} kommt hier nicht hin."
            yield Violation("served", sentence, stop.id, visit.start)


def _notice(case: Case) -> Iterator[Violation]:
    decided = [pin.visit for pin in case.problem.pins]
    for visit, stop in case.answerable():
        earliest = case.problem.earliest(stop)
        if visit.start < earliest and visit not in decided:
            when, first = case.problem.week_name(visit.start), case.problem.week_name(earliest)
            sentence = f"{stop.name}: Beginn {when}, Genehmigung und Ankündigung brauchen bis {first}."
            yield Violation("notice", sentence, stop.id, visit.start)


def _once(case: Case) -> Iterator[Violation]:
    for key, visits in case.plan.by_stop().items():
        stop = case.problem.stop(key)
        if stop is None:
            continue
        past = sum(pin.visit in visits for pin in case.problem.pins if pin.kind is Fixed.PAST)
        if len(visits) > max(stop.visits, past):
            sentence = f"{stop.name}: {len(visits)} Aufenthalte in der Saison, vorgesehen sind {stop.visits}."
            yield Violation("once", sentence, key, max(visit.start for visit in visits))
        order = sorted(visits, key=lambda visit: visit.start)
        for before, after in pairwise(order):
            if after.start < before.end and after.end > case.problem.now:
                sentence = f"{stop.name}: Zwei Aufenthalte überschneiden sich in {case.problem.week_name(after.start)}."
                yield Violation("once", sentence, key, after.start)


def _fleet(case: Case) -> Iterator[Violation]:
    for fleet in case.problem.fleets:
        for module_class, have in fleet.modules.items():
            for week in case.weeks():
                used = case.loads.standing[fleet.id, module_class, week]
                if used > case.limits.standing(fleet, module_class, week):
                    when = case.problem.week_name(week)
                    sentence = f"{when}: {used} Module der Klasse {module_class} eingeplant, {_of(fleet)} hat {have}."
                    yield Violation("fleet", sentence, None, week)


def _crew(case: Case) -> Iterator[Violation]:
    for fleet in case.problem.fleets:
        for week in case.weeks():
            moved = case.loads.moved(fleet.id, fleet.modules, week)
            if moved > case.limits.moved(fleet, week):
                when = case.problem.week_name(week)
                sentence = f"{when}: {moved} Module zu bewegen, {_of(fleet)} schafft {fleet.crew} in der Woche."
                yield Violation("crew", sentence, None, week)


def _openings(case: Case) -> Iterator[Violation]:
    for fleet in case.problem.fleets:
        for week in case.weeks():
            begun = case.loads.beginning[fleet.id, week]
            if begun > fleet.openings:
                when = case.problem.week_name(week)
                sentence = f"{when}: {begun} Aufenthalte beginnen, möglich sind {fleet.openings} in der Woche."
                yield Violation("openings", sentence, None, week)


def _move_weeks(case: Case) -> Iterator[Violation]:
    for visit, stop in case.answerable():
        fleet = case.problem.fleet(visit.fleet)
        if fleet is None:
            continue
        for week, word in ((visit.start, "Ankunft"), (visit.end, "Abreise")):
            if case.problem.now <= week < case.problem.weeks and not fleet.moves_in(week):
                sentence = f"{stop.name}: {word} in {case.problem.week_name(week)}, da zieht {_of(fleet)} nicht um."
                yield Violation("move_weeks", sentence, stop.id, week)


def _name(case: Case, key: str) -> str:
    stop = case.problem.stop(key)
    return stop.name if stop else key


def _of(fleet: Fleet) -> str:
    return f"die Flotte {fleet.name}" if fleet.name else "die Flotte"


def _fleet_name(problem: Problem, key: str) -> str:
    fleet = problem.fleet(key)
    return fleet.name if fleet else key


def _weeks(number: int) -> str:
    return "1 Woche" if number == 1 else f"{number} Wochen"


RULES: tuple[Rule, ...] = (
    Rule("known", "Bekannte Standorte und Flotten", "Ein Plan nennt nur, was es gibt.", _known),
    Rule("fixed", "Fest", "Was stattgefunden hat, beschlossen oder festgehalten ist, bleibt.", _fixed),
    Rule("length", "Dauer", "Ein Aufenthalt ist weder zu kurz noch zu lang.", _length),
    Rule("open", "Offen", "Der Standort ist in jeder Woche des Aufenthalts frei.", _open),
    Rule("capacity", "Platz", "An keinem Standort stehen mehr Module, als Platz haben.", _capacity),
    Rule("minimum", "Mindestzahl", "Zu wenige Bäume sind keine Allee.", _minimum),
    Rule("classes", "Klassen", "Nur zugelassene Modulklassen stehen an einem Standort.", _classes),
    Rule("served", "Zuständige Flotte", "Ein Standort wird nur von den Flotten bedient, die ihn anfahren.", _served),
    Rule("notice", "Vorlauf", "Genehmigung und Ankündigung haben ihre Zeit.", _notice),
    Rule("once", "Ein Besuch je Saison", "Ein Standort wird in einer Saison nur so oft besucht wie vorgesehen.", _once),
    Rule("fleet", "Flotte", "Es stehen nie mehr Module, als die Flotte hat.", _fleet),
    Rule("crew", "Umzug", "In einer Woche werden nur so viele Module bewegt, wie die Helfenden schaffen.", _crew),
    Rule("openings", "Eröffnungen", "In einer Woche beginnen nicht zu viele Aufenthalte.", _openings),
    Rule("move_weeks", "Umzugswochen", "Umgezogen wird nur in den dafür vorgesehenen Wochen.", _move_weeks),
)  # fmt: skip


def counted(violations: list[Violation]) -> Counter[str]:
    """How often each rule is broken."""
    return Counter(violation.rule for violation in violations)
