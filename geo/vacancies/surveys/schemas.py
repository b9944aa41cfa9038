"""What the form of a round and an entry of the walk hold, parsed once; every mistake stands at its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from geo.core import clock
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places.schemas import PlaceInput, parse_place
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.codes import OBJECT_TYPES
from geo.vacancies.surveys.codes import CHANGING, ENTRY_KINDS, SCOPES

# States in which a unit can be found for the first time on the walk.
NEW_STATES = ("LEER", "GENUTZT")
# A device whose clock is so wrong is not believed: what it saw counts as of when the server heard of it.
BELIEVED = timedelta(days=60)
_AHEAD = timedelta(minutes=10)
_REFERENCE = timedelta(days=366)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class RoundInput:
    """A survey round as somebody sets it up; without a zone it is the whole town."""

    name: str
    reference_day: date
    scope: str
    zone_id: int | None = None


@dataclass(frozen=True)
class NewUnit:
    """A unit found on the walk: as little as has to be said of it."""

    place: PlaceInput
    object_type: str
    state: str


@dataclass(frozen=True)
class EntryInput:
    """What somebody saw. `version` is the unit's as they knew it; `keep_theirs` leaves the register as it is."""

    key: UUID
    kind: str
    seen_at: datetime
    unit_id: int | None = None
    version: int | None = None
    keep_theirs: bool = False
    recorded_by: str | None = None
    occupant: str | None = None
    sortiment: str | None = None
    note: str | None = None
    undoes: UUID | None = None
    after_unit_id: int | None = None
    new: NewUnit | None = None

    @property
    def day(self) -> date:
        """The day on which it was seen, by the clocks of Thuringia."""
        return clock.day_of(self.seen_at)


def parse_round(data: Mapping[str, Any]) -> RoundInput:
    """The form of a round."""
    fields = Fields(data)
    name = fields.text("name", required=True, longest=120)
    day = fields.day("reference_day", required=True)
    if day is not None and abs(day - clock.today()) > _REFERENCE:
        fields.fail("reference_day", "Der Stichtag liegt mehr als ein Jahr von heute entfernt.")
    scope = fields.choice("scope", SCOPES, required=True)
    zone_id = fields.whole("zone_id", most=2**31 - 1)
    fields.check()
    assert name is not None and day is not None and scope is not None  # noqa: S101 (required above)
    return RoundInput(name, day, scope, zone_id)


def parse_entry(data: Any, now: datetime) -> EntryInput:
    """An entry as a device sends it (an object of JSON). Raises `Invalid` with a sentence for each field."""
    if not isinstance(data, Mapping):
        raise Invalid({"": "Der Eintrag ist nicht lesbar."})
    fields = Fields({name: value for name, value in data.items() if isinstance(value, str | int | float | bool)})
    kind = fields.choice("kind", ENTRY_KINDS, required=True)
    key, undoes = _uuid(fields, "key", required=True), _uuid(fields, "undoes", required=kind == "ZURUECK")
    needs_unit = kind not in {"NEU", "ZURUECK"}
    keep_theirs = fields.flag("keep_theirs")
    entry: dict[str, Any] = {
        "unit_id": fields.whole("unit_id", most=2**31 - 1, required=needs_unit),
        "version": fields.whole("version", most=2**31 - 1, required=kind in CHANGING and not keep_theirs),
        "keep_theirs": keep_theirs,
        "recorded_by": fields.text("recorded_by", longest=120),
        "occupant": fields.text("occupant", longest=120),
        "sortiment": fields.choice("sortiment", RETAIL_GROUPS),
        "note": fields.text("note", longest=1000, required=kind == "NOTIZ"),
        "after_unit_id": fields.whole("after_unit_id", most=2**31 - 1),
    }
    new = _new_unit(fields) if kind == "NEU" else None
    seen_at = _seen_at(fields, now)
    fields.check()
    assert kind is not None and key is not None  # noqa: S101 (required above)
    return EntryInput(key=key, kind=kind, seen_at=seen_at, undoes=undoes, new=new, **entry)


def _new_unit(fields: Fields) -> NewUnit:
    place = parse_place(fields)
    if not (place.street or place.locality):
        fields.fail("street", "Bitte eine Straße oder einen Ort angeben.")
    object_type = fields.choice("object_type", OBJECT_TYPES, required=True)
    state = fields.choice("state", NEW_STATES, required=True)
    return NewUnit(place, object_type or "", state or "")


def _uuid(fields: Fields, name: str, *, required: bool) -> UUID | None:
    raw = fields.text(name, required=required, longest=36)
    if raw is None:
        return None
    if not _UUID.fullmatch(raw):
        fields.fail(name, "Der Eintrag hat keinen gültigen Schlüssel.")
        return None
    return UUID(raw)


def _seen_at(fields: Fields, now: datetime) -> datetime:
    raw = fields.text("seen_at", required=True, longest=40) or ""
    try:
        seen = datetime.fromisoformat(raw)
    except ValueError:
        fields.fail("seen_at", "Der Zeitpunkt des Eintrags ist nicht lesbar.")
        return now
    if seen.tzinfo is None:
        seen = seen.replace(tzinfo=clock.BERLIN)
    return seen if now - BELIEVED <= seen <= now + _AHEAD else now
