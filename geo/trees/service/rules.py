"""The rules of stays, each as a function that passes or raises a sentence; and the locks under which they hold."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, require
from geo.core.codes import label
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.trees.codes import GONE, TREE_STATES
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.queries.internal import is_visible
from geo.trees.queries.occupation import Layer, Occupant, fullest_day, occupants, trees_elsewhere
from geo.trees.visits.model import Visit
from geo.trees.wording import bounds, day, span, stands

_STOPS, _TREES = 7_125_402, 7_125_403
_LOCK = text(
    "SELECT pg_advisory_xact_lock(CAST(:space AS integer), one.id)"
    " FROM (SELECT unnest(CAST(:ids AS integer[])) AS id ORDER BY 1) one"
)
_DEFERRED = (
    "register.stays_tree_at_one_place, register.stays_stop_capacity, register.visits_one_at_a_time,"
    " register.stays_within_visit, register.visits_around_stays, register.stays_visit_id_stop_id_plane_fkey,"
    " register.visits_calendar, register.schedules_calendar"
)
_CHECK_NOW = text(f"SET CONSTRAINTS {_DEFERRED} IMMEDIATE")
_CHECK_LATER = text(f"SET CONSTRAINTS {_DEFERRED} DEFERRED")
_NAMED_AT_MOST = 5


def lock(session: Session, stop_ids: Collection[int], tree_ids: Collection[int]) -> None:
    """Wait until nobody else books these stops and trees; held to the end of the transaction.

    The constraints of the database would refuse the second booking anyway, but without saying which tree is in the way.
    """
    for space, ids in ((_STOPS, stop_ids), (_TREES, tree_ids)):
        session.execute(_LOCK, {"space": space, "ids": sorted(set(ids))})


def settle(session: Session) -> None:
    """Let the deferred constraints speak now, while the write is still in hand."""
    session.flush()
    session.execute(_CHECK_NOW)
    session.execute(_CHECK_LATER)


def find(session: Session, kind: type[Any], key: int, name: str) -> Any:
    """The row with this id. Raises `NotFound` with the German name of its kind."""
    row = session.get(kind, key)
    if row is None:
        raise NotFound(name, key)
    return row


def find_visible(session: Session, actor: Actor, kind: type[Any], key: int, name: str) -> Any:
    """The row with this id, as far as the actor may know of it. A foreign one is like one that is not there."""
    row = find(session, kind, key, name)
    towns = [row.municipality_id]
    if isinstance(row, Stay | Visit):
        towns.append(find(session, Schedule, row.schedule_id, "Der Umzugsplan").municipality_id)
    if not any(is_visible(actor, town) for town in towns):
        raise NotFound(name, key)
    return row


def expect_version(row: Any, version: int, theirs: dict[str, Any]) -> None:
    """Raises `Conflict` with the stored values when somebody changed the row since the form was opened."""
    if row.version != version:
        raise Conflict(STALE, theirs=theirs, version=row.version)


def trees_of(session: Session, tree_ids: Collection[int]) -> list[Tree]:
    """The trees, in the order of their labels. Raises `NotFound`."""
    trees = session.scalars(select(Tree).where(Tree.id.in_(tree_ids)).order_by(Tree.label)).all()
    missing = set(tree_ids) - {tree.id for tree in trees}
    if missing:
        raise NotFound("Der Baum", min(missing))
    return list(trees)


def check_fleet(session: Session, actor: Actor, schedule: Schedule, trees: Iterable[Tree]) -> None:
    """The trees belong to the schedule's fleet, and the fleet is the actor's own or the alliance's."""
    fleet = find(session, Fleet, schedule.fleet_id, "Die Allee")
    if fleet.municipality_id is not None:
        require(actor, Action.STAY_EDIT, fleet.municipality_id)
    for tree in trees:
        if tree.fleet_id != fleet.id:
            raise Invalid({"trees": f"Baum {tree.label} gehört nicht zur Allee „{fleet.name}“."})


def check_admitted(stop: Stop, trees: Iterable[Tree]) -> None:
    """The stop takes the trees' classes, and the trees are still there."""
    for tree in trees:
        if tree.state in GONE:
            raise Invalid({"trees": f"Baum {tree.label} ist {label(TREE_STATES, tree.state)} und zieht nicht mehr um."})
        if tree.module_class not in stop.module_classes:
            admitted = " und ".join(stop.module_classes)
            raise Invalid(
                {
                    "trees": f"Baum {tree.label} hat die Modulklasse {tree.module_class}; am Standplatz „{stop.name}“"
                    f" ist nur {admitted} zugelassen."
                }
            )


