"""Rows of vacancies as lists, maps and pages show them: titles, labels, numbers in the page's language."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import format_decimal
from flask import url_for

from geo.core import geometry
from geo.core.codes import label
from geo.core.features import Feature
from geo.vacancies.codes import (
    ACCESSIBLE,
    CONDITIONS,
    EMPTY_STATES,
    ENTRANCES,
    EQUIPMENT,
    HEATINGS,
    LOCATION_CLASSES,
    OBJECT_TYPES,
    SIZE_CLASSES,
    STATES,
    VERIFIED_BY,
)
from geo.vacancies.dates import in_words
from webapp import geojson
from webapp.vacancies import terms

KIND = "vacancies"
OVERDUE = "Bestätigung überfällig"
# Kinds that have no floor of their own.
_WHOLE = (
    "WOHN_GESCHAEFTSHAUS",
    "GANZES_GEBAEUDE",
    "HOFSTELLE",
    "INDUSTRIE",
    "OEFFENTL_SONDERBAU",
    "BAULUECKE",
    "BRACHE",
)
_WORDS = {
    "since": ("leer seit", "vacant since"),
    "ground": ("Erdgeschoss", "ground floor"),
    "basement": ("Untergeschoss", "basement level"),
    "floor": ("Obergeschoss", "floor"),
    "nameless": ("Nutzungseinheit", "Premises"),
}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def titled(words: str) -> str:
    """With a capital at the beginning, as the name of a choice has it."""
    return words[:1].upper() + words[1:]


def word(key: str, lang: str) -> str:
    return _WORDS[key][1 if lang == "en" else 0]


def area(value: Any, lang: str) -> str | None:
    """An area with its unit, to a tenth, halves upwards as the database rounds them."""
    if value is None:
        return None
    tenths = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{format_decimal(tenths, locale='en' if lang == 'en' else 'de')}\u00a0m²"


def floor(value: int | None, lang: str) -> str | None:
    """A floor in words."""
    if value is None:
        return None
    if value == 0:
        return word("ground", lang)
    what, number = word("basement" if value < 0 else "floor", lang), abs(value)
    if lang == "de":
        return f"{number}. {what}"
    return (
        f"{what} {number}"
        if value < 0
        else f"{number}{_ENDINGS.get(number % 10 if number > 20 else number, 'th')} {what}"
    )


def size(row: Any, lang: str) -> str | None:
    """The area as far as it is public."""
    return area(row.area_total_m2, lang) or (label(SIZE_CLASSES, row.size_class, lang) if row.size_class else None)


def address(row: Any) -> str:
    """Street and number as far as they are known, or the locality."""
    return " ".join(part for part in (row.street, row.house_number) if part) or row.locality or ""


def offer_title(row: Any, lang: str) -> str:
    """The listing's own title, or what it is and where."""
    own = row.title_en if lang == "en" else row.title
    return own or ", ".join(part for part in (label(OBJECT_TYPES, row.object_type, lang), address(row)) if part)


def at(row: Any) -> str:
    """Where a row of a list stands, for the map beside it: latitude and longitude."""
    return f"{row.latitude:.6f},{row.longitude:.6f}"


def offer_url(row: Any, lang: str, day: Mapping[str, Any]) -> str:
    return url_for("en_vacancies.show" if lang == "en" else "vacancies.show", unit_id=row.id, **day)


def offer(row: Any, lang: str, day: Mapping[str, Any]) -> dict[str, Any]:
    """An offer as an entry of a list."""
    place = " ".join(part for part in (row.postcode, row.municipality) if part)
    # What is still in use is on offer too; it is not empty since any day.
    begin = in_words(row.empty_since, row.start_precision, lang) if row.state in EMPTY_STATES else ""
    since = f"{word('since', lang)} {begin}" if begin else ""
    street = ", ".join(part for part in (address(row), place) if part)
    title = offer_title(row, lang)
    what = [label(OBJECT_TYPES, row.object_type, lang), size(row, lang)]
    return {
        "id": row.id,
        "kind": KIND,
        "at": at(row),
        "title": title,
        "subtitle": street,
        "url": offer_url(row, lang, day),
        "status": row.state,
        "status_label": label(STATES, row.state, lang),
        "is_example": row.is_example,
        "meta": [*(part for part in what if part and part not in title), *([since] if since else [])],
        "note": " · ".join(part for part in (size(row, lang), since) if part),
        "street": street,
        "municipality": row.municipality,
        "object_type": label(OBJECT_TYPES, row.object_type, lang),
        "size": size(row, lang),
        "since": begin,
    }


