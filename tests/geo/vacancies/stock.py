"""What the tests of vacancies enter: one form, and a unit made from it."""

from dataclasses import replace
from datetime import date
from itertools import count

from geo.core.access import SYSTEM
from geo.vacancies import service
from geo.vacancies.model import Unit
from geo.vacancies.schemas import parse_vacancy

TODAY = date(2026, 11, 22)
FORM = {
    "longitude": "11.0523",
    "latitude": "50.9331",
    "street": "Marktstraße",
    "house_number": "907",
    "postcode": "99999",
    "locality": "Musterstadt",
    "object_type": "LADEN_EG",
    "state": "LEER",
    "since": "03.2024",
    "area_total_m2": "120",
    "area_sales_m2": "80,5",
    "note": "Schlüssel beim Hausmeister",
}
_requests = count(1)


def acting(actor=SYSTEM):
    """The actor on a request of their own, so that undoing finds what belongs together."""
    return replace(actor, request_id=f"request-{next(_requests)}")


def mark(session, municipality_id, actor=SYSTEM, **changes) -> Unit:
    """A marked unit."""
    return service.create(session, acting(actor), municipality_id, parse_vacancy({**FORM, **changes}, TODAY))
