"""Writes of the calendar: events by hand or from a file, and the stops that they block."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.events.model import CalendarEvent
from geo.trees.events.queries import blocked_stops, get_event
from geo.trees.events.reading import Found
from geo.trees.events.schemas import EventInput, event_values
from geo.trees.model import Stop
from geo.trees.service.rules import expect_version
from geo.trees.site.model import StopBlock
from geo.trees.wording import period


@dataclass(frozen=True)
class Taken:
    """What a file changed: new events, changed ones, those gone from it, and those that are as they were."""

    new: int
    changed: int
    gone: int
    same: int


def add_event(session: Session, actor: Actor, municipality_id: int, data: EventInput) -> CalendarEvent:
    """Enter an event of a town by hand."""
    with perform(session, actor, Action.STOP_EDIT, municipality_id):
        event = CalendarEvent(
            municipality_id=municipality_id,
            uid=f"{uuid.uuid4()}@innenstadtregister",
            during=data.during,
            title=data.title,
            kind=data.kind,
            source=data.source,
            blocks=bool(data.stop_ids),
            is_example=False,
        )
        session.add(event)
        session.flush()
        _block(session, event, data.stop_ids)
    return event


def update_event(session: Session, actor: Actor, event_id: int, version: int, data: EventInput) -> CalendarEvent:
    """Change an event and the stops that it blocks. Raises `Conflict` when it was changed since."""
    event = get_event(session, actor, event_id)
    with perform(session, actor, Action.STOP_EDIT, event.municipality_id):
        expect_version(event, version, event_values(event, blocked_stops(session, event.id)))
        event.title, event.kind, event.during = data.title, data.kind, data.during
        event.blocks = bool(data.stop_ids)
        _block(session, event, data.stop_ids)
    return event


def remove_event(session: Session, actor: Actor, event_id: int, version: int) -> CalendarEvent:
    """Take an event out, and with it the periods in which it blocked stops."""
    event = get_event(session, actor, event_id)
    with perform(session, actor, Action.STOP_EDIT, event.municipality_id):
        expect_version(event, version, event_values(event, blocked_stops(session, event.id)))
        _remove(session, event)
    return event


def take_over(
    session: Session,
    actor: Actor,
    municipality_id: int,
    found: Sequence[Found],
    *,
    source: str,
    kind: str,
    stop_ids: Sequence[int],
    today: date | None = None,
) -> Taken:
    """Bring a town's calendar in step with a file: what it says is entered or changed, what it says no more goes.

    Only events of the same source go, and only those that are not over: what was, stays. Raises `Invalid` for an event
    that another calendar has already.
    """
    now = today or clock.today()
    with perform(session, actor, Action.STOP_EDIT, municipality_id):
        query = select(CalendarEvent).where(CalendarEvent.municipality_id == municipality_id)
        known = {one.uid: one for one in session.scalars(query)}
        new = changed = same = gone = 0
        there = {one.uid: one for one in found if not one.cancelled}
        for uid, one in there.items():
            event, during = known.get(uid), period(one.first, one.last)
            if event is None:
                event = CalendarEvent(
                    municipality_id=municipality_id, uid=uid, during=during, title=one.title, kind=kind, source=source
                )
                event.blocks, event.is_example = bool(stop_ids), False
                session.add(event)
                new += 1
            elif event.source != source:
                raise Invalid({"source": f"„{one.title}“ steht schon im Kalender „{event.source}“."})
            elif _differs(session, event, one, during, kind, stop_ids):
                event.title, event.kind, event.during, event.blocks = one.title, kind, during, bool(stop_ids)
                changed += 1
            else:
                same += 1
                continue
            session.flush()
            _block(session, event, stop_ids)
        for uid, event in known.items():
            if event.source == source and uid not in there and _upper(event.during) > now:
                _remove(session, event)
                gone += 1
    return Taken(new, changed, gone, same)


def _differs(
    session: Session, event: CalendarEvent, one: Found, during: Range[date], kind: str, stop_ids: Sequence[int]
) -> bool:
    return (event.title, event.kind, event.during) != (one.title, kind, during) or sorted(
        blocked_stops(session, event.id)
    ) != sorted(stop_ids)


def _upper(during: Range[date]) -> date:
    return during.upper or date.max


def _remove(session: Session, event: CalendarEvent) -> None:
    for block in session.scalars(select(StopBlock).where(StopBlock.event_id == event.id)):
        session.delete(block)
    session.flush()
    session.delete(event)


def _block(session: Session, event: CalendarEvent, stop_ids: Sequence[int]) -> None:
    """Keep the blocks of an event in step with its days, its title and the stops chosen."""
    known = {one.stop_id: one for one in session.scalars(select(StopBlock).where(StopBlock.event_id == event.id))}
    for stop_id in stop_ids:
        stop = session.get(Stop, stop_id)
        if stop is None or stop.municipality_id != event.municipality_id:
            raise Invalid({"stops": "Sperren lassen sich nur Standplätze der eigenen Gemeinde."})
        block = known.pop(stop_id, None)
        if block is None:
            block = StopBlock(
                stop_id=stop_id, municipality_id=stop.municipality_id, source="KALENDER", event_id=event.id,
                during=event.during, reason=event.title,
            )  # fmt: skip
            session.add(block)
        elif (block.during, block.reason) != (event.during, event.title):
            block.during, block.reason = event.during, event.title
    for gone in known.values():
        session.delete(gone)
