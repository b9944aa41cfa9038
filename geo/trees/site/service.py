"""Writes of a stop's site: bays with their places, facts, heat, blocked periods, caretakers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shapely.geometry import MultiPolygon
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import clock, geometry, metric
from geo.core.access import Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.places.model import Place
from geo.trees.model import Stop
from geo.trees.service.rules import expect_version, find_visible, lock
from geo.trees.service.shrinking import shrink
from geo.trees.site import queries
from geo.trees.site.capacity import check_most, measures
from geo.trees.site.model import StopBlock, StopCaretaker
from geo.trees.site.schemas import (
    SITE_COLUMNS,
    BaysInput,
    BlockInput,
    CaretakerInput,
    HeatInput,
    SiteInput,
    bays_values,
    caretaker_values,
    heat_values,
    site_values,
)
from geo.trees.wording import span

FARTHEST_M = 150
_STOP = "Der Standplatz"


def draw_bays(
    session: Session, actor: Actor, stop_id: int, version: int, data: BaysInput, *, today: date | None = None
) -> Stop:
    """Say where modules may stand; the number of places follows from what fits, or is given lower.

    Raises `Invalid` for bays away from the stop, for bays into which no module fits, and for more places than fit;
    `Conflict` when it was changed since or more trees stand there (today or later) than it would take.
    """
    stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
    with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
        expect_version(stop, version, bays_values(stop))
        if data.bays is not None:
            _check_near(session, stop, data.bays)
        capacity = _places(session, stop, data)
        if capacity < stop.capacity:
            lock(session, [stop.id], [])
            shrink(session, stop, capacity, today or clock.today())
        stop.bays = None if data.bays is None else metric.stored(data.bays)
        stop.gap_cm, stop.capacity = data.gap_cm, capacity
        flag_modified(stop, "gap_cm")
    return stop


def update_site(session: Session, actor: Actor, stop_id: int, version: int, data: SiteInput) -> Stop:
    """Write down the facts of the place that its rules ask for."""
    stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
    return _fill(session, actor, stop, version, site_values(stop), {name: getattr(data, name) for name in SITE_COLUMNS})


def update_heat(session: Session, actor: Actor, stop_id: int, version: int, data: HeatInput) -> Stop:
    """Write down how much a stop needs shade and how much around it is sealed."""
    stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
    return _fill(session, actor, stop, version, heat_values(stop), vars(data))


def take_measured(session: Session, actor: Actor, values: Mapping[int, int], target: str, source: str) -> int:
    """Write what was measured (`heat_need` or `sealed_share`, 0 to 100) with its source to these stops; says how many.

    All of them or none.
    """
    named = {"heat_need": "heat_source", "sealed_share": "sealed_source"}[target]
    for stop_id, value in sorted(values.items()):
        stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
        with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
            for name, new in ((target, value), (named, source)):
                if getattr(stop, name) != new:
                    setattr(stop, name, new)
    return len(values)


def add_block(session: Session, actor: Actor, stop_id: int, data: BlockInput) -> StopBlock:
    """Close a stop for a period. Trees that are planned there then stay planned: the page says so."""
    stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
    with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
        for known in queries.blocks(session, stop_id, data.during):
            if known.source == "HAND":
                raise Conflict(f"Der Standplatz ist {span(known.during)} schon gesperrt: {known.reason}.")
        block = StopBlock(
            stop_id=stop_id, municipality_id=stop.municipality_id, during=data.during, reason=data.reason, source="HAND"
        )
        session.add(block)
        flag_modified(stop, "name")
    return block


def remove_block(session: Session, actor: Actor, stop_id: int, block_id: int, version: int) -> StopBlock:
    """Open a stop again in a period that was entered by hand. What the calendar blocks is opened in the calendar."""
    stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
    block = session.get(StopBlock, block_id)
    if block is None or block.stop_id != stop.id:
        raise NotFound("Die Sperrzeit", block_id)
    if block.event_id is not None:
        raise Conflict("Diese Sperrzeit kommt aus dem Kalender. Bitte dort aufheben.")
    with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
        expect_version(block, version, {})
        session.delete(block)
        flag_modified(stop, "name")
    return block


def add_caretaker(session: Session, actor: Actor, stop_id: int, data: CaretakerInput) -> StopCaretaker:
    """Name somebody who looks after a stop."""
    stop: Stop = find_visible(session, actor, Stop, stop_id, _STOP)
    with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
        caretaker = StopCaretaker(stop_id=stop_id, municipality_id=stop.municipality_id, **vars(data))
        session.add(caretaker)
    return caretaker


def update_caretaker(
    session: Session, actor: Actor, stop_id: int, caretaker_id: int, version: int, data: CaretakerInput
) -> StopCaretaker:
    """Change what is known of a caretaker."""
    caretaker = queries.get_caretaker(session, actor, stop_id, caretaker_id)
    with perform(session, actor, Action.STOP_EDIT, caretaker.municipality_id):
        expect_version(caretaker, version, caretaker_values(caretaker))
        for name, value in vars(data).items():
            setattr(caretaker, name, value)
    return caretaker


def remove_caretaker(session: Session, actor: Actor, stop_id: int, caretaker_id: int) -> None:
    """Forget a caretaker: nothing of the name or the address stays, in the history neither."""
    caretaker = queries.get_caretaker(session, actor, stop_id, caretaker_id)
    with perform(session, actor, Action.STOP_EDIT, caretaker.municipality_id):
        session.delete(caretaker)


def _fill(
    session: Session, actor: Actor, stop: Stop, version: int, theirs: dict[str, Any], values: dict[str, Any]
) -> Stop:
    with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
        expect_version(stop, version, theirs)
        for name, value in values.items():
            if getattr(stop, name) != value:
                setattr(stop, name, value)
    return stop


def _check_near(session: Session, stop: Stop, bays: MultiPolygon) -> None:
    with for_municipality(session, stop.municipality_id):
        place = session.get_one(Place, stop.place_id)
    distance = geometry.in_metres(geometry.shape_of(place.point)).distance(bays)
    if distance > FARTHEST_M:
        far = f"{round(distance):,}".replace(",", ".")
        raise Invalid(
            {
                "bays": f"Die Buchten liegen {far} m vom Punkt des Standplatzes entfernt; möglich sind höchstens"
                f" {FARTHEST_M} m. Bitte prüfen, ob es der richtige Standplatz ist."
            }
        )


def _places(session: Session, stop: Stop, data: BaysInput) -> int:
    """How many places the stop has with these bays."""
    if data.bays is None:
        return data.capacity or stop.capacity
    classes = tuple(stop.module_classes)
    found = queries.fits(data.bays, classes, queries.sizes(session, stop.municipality_id), data.gap_cm)
    if data.capacity is not None:
        check_most(found, data.capacity, data.gap_cm)
        return data.capacity
    known = [one for one in found if one.most is not None]
    if len(known) < len(found):
        return stop.capacity
    least = min(known, key=lambda one: one.most or 0)
    if not least.most:
        raise Invalid({"bays": f"In diese Buchten passt kein Modul der Klasse {least.name} {measures(least)}."})
    return least.most
