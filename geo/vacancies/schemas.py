"""What the forms of vacancies hold, parsed once; every mistake stands at its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from geo.core import clock
from geo.core.parsing import Fields
from geo.places.schemas import PlaceInput, parse_place
from geo.vacancies import classification
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.codes import (
    ACCESSIBLE,
    CONDITIONS,
    CONFIDENCES,
    CONSENT_KINDS,
    END_REASONS,
    ENERGY_CLASSES,
    ENTRANCES,
    EQUIPMENT,
    HEATINGS,
    LOCATION_CLASSES,
    OBJECT_TYPES,
    OFFER_KINDS,
    OPERATOR_KINDS,
    PUBLICATION_LEVELS,
    STATES,
    VERIFIED_BY,
)
from geo.vacancies.dates import AHEAD, since_field, typed, typed_until, until_field

AREAS = ("area_total_m2", "area_sales_m2", "area_side_m2", "area_storage_m2", "divisible_from_m2")
LATER = "Bestätigt werden kann nur, was schon gesehen wurde: das Datum liegt in der Zukunft."
PUBLISHED_TERMS = (
    *("rent_eur_m2", "offer_kinds", "available_from", "min_term_months", "max_term_months"),
    *("side_costs_eur_m2", "price_eur"),
)
_TERMS = ("min_term_months", "max_term_months", "side_costs_eur_m2", "price_eur")
LONGEST_PUBLICATION = timedelta(days=2 * 366)


@dataclass(frozen=True)
class UnitInput:
    """The facts of a unit; the names are those of its columns."""

    object_type: str = "LADEN_EG"
    name: str | None = None
    floor: int | None = None
    is_ground_floor_frontage: bool = False
    area_total_m2: Decimal | None = None
    area_sales_m2: Decimal | None = None
    area_side_m2: Decimal | None = None
    area_storage_m2: Decimal | None = None
    divisible_from_m2: Decimal | None = None
    frontage_m: Decimal | None = None
    windows_n: int | None = None
    clear_height_m: Decimal | None = None
    entrance: str | None = None
    accessible: str = "UNBEKANNT"
    equipment: list[str] = field(default_factory=list)
    condition: int | None = None
    location_class: str | None = None
    heating: str | None = None
    energy_kwh_m2a: Decimal | None = None
    energy_class: str | None = None
    parking_n: int | None = None
    external_source: str | None = None
    external_id: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class VacancyInput:
    """A unit marked on the map, with its state and since when."""

    place: PlaceInput
    unit: UnitInput
    state: str
    since: date
    precision: str = "TAG"
    confirmed: "Verification | None" = None


@dataclass(frozen=True)
class UnitChange:
    """A unit and its place as somebody left the form; `place_version` is the version of the place that they saw."""

    place: PlaceInput
    unit: UnitInput
    place_version: int | None = None


@dataclass(frozen=True)
class SpellInput:
    """A period of use; `end` is the first day after it, None while it lasts."""

    state: str
    start: date
    start_precision: str = "TAG"
    end: date | None = None
    end_precision: str = "TAG"
    occupant: str | None = None
    operator_kind: str | None = None
    wz_code: str | None = None
    wz_2025: str | None = None
    sortiment: str | None = None
    area_used_m2: Decimal | None = None
    threatened_from: date | None = None
    end_reason: str | None = None
    source: str | None = None
    observed_on: date | None = None
    confidence: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PublicationInput:
    """What the public may see, and until when (the last day)."""

    level: int
    until: date | None = None
    consent_kind: str | None = None
    title: str | None = None
    title_en: str | None = None
    text: str | None = None
    text_en: str | None = None
    rent_eur_m2: Decimal | None = None
    offer_kinds: list[str] = field(default_factory=list)
    available_from: date | None = None
    min_term_months: int | None = None
    max_term_months: int | None = None
    side_costs_eur_m2: Decimal | None = None
    price_eur: Decimal | None = None


@dataclass(frozen=True)
class Verification:
    """That somebody saw, or was told, that the facts hold."""

    on: date
    kind: str


def parse_vacancy(data: Mapping[str, Any], today: date | None = None) -> VacancyInput:
    """The form that marks a unit."""
    fields = Fields(data)
    place, unit = parse_place(fields), _unit(fields)
    state = fields.choice("state", STATES, required=True)
    since = since_field(fields, "since", today=today or clock.today())
    confirmed = _confirmed(fields, today or clock.today())
    fields.check()
    assert state is not None and since is not None  # noqa: S101 (required above)
    return VacancyInput(place, unit, state, *since, confirmed)


def _confirmed(fields: Fields, today: date) -> "Verification | None":
    """How and when a unit that is marked was seen; None where the form says that nobody has confirmed it."""
    kind = fields.choice("verified_by_kind", VERIFIED_BY)
    on = fields.day("verified_on", required=kind is not None)
    if on is not None and on > today:
        fields.fail("verified_on", LATER)
    return Verification(on, kind) if kind is not None and on is not None else None


def parse_beside(data: Mapping[str, Any], today: date | None = None) -> tuple[UnitInput, SpellInput]:
    """The form that marks a further unit at a place that is known."""
    fields = Fields(data)
    unit = _unit(fields)
    state = fields.choice("state", STATES, required=True)
    since = since_field(fields, "since", today=today or clock.today())
    fields.check()
    assert state is not None and since is not None  # noqa: S101 (required above)
    return unit, SpellInput(state, *since)


def parse_change(data: Mapping[str, Any]) -> UnitChange:
    """The form that changes a unit and its place."""
    fields = Fields(data)
    place, unit = parse_place(fields), _unit(fields)
    place_version = fields.whole("place_version")
    fields.check()
    return UnitChange(place, unit, place_version)


def _unit(fields: Fields) -> UnitInput:
    condition = fields.choice("condition", [str(step) for step in CONDITIONS])
    areas = {name: fields.number(name) for name in AREAS}
    total, sales, divisible = areas["area_total_m2"], areas["area_sales_m2"], areas["divisible_from_m2"]
    if total is not None and sales is not None and sales > total:
        fields.fail("area_sales_m2", "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche.")
    if total is not None and divisible is not None and divisible > total:
        fields.fail("divisible_from_m2", "Die kleinste Teilfläche kann nicht größer sein als die Gesamtfläche.")
    external_source, external_id = fields.text("external_source", longest=80), fields.text("external_id", longest=120)
    if external_source and not external_id:
        fields.fail("external_id", "Zu einer Quelle gehört der Schlüssel, den die Einheit dort hat.")
    if external_id and not external_source:
        fields.fail("external_source", "Zu einem fremden Schlüssel gehört seine Quelle.")
    return UnitInput(
        object_type=fields.choice("object_type", OBJECT_TYPES, required=True) or "",
        name=fields.text("name", longest=120),
        floor=fields.whole("floor", least=-5, most=40),
        is_ground_floor_frontage=fields.flag("is_ground_floor_frontage"),
        **areas,
        frontage_m=fields.number("frontage_m", most=500),
        windows_n=fields.whole("windows_n", most=200),
        clear_height_m=fields.number("clear_height_m", most=50),
        entrance=fields.choice("entrance", ENTRANCES),
        accessible=fields.choice("accessible", ACCESSIBLE) or "UNBEKANNT",
        equipment=fields.several("equipment", EQUIPMENT),
        condition=int(condition) if condition else None,
        location_class=fields.choice("location_class", LOCATION_CLASSES),
        heating=fields.choice("heating", HEATINGS),
        energy_kwh_m2a=fields.number("energy_kwh_m2a", most=9_999),
        energy_class=fields.choice("energy_class", ENERGY_CLASSES),
        parking_n=fields.whole("parking_n", most=9_999),
        external_source=external_source,
        external_id=external_id,
        note=fields.text("note", longest=4000),
    )


def parse_spell(data: Mapping[str, Any], today: date | None = None) -> SpellInput:
    """A period of use, with its end where it has one."""
    today = today or clock.today()
    fields = Fields(data)
    state = fields.choice("state", STATES, required=True)
    start = since_field(fields, "since", today=today)
    end = until_field(fields, "until", today=today)
    if start and end and end[0] <= start[0]:
        fields.fail("until", "Das Ende muss nach dem Anfang liegen.")
    result = SpellInput(
        state=state or "",
        start=start[0] if start else today,
        start_precision=start[1] if start else "TAG",
        end=end[0] if end else None,
        end_precision=end[1] if end else "TAG",
        **_use(fields, state, start[0] if start else None, today),
        end_reason=fields.choice("end_reason", END_REASONS),
        source=fields.text("source", longest=200),
        observed_on=_past_day(fields, "observed_on", today),
        confidence=fields.choice("confidence", CONFIDENCES),
        note=fields.text("note", longest=2000),
    )
    fields.check()
    return result


def _use(fields: Fields, state: str | None, start: date | None, today: date) -> dict[str, Any]:
    """Who uses the unit for what; what one classification says beyond doubt is filled into the other."""
    wz_code = classification.code_field(fields, "wz_code", classification.WZ_2008)
    wz_2025 = classification.code_field(fields, "wz_2025", classification.WZ_2025)
    group = fields.choice("sortiment", RETAIL_GROUPS)
    if wz_code and not wz_2025:
        wz_2025 = classification.proposal(classification.WZ_2008, wz_code).wz_2025
    elif wz_2025 and not wz_code:
        wz_code = classification.proposal(classification.WZ_2025, wz_2025).wz_2008
    threatened_from = fields.day("threatened_from")
    if threatened_from is not None:
        if state != "DROHEND":
            fields.fail("threatened_from", "Ab wann Leerstand droht, gehört nur zu „genutzt, Leerstand droht“.")
        elif start is not None and threatened_from < start:
            fields.fail("threatened_from", "Der Leerstand kann nicht vor dem Anfang der Nutzung drohen.")
        elif threatened_from > today + AHEAD:
            fields.fail("threatened_from", "Das Datum liegt zu weit in der Zukunft (höchstens fünf Jahre).")
    return {
        "occupant": fields.text("occupant", longest=120),
        "operator_kind": fields.choice("operator_kind", OPERATOR_KINDS),
        "wz_code": wz_code,
        "wz_2025": wz_2025,
        "sortiment": group or classification.group(wz_code),
        "area_used_m2": fields.number("area_used_m2"),
        "threatened_from": threatened_from,
    }


def _past_day(fields: Fields, name: str, today: date) -> date | None:
    on = fields.day(name)
    if on is not None and on > today:
        fields.fail(name, "Beobachtet werden kann nur, was schon war: das Datum liegt in der Zukunft.")
    return on


def parse_publication(data: Mapping[str, Any], today: date | None = None) -> PublicationInput:
    """What is to be public; a level of 2 or more needs an end, of 3 or more a ground to stand on."""
    today = today or clock.today()
    fields = Fields(data)
    raw = fields.choice("level", [str(level) for level in PUBLICATION_LEVELS], required=True)
    level = int(raw) if raw else 0
    until = fields.day("until", required=level >= 2)
    consent_kind = fields.choice("consent_kind", CONSENT_KINDS)
    if until is not None and level >= 2:
        if until < today:
            fields.fail("until", "Das Ende der Veröffentlichung liegt in der Vergangenheit.")
        elif until > today + LONGEST_PUBLICATION:
            fields.fail("until", "Eine Veröffentlichung gilt höchstens zwei Jahre und kann dann verlängert werden.")
    if level >= 3 and consent_kind is None:
        fields.fail("consent_kind", "Ab „Adresse und Eckdaten“ braucht die Veröffentlichung eine Grundlage.")
    shortest = fields.whole("min_term_months", least=1, most=1200)
    longest = fields.whole("max_term_months", least=1, most=1200)
    if shortest is not None and longest is not None and shortest > longest:
        fields.fail("max_term_months", "Die höchste Laufzeit ist kürzer als die mindeste.")
    result = PublicationInput(
        level=level,
        until=until,
        consent_kind=consent_kind,
        title=fields.text("title", longest=150),
        title_en=fields.text("title_en", longest=150),
        text=fields.text("text", longest=4000),
        text_en=fields.text("text_en", longest=4000),
        rent_eur_m2=fields.number("rent_eur_m2", most=1000),
        offer_kinds=fields.several("offer_kinds", OFFER_KINDS),
        available_from=fields.day("available_from"),
        min_term_months=shortest,
        max_term_months=longest,
        side_costs_eur_m2=fields.number("side_costs_eur_m2", most=1000),
        price_eur=fields.number("price_eur", most=999_999_999),
    )
    fields.check()
    return result


def parse_verification(data: Mapping[str, Any], today: date | None = None) -> Verification:
    """When and how the facts were confirmed; not in the future."""
    today = today or clock.today()
    fields = Fields(data)
    on = fields.day("verified_on", required=True)
    kind = fields.choice("verified_by_kind", VERIFIED_BY, required=True)
    if on is not None and on > today:
        fields.fail("verified_on", LATER)
    fields.check()
    assert on is not None and kind is not None  # noqa: S101 (required above)
    return Verification(on, kind)


def number_text(value: Decimal | int | None) -> str:
    """A number as a form's field has it in German: 1234,5."""
    if value is None:
        return ""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def unit_values(unit: Any) -> dict[str, Any]:
    """The form's values of a unit: the stored one, or a `UnitInput`."""
    values: dict[str, Any] = {}
    for name in UnitInput.__dataclass_fields__:
        value = getattr(unit, name)
        values[name] = number_text(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
    order = {code: position for position, code in enumerate(EQUIPMENT)}
    values["equipment"] = sorted(values["equipment"], key=lambda code: order.get(code, len(order)))
    return {name: "" if value is None else value for name, value in values.items()}


def spell_values(spell: Any) -> dict[str, Any]:
    """The form's values of a stored spell."""
    return {
        "state": spell.state,
        "since": typed(spell.during.lower, spell.start_precision),
        "until": typed_until(spell.during.upper, spell.end_precision),
        "occupant": spell.occupant or "",
        "operator_kind": spell.operator_kind or "",
        "wz_code": classification.shown(classification.WZ_2008, spell.wz_code),
        "wz_2025": classification.shown(classification.WZ_2025, spell.wz_2025),
        "sortiment": spell.sortiment or "",
        "area_used_m2": number_text(spell.area_used_m2),
        "threatened_from": spell.threatened_from.isoformat() if spell.threatened_from else "",
        "end_reason": spell.end_reason or "",
        "source": spell.source or "",
        "observed_on": spell.observed_on.isoformat() if spell.observed_on else "",
        "confidence": spell.confidence or "",
        "note": spell.note or "",
    }


def publication_values(unit: Any, today: date | None = None) -> dict[str, Any]:
    """The form's values of a unit's publication; half a year from today where there is none yet."""
    today = today or clock.today()
    period = unit.published_during
    until = period.upper - timedelta(days=1) if period is not None and period.upper else today + timedelta(days=182)
    return {
        "level": unit.publication_level,
        "until": until.isoformat(),
        "consent_kind": unit.consent_kind or "",
        "title": unit.public_title or "",
        "title_en": unit.public_title_en or "",
        "text": unit.public_text or "",
        "text_en": unit.public_text_en or "",
        "rent_eur_m2": number_text(unit.rent_eur_m2),
        "offer_kinds": [code for code in OFFER_KINDS if code in unit.offer_kinds],
        "available_from": unit.available_from.isoformat() if unit.available_from else "",
        **{name: number_text(getattr(unit, name)) for name in _TERMS},
    }
