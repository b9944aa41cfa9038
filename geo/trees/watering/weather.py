"""Files of the weather service, opened in the sandbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from geo.core import sandbox
from geo.core.errors import Invalid

MOST_BYTES = 15_000_000
KEPT = timedelta(days=2 * 366)
_SCRIPT = Path(__file__).with_name("weather_reader.py")
_LIMITS = sandbox.Limits(seconds=20, memory_bytes=1_000_000_000, output_bytes=8_000_000)
_UNREADABLE = "Die Datei ließ sich nicht lesen: sie ist beschädigt oder zu groß."


@dataclass(frozen=True)
class WeatherFile:
    """The days of a file that matter: the last two years of its station."""

    station: str
    days: Mapping[date, Decimal]
    older: int
    missing: int


def read_file(raw: bytes, today: date) -> WeatherFile:
    """The file's days of the last two years. Raises `Invalid` for the field `file`."""
    if not raw:
        raise Invalid({"file": "Bitte eine Datei wählen."})
    if len(raw) > MOST_BYTES:
        raise Invalid({"file": f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB."})
    try:
        answer = json.loads(sandbox.run(_SCRIPT, raw, _LIMITS))
    except (sandbox.Refused, ValueError):
        raise Invalid({"file": _UNREADABLE}) from None
    if "refused" in answer:
        raise Invalid({"file": answer["refused"]})
    days = {date.fromisoformat(day): Decimal(str(degrees)) for day, degrees in answer["days"]}
    recent = {day: degrees for day, degrees in days.items() if today - KEPT <= day <= today}
    if not recent:
        raise Invalid({"file": f"Die Datei endet am {max(days):%d.%m.%Y}; gebraucht werden die letzten zwei Jahre."})
    return WeatherFile(answer["station"], recent, len(days) - len(recent), answer["missing"])
