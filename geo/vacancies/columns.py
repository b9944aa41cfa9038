"""The columns of a list of units: one table that files are read and written by, so that what was exported comes back
as "no change".

Each column has a key, a header in German and in English, a type with its bounds, where its value is stored, and who may
see it. `written` and the import (`geo/vacancies/importing`) are each other's inverse for every column that can be
imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from geo.core.access import Role
from geo.core.codes import label
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.codes import (
    ACCESSIBLE,
    CONDITIONS,
    CONFIDENCES,
    END_REASONS,
    ENERGY_CLASSES,
    ENTRANCES,
    EQUIPMENT,
    HEATINGS,
    LOCATION_CLASSES,
    OBJECT_TYPES,
    OPERATOR_KINDS,
    PUBLICATION_LEVELS,
    STATES,
    VERIFIED_BY,
)
from geo.vacancies.dates import typed, typed_until


class Kind(StrEnum):
    """How a value is written and read."""

    TEXT = "text"
    NUMBER = "number"  # as Germans write it; two decimals
    WHOLE = "whole"
    DEGREES = "degrees"
    FLAG = "flag"  # ja, nein
    CODE = "code"  # the code or its name
    CODES = "codes"  # several, with commas
    DAY = "day"
    SINCE = "since"  # a day, month or year, or "vor" one
    UNTIL = "until"  # the last day, or the month or year of the change
    POSTCODE = "postcode"


@dataclass(frozen=True)
class Column:
    """One column. `stored` is SQL over `u` (units), `p` (places), `s` (the spell that holds on the day asked for)
    and `known` (the unit's confirmation as of that day).

    `precision` is the SQL of the precision of a day of kind SINCE or UNTIL. `role` is the lowest role of the town that
    may see it, None for what is public of a published unit. `names` are further headers by which it is recognised.
    `least`, `most` and `longest` are the bounds that the forms have too.
    """

    key: str
    de: str
    en: str
    kind: Kind
    stored: str
    unit: str = ""
    codes: Mapping[Any, tuple[str, str]] | None = None
    role: Role | None = None
    precision: str = ""
    least: float = 0
    most: float = 999_999
    longest: int = 200
    names: tuple[str, ...] = ()
    is_imported: bool = True

    @property
    def table(self) -> str:
        """The table that holds it: units, places, occupancy_spells, or municipalities."""
        return _TABLES[self.stored.split("(")[-1].split(".")[0]]

    def header(self, language: str = "de") -> str:
        """The header in a file, with the unit of measure where it has one."""
        name = self.en if language == "en" else self.de
        return f"{name} ({self.unit})" if self.unit else name


# A confirmation of today stands with the unit.
_TABLES = {"u": "units", "known": "units", "p": "places", "s": "occupancy_spells", "m": "municipalities"}
_ENERGY = {code: (code, code) for code in ENERGY_CLASSES}
_V = Role.VIEWER


def _text(key: str, de: str, en: str, stored: str, longest: int, *names: str, role: Role | None = _V) -> Column:
    return Column(key, de, en, Kind.TEXT, stored, longest=longest, names=names, role=role)


def _number(key: str, de: str, en: str, stored: str, unit: str, *names: str, most: float = 999_999) -> Column:
    return Column(key, de, en, Kind.NUMBER, stored, unit=unit, most=most, names=names)


def _code(key: str, de: str, en: str, stored: str, codes: Any, *names: str, role: Role | None = None) -> Column:
    return Column(key, de, en, Kind.CODE, stored, codes=codes, names=names, role=role)


_ALL = (
    Column(
        "id",
        "Registernummer",
        "Register number",
        Kind.WHOLE,
        "u.id",
        least=1,
        most=2_147_483_647,
        names=("Register-Nr.", "Register-ID", "unit_id"),
    ),
    _text(
        "external_id", "Fremdschlüssel", "External id", "u.external_id", 120, "Objektnummer", "Objekt-ID", "Lfd. Nr."
    ),
    Column(
        "external_source",
        "Quelle des Fremdschlüssels",
        "Source of the external id",
        Kind.TEXT,
        "u.external_source",
        longest=120,
        role=_V,
        is_imported=False,  # an import has one source, chosen with its file
    ),
    _text("street", "Straße", "Street", "p.street", 120, "Strasse", "Str.", "Straßenname", role=None),
    _text("house_number", "Hausnummer", "House number", "p.house_number", 20, "Hausnr.", "HNR", "Nr.", role=None),
    Column(
        "postcode",
        "Postleitzahl",
        "Postcode",
        Kind.POSTCODE,
        "p.postcode",
        longest=5,
        names=("PLZ", "ZIP", "postal code"),
    ),
    _text("locality", "Ort", "Locality", "p.locality", 120, "Ortsteil", "Stadt", "Gemeinde", "City", role=None),
    _text("name", "Bezeichnung", "Name", "u.name", 120, "Objektname", "Objekt", "Objektbezeichnung"),
    _code(
        "object_type", "Objektart", "Type of premises", "u.object_type", OBJECT_TYPES, "Objekttyp", "Gebäudeart", "Typ"
    ),
    Column(
        "floor",
        "Geschoss",
        "Floor",
        Kind.WHOLE,
        "u.floor",
        least=-5,
        most=40,
        names=("Etage", "Stockwerk", "Stock", "level"),
    ),
    Column(
        "is_ground_floor_frontage",
        "Straßenfront im Erdgeschoss",
        "Street front on the ground floor",
        Kind.FLAG,
        "u.is_ground_floor_frontage",
        role=_V,
        names=("EG-Front", "Erdgeschosslage"),
    ),
    _code(
        "state", "Nutzung", "Use", "s.state", STATES, "Zustand der Nutzung", "Nutzungszustand", "Status", "Leerstand"
    ),
    Column(
        "since",
        "Seit",
        "Since",
        Kind.SINCE,
        "lower(s.during)",
        precision="s.start_precision",
        longest=40,
        names=("Leer seit", "Leerstand seit", "Beginn", "vacant since"),
    ),
    Column(
        "until",
        "Bis",
        "Until",
        Kind.UNTIL,
        "upper(s.during)",
        precision="s.end_precision",
        longest=40,
        role=_V,
        names=("Ende", "Leer bis"),
    ),
    _text("occupant", "Nutzer", "Occupant", "s.occupant", 120, "Firma", "Betrieb", "Mieter", "Geschäft", "Ladenname"),
    _code(
        "sortiment", "Sortiment", "Retail group", "s.sortiment", RETAIL_GROUPS, "Warengruppe", "Branchengruppe", role=_V
    ),
    Column(
        "wz_code",
        "Branche (WZ 2008)",
        "Branch (WZ 2008)",
        Kind.TEXT,
        "s.wz_code",
        longest=10,
        role=_V,
        names=("WZ", "WZ 2008", "WZ-Code", "NACE"),
    ),
    Column(
        "wz_2025",
        "Branche (WZ 2025)",
        "Branch (WZ 2025)",
        Kind.TEXT,
        "s.wz_2025",
        longest=10,
        role=_V,
        names=("WZ 2025",),
    ),
    _code("operator_kind", "Betriebsform", "Kind of operator", "s.operator_kind", OPERATOR_KINDS, "Filialist", role=_V),
    Column(
        "area_used_m2",
        "Genutzte Fläche",
        "Area used",
        Kind.NUMBER,
        "s.area_used_m2",
        unit="m²",
        role=_V,
        names=("Nutzfläche",),
    ),
    Column("threatened_from", "Leerstand droht ab", "Vacancy expected from", Kind.DAY, "s.threatened_from", role=_V),
    _code(
        "end_reason", "Grund des Endes", "Reason of the end", "s.end_reason", END_REASONS, "Leerstandsgrund", role=_V
    ),
    _text("source", "Quelle", "Source", "s.source", 200, "Datenquelle", "Herkunft"),
    Column(
        "observed_on", "Beobachtet am", "Observed on", Kind.DAY, "s.observed_on", role=_V, names=("Erhebungsdatum",)
    ),
    _code("confidence", "Sicherheit", "Confidence", "s.confidence", CONFIDENCES, role=_V),
    _text("spell_note", "Notiz zur Nutzung", "Note on the use", "s.note", 2000),
    _number(
        "area_total_m2", "Gesamtfläche", "Total area", "u.area_total_m2", "m²", "Fläche", "Größe", "Mietfläche", "qm"
    ),
    _number("area_sales_m2", "Verkaufsfläche", "Sales area", "u.area_sales_m2", "m²", "VKF", "VK", "Ladenfläche"),
    _number("area_side_m2", "Nebenfläche", "Side area", "u.area_side_m2", "m²"),
    _number("area_storage_m2", "Lagerfläche", "Storage area", "u.area_storage_m2", "m²", "Lager"),
    _number("divisible_from_m2", "Teilbar ab", "Divisible from", "u.divisible_from_m2", "m²"),
    _number(
        "frontage_m", "Schaufensterlänge", "Window length", "u.frontage_m", "m", "Schaufensterfront", "Front", most=500
    ),
    Column(
        "windows_n",
        "Zahl der Schaufenster",
        "Number of shop windows",
        Kind.WHOLE,
        "u.windows_n",
        most=200,
        names=("Schaufenster", "Anzahl Schaufenster"),
    ),
    _number("clear_height_m", "Lichte Höhe", "Clear height", "u.clear_height_m", "m", "Raumhöhe", most=50),
    _code("entrance", "Eingang", "Entrance", "u.entrance", ENTRANCES, "Zugang"),
    _code("accessible", "Barrierefrei", "Step-free", "u.accessible", ACCESSIBLE, "Barrierefreiheit"),
    Column("equipment", "Ausstattung", "Equipment", Kind.CODES, "u.equipment", codes=EQUIPMENT),
    _code("condition", "Zustand", "Condition", "u.condition", CONDITIONS, "Bauzustand", "Zustand des Objekts", role=_V),
    _code("location_class", "Lageklasse", "Location class", "u.location_class", LOCATION_CLASSES, "Lage", role=_V),
    _code("heating", "Heizung", "Heating", "u.heating", HEATINGS, "Heizungsart", role=_V),
    Column(
        "energy_kwh_m2a",
        "Energiekennwert",
        "Energy demand",
        Kind.NUMBER,
        "u.energy_kwh_m2a",
        unit="kWh/m²a",
        most=9_999,
        role=_V,
        names=("Energieverbrauch", "Energiebedarf"),
    ),
    _code(
        "energy_class", "Energieklasse", "Energy class", "u.energy_class", _ENERGY, "Energieeffizienzklasse", role=_V
    ),
    Column(
        "parking_n",
        "Zahl der Stellplätze",
        "Number of parking spaces",
        Kind.WHOLE,
        "u.parking_n",
        most=9_999,
        role=_V,
        names=("Stellplätze", "Parkplätze"),
    ),
    _text("note", "Notiz", "Note", "u.note", 4000, "Bemerkung", "Bemerkungen", "Kommentar", "Anmerkung"),
    Column(
        "verified_on",
        "Bestätigt am",
        "Confirmed on",
        Kind.DAY,
        "known.verified_on",
        names=("Stand", "Letzte Prüfung", "Geprüft am", "Aktualisiert am"),
    ),
    _code("verified_by_kind", "Bestätigt durch", "Confirmed by", "known.verified_by_kind", VERIFIED_BY, role=_V),
    Column(
        "latitude",
        "Breite (Nord)",
        "Latitude",
        Kind.DEGREES,
        "ST_Y(p.point)",
        least=-180,
        most=180,
        names=("Breite", "Breitengrad", "lat", "Y"),
    ),
    Column(
        "longitude",
        "Länge (Ost)",
        "Longitude",
        Kind.DEGREES,
        "ST_X(p.point)",
        least=-180,
        most=180,
        names=("Länge", "Längengrad", "lon", "lng", "X"),
    ),
    Column(
        "municipality",
        "Name der Gemeinde",
        "Municipality",
        Kind.TEXT,
        "m.name",
        is_imported=False,
    ),
    Column(
        "ags",
        "Gemeindeschlüssel (AGS)",
        "Municipality key (AGS)",
        Kind.TEXT,
        "m.ags",
        longest=8,
        is_imported=False,
    ),
    Column(
        "publication_level",
        "Stufe der Veröffentlichung",
        "Level of publication",
        Kind.CODE,
        "u.publication_level",
        codes=PUBLICATION_LEVELS,
        role=_V,
        is_imported=False,
    ),
)
COLUMNS: dict[str, Column] = {column.key: column for column in _ALL}


def for_role(role: Role | None) -> tuple[Column, ...]:
    """The columns that a role of the town may see; None for the public, which sees published units only."""
    return tuple(column for column in _ALL if role is not None or column.role is None)


def importable() -> tuple[Column, ...]:
    """The columns that a file can fill."""
    return tuple(column for column in _ALL if column.is_imported)


def written(column: Column, value: Any, language: str = "de", *, precision: str = "TAG") -> str:
    """A stored value as text for CSV and Excel; the import reads the same value back. Nothing is the empty text."""
    if value is None or value == []:
        return ""
    match column.kind:
        case Kind.SINCE:
            return typed(value, precision)
        case Kind.UNTIL:
            return typed_until(value, precision)
        case Kind.DAY:
            return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
        case Kind.FLAG:
            return ("yes" if value else "no") if language == "en" else ("ja" if value else "nein")
        case Kind.CODE:
            return label(column.codes or {}, value, language)
        case Kind.CODES:
            order = list(column.codes or {})
            chosen = sorted(value, key=lambda code: order.index(code) if code in order else len(order))
            return ", ".join(label(column.codes or {}, code, language) for code in chosen)
        case Kind.DEGREES:
            return _signs(f"{value:.6f}", language)
        case Kind.NUMBER:
            text = f"{Decimal(value):f}"
            return _signs(text.rstrip("0").rstrip(".") if "." in text else text, language)
        case _:
            return str(value)


def _signs(number: str, language: str) -> str:
    return number if language == "en" else number.replace(".", ",")
