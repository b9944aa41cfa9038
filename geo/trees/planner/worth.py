"""The soft rules: what a plan is worth, each rule with a name, a sentence and its own line in the result.

The value is an integer. With all weights at 100 per cent and none of the optional terms (waiting, near, revisit,
published dates) it is the value of the reference problems: per visit `int(0.4 k m)`, m the stop's minimum, and per
module `int(class_value k)`, with k = need times the sum of the season weights of its weeks, less costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from geo.trees.planner.loads import last_week, loads_of
from geo.trees.planner.model import Plan, Problem, Stop, Visit, Weights

FIRST_SHARE = 0.4  # of the least number of modules: the first trees of a street count more than the next ones


@dataclass(frozen=True, slots=True)
class Line:
    """One soft rule's part of the value (points, negative for a cost) and what it counted."""

    rule: str
    title: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Worth:
    """A plan's value and the lines that it adds up from."""

    value: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a visit at a stop for certain weeks brings: for itself, and for each module by class; by soft rule."""

    visit: dict[str, int]
    module: dict[str, dict[str, int]]

    @property
    def base(self) -> int:
        return sum(self.visit.values())

    def gain(self, module_class: str) -> int:
        return sum(self.module[module_class].values())


def weighted(points: int, weights: Weights, rule: str) -> int:
    """Points after the weight of their rule; exact at 100 per cent."""
    per_cent: int = getattr(weights, rule)
    return points if per_cent == 100 else round(points * per_cent / 100)


class Appraiser:
    """What visits bring before what depends on other visits (returns to the depot, the districts' shares)."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.season = (0, *accumulate(problem.season_weight))
        self.kept = {visit.dates for visit in problem.published}
        self.classes = {module_class for fleet in problem.fleets for module_class in fleet.modules}

    def terms(self, stop: Stop, start: int, weeks: int) -> Terms:
        """The points of a visit at a stop for certain weeks."""
        problem, costs, weights = self.problem, self.problem.costs, self.problem.weights
        last = len(self.season) - 1
        heat = stop.need * (self.season[min(last, start + weeks)] - self.season[min(last, max(0, start))])
        move_in = round(10 * (10 + 2 * stop.depot_km))
        again = stop.seasons_since is not None and stop.seasons_since < problem.revisit_seasons
        kept = (stop.id, start, weeks) in self.kept
        visit = {
            "heat": weighted(int(FIRST_SHARE * heat * stop.min_modules), weights, "heat"),
            "effort": -weighted(costs.visit, weights, "effort"),
            "waiting": weighted(costs.waiting * stop.waiting, weights, "waiting"),
            "near": weighted(costs.near * stop.near * weeks, weights, "near"),
            "revisit": -weighted(costs.revisit, weights, "revisit") if again else 0,
            "stability": weighted(costs.kept, weights, "stability") if kept else 0,
        }
        module = {
            one: {
                "heat": weighted(int(problem.class_value.get(one, 0) * heat), weights, "heat"),
                "transport": -weighted(move_in, weights, "transport"),
            }
            for one in self.classes
        }
        return Terms(visit, module)


def value(problem: Problem, plan: Plan) -> int:
    """What a plan is worth (points)."""
    return worth(problem, plan).value


def worth(problem: Problem, plan: Plan) -> Worth:
    """A plan's value with each soft rule's line; visits of unknown stops count nothing."""
    points = dict.fromkeys(TITLES, 0)
    stops, appraiser = {stop.id: stop for stop in problem.stops}, Appraiser(problem)
    for visit in plan.visits:
        if visit.stop not in stops:
            continue
        found = appraiser.terms(stops[visit.stop], visit.start, visit.weeks)
        for rule, amount in found.visit.items():
            points[rule] += amount
        for module_class, number in visit.modules.items():
            for rule, amount in found.module.get(module_class, {}).items():
                points[rule] += number * amount
    back = returned_modules(problem, plan.visits)
    points["transport"] -= weighted(problem.costs.back, problem.weights, "transport") * back
    short = shortfalls(problem, plan.visits)
    points["fairness"] -= weighted(problem.costs.shortfall, problem.weights, "fairness") * sum(short.values())
    counts = _counts(problem, plan, back, short)
    lines = tuple(Line(rule, TITLES[rule], points[rule], counts[rule]) for rule in TITLES)
    return Worth(sum(points.values()), lines)


def returned_modules(problem: Problem, visits: Iterable[Visit]) -> int:
    """How many times a module goes back to the depot, the last time included."""
    visits = list(visits)
    loads = loads_of(visits)
    return sum(
        loads.returned(fleet.id, module_class, week)
        for fleet in problem.fleets
        for module_class in fleet.modules
        for week in range(last_week(problem, visits) + 1)
    )


def shortfalls(problem: Problem, visits: Iterable[Visit]) -> dict[str, int]:
    """Module-weeks that each district with a target stays below it."""
    district = {stop.id: stop.district for stop in problem.stops}
    given = dict.fromkeys(problem.targets, 0)
    for visit in visits:
        where = district.get(visit.stop)
        if where in given:
            given[where] += visit.size * visit.weeks
    return {name: max(0, target - given[name]) for name, target in problem.targets.items()}


TITLES = {
    "heat": "Baumwochen nach Hitzebedarf",
    "fairness": "Gerechte Verteilung",
    "transport": "Transport",
    "effort": "Aufwand je Aufenthalt",
    "waiting": "Wartende Bewerbungen",
    "near": "Leerstände und Blicke in der Nähe",
    "revisit": "Nicht gleich wieder",
    "stability": "Angekündigte Termine",
}

SENTENCES = {
    "heat": "Bäume stehen dort lange und zahlreich, wo die Hitze am größten ist; die ersten zählen mehr.",
    "fairness": "Kein Quartier und kein Ort bleibt weit unter seinem Anteil.",
    "transport": "Kurze Wege und wenige Rückfahrten ins Depot.",
    "effort": "Jeder Aufenthalt kostet Genehmigung, Organisation und Helfende.",
    "waiting": "Wer sich beworben hat und lange wartet, kommt eher dran.",
    "near": "Bäume beleben leere Läden und schöne Blicke in der Nähe.",
    "revisit": "Wo vor Kurzem Bäume standen, kommen erst andere dran.",
    "stability": "Was angekündigt ist, wird möglichst nicht verschoben.",
}


def _counts(problem: Problem, plan: Plan, back: int, short: dict[str, int]) -> dict[str, str]:
    visits = [(visit, problem.stop(visit.stop)) for visit in plan.visits]
    stops = [stop for _, stop in visits if stop]
    missing = [f"{name} fehlen {weeks} Modulwochen" for name, weeks in short.items() if weeks]
    again = sum(1 for stop in stops if stop.seasons_since is not None and stop.seasons_since < problem.revisit_seasons)
    dates = {visit.dates for visit in problem.published}
    kept = sum(visit.dates in dates for visit in plan.visits)
    return {
        "heat": f"{plan.module_weeks} Modulwochen in {len(stops)} Aufenthalten.",
        "fairness": "; ".join(missing) + "." if missing else "Alle Anteile sind erreicht.",
        "transport": f"{sum(visit.size for visit, _ in visits)} Module aufgestellt, {back} Rückfahrten ins Depot.",
        "effort": f"{len(stops)} Aufenthalte zu organisieren.",
        "waiting": f"{sum(stop.waiting > 0 for stop in stops)} wartende Standorte kommen dran.",
        "near": f"{sum(stop.near > 0 for stop in stops)} Aufenthalte neben Leerständen oder Blicken.",
        "revisit": f"{again} Standorte, an denen erst vor Kurzem Bäume standen.",
        "stability": f"{kept} von {len(problem.published)} angekündigten Terminen bleiben."
        if dates
        else "Noch nichts angekündigt.",
    }
