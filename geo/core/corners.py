"""Outlines typed by hand: one corner a line, latitude and longitude, for whoever draws without a mouse."""

import json
import re

from geo.core.errors import Invalid

_PAIR = re.compile(r"(-?\d{1,3}(?:[.,]\d+)?)\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d+)?)")
_LINE = re.compile(r"linie\s*:?", re.IGNORECASE)
MOST = 5_000


def as_geojson(raw: str, field: str = "outline") -> str:
    """The text itself where it is GeoJSON, else the typed corners as a GeoJSON polygon, or as a line after `Linie:`.

    A corner is `50.9489 10.7183` or `50,9489; 10,7183` (WGS 84, latitude first). Raises `Invalid` naming the line.
    """
    text = raw.strip()
    if not text or text.startswith(("{", "[", '"')):
        return raw
    lines = [line.strip().rstrip(";,") for line in text.splitlines() if line.strip()]
    begun = _LINE.match(lines[0])
    if begun:
        lines[0] = lines[0][begun.end() :].strip()
    corners = [_corner(line, number, field) for number, line in enumerate(lines, start=1) if line]
    least, what = (2, "Eine Linie") if begun else (3, "Eine Fläche")
    if len(corners) > 1 and not begun and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < least:
        raise Invalid({field: f"{what} braucht mindestens {least} Ecken, je Zeile eine: Breite und Länge in Grad."})
    if len(corners) > MOST:
        raise Invalid({field: f"Der Umriss hat mehr als {MOST} Punkte."})
    if begun:
        return json.dumps({"type": "LineString", "coordinates": corners})
    return json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})


def _corner(line: str, number: int, field: str) -> list[float]:
    found = _PAIR.fullmatch(line)
    if found is None:
        raise Invalid(
            {field: f"Zeile {number} ist keine Ecke. Erwartet wird zum Beispiel „50.9489 10.7183“ (Breite, Länge)."}
        )
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    return [longitude, latitude]
