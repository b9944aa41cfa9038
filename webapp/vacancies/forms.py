"""What the forms of vacancies share: names of fields, typed values, the answer to a refusal."""

from collections.abc import Mapping
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from geo.core.codes import label
from geo.core.errors import Invalid, NeedsConfirmation
from geo.core.undo import last_change
from geo.vacancies import classification
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.changes import FIELDS, values_before
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
    MONUMENTS,
    OBJECT_TYPES,
    OFFER_KINDS,
    OPERATOR_KINDS,
    PUBLICATION_LEVELS,
    STATES,
    VERIFIED_BY,
)
from geo.vacancies.schemas import UnitInput
from webapp.app import staff_session
from webapp.forms import Side, side_by_side

PLACE_LABELS = {
    "street": "Straße",
    "house_number": "Hausnummer",
    "postcode": "Postleitzahl",
    "locality": "Ort",
    "latitude": "Breite (Nord)",
    "longitude": "Länge (Ost)",
    "outline": "Umriss",
    "outside_confirmed": "Lage außerhalb der Gemeinde bestätigt",
}
UNIT_LABELS = {name: FIELDS["units"][name][0] for name in UnitInput.__dataclass_fields__}
EDIT_LABELS = {**UNIT_LABELS, **PLACE_LABELS}
SPELL_LABELS = {
    "state": "Nutzung",
    "since": "Seit",
    "until": "Bis",
    "occupant": "Nutzer",
    "operator_kind": "Betriebsform",
    "wz_code": "Branche (WZ 2008)",
    "wz_2025": "Branche (WZ 2025)",
    "sortiment": "Sortiment",
    "area_used_m2": "Genutzte Fläche",
    "threatened_from": "Leerstand droht ab",
    "end_reason": "Grund",
    "source": "Quelle",
    "observed_on": "Beobachtet am",
    "confidence": "Sicherheit",
    "note": "Notiz",
}
PHOTO_LABELS = {"photo": "Foto", "alt_text": "Bildbeschreibung", "author": "Urheber", "licence": "Lizenz"}
NEW_LABELS = {
    **EDIT_LABELS,
    "near_seen": "Schon erfasst",
    "verified_by_kind": "Woher wissen wir das?",
    "verified_on": "Bestätigt am",
    **SPELL_LABELS,
    **PHOTO_LABELS,
    "since": "Seit",
    "note": "Notiz",
}
PUBLICATION_LABELS = {
    "level": "Stufe",
    "until": "Öffentlich bis",
    "consent_kind": "Grundlage",
    "title": "Titel",
    "title_en": "Titel (englisch)",
    "text": "Beschreibung",
    "text_en": "Beschreibung (englisch)",
    "rent_eur_m2": "Kaltmiete",
    "offer_kinds": "Angeboten zur",
    "available_from": "Verfügbar ab",
    "min_term_months": "Mindestlaufzeit",
    "max_term_months": "Höchstlaufzeit",
    "side_costs_eur_m2": "Nebenkosten",
    "price_eur": "Kaufpreis",
}
_CODES: dict[str, Mapping[Any, Any]] = {
    "object_type": OBJECT_TYPES,
    "entrance": ENTRANCES,
    "accessible": ACCESSIBLE,
    "location_class": LOCATION_CLASSES,
    "heating": HEATINGS,
    "monument": MONUMENTS,
    "consent_kind": CONSENT_KINDS,
    "condition": {str(step): names for step, names in CONDITIONS.items()},
    "level": {str(level): names for level, names in PUBLICATION_LEVELS.items()},
}
_LISTS: dict[str, Mapping[str, Any]] = {"equipment": EQUIPMENT, "offer_kinds": OFFER_KINDS}
_FLAGS = ("is_ground_floor_frontage", "outside_confirmed", "is_hazard", "is_landmark")
_COLUMNS = {
    "longitude": "point",
    "latitude": "point",
    "level": "publication_level",
    "until": "published_during",
    "title": "public_title",
    "title_en": "public_title_en",
    "text": "public_text",
    "text_en": "public_text_en",
}


