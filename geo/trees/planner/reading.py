"""Problems and plans as JSON: the format of the reference problems, with further keys that may be left out.

Needed: weeks, season_weight, fleet (modules by class), crew, openings, visit (min_weeks, max_weeks), stops (id,
district, capacity, min_modules, classes, need, open, depot_km). May be there: name, fleets (several, with id, name,
modules, crew, openings, move_weeks), visit_cost, return_cost, shortfall_cost, district_target, costs, weights,
class_value, pins (a visit with kind), published, now, notice, revisit_seasons, first_monday; and of a stop name, x_km,
y_km, fleets, earliest, visits, waiting, near, seasons_since, closed_because. Sizes are bounded, since a file may come
from anybody.
"""

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from geo.core.errors import Invalid
from geo.trees.planner.model import Costs, Fixed, Fleet, Pin, Plan, Problem, Stop, Visit, Weights, plan_of

MOST_WEEKS, MOST_STOPS, MOST_MODULES, MOST_FLEETS, MOST_CLASSES = 110, 2_000, 2_000, 20, 6
LARGEST_FILE, LARGEST_REAL = 20_000_000, 1_000_000


class BadProblem(Invalid):
    """A problem that cannot be planned because it is not one; the sentence says what is wrong."""

    def __init__(self, sentence: str):
        super().__init__({"": sentence})


