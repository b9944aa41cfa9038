"""What forms say about patrons, water, care and the weather."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from geo.accounts.schemas import parse_email
from geo.core.parsing import Fields
from geo.trees.watering.codes import BY, CARE

NO_CONSENT = "Ohne Ihre Einwilligung können wir Sie nicht aufnehmen."
NO_EMAIL = "Bitte eine gültige E-Mail-Adresse angeben."
TOO_LONG = "Der Text ist zu lang."
FUTURE = "Der Tag liegt in der Zukunft."
LOG_LABELS = {"day": "Tag", "litres": "Liter", "by_kind": "Wer", "tree_id": "Baum"}
CARE_LABELS = {"care_day": "Tag", "kind": "Art", "note": "Notiz", "care_tree_id": "Baum"}
WEATHER_LABELS = {"day": "Tag", "max_c": "Höchste Temperatur", "file": "Datei"}


@dataclass(frozen=True)
class PatronInput:
    """Somebody who wants to water."""

    name: str
    email: str
    language: str = "de"


@dataclass(frozen=True)
class LogInput:
    """Water: litres for all the trees together, or for the one that is named."""

    day: date
    litres: Decimal
    by_kind: str
    tree_id: int | None = None


@dataclass(frozen=True)
class CareInput:
    """Something else that was done for the trees, or happened to them."""

    day: date
    kind: str
    note: str | None = None
    tree_id: int | None = None


def parse_patron(data: Mapping[str, Any], language: str) -> PatronInput:
    """The public form. Raises `Invalid`."""
    fields = Fields(data)
    name = fields.text("name", required=True, longest=10**7)
    if name is not None and len(name) > 60:
        fields.fail("name", TOO_LONG)
    email = parse_email(fields)
    if email is None and str(data.get("email") or "").strip():
        fields.errors["email"] = NO_EMAIL
    if not fields.flag("consent"):
        fields.fail("consent", NO_CONSENT)
    fields.check()
    return PatronInput(" ".join((name or "").split()), email or "", language)


def parse_log(data: Mapping[str, Any], today: date) -> LogInput:
    """Water, from the town's form. Raises `Invalid`."""
    fields = Fields(data)
    given = LogInput(
        day=_past(fields, today),
        litres=fields.number("litres", least=1, most=20_000, required=True, places=1) or Decimal(0),
        by_kind=fields.choice("by_kind", BY, required=True) or "",
        tree_id=fields.whole("tree_id", least=1, most=2**31 - 1),
    )
    fields.check()
    return given


def parse_care(data: Mapping[str, Any], today: date) -> CareInput:
    """Care, from the town's form. Raises `Invalid`."""
    fields = Fields(data)
    given = CareInput(
        day=_past(fields, today, "care_day"),
        kind=fields.choice("kind", CARE, required=True) or "",
        note=fields.text("note", longest=1000),
        tree_id=fields.whole("care_tree_id", least=1, most=2**31 - 1),
    )
    fields.check()
    return given


def parse_weather(data: Mapping[str, Any], today: date) -> tuple[date, Decimal]:
    """A day and its highest temperature, today's and the next days' forecast included. Raises `Invalid`."""
    fields = Fields(data)
    day = fields.day("day", required=True)
    if day is not None and (day - today).days > 7:
        fields.fail("day", "Höchstens eine Woche voraus.")
    degrees = fields.number("max_c", least=-50, most=50, required=True, places=1)
    fields.check()
    return day or today, degrees if degrees is not None else Decimal(0)


def _past(fields: Fields, today: date, name: str = "day") -> date:
    day = fields.day(name, required=True)
    if day is not None and day > today:
        fields.fail(name, FUTURE)
    return day or today
