"""The forms of seekers and matches. Mistakes of the public form are short sentences that the pages translate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from geo.accounts.schemas import is_email
from geo.core.parsing import Fields
from geo.core.public_fields import short_line, short_number, short_text, short_whole
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS
from geo.vacancies.portfolio.seekers.codes import MATCH_STATES, SEEKER_STATES

LABELS = {
    "gemeinde": "Stadt",
    "plan": "Vorhaben",
    "object_types": "Objektart",
    "offer_kinds": "Gesucht zur",
    "least_m2": "Fläche ab",
    "most_m2": "Fläche bis",
    "most_rent_eur_m2": "Kaltmiete bis",
    "least_frontage_m": "Schaufenster ab",
    "ground_floor": "im Erdgeschoss",
    "step_free": "stufenlos zugänglich",
    "available_by": "Verfügbar bis spätestens",
    "equipment": "Muss vorhanden sein",
    "name": "Name",
    "email": "E-Mail-Adresse",
    "phone": "Telefon",
    "concept": "Konzept",
    "consent": "Einwilligung",
    "note": "Interne Notiz",
    "state": "Stand",
}
MATCH_LABELS = {
    "state": "Stand",
    "seeker_agreed_on": "Das Gesuch ist einverstanden seit",
    "owner_agreed_on": "Die Eigentümerseite ist einverstanden seit",
    "viewing_on": "Besichtigung am",
    "result": "Ergebnis",
}
NO_EMAIL = "Bitte eine gültige E-Mail-Adresse angeben."
NO_CONSENT = "Ohne Ihre Einwilligung können wir das Gesuch nicht annehmen."
NO_TOWN = "Bitte die Stadt wählen."
NOT_BOTH = "Eine Zusage gibt es erst, wenn beide Seiten einverstanden sind."
NO_DAY = "Zu einer Besichtigung gehört ihr Tag."
BETWEEN = "Die größte Fläche ist kleiner als die kleinste."


@dataclass(frozen=True)
class Wish:
    """What is looked for; the names are those of the columns."""

    plan: str
    object_types: list[str]
    offer_kinds: list[str]
    equipment: list[str]
    least_m2: int | None = None
    most_m2: int | None = None
    most_rent_eur_m2: Decimal | None = None
    least_frontage_m: Decimal | None = None
    ground_floor: bool = False
    step_free: bool = False
    available_by: date | None = None


@dataclass(frozen=True)
class Who:
    """Who looks, as far as they have said."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    concept: str | None = None
    language: str = "de"


@dataclass(frozen=True)
class MatchInput:
    """How far a match has come."""

    state: str
    seeker_agreed_on: date | None = None
    owner_agreed_on: date | None = None
    viewing_on: date | None = None
    result: str | None = None


def parse_request(data: Mapping[str, Any], towns: Mapping[str, int], language: str) -> tuple[int, Wish, Who]:
    """The public form: town, wish and person; `towns` are the towns to choose from, by key. Raises `Invalid`."""
    fields = Fields(data)
    town = towns.get(str(data.get("gemeinde") or "").strip())
    if town is None:
        fields.fail("gemeinde", NO_TOWN)
    wish, who = _wish(fields), _who(fields, language, required=True)
    if not fields.flag("consent"):
        fields.fail("consent", NO_CONSENT)
    fields.check()
    return town or 0, wish, who


def parse_seeker(data: Mapping[str, Any]) -> tuple[Wish, Who, str | None]:
    """The town's form: wish, person, internal note. Raises `Invalid`."""
    fields = Fields(data)
    made = _wish(fields), _who(fields, "de", required=False), fields.text("note", longest=2000)
    fields.check()
    return made


def parse_state(data: Mapping[str, Any]) -> str:
    """What becomes of a seeker. Raises `Invalid`."""
    fields = Fields(data)
    state = fields.choice("state", [code for code in SEEKER_STATES if code != "UNBESTAETIGT"], required=True)
    fields.check()
    return state or ""


def parse_match(data: Mapping[str, Any], today: date) -> MatchInput:
    """How far a match has come. Raises `Invalid`."""
    fields = Fields(data)
    state = fields.choice("state", MATCH_STATES, required=True)
    agreed = {name: fields.day(name) for name in ("seeker_agreed_on", "owner_agreed_on")}
    for name, on in agreed.items():
        if on is not None and on > today:
            fields.fail(name, "Einverstanden sein kann man nicht erst in der Zukunft.")
    viewing = fields.day("viewing_on")
    if state == "ZUSAGE" and None in agreed.values():
        fields.fail("state", NOT_BOTH)
    if state == "BESICHTIGUNG" and viewing is None:
        fields.fail("viewing_on", NO_DAY)
    made = MatchInput(state or "", **agreed, viewing_on=viewing, result=fields.text("result", longest=2000))
    fields.check()
    return made


def _wish(fields: Fields) -> Wish:
    least = short_whole(fields, "least_m2", 99_999)
    most = short_whole(fields, "most_m2", 99_999)
    if least is not None and most is not None and least > most:
        fields.fail("most_m2", BETWEEN)
    plan = short_line(fields, "plan", 200, required=True)
    return Wish(
        plan=plan or "",
        object_types=fields.several("object_types", OBJECT_TYPES),
        offer_kinds=fields.several("offer_kinds", OFFER_KINDS),
        equipment=fields.several("equipment", EQUIPMENT),
        least_m2=least,
        most_m2=most,
        most_rent_eur_m2=short_number(fields, "most_rent_eur_m2", 1000),
        least_frontage_m=short_number(fields, "least_frontage_m", 500),
        ground_floor=fields.flag("ground_floor"),
        step_free=fields.flag("step_free"),
        available_by=fields.day("available_by"),
    )


def _who(fields: Fields, language: str, *, required: bool) -> Who:
    raw = short_line(fields, "email", 254)
    email = raw.lower() if raw else None
    if (email is None and required) or (email is not None and not is_email(email)):
        fields.fail("email", NO_EMAIL)
    return Who(
        name=short_line(fields, "name", 120, required=required),
        email=email,
        phone=short_line(fields, "phone", 60),
        concept=short_text(fields, "concept", 4000),
        language=language,
    )
