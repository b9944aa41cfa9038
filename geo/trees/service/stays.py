"""Writes of stays: trees come to a stop, are moved, leave, swap, and what was planned is confirmed."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.trees.model import Schedule, Stay, Stop, Tree
from geo.trees.queries.occupation import ACTUAL, DECIDED, DRAFT, Layer, counterparts
from geo.trees.schemas import StayChange, StayInput, stay_values
from geo.trees.service import rules, visits_in_plans
from geo.trees.site.opening import blocked
from geo.trees.wording import bounds, day, period

_LAYER_OF = {"ENTWURF": DRAFT, "VEROEFFENTLICHT": DECIDED}
_STOP, _STAY, _SCHEDULE, _TREE = "Der Standplatz", "Die Standzeit", "Der Umzugsplan", "Der Baum"


def add_stays(session: Session, actor: Actor, data: StayInput, *, today: date | None = None) -> list[Stay]:
    """Let trees stand at a stop for a period: as a draft, as decided, or as it really is.

    The schedule's state decides between draft and decided. Raises `Conflict` with the stays that are in the way.
    """
    stop: Stop = rules.find_visible(session, actor, Stop, data.stop_id, _STOP)
    schedule: Schedule = rules.find_visible(session, actor, Schedule, data.schedule_id, _SCHEDULE)
    with perform(session, actor, Action.STAY_EDIT, stop.municipality_id):
        trees = rules.trees_of(session, data.tree_ids)
        rules.check_fleet(session, actor, schedule, trees)
        layer = _layer(schedule, data, today or clock.today())
        rules.lock(session, [stop.id], data.tree_ids)
        _check(session, layer, schedule=schedule, stop=stop, trees=trees, during=data.during)
        stays = [
            Stay(
                schedule_id=schedule.id,
                tree_id=tree.id,
                stop_id=stop.id,
                municipality_id=stop.municipality_id,
                during=data.during,
                layer=layer.name,
                note=data.note,
            )
            for tree in trees
        ]
        rules.give_slots(session, layer, stop, stays)
        session.add_all(stays)
        rules.settle(session)
    return stays


def change_stay(
    session: Session, actor: Actor, stay_id: int, version: int, data: StayChange, *, today: date | None = None
) -> Stay:
    """Give a stay another stop or period. Into another town it is a new stay, since each town writes its own rows."""
    stay: Stay = rules.find_visible(session, actor, Stay, stay_id, _STAY)
    stop: Stop = rules.find_visible(session, actor, Stop, data.stop_id, _STOP)
    schedule: Schedule = rules.find(session, Schedule, stay.schedule_id, _SCHEDULE)
    trees = rules.trees_of(session, [stay.tree_id])
    layer = Layer(stay.layer, stay.schedule_id)
    if stay.layer == ACTUAL and data.during.lower is not None and data.during.lower > (today or clock.today()):
        raise Invalid({"first": "Eine bestätigte Standzeit kann nicht in der Zukunft beginnen."})
    with perform(session, actor, Action.STAY_EDIT, stay.municipality_id):
        rules.check_fleet(session, actor, schedule, trees)
        rules.expect_version(stay, version, stay_values(stay))
        rules.lock(session, [stay.stop_id, stop.id], [stay.tree_id])
        _check(session, layer, schedule=schedule, stop=stop, trees=trees, during=data.during, ignoring=[stay.id])
        if stay.layer == ACTUAL and stay.stop_id == stop.id:
            _shorten_plan(session, stay, data.during)
        if stop.municipality_id == stay.municipality_id:
            if not visits_in_plans.holds(session, stay.visit_id, stop.id, data.during):
                stay.visit_id = None
            stay.stop_id, stay.during, stay.note = stop.id, data.during, data.note
            rules.give_slots(session, layer, stop, [stay])
            rules.settle(session)
            return stay
        tree_id, schedule_id, is_example = stay.tree_id, stay.schedule_id, stay.is_example
        session.delete(stay)
    with perform(session, actor, Action.STAY_EDIT, stop.municipality_id):
        moved = Stay(
            schedule_id=schedule_id,
            tree_id=tree_id,
            stop_id=stop.id,
            municipality_id=stop.municipality_id,
            during=data.during,
            layer=layer.name,
            note=data.note,
            is_example=is_example,
        )
        rules.give_slots(session, layer, stop, [moved])
        session.add(moved)
        rules.settle(session)
    return moved


def change_stays(
    session: Session,
    actor: Actor,
    stays: Sequence[tuple[int, int]],
    data: StayChange,
    *,
    today: date | None = None,
) -> list[Stay]:
    """Give several stays (id, version each) the same stop and period: all of them or none."""
    return [change_stay(session, actor, stay_id, version, data, today=today) for stay_id, version in stays]


def remove_stay(session: Session, actor: Actor, stay_id: int, version: int) -> None:
    """Take a stay out of its layer. A decided stay that had been confirmed shows again when the actual one goes."""
    stay: Stay = rules.find_visible(session, actor, Stay, stay_id, _STAY)
    with perform(session, actor, Action.STAY_EDIT, stay.municipality_id):
        rules.expect_version(stay, version, stay_values(stay))
        session.delete(stay)


def swap_trees(session: Session, actor: Actor, stays: Sequence[tuple[int, int]]) -> None:
    """Let the trees of two stays (id, version each) change places, in one transaction."""
    (one_id, one_version), (other_id, other_version) = stays
    if one_id == other_id:
        raise Invalid({"other_id": "Ein Baum kann nicht mit sich selbst tauschen."})
    one: Stay = rules.find_visible(session, actor, Stay, one_id, _STAY)
    other: Stay = rules.find_visible(session, actor, Stay, other_id, _STAY)
    for stay, version in ((one, one_version), (other, other_version)):
        rules.expect_version(stay, version, stay_values(stay))
    if one.layer != other.layer or (one.layer == DRAFT and one.schedule_id != other.schedule_id):
        raise Invalid({"other_id": "Tauschen können nur Standzeiten derselben Ebene (Entwurf, geplant, bestätigt)."})
    rules.lock(session, [one.stop_id, other.stop_id], [one.tree_id, other.tree_id])
    comers = ((one, other.tree_id), (other, one.tree_id))
    for stay, tree_id in comers:
        with perform(session, actor, Action.STAY_EDIT, stay.municipality_id):
            schedule: Schedule = rules.find(session, Schedule, stay.schedule_id, _SCHEDULE)
            stop: Stop = rules.find(session, Stop, stay.stop_id, _STOP)
            trees: list[Tree] = rules.trees_of(session, [tree_id])
            rules.check_fleet(session, actor, schedule, trees)
            rules.check_admitted(stop, trees)
            layer = Layer(stay.layer, stay.schedule_id)
            rules.check_trees_free(
                session, layer, [tree_id], stop_id=stop.id, during=stay.during, ignoring=[one.id, other.id]
            )
    for stay, tree_id in comers:
        with perform(session, actor, Action.STAY_EDIT, stay.municipality_id):
            stay.tree_id = tree_id
    rules.settle(session)


def confirm_stays(
    session: Session, actor: Actor, stay_ids: Collection[int], *, today: date | None = None
) -> list[Stay]:
    """Say that decided stays came true: each gets an actual stay beside it. Those already confirmed are left alone."""
    now = today or clock.today()
    planned: list[Stay] = [rules.find_visible(session, actor, Stay, key, _STAY) for key in sorted(set(stay_ids))]
    for stay in planned:
        if stay.layer != DECIDED:
            raise Invalid({"": "Bestätigen lässt sich nur eine geplante Standzeit."})
        if bounds(stay.during)[0] > now:
            raise Invalid({"": f"Die Standzeit beginnt erst am {day(bounds(stay.during)[0])}."})
    rules.lock(session, [stay.stop_id for stay in planned], [stay.tree_id for stay in planned])
    return [made for stay in planned if (made := _confirm(session, actor, stay)) is not None]


def _confirm(session: Session, actor: Actor, stay: Stay) -> Stay | None:
    layer = Layer(ACTUAL, stay.schedule_id)
    with perform(session, actor, Action.STAY_EDIT, stay.municipality_id):
        if counterparts(session, stay, ACTUAL):
            return None
        stop: Stop = rules.find(session, Stop, stay.stop_id, _STOP)
        rules.check_trees_free(session, layer, [stay.tree_id], stop_id=stop.id, during=stay.during)
        made = Stay(
            schedule_id=stay.schedule_id,
            tree_id=stay.tree_id,
            stop_id=stay.stop_id,
            municipality_id=stay.municipality_id,
            during=stay.during,
            layer=ACTUAL,
            note=stay.note,
            visit_id=visits_in_plans.arrived_for(session, stay),
            is_example=stay.is_example,
        )
        rules.give_slots(session, layer, stop, [made])
        session.add(made)
        rules.settle(session)
    return made


def _layer(schedule: Schedule, data: StayInput, today: date) -> Layer:
    if schedule.state not in _LAYER_OF:
        raise Invalid({"schedule_id": f"Der Umzugsplan „{schedule.name}“ ist überholt."})
    if not data.is_actual:
        return Layer(_LAYER_OF[schedule.state], schedule.id)
    if schedule.state == "ENTWURF":
        raise Invalid({"is_actual": "Bestätigte Standzeiten gehören in einen veröffentlichten Umzugsplan."})
    if bounds(data.during)[0] > today:
        raise Invalid({"is_actual": "Was erst noch kommt, kann nicht bestätigt werden."})
    return Layer(ACTUAL, schedule.id)


def _check(
    session: Session,
    layer: Layer,
    *,
    schedule: Schedule,
    stop: Stop,
    trees: Sequence[Tree],
    during: Range[date],
    ignoring: Collection[int] = (),
) -> None:
    rules.check_season(schedule, during)
    rules.check_admitted(stop, trees)
    if layer.name != ACTUAL and (said := blocked(session, stop, during)):
        raise Conflict(said)
    tree_ids = [tree.id for tree in trees]
    rules.check_trees_free(session, layer, tree_ids, stop_id=stop.id, during=during, ignoring=ignoring)
    rules.check_room(session, layer, stop, [(tree_id, during) for tree_id in tree_ids])


def _shorten_plan(session: Session, stay: Stay, during: Range[date]) -> None:
    """When a tree left earlier than planned, the plan keeps its place no longer."""
    last = bounds(during)[1]
    for planned in counterparts(session, stay, DECIDED):
        first, planned_last = bounds(planned.during)
        if first <= last < planned_last:
            planned.during = period(first, last)