def feature(row: Any, declared: Feature, lang: str, day: Mapping[str, Any]) -> dict[str, Any]:
    """An offer as a GeoJSON feature: what every map needs, and every public column that says something."""
    shown = offer(row, lang, day)
    properties = {
        key: shown[key] for key in ("id", "title", "subtitle", "url", "kind", "status", "status_label", "note")
    }
    for name in declared.columns:
        value = getattr(row, name)
        if value not in (None, []) and name not in properties:
            properties[name] = plain(value)
    return geojson.feature((row.longitude, row.latitude), properties)


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | bool | int | list) else float(value)


def energy(row: Any, lang: str) -> str | None:
    """The energy value with its class, as far as they are known."""
    value = row.energy_kwh_m2a
    amount = None if value is None else f"{format_decimal(value, locale=lang)} kWh/m²a"
    word = "Klasse" if lang == "de" else "class"
    return ", ".join(part for part in (amount, row.energy_class and f"{word} {row.energy_class}") if part) or None


def offer_facts(row: Any, lang: str) -> list[tuple[str, str]]:
    """Label and text of everything public about an offer, in the order of the page."""
    german = lang == "de"

    def metres(value: Any) -> str | None:
        return None if value is None else f"{format_decimal(value, locale=lang)} m"

    facts = [
        ("Objektart" if german else "Type of premises", label(OBJECT_TYPES, row.object_type, lang)),
        ("Geschoss" if german else "Floor", floor(row.floor, lang)),
        ("Gesamtfläche" if german else "Total area", size(row, lang)),
        ("Verkaufsfläche" if german else "Sales area", area(row.area_sales_m2, lang)),
        ("Nebenfläche" if german else "Ancillary area", area(row.area_side_m2, lang)),
        ("Lagerfläche" if german else "Storage area", area(row.area_storage_m2, lang)),
        ("Teilbar ab" if german else "Divisible from", area(row.divisible_from_m2, lang)),
        ("Schaufensterlänge" if german else "Shop front", metres(row.frontage_m)),
        ("Schaufenster" if german else "Shop windows", None if row.windows_n is None else str(row.windows_n)),
        ("Lichte Höhe" if german else "Clear height", metres(row.clear_height_m)),
        ("Eingang" if german else "Entrance", label(ENTRANCES, row.entrance, lang)),
        ("Barrierefrei" if german else "Accessible", label(ACCESSIBLE, row.accessible, lang)),
        ("Ausstattung" if german else "Facilities", ", ".join(label(EQUIPMENT, code, lang) for code in row.equipment)),
        ("Stellplätze" if german else "Parking spaces", None if row.parking_n is None else str(row.parking_n)),
        ("Heizung" if german else "Heating", label(HEATINGS, row.heating, lang)),
        ("Energiekennwert" if german else "Energy use", energy(row, lang)),
        *terms.facts(row, lang),
    ]
    return [(name, text) for name, text in facts if text]


def unit_title(row: Any) -> str:
    """What a unit is called internally: its address, and its name where it has one."""
    return ", ".join(part for part in (address(row), row.name) if part) or f"{word('nameless', 'de')} {row.id}"


