"""What is to be done to many units: some of their facts, a confirmation, or another use from a day on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geo.core import clock
from geo.core.codes import label
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.vacancies.codes import (
    ACCESSIBLE,
    CONDITIONS,
    ENTRANCES,
    HEATINGS,
    LOCATION_CLASSES,
    OBJECT_TYPES,
    STATES,
    VERIFIED_BY,
)
from geo.vacancies.dates import in_words, since_field

# The facts of units that many of them share. Areas and names belong to one unit each and are not among them.
FACTS = (
    "object_type",
    "floor",
    "is_ground_floor_frontage",
    "location_class",
    "condition",
    "entrance",
    "accessible",
    "heating",
    "note",
)
ACTIONS = {
    "angaben": "Angaben ändern",
    "bestaetigen": "Als bestätigt vermerken",
    "zustand": "Nutzung ab einem Tag ändern",
}


@dataclass(frozen=True)
class BulkInput:
    """One of the three: `facts` by column, a confirmation, or a state since a day."""

    action: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    verified_on: date | None = None
    verified_by_kind: str | None = None
    state: str | None = None
    since: date | None = None
    precision: str = "TAG"
    source: str | None = None


def parse_bulk(data: Mapping[str, Any], today: date | None = None) -> BulkInput:
    """The form that says what is to be done."""
    today = today or clock.today()
    fields = Fields(data)
    action = fields.choice("action", ACTIONS, required=True)
    made = {"angaben": _facts, "bestaetigen": _verification, "zustand": _state}.get(action or "")
    values = made(fields, today) if made else {}
    fields.check()
    return BulkInput(action or "", **values)


def _facts(fields: Fields, _today: date) -> dict[str, Any]:
    chosen = fields.several("fields", FACTS)
    if not chosen:
        fields.fail("fields", "Bitte mindestens eine Angabe ankreuzen, die geändert werden soll.")
    condition = fields.choice("condition", [str(step) for step in CONDITIONS])
    values: dict[str, Any] = {
        "object_type": fields.choice("object_type", OBJECT_TYPES, required="object_type" in chosen),
        "floor": fields.whole("floor", least=-5, most=40),
        "is_ground_floor_frontage": fields.flag("is_ground_floor_frontage"),
        "location_class": fields.choice("location_class", LOCATION_CLASSES),
        "condition": int(condition) if condition else None,
        "entrance": fields.choice("entrance", ENTRANCES),
        "accessible": fields.choice("accessible", ACCESSIBLE) or "UNBEKANNT",
        "heating": fields.choice("heating", HEATINGS),
        "note": fields.text("note", longest=4000),
    }
    return {"facts": {name: values[name] for name in FACTS if name in chosen}}


def _verification(fields: Fields, today: date) -> dict[str, Any]:
    on = fields.day("verified_on", required=True)
    kind = fields.choice("verified_by_kind", VERIFIED_BY, required=True)
    if on is not None and on > today:
        fields.fail(
            "verified_on", "Bestätigt werden kann nur, was schon gesehen wurde: das Datum liegt in der Zukunft."
        )
    return {"verified_on": on, "verified_by_kind": kind}


def _state(fields: Fields, today: date) -> dict[str, Any]:
    state = fields.choice("state", STATES, required=True)
    since = since_field(fields, "since", today=today)
    source = fields.text("source", longest=200)
    if since is None:
        return {"state": state}
    return {"state": state, "since": since[0], "precision": since[1], "source": source}


def parse_ids(raw: str, most: int) -> list[int]:
    """The numbers of ticked units. Raises `Invalid` for none, too many, or what is no number."""
    parts = [part for part in raw.split(",") if part.strip()]
    if not parts:
        raise Invalid({"units": "Bitte mindestens eine Nutzungseinheit auswählen."})
    if len(parts) > most:
        raise Invalid({"units": f"Auf einmal lassen sich höchstens {most:,} Einheiten ändern.".replace(",", ".")})
    if not all(part.strip().isascii() and part.strip().isdecimal() and len(part) < 11 for part in parts):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    return list(dict.fromkeys(int(part) for part in parts if int(part) < 2**31))


def in_sentence(data: BulkInput, names: Mapping[str, str]) -> str:
    """What is done, in words; `names` are the labels of the facts."""
    if data.action == "bestaetigen":
        return f"Bestätigt am {in_words(data.verified_on)} durch {label(VERIFIED_BY, data.verified_by_kind)}"
    if data.action == "zustand":
        return f"Nutzung „{label(STATES, data.state)}“ seit {in_words(data.since, data.precision)}"
    return "Geändert: " + ", ".join(names[name] for name in data.facts)
