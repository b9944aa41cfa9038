"""Visits are added, described, moved, removed and decided."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.core.undo import Part, Root, revert
from geo.trees.model import Schedule, Stay, Stop
from geo.trees.queries.occupation import ACTUAL, DECIDED, DRAFT, Layer, trees_elsewhere
from geo.trees.service import rules as stay_rules
from geo.trees.service.rules import expect_version, find, find_visible, give_slots, list_of, lock, settle
from geo.trees.visits import rules
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitInput, VisitMove, VisitWords, visit_values
from geo.trees.wording import bounds, day, period

VISIT, STOP, SCHEDULE = "Der Besuch", "Der Standplatz", "Der Umzugsplan"
_LAYER_OF = {"ENTWURF": DRAFT, "VEROEFFENTLICHT": DECIDED}
# What a permit was given for is the place and the time: when they change, it has to be asked for anew.
_ASKED_FOR = ("BEANTRAGT", "GENEHMIGT", "ABGELEHNT")


def add(session: Session, actor: Actor, data: VisitInput, *, today: date | None = None) -> Visit:
    """A new visit: a draft in a draft schedule, decided in a published one, or as it really is (`is_actual`).

    Raises `Invalid` at the field, `Conflict` when somebody else is at the stop in that time.
    """
    stop: Stop = find_visible(session, actor, Stop, data.stop_id, STOP)
    schedule: Schedule = find_visible(session, actor, Schedule, data.schedule_id, SCHEDULE)
    with perform(session, actor, Action.VISIT_EDIT, stop.municipality_id):
        stay_rules.check_fleet(session, actor, schedule, [])
        layer = _layer(schedule, data, today or clock.today())
        lock(session, [stop.id], [])
        visit = Visit(
            schedule_id=schedule.id,
            stop_id=stop.id,
            municipality_id=stop.municipality_id,
            during=data.during,
            layer=layer.name,
            **vars(data.words),
        )
        check(session, visit, schedule, stop, layer)
        session.add(visit)
        settle(session)
    return visit


def change(session: Session, actor: Actor, visit_id: int, version: int, words: VisitWords) -> Visit:
    """Change how many modules come, and what is said about the visit. Raises `Conflict` when it was changed since."""
    visit, schedule, stop = found(session, actor, visit_id)
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        expect_version(visit, version, visit_values(visit))
        lock(session, [visit.stop_id], [])
        if (words.modules_s, words.modules_l) != (visit.modules_s, visit.modules_l):
            _check_assigned(session, visit, words)
            visit.modules_s, visit.modules_l = words.modules_s, words.modules_l
            layer = Layer(visit.layer, visit.schedule_id)
            with session.no_autoflush:
                rules.check_modules(session, schedule, stop, words.modules_s, words.modules_l)
                rules.check_room(session, visit, stop, visit.during, layer)
                if visit.layer == DECIDED:
                    rules.check_fleet_enough(session, schedule.fleet_id, [visit], ignoring=[])
        for name, value in vars(words).items():
            if getattr(visit, name) != value:
                setattr(visit, name, value)
        settle(session)
    return visit


def move(session: Session, actor: Actor, visit_id: int, version: int, data: VisitMove) -> Visit:
    """Give a visit another stop or period; its assigned trees go with it. An applied-for permit is open again.

    Into another town it is a new row with the same `uid`, since each town writes its own rows. Raises `Conflict` when
    something is in the way there, `NeedsConfirmation` when a decided visit would begin on another weekday.
    """
    visit, schedule, _ = found(session, actor, visit_id)
    stop: Stop = find_visible(session, actor, Stop, data.stop_id, STOP)
    layer = Layer(visit.layer, visit.schedule_id)
    if visit.layer == ACTUAL:
        raise Invalid({"": "Wann Bäume wirklich kamen und gingen, sagen Ankunft und Abschied, nicht der Plan."})
    stays = stays_of(session, visit)
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        stay_rules.check_fleet(session, actor, schedule, [])
        expect_version(visit, version, visit_values(visit))
        _check_not_arrived(session, visit)
        lock(session, [visit.stop_id, stop.id], [stay.tree_id for stay in stays])
        moved = Visit(
            schedule_id=visit.schedule_id,
            stop_id=stop.id,
            municipality_id=stop.municipality_id,
            during=data.during,
            layer=visit.layer,
            modules_s=visit.modules_s,
            modules_l=visit.modules_l,
            exception_reason=data.exception_reason or visit.exception_reason,
        )
        moved.id = visit.id
        check(session, moved, schedule, stop, layer, weekday_confirmed=data.weekday_confirmed)
        going = _shifted(visit, stays, data.during)
        stays = _free_to_go(session, layer, stop, going, release=data.release)
        if visit.permit_state in _ASKED_FOR and (stop.id, data.during) != (visit.stop_id, visit.during):
            visit.permit_state, visit.permit_applied_on, visit.permit_decided_on = "OFFEN", None, None
        if data.exception_reason and data.exception_reason != visit.exception_reason:
            visit.exception_reason = data.exception_reason
        if stop.municipality_id == visit.municipality_id:
            visit.stop_id, visit.during = stop.id, data.during
            for stay in stays:
                stay.stop_id, stay.during = stop.id, going[stay]
            give_slots(session, layer, stop, stays)
            settle(session)
            return visit
        kept = [(stay.tree_id, going[stay], stay.note, stay.is_example) for stay in stays]
        values = _values_to_keep(visit)
        _delete(session, visit)
    with perform(session, actor, Action.VISIT_EDIT, stop.municipality_id):
        arrived = Visit(stop_id=stop.id, municipality_id=stop.municipality_id, during=data.during, **values)
        session.add(arrived)
        session.flush()
        new = [
            Stay(
                schedule_id=arrived.schedule_id,
                tree_id=tree_id,
                stop_id=stop.id,
                municipality_id=stop.municipality_id,
                during=during,
                layer=arrived.layer,
                note=note,
                visit_id=arrived.id,
                is_example=is_example,
            )
            for tree_id, during, note, is_example in kept
        ]
        give_slots(session, layer, stop, new)
        session.add_all(new)
        settle(session)
    return arrived


def remove(session: Session, actor: Actor, visit_id: int, version: int) -> None:
    """Take a visit out of its layer, with its stays. One that trees have arrived for can only end."""
    visit, _, _ = found(session, actor, visit_id)
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        expect_version(visit, version, visit_values(visit))
        _check_not_arrived(session, visit)
        _delete(session, visit)
        settle(session)


def decide(session: Session, actor: Actor, visits: Sequence[tuple[int, int]]) -> list[Visit]:
    """Decide draft visits (id, version each) before their schedule is published; with their stays, all or none.

    The public sees them once the schedule is published.
    """
    chosen = [found(session, actor, visit_id)[0] for visit_id, _ in visits]
    for visit, (_, version) in zip(chosen, visits, strict=True):
        expect_version(visit, version, visit_values(visit))
        if visit.layer != DRAFT:
            raise Invalid({"": "Beschließen lässt sich nur ein Entwurf."})
        schedule: Schedule = find(session, Schedule, visit.schedule_id, SCHEDULE)
        if schedule.state == "UEBERHOLT":
            raise Invalid({"": f"Der Umzugsplan „{schedule.name}“ ist überholt."})
    trees = {visit.id: stays_of(session, visit) for visit in chosen}
    lock(session, [one.stop_id for one in chosen], [stay.tree_id for own in trees.values() for stay in own])
    layer = Layer(DECIDED, 0)
    by_fleet: dict[int, list[Visit]] = {}
    for visit in chosen:
        schedule = find(session, Schedule, visit.schedule_id, SCHEDULE)
        stop: Stop = find(session, Stop, visit.stop_id, STOP)
        by_fleet.setdefault(schedule.fleet_id, []).append(visit)
        rules.check_decidable(session, visit, schedule, stop)
        rules.check_alone(session, visit, stop, visit.during, layer)
        for stay in trees[visit.id]:
            stay_rules.check_trees_free(session, layer, [stay.tree_id], stop_id=stop.id, during=stay.during)
    for fleet_id, own in by_fleet.items():
        rules.check_fleet_enough(session, fleet_id, own, ignoring=[])
    for visit in chosen:
        with perform(session, actor, Action.SCHEDULE_PUBLISH, visit.municipality_id):
            stop = find(session, Stop, visit.stop_id, STOP)
            give_slots(session, layer, stop, trees[visit.id])
            visit.layer = DECIDED
            for stay in trees[visit.id]:
                stay.layer = DECIDED
    settle(session)
    return chosen


def undo(session: Session, actor: Actor, visit_id: int, change_id: int) -> None:
    """Take the last change of a visit (and of its stays with it) back. Raises `Conflict` when something is newer."""
    visit, _, _ = found(session, actor, visit_id)
    with for_municipality(session, visit.municipality_id):
        revert(session, actor, Root("visits", visit_id, (Part("stays", "visit_id", visit_id),)), change_id)
        settle(session)


def found(session: Session, actor: Actor, visit_id: int) -> tuple[Visit, Schedule, Stop]:
    """A visit that the actor may know of, with its schedule and stop. Raises `NotFound`."""
    visit: Visit = find_visible(session, actor, Visit, visit_id, VISIT)
    schedule: Schedule = find(session, Schedule, visit.schedule_id, SCHEDULE)
    stop: Stop = find(session, Stop, visit.stop_id, STOP)
    return visit, schedule, stop


def stays_of(session: Session, visit: Visit) -> Sequence[Stay]:
    """The stays of a visit: its trees by name, as far as they are assigned."""
    return session.scalars(select(Stay).where(Stay.visit_id == visit.id).order_by(Stay.id)).all()


def check(
    session: Session,
    visit: Visit,
    schedule: Schedule,
    stop: Stop,
    layer: Layer,
    *,
    weekday_confirmed: bool = False,
) -> None:
    """Everything that may forbid a visit, in the order in which a person would ask it."""
    rules.check_stop(stop)
    rules.check_season(schedule, visit.during)
    rules.check_weekday(schedule, layer.name, visit.during, confirmed=weekday_confirmed)
    rules.check_modules(session, schedule, stop, visit.modules_s, visit.modules_l)
    rules.check_open(session, visit, schedule, stop, layer)
    rules.check_alone(session, visit, stop, visit.during, layer)
    rules.check_room(session, visit, stop, visit.during, layer)
    if layer.name == DECIDED:
        rules.check_fleet_enough(session, schedule.fleet_id, [visit], ignoring=[visit.id] if visit.id else [])


def _layer(schedule: Schedule, data: VisitInput, today: date) -> Layer:
    if schedule.state not in _LAYER_OF:
        raise Invalid({"schedule_id": f"Der Umzugsplan „{schedule.name}“ ist überholt."})
    if not data.is_actual:
        return Layer(_LAYER_OF[schedule.state], schedule.id)
    if schedule.state == "ENTWURF":
        raise Invalid({"is_actual": "Was wirklich war, gehört in einen veröffentlichten Umzugsplan."})
    if bounds(data.during)[0] > today:
        raise Invalid({"is_actual": "Was erst noch kommt, ist noch nicht wirklich."})
    return Layer(ACTUAL, schedule.id)


def _check_not_arrived(session: Session, visit: Visit) -> None:
    actual = session.scalar(select(Visit).where(Visit.planned_visit_id == visit.id))
    if actual is not None:
        raise Conflict(f"Die Bäume sind seit dem {day(bounds(actual.during)[0])} da. Der Besuch kann nur noch enden.")


def _check_assigned(session: Session, visit: Visit, words: VisitWords) -> None:
    """Fewer modules than trees are assigned would leave trees without a place."""
    trees = stay_rules.trees_of(session, [stay.tree_id for stay in stays_of(session, visit)])
    for name, module_class in (("modules_s", "S"), ("modules_l", "L")):
        count = sum(tree.module_class == module_class for tree in trees)
        if count > getattr(words, name):
            raise Invalid({name: f"Dem Besuch sind schon {count} Bäume der Klasse {module_class} zugeteilt."})


def _shifted(visit: Visit, stays: Sequence[Stay], during: Range[date]) -> dict[Stay, Range[date]]:
    """The stays' new periods: the whole of the visit, or as long after its start as before, cut at its end."""
    old_first, old_last = bounds(visit.during)
    first, last = bounds(during)
    going = {}
    for stay in stays:
        begins, ends = bounds(stay.during)
        new_first = min(first + (begins - old_first), last)
        new_last = last if ends == old_last else max(new_first, min(first + (ends - old_first), last))
        going[stay] = period(new_first, new_last)
    return going


def _free_to_go(
    session: Session, layer: Layer, stop: Stop, going: dict[Stay, Range[date]], *, release: bool
) -> list[Stay]:
    """The stays whose trees are free then. The others leave the visit with `release`, else they are a conflict."""
    free, ignoring = [], [stay.id for stay in going]
    for stay, during in going.items():
        busy = trees_elsewhere(session, layer, [stay.tree_id], stop_id=stop.id, during=during, ignoring=ignoring)
        if busy and not release:
            raise Conflict(list_of(busy))
        if busy:
            session.delete(stay)
        else:
            free.append(stay)
    return free


def _values_to_keep(visit: Visit) -> dict[str, object]:
    placed = {"id", "stop_id", "municipality_id", "during", "plane", "version", "created_at"}
    return {column.name: getattr(visit, column.name) for column in Visit.__table__.columns if column.name not in placed}


def _delete(session: Session, visit: Visit) -> None:
    for stay in stays_of(session, visit):
        session.delete(stay)
    session.flush()
    session.delete(visit)
