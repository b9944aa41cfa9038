"""Writes of stops."""

from datetime import date

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.places import service as places
from geo.trees.model import Stop
from geo.trees.queries.occupation import future_at_stop
from geo.trees.schemas import STOP_COLUMNS, StopInput, stop_values
from geo.trees.service.rules import expect_version, find_visible, list_of, lock
from geo.trees.service.shrinking import shrink
from geo.trees.site.capacity import check_capacity


def create_stop(session: Session, actor: Actor, municipality_id: int, data: StopInput) -> Stop:
    """A new stop at a place of its own, which is public as it is."""
    with perform(session, actor, Action.STOP_EDIT, municipality_id):
        place = places.create_place(session, municipality_id, data.place, public="exact")
        stop = Stop(municipality_id=municipality_id, place_id=place.id)
        _fill(stop, data)
        session.add(stop)
    return stop


def update_stop(
    session: Session, actor: Actor, stop_id: int, version: int, data: StopInput, *, today: date | None = None
) -> Stop:
    """Change a stop and its place.

    Raises `Conflict` when it was changed since, when more trees stand there (today or later) than it would take, or
    when trees of a class come there that it would no longer admit.
    """
    stop: Stop = find_visible(session, actor, Stop, stop_id, "Der Standplatz")
    now = today or clock.today()
    with perform(session, actor, Action.STOP_EDIT, stop.municipality_id):
        place = places.find_place(session, stop.place_id)
        expect_version(stop, version, stop_values(stop, place))
        if data.capacity < stop.capacity or set(data.module_classes) < set(stop.module_classes):
            lock(session, [stop.id], [])
        _check_classes(session, stop, data, now)
        check_capacity(session, stop, data.capacity, data.module_classes)
        if data.capacity < stop.capacity:
            shrink(session, stop, data.capacity, now)
        places.update_place(session, stop.place_id, data.place, public="exact")
        _fill(stop, data)
        flag_modified(stop, "name")  # a change of the place alone is a new version of the stop too
    return stop


def _fill(stop: Stop, data: StopInput) -> None:
    for name in STOP_COLUMNS:
        value = getattr(data, name)
        value = list(value) if isinstance(value, tuple) else value
        if getattr(stop, name) != value:
            setattr(stop, name, value)


def _check_classes(session: Session, stop: Stop, data: StopInput, today: date) -> None:
    shut = future_at_stop(session, stop.id, today, data.module_classes)
    if shut and set(data.module_classes) != set(stop.module_classes):
        raise Conflict(f"Diese Bäume wären dann nicht mehr zugelassen: {list_of(shut)}")
