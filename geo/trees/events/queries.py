"""Reads of the calendar: holidays that are computed and events that were entered, as one background of the plan."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.calendar import holidays_in
from geo.core.errors import NotFound
from geo.trees.events.model import CalendarEvent
from geo.trees.queries.internal import is_visible
from geo.trees.site.model import StopBlock

HOLIDAY_SOURCE = "Feiertage und Schulferien in Thüringen (Bibliothek holidays)"
# Events of the whole state belong to every town.
_EVENTS = text(
    """
    SELECT e.id, e.version, e.title, e.kind, lower(e.during) AS first, upper(e.during) - 1 AS last, e.source,
           e.municipality_id, e.is_example,
           ARRAY(SELECT s.name FROM register.stop_blocks b JOIN register.stops s ON s.id = b.stop_id
                 WHERE b.event_id = e.id ORDER BY s.name) AS stops
    FROM register.calendar_events e
    WHERE (e.municipality_id IS NULL OR e.municipality_id = :town)
      AND e.during && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
    ORDER BY lower(e.during), e.title, e.id
    """
)
_SOURCES = text(
    "SELECT e.source, count(*) AS events FROM register.calendar_events e"
    " WHERE e.municipality_id IS NOT DISTINCT FROM :town GROUP BY e.source ORDER BY e.source"
)


@dataclass(frozen=True)
class Entry:
    """One line of the calendar. `id` None: a holiday, which nobody entered. `stops`: the names of those it blocks."""

    title: str
    kind: str
    first: date
    last: date
    source: str
    id: int | None = None
    version: int = 0
    municipality_id: int | None = None
    stops: tuple[str, ...] = ()
    is_example: bool = False


def background(session: Session, municipality_id: int | None, first: date, last: date) -> list[Entry]:
    """Everything that touches the days from the first to the last, by beginning: holidays, school holidays, events.

    Of a town with those of the whole state; for None of the state alone.
    """
    found = [
        Entry(one.name, "SCHULFERIEN" if one.is_school else "FEIERTAG", one.start, one.end, HOLIDAY_SOURCE)
        for one in holidays_in(first, last)
    ]
    for row in session.execute(_EVENTS, {"town": municipality_id, "first": first, "last": last}):
        found.append(
            Entry(
                row.title,
                row.kind,
                row.first,
                row.last,
                row.source,
                row.id,
                row.version,
                row.municipality_id,
                tuple(row.stops),
                row.is_example,
            )
        )
    return sorted(found, key=lambda one: (one.first, one.last, one.title))


def get_event(session: Session, actor: Actor, event_id: int) -> CalendarEvent:
    """An event of the state or of a town that the actor may look into. Raises `NotFound`."""
    event = session.get(CalendarEvent, event_id)
    if event is None or not is_visible(actor, event.municipality_id):
        raise NotFound("Der Termin", event_id)
    return event


def blocked_stops(session: Session, event_id: int) -> list[int]:
    """The stops that an event blocks."""
    query = select(StopBlock.stop_id).where(StopBlock.event_id == event_id).order_by(StopBlock.stop_id)
    return list(session.scalars(query))


def sources(session: Session, municipality_id: int | None) -> dict[str, int]:
    """Where a calendar's events come from, with how many each gave."""
    return {row.source: row.events for row in session.execute(_SOURCES, {"town": municipality_id})}
