"""What forms say about a stop's site: its bays, the facts of the place, heat, blocked periods, caretakers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shapely.geometry import MultiPolygon
from sqlalchemy.dialects.postgresql import Range

from geo.core import metric
from geo.core.parsing import Fields
from geo.trees.model import Stop
from geo.trees.site import bays as drawn
from geo.trees.site.codes import SIDES, SPECIAL_BAYS, YES_NO
from geo.trees.site.model import StopCaretaker
from geo.trees.wording import bounds, period

BAYS_LABELS = {
    "bays": "Buchten",
    "width_m": "Breite der Bucht",
    "side": "Die Bucht liegt",
    "gap_cm": "Abstand zwischen den Modulen",
    "capacity": "Plätze",
}
SITE_LABELS = {
    "speed_limit_kmh": "Zulässige Höchstgeschwindigkeit",
    "lane_width_m": "Verbleibende Fahrbahnbreite",
    "clear_height_m": "Lichte Höhe",
    "slope_percent": "Längsneigung",
    "junction_m": "Abstand zur nächsten Kreuzung oder Einmündung",
    "crossing_m": "Abstand zum nächsten Fußgängerüberweg",
    "level_crossing_m": "Abstand zum nächsten Bahnübergang",
    "special_bay": "Besondere Nutzung der Fläche",
    "has_bus_line": "Buslinie",
    "has_tram_wire": "Oberleitung der Straßenbahn",
    "is_before_monument": "Vor einem Denkmal",
}
HEAT_LABELS = {
    "heat_need": "Hitzebedarf",
    "heat_source": "Quelle des Hitzebedarfs",
    "sealed_share": "Versiegelter Anteil",
    "sealed_source": "Quelle des versiegelten Anteils",
}
BLOCK_LABELS = {"first": "Erster Tag", "last": "Letzter Tag", "reason": "Grund"}
CARETAKER_LABELS = {"name": "Name", "contact": "Telefon, E-Mail oder Anschrift", "note": "Notiz"}
# What is written down when there is none within reach.
NONE_NEAR_M = 1000
_NONE = ("keine", "keiner", "kein", "nein", "-")
_LENGTHS = ("junction_m", "crossing_m", "level_crossing_m")
_ANSWERS = ("has_bus_line", "has_tram_wire", "is_before_monument")
SITE_COLUMNS = tuple(SITE_LABELS)


@dataclass(frozen=True)
class BaysInput:
    """Where modules may stand, in metres; `capacity` None: as many as fit."""

    bays: MultiPolygon | None
    gap_cm: int = 50
    capacity: int | None = None


@dataclass(frozen=True)
class SiteInput:
    """The facts of the place that its rules ask for; None is not known."""

    speed_limit_kmh: int | None = None
    lane_width_m: Decimal | None = None
    clear_height_m: Decimal | None = None
    slope_percent: Decimal | None = None
    junction_m: Decimal | None = None
    crossing_m: Decimal | None = None
    level_crossing_m: Decimal | None = None
    special_bay: str | None = None
    has_bus_line: bool | None = None
    has_tram_wire: bool | None = None
    is_before_monument: bool | None = None


@dataclass(frozen=True)
class HeatInput:
    """How much a stop needs shade (0 to 100) and how much around it is sealed (percent), each with its source."""

    heat_need: int | None = None
    heat_source: str | None = None
    sealed_share: int | None = None
    sealed_source: str | None = None


@dataclass(frozen=True)
class BlockInput:
    """A period in which no tree may stand at a stop."""

    during: Range[date]
    reason: str


@dataclass(frozen=True)
class CaretakerInput:
    """Who looks after a stop. Personal."""

    name: str
    contact: str | None = None
    note: str | None = None


def parse_bays(data: Mapping[str, Any]) -> BaysInput:
    """Bays from a form. Raises `Invalid`."""
    fields = Fields(data)
    width = fields.number("width_m", least=0.5, most=20, places=2)
    side = fields.choice("side", SIDES) or "RECHTS"
    gap = fields.whole("gap_cm", least=0, most=1000)
    capacity = fields.whole("capacity", least=1, most=200)
    raw = fields.text("bays", longest=400_000) or ""
    fields.check()
    found = drawn.read(raw, float(width or Decimal("2.2")), side)
    return BaysInput(found, 50 if gap is None else gap, capacity)


def parse_site(data: Mapping[str, Any]) -> SiteInput:
    """The facts of a place from a form. Raises `Invalid`."""
    fields = Fields({**data, **{name: _distance(data, name) for name in _LENGTHS}})
    answers = {name: fields.choice(name, YES_NO) for name in _ANSWERS}
    given = SiteInput(
        speed_limit_kmh=fields.whole("speed_limit_kmh", least=0, most=130),
        lane_width_m=fields.number("lane_width_m", most=30),
        clear_height_m=fields.number("clear_height_m", most=50),
        slope_percent=fields.number("slope_percent", most=30),
        junction_m=fields.number("junction_m", most=NONE_NEAR_M),
        crossing_m=fields.number("crossing_m", most=NONE_NEAR_M),
        level_crossing_m=fields.number("level_crossing_m", most=NONE_NEAR_M),
        special_bay=fields.choice("special_bay", SPECIAL_BAYS),
        **{name: None if answer is None else answer == "ja" for name, answer in answers.items()},
    )
    fields.check()
    return given


def parse_heat(data: Mapping[str, Any]) -> HeatInput:
    """Heat and sealing from a form; a number needs its source. Raises `Invalid`."""
    fields = Fields(data)
    given = HeatInput(
        heat_need=fields.whole("heat_need", least=0, most=100),
        heat_source=fields.text("heat_source", longest=200),
        sealed_share=fields.whole("sealed_share", least=0, most=100),
        sealed_source=fields.text("sealed_source", longest=200),
    )
    for value, source in (("heat_need", "heat_source"), ("sealed_share", "sealed_source")):
        if getattr(given, value) is not None and getattr(given, source) is None:
            fields.fail(source, "Bitte sagen, woher die Zahl stammt, zum Beispiel „Ortsbegehung, eigene Schätzung“.")
    fields.check()
    return given


def parse_block(data: Mapping[str, Any]) -> BlockInput:
    """A blocked period from a form. Raises `Invalid`."""
    fields = Fields(data)
    first, last = fields.day("first", required=True), fields.day("last", required=True)
    reason = fields.text("reason", required=True, longest=200) or ""
    if first and last and last < first:
        fields.fail("last", "Der letzte Tag liegt vor dem ersten.")
    elif first and last and (last - first).days > 3660:
        fields.fail("last", "Eine Sperrzeit dauert höchstens zehn Jahre.")
    fields.check()
    assert first is not None and last is not None  # noqa: S101 (checked above)
    return BlockInput(period(first, last), reason)


def parse_caretaker(data: Mapping[str, Any]) -> CaretakerInput:
    """A caretaker from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = CaretakerInput(
        name=fields.text("name", required=True, longest=120) or "",
        contact=fields.text("contact", longest=300),
        note=fields.text("note", longest=1000),
    )
    fields.check()
    return given


