"""A draft is published as it was looked at: what somebody changed meanwhile is shown first."""

import hashlib
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.errors import Conflict
from geo.trees import service
from geo.trees.model import Schedule
from geo.trees.planning.board import BoardVisit
from geo.trees.service.rules import find_visible, lock
from geo.trees.visits.model import Visit


def mark_of(visits: Iterable[BoardVisit | Visit], layer: str = "ENTWURF") -> str:
    """A short mark of a plan's visits of a layer as they are: another one as soon as any of them is another."""
    stand = sorted((one.id, one.version) for one in visits if one.layer == layer)
    return hashlib.sha256(repr(stand).encode()).hexdigest()[:16]


def publish(
    session: Session, actor: Actor, schedule_id: int, version: int, mark: str, *, today: date | None = None
) -> Schedule:
    """Publish a draft, if its visits are those that `mark` was made of. Raises `Conflict` when they are not."""
    schedule: Schedule = find_visible(session, actor, Schedule, schedule_id, "Der Umzugsplan")
    # Whoever adds a visit shares the plan's row, whoever moves one takes its stops: from here on both wait.
    session.execute(select(Schedule.id).where(Schedule.id == schedule_id).with_for_update())
    drafted = select(Visit).where(Visit.schedule_id == schedule_id, Visit.layer == "ENTWURF")
    lock(session, [visit.stop_id for visit in session.scalars(drafted)], [])
    now = session.scalars(drafted.execution_options(populate_existing=True)).all()
    if schedule.state == "ENTWURF" and (now or mark) and mark_of(now) != mark:
        raise Conflict(
            "Jemand anderes hat den Entwurf geändert, seit Sie ihn angesehen haben. Was jetzt anders ist, steht unten;"
            " veröffentlicht wurde noch nichts."
        )
    return service.publish(session, actor, schedule_id, version, today=today)
