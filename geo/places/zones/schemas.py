"""What the form of a zone holds, parsed once; every mistake stands at its field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from geoalchemy2 import WKBElement

from geo.core import corners, geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places.model import Zone
from geo.places.zones.codes import KINDS, LINES, USUAL_WIDTH_M

LABELS = {
    "kind": "Art",
    "name": "Name",
    "since": "Gilt ab",
    "until": "Gilt bis",
    "outline": "Fläche",
    "width_m": "Breite des Straßenabschnitts",
    "source": "Quelle",
    "note": "Notiz",
}


@dataclass(frozen=True)
class ZoneInput:
    """A zone; `start` and `end` (the first day after it) are None where it holds without limit.

    `line_width_m` says that the outline is the area along a line that was just drawn, so many metres wide.
    """

    kind: str
    name: str
    outline: WKBElement
    start: date | None = None
    end: date | None = None
    source: str | None = None
    note: str | None = None
    line_width_m: Decimal | None = None


def parse_zone(data: Mapping[str, Any]) -> ZoneInput:
    """The form of a zone. A line becomes the area along it; a polygon stays as it is drawn."""
    fields = Fields(data)
    kind = fields.choice("kind", KINDS, required=True)
    name = fields.text("name", required=True, longest=120)
    since, until = fields.day("since"), fields.day("until")
    if since is not None and until is not None and until < since:
        fields.fail("until", "Das Ende liegt vor dem Anfang.")
    source = fields.text("source", longest=300)
    note = fields.text("note", longest=2000)
    outline, width = _outline(fields, kind)
    fields.check()
    assert kind is not None and name is not None and outline is not None  # noqa: S101 (required above)
    end = until + timedelta(days=1) if until is not None else None
    return ZoneInput(kind, name, outline, since, end, source, note, width)


def _outline(fields: Fields, kind: str | None) -> tuple[WKBElement | None, Decimal | None]:
    raw = str(fields.data.get("outline") or "").strip()
    if not raw:
        fields.fail("outline", "Bitte die Fläche auf der Karte zeichnen oder als GeoJSON eintragen.")
        return None, None
    width = fields.number("width_m", least=1, most=500)
    try:
        raw = corners.as_geojson(raw)
        if geometry.is_line(raw):
            if kind is not None and kind not in LINES:
                names = " oder ".join(KINDS[code][0] for code in LINES)
                raise Invalid({"outline": f"Eine Linie gibt es nur für: {names}. Hier wird eine Fläche gebraucht."})
            width = width or Decimal(USUAL_WIDTH_M)
            return geometry.along_line(raw, float(width)), width
        return geometry.outline(raw), None
    except Invalid as error:
        fields.fail("outline", str(error))
        return None, None


def zone_values(zone: Zone | ZoneInput) -> dict[str, Any]:
    """A zone, stored or typed, as the values of its form."""
    if isinstance(zone, Zone):
        start, end = zone.during.lower, zone.during.upper
    else:
        start, end = zone.start, zone.end
    width = "" if zone.line_width_m is None else f"{zone.line_width_m.normalize():f}".replace(".", ",")
    return {
        "kind": zone.kind,
        "name": zone.name,
        "since": start.isoformat() if start else "",
        "until": (end - timedelta(days=1)).isoformat() if end else "",
        "outline": json.dumps(geometry.as_geojson(zone.outline)),
        "width_m": width,
        "source": zone.source or "",
        "note": zone.note or "",
    }
