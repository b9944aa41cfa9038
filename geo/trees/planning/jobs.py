"""A run of the planner as a job: it tells how far it is, ends when it is asked to, and goes on when nobody looks.

What it has found so far is written at once, each time in a transaction of its own: a page that is closed misses
nothing, and a worker that dies leaves the best plan behind for whoever begins anew.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.jobs import Work, kind
from geo.jobs.running import committed
from geo.trees.planner.model import Plan, Problem
from geo.trees.planner.reading import plan_from, problem_of
from geo.trees.planning.losses import Loss
from geo.trees.planning.model import PlanRun
from geo.trees.planning.outcomes import as_json, outcome_of
from geo.trees.planning.solving import Found, replan_for, rivals_of, solve_for, why_not

KIND = "trees.plan"
EVERY_S = 0.4

_BEGIN = text(
    "UPDATE register.plan_runs SET state = 'RECHNET', curve = '[]', plan = NULL, value = NULL, bound = NULL,"
    " outcome = NULL WHERE id = :id AND state IN ('WARTET', 'RECHNET')"
)
_TELL = text(
    """
    UPDATE register.plan_runs SET plan = coalesce(CAST(:plan AS jsonb), plan), value = coalesce(:value, value),
        bound = coalesce(:bound, bound), curve = CAST(:curve AS jsonb)
    WHERE id = :id AND state = 'RECHNET' RETURNING stop_requested
    """
)
_END = text(
    """
    UPDATE register.plan_runs SET state = :state, plan = CAST(:plan AS jsonb), value = :value, bound = :bound,
        curve = CAST(:curve AS jsonb), outcome = CAST(:outcome AS jsonb), ended_at = now()
    WHERE id = :id
    """
)


@dataclass
class _Teller:
    """Writes what is found, and hears whether somebody wants the run to end."""

    work: Work
    run_id: int
    seconds: int
    began: float = field(default_factory=time.monotonic)
    told: float = -1.0
    curve: list[list[float | None]] = field(default_factory=list)
    is_stopped: bool = False

    def tell(self, found: Found) -> bool:
        """Notes a better plan or bound; whether to go on."""
        elapsed = time.monotonic() - self.began
        point: list[float | None] = [round(elapsed, 1), found.value, found.bound]
        is_news = not self.curve or self.curve[-1][1:] != point[1:]
        if is_news:
            self.curve.append(point)
        if (is_news and elapsed - self.told >= EVERY_S) or elapsed - self.told >= 1:
            self.told = elapsed
            self._write(found)
            self.work.progress(min(round(elapsed), self.seconds), self.seconds, sentence_of(found))
        return not self.is_stopped

    def _write(self, found: Found) -> None:
        values = {
            "id": self.run_id,
            "plan": None if found.plan is None else json.dumps(as_json(found.plan.visits)),
            "value": found.value,
            "bound": found.bound,
            "curve": json.dumps(self.curve),
        }
        with committed(self.work.database.staff(None, self.work.municipality_id)) as session:
            row = session.execute(_TELL, values).first()
        self.is_stopped = row is None or row.stop_requested


def sentence_of(found: Found) -> str:
    """How far the search is."""
    if found.plan is None:
        return "Ein erster Plan wird gesucht."
    visits = len(found.plan.visits)
    so_far = "1 Besuch" if visits == 1 else f"{visits} Besuche"
    if found.value and found.bound is not None and found.value > 0:
        more = 100 * max(0.0, (found.bound - found.value) / found.value)
        return f"Bester Plan bisher: {so_far}, höchstens {more:.1f} % besser ist möglich.".replace(".", ",", 1)
    return f"Bester Plan bisher: {so_far}."


@kind(KIND, title="Umzugsplan berechnen")
def compute(work: Work) -> dict[str, Any]:
    """Solve the problem of a run, and write what is to be told of it."""
    run_id = int(work.arguments["run"])
    with for_municipality(work.session, work.municipality_id):
        run = work.session.get(PlanRun, run_id)
        if run is None:
            raise NotFound("Die Berechnung", run_id)
        seconds, seed, problem = run.seconds, run.seed, problem_of(run.problem)
        loss = Loss.of(run.problem["loss"]) if "loss" in run.problem else None
        before = plan_from({"visits": run.problem.get("before", [])})
    with committed(work.database.staff(None, work.municipality_id)) as session:
        session.execute(_BEGIN, {"id": run_id})
    work.progress(0, seconds, "Ein erster Plan wird gesucht.")
    teller = _Teller(work, run_id, seconds)
    if loss is not None:
        new = replan_for(problem, before, loss, seconds=seconds, seed=seed, tell=teller.tell)
        result, rivals, more = new.found, {"Ohne Umplanung": new.left}, {"told": new.told, "kept": new.kept}
        ended = _ended(new.problem, result, rivals, teller, more)
    else:
        result = solve_for(problem, seconds=seconds, seed=seed, tell=teller.tell)
        published = {"Veröffentlichter Plan": Plan(tuple(problem.published))} if problem.published else {}
        ended = _ended(problem, result, {**published, **rivals_of(problem)} if result.plan else {}, teller, {})
    work.session.execute(_END, {"id": run_id, **ended})
    none = "Unter diesen Regeln gibt es keinen Plan." if result.clashes else "In der Zeit wurde kein Plan gefunden."
    return {"sentence": sentence_of(result) if result.plan else none}


def _ended(
    problem: Problem, result: Found, rivals: Mapping[str, Plan], teller: _Teller, more: Mapping[str, int]
) -> dict[str, Any]:
    """What is stored in the end; `more` is told beside what is told of every run."""
    elapsed = round(time.monotonic() - teller.began, 1)
    curve = [*teller.curve, [elapsed, result.value, result.bound]]
    if result.plan is None:
        outcome: dict[str, Any] = {"clashes": list(result.clashes)}
        # Without clashing rules it was the time that was too short, or somebody stopped before there was a plan.
        state = "UNLOESBAR" if result.clashes else "GESCHEITERT"
        nothing = {"plan": None, "value": None, "bound": None}
        return {"state": state, **nothing, "curve": json.dumps(curve), "outcome": json.dumps(outcome)}
    outcome = outcome_of(
        problem, result.plan, rivals=rivals, why=why_not(problem, result.plan), is_stopped=teller.is_stopped
    )
    return {
        "state": "FERTIG",
        "plan": json.dumps(as_json(result.plan.visits)),
        "value": result.value,
        "bound": result.bound,
        "curve": json.dumps(curve),
        "outcome": json.dumps({**outcome, **more}),
    }
