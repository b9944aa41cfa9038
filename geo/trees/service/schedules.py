"""Writes of schedules: a season's plan is drafted, published, and superseded by the next."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor, require
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.model import Fleet, Schedule, Stay, Stop
from geo.trees.queries.occupation import DECIDED, DRAFT, Layer
from geo.trees.schemas import ScheduleInput, schedule_values
from geo.trees.service import rules, visits_in_plans
from geo.trees.visits.model import Visit
from geo.trees.wording import bounds

_SCHEDULE = "Der Umzugsplan"


def create_schedule(session: Session, actor: Actor, fleet_id: int, data: ScheduleInput) -> Schedule:
    """A new draft for a fleet's season."""
    fleet: Fleet = rules.find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.STAY_EDIT, fleet.municipality_id):
        schedule = Schedule(
            fleet_id=fleet.id,
            municipality_id=fleet.municipality_id,
            name=data.name,
            season=data.season,
            move_weekday=data.move_weekday,
        )
        session.add(schedule)
    return schedule


def update_schedule(session: Session, actor: Actor, schedule_id: int, version: int, data: ScheduleInput) -> Schedule:
    """Rename a schedule or change its season; every stay and visit must still lie in it."""
    schedule: Schedule = rules.find_visible(session, actor, Schedule, schedule_id, _SCHEDULE)
    action = Action.STAY_EDIT if schedule.state == "ENTWURF" else Action.SCHEDULE_PUBLISH
    with perform(session, actor, action, schedule.municipality_id):
        rules.expect_version(schedule, version, schedule_values(schedule))
        _check_inside(data, "Standzeiten", _stays(session, schedule))
        _check_inside(data, "Besuche", visits_in_plans.visits_of(session, schedule))
        schedule.name, schedule.season = data.name, data.season
        if data.move_weekday != schedule.move_weekday:
            visits_in_plans.check_weekday(session, schedule, data.move_weekday)
            schedule.move_weekday = data.move_weekday
    return schedule


def publish(session: Session, actor: Actor, schedule_id: int, version: int, *, today: date | None = None) -> Schedule:
    """Make a draft the plan that everybody sees. It supersedes the fleet's published plans of the same time.

    A visit that comes to a stop about when the older plan had one there is that visit, put off: it keeps its id, its
    permit and all that hangs on it. Raises `Conflict` when a tree or a stop is already taken by what stays decided.
    """
    schedule: Schedule = rules.find_visible(session, actor, Schedule, schedule_id, _SCHEDULE)
    require(actor, Action.SCHEDULE_PUBLISH, schedule.municipality_id)
    rules.expect_version(schedule, version, schedule_values(schedule))
    if schedule.state != "ENTWURF":
        raise Invalid({"": "Veröffentlichen lässt sich nur ein Entwurf."})
    stays = _stays(session, schedule, DRAFT)
    visits = visits_in_plans.visits_of(session, schedule, DRAFT)
    if not stays and not visits:
        raise Invalid({"": "Der Umzugsplan enthält noch keinen Besuch und keine Standzeit."})
    stops = [*(stay.stop_id for stay in stays), *(visit.stop_id for visit in visits)]
    rules.lock(session, stops, [stay.tree_id for stay in stays])
    older = session.scalars(
        select(Schedule).where(
            Schedule.fleet_id == schedule.fleet_id,
            Schedule.state == "VEROEFFENTLICHT",
            Schedule.season.overlaps(schedule.season),
        )
    ).all()
    for old in older:
        visits = visits_in_plans.take_over(session, actor, old, schedule, visits)
        _retire(session, actor, old, stays, visits, today or clock.today())
    _check_against_decided(session, stays)
    visits_in_plans.decide(session, actor, schedule, visits)
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
    _retire(session, actor, schedule, [], [], today or clock.today())
    rules.settle(session)
    return schedule


def _check_inside(data: ScheduleInput, what: str, rows: Sequence[Stay] | Sequence[Visit]) -> None:
    outside = [one for one in rows if not data.season.contains(one.during)]
    if outside:
        first = min(bounds(one.during)[0] for one in outside)
        raise Invalid({"first": f"{len(outside)} {what} lägen außerhalb, die erste Ankunft am {first:%d.%m.%Y}."})


def _retire(
    session: Session,
    actor: Actor,
    old: Schedule,
    instead: Sequence[Stay],
    visits_instead: Sequence[Visit],
    today: date,
) -> None:
    """A decided stay of the old plan gives way when it has not begun, or when the new plan needs its tree then.

    A decided visit gives way when it has not begun, or when the new plan has another one at its stop then.
    """
    gone = visits_in_plans.retire(session, actor, old, visits_instead, today)
    goes = [
        stay
        for stay in _stays(session, old, DECIDED)
        if bounds(stay.during)[0] > today
        or stay.visit_id in gone
        or any(new.tree_id == stay.tree_id and new.during.overlaps(stay.during) for new in instead)
    ]
    for municipality_id, own in _by_town(goes):
        with perform(session, actor, Action.SCHEDULE_PUBLISH, municipality_id):
            for stay in own:
                stay.layer = DRAFT
                if stay.visit_id not in gone:
                    stay.visit_id = None
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
