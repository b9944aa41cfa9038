"""Writes of the planner's runs: one is started, stopped with what it has, and its result taken into a draft."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.core.history import perform
from geo.jobs import service as jobs
from geo.trees.model import Schedule
from geo.trees.planner.model import Visit as Planned
from geo.trees.planner.model import Weights
from geo.trees.planner.reading import problem_json
from geo.trees.planning.jobs import KIND
from geo.trees.planning.model import PlanRun
from geo.trees.planning.problems import days_of, planned_visit, problem_of
from geo.trees.planning.queries import PlanBoard, plan_board
from geo.trees.planning.runs import RunRow, around_of
from geo.trees.planning.service import naming
from geo.trees.planning.service.publishing import mark_of
from geo.trees.planning.service.steps import remember
from geo.trees.service.rules import find
from geo.trees.visits import service as visits
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitInput, VisitWords
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
    today: date | None = None,
) -> PlanRun:
    """Queue a run for a draft; `page` gives the address of its page. Raises `Invalid` where nothing can be planned."""
    now = today or date.today()
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
    drafted = [visit for visit in here.board.visits if visit.layer == "ENTWURF"]
    with perform(session, actor, Action.VISIT_EDIT, here.plan.municipality_id):
        run = PlanRun(
            schedule_id=here.plan.id,
            fleet_id=here.plan.fleet_id,
            municipality_id=here.plan.municipality_id,
            started_by=actor.account_id,
            problem={**problem_json(problem), "draft": mark_of(drafted)},
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
            title=f"Umzugsplan berechnen: {here.plan.name}",
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

    Visits that are the same stay as they are, with permit and trees; the others that are not pinned go. Trees are given
    their places by name. Raises `NeedsConfirmation` when the draft was changed since the run began.
    """
    if not run.plan:
        raise Invalid({"": "Diese Berechnung hat noch keinen Plan gefunden."})
    here = plan_board(session, actor, run.schedule_id)
    source: Schedule = find(session, Schedule, run.schedule_id, "Der Umzugsplan")
    weeks = here.board.weeks
    stored = {_key(planned_visit(one, weeks, run.fleet_id)): one for one in here.board.visits if not one.rests}
    wanted = {_key(one): one for one in run.visits}
    towns = {here.stop(int(one.stop)).municipality_id for one in run.visits}
    if name is None:
        plan = _replaceable(source, here, run, confirmed)
        goes = [one for key, one in stored.items() if key not in wanted and one.is_movable and not one.is_pinned]
        for visit in goes:
            towns.add(here.stop(visit.stop_id).municipality_id)
            visits.remove(session, actor, visit.id, visit.version)
        comes = [one for key, one in wanted.items() if key not in stored]
    else:
        plan = _draft_beside(session, actor, source, name)
        comes = [one for key, one in wanted.items() if key not in stored or stored[key].is_movable]
    for one in comes:
        twin = stored.get(_key(one))
        _add(session, actor, plan, here, one, is_pinned=twin is not None and twin.is_pinned)
    session.flush()
    _, _, named = naming.fill(session, actor, plan.id)
    remember(session, actor, plan, "Ergebnis einer Berechnung übernommen", towns | named)
    return plan


def _replaceable(source: Schedule, here: PlanBoard, run: RunRow, confirmed: bool) -> Schedule:
    if source.state != "ENTWURF":
        raise Conflict("Der Plan ist kein Entwurf mehr. Das Ergebnis lässt sich als neuer Entwurf übernehmen.")
    drafted = [visit for visit in here.board.visits if visit.layer == "ENTWURF"]
    if not confirmed and mark_of(drafted) != run.problem.get("draft"):
        sentence = "Der Entwurf wurde seit dem Beginn der Berechnung geändert: nicht Festgehaltenes wird ersetzt."
        raise NeedsConfirmation("confirmed", {"": sentence})
    return source


def _draft_beside(session: Session, actor: Actor, source: Schedule, name: str) -> Schedule:
    with perform(session, actor, Action.VISIT_EDIT, source.municipality_id):
        made = Schedule(
            fleet_id=source.fleet_id,
            municipality_id=source.municipality_id,
            name=name,
            season=source.season,
            move_weekday=source.move_weekday,
        )
        session.add(made)
    return made


def _add(session: Session, actor: Actor, plan: Schedule, here: PlanBoard, one: Planned, *, is_pinned: bool) -> Visit:
    during = period(*days_of(one, here.board.weeks))
    words = VisitWords(one.modules.get("S", 0), one.modules.get("L", 0), is_pinned=is_pinned)
    return visits.add(session, actor, VisitInput(plan.id, int(one.stop), during, words))


def _key(one: Planned) -> tuple[object, ...]:
    """What makes two visits the same: stop, weeks, modules."""
    return one.stop, one.start, one.weeks, one.modules.get("S", 0), one.modules.get("L", 0)
