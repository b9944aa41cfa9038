"""A stop with fewer places than before: what stands there is laid together below the new number, or is in the way."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.errors import Conflict
from geo.trees.model import Stay, Stop
from geo.trees.queries.occupation import ACTUAL, DRAFT, Layer, fullest_day, occupants
from geo.trees.service.rules import give_slots, list_of
from geo.trees.wording import day


def shrink(session: Session, stop: Stop, capacity: int, today: date) -> None:
    """Make room below the new capacity for whatever stands there today or later, or say what does not fit."""
    coming = Range(today, None)
    stays = session.scalars(
        select(Stay).where(Stay.stop_id == stop.id, Stay.during.overlaps(coming), Stay.slot > capacity)
    ).all()
    by_layer: dict[Layer, list[Stay]] = {}
    for stay in stays:
        layer = Layer(stay.layer, stay.schedule_id if stay.layer == DRAFT else 0)
        by_layer.setdefault(layer, []).append(stay)
    for layer, own in by_layer.items():
        _check_fits(session, layer, stop, capacity, coming)
        give_slots(session, layer, stop, own, capacity)
    _check_fits(session, Layer(ACTUAL, 0), stop, capacity, coming)
    session.flush()


def _check_fits(session: Session, layer: Layer, stop: Stop, capacity: int, coming: Range[date]) -> None:
    there = occupants(session, layer, stop.id, coming)
    when, count = fullest_day(((one.tree_id, one.during) for one in there), [coming])
    if count > capacity:
        at_the_time = [one for one in there if one.during.contains(when)]
        raise Conflict(f"Am {day(when)} stehen dort {count} Bäume, mehr als {capacity}: {list_of(at_the_time)}")
