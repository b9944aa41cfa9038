"""What the public form says, and what the town's forms say; mistakes are short sentences that the pages translate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.accounts.schemas import parse_email
from geo.core.parsing import Fields
from geo.core.public_fields import optional_spot, short_line, short_text
from geo.trees.applications.codes import DECIDED

NO_CONSENT = "Ohne Ihre Einwilligung können wir den Antrag nicht annehmen."
NO_EMAIL = "Bitte eine gültige E-Mail-Adresse angeben."
NO_TOWN = "Bitte die Stadt wählen."
ODD_SIGNATURES = "Bitte eine ganze Zahl bis 99.999 angeben."
NO_REASON = "Bitte begründen: die Person liest diesen Satz."
MOST_SIGNATURES = 99_999


@dataclass(frozen=True)
class ApplicationInput:
    """An application as a resident sends it. `point` is longitude and latitude."""

    municipality_id: int
    email: str
    street: str
    house_number: str | None = None
    point: tuple[float, float] | None = None
    stop_id: int | None = None
    signatures: int = 0
    name: str | None = None
    message: str | None = None
    language: str = "de"


@dataclass(frozen=True)
class DecisionInput:
    """What the town decides. `stop_id` is the stop that the application is counted for; `tell`: by mail."""

    state: str
    stop_id: int | None = None
    reason: str | None = None
    note: str | None = None
    tell: bool = False


def parse_application(data: Mapping[str, Any], towns: Mapping[str, int], language: str) -> ApplicationInput:
    """The public form; `towns` are the towns that take applications, by key. Raises `Invalid`."""
    fields = Fields(data)
    town = towns.get(str(data.get("gemeinde") or "").strip())
    if town is None:
        fields.fail("gemeinde", NO_TOWN)
    street = short_line(fields, "street", 120, required=True)
    signatures = _signatures(fields)
    email = parse_email(fields)
    if email is None and str(data.get("email") or "").strip():
        fields.errors["email"] = NO_EMAIL
    if not fields.flag("consent"):
        fields.fail("consent", NO_CONSENT)
    given = ApplicationInput(
        municipality_id=town or 0,
        email=email or "",
        street=street or "",
        house_number=short_line(fields, "house_number", 20),
        point=optional_spot(fields),
        stop_id=_stop(fields),
        signatures=signatures,
        name=short_line(fields, "name", 100),
        message=short_text(fields, "message", 2000),
        language=language,
    )
    fields.check()
    return given


def parse_decision(data: Mapping[str, Any]) -> DecisionInput:
    """The town's form. Raises `Invalid`."""
    fields = Fields(data)
    state = fields.choice("state", DECIDED, required=True)
    reason = fields.text("reason", longest=1000)
    if state == "ABGELEHNT" and not reason:
        fields.fail("reason", NO_REASON)
    given = DecisionInput(
        state=state or "",
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1),
        reason=reason,
        note=fields.text("note", longest=2000),
        tell=fields.flag("tell"),
    )
    fields.check()
    return given


def _signatures(fields: Fields) -> int:
    raw = str(fields.data.get("signatures") or "").strip()
    if not raw:
        return 0
    if not raw.isascii() or not raw.isdecimal() or len(raw) > 8 or int(raw) > MOST_SIGNATURES:
        fields.fail("signatures", ODD_SIGNATURES)
        return 0
    return int(raw)


def _stop(fields: Fields) -> int | None:
    raw = str(fields.data.get("stop_id") or "").strip()
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else None
