"""Writes of owners: who they are, what they own, what they agreed to, how they were contacted."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.owners import queries
from geo.owners.model import Owner, OwnerConsent, OwnerContact, OwnerMember, OwnerSettings, Ownership
from geo.owners.schemas import ConsentInput, ContactInput, MemberInput, OwnerInput, OwnershipInput, owner_values
from geo.vacancies import queries as units
from geo.vacancies import service as vacancies

NOT_THERE = "Diese Eigentümerin oder diesen Eigentümer gibt es in der Gemeinde nicht."
# What of a unit may be public though nobody agreed to it: its street and its size.
WITHOUT_CONSENT = 2


def add(session: Session, actor: Actor, town: int, data: OwnerInput, today: date) -> Owner:
    """A new owner; without a day of deletion they are kept as long as the town has set."""
    with perform(session, actor, Action.OWNER_EDIT, town):
        owner = Owner(municipality_id=town)
        _fill(owner, data, today)
        if data.delete_on is None:
            owner.delete_on = today + relativedelta(months=queries.settings_of(session, town).keep_months)
        session.add(owner)
    return owner


def change(session: Session, actor: Actor, owner_id: int, version: int, data: OwnerInput, today: date) -> Owner:
    """Change what is known of an owner. Raises `Conflict` when somebody else did since."""
    owner = queries.get(session, owner_id)
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        if owner.version != version:
            raise Conflict(STALE, theirs=owner_values(owner), version=owner.version)
        _fill(owner, data, today)
    return owner


def _fill(owner: Owner, data: OwnerInput, today: date) -> None:
    for name, value in vars(data).items():
        if name == "delete_on" and value is None:
            continue
        if getattr(owner, name) != value:
            setattr(owner, name, value)
    on = (owner.do_not_contact_on or today) if data.do_not_contact else None
    if owner.do_not_contact_on != on:
        owner.do_not_contact_on = on


def block(session: Session, actor: Actor, owner_id: int, today: date) -> None:
    """From now on nobody writes to or calls this owner, whatever is planned."""
    owner = queries.get(session, owner_id)
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        if not owner.do_not_contact:
            owner.do_not_contact, owner.do_not_contact_on = True, today


def add_member(session: Session, actor: Actor, owner_id: int, data: MemberInput, today: date) -> OwnerMember:
    """An heir of a community, or a partner. A new representative takes the place of the one before, with what they
    agreed to.
    """
    owner = queries.get(session, owner_id)
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        if data.member_id == owner_id:
            raise Invalid({"member_id": "Eine Gemeinschaft kann nicht ihr eigenes Mitglied sein."})
        _own(session, data.member_id, "member_id")
        members = [member for member, _ in queries.members_of(session, owner_id)]
        if any(member.member_id == data.member_id for member in members):
            raise Invalid({"member_id": "Diese Person gehört schon zu der Gemeinschaft."})
        _within_whole([(one.share_n, one.share_d) for one in members], data.share.n, data.share.d)
        carried = _carried(session, theirs(session, owner_id, today), today)
        if data.is_representative:
            for one in members:
                if one.is_representative:
                    one.is_representative = False
            session.flush()
        made = OwnerMember(
            municipality_id=owner.municipality_id,
            community_id=owner_id,
            member_id=data.member_id,
            share_n=data.share.n,
            share_d=data.share.d,
            is_representative=data.is_representative,
        )
        session.add(made)
        lower_uncarried(session, actor, carried, today)
    return made


def remove_member(session: Session, actor: Actor, owner_id: int, member_id: int, today: date) -> None:
    """Somebody does not belong to the community; they stay in the register themselves."""
    member = queries.part_of(session, OwnerMember, member_id, "Das Mitglied")
    if member.community_id != owner_id:
        raise NotFound("Das Mitglied", member_id)
    with perform(session, actor, Action.OWNER_EDIT, member.municipality_id):
        carried = _carried(session, theirs(session, owner_id, today), today)
        session.delete(member)
        lower_uncarried(session, actor, carried, today)


def add_ownership(session: Session, actor: Actor, unit_id: int, data: OwnershipInput) -> Ownership:
    """Say who owns a unit. Raises `Invalid` where the parts would be more than the whole, or it is said already."""
    town = units.municipality_of(session, unit_id)
    with perform(session, actor, Action.OWNER_EDIT, town):
        _own(session, data.owner_id, "owner_id")
        period = Range(data.start, data.end)
        there = session.scalars(select(Ownership).where(Ownership.unit_id == unit_id)).all()
        beside = [one for one in there if one.during.overlaps(period)]
        if any(one.owner_id == data.owner_id for one in beside):
            raise Invalid({"owner_id": "Dieses Eigentum ist für diese Zeit schon eingetragen."})
        _within_whole([(one.share_n, one.share_d) for one in beside], data.share.n, data.share.d)
        made = Ownership(
            municipality_id=town,
            unit_id=unit_id,
            owner_id=data.owner_id,
            during=period,
            share_n=data.share.n,
            share_d=data.share.d,
        )
        session.add(made)
    return made


def end_ownership(
    session: Session, actor: Actor, ownership_id: int, version: int, last: date, today: date
) -> list[int]:
    """It was sold: theirs until this day. Shown because they agreed, it is lowered; the units that were."""
    found = queries.ownership(session, ownership_id)
    with perform(session, actor, Action.OWNER_EDIT, found.municipality_id):
        _expect(found, version)
        if found.during.lower is not None and last < found.during.lower:
            raise Invalid({"until": "Das Ende liegt vor dem Anfang."})
        found.during = Range(found.during.lower, last + relativedelta(days=1))
        return lower_uncarried(session, actor, [found.unit_id], today)


def remove_ownership(session: Session, actor: Actor, ownership_id: int, today: date) -> list[int]:
    """It was never theirs. Shown because they agreed, it is lowered; the units that were."""
    found = queries.ownership(session, ownership_id)
    with perform(session, actor, Action.OWNER_EDIT, found.municipality_id):
        carried = _carried(session, [found.unit_id], today)
        session.delete(found)
        return lower_uncarried(session, actor, carried, today)


def _carried(session: Session, unit_ids: Iterable[int], today: date) -> list[int]:
    """Those of the units whose publication stands on consents that are kept here."""
    found = ((one, units.get(session, one).publication_level) for one in unit_ids)
    return [one for one, level in found if level >= 3 and (queries.consented_level(session, one, today) or 0) >= level]


def add_consent(session: Session, actor: Actor, owner_id: int, data: ConsentInput) -> OwnerConsent:
    """Keep what an owner agreed to. Raises `Invalid` for a unit that is not theirs on that day."""
    owner = queries.get(session, owner_id)
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        if data.unit_id is not None and data.unit_id not in theirs(session, owner_id, data.given_on):
            raise Invalid({"unit_id": "Diese Einheit gehört der Person an dem Tag nicht."})
        made = OwnerConsent(municipality_id=owner.municipality_id, owner_id=owner_id, **vars(data))
        session.add(made)
    return made


def withdraw_consent(session: Session, actor: Actor, owner_id: int, consent_id: int, today: date) -> list[int]:
    """A consent ends today. What stood on it is public no more at once; the ids of those units."""
    consent = queries.part_of(session, OwnerConsent, consent_id, "Die Einwilligung")
    if consent.owner_id != owner_id:
        raise NotFound("Die Einwilligung", consent_id)
    with perform(session, actor, Action.OWNER_EDIT, consent.municipality_id):
        if consent.withdrawn_on is not None:
            return []
        consent.withdrawn_on = today
        session.flush()
        of_it = [consent.unit_id] if consent.unit_id is not None else theirs(session, owner_id, today)
        return lower_uncarried(session, actor, of_it, today)


def lower_uncarried(session: Session, actor: Actor, unit_ids: Iterable[int], today: date) -> list[int]:
    """Of units that are shown because their owners agreed: what they agree to no longer is off the public pages.

    What is left is the street and the size, which need no consent, or what they still agree to. Call it inside
    `perform`, once the consent or the ownership is no more; the ids of the units that were lowered.
    """
    session.flush()
    # An editor may note it, and it must work at once, whoever may publish.
    on_behalf = replace(SYSTEM, account_id=actor.account_id, request_id=actor.request_id)
    lowered = []
    for unit_id in unit_ids:
        unit = units.get(session, unit_id)
        agreed = queries.consented_level(session, unit_id, today) or 0
        if unit.publication_level >= 3 and unit.consent_kind == "EIGENTUEMER" and agreed < unit.publication_level:
            vacancies.withdraw(session, on_behalf, unit_id, unit.version, max(WITHOUT_CONSENT, agreed))
            lowered.append(unit_id)
    return lowered


def lower_overdue(session: Session, today: date) -> int:
    """What is shown on the ground of a consent that has run out, or of an owner who has sold, is shown no more; how
    many units. Needs the owner's session, which sees all towns.
    """
    count = 0
    for town, unit_ids in queries.uncarried(session, today).items():
        with for_municipality(session, town), perform(session, SYSTEM, Action.OWNER_EDIT, town):
            count += len(lower_uncarried(session, SYSTEM, unit_ids, today))
    return count


def narrow_consents(session: Session, actor: Actor, owner_id: int, unit_id: int, level: int, today: date) -> None:
    """For this unit they agree to `level` and nothing above: what they, or a community that they represent, agreed
    to before ends. What was agreed for all of their units goes on for the others, unit by unit.
    """
    owner = queries.get(session, owner_id)
    led = [other.id for member, other in queries.communities_of(session, owner_id) if member.is_representative]
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        for whose in (owner_id, *led):
            for consent in queries.consents_of(session, whose):
                is_meant = consent.unit_id in (None, unit_id) and consent.kind == "VEROEFFENTLICHUNG"
                if not is_meant or consent.withdrawn_on is not None or (consent.level or 0) <= level:
                    continue
                consent.withdrawn_on = max(today, consent.given_on)
                if consent.unit_id is None:
                    others = [one for one in theirs(session, whose, today) if one != unit_id]
                    session.add_all(_for_one(consent, one) for one in others)
        session.flush()


def _for_one(consent: OwnerConsent, unit_id: int) -> OwnerConsent:
    kept = ("municipality_id", "owner_id", "kind", "level", "given_on", "until", "how", "note", "is_example")
    return OwnerConsent(unit_id=unit_id, **{name: getattr(consent, name) for name in kept})


def theirs(session: Session, owner_id: int, day: date) -> list[int]:
    """The units that are theirs, or a community's that they belong to, on the day."""
    of_whom = [owner_id, *(owner.id for _, owner in queries.communities_of(session, owner_id))]
    query = select(Ownership.unit_id).where(Ownership.owner_id.in_(of_whom), Ownership.during.contains(day))
    return list(session.scalars(query.order_by(Ownership.unit_id)))


