"""Owners of the sample: nobody real, some of Gotha's example vacancies, a campaign with one answer that waits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.owners.campaigns.model import Answer, Campaign, Letter, LetterUnit, Proposal
from geo.owners.campaigns.queries import given_text
from geo.owners.model import Owner, OwnerConsent, OwnerContact, OwnerMember, Ownership
from geo.samples.people import GOTHA
from geo.vacancies.model import OccupancySpell, Unit

SENT_BEFORE, ANSWERED_BEFORE = timedelta(days=28), timedelta(days=6)
# Kind, name, and whether they have asked not to be contacted.
_OWNERS = (
    ("PRIVAT", "Eigentümerin 1 (Beispiel)", False),
    ("ERBENGEMEINSCHAFT", "Erbengemeinschaft 2 (Beispiel)", False),
    ("UNTERNEHMEN", "Immobiliengesellschaft 3 (Beispiel)", True),
    ("PRIVAT", "Erbin 4 (Beispiel)", False),
    ("PRIVAT", "Erbe 5 (Beispiel)", False),
)


def add(session: Session, town: Callable[[str], int], today: date) -> dict[str, int]:
    """Add them, in the caller's `perform()`; the number of rows by table. `town` gives the id for a key."""
    here = town(GOTHA)
    empty = (
        select(Unit.id)
        .join(OccupancySpell, OccupancySpell.unit_id == Unit.id)
        .where(Unit.municipality_id == here, Unit.is_example, OccupancySpell.state == "LEER")
        .where(OccupancySpell.during.contains(today))
        .order_by(Unit.id)
        .limit(3)
    )
    units = list(session.scalars(empty))
    if len(units) < 3:
        return {}
    made = [_owner(here, number, *words, today) for number, words in enumerate(_OWNERS, 1)]
    session.add_all(made)
    session.flush()
    first, community, _, heir, other = made
    common = {"municipality_id": here, "is_example": True}
    session.add_all(
        Ownership(unit_id=unit, owner_id=owner.id, during=Range(None, None), **common)
        for unit, owner in zip(units, made, strict=False)
    )
    for member, leads in ((heir, True), (other, False)):
        share = {"share_n": 1, "share_d": 2, "is_representative": leads}
        session.add(OwnerMember(municipality_id=here, community_id=community.id, member_id=member.id, **share))
    session.add(
        OwnerConsent(owner_id=first.id, kind="FOTOS", given_on=today - SENT_BEFORE, how="PERSOENLICH", **common)
    )
    consents = [
        _consent(session.get_one(Unit, unit), owner, today)
        for unit, owner in zip(units, (first, heir, made[2]), strict=True)
    ]
    session.add_all(one for one in consents if one is not None)
    session.flush()
    letters = _campaign(session, here, units, (first, heir), today)
    agreed = 1 + sum(one is not None for one in consents)
    return {"owners": len(made), "ownerships": 3, "owner_consents": agreed, **letters}


def _consent(unit: Unit, owner: Owner, today: date) -> OwnerConsent | None:
    """What the sample shows of a unit, its owner, or who represents them, agreed to."""
    if unit.publication_level < 3 or unit.consent_kind != "EIGENTUEMER":
        return None
    return OwnerConsent(
        municipality_id=unit.municipality_id,
        owner_id=owner.id,
        unit_id=unit.id,
        kind="VEROEFFENTLICHUNG",
        level=unit.publication_level,
        given_on=today - SENT_BEFORE,
        how="PERSOENLICH",
        is_example=True,
    )


def _owner(town: int, number: int, kind: str, name: str, is_blocked: bool, today: date) -> Owner:
    return Owner(
        municipality_id=town,
        kind=kind,
        name=name,
        street=f"Beispielweg {number}",
        postcode="99999",
        locality="Musterstadt",
        is_local=number == 1,
        attitude="OFFEN" if number == 1 else None,
        do_not_contact=is_blocked,
        do_not_contact_on=today - timedelta(days=90) if is_blocked else None,
        source="erfunden, Beispielregister",
        informed_on=today - SENT_BEFORE,
        delete_on=today + relativedelta(months=24),
        is_example=True,
    )


def _campaign(
    session: Session, town: int, units: list[int], owners: tuple[Owner, Owner], today: date
) -> dict[str, int]:
    text, sent = given_text(), today - SENT_BEFORE
    common = {"municipality_id": town, "is_example": True}
    campaign = Campaign(
        name="Anschreiben Leerstand (Beispiel)",
        day=sent,
        filter_query="zustand=LEER",
        filter_words="Nutzung „leer“",
        units_n=len(units),
        left_out={"Es gilt eine Kontaktsperre": 1},
        subject=text.subject,
        body=text.body,
        answer_until=sent + timedelta(days=60),
        state="VERSCHICKT",
        sent_on=sent,
        **common,
    )
    session.add(campaign)
    session.flush()
    answered = today - ANSWERED_BEFORE
    letters = []
    for owner, unit in zip(owners, units, strict=False):
        is_answered = owner is owners[0]
        letter = Letter(
            campaign_id=campaign.id,
            owner_id=owner.id,
            state="BEANTWORTET" if is_answered else "VERSCHICKT",
            printed_at=datetime.combine(sent, time(9), UTC),
            sent_on=sent,
            answered_on=answered if is_answered else None,
            result="VERMIETBEREIT" if is_answered else None,
            **common,
        )
        session.add(letter)
        session.flush()
        letters.append(letter)
        session.add(LetterUnit(letter_id=letter.id, unit_id=unit, municipality_id=town))
        contact = {"campaign_id": campaign.id, "owner_id": owner.id, **common}
        session.add(OwnerContact(happened_on=sent, channel="BRIEF", result="KEIN_RUECKLAUF", **contact))
    contact = {"campaign_id": campaign.id, "owner_id": owners[0].id, **common}
    session.add(OwnerContact(happened_on=answered, channel="LINK", result="VERMIETBEREIT", **contact))
    answer = Answer(
        letter_id=letters[0].id,
        owner_id=owners[0].id,
        received_at=datetime.combine(answered, time(18), UTC),
        message="Das Schaufenster wird im Frühjahr erneuert.",
        **common,
    )
    session.add(answer)
    session.flush()
    shown = session.get_one(Unit, units[0])
    proposed = (
        ("entrance", shown.entrance, "STUFE_1" if shown.entrance != "STUFE_1" else "EBENERDIG"),
        ("publication_level", str(shown.publication_level), "3"),
        ("verified", None, answered.isoformat()),
    )
    session.add_all(
        Proposal(answer_id=answer.id, unit_id=shown.id, field=field, before=before, after=after, **common)
        for field, before, after in proposed
    )
    session.flush()
    return {
        "owner_campaigns": 1,
        "owner_letters": len(letters),
        "owner_contacts": 3,
        "owner_answers": 1,
        "owner_proposals": len(proposed),
    }