def bays_values(stop: Stop) -> dict[str, Any]:
    """A stop's bays as the values of their form; `capacity` is what is stored."""
    return {"bays": metric.as_geojson(stop.bays) or "", "gap_cm": stop.gap_cm, "capacity": stop.capacity}


def site_values(stop: Stop) -> dict[str, Any]:
    """The facts of the place as the values of their form."""
    values: dict[str, Any] = {}
    for name in SITE_COLUMNS:
        value = getattr(stop, name)
        if name in _ANSWERS:
            value = "" if value is None else "ja" if value else "nein"
        elif isinstance(value, Decimal):
            value = "keine" if name in _LENGTHS and value >= NONE_NEAR_M else _german(value)
        values[name] = value
    return values


def heat_values(stop: Stop) -> dict[str, Any]:
    """Heat and sealing as the values of their form."""
    return {name: getattr(stop, name) for name in HEAT_LABELS}


def caretaker_values(caretaker: StopCaretaker) -> dict[str, Any]:
    """A caretaker as the values of the form."""
    return {"name": caretaker.name, "contact": caretaker.contact, "note": caretaker.note}


def block_values(during: Range[date], reason: str) -> dict[str, Any]:
    """A blocked period as the values of its form."""
    first, last = bounds(during)
    return {"first": first.isoformat(), "last": last.isoformat(), "reason": reason}


def _distance(data: Mapping[str, Any], name: str) -> Any:
    raw = str(data.get(name) or "").strip()
    return str(NONE_NEAR_M) if raw.lower() in _NONE else raw


def _german(value: Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
