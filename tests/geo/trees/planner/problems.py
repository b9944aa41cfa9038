"""A small season that the planner's tests share: two streets, one fleet, ten weeks."""

from dataclasses import replace
from typing import Any

from geo.trees.planner.model import Costs, Fleet, Plan, Problem, Stop, Visit

WEEKS = 10


def stop(key: str, **changes: Any) -> Stop:
    plain = Stop(key, f"Straße {key}", "mitte", 4, 2, ("S", "L"), 50, (True,) * WEEKS)
    return replace(plain, **changes)


def problem(*stops: Stop, **changes: Any) -> Problem:
    fleet = Fleet("", "", {"S": 4, "L": 2}, 6, 2)
    plain = Problem(
        weeks=WEEKS,
        season_weight=(10,) * WEEKS,
        fleets=(fleet,),
        stops=stops or (stop("a"), stop("b")),
        min_weeks=2,
        max_weeks=4,
        costs=Costs(visit=100, back=10, shortfall=50),
    )
    return replace(plain, **changes)


def visit(key: str, start: int, weeks: int = 3, fleet: str = "", **modules: int) -> Visit:
    return Visit(key, start, weeks, modules or {"S": 2}, fleet)


def plan(*visits: Visit) -> Plan:
    return Plan(visits)