def read_problem(path: Path) -> Problem:
    """The problem of a JSON file.

    Raises: BadProblem with a sentence if the file cannot be read or says something impossible.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadProblem(f"Die Datei ist größer als {LARGEST_FILE // 1_000_000} MB.")
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadProblem(f"Die Datei lässt sich nicht lesen: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, a number of thousands of digits
        raise BadProblem("Die Datei ist kein JSON.") from error
    return problem_of(data)


def problem_of(data: Any) -> Problem:
    """The problem of a parsed JSON value.

    Raises: BadProblem.
    """
    if not isinstance(data, dict):
        raise BadProblem("Die Datei enthält kein Planungsproblem.")
    try:
        problem = _problem(data)
    except KeyError as error:
        raise BadProblem(f"Im Problem fehlt „{error.args[0]}“.") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadProblem(f"Das Problem ist nicht lesbar: {error}.") from error
    _require_sense(problem)
    return problem


def plan_from(data: Any) -> Plan:
    """The plan of a parsed JSON value: {"visits": [{"stop", "start", "weeks", "modules"[, "fleet"]}, ...]}.

    Raises: BadProblem.
    """
    try:
        return plan_of(_visit(row) for row in data["visits"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadProblem("Der Plan ist nicht lesbar.") from error


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON that `problem_of` reads to an equal one."""
    first = problem.fleets[0] if len(problem.fleets) == 1 and not problem.fleets[0].id else None
    fleets: dict[str, Any] = (
        {"fleet": dict(first.modules), "crew": first.crew, "openings": first.openings, "name": first.name}
        if first and first.move_weeks is None
        else {"fleets": [_fleet_json(fleet) for fleet in problem.fleets]}
    )
    return {
        "weeks": problem.weeks,
        "season_weight": list(problem.season_weight),
        **fleets,
        "visit": {"min_weeks": problem.min_weeks, "max_weeks": problem.max_weeks},
        "visit_cost": problem.costs.visit,
        "return_cost": problem.costs.back,
        "shortfall_cost": problem.costs.shortfall,
        "costs": {name: getattr(problem.costs, name) for name in ("waiting", "near", "revisit", "kept")},
        "weights": dataclasses.asdict(problem.weights),
        "class_value": dict(problem.class_value),
        "district_target": dict(problem.targets),
        "stops": [_stop_json(stop) for stop in problem.stops],
        "pins": [{**visit_json(pin.visit), "kind": pin.kind.value} for pin in problem.pins],
        "published": [visit_json(visit) for visit in problem.published],
        "now": problem.now,
        "notice": problem.notice,
        "revisit_seasons": problem.revisit_seasons,
        "first_monday": problem.first_monday.isoformat() if problem.first_monday else None,
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    return {"visits": [visit_json(visit) for visit in plan.visits]}


def visit_json(visit: Visit) -> dict[str, Any]:
    row = {"stop": visit.stop, "start": visit.start, "weeks": visit.weeks, "modules": dict(visit.modules)}
    return {**row, "fleet": visit.fleet} if visit.fleet else row


def _problem(data: Mapping[str, Any]) -> Problem:
    weeks = _whole(data["weeks"], "weeks")
    costs = _known(data.get("costs", {}), "costs", ("waiting", "near", "revisit", "kept"))
    return Problem(
        weeks=weeks,
        season_weight=tuple(_whole(one, "season_weight") for one in data["season_weight"]),
        fleets=_fleets(data),
        stops=tuple(_stop(row) for row in data["stops"]),
        min_weeks=_whole(data["visit"]["min_weeks"], "min_weeks"),
        max_weeks=_whole(data["visit"]["max_weeks"], "max_weeks"),
        targets={str(name): _whole(one, "district_target") for name, one in data.get("district_target", {}).items()},
        costs=Costs(
            visit=_whole(data.get("visit_cost", 0), "visit_cost"),
            back=_whole(data.get("return_cost", 0), "return_cost"),
            shortfall=_whole(data.get("shortfall_cost", 0), "shortfall_cost"),
            **costs,
        ),
        weights=Weights(
            **_known(data.get("weights", {}), "weights", [one.name for one in dataclasses.fields(Weights)])
        ),
        **(
            {"class_value": {str(k): _real(v, "class_value") for k, v in data["class_value"].items()}}
            if "class_value" in data
            else {}
        ),
        pins=tuple(Pin(_visit(row), _kind(row["kind"])) for row in data.get("pins", ())),
        published=tuple(_visit(row) for row in data.get("published", ())),
        now=_whole(data.get("now", 0), "now"),
        notice=_whole(data.get("notice", 0), "notice"),
        revisit_seasons=_whole(data.get("revisit_seasons", 2), "revisit_seasons"),
        first_monday=_day(data["first_monday"]) if data.get("first_monday") else None,
    )


def _known(given: Mapping[str, Any], name: str, keys: Iterable[str]) -> dict[str, int]:
    """Whole numbers under names that the planner knows."""
    known = list(keys)
    strange = [key for key in given if key not in known]
    if strange:
        raise ValueError(f"„{name}“ kennt „{strange[0][:40]}“ nicht, nur {', '.join(known)}")
    return {key: _whole(value, key) for key, value in given.items()}


def _kind(value: Any) -> Fixed:
    try:
        return Fixed(value)
    except ValueError:
        raise ValueError(f"„kind“ ist {', '.join(one.value for one in Fixed)}, nicht „{str(value)[:40]}“") from None


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("„first_monday“ ist kein Tag wie 2026-05-04") from None


def _fleets(data: Mapping[str, Any]) -> tuple[Fleet, ...]:
    if "fleets" not in data:
        modules = {str(name): _whole(one, "fleet") for name, one in data["fleet"].items()}
        crew, openings = _whole(data["crew"], "crew"), _whole(data["openings"], "openings")
        return (Fleet("", str(data.get("name", "")), modules, crew, openings),)
    return tuple(
        Fleet(
            str(row["id"]),
            str(row.get("name", row["id"])),
            {str(name): _whole(one, "modules") for name, one in row["modules"].items()},
            _whole(row["crew"], "crew"),
            _whole(row["openings"], "openings"),
            frozenset(row["move_weeks"]) if row.get("move_weeks") is not None else None,
        )
        for row in data["fleets"]
    )


def _fleet_json(fleet: Fleet) -> dict[str, Any]:
    weeks = None if fleet.move_weeks is None else sorted(fleet.move_weeks)
    return {
        "id": fleet.id,
        "name": fleet.name,
        "modules": dict(fleet.modules),
        "crew": fleet.crew,
        "openings": fleet.openings,
        "move_weeks": weeks,
    }


def _stop(row: Mapping[str, Any]) -> Stop:
    since = row.get("seasons_since")
    return Stop(
        id=str(row["id"]),
        name=str(row.get("name", row["id"])),
        district=str(row.get("district", "")),
        capacity=_whole(row["capacity"], "capacity"),
        min_modules=_whole(row["min_modules"], "min_modules"),
        classes=tuple(str(one) for one in row["classes"]),
        need=_whole(row["need"], "need"),
        open=tuple(bool(one) for one in row["open"]),
        x_km=_real(row.get("x_km", 0), "x_km"),
        y_km=_real(row.get("y_km", 0), "y_km"),
        depot_km=_real(row.get("depot_km", 0), "depot_km"),
        fleets=tuple(str(one) for one in row.get("fleets", ())),
        earliest=_whole(row.get("earliest", 0), "earliest"),
        visits=_whole(row.get("visits", 1), "visits"),
        waiting=_whole(row.get("waiting", 0), "waiting"),
        near=_whole(row.get("near", 0), "near"),
        seasons_since=None if since is None else _whole(since, "seasons_since"),
        closed_because={int(week): str(reason) for week, reason in row.get("closed_because", {}).items()},
    )


def _stop_json(stop: Stop) -> dict[str, Any]:
    plain = {field.name: getattr(stop, field.name) for field in dataclasses.fields(stop)}
    reasons = {str(week): reason for week, reason in stop.closed_because.items()}
    listed = {name: list(plain[name]) for name in ("classes", "open", "fleets")}
    return {**plain, **listed, "closed_because": reasons}


def _visit(row: Mapping[str, Any]) -> Visit:
    modules = {str(name): _whole(one, "modules") for name, one in row["modules"].items()}
    start, weeks = _whole(row["start"], "start"), _whole(row["weeks"], "weeks")
    return Visit(str(row["stop"]), start, weeks, modules, str(row.get("fleet", "")))


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"„{name}“ ist keine ganze Zahl")
    if abs(value) > 1_000_000_000:
        raise ValueError(f"„{name}“ ist zu groß")
    return value


