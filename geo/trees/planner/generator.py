"""Problems made up by seed, for tests and timings: any size, with the things that happen in real seasons."""

import math
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from geo.trees.planner.model import Costs, Fixed, Fleet, Pin, Problem, Stop, Visit


@dataclass(frozen=True, slots=True)
class Size:
    """Modules, stops, weeks, the season's first week and the one after its last, weekly crew and openings."""

    modules: int
    stops: int
    weeks: int
    season: tuple[int, int]
    crew: int
    openings: int


SIZES = {
    "XS": Size(6, 6, 16, (0, 16), 8, 2),
    "S": Size(8, 12, 26, (0, 26), 8, 2),
    "M": Size(30, 60, 52, (15, 43), 15, 3),
    "L": Size(120, 300, 52, (15, 43), 45, 10),
}


def generate(size: Size | str, seed: int) -> Problem:
    """A problem of one fleet; the same size and seed give the same problem."""
    what = SIZES[size] if isinstance(size, str) else size
    rng = Random(f"{what}/{seed}")
    first, last = what.season
    districts = max(2, min(12, what.stops // 8))
    centres = [(rng.uniform(-5, 5), rng.uniform(-5, 5)) for _ in range(districts)]
    stops = tuple(_stop(rng, number, what, centres) for number in range(what.stops))
    large = round(0.3 * what.modules)
    share = 0.7 * what.modules * (last - first) / what.stops
    targets = {
        name: int(share * sum(stop.district == name for stop in stops)) for name in sorted({s.district for s in stops})
    }
    return Problem(
        weeks=what.weeks,
        season_weight=tuple(_season_weight(week, first, last) for week in range(what.weeks)),
        fleets=(Fleet("", "", {"S": what.modules - large, "L": large}, what.crew, what.openings),),
        stops=stops,
        min_weeks=4,
        max_weeks=8,
        targets=targets,
    )


def generate_any(seed: int) -> Problem:
    """A small problem with whatever the model knows: several fleets, pins, a present week, waiting lists, odd sizes."""
    rng = Random(f"any/{seed}")
    weeks = rng.randint(6, 24)
    size = Size(rng.randint(1, 14), rng.randint(1, 14), weeks, (0, weeks), rng.randint(1, 12), rng.randint(1, 4))
    problem = generate(size, seed)
    low = rng.randint(1, 4)
    problem = replace(
        problem, min_weeks=low, max_weeks=rng.randint(low, 8), costs=Costs(visit=rng.choice([0, 300, 1500]))
    )
    if rng.random() < 0.4:
        problem = _with_second_fleet(problem, rng)
    stops = tuple(_with_history(stop, rng, weeks) for stop in problem.stops)
    problem = replace(problem, stops=stops, first_monday=date(2026, 4, 6))
    return _with_past(problem, rng) if rng.random() < 0.5 else problem


def _season_weight(week: int, first: int, last: int) -> int:
    if not first <= week < last:
        return 0
    return round(10 * (1 + math.sin(math.pi * (week - first + 0.5) / (last - first))))


def _stop(rng: Random, number: int, size: Size, centres: list[tuple[float, float]]) -> Stop:
    first, last = size.season
    where = rng.randrange(len(centres))
    x, y = centres[where][0] + rng.gauss(0, 0.6), centres[where][1] + rng.gauss(0, 0.6)
    capacity = rng.choice([2, 3, 4, 5, 6, 6, 8, 10, 12])
    is_open = [first + rng.choice([0, 0, 2, 4, 8]) <= week < last for week in range(size.weeks)]
    reasons: dict[int, str] = {}
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        start, reason = rng.randrange(first, last), rng.choice(["Markt", "Bauarbeiten", "Stadtfest"])
        for week in range(start, min(size.weeks, start + rng.choice([1, 1, 2, 3]))):
            is_open[week], reasons[week] = False, reason
    return Stop(
        id=f"s{number:03d}",
        name=f"Standort {number + 1}",
        district=f"q{where:02d}",
        capacity=capacity,
        min_modules=min(capacity, rng.choice([2, 3, 3, 4, 5])),
        classes=("S", "L") if rng.random() < 0.5 else ("S",),
        need=int(20 + 80 * rng.betavariate(2, 3)),
        open=tuple(is_open),
        x_km=x,
        y_km=y,
        depot_km=math.hypot(x, y),
        closed_because=reasons,
    )


def _with_second_fleet(problem: Problem, rng: Random) -> Problem:
    first = replace(problem.fleets[0], id="nord", name="Nord")
    moves = frozenset(range(0, problem.weeks + 1, 2)) if rng.random() < 0.5 else None
    second = Fleet("süd", "Süd", {"S": rng.randint(1, 8)}, rng.randint(1, 10), rng.randint(1, 3), moves)
    served = [(), ("nord",), ("süd",), ("nord", "süd")]
    stops = tuple(replace(stop, fleets=rng.choice(served)) for stop in problem.stops)
    return replace(problem, fleets=(first, second), stops=stops)


def _with_history(stop: Stop, rng: Random, weeks: int) -> Stop:
    return replace(
        stop,
        earliest=rng.choice([0, 0, 0, rng.randint(0, weeks)]),
        visits=rng.choice([1, 1, 1, 1, 2]),
        waiting=rng.choice([0, 0, 0, 1, 5]),
        near=rng.choice([0, 0, 2]),
        seasons_since=rng.choice([None, None, 1, 3]),
    )


def _with_past(problem: Problem, rng: Random) -> Problem:
    """Some weeks are gone, and in them a visit that kept the rules has begun; residents have been told of others."""
    now = rng.randint(1, problem.weeks // 2)
    fleet = problem.fleets[0]
    pins: list[Pin] = []
    have = dict(fleet.modules)
    for stop in problem.stops[:2]:
        number = min(have["S"], stop.capacity)
        if number and "S" in stop.classes and rng.random() < 0.7:
            have["S"] -= number
            visit = Visit(stop.id, rng.randrange(now), rng.randint(1, 6), {"S": number}, fleet.id)
            pins.append(Pin(visit, Fixed.PAST))
    published = tuple(
        Visit(stop.id, rng.randrange(now, problem.weeks), problem.min_weeks, {"S": 1}, fleet.id)
        for stop in problem.stops[2:5]
    )
    return replace(problem, now=now, notice=rng.choice([0, 1, 2]), pins=tuple(pins), published=published)