def unit(row: Any, day: Mapping[str, Any]) -> dict[str, Any]:
    """A unit as an entry of the internal list and map."""
    state = row.state or "UNBEKANNT"
    since = in_words(row.since, row.start_precision or "TAG")
    what = [what_it_is(row), area(row.area_total_m2, "de")]
    return {
        "id": row.id,
        "kind": KIND,
        "at": at(row),
        "title": unit_title(row),
        "subtitle": " · ".join(part for part in what if part),
        "url": url_for("vacancies_intern.show", unit_id=row.id, **day),
        "status": state,
        "status_label": label(STATES, row.state) or "Zustand unbekannt",
        "is_example": row.is_example,
        "note": " · ".join(
            part for part in (f"seit {since}" if since else "", OVERDUE if row.is_overdue else "") if part
        ),
        "object_type": what_it_is(row, with_name=False),
        "area": area(row.area_total_m2, "de"),
        "since": since,
        "verified_on": row.verified_on,
        "verified_by": label(VERIFIED_BY, row.verified_by_kind),
        "holds_until": row.holds_until,
        "overdue": row.is_overdue,
        "version": row.version,
        "is_public": row.is_public,
    }


def what_it_is(row: Any, *, with_name: bool = True) -> str:
    """The kind of a unit, its floor where the kind does not say it, and its name."""
    kind = label(OBJECT_TYPES, row.object_type)
    where = None if row.object_type in {"LADEN_EG", *_WHOLE} else floor(row.floor, "de")
    return ", ".join(part for part in (kind, where, row.name if with_name else None) if part)


def stored_title(unit: Any) -> str:
    """What a stored unit is called internally."""
    named = ", ".join(part for part in (unit.place.address, unit.name) if part)
    return named or f"{word('nameless', 'de')} {unit.id}"


def unit_facts(unit: Any) -> list[tuple[str, str]]:
    """Label and text of a stored unit's facts."""

    def metres(value: Any) -> str | None:
        return None if value is None else f"{format_decimal(value, locale='de')} m"

    condition, outline = label(CONDITIONS, unit.condition), unit.place.outline
    facts = [
        ("Objektart", label(OBJECT_TYPES, unit.object_type)),
        ("Geschoss", floor(unit.floor, "de")),
        ("Straßenfront im Erdgeschoss", "ja" if unit.is_ground_floor_frontage else "nein"),
        ("Gesamtfläche", area(unit.area_total_m2, "de")),
        ("Verkaufsfläche", area(unit.area_sales_m2, "de")),
        ("Nebenfläche", area(unit.area_side_m2, "de")),
        ("Lagerfläche", area(unit.area_storage_m2, "de")),
        ("Teilbar ab", area(unit.divisible_from_m2, "de")),
        ("Schaufensterlänge", metres(unit.frontage_m)),
        ("Schaufenster", None if unit.windows_n is None else str(unit.windows_n)),
        ("Lichte Höhe", metres(unit.clear_height_m)),
        ("Eingang", label(ENTRANCES, unit.entrance)),
        ("Barrierefrei", label(ACCESSIBLE, unit.accessible)),
        ("Ausstattung", ", ".join(label(EQUIPMENT, code) for code in unit.equipment)),
        ("Stellplätze", None if unit.parking_n is None else str(unit.parking_n)),
        ("Zustand", f"{unit.condition}: {condition}" if unit.condition else None),
        ("Lageklasse", label(LOCATION_CLASSES, unit.location_class)),
        ("Heizung", label(HEATINGS, unit.heating)),
        ("Energiekennwert", energy(unit, "de")),
        ("Schlüssel", f"{unit.external_id} ({unit.external_source})" if unit.external_id else None),
        ("Umriss", f"gezeichnet, {area(geometry.area_m2(outline), 'de')}" if outline is not None else None),
    ]
    return [(name, text) for name, text in facts if text]


def unit_feature(unit: Any, day: date) -> dict[str, Any]:
    """A stored unit as a GeoJSON feature for the small map of its internal page."""
    state = next((spell.state for spell in unit.spells if spell.during.contains(day)), "UNBEKANNT")
    properties = {
        "id": unit.id,
        "kind": KIND,
        "title": stored_title(unit),
        "status": state,
        "status_label": label(STATES, state) if state in STATES else "Zustand unbekannt",
        "is_example": unit.is_example,
    }
    return geojson.feature(geometry.lon_lat(unit.place.point), properties)
