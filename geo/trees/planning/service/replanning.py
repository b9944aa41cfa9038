"""A stop drops out in the middle of the season: a published plan is planned around the loss, and the result drafted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Actor
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.trees.model import Schedule
from geo.trees.planner.model import Weights
from geo.trees.planner.reading import problem_json
from geo.trees.planning.losses import GRANTED, Loss, affected, as_told
from geo.trees.planning.model import PlanRun
from geo.trees.planning.outcomes import as_json
from geo.trees.planning.problems import problem_of
from geo.trees.planning.queries import PlanBoard, plan_board, siblings
from geo.trees.planning.runs import RunRow, around_of
from geo.trees.planning.schemas import LossInput
from geo.trees.planning.service import drafts
from geo.trees.planning.service.publishing import mark_of
from geo.trees.planning.service.runs import RunInput, queue, settle_into
from geo.trees.queries.internal import ScheduleRow
from geo.trees.queries.occupation import DECIDED
from geo.trees.service.rules import find
from geo.trees.site import queries as sites
from geo.trees.site import service as site
from geo.trees.site.schemas import BlockInput
from geo.trees.wording import day, period

# A quick answer is asked for: residents want to hear soon whether the trees come.
SECONDS = 6


def start(
    session: Session,
    actor: Actor,
    here: PlanBoard,
    data: LossInput,
    *,
    page: Callable[[int], str],
    near: Mapping[int, int] | None = None,
    near_from: Sequence[str] = (),
    today: date | None = None,
) -> PlanRun:
    """Queue a run that plans a published plan around a loss; `page` gives the address of its page.

    `near_from` says in sentences where the points in `near` come from, if not from what is near by.

    Raises `Invalid` where there is nothing to plan anew, `NotFound` for a stop that the plan does not know.
    """
    now, plan = today or clock.today(), here.plan
    stop = here.stop(data.stop_id)
    if plan.state != "VEROEFFENTLICHT":
        raise Invalid({"": "Umgeplant wird ein veröffentlichter Umzugsplan; dieser ist keiner."})
    if not max(now, plan.first) <= data.first <= plan.last:
        raise Invalid({"first": f"Möglich ist ein Tag vom {day(max(now, plan.first))} bis zum {day(plan.last)}."})
    if not affected(here.board, stop.id, data.first):
        raise Invalid(
            {"stop_id": f"Am Standplatz „{stop.name}“ sieht der Plan ab dem {day(data.first)} keinen Besuch vor."}
        )
    problem = problem_of(
        here.board,
        here.stops,
        here.limits,
        fleet_id=plan.fleet_id,
        fleet=plan.fleet,
        around=around_of(session, actor, here, now, near),
    )
    fast = GRANTED if data.keep_permits else ()
    problem, before = as_told(problem, here.board, plan.fleet_id, now, fixed_permits=fast)
    if all(str(stop.id) != one.id for one in problem.stops):
        raise Invalid({"stop_id": "Für diesen Standplatz wird nicht geplant: er ist keine Straße oder hat keinen Ort."})
    if data.block:
        _block(session, actor, stop.id, BlockInput(period(data.first, plan.last), data.reason))
    loss = Loss(stop.id, data.first, here.board.weeks.of(data.first), data.reason)
    asked = {
        **problem_json(problem),
        "before": as_json(before.visits),
        "loss": loss.as_json(),
        "draft": mark_of(here.board.visits, DECIDED),
        "near_from": list(near_from),
    }
    title = f"Umplanen: {plan.name} ohne „{stop.name}“"
    return queue(session, actor, here, RunInput(Weights(), SECONDS), asked, title=title, page=page)


def _block(session: Session, actor: Actor, stop_id: int, data: BlockInput) -> None:
    """Note that the stop is closed, unless somebody has noted that already."""
    if not any(one.source == "HAND" for one in sites.blocks(session, stop_id, data.during)):
        site.add_block(session, actor, stop_id, data)


def drafts_for(session: Session, plan: ScheduleRow) -> list[ScheduleRow]:
    """The drafts that a result can go into: for the same season of the same fleet."""
    return [
        one
        for one in siblings(session, plan)
        if one.state == "ENTWURF"
        and (one.first, one.last, one.move_weekday) == (plan.first, plan.last, plan.move_weekday)
    ]


def take(
    session: Session,
    actor: Actor,
    run: RunRow,
    *,
    into: int | None = None,
    name: str = "",
    confirmed: bool = False,
    today: date | None = None,
) -> Schedule:
    """Take the result into a draft of the same season, or into a new one that begins as a copy of the published plan.

    One step that can be taken back. Raises `NeedsConfirmation` when the published plan was changed since.
    """
    if not run.plan or run.loss is None:
        raise Invalid({"": "Diese Berechnung hat noch keinen Plan gefunden."})
    here = plan_board(session, actor, run.schedule_id, today=today)
    if here.plan.state != "VEROEFFENTLICHT":
        raise Conflict("Der Plan, der umgeplant wurde, ist nicht mehr der veröffentlichte. Bitte neu umplanen.")
    if not confirmed and mark_of(here.board.visits, DECIDED) != run.problem.get("draft"):
        sentence = "Der veröffentlichte Plan wurde geändert, seit umgeplant wurde. Das Ergebnis weiß davon nichts."
        raise NeedsConfirmation("confirmed", {"": sentence})
    if into is None:
        plan = drafts.copy_plan(session, actor, run.schedule_id, name, here.plan.first, today=today)
    elif any(one.id == into for one in drafts_for(session, here.plan)):
        plan = find(session, Schedule, into, "Der Umzugsplan")
    else:
        raise Invalid({"into": "Diesen Entwurf gibt es für diese Saison nicht mehr."})
    session.flush()
    step = f"Umplanung ohne „{here.stop(run.loss.stop_id).name}“ übernommen"
    settle_into(session, actor, plan, run.visits, words=here.board.visits, today=today, step=step)
    return plan
