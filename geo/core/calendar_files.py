"""Events as a calendar file (RFC 5545): with a stable UID, a SEQUENCE, and what is called off said to be so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Innenstadtregister//Kalender//DE"
DOMAIN = "innenstadtregister"
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """One event: whole days from `first` to `last`, both included, or a moment `at`, which may have an end `until`."""

    uid: str
    sequence: int
    changed_at: datetime
    summary: str
    first: date
    last: date
    at: datetime | None = None
    until: datetime | None = None
    location: str = ""
    description: str = ""
    url: str = ""
    spot: tuple[float, float] | None = None
    is_cancelled: bool = False


def written(name: str, entries: Iterable[Entry], *, language: str = "de") -> bytes:
    """The calendar; the events in the order of their days."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name, parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for one in sorted(entries, key=lambda one: (one.first, one.uid)):
        calendar.add_component(_event(one))
    return bytes(calendar.to_ical())


def _event(one: Entry) -> Event:
    event = Event()
    event.add("uid", f"{one.uid}@{DOMAIN}")
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("summary", one.summary)
    if one.at is not None:
        event.add("dtstart", one.at.astimezone(UTC))
        if one.until is not None:
            event.add("dtend", one.until.astimezone(UTC))
    else:
        event.add("dtstart", one.first)
        event.add("dtend", one.last + timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # whole days in which nobody is busy
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    for name, value in (("location", one.location), ("description", one.description), ("url", one.url)):
        if value:
            event.add(name, value)
    if one.spot is not None:
        event.add("geo", (one.spot[1], one.spot[0]))
    return event
