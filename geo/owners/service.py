"""Writes of owners: who they are, what they own, what they agreed to, how they were contacted."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.owners import queries
from geo.owners.model import Owner, OwnerConsent, OwnerContact, OwnerMember, OwnerSettings, Ownership
from geo.owners.schemas import ConsentInput, ContactInput, MemberInput, OwnerInput, OwnershipInput, owner_values
from geo.vacancies import queries as units
from geo.vacancies import service as vacancies

NOT_THERE = "Diese Eigentümerin oder diesen Eigentümer gibt es in der Gemeinde nicht."


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


def add_member(session: Session, actor: Actor, owner_id: int, data: MemberInput) -> OwnerMember:
    """An heir of a community, or a partner. A new representative takes the place of the one before."""
    owner = queries.get(session, owner_id)
    with perform(session, actor, Action.OWNER_EDIT, owner.municipality_id):
        if data.member_id == owner_id:
            raise Invalid({"member_id": "Eine Gemeinschaft kann nicht ihr eigenes Mitglied sein."})
        _own(session, data.member_id, "member_id")
        members = [member for member, _ in queries.members_of(session, owner_id)]
        if any(member.member_id == data.member_id for member in members):
            raise Invalid({"member_id": "Diese Person gehört schon zu der Gemeinschaft."})
        _within_whole([(one.share_n, one.share_d) for one in members], data.share.n, data.share.d)
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
    return made


def remove_member(session: Session, actor: Actor, owner_id: int, member_id: int) -> None:
    """Somebody does not belong to the community; they stay in the register themselves."""
    member = queries.part_of(session, OwnerMember, member_id, "Das Mitglied")
    if member.community_id != owner_id:
        raise NotFound("Das Mitglied", member_id)
    with perform(session, actor, Action.OWNER_EDIT, member.municipality_id):
        session.delete(member)


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


def end_ownership(session: Session, actor: Actor, ownership_id: int, version: int, last: date) -> None:
    """The unit was sold: it was theirs until this day."""
    found = queries.ownership(session, ownership_id)
    with perform(session, actor, Action.OWNER_EDIT, found.municipality_id):
        _expect(found, version)
        if found.during.lower is not None and last < found.during.lower:
            raise Invalid({"until": "Das Ende liegt vor dem Anfang."})
        found.during = Range(found.during.lower, last + relativedelta(days=1))


def remove_ownership(session: Session, actor: Actor, ownership_id: int) -> None:
    """It was never theirs."""
    found = queries.ownership(session, ownership_id)
    with perform(session, actor, Action.OWNER_EDIT, found.municipality_id):
        session.delete(found)


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
    """A consent ends today. What stood on it comes off the public pages at once; the ids of those units."""
    consent = queries.part_of(session, OwnerConsent, consent_id, "Die Einwilligung")
    if consent.owner_id != owner_id:
        raise NotFound("Die Einwilligung", consent_id)
    taken_down = []
    with perform(session, actor, Action.OWNER_EDIT, consent.municipality_id):
        if consent.withdrawn_on is not None:
            return []
        consent.withdrawn_on = today
        session.flush()
        # An editor may note it, and it must work at once, whoever may publish.
        on_behalf = replace(SYSTEM, account_id=actor.account_id, request_id=actor.request_id)
        for unit_id in [consent.unit_id] if consent.unit_id is not None else theirs(session, owner_id, today):
            unit = units.get(session, unit_id)
            stands_on_it = unit.publication_level >= 3 and unit.consent_kind == "EIGENTUEMER"
            if stands_on_it and (queries.consented_level(session, unit_id, today) or 0) < unit.publication_level:
                vacancies.withdraw(session, on_behalf, unit_id, unit.version)
                taken_down.append(unit_id)
    return taken_down


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
