"""Writes of schedules: a season's plan is drafted, published, and superseded by the next."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, require
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.model import Fleet, Schedule, Stay, Stop
from geo.trees.queries.occupation import DECIDED, DRAFT, Layer
from geo.trees.schemas import ScheduleInput, schedule_values
from geo.trees.service import rules
from geo.trees.wording import bounds

_SCHEDULE = "Der Umzugsplan"


def create_schedule(session: Session, actor: Actor, fleet_id: int, data: ScheduleInput) -> Schedule:
    """A new draft for a fleet's season."""
    fleet: Fleet = rules.find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.STAY_EDIT, fleet.municipality_id):
        schedule = Schedule(
            fleet_id=fleet.id, municipality_id=fleet.municipality_id, name=data.name, season=data.season
        )
        session.add(schedule)
    return schedule


def update_schedule(session: Session, actor: Actor, schedule_id: int, version: int, data: ScheduleInput) -> Schedule:
    """Rename a schedule or change its season; every stay must still lie in it."""
    schedule: Schedule = rules.find_visible(session, actor, Schedule, schedule_id, _SCHEDULE)
    action = Action.STAY_EDIT if schedule.state == "ENTWURF" else Action.SCHEDULE_PUBLISH
    with perform(session, actor, action, schedule.municipality_id):
        rules.expect_version(schedule, version, schedule_values(schedule))
        outside = [one for one in _stays(session, schedule) if not data.season.contains(one.during)]
        if outside:
            first = min(bounds(one.during)[0] for one in outside)
            raise Invalid({"first": f"{len(outside)} Standzeiten lägen außerhalb, die erste ab {first:%d.%m.%Y}."})
        schedule.name, schedule.season = data.name, data.season
    return schedule


def publish(session: Session, actor: Actor, schedule_id: int, version: int, *, today: date | None = None) -> Schedule:
    """Make a draft the plan that everybody sees. It supersedes the fleet's published plans of the same time.

    Raises `Conflict` when a tree or a stop is already taken by what stays decided.
    """
    schedule: Schedule = rules.find_visible(session, actor, Schedule, schedule_id, _SCHEDULE)
    require(actor, Action.SCHEDULE_PUBLISH, schedule.municipality_id)
    rules.expect_version(schedule, version, schedule_values(schedule))
    if schedule.state != "ENTWURF":
        raise Invalid({"": "Veröffentlichen lässt sich nur ein Entwurf."})
    stays = _stays(session, schedule, DRAFT)
    if not stays:
        raise Invalid({"": "Der Umzugsplan enthält noch keine Standzeit."})
    rules.lock(session, [stay.stop_id for stay in stays], [stay.tree_id for stay in stays])
    older = session.scalars(
        select(Schedule).where(
            Schedule.fleet_id == schedule.fleet_id,
            Schedule.state == "VEROEFFENTLICHT",
            Schedule.season.overlaps(schedule.season),
        )
    ).all()
    for old in older:
        _retire(session, actor, old, stays, today or date.today())
    _check_against_decided(session, stays)
    for municipality_id, own in _by_town(stays):
        with perform(session, actor, Action.SCHEDULE_PUBLISH, municipality_id):
            for stop_id in sorted({stay.stop_id for stay in own}):
                stop: Stop = rules.find(session, Stop, stop_id, "Der Standplatz")
                rules.give_slots(
                    session, Layer(DECIDED, schedule.id), stop, [stay for stay in own if stay.stop_id == stop_id]
                )
            for stay in own:
                stay.layer = DECIDED
    with perform(session, actor, Action.SCHEDULE_PUBLISH, schedule.municipality_id):
        schedule.state, schedule.published_at = "VEROEFFENTLICHT", datetime.now(UTC)
    rules.settle(session)
    return schedule


def supersede(session: Session, actor: Actor, schedule_id: int, version: int, *, today: date | None = None) -> Schedule:
    """Take a published schedule back: what has not begun is a draft again, what has begun remains as history."""
    schedule: Schedule = rules.find_visible(session, actor, Schedule, schedule_id, _SCHEDULE)
    require(actor, Action.SCHEDULE_PUBLISH, schedule.municipality_id)
    rules.expect_version(schedule, version, schedule_values(schedule))
    if schedule.state != "VEROEFFENTLICHT":
        raise Invalid({"": "Zurückziehen lässt sich nur ein veröffentlichter Umzugsplan."})
    _retire(session, actor, schedule, [], today or date.today())
    rules.settle(session)
    return schedule


def _retire(session: Session, actor: Actor, old: Schedule, instead: Sequence[Stay], today: date) -> None:
    """A decided stay of the old plan gives way when it has not begun, or when the new plan needs its tree then."""
    goes = [
        stay
        for stay in _stays(session, old, DECIDED)
        if bounds(stay.during)[0] > today
        or any(new.tree_id == stay.tree_id and new.during.overlaps(stay.during) for new in instead)
    ]
    for municipality_id, own in _by_town(goes):
        with perform(session, actor, Action.SCHEDULE_PUBLISH, municipality_id):
            for stay in own:
                stay.layer = DRAFT
    with perform(session, actor, Action.SCHEDULE_PUBLISH, old.municipality_id):
        old.state = "UEBERHOLT"


def _check_against_decided(session: Session, stays: Sequence[Stay]) -> None:
    """The draft's stays among what is decided for other fleets, and what remains of the fleet's older plans."""
    layer = Layer(DECIDED, 0)
    for stay in stays:
        rules.check_trees_free(session, layer, [stay.tree_id], stop_id=stay.stop_id, during=stay.during)
    for stop_id in sorted({stay.stop_id for stay in stays}):
        stop: Stop = rules.find(session, Stop, stop_id, "Der Standplatz")
        coming = [(stay.tree_id, stay.during) for stay in stays if stay.stop_id == stop_id]
        rules.check_room(session, layer, stop, coming)


def _stays(session: Session, schedule: Schedule, layer: str | None = None) -> Sequence[Stay]:
    query = select(Stay).where(Stay.schedule_id == schedule.id).order_by(Stay.id)
    return session.scalars(query if layer is None else query.where(Stay.layer == layer)).all()


def _by_town(stays: Iterable[Stay]) -> list[tuple[int, list[Stay]]]:
    towns: dict[int, list[Stay]] = {}
    for stay in stays:
        towns.setdefault(stay.municipality_id, []).append(stay)
    return sorted(towns.items())
