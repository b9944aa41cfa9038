"""Runs inside the sandbox: reads daily climate data of the German weather service from standard input.

The product file (`produkt_klima_tag_….txt`: columns by semicolon, among them STATIONS_ID, MESS_DATUM and TXK, the day's
highest temperature, -999 where it is missing), or the zip in which the service gives it out. The answer is JSON:
`station`, `days` as pairs of day and degrees, `missing` days without one; or `refused` with a sentence.
"""

import json
import math
import sys
import tempfile
from datetime import date, datetime
from typing import Any

from geo.core.foreign.archive import Archive, ZipLimits
from geo.core.foreign.refused import Refused

STATION, DAY, MAX = "STATIONS_ID", "MESS_DATUM", "TXK"
MISSING = -999.0
MOST_DAYS = 80_000
LIMITS = ZipLimits(entries=60, unpacked_bytes=60_000_000)
WRONG = (
    "Das ist keine Datei mit Tageswerten des Deutschen Wetterdienstes: erwartet werden die Spalten STATIONS_ID,"
    " MESS_DATUM und TXK (produkt_klima_tag_….txt, auch als ZIP)."
)


def read(raw: bytes) -> dict[str, Any]:
    """The days of the file. Raises `Refused`."""
    lines = text_of(raw).splitlines()
    if not lines:
        raise Refused(WRONG)
    names = [name.strip().upper() for name in lines[0].split(";")]
    if not {STATION, DAY, MAX} <= set(names):
        raise Refused(WRONG)
    if len(lines) > MOST_DAYS:
        raise Refused(f"Die Datei hat mehr als {MOST_DAYS} Zeilen.")
    at = {name: names.index(name) for name in (STATION, DAY, MAX)}
    days: dict[str, float] = {}
    stations: set[str] = set()
    missing = 0
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) <= max(at.values()):
            raise Refused(f"Zeile {number} hat weniger Spalten als die Kopfzeile.")
        stations.add(cells[at[STATION]].lstrip("0") or "0")
        day, degrees = day_of(cells[at[DAY]], number), degrees_of(cells[at[MAX]], number)
        if degrees is None:
            missing += 1
        else:
            days[day.isoformat()] = degrees
    if len(stations) > 1:
        raise Refused("Die Datei enthält mehrere Stationen. Bitte die Datei einer Station wählen.")
    if not days:
        raise Refused("In der Datei steht keine Höchsttemperatur.")
    return {"station": next(iter(stations)), "days": sorted(days.items()), "missing": missing}


def text_of(raw: bytes) -> str:
    """The product's text, out of its zip if it comes in one."""
    if raw.startswith(b"PK"):
        with tempfile.TemporaryFile() as file:
            file.write(raw)
            archive = Archive(file, LIMITS)
            entry = next((one for one in archive.entries if "produkt_klima_tag" in one.filename.lower()), None)
            if entry is None:
                raise Refused("Im Archiv fehlt die Datei produkt_klima_tag_….txt.")
            raw = b"".join(archive.blocks(entry))
    if b"\0" in raw:
        raise Refused(WRONG)
    return raw.decode("latin-1")


def day_of(text: str, number: int) -> date:
    """20230601 as a day."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        raise Refused(f"In Zeile {number} ist „{text[:20]}“ kein Tag wie 20230601.") from None


def degrees_of(text: str, number: int) -> float | None:
    """A temperature; None where the service says that it has none."""
    try:
        value = float(text)
    except ValueError:
        raise Refused(f"In Zeile {number} ist „{text[:20]}“ keine Temperatur.") from None
    if value == MISSING:
        return None
    if not (math.isfinite(value) and -50 <= value <= 50):
        raise Refused(f"In Zeile {number} liegt die Temperatur nicht zwischen -50 und 50 °C.")
    return value


if __name__ == "__main__":
    try:
        answer = read(sys.stdin.buffer.read())
    except Refused as refused:
        answer = {"refused": str(refused)}
    sys.stdout.write(json.dumps(answer))
