"""A town with vacant units, their owners, and a letter that was sent, for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.letters import service as writing
from geo.letters.schemas import SenderInput
from geo.owners import service as owners
from geo.owners.campaigns import answering, printing, service
from geo.owners.campaigns.model import Campaign, Letter
from geo.owners.model import Owner
from geo.owners.schemas import OwnerInput, OwnershipInput
from geo.places.schemas import PlaceInput
from geo.vacancies import service as vacancies
from geo.vacancies.model import Unit
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import UnitInput, VacancyInput

TODAY = clock.today()
NOW = datetime.now(UTC)
ADDRESS = {"street": "Birkenweg 4", "postcode": "99867", "locality": "Gotha"}


def a_unit(session: Session, town: int, street: str = "Marktstraße", number: str = "7", state: str = "LEER") -> Unit:
    """A shop that stands empty since 400 days."""
    place = PlaceInput(11.05, 50.93, street=street, house_number=number, postcode="99999", locality="Musterstadt")
    facts = UnitInput(area_total_m2=Decimal("123.5"), area_sales_m2=Decimal(100), floor=0)
    return vacancies.create(session, SYSTEM, town, VacancyInput(place, facts, state, TODAY - timedelta(days=400)))


def an_owner(session: Session, town: int, name: str = "Eigentümerin 1", **given: object) -> Owner:
    """An owner with an address."""
    data = OwnerInput(**{"kind": "PRIVAT", "name": name, **ADDRESS, **given})
    return owners.add(session, SYSTEM, town, data, TODAY)


def owned(session: Session, unit: Unit, owner: Owner) -> None:
    """The unit is the owner's since ever."""
    owners.add_ownership(session, SYSTEM, unit.id, OwnershipInput(owner.id))


@dataclass
class Sent:
    """A letter that went to the post."""

    campaign: Campaign
    unit: Unit
    owner: Owner
    letter_id: int
    code: str


def a_sent_letter(session: Session, town: int, name: str = "Eigentümerin 1") -> Sent:
    """One owner of one unit, written to."""
    sent = a_printed_letter(session, town, name)
    service.mark_sent(session, SYSTEM, sent.campaign.id, sent.campaign.version, TODAY)
    return sent


def a_printed_letter(session: Session, town: int, name: str = "Eigentümerin 1") -> Sent:
    """One owner of one unit, whose letter is printed and not yet marked as sent."""
    unit, owner = a_unit(session, town), an_owner(session, town, name)
    owned(session, unit, owner)
    writing.set_sender(session, SYSTEM, town, None, SenderInput("Stadtplanungsamt", "Markt 1, 99999 Musterstadt"))
    campaign = service.create(session, SYSTEM, town, "Markt", Filters(TODAY), "", "alle Einheiten", TODAY)
    return _sent(session, campaign, unit, owner)


def _sent(session: Session, campaign: Campaign, unit: Unit, owner: Owner) -> Sent:
    letter_id = session.scalar(select(Letter.id).where(Letter.campaign_id == campaign.id))
    (printed,) = printing.print_letters(session, SYSTEM, campaign.id, [letter_id], NOW)
    return Sent(campaign, unit, owner, letter_id, printed.code)


def confirmed(session: Session, sent: Sent) -> str:
    """The token of the form behind the letter."""
    token = answering.confirm(session, sent.code, "99867", "Birkenweg 4", request_id="t", now=NOW)
    assert token is not None
    return token


def a_form(unit: Unit, **changed: str) -> dict[str, str]:
    """The form as an owner would send it: nothing corrected, shown to nobody."""
    sent = {f"level_{unit.id}": "0", "result": "INTERESSE"}
    return sent | {
        name if name in sent or name in OWN_FIELDS else f"{name}_{unit.id}": v for name, v in changed.items()
    }


OWN_FIELDS = {
    "contact_name",
    "phone",
    "email",
    "message",
    "objection",
    "wants_call",
    "call_phone",
    "call_when",
    "result",
}
