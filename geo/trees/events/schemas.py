"""What forms say about events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from geo.core.parsing import Fields
from geo.trees.events.codes import ENTERED
from geo.trees.events.model import CalendarEvent
from geo.trees.wording import bounds, period

EVENT_LABELS = {
    "title": "Titel",
    "kind": "Art",
    "first": "Erster Tag",
    "last": "Letzter Tag",
    "stops": "Gesperrte Standplätze",
    "source": "Quelle",
}
FILE_LABELS = {"file": "Kalenderdatei", "kind": "Art", "source": "Name des Kalenders", "stops": "Gesperrte Standplätze"}


@dataclass(frozen=True)
class EventInput:
    """An event, and the stops in which no tree may stand meanwhile."""

    title: str
    kind: str
    during: Range[date]
    stop_ids: tuple[int, ...] = ()
    source: str = "von Hand"


def parse_event(data: Mapping[str, Any]) -> EventInput:
    """An event from a form. Raises `Invalid`."""
    fields = Fields(data)
    first, last = fields.day("first", required=True), fields.day("last")
    last = last or first
    if first and last and last < first:
        fields.fail("last", "Der letzte Tag liegt vor dem ersten.")
    if first and last and (last - first).days > 3660:
        fields.fail("last", "Ein Termin dauert höchstens zehn Jahre.")
    title = fields.text("title", required=True, longest=200) or ""
    kind = fields.choice("kind", ENTERED, required=True) or "SONSTIGES"
    stop_ids = parse_stops(fields)
    source = fields.text("source", longest=120) or "von Hand"
    fields.check()
    assert first is not None and last is not None  # noqa: S101 (checked above)
    return EventInput(title, kind, period(first, last), stop_ids, source)


def parse_stops(fields: Fields) -> tuple[int, ...]:
    """Ticked stops; notes a mistake for what is none."""
    getlist = getattr(fields.data, "getlist", None)
    raw = getlist("stops") if getlist else fields.data.get("stops") or []
    parts = [part.strip() for one in ([raw] if isinstance(raw, str) else raw) for part in str(one).split(",")]
    parts = [part for part in parts if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        fields.fail("stops", "Bitte nur angebotene Standplätze wählen.")
        return ()
    return tuple(dict.fromkeys(int(part) for part in parts))


def event_values(event: CalendarEvent, stop_ids: list[int]) -> dict[str, Any]:
    """A stored event as the values of its form."""
    first, last = bounds(event.during)
    return {
        "title": event.title,
        "kind": event.kind,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "stops": [str(one) for one in stop_ids],
        "source": event.source,
    }
