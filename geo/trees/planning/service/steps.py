"""Steps back and forward over all that a person did to a plan, by the history.

A step is one request: whatever it did to visits and their stays, in one town or in two. Taking it back is refused when
somebody else has changed any of it since.
"""

from collections.abc import Collection

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.core.undo import Root, revert
from geo.trees.model import Schedule
from geo.trees.planning.model import PlanStep
from geo.trees.queries.internal import ScheduleRow
from geo.trees.service.rules import find_visible, settle

_DONE = text(
    """
    SELECT c.id, c.table_name, c.row_id FROM history.changes c
    WHERE c.request_id = :request_id AND c.actor_id = :account AND c.municipality_id = :town
      AND c.table_name IN ('visits', 'stays')
    ORDER BY c.id DESC
    """
)


def remember(session: Session, actor: Actor, schedule: Schedule, sentence: str, town_ids: Collection[int]) -> None:
    """Note what this request did to a plan. What had been taken back before cannot be done again any more.

    Nothing is noted for who is no person.
    """
    if actor.account_id is None:
        return
    with perform(session, actor, Action.VISIT_EDIT, schedule.municipality_id):
        session.execute(
            delete(PlanStep).where(
                PlanStep.schedule_id == schedule.id, PlanStep.account_id == actor.account_id, PlanStep.is_undone
            )
        )
        session.add(
            PlanStep(
                schedule_id=schedule.id,
                municipality_id=schedule.municipality_id,
                account_id=actor.account_id,
                sentence=sentence,
                request_id=actor.request_id,
                town_ids=sorted(set(town_ids)),
            )
        )


def next_steps(
    session: Session, actor: Actor, schedule: Schedule | ScheduleRow
) -> tuple[PlanStep | None, PlanStep | None]:
    """What undo would take back, and what redo would do again."""
    mine = select(PlanStep).where(PlanStep.schedule_id == schedule.id, PlanStep.account_id == actor.account_id)
    with for_municipality(session, schedule.municipality_id):
        back = session.scalars(mine.where(~PlanStep.is_undone).order_by(PlanStep.id.desc()).limit(1)).first()
        forward = session.scalars(mine.where(PlanStep.is_undone).order_by(PlanStep.id).limit(1)).first()
    return back, forward


def undo(session: Session, actor: Actor, schedule_id: int) -> str:
    """Take back the person's last step; what it was, as a sentence. Raises `Conflict`."""
    schedule: Schedule = find_visible(session, actor, Schedule, schedule_id, "Der Umzugsplan")
    step, _ = next_steps(session, actor, schedule)
    if step is None:
        raise Conflict("Es gibt nichts mehr rückgängig zu machen.")
    return _turn(session, actor, schedule, step)


def redo(session: Session, actor: Actor, schedule_id: int) -> str:
    """Do again what was taken back last. Raises `Conflict`."""
    schedule: Schedule = find_visible(session, actor, Schedule, schedule_id, "Der Umzugsplan")
    _, step = next_steps(session, actor, schedule)
    if step is None:
        raise Conflict("Es gibt nichts zu wiederholen.")
    return _turn(session, actor, schedule, step)


def _turn(session: Session, actor: Actor, schedule: Schedule, step: PlanStep) -> str:
    if schedule.state != "ENTWURF":
        raise Conflict("Der Plan ist kein Entwurf mehr: was er enthielt, lässt sich hier nicht zurücknehmen.")
    # Read before anything is taken back: that makes the session forget what it has read, and whoever works for all
    # towns would look for the step and the plan where row level security shows neither.
    step_id, sentence, request_id, owner = step.id, step.sentence, step.request_id, schedule.municipality_id
    for town in list(step.town_ids):
        with for_municipality(session, town):
            asked = {"request_id": request_id, "account": actor.account_id, "town": town}
            rows = session.execute(_DONE, asked).all()
            if rows:
                others = tuple(dict.fromkeys((row.table_name, row.row_id) for row in rows))
                newest = rows[0]
                revert(session, actor, Root(newest.table_name, newest.row_id, others=others), newest.id)
    settle(session)
    with perform(session, actor, Action.VISIT_EDIT, owner):
        found = session.get_one(PlanStep, step_id)
        found.is_undone, found.request_id = not found.is_undone, actor.request_id
    return sentence
