"""What the forms of buildings, parcels, splitting and merging hold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from geoalchemy2 import WKBElement

from geo.core import clock, geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.vacancies.codes import CONDITIONS, ENERGY_CLASSES, MONUMENTS, OBJECT_TYPES, STATES
from geo.vacancies.schemas import UnitInput
from geo.vacancies.stock import parcel_keys

MOST_PARTS = 12
# States in which a successor may begin.
BEGINNINGS = tuple(state for state in STATES if state != "ENTFALLEN")


@dataclass(frozen=True)
class BuildingInput:
    """The facts of a building; the names are those of its columns."""

    name: str | None = None
    alkis_gml_id: str | None = None
    function_code: str | None = None
    outline: WKBElement | None = field(default=None, compare=False)
    built_year: int | None = None
    storeys: int | None = None
    monument: str | None = None
    energy_class: str | None = None
    condition: int | None = None
    is_hazard: bool = False
    is_landmark: bool = False
    note: str | None = None


@dataclass(frozen=True)
class ParcelInput:
    """One parcel of a unit; `key` has 20 characters."""

    key: str
    area_m2: Decimal | None = None


@dataclass(frozen=True)
class Successor:
    """One unit that begins by splitting or merging: what differs from its predecessor, and its state since that day."""

    name: str | None
    object_type: str
    state: str
    floor: int | None = None
    is_ground_floor_frontage: bool = False
    area_total_m2: Decimal | None = None
    area_sales_m2: Decimal | None = None
    frontage_m: Decimal | None = None
    occupant: str | None = None

    def facts(self, before: UnitInput) -> UnitInput:
        """The facts of the new unit: those of the predecessor that a split does not change, and its own."""
        kept = replace(
            before,
            area_side_m2=None,
            area_storage_m2=None,
            divisible_from_m2=None,
            windows_n=None,
            parking_n=None,
            external_source=None,
            external_id=None,
            note=None,
        )
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("state", "occupant")}
        return replace(kept, **own)


def parse_building(data: Mapping[str, Any]) -> BuildingInput:
    """The form of a building."""
    form = Fields(data)
    condition = form.choice("condition", [str(step) for step in CONDITIONS])
    outline = None
    try:
        outline = geometry.outline(form.data.get("outline") or None)
    except Invalid as error:
        form.fail("outline", str(error))
    result = BuildingInput(
        name=form.text("name", longest=120),
        alkis_gml_id=form.text("alkis_gml_id", longest=80),
        function_code=form.text("function_code", longest=20),
        outline=outline,
        built_year=form.whole("built_year", least=1000, most=2100),
        storeys=form.whole("storeys", least=1, most=60),
        monument=form.choice("monument", MONUMENTS),
        energy_class=form.choice("energy_class", ENERGY_CLASSES),
        condition=int(condition) if condition else None,
        is_hazard=form.flag("is_hazard"),
        is_landmark=form.flag("is_landmark"),
        note=form.text("note", longest=4000),
    )
    form.check()
    return result


def building_values(building: Any) -> dict[str, Any]:
    """The form's values of a stored building."""
    values = {one.name: getattr(building, one.name) for one in fields(BuildingInput)}
    outline = geometry.as_geojson(building.outline)
    values["outline"] = json.dumps(outline) if outline else ""
    return {name: "" if value is None else value for name, value in values.items()}


def parse_parcel(data: Mapping[str, Any]) -> ParcelInput:
    """A parcel's key in any usual way of writing it, and its area."""
    form = Fields(data)
    raw = form.text("parcel_key", required=True, longest=80)
    key = ""
    if raw is not None:
        try:
            key = parcel_keys.normal(raw)
        except Invalid as error:
            form.fail("parcel_key", str(error))
    area = form.number("parcel_area_m2", most=99_999_999)
    if area is not None and area <= 0:
        form.fail("parcel_area_m2", "Die Fläche eines Flurstücks muss größer als null sein.")
    form.check()
    return ParcelInput(key, area)


def past_day(form: Fields, name: str, today: date) -> date:
    """The day of a change of the stock: known to the day, and not in the future."""
    on = form.day(name, required=True)
    if on is not None and on > today:
        form.fail(name, "Der Tag liegt in der Zukunft. Der Bestand ändert sich erst, wenn es geschehen ist.")
    return on or today


def parse_split(data: Mapping[str, Any], today: date | None = None) -> tuple[date, list[Successor]]:
    """The day and the parts: the fields of each part end in its number."""
    form = Fields(data)
    on = past_day(form, "on_day", today or clock.today())
    count = form.whole("parts", least=2, most=MOST_PARTS, required=True) or 2
    parts = [_successor(form, f"_{number}") for number in range(1, count + 1)]
    names = [(part.name or "").casefold() for part in parts]
    for number, name in enumerate(names, 1):
        if not name:
            form.fail(f"name_{number}", "Jeder Teil braucht eine Bezeichnung, zum Beispiel „Laden links“.")
        elif name in names[: number - 1]:
            form.fail(f"name_{number}", "Diese Bezeichnung hat schon ein anderer Teil.")
    form.check()
    return on, parts


def parse_merge(data: Mapping[str, Any], today: date | None = None) -> tuple[date, list[int], Successor]:
    """The day, the other units that are merged with this one, and the unit that begins."""
    form = Fields(data)
    on = past_day(form, "on_day", today or clock.today())
    getlist = getattr(data, "getlist", None)
    raw = getlist("with_unit") if getlist else (data.get("with_unit") or [])
    chosen = [raw] if isinstance(raw, str) else list(raw)
    if not chosen:
        form.fail("with_unit", "Bitte mindestens eine weitere Einheit wählen.")
    if not all(one.isascii() and one.isdecimal() and len(one) < 10 for one in chosen):
        form.fail("with_unit", "Bitte nur angebotene Einheiten wählen.")
        chosen = []
    successor = _successor(form, "")
    form.check()
    return on, list(dict.fromkeys(int(one) for one in chosen)), successor


def _successor(form: Fields, ending: str) -> Successor:
    total, sales = form.number(f"area_total_m2{ending}"), form.number(f"area_sales_m2{ending}")
    if total is not None and sales is not None and sales > total:
        form.fail(f"area_sales_m2{ending}", "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche.")
    return Successor(
        name=form.text(f"name{ending}", longest=120),
        object_type=form.choice(f"object_type{ending}", OBJECT_TYPES, required=True) or "",
        state=form.choice(f"state{ending}", BEGINNINGS, required=True) or "",
        floor=form.whole(f"floor{ending}", least=-5, most=40),
        is_ground_floor_frontage=form.flag(f"is_ground_floor_frontage{ending}"),
        area_total_m2=total,
        area_sales_m2=sales,
        frontage_m=form.number(f"frontage_m{ending}", most=500),
        occupant=form.text(f"occupant{ending}", longest=120),
    )
