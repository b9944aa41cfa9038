"""Writes of drafts: one plan copied into another, with all its visits and the trees that are known by name."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.model import Schedule, Stay
from geo.trees.queries.occupation import DECIDED, DRAFT
from geo.trees.service.rules import find_visible, settle
from geo.trees.visits.model import Visit
from geo.trees.wording import ONE_DAY, bounds, period

# What a copy takes over of a visit; permit and verdict belong to the one that was applied for.
_COLUMNS = (
    "stop_id", "municipality_id", "modules_s", "modules_l", "is_pinned", "exception_reason", "title", "note",
    "public_text",
)  # fmt: skip


def copy_plan(
    session: Session,
    actor: Actor,
    schedule_id: int,
    name: str,
    first: date,
    *,
    today: date | None = None,
) -> Schedule:
    """A new draft with the visits of a plan, for a season that begins on `first`.

    All days are moved by whole weeks. Of a published plan for the same season only what has not begun is copied: the
    rest is a fact that no draft can change.
    """
    source: Schedule = find_visible(session, actor, Schedule, schedule_id, "Der Umzugsplan")
    old_first, old_last = bounds(source.season)
    shift = timedelta(weeks=round((first - old_first).days / 7))
    if not name.strip():
        raise Invalid({"name": "Bitte ausfüllen."})
    season = period(first, max(first, old_last + shift))
    with perform(session, actor, Action.VISIT_EDIT, source.municipality_id):
        made = Schedule(
            fleet_id=source.fleet_id,
            municipality_id=source.municipality_id,
            name=name,
            season=season,
            move_weekday=source.move_weekday,
        )
        session.add(made)
    frozen = source.state != "ENTWURF" and not shift
    now = today or clock.today()
    visits = [one for one in _visits(session, source) if not (frozen and bounds(one.during)[0] <= now)]
    inside = [one for one in visits if season.contains(_moved(one.during, shift))]
    stays = _stays(session, source, [one.id for one in inside])
    for town in sorted({one.municipality_id for one in inside}):
        with perform(session, actor, Action.VISIT_EDIT, town):
            own = [one for one in inside if one.municipality_id == town]
            _copy(session, made, own, stays, shift)
    settle(session)
    return made


def _copy(
    session: Session, made: Schedule, visits: Sequence[Visit], stays: Mapping[int, list[Stay]], shift: timedelta
) -> None:
    for visit in visits:
        values = {column: getattr(visit, column) for column in _COLUMNS}
        copied = Visit(schedule_id=made.id, during=_moved(visit.during, shift), layer=DRAFT, **values)
        session.add(copied)
        session.flush()
        session.add_all(
            Stay(
                schedule_id=made.id,
                visit_id=copied.id,
                tree_id=stay.tree_id,
                stop_id=stay.stop_id,
                slot=stay.slot,
                municipality_id=stay.municipality_id,
                during=_moved(stay.during, shift),
                layer=DRAFT,
            )
            for stay in stays.get(visit.id, ())
        )


def _visits(session: Session, source: Schedule) -> Sequence[Visit]:
    layer = DRAFT if source.state == "ENTWURF" else DECIDED
    query = select(Visit).where(Visit.schedule_id == source.id, Visit.layer == layer)
    return session.scalars(query.order_by(Visit.id)).all()


def _stays(session: Session, source: Schedule, visit_ids: Sequence[int]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = {}
    for stay in session.scalars(select(Stay).where(Stay.schedule_id == source.id, Stay.visit_id.in_(visit_ids))):
        if stay.visit_id is not None:
            found.setdefault(stay.visit_id, []).append(stay)
    return found


def _moved(during: Range[date], shift: timedelta) -> Range[date]:
    first, last = bounds(during)
    return Range(first + shift, last + shift + ONE_DAY)
