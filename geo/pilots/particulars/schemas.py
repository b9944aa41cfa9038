"""What forms say about partners, funding and observations of a site, and stored ones as the values of those forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.core.parsing import Fields
from geo.pilots.codes import PARTNER_ROLES
from geo.pilots.model import PilotFunding, PilotObservation, PilotPartner

PARTNER_LABELS = {"name": "Name", "name_en": "Name (englisch)", "role": "Rolle", "website": "Internetseite"}
FUNDING_LABELS = {
    "provider": "Von wem",
    "provider_en": "Von wem (englisch)",
    "amount_eur": "Betrag",
    "note": "Anmerkung",
    "note_en": "Anmerkung (englisch)",
    "source": "Quelle",
}
OBSERVATION_LABELS = {
    "observed_on": "Tag",
    "text": "Beobachtung",
    "text_en": "Beobachtung (englisch)",
    "is_public": "Öffentlich",
}
_ADDRESS = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?")


@dataclass(frozen=True)
class PartnerInput:
    """An organisation that takes part at a site, and as what."""

    name: str
    role: str
    name_en: str | None = None
    website: str | None = None


@dataclass(frozen=True)
class FundingInput:
    """A source of a site's money; without an amount (euro) it is not known."""

    provider: str
    provider_en: str | None = None
    amount_eur: int | None = None
    note: str | None = None
    note_en: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class ObservationInput:
    """How it goes at a site, noted on a day."""

    observed_on: date
    text: str
    text_en: str | None = None
    is_public: bool = False


Particular = PartnerInput | FundingInput | ObservationInput
Row = PilotPartner | PilotFunding | PilotObservation
MODELS: dict[type[Any], type[Any]] = {
    PartnerInput: PilotPartner,
    FundingInput: PilotFunding,
    ObservationInput: PilotObservation,
}


def parse_partner(data: Mapping[str, Any], today: date) -> PartnerInput:
    """A partner from a form. Raises `Invalid`."""
    fields = Fields(data)
    role = fields.choice("role", PARTNER_ROLES, required=True)
    website = fields.text("website", longest=300)
    if website is not None and "://" not in website:
        website = f"https://{website}"
    if website is not None and not _ADDRESS.fullmatch(website):
        fields.fail("website", "Bitte eine Adresse wie https://www.example.org angeben.")
    given = PartnerInput(
        name=fields.text("name", required=True, longest=160) or "",
        role=role or "",
        name_en=fields.text("name_en", longest=160),
        website=website,
    )
    fields.check()
    return given


def parse_funding(data: Mapping[str, Any], today: date) -> FundingInput:
    """A source of money from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = FundingInput(
        provider=fields.text("provider", required=True, longest=160) or "",
        provider_en=fields.text("provider_en", longest=160),
        amount_eur=fields.whole("amount_eur", most=100_000_000),
        note=fields.text("note", longest=500),
        note_en=fields.text("note_en", longest=500),
        source=fields.text("source", longest=300),
    )
    fields.check()
    return given


def parse_observation(data: Mapping[str, Any], today: date) -> ObservationInput:
    """An observation from a form; none of a day to come. Raises `Invalid`."""
    fields = Fields(data)
    day = fields.day("observed_on", required=True)
    if day is not None and day > today:
        fields.fail("observed_on", "Der Tag liegt in der Zukunft.")
    words = fields.text("text", required=True, longest=3000)
    given = ObservationInput(
        observed_on=day or today,
        text=words or "",
        text_en=fields.text("text_en", longest=3000),
        is_public=fields.flag("is_public"),
    )
    fields.check()
    return given


def values_of(row: Row) -> dict[str, Any]:
    """A stored partner, source of money or observation as the values of its form."""
    labels = {PilotPartner: PARTNER_LABELS, PilotFunding: FUNDING_LABELS, PilotObservation: OBSERVATION_LABELS}
    return {name: getattr(row, name) for name in labels[type(row)]}