def _real(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"„{name}“ ist keine Zahl")
    if abs(value) > LARGEST_REAL:
        raise ValueError(f"„{name}“ ist zu groß")
    return float(value)


def _require_sense(problem: Problem) -> None:
    """Refuses what no plan can be made for, and what would never end."""
    wrong = [
        (not 1 <= problem.weeks <= MOST_WEEKS, f"Geplant werden 1 bis {MOST_WEEKS} Wochen, nicht {problem.weeks}."),
        (len(problem.season_weight) != problem.weeks, "„season_weight“ hat nicht so viele Werte wie Wochen."),
        (any(one < 0 for one in problem.season_weight), "Ein Wochengewicht ist negativ."),
        (not 1 <= len(problem.fleets) <= MOST_FLEETS, f"Es braucht 1 bis {MOST_FLEETS} Flotten."),
        (len({one.id for one in problem.fleets}) < len(problem.fleets), "Zwei Flotten haben dasselbe Kennzeichen."),
        (len(problem.stops) > MOST_STOPS, f"Mehr als {MOST_STOPS} Standorte lassen sich nicht auf einmal planen."),
        (len({one.id for one in problem.stops}) < len(problem.stops), "Zwei Standorte haben dasselbe Kennzeichen."),
        (problem.min_weeks < 1, "Ein Aufenthalt dauert mindestens eine Woche."),
        (problem.max_weeks < problem.min_weeks, "Die längste Dauer ist kürzer als die kürzeste."),
        (not 0 <= problem.now <= problem.weeks, "Die heutige Woche liegt außerhalb der geplanten Wochen."),
        (problem.notice < 0, "Die Ankündigungsfrist ist negativ."),
        (any(one < 0 for one in problem.targets.values()), "Ein Anteil eines Quartiers ist negativ."),
        (any(one < 0 for one in dataclasses.astuple(problem.weights)), "Ein Gewicht ist negativ."),
        (any(one < 0 for one in dataclasses.astuple(problem.costs)), f"{_negative(problem.costs)} ist negativ."),
        (
            {pin.visit.stop for pin in problem.pins} - {one.id for one in problem.stops},
            "Ein fester Aufenthalt steht an einem Standort, den es nicht gibt.",
        ),
        (any(one < 0 for one in problem.class_value.values()), "Der Wert einer Modulklasse ist negativ."),
    ]
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise BadProblem(sentence)
    for fleet in problem.fleets:
        _require_fleet(fleet)
    for stop in problem.stops:
        _require_stop(problem, stop)


def _require_fleet(fleet: Fleet) -> None:
    total = sum(fleet.modules.values())
    if not fleet.modules or len(fleet.modules) > MOST_CLASSES or any(one < 0 for one in fleet.modules.values()):
        raise BadProblem("Eine Flotte hat keine, zu viele oder negative Modulklassen.")
    if not 1 <= total <= MOST_MODULES:
        raise BadProblem(f"Eine Flotte hat {total} Module; planen lassen sich 1 bis {MOST_MODULES}.")
    if fleet.crew < 0 or fleet.openings < 0:
        raise BadProblem("Umzüge und Eröffnungen je Woche können nicht negativ sein.")


def _require_stop(problem: Problem, stop: Stop) -> None:
    if len(stop.open) != problem.weeks:
        raise BadProblem(f"{stop.name}: „open“ hat nicht so viele Werte wie Wochen.")
    if not 1 <= stop.capacity <= MOST_MODULES:
        raise BadProblem(f"{stop.name}: Platz für {stop.capacity} Module; planen lassen sich 1 bis {MOST_MODULES}.")
    if not 0 <= stop.min_modules <= stop.capacity:
        raise BadProblem(f"{stop.name}: Die Mindestzahl {stop.min_modules} liegt über dem Platz ({stop.capacity}).")
    if not 0 <= stop.visits <= problem.weeks or stop.need < 0 or stop.depot_km < 0:
        raise BadProblem(f"{stop.name}: Ein Wert ist negativ oder zu groß.")


def _negative(costs: Costs) -> str:
    """The first cost below zero, by its name in the file."""
    names = {"visit": "visit_cost", "back": "return_cost", "shortfall": "shortfall_cost"}
    below = [names.get(name, name) for name, points in dataclasses.asdict(costs).items() if points < 0]
    return f"„{below[0]}“" if below else ""
