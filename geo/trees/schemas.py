"""What forms say about fleets, trees, stops, schedules and stays; and stored rows as the values of those forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from geo.core.parsing import Fields
from geo.places.model import Place
from geo.places.schemas import PlaceInput, parse_place, place_values
from geo.trees.codes import MODULE_CLASSES, STOP_KINDS, TREE_STATES, WEEKDAYS
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.wording import bounds, period

LONGEST_SEASON_DAYS = 800
# The columns of a stop that its form fills besides its place.
STOP_COLUMNS = ("name", "kind", "capacity", "module_classes", "note")

# Each form's fields with their names for people: for forms, for the history, for two versions side by side.
FLEET_LABELS = {"name": "Name", "home": "Heimat und Winterquartier", "note": "Beschreibung", "source": "Quelle"}
TREE_LABELS = {
    "label": "Bezeichnung",
    "species": "Baumart",
    "species_latin": "Botanischer Name",
    "module_class": "Modulklasse",
    "height_m": "Höhe",
    "state": "Zustand",
}
STOP_LABELS = {
    "name": "Name",
    "kind": "Art",
    "capacity": "Plätze",
    "module_classes": "Zugelassene Modulklassen",
    "street": "Straße",
    "house_number": "Hausnummer",
    "postcode": "Postleitzahl",
    "locality": "Ort oder Ortsteil",
    "longitude": "Länge",
    "latitude": "Breite",
    "outside_confirmed": "Außerhalb der Gemeinde bestätigt",
    "note": "Notiz",
}
SCHEDULE_LABELS = {"name": "Name", "first": "Erster Tag", "last": "Letzter Tag", "move_weekday": "Umzugstag"}
STAY_LABELS = {
    "schedule_id": "Umzugsplan",
    "stop_id": "Standplatz",
    "trees": "Bäume",
    "first": "Erster Tag",
    "last": "Letzter Tag",
    "is_actual": "Bestätigt",
    "note": "Notiz",
}


@dataclass(frozen=True)
class FleetInput:
    """A fleet as somebody describes it. All of it is public."""

    name: str
    home: str | None = None
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class TreeInput:
    """One tree in its module."""

    label: str
    species: str | None = None
    species_latin: str | None = None
    module_class: str = "S"
    height_m: Decimal | None = None
    state: str = "IM_EINSATZ"


@dataclass(frozen=True)
class StopInput:
    """A place that takes trees."""

    name: str
    place: PlaceInput
    capacity: int
    kind: str = "STRASSE"
    module_classes: tuple[str, ...] = ("S", "L")
    note: str | None = None


@dataclass(frozen=True)
class ScheduleInput:
    """A season's schedule of a fleet; its trees move on `move_weekday` (1 Monday to 7 Sunday)."""

    name: str
    season: Range[date]
    move_weekday: int = 1


@dataclass(frozen=True)
class StayInput:
    """Trees that come to a stop for a period; `is_actual`: they do (or did) stand there, it is no plan."""

    schedule_id: int
    stop_id: int
    tree_ids: tuple[int, ...]
    during: Range[date]
    is_actual: bool = False
    note: str | None = None


@dataclass(frozen=True)
class StayChange:
    """A stay's stop and period, changed."""

    stop_id: int
    during: Range[date]
    note: str | None = None


def parse_fleet(data: Mapping[str, Any]) -> FleetInput:
    """A fleet from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = FleetInput(
        name=fields.text("name", required=True, longest=120) or "",
        home=fields.text("home", longest=120),
        note=fields.text("note", longest=2000),
        source=fields.text("source", longest=300),
    )
    fields.check()
    return given


def parse_tree(data: Mapping[str, Any]) -> TreeInput:
    """A tree from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = TreeInput(
        label=fields.text("label", required=True, longest=40) or "",
        species=fields.text("species", longest=80),
        species_latin=fields.text("species_latin", longest=80),
        module_class=fields.choice("module_class", MODULE_CLASSES, required=True) or "S",
        height_m=fields.number("height_m", least=0.1, most=29.9, places=2),
        state=fields.choice("state", TREE_STATES, required=True) or "IM_EINSATZ",
    )
    fields.check()
    return given


