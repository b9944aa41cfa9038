"""Trees arrive and leave: what was decided comes true, as an actual visit beside the decided one."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.trees.model import Stay, Stop
from geo.trees.queries.occupation import ACTUAL, DECIDED, Layer, counterparts, trees_elsewhere
from geo.trees.service.rules import expect_version, give_slots, list_of, lock, settle
from geo.trees.visits import rules
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import visit_values
from geo.trees.visits.service.planning import found, stays_of
from geo.trees.wording import bounds, day, period


def arrive(
    session: Session, actor: Actor, visit_id: int, version: int, first: date, *, today: date | None = None
) -> Visit:
    """Say that the trees of a decided visit came on the day. Gives the actual visit, with a stay of each assigned tree.

    It lasts until the planned end; whoever comes late stays as long as planned. Raises `Invalid` for a day to come.
    """
    visit, schedule, stop = found(session, actor, visit_id)
    if visit.layer != DECIDED:
        raise Invalid({"": "Ankommen können Bäume nur zu einem beschlossenen Besuch."})
    if first > (today or clock.today()):
        raise Invalid({"first": "Der Tag der Ankunft liegt in der Zukunft."})
    planned_first, planned_last = bounds(visit.during)
    if first > planned_last:
        raise Invalid(
            {"first": f"Der Besuch war bis zum {day(planned_last)} geplant. Bitte zuerst den Besuch verschieben."}
        )
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        expect_version(visit, version, visit_values(visit))
        stays = stays_of(session, visit)
        lock(session, [stop.id], [stay.tree_id for stay in stays])
        if actual_of(session, visit) is not None:
            raise Conflict("Die Ankunft dieses Besuchs ist schon eingetragen.")
        layer, during = Layer(ACTUAL, visit.schedule_id), period(first, planned_last)
        rules.check_season(schedule, during)
        actual = Visit(
            schedule_id=visit.schedule_id,
            stop_id=stop.id,
            municipality_id=visit.municipality_id,
            during=during,
            modules_s=visit.modules_s,
            modules_l=visit.modules_l,
            layer=ACTUAL,
            planned_visit_id=visit.id,
            permit_state="NICHT_NOETIG",
            is_example=visit.is_example,
        )
        rules.check_alone(session, actual, stop, during, layer)
        session.add(actual)
        session.flush()
        come = [stay for stay in stays if bounds(stay.during)[1] >= first]
        new = []
        for stay in come:
            begins = first if bounds(stay.during)[0] == planned_first else max(first, bounds(stay.during)[0])
            own = period(begins, bounds(stay.during)[1])
            if confirmed := counterparts(session, stay, ACTUAL):
                for one in confirmed:
                    one.visit_id = actual.id if during.contains(one.during) else None
                continue
            if busy := trees_elsewhere(session, layer, [stay.tree_id], stop_id=stop.id, during=own):
                raise Conflict(list_of(busy))
            new.append(_actual_stay(stay, actual, own))
        give_slots(session, layer, stop, new)
        session.add_all(new)
        settle(session)
    return actual


def leave(
    session: Session, actor: Actor, visit_id: int, version: int, last: date, *, today: date | None = None
) -> Visit:
    """Say on which day the trees stood there for the last time: earlier or later than planned. Gives the actual visit.

    `visit_id` and `version` are those of the actual visit or of the decided one that it fulfils.
    """
    visit, schedule, stop = found(session, actor, visit_id)
    actual = visit if visit.layer == ACTUAL else actual_of(session, visit)
    if actual is None:
        raise Invalid({"": "Zu diesem Besuch ist noch keine Ankunft eingetragen."})
    first, old_last = bounds(actual.during)
    if last < first:
        raise Invalid({"last": f"Die Bäume kamen erst am {day(first)}."})
    if last > max(today or clock.today(), old_last):
        raise Invalid({"last": "Der letzte Tag liegt in der Zukunft."})
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        expect_version(visit, version, visit_values(visit))
        stays = stays_of(session, actual)
        lock(session, [stop.id], [stay.tree_id for stay in stays])
        layer, during = Layer(ACTUAL, actual.schedule_id), period(first, last)
        rules.check_season(schedule, during)
        rules.check_alone(session, actual, stop, during, layer)
        actual.during = during
        for stay in stays:
            begins, ends = bounds(stay.during)
            if begins > last:
                session.delete(stay)
            elif ends > last or ends == old_last:
                _end(session, stay, last, layer, stop)
        settle(session)
    return actual


def actual_of(session: Session, visit: Visit) -> Visit | None:
    """The actual visit that fulfils a decided one."""
    return session.scalar(select(Visit).where(Visit.planned_visit_id == visit.id))


def _actual_stay(stay: Stay, actual: Visit, during: Range[date]) -> Stay:
    return Stay(
        schedule_id=stay.schedule_id,
        tree_id=stay.tree_id,
        stop_id=stay.stop_id,
        municipality_id=stay.municipality_id,
        during=during,
        layer=ACTUAL,
        note=stay.note,
        visit_id=actual.id,
        is_example=stay.is_example,
    )


def _end(session: Session, stay: Stay, last: date, layer: Layer, stop: Stop) -> None:
    """Let a stay end with the day; what was planned for the tree there ends with it."""
    during = period(bounds(stay.during)[0], last)
    busy = trees_elsewhere(session, layer, [stay.tree_id], stop_id=stop.id, during=during, ignoring=[stay.id])
    if busy:
        raise Conflict(list_of(busy))
    for planned in counterparts(session, stay, DECIDED):
        first, planned_last = bounds(planned.during)
        if first <= last < planned_last:
            planned.during = period(first, last)
    stay.during = during
    give_slots(session, layer, stop, [stay])
