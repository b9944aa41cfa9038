"""The history of a unit in words: what was done, and each field's old and new value as a person reads it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from geo.core.codes import label
from geo.core.history import Change, FieldChange, changes_of
from geo.core.undo import Root, rows_of
from geo.places.photos import LICENCES
from geo.vacancies import classification
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.codes import (
    ACCESSIBLE,
    CONDITIONS,
    CONFIDENCES,
    CONSENT_KINDS,
    END_REASONS,
    ENTRANCES,
    EQUIPMENT,
    HEATINGS,
    LOCATION_CLASSES,
    MONUMENTS,
    OBJECT_TYPES,
    OFFER_KINDS,
    OPERATOR_KINDS,
    PRECISIONS,
    PUBLICATION_LEVELS,
    STATES,
    SUCCESSION_KINDS,
    VERIFIED_BY,
)
from geo.vacancies.dates import in_words, until_in_words
from geo.vacancies.schemas import number_text
from geo.vacancies.stock import parcel_keys, queries

ACTIONS = {
    "vacancy.create": "Erfasst",
    "vacancy.edit": "Bearbeitet",
    "vacancy.publish": "Veröffentlichung geändert",
    "vacancy.delete": "Gelöscht",
    "vacancy.import": "Import",
    "photo.edit": "Fotos geändert",
    "sample.load": "Als Beispiel geladen",
}


@dataclass
class Entry:
    """What one request did to a unit and all that belongs to it."""

    id: int
    at: datetime
    who: str
    action: str
    note: str | None = None
    changes: list[dict[str, str | None]] = field(default_factory=list)


# A column's name as a person reads it, and how its values are said.
Field = tuple[str, Callable[[Any], str]]


def _coded(codes: Mapping[Any, Any]) -> Callable[[Any], str]:
    return lambda value: label(codes, value)


def _number(unit: str) -> Callable[[Any], str]:
    return lambda value: f"{number_text(Decimal(str(value)))} {unit}".strip()


def _flag(value: Any) -> str:
    return "ja" if value else "nein"


def _day(value: Any) -> str:
    return in_words(date.fromisoformat(value))


_RANGE = re.compile(r"[\[(]([0-9-]*),([0-9-]*)[)\]]")


def _period(value: Any) -> str:
    found = _RANGE.fullmatch(str(value))
    if not found:
        return str(value)
    begin, end = found.groups()
    if not end:
        return f"seit {_day(begin)}" if begin else "durchgehend"
    last = until_in_words(date.fromisoformat(end))
    return f"{_day(begin)} bis {last}" if begin else f"bis {last}"


def _spot(value: Any) -> str:
    longitude, latitude = value["coordinates"]
    return f"{latitude:.6f}, {longitude:.6f}".replace(".", ",").replace(", ", " / ")


def _outline(value: Any) -> str:
    corners = sum(len(ring) - 1 for polygon in value["coordinates"] for ring in polygon)
    return f"Fläche mit {corners} Ecken"


def _text(value: Any) -> str:
    return str(value)


_UNIT: dict[str, Field] = {
    "name": ("Bezeichnung", _text),
    "object_type": ("Objektart", _coded(OBJECT_TYPES)),
    "floor": ("Geschoss", _number("")),
    "is_ground_floor_frontage": ("Straßenfront im Erdgeschoss", _flag),
    "area_total_m2": ("Gesamtfläche", _number("m²")),
    "area_sales_m2": ("Verkaufsfläche", _number("m²")),
    "area_side_m2": ("Nebenfläche", _number("m²")),
    "area_storage_m2": ("Lagerfläche", _number("m²")),
    "divisible_from_m2": ("Teilbar ab", _number("m²")),
    "frontage_m": ("Schaufensterlänge", _number("m")),
    "windows_n": ("Zahl der Schaufenster", _number("")),
    "clear_height_m": ("Lichte Höhe", _number("m")),
    "entrance": ("Eingang", _coded(ENTRANCES)),
    "accessible": ("Barrierefrei", _coded(ACCESSIBLE)),
    "equipment": ("Ausstattung", lambda codes: ", ".join(label(EQUIPMENT, code) for code in codes)),
    "condition": ("Zustand des Objekts", _coded(CONDITIONS)),
    "location_class": ("Lageklasse", _coded(LOCATION_CLASSES)),
    "heating": ("Heizung", _coded(HEATINGS)),
    "energy_kwh_m2a": ("Energiekennwert", _number("kWh/m²a")),
    "energy_class": ("Energieklasse", _text),
    "parking_n": ("Stellplätze", _number("")),
    "external_source": ("Quelle des Schlüssels", _text),
    "external_id": ("Schlüssel der Quelle", _text),
    "building_id": ("Gebäude", lambda value: f"Gebäude {value}"),
    "note": ("Notiz", _text),
    "verified_on": ("Bestätigt am", _day),
    "verified_by_kind": ("Bestätigt durch", _coded(VERIFIED_BY)),
    "publication_level": ("Stufe der Veröffentlichung", _coded(PUBLICATION_LEVELS)),
    "published_during": ("Veröffentlicht", _period),
    "consent_kind": ("Grundlage der Veröffentlichung", _coded(CONSENT_KINDS)),
    "public_title": ("Titel", _text),
    "public_title_en": ("Titel (englisch)", _text),
    "public_text": ("Beschreibung", _text),
    "public_text_en": ("Beschreibung (englisch)", _text),
    "rent_eur_m2": ("Miete", _number("€/m²")),
    "offer_kinds": ("Angebot", lambda codes: ", ".join(label(OFFER_KINDS, code) for code in codes)),
    "available_from": ("Verfügbar ab", _day),
    "min_term_months": ("Mindestlaufzeit", _number("Monate")),
    "max_term_months": ("Höchstlaufzeit", _number("Monate")),
    "side_costs_eur_m2": ("Nebenkosten", _number("€/m²")),
    "price_eur": ("Kaufpreis", _number("€")),
    "during": ("Im Bestand", _period),
}
_SPELL: dict[str, Field] = {
    "state": ("Nutzung", _coded(STATES)),
    "during": ("Zeitraum der Nutzung", _period),
    "start_precision": ("Genauigkeit des Anfangs", _coded(PRECISIONS)),
    "end_precision": ("Genauigkeit des Endes", _coded(PRECISIONS)),
    "occupant": ("Nutzer", _text),
    "operator_kind": ("Betriebsform", _coded(OPERATOR_KINDS)),
    "wz_code": ("Branche (WZ 2008)", lambda code: classification.shown(classification.WZ_2008, code)),
    "wz_2025": ("Branche (WZ 2025)", lambda code: classification.shown(classification.WZ_2025, code)),
    "sortiment": ("Sortiment", _coded(RETAIL_GROUPS)),
    "area_used_m2": ("Genutzte Fläche", _number("m²")),
    "threatened_from": ("Leerstand droht ab", _day),
    "end_reason": ("Grund des Endes", _coded(END_REASONS)),
    "source": ("Quelle", _text),
    "observed_on": ("Beobachtet am", _day),
    "confidence": ("Sicherheit", _coded(CONFIDENCES)),
    "note": ("Notiz zur Nutzung", _text),
}
_PLACE: dict[str, Field] = {
    "street": ("Straße", _text),
    "house_number": ("Hausnummer", _text),
    "postcode": ("Postleitzahl", _text),
    "locality": ("Ort", _text),
    "point": ("Lage", _spot),
    "outline": ("Umriss", _outline),
    "outside_confirmed": ("Lage außerhalb bestätigt", _flag),
}
_PHOTO: dict[str, Field] = {
    "alt_text": ("Foto: Alternativtext", _text),
    "author": ("Foto: Urheber", _text),
    "licence": ("Foto: Lizenz", _coded(LICENCES)),
    "taken_on": ("Foto: aufgenommen am", _day),
    "is_public": ("Foto: öffentlich", _flag),
}
_PLAN: dict[str, Field] = {"title": ("Grundriss", _text), "is_public": ("Grundriss: öffentlich", _flag)}
_PARCEL: dict[str, Field] = {
    "parcel_key": ("Flurstück", parcel_keys.in_words),
    "area_m2": ("Fläche des Flurstücks", _number("m²")),
}
_SUCCESSION: dict[str, Field] = {
    "kind": ("Aus einer Einheit werden andere", _coded(SUCCESSION_KINDS)),
    "from_unit_id": ("Vorgängerin", lambda value: f"Nutzungseinheit {value}"),
    "to_unit_id": ("Nachfolgerin", lambda value: f"Nutzungseinheit {value}"),
    "on_day": ("Am", _day),
}
BUILDING: dict[str, Field] = {
    "name": ("Name des Gebäudes", _text),
    "alkis_gml_id": ("ALKIS-Kennung", _text),
    "function_code": ("Gebäudefunktion", _text),
    "outline": ("Umriss", _outline),
    "built_year": ("Baujahr", _text),
    "storeys": ("Vollgeschosse", _number("")),
    "monument": ("Denkmal", _coded(MONUMENTS)),
    "energy_class": ("Energieklasse", _text),
    "condition": ("Bauzustand", _coded(CONDITIONS)),
    "is_hazard": ("Gefährdung", _flag),
    "is_landmark": ("Ortsbildprägend", _flag),
    "note": ("Notiz", _text),
}
FIELDS: dict[str, dict[str, Field]] = {
    "units": _UNIT,
    "occupancy_spells": _SPELL,
    "places": _PLACE,
    "photos": _PHOTO,
    "floor_plans": _PLAN,
    "parcel_links": _PARCEL,
    "unit_successions": _SUCCESSION,
    "buildings": BUILDING,
}
_ORDER = {table: position for position, table in enumerate(FIELDS)}
# What a new row holds without anybody having said so.
_DEFAULTS = (False, 0, "UNBEKANNT", "TAG", "(,)")
_NOTES = {
    ("occupancy_spells", "DELETE"): "Ein Nutzungsabschnitt wurde entfernt.",
    ("parcel_links", "INSERT"): "Ein Flurstück wurde zugeordnet.",
    ("parcel_links", "DELETE"): "Ein Flurstück wurde entfernt.",
    ("unit_successions", "INSERT"): "Nutzungseinheiten wurden geteilt oder zusammengelegt.",
    ("unit_successions", "DELETE"): "Das Teilen oder Zusammenlegen wurde zurückgenommen.",
    ("photos", "INSERT"): "Ein Foto kam dazu.",
    ("photos", "DELETE"): "Ein Foto wurde entfernt.",
    ("floor_plans", "INSERT"): "Ein Grundriss kam dazu.",
    ("floor_plans", "DELETE"): "Ein Grundriss wurde entfernt.",
}


def history(session: Session, root: Root) -> list[Entry]:
    """Everything that happened to the unit, newest first, one entry a request."""
    requests: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes_of(session, rows_of(session, root)):
        requests.setdefault((change.transaction_id, change.request_id, change.action), []).append(change)
    names = _names(session, [change for changes in requests.values() for change in changes])
    return [_entry(changes, names) for changes in requests.values()]


# Columns that hold the number of another row, and how those rows are called; one that is no more keeps its number.
_NAMED = {
    ("units", "building_id"): queries.building_names,
    ("unit_successions", "from_unit_id"): queries.unit_names,
    ("unit_successions", "to_unit_id"): queries.unit_names,
}
Names = Mapping[tuple[str, str], Mapping[int, str]]


def _names(session: Session, changes: Sequence[Change]) -> Names:
    found: dict[tuple[str, str], Mapping[int, str]] = {}
    for (table, column), names_of in _NAMED.items():
        fields = [one for change in changes if change.table == table for one in change.fields if one.name == column]
        found[table, column] = names_of(session, {one for pair in fields for one in (pair.old, pair.new) if one})
    return found


def _entry(changes: list[Change], names: Names) -> Entry:
    newest = changes[0]
    entry = Entry(newest.id, newest.changed_at, newest.actor, ACTIONS.get(newest.action, newest.action))
    for change in sorted(changes, key=lambda one: _ORDER.get(one.table, len(_ORDER))):
        _add(entry, change, names)
    return entry


def _add(entry: Entry, change: Change, names: Names) -> None:
    known = FIELDS.get(change.table, {})
    for one in change.fields:
        is_default = change.operation == "INSERT" and one.new in _DEFAULTS
        if one.name in known and not is_default:
            name, words = known[one.name]
            called = names.get((change.table, one.name), {})
            old, new = ((called and called.get(value)) or _said(words, value) for value in (one.old, one.new))
            entry.changes.append({"field": name, "old": old, "new": new})
    note = _NOTES.get((change.table, change.operation))
    if note:
        entry.note = note


def building_history(changes: Sequence[Change]) -> list[Entry]:
    """What happened to a building, newest first."""
    return [_entry([change], {}) for change in changes]


def _said(words: Callable[[Any], str], value: Any) -> str | None:
    return None if value in (None, "", []) else words(value)


def values_before(session: Session, table: str, row_id: int, version: int) -> dict[str, FieldChange]:
    """What others changed in a row since somebody read it in that version: by column, the value that they had read."""
    found: dict[str, FieldChange] = {}
    for change in changes_of(session, [(table, row_id)]):
        if change.version is None or change.version <= version:
            break
        for one in change.fields:
            found[one.name] = one
    return found