def parse_stop(data: Mapping[str, Any]) -> StopInput:
    """A stop with its place from a form. Raises `Invalid`."""
    fields = Fields({**data, "module_classes": _ticked(data, "module_classes")})
    given = StopInput(
        name=fields.text("name", required=True, longest=120) or "",
        place=parse_place(fields),
        capacity=fields.whole("capacity", least=1, most=200, required=True) or 1,
        kind=fields.choice("kind", STOP_KINDS, required=True) or "STRASSE",
        module_classes=tuple(sorted(fields.several("module_classes", MODULE_CLASSES), reverse=True)),
        note=fields.text("note", longest=2000),
    )
    if not given.module_classes:
        fields.fail("module_classes", "Bitte mindestens eine Modulklasse wählen.")
    fields.check()
    return given


def parse_schedule(data: Mapping[str, Any]) -> ScheduleInput:
    """A schedule from a form. Raises `Invalid`."""
    fields = Fields(data)
    name = fields.text("name", required=True, longest=120) or ""
    season = _period(fields)
    if season is not None and (bounds(season)[1] - bounds(season)[0]).days > LONGEST_SEASON_DAYS:
        fields.fail("last", "Eine Saison dauert höchstens zwei Jahre.")
    weekday = int(fields.choice("move_weekday", WEEKDAYS) or 1)
    fields.check()
    return ScheduleInput(name, season or Range(empty=True), weekday)


def parse_stay(data: Mapping[str, Any]) -> StayInput:
    """New stays from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = StayInput(
        schedule_id=fields.whole("schedule_id", least=1, most=2**31 - 1, required=True) or 0,
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1, required=True) or 0,
        tree_ids=_ids(fields, "trees", _ticked(data, "trees")),
        during=_period(fields) or Range(empty=True),
        is_actual=fields.flag("is_actual"),
        note=fields.text("note", longest=500),
    )
    if not given.tree_ids:
        fields.fail("trees", "Bitte mindestens einen Baum wählen.")
    fields.check()
    return given


def parse_stay_change(data: Mapping[str, Any]) -> StayChange:
    """A changed stay from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = StayChange(
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1, required=True) or 0,
        during=_period(fields) or Range(empty=True),
        note=fields.text("note", longest=500),
    )
    fields.check()
    return given


def _ticked(data: Mapping[str, Any], name: str) -> list[str]:
    """Ticked boxes, or the same as one text with commas, which is how two versions side by side send them."""
    getlist = getattr(data, "getlist", None)
    raw = getlist(name) if getlist else (data.get(name) or [])
    raw = [raw] if isinstance(raw, str | int) else raw
    return [part.strip() for text in raw for part in str(text).split(",") if part.strip()]


def _ids(fields: Fields, name: str, raw: list[str]) -> tuple[int, ...]:
    if not all(value.isascii() and value.isdecimal() and len(value) < 10 for value in raw):
        fields.fail(name, "Bitte nur angebotene Werte wählen.")
        return ()
    return tuple(dict.fromkeys(int(value) for value in raw))


def _period(fields: Fields) -> Range[date] | None:
    """`first` and `last`, both included; neither may be missing."""
    first, last = fields.day("first", required=True), fields.day("last", required=True)
    if first is None or last is None:
        return None
    if last < first:
        fields.fail("last", "Der letzte Tag liegt vor dem ersten.")
        return None
    return period(first, last)


def fleet_values(fleet: Fleet) -> dict[str, Any]:
    """A stored fleet as the values of its form."""
    return {"name": fleet.name, "home": fleet.home, "note": fleet.note, "source": fleet.source}


def tree_values(tree: Tree) -> dict[str, Any]:
    """A stored tree as the values of its form."""
    return {
        "label": tree.label,
        "species": tree.species,
        "species_latin": tree.species_latin,
        "module_class": tree.module_class,
        "height_m": None if tree.height_m is None else f"{tree.height_m:.2f}".rstrip("0").rstrip(".").replace(".", ","),
        "state": tree.state,
    }


def stop_values(stop: Stop, place: Place) -> dict[str, Any]:
    """A stored stop as the values of its form."""
    values = {name: getattr(stop, name) for name in STOP_COLUMNS}
    return values | {"module_classes": list(stop.module_classes)} | place_values(place)


def schedule_values(schedule: Schedule) -> dict[str, Any]:
    """A stored schedule as the values of its form."""
    first, last = bounds(schedule.season)
    return {
        "name": schedule.name,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "move_weekday": str(schedule.move_weekday),
    }


def stay_values(stay: Stay) -> dict[str, Any]:
    """A stored stay as the values of its form."""
    first, last = bounds(stay.during)
    return {"stop_id": stay.stop_id, "first": first.isoformat(), "last": last.isoformat(), "note": stay.note}
