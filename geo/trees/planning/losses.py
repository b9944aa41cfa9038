"""A stop drops out in the middle of the season: what the planner is asked, from the board of a published plan. Pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from geo.trees.planner.model import Fixed, Pin, Plan, Problem, plan_of
from geo.trees.planning.board import Board, BoardVisit
from geo.trees.planning.problems import planned_visit

GRANTED = ("BEANTRAGT", "GENEHMIGT")


@dataclass(frozen=True)
class Loss:
    """The stop that drops out, from which day and week of the plan on, and why."""

    stop_id: int
    first: date
    week: int
    reason: str

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a run."""
        return {"stop": self.stop_id, "first": self.first.isoformat(), "week": self.week, "reason": self.reason}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """The loss that was stored with a run."""
        return cls(int(stored["stop"]), date.fromisoformat(stored["first"]), int(stored["week"]), str(stored["reason"]))


def affected(board: Board, stop_id: int, first: date) -> list[BoardVisit]:
    """The visits of a stop that its loss from a day on shortens or takes away."""
    return [visit for visit in board.visits if visit.stop_id == stop_id and visit.last >= first and not visit.rests]


def as_told(
    problem: Problem, board: Board, fleet_id: int, today: date, *, fixed_permits: Collection[str] = ()
) -> tuple[Problem, Plan]:
    """The plan of the board as the planner sees it, and its problem with nothing held fast that could still move.

    Fast is what has begun, what is pinned, and what has a permit in one of these states.
    """
    weeks, known = board.weeks, {stop.id for stop in problem.stops}
    visits, pins = [], []
    for visit in board.visits:
        one = planned_visit(visit, weeks, fleet_id)
        if visit.rests or one.stop not in known or one.end <= 0 or one.start >= weeks.count:
            continue
        visits.append(one)
        if not visit.is_movable or visit.first <= today:
            pins.append(Pin(one, Fixed.DECIDED))
        elif visit.is_pinned or visit.permit_state in fixed_permits:
            pins.append(Pin(one, Fixed.PINNED))
    often = Counter(visit.stop for visit in visits)  # what was announced is no visit too many
    stops = tuple(replace(stop, visits=max(stop.visits, often[stop.id])) for stop in problem.stops)
    return replace(problem, stops=stops, pins=tuple(pins), published=()), plan_of(visits)