def add_contact(session: Session, actor: Actor, owner_id: int, data: ContactInput) -> OwnerContact:
    """Note a contact."""
    owner = queries.get(session, owner_id)
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        made = OwnerContact(
            municipality_id=owner.municipality_id, owner_id=owner_id, made_by=actor.account_id, **vars(data)
        )
        session.add(made)
    return made


def remove_contact(session: Session, actor: Actor, owner_id: int, contact_id: int) -> None:
    """It was noted by mistake."""
    contact = queries.part_of(session, OwnerContact, contact_id, "Der Kontakt")
    if contact.owner_id != owner_id:
        raise NotFound("Der Kontakt", contact_id)
    with perform(session, actor, Action.OWNER_EDIT, contact.municipality_id):
        session.delete(contact)


def set_up(session: Session, actor: Actor, town: int, version: int, values: dict[str, Any]) -> None:
    """Set how long owners are kept and may answer, and what cost sheets assume. Raises `Conflict`."""
    with perform(session, actor, Action.TOWN_EDIT, town):
        row = queries.settings_of(session, town)
        _expect(row, version)
        if version == 0:
            session.add(OwnerSettings(municipality_id=town, **values))
            return
        for name, value in {**values, "is_example": False}.items():  # the town has made an example its own
            if getattr(row, name) != value:
                setattr(row, name, value)


def _own(session: Session, owner_id: int, field: str) -> Owner:
    found = session.get(Owner, owner_id)
    if found is None:
        raise Invalid({field: NOT_THERE})
    return found


def _expect(row: Any, version: int) -> None:
    if row.version != version:
        raise Conflict(STALE + " Bitte die Seite neu laden.")


def _within_whole(others: list[tuple[int | None, int | None]], n: int | None, d: int | None) -> None:
    """Raises `Invalid` where known parts add up to more than the whole."""
    parts = [(one, whole) for one, whole in (*others, (n, d)) if one and whole]
    if n and d and sum(Fraction(one, whole) for one, whole in parts) > 1:
        raise Invalid({"share": "Zusammen mit den anderen Anteilen ist das mehr als das Ganze."})
