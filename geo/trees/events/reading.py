"""A calendar's file, read in the sandbox into events of whole days."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from geo.core import sandbox
from geo.core.errors import Invalid

MOST_BYTES = 5_000_000
BACK, AHEAD = timedelta(days=400), timedelta(days=1100)
_SCRIPT = Path(__file__).with_name("reading_child.py")
_LIMITS = sandbox.Limits(seconds=20, memory_bytes=600_000_000, output_bytes=20_000_000)
_REASONS = {
    "broken": "Das ist kein Kalender im Format iCalendar (.ics).",
    "many": "In der Datei stehen mehr als 2.000 Termine. Bitte einen kleineren Ausschnitt ausgeben.",
    "timeout": "Das Lesen des Kalenders dauerte zu lange und wurde abgebrochen.",
}


@dataclass(frozen=True)
class Found:
    """An event of the file: its name there, its title, first and last day; `cancelled`: it does not take place."""

    uid: str
    title: str
    first: date
    last: date
    cancelled: bool = False


@dataclass(frozen=True)
class Read:
    """What the file holds within the years around today; `problems`: events of which something could not be read."""

    events: tuple[Found, ...]
    problems: int


def read(raw: bytes, today: date) -> Read:
    """The events from about a year back to three years ahead, by their days. Raises `Invalid` at the field `file`."""
    if not raw:
        raise Invalid({"file": "Bitte eine Datei wählen."})
    if len(raw) > MOST_BYTES:
        raise Invalid({"file": f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB."})
    head = f"{(today - BACK).isoformat()} {(today + AHEAD).isoformat()}\n".encode()
    try:
        answer = json.loads(sandbox.run(_SCRIPT, head + raw, _LIMITS))
    except sandbox.Refused as refused:
        raise Invalid({"file": _REASONS.get(refused.reason, _REASONS["broken"])}) from None
    found = {
        one["uid"]: Found(
            one["uid"],
            one["title"] or "ohne Titel",
            date.fromisoformat(one["first"]),
            date.fromisoformat(one["last"]),
            bool(one["cancelled"]),
        )
        for one in answer["events"]
    }
    if not found and not answer["problems"]:
        raise Invalid({"file": "In der Datei steht kein Termin aus diesem, dem letzten oder den nächsten drei Jahren."})
    return Read(tuple(sorted(found.values(), key=lambda one: (one.first, one.title))), int(answer["problems"]))