def check_season(schedule: Schedule, during: Range[date]) -> None:
    """The period lies within the schedule's season."""
    if not schedule.season.contains(during):
        raise Invalid({"first": f"Der Umzugsplan „{schedule.name}“ gilt {span(schedule.season)}."})


def check_trees_free(
    session: Session,
    layer: Layer,
    tree_ids: Collection[int],
    *,
    stop_id: int,
    during: Range[date],
    ignoring: Collection[int] = (),
) -> None:
    """No tree stands elsewhere (or here already) in that period."""
    found = trees_elsewhere(session, layer, tree_ids, stop_id=stop_id, during=during, ignoring=ignoring)
    if found:
        raise Conflict(list_of(found))


def check_room(session: Session, layer: Layer, stop: Stop, coming: Sequence[tuple[int, Range[date]]]) -> None:
    """The stop has room for the trees (id and period each) on every day on which they are to stand there."""
    periods = [own for _, own in coming]
    whole = Range(min(bounds(own)[0] for own in periods), max(bounds(own)[1] for own in periods), bounds="[]")
    there = occupants(session, layer, stop.id, whole)
    when, count = fullest_day([*((one.tree_id, one.during) for one in there), *coming], periods)
    if count <= stop.capacity:
        return
    new = {tree_id for tree_id, own in coming if own.contains(when)}
    others = [one for one in there if one.during.contains(when) and one.tree_id not in new]
    free = max(0, stop.capacity - len({one.tree_id for one in others}))
    room = {0: "ist am {day} kein Platz", 1: "ist am {day} nur 1 Platz"}.get(free, "sind am {day} nur {free} Plätze")
    need = "wird 1" if len(new) == 1 else f"werden {len(new)}"
    raise Conflict(
        f"Am Standplatz „{stop.name}“ {room.format(day=day(when), free=free)} von {stop.capacity} frei,"
        f" gebraucht {need}. {list_of(others)}".strip()
    )


def list_of(found: Sequence[Occupant]) -> str:
    """The stays in the way as sentences, the first few by name."""
    named = [f"{stands(one.tree, one.during, one.stop)}." for one in found[:_NAMED_AT_MOST]]
    more = len(found) - len(named)
    if more:
        named.append("Dazu kommt 1 weitere Standzeit." if more == 1 else f"Dazu kommen {more} weitere Standzeiten.")
    return " ".join(named)


def give_slots(session: Session, layer: Layer, stop: Stop, stays: Sequence[Stay], capacity: int | None = None) -> None:
    """Give each new or moved stay a free slot of the stop (of its first `capacity` slots).

    Where the free slots are too short a time free, the stays around are laid together anew: as long as on no day
    more trees stand than there are slots, taking the lowest free slot in the order of arrival always succeeds.
    """
    room = stop.capacity if capacity is None else capacity
    own = {id(stay) for stay in stays}
    with session.no_autoflush:
        others = session.scalars(select(Stay).where(layer.same(), Stay.stop_id == stop.id)).all()
    placed = [other for other in others if id(other) not in own]
    for stay in sorted(stays, key=_arrival):
        free = _free_slots(placed, stay.during, room)
        if not free:
            _lay_together(_around([*placed, *(one for one in stays if one not in placed)], stay), stop, room)
            return
        stay.slot = free[0]
        placed.append(stay)


def _free_slots(placed: Iterable[Stay], during: Range[date], capacity: int) -> list[int]:
    taken = {other.slot for other in placed if other.during.overlaps(during)}
    return [slot for slot in range(1, capacity + 1) if slot not in taken]


def _around(stays: list[Stay], start: Stay) -> list[Stay]:
    """The stays that overlap with `start`, those that overlap with these, and so on."""
    found, rest = [start], [stay for stay in stays if stay is not start]
    low, high = bounds(start.during)
    grown = True
    while grown:
        grown = False
        for stay in list(rest):
            first, last = bounds(stay.during)
            if first <= high and low <= last:
                rest.remove(stay)
                found.append(stay)
                low, high, grown = min(low, first), max(high, last), True
    return found + [stay for stay in rest if stay.slot is None]


def _lay_together(stays: list[Stay], stop: Stop, room: int) -> None:
    placed: list[Stay] = []
    for stay in sorted(stays, key=_arrival):
        free = _free_slots(placed, stay.during, room)
        if not free:
            raise Conflict(f"Am Standplatz „{stop.name}“ ist {span(stay.during)} kein Platz von {room} frei.")
        stay.slot = free[0]
        placed.append(stay)


def _arrival(stay: Stay) -> tuple[date, int]:
    return bounds(stay.during)[0], stay.id or 0
