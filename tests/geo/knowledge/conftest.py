"""Best-practice cards for tests."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.knowledge import service
from geo.knowledge.model import Card
from geo.knowledge.schemas import CardInput, parse_card

FORM = {
    "title": "Laden auf Zeit",
    "title_en": "A shop for a while",
    "result": "Drei Ladenlokale sind wieder vermietet.",
    "result_en": "Three shops are let again.",
    "description": "Die Stadt vermietet leere Läden wochenweise.",
    "spot": "Marktstraße 1",
    "longitude": "11,05",
    "latitude": "50,93",
    "fields_of_action": ["ANGEBOT"],
    "measures": ["M08"],
    "begins": "2019",
    "ends": "2021",
    "source": "Bericht der Stadt, 2022",
    "link": "https://kompass-thueringen.de/projekt",
}
MEASURES = ("M02", "M08")


def form(**changes: Any) -> dict[str, Any]:
    return {**FORM, **changes}


def parsed(*, in_register: bool = True, **changes: Any) -> CardInput:
    return parse_card(form(**changes), measures=MEASURES, groups=(), in_register=in_register)


def a_card(session: Session, town: int | None, *, actor: Any = SYSTEM, **changes: Any) -> Card:
    """A draft in a town of the register, or (None) in one that it names."""
    return service.create(session, actor, town, parsed(in_register=town is not None, **changes))


@pytest.fixture
def card(staff: Session, towns: Any) -> Card:
    return a_card(staff, towns.own)
