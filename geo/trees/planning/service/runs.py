"""Writes of the planner's runs: one is started, stopped with what it has, and its result taken into a draft."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.core.history import perform
from geo.jobs import service as jobs
from geo.trees.model import Schedule
from geo.trees.planner.model import Visit as Planned
from geo.trees.planner.model import Weights
from geo.trees.planner.reading import problem_json
from geo.trees.planning.board import BoardVisit
from geo.trees.planning.jobs import KIND
from geo.trees.planning.model import PlanRun
from geo.trees.planning.problems import days_of, planned_visit, problem_of
from geo.trees.planning.queries import PlanBoard, plan_board
from geo.trees.planning.runs import RunRow, around_of
from geo.trees.planning.service import naming
from geo.trees.planning.service.publishing import mark_of
from geo.trees.planning.service.steps import remember
from geo.trees.planning.weeks import Weeks
from geo.trees.service.rules import find
from geo.trees.visits import service as visits
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitInput, VisitWords, words_of
from geo.trees.wording import period

_STOP = text("UPDATE register.plan_runs SET stop_requested = true WHERE id = :id AND state IN ('WARTET', 'RECHNET')")


@dataclass(frozen=True)
class RunInput:
    """What a run is asked for: how much each rule counts (per cent), how long it may take, the seed of its choices."""

    weights: Weights
    seconds: int = 30
    seed: int = 1


def start(
    session: Session,
    actor: Actor,
    here: PlanBoard,
    data: RunInput,
    *,
    page: Callable[[int], str],
    near: Mapping[int, int] | None = None,
    near_from: Sequence[str] = (),
    today: date | None = None,
) -> PlanRun:
    """Queue a run for a draft; `page` gives the address of its page. Raises `Invalid` where nothing can be planned.

    `near_from` says in sentences where the points in `near` come from, if not from what is near by.
    """
    now = today or clock.today()
    if here.plan.state != "ENTWURF":
        raise Invalid({"": "Berechnen lässt sich nur ein Entwurf. Den veröffentlichten Plan bitte zuerst kopieren."})
    _require_something(here)
    problem = problem_of(
        here.board,
        here.stops,
        here.limits,
        fleet_id=here.plan.fleet_id,
        fleet=here.plan.fleet,
        weights=data.weights,
        around=around_of(session, actor, here, now, near),
    )
    asked = {**problem_json(problem), "draft": mark_of(here.board.visits), "near_from": list(near_from)}
    return queue(session, actor, here, data, asked, title=f"Umzugsplan berechnen: {here.plan.name}", page=page)


def queue(
    session: Session,
    actor: Actor,
    here: PlanBoard,
    data: RunInput,
    asked: Mapping[str, Any],
    *,
    title: str,
    page: Callable[[int], str],
) -> PlanRun:
    """A run with what it is asked (a problem as JSON, and what belongs to it), and the job that computes it."""
    with perform(session, actor, Action.VISIT_EDIT, here.plan.municipality_id):
        run = PlanRun(
            schedule_id=here.plan.id,
            fleet_id=here.plan.fleet_id,
            municipality_id=here.plan.municipality_id,
            started_by=actor.account_id,
            problem=dict(asked),
            weights={name: getattr(data.weights, name) for name in Weights.__dataclass_fields__},
            seed=data.seed,
            seconds=data.seconds,
        )
        session.add(run)
        session.flush()
        job = jobs.start(
            session,
            actor,
            KIND,
            here.plan.municipality_id,
            {"run": run.id},
            action=Action.VISIT_EDIT,
            title=title,
            origin=page(run.id),
        )
        run.job_id = job.id
    return run


def _require_something(here: PlanBoard) -> None:
    if not here.limits.modules_s + here.limits.modules_l:
        raise Invalid({"": "Die Allee hat keine Bäume, die umziehen könnten."})
    if not any(stop.kind == "STRASSE" for stop in here.stops):
        raise Invalid({"": "Es gibt noch keinen Standplatz, den die Allee besuchen könnte."})
    if here.board.weeks.of(here.limits.today) >= here.board.weeks.count:
        raise Invalid({"": "Die Saison des Entwurfs ist schon vorbei."})


def stop(session: Session, actor: Actor, run: RunRow) -> None:
    """Ask a run to end with the best that it has."""
    with perform(session, actor, Action.VISIT_EDIT, run.municipality_id):
        done = session.execute(_STOP, {"id": run.id})
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Conflict("Die Berechnung ist schon zu Ende.")


def take(session: Session, actor: Actor, run: RunRow, *, name: str | None = None, confirmed: bool = False) -> Schedule:
    """Make the run's best plan the draft that it was made for, or (with a name) a draft of its own.

    Raises `NeedsConfirmation` when the draft was changed since the run began.
    """
    if not run.plan:
        raise Invalid({"": "Diese Berechnung hat noch keinen Plan gefunden."})
    here = plan_board(session, actor, run.schedule_id)
    source: Schedule = find(session, Schedule, run.schedule_id, "Der Umzugsplan")
    if name is None:
        _require_replaceable(source, here, run, confirmed)
    plan = source if name is None else draft_beside(session, actor, source, name)
    settle_into(session, actor, plan, run.visits, words=here.board.visits)
    return plan


def settle_into(
    session: Session,
    actor: Actor,
    plan: Schedule,
    wanted: Collection[Planned],
    *,
    words: Iterable[BoardVisit],
    today: date | None = None,
    step: str = "Ergebnis einer Berechnung übernommen",
) -> None:
    """Let a draft have these visits and no others, as one step; what is pinned, and what has begun, stays as it is.

    Visits that are the same stay as they are, with permit and trees. The others say what those in `words` said at their
    stop. Trees are given their places by name.
    """
    now = today or clock.today()
    here = plan_board(session, actor, plan.id, today=now)
    weeks = here.board.weeks
    stored = {_key(planned_visit(one, weeks, plan.fleet_id)): one for one in here.board.visits if not one.rests}
    facts = {key[:2] for key, one in stored.items() if not one.is_movable}
    coming = {
        key: one
        for one in wanted
        if (key := _key(one))[:2] not in facts and (key in stored or days_of(one, weeks)[0] >= now)
    }
    said = _Said(session, words)
    towns = {here.stop(int(one.stop)).municipality_id for one in coming.values()}
    for key, visit in stored.items():
        if key not in coming and visit.is_movable and not visit.is_pinned:
            towns.add(here.stop(visit.stop_id).municipality_id)
            visits.remove(session, actor, visit.id, visit.version)
    for key, one in coming.items():
        if key not in stored:
            during = period(*days_of(one, weeks))
            visits.add(session, actor, VisitInput(plan.id, int(one.stop), during, said.of(one, weeks)))
    session.flush()
    _, _, named = naming.fill(session, actor, plan.id, today=now)
    remember(session, actor, plan, step, towns | named)


class _Said:
    """What is said of known visits, for those that are planned in their place."""

    def __init__(self, session: Session, known: Iterable[BoardVisit]):
        self.by_stop: dict[int, list[tuple[date, VisitWords]]] = {}
        for visit in known:
            if (stored := session.get(Visit, visit.id)) is not None:
                self.by_stop.setdefault(visit.stop_id, []).append((visit.first, words_of(stored)))

    def of(self, one: Planned, weeks: Weeks) -> VisitWords:
        """The words of the known visit at the stop that begins nearest; modules are the planned ones.

        An opening is on a day of its own, and fast is only what stays where it was: both go when the visit moves.
        """
        first, here = days_of(one, weeks)[0], self.by_stop.get(int(one.stop), ())
        told, words = min(here, key=lambda own: abs((own[0] - first).days), default=(first, VisitWords()))
        words = replace(words, modules_s=one.modules.get("S", 0), modules_l=one.modules.get("L", 0))
        return words if told == first else replace(words, opening_at=None, is_pinned=False)


def _require_replaceable(source: Schedule, here: PlanBoard, run: RunRow, confirmed: bool) -> None:
    if source.state != "ENTWURF":
        raise Conflict("Der Plan ist kein Entwurf mehr. Das Ergebnis lässt sich als neuer Entwurf übernehmen.")
    if not confirmed and mark_of(here.board.visits) != run.problem.get("draft"):
        sentence = "Der Entwurf wurde seit dem Beginn der Berechnung geändert: nicht Festgehaltenes wird ersetzt."
        raise NeedsConfirmation("confirmed", {"": sentence})


def draft_beside(session: Session, actor: Actor, source: Schedule, name: str) -> Schedule:
    """An empty draft of the same fleet for the same season."""
    with perform(session, actor, Action.VISIT_EDIT, source.municipality_id):
        made = Schedule(
            fleet_id=source.fleet_id,
            municipality_id=source.municipality_id,
            name=name,
            season=source.season,
            move_weekday=source.move_weekday,
        )
        session.add(made)
    session.flush()
    return made


def _key(one: Planned) -> tuple[object, ...]:
    """What makes two visits the same: stop, weeks, modules."""
    return one.stop, one.start, one.weeks, one.modules.get("S", 0), one.modules.get("L", 0)
