"""Owners of a marked town: every text of them is marked, for they are nobody's business outside of it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.owners import service
from geo.owners.campaigns import answering, printing
from geo.owners.campaigns import service as campaigns
from geo.owners.campaigns.answering import parse_answer
from geo.owners.campaigns.model import Letter, Proposal
from geo.owners.schemas import ConsentInput, ContactInput, MemberInput, OwnerInput, OwnershipInput
from geo.vacancies.queries import Filters


def some_owners(session: Session, town: Any) -> None:
    """An owner with a letter that they answered, a second who has not, and a community that the first belongs to."""
    town.asked = Action.OWNER_VIEW
    now = datetime.now(UTC)
    today = clock.day_of(now)

    def owner(word: str, kind: str = "PRIVAT") -> Any:
        data = OwnerInput(
            kind=kind,
            name=town.secret(f"EIGENTUEMER{word}"),
            contact_name=town.secret(f"KONTAKTPERSON{word}"),
            street=f"{town.secret(f'WOHNT{word}')} 5",
            postcode="04711",
            locality=town.secret(f"WOHNORT{word}"),
            phone=town.secret(f"RUF{word}"),
            email=f"geheimeigentum{word.lower()}@beispiel.test",
            source=town.secret(f"HERKUNFT{word}"),
            note=town.secret(f"EIGENTUMSNOTIZ{word}"),
        )
        return service.add(session, SYSTEM, town.id, data, today)

    town.hide("geheimeigentum")
    first, second, group = owner("EINS"), owner("ZWEI"), owner("ERBEN", "ERBENGEMEINSCHAFT")
    owned = service.add_ownership(session, SYSTEM, town.ids["Einheit3"], OwnershipInput(first.id))
    service.add_ownership(session, SYSTEM, town.ids["Einheit4"], OwnershipInput(second.id))
    member = service.add_member(session, SYSTEM, group.id, MemberInput(first.id), today)
    consent = service.add_consent(
        session, SYSTEM, first.id, ConsentInput("FOTOS", today, "MAIL", note=town.secret("EINWILLIGUNG"))
    )
    contact = service.add_contact(
        session, SYSTEM, first.id, ContactInput(today, "TELEFON", "BERATUNG", town.secret("GESPRAECH"))
    )
    campaign = campaigns.create(
        session, SYSTEM, town.id, town.secret("AKTION"), Filters(today), "", town.secret("AUSWAHL"), today
    )
    letters = session.scalars(select(Letter.id).where(Letter.campaign_id == campaign.id).order_by(Letter.id)).all()
    printed = printing.print_letters(session, SYSTEM, campaign.id, list(letters), now)
    campaigns.mark_sent(session, SYSTEM, campaign.id, campaign.version, today)
    code = next(one.code for one in printed if one.owner == first.name)
    # A letter that is open, to be asked for by everybody who knows the code: its page must say nothing.
    town.codes = [next(one.code for one in printed if one.owner == second.name)]
    key = answering.confirm(session, code, "04711", first.street or "", request_id="", now=now)
    found, units = answering.form_of(session, str(key), now)
    form = {f"level_{one.id}": "0" for one in units} | {"result": "BERATUNG", "message": town.secret("MITTEILUNG")}
    form |= {"phone": town.secret("NEUERRUF"), "wants_call": "1", "call_phone": town.secret("RUECKRUF")}
    form["call_when"] = town.secret("RUFZEIT")
    answer = answering.submit(session, str(key), parse_answer(form, found.owner, units), request_id="", now=now)
    town.ids |= {"owner": first.id, "second_owner": second.id, "ownership": owned.id, "owner_member": member.id}
    town.ids |= {"consent": consent.id, "owner_contact": contact.id, "campaign": campaign.id, "answer": answer.id}
    town.ids |= {"owner_letter": letters[0], "proposal": session.scalars(select(Proposal.id)).first()}
    town.asked = Action.VACANCY_VIEW
