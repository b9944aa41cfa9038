"""Reads of the planner's runs, and what a run is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.trees.planner.model import Problem, Visit
from geo.trees.planner.reading import plan_from
from geo.trees.planner.reading import problem_of as read_problem
from geo.trees.planning.board import BoardVisit
from geo.trees.planning.losses import Loss
from geo.trees.planning.problems import Around
from geo.trees.planning.queries import PlanBoard, visits_of
from geo.trees.planning.waiting import weights_of
from geo.trees.queries import internal
from geo.trees.queries.internal import is_visible

OPEN = ("WARTET", "RECHNET")

_RUNS = """
    SELECT r.id, r.schedule_id, c.name AS schedule, r.fleet_id, r.municipality_id, r.job_id, r.problem, r.weights,
           r.seed, r.seconds, r.stop_requested, r.plan, r.value, r.bound, r.curve, r.outcome, r.created_at, r.ended_at,
           coalesce(a.name, 'System') AS started_by, j.began_at, j.error,
           CASE WHEN r.state IN ('WARTET', 'RECHNET') AND j.state = 'GESCHEITERT' THEN 'GESCHEITERT'
                WHEN r.state IN ('WARTET', 'RECHNET') AND (j.id IS NULL OR j.state = 'ABGEBROCHEN') THEN 'ABGEBROCHEN'
                ELSE r.state END AS state
    FROM register.plan_runs r
    JOIN register.schedules c ON c.id = r.schedule_id
    LEFT JOIN register.jobs j ON j.id = r.job_id
    LEFT JOIN register.accounts a ON a.id = r.started_by
"""
_ONE = text(f"{_RUNS} WHERE r.id = :id")
_OF_PLAN = text(f"{_RUNS} WHERE r.schedule_id = :schedule ORDER BY r.id DESC LIMIT 20")
_LAST_VISITS = text(
    """
    SELECT v.stop_id, max(upper(v.during)) - 1 AS last FROM register.visits v
    WHERE v.layer <> 'ENTWURF' AND upper(v.during) <= :first GROUP BY v.stop_id
    """
)
_DEPOT = text("SELECT ST_X(f.depot_point) AS lon, ST_Y(f.depot_point) AS lat FROM register.fleets f WHERE f.id = :id")


@dataclass(frozen=True)
class RunRow:
    """A run with the names around it. `problem` and `plan` are JSON; `curve` is [seconds, value, bound]."""

    id: int
    schedule_id: int
    schedule: str
    fleet_id: int
    municipality_id: int | None
    job_id: int | None
    problem: dict[str, Any]
    weights: dict[str, int]
    seed: int
    seconds: int
    stop_requested: bool
    plan: list[dict[str, Any]] | None
    value: int | None
    bound: int | None
    curve: list[list[float | None]]
    outcome: dict[str, Any] | None
    created_at: datetime
    ended_at: datetime | None
    started_by: str
    began_at: datetime | None
    error: str | None
    state: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def gap(self) -> float | None:
        """How much better a plan could be at most, as a share of this one's value; None while nothing is proven."""
        if self.value is None or self.bound is None or self.value <= 0:
            return None
        return max(0.0, (self.bound - self.value) / self.value)

    @property
    def as_problem(self) -> Problem:
        return read_problem(self.problem)

    @property
    def loss(self) -> Loss | None:
        """The stop whose loss is planned around; None for a run that plans a draft."""
        return Loss.of(self.problem["loss"]) if "loss" in self.problem else None

    @property
    def before(self) -> tuple[Visit, ...]:
        """The published plan's visits as they were when planning around a loss began."""
        return plan_from({"visits": self.problem.get("before", [])}).visits

    @property
    def near_from(self) -> list[str]:
        """Sentences on where the stops' points come from, if not from what is near by."""
        return list(self.problem.get("near_from", ()))

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The best plan's visits so far."""
        return plan_from({"visits": self.plan or []}).visits


def get_run(session: Session, actor: Actor, run_id: int, municipality_ids: tuple[int | None, ...]) -> RunRow:
    """A run of the alliance or of one of these towns, if the person may look into it. Raises `NotFound`."""
    for town in dict.fromkeys((None, *municipality_ids)):
        if not is_visible(actor, town):
            continue
        with for_municipality(session, town):
            row = session.execute(_ONE, {"id": run_id}).first()
        if row is not None:
            return _run(row)
    raise NotFound("Die Berechnung", run_id)


def runs_of(session: Session, here: PlanBoard) -> list[RunRow]:
    """The newest runs of a plan."""
    with for_municipality(session, here.plan.municipality_id):
        return [_run(row) for row in session.execute(_OF_PLAN, {"schedule": here.plan.id})]


def _run(row: Row[Any]) -> RunRow:
    return RunRow(**row._mapping)


def around_of(
    session: Session, actor: Actor, here: PlanBoard, today: date, near: Mapping[int, int] | None = None
) -> Around:
    """What a problem needs beside the board."""
    depot = session.execute(_DEPOT, {"id": here.plan.fleet_id}).one()
    last = session.execute(_LAST_VISITS, {"first": here.plan.first})
    return Around(
        depot=None if depot.lon is None else (depot.lon, depot.lat),
        last_visits={row.stop_id: row.last for row in last},
        waiting={stop_id: weight.value for stop_id, weight in weights_of(session, actor, here, today).items()},
        near=near or {},
        published=tuple(published_visits(session, here, today)),
    )


def published_visits(session: Session, here: PlanBoard, today: date) -> list[BoardVisit]:
    """The visits of the fleet's published plans in the time of this one, that have not begun."""
    plans = [
        one
        for one in internal.schedules(session, here.plan.fleet_id)
        if one.state == "VEROEFFENTLICHT" and one.first <= here.plan.last and here.plan.first <= one.last
    ]
    found = [visit for one in plans for visit in visits_of(session, one, today)]
    return [visit for visit in found if visit.first > today and visit.is_movable and not visit.rests]