def options(codes: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """A code list as the options of a field."""
    return [(str(code), label(codes, code)) for code in codes]


def choices() -> dict[str, list[tuple[str, str]]]:
    """The options of every field of these forms, by the name of the code list."""
    return {
        "object_types": options(OBJECT_TYPES),
        "states": options(STATES),
        "entrances": options(ENTRANCES),
        "accessible": options(ACCESSIBLE),
        "equipment": options(EQUIPMENT),
        "conditions": [(code, f"{code}: {name}") for code, name in options(CONDITIONS)],
        "location_classes": options(LOCATION_CLASSES),
        "heatings": options(HEATINGS),
        "energy_classes": [(one, one) for one in ENERGY_CLASSES],
        "operator_kinds": options(OPERATOR_KINDS),
        "retail_groups": options(RETAIL_GROUPS),
        "confidences": options(CONFIDENCES),
        "end_reasons": options(END_REASONS),
        "verified_by": options(VERIFIED_BY),
        "consent_kinds": options(CONSENT_KINDS),
        "offer_kinds": options(OFFER_KINDS),
    }


def branches() -> dict[str, tuple[tuple[str, str], ...]]:
    """The branches that are offered while typing, by edition of the classification."""
    return {edition: classification.offered(edition) for edition in (classification.WZ_2008, classification.WZ_2025)}


def town() -> int:
    """The town worked in. Raises `Invalid` where the person has not chosen one."""
    if g.municipality_id is None:
        raise Invalid({"": "Bitte zuerst eine Gemeinde auswählen."})
    return int(g.municipality_id)


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What somebody typed, to be shown again."""
    lists = {name: form.getlist(name) for name in ("equipment", "offer_kinds")}
    return {**form.to_dict(), **lists}


def refusal(error: Invalid) -> dict[str, Any]:
    """What a form shows after a refusal. Nothing of the attempt stays in the session."""
    staff_session().rollback()
    confirm = error.confirm if isinstance(error, NeedsConfirmation) else None
    return {"errors": error.fields, "confirm": confirm}


def saved(unit_id: int) -> ResponseReturnValue:
    """To the unit's page, where the change just made can be undone."""
    change = last_change(staff_session(), "units", unit_id)
    return redirect(url_for("vacancies_intern.show", unit_id=unit_id, geaendert=change), 303)


def version() -> int:
    """The version of the unit that the form was made from."""
    raw = request.form.get("version", "")
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 10):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    return int(raw)


def compared(
    labels: Mapping[str, str], mine: Mapping[str, Any], theirs: Mapping[str, Any], seen: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    """Both versions for macros/conflict.html. What only this person changed is chosen for them; the rest is theirs.

    `seen` maps each table to the row and the version of it that the person had read.
    """
    others: dict[str, Any] = {}
    for table, (row_id, read_version) in seen.items():
        for name, change in values_before(staff_session(), table, row_id, read_version).items():
            known = FIELDS[table].get(name)
            others[name] = "" if known is None or change.old in (None, "", []) else known[1](change.old)
    differing, common = side_by_side(labels, mine, theirs, shown)
    for one in differing:
        one.update(_before(one, others))
    return {"fields": differing, "same": common}


def _before(one: Side, others: Mapping[str, Any]) -> Side:
    name = str(one["name"])
    column = _COLUMNS.get(name, name)
    if column not in others:
        return {"before": one["theirs"], "before_label": one["theirs_label"]}
    return {"before": None, "before_label": others[column]}


def shown(name: str, value: Any) -> str:
    """A form's value as a person reads it."""
    if value in (None, "", []):
        return "nein" if name in _FLAGS else ""
    if name in _FLAGS:
        return "ja" if value in (True, "1") else "nein"
    if name in _LISTS:
        codes = value.split(",") if isinstance(value, str) else value
        return ", ".join(label(_LISTS[name], code) for code in codes)
    if name == "outline":
        return "gezeichnet"
    return label(_CODES[name], str(value)) if name in _CODES else str(value)
