"""What the forms of the portfolio hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.accounts.schemas import is_email
from geo.core.parsing import Fields
from geo.vacancies.portfolio.queries import Contact

CONTACT_LABELS = {"contact_office": "Stelle", "contact_email": "E-Mail-Adresse", "contact_phone": "Telefon"}
PLAN_LABELS = {"plan": "Grundriss", "title": "Was ist zu sehen?", "is_public": "Öffentlich"}


@dataclass(frozen=True)
class PlanInput:
    """What is known of a floor plan besides its lines."""

    title: str
    is_public: bool = False


def parse_plan(data: Mapping[str, Any]) -> PlanInput:
    """The form beside a floor plan."""
    fields = Fields(data)
    title = fields.text("title", required=True, longest=200)
    is_public = fields.flag("is_public")
    fields.check()
    return PlanInput(title or "", is_public)


def parse_contact(data: Mapping[str, Any]) -> Contact:
    """Whom founders ask. Raises `Invalid`."""
    fields = Fields(data)
    office = fields.text("contact_office", longest=200)
    email = fields.text("contact_email", longest=254)
    phone = fields.text("contact_phone", longest=60)
    if email is not None and not is_email(email.lower()):
        fields.fail("contact_email", "Bitte eine E-Mail-Adresse wie wirtschaft@stadt.de angeben.")
    fields.check()
    return Contact(office, email.lower() if email else None, phone)
