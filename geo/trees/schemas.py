"""What forms say about fleets, trees, stops, schedules and stays; and stored rows as the values of those forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places.model import Place
from geo.places.schemas import PlaceInput, parse_place, place_values
from geo.trees.codes import MODULE_CLASSES, STOP_KINDS, TREE_STATES, WEEKDAYS
from geo.trees.fleet.modules import MODULE_LABELS, ModuleInput, parse_modules
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.site import seasons
from geo.trees.site.seasons import SEASON_ENDS_FIRST, parse_season
from geo.trees.wording import bounds, period

LONGEST_SEASON_DAYS = 800
# The columns of a stop that its form fills besides its place.
STOP_COLUMNS = (
    "name",
    "kind",
    "capacity",
    "module_classes",
    "note",
    "quarter",
    "season_first",
    "season_last",
    "min_modules",
    "permit_office",
    "permit_lead_weeks",
)

# Each form's fields with their names for people: for forms, for the history, for two versions side by side.
FLEET_LABELS = {
    "name": "Name",
    "home": "Heimat und Winterquartier",
    "note": "Beschreibung",
    "source": "Quelle",
    "season_first": "Saison von",
    "season_last": "Saison bis",
    "visit_min_weeks": "Ein Besuch dauert mindestens",
    "visit_max_weeks": "Ein Besuch dauert höchstens",
    "crew_per_week": "Umzüge je Woche",
    "openings_per_week": "Neue Besuche je Woche",
    "depot_latitude": "Depot, Breite",
    "depot_longitude": "Depot, Länge",
} | MODULE_LABELS
TREE_LABELS = {
    "label": "Bezeichnung",
    "species": "Baumart",
    "species_latin": "Botanischer Name",
    "module_class": "Modulklasse",
    "height_m": "Höhe",
    "state": "Zustand",
    "north_mark": "Nordmarke",
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
    "quarter": "Quartier oder Ortsteil",
    "season_first": "Saison von",
    "season_last": "Saison bis",
    "min_modules": "Module je Besuch, mindestens",
    "permit_office": "Genehmigende Behörde",
    "permit_lead_weeks": "Vorlauf der Genehmigung",
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
    """A fleet as somebody describes it; public is what `feature.FLEETS` names.

    Days of the season are month * 100 + day; `depot`: longitude and latitude; `modules`: the sizes of its classes.
    """

    name: str
    home: str | None = None
    note: str | None = None
    source: str | None = None
    crew_per_week: int | None = None
    openings_per_week: int | None = None
    season_first: int = 501
    season_last: int = 1031
    visit_min_weeks: int = 3
    visit_max_weeks: int = 8
    depot: tuple[float, float] | None = None
    modules: tuple[ModuleInput, ...] = ()


@dataclass(frozen=True)
class TreeInput:
    """One tree in its module."""

    label: str
    species: str | None = None
    species_latin: str | None = None
    module_class: str = "S"
    height_m: Decimal | None = None
    state: str = "IM_EINSATZ"
    north_mark: str | None = None


@dataclass(frozen=True)
class StopInput:
    """A place that takes trees."""

    name: str
    place: PlaceInput
    capacity: int
    kind: str = "STRASSE"
    module_classes: tuple[str, ...] = ("S", "L")
    note: str | None = None
    quarter: str | None = None
    season_first: int | None = None
    season_last: int | None = None
    min_modules: int = 3
    permit_office: str | None = None
    permit_lead_weeks: int = 6


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
    season = parse_season(fields)
    given = FleetInput(
        name=fields.text("name", required=True, longest=120) or "",
        home=fields.text("home", longest=120),
        note=fields.text("note", longest=2000),
        source=fields.text("source", longest=300),
        crew_per_week=fields.whole("crew_per_week", least=1, most=2000),
        openings_per_week=fields.whole("openings_per_week", least=1, most=100),
        season_first=season[0] or 501,
        season_last=season[1] or 1031,
        visit_min_weeks=fields.whole("visit_min_weeks", least=1, most=52) or 3,
        visit_max_weeks=fields.whole("visit_max_weeks", least=1, most=52) or 8,
        depot=_spot(fields, "depot_longitude", "depot_latitude"),
        modules=parse_modules(fields),
    )
    if given.season_last < given.season_first:
        fields.fail("season_last", SEASON_ENDS_FIRST)
    if given.visit_max_weeks < given.visit_min_weeks:
        fields.fail("visit_max_weeks", f"Das ist weniger als die mindestens {given.visit_min_weeks} Wochen.")
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
        north_mark=fields.text("north_mark", longest=120),
    )
    fields.check()
    return given


def parse_stop(data: Mapping[str, Any]) -> StopInput:
    """A stop with its place from a form. Raises `Invalid`."""
    fields = Fields({**data, "module_classes": _ticked(data, "module_classes")})
    season = parse_season(fields)
    capacity = fields.whole("capacity", least=1, most=200, required=True) or 1
    least, lead = fields.whole("min_modules", least=1, most=200), fields.whole("permit_lead_weeks", most=52)
    given = StopInput(
        name=fields.text("name", required=True, longest=120) or "",
        place=parse_place(fields),
        capacity=capacity,
        quarter=fields.text("quarter", longest=80),
        season_first=season[0],
        season_last=season[1],
        min_modules=min(3, capacity) if least is None else least,
        permit_office=fields.text("permit_office", longest=200),
        permit_lead_weeks=6 if lead is None else lead,
        kind=fields.choice("kind", STOP_KINDS, required=True) or "STRASSE",
        module_classes=tuple(sorted(fields.several("module_classes", MODULE_CLASSES), reverse=True)),
        note=fields.text("note", longest=2000),
    )
    if not given.module_classes:
        fields.fail("module_classes", "Bitte mindestens eine Modulklasse wählen.")
    if given.min_modules > capacity:
        room = "nur 1 Platz" if capacity == 1 else f"nur {capacity} Plätze"
        fields.fail("min_modules", f"Mehr, als hier stehen können: der Standplatz hat {room}.")
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


def _spot(fields: Fields, longitude: str, latitude: str) -> tuple[float, float] | None:
    """A point that may be missing. Notes a mistake where only half of it is there, or where it is not in the state."""
    x, y = fields.degrees(longitude, required=False), fields.degrees(latitude, required=False)
    if x is None and y is None:
        return None
    if x is None or y is None:
        fields.fail(longitude if x is None else latitude, "Zu einem Punkt gehören Breite und Länge.")
        return None
    try:
        geometry.point(x, y, latitude)
    except Invalid as refused:
        fields.fail(latitude, refused.fields[latitude])
    return x, y


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
    """A stored fleet as the values of its form, but for the sizes of its modules."""
    longitude, latitude = ("", "") if fleet.depot_point is None else geometry.lon_lat(fleet.depot_point)
    return {
        "name": fleet.name,
        "home": fleet.home,
        "note": fleet.note,
        "source": fleet.source,
        "season_first": seasons.shown(fleet.season_first),
        "season_last": seasons.shown(fleet.season_last),
        "visit_min_weeks": fleet.visit_min_weeks,
        "visit_max_weeks": fleet.visit_max_weeks,
        "crew_per_week": fleet.crew_per_week,
        "openings_per_week": fleet.openings_per_week,
        "depot_latitude": latitude,
        "depot_longitude": longitude,
    }


def tree_values(tree: Tree) -> dict[str, Any]:
    """A stored tree as the values of its form."""
    return {
        "label": tree.label,
        "species": tree.species,
        "species_latin": tree.species_latin,
        "module_class": tree.module_class,
        "height_m": None if tree.height_m is None else f"{tree.height_m:.2f}".rstrip("0").rstrip(".").replace(".", ","),
        "state": tree.state,
        "north_mark": tree.north_mark,
    }


def stop_values(stop: Stop, place: Place) -> dict[str, Any]:
    """A stored stop as the values of its form."""
    values = {name: getattr(stop, name) for name in STOP_COLUMNS}
    values |= {name: seasons.shown(values[name]) for name in ("season_first", "season_last")}
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
