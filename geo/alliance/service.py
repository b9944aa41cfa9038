"""Writes of members, contacts, working groups. The office alone writes here."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta

from sqlalchemy import delete, exists, select, text
from sqlalchemy.orm import Session

from geo.alliance import queries
from geo.alliance.meetings.model import Attendance, Task
from geo.alliance.model import Contact, Count, GroupMember, Member
from geo.alliance.schemas import (
    ContactInput,
    CountInput,
    GroupInput,
    MemberInput,
    WorkInput,
    contact_values,
    member_values,
)
from geo.core.access import SYSTEM, Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import revert

# So long after an organisation left, its contacts are forgotten.
CONTACTS_KEPT = timedelta(days=365)
_ALSO = text(
    """
    SELECT a.id, lower(trim(a.name)) = lower(trim(:name)) AS by_name FROM register.alliance_members a
    WHERE (lower(trim(a.name)) = lower(trim(:name)) OR a.municipality_id = :town)
      AND (CAST(:self AS integer) IS NULL OR a.id <> :self)
      AND daterange(coalesce(a.joined_on, a.known_on), a.left_on) && daterange(CAST(:since AS date), :until)
    """
)
_GROUP = text(
    """
    UPDATE register.working_groups SET name = :name, name_en = :name_en, description = :description,
           description_en = :description_en, version = version + 1
    WHERE id = :id AND version = :version
    """
)


def create_member(session: Session, actor: Actor, data: MemberInput) -> Member:
    """A new member. Raises `Invalid` when there is one of that name or town at that time."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        _check_alone(session, data, None)
        made = Member(**{field.name: getattr(data, field.name) for field in fields(data)})
        session.add(made)
        session.flush()
        return made


def create_members(session: Session, actor: Actor, given: Sequence[MemberInput]) -> list[Member]:
    """Many members at once, all or none. Raises `Invalid` when one of them is there already."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        made = []
        for data in given:
            try:
                _check_alone(session, data, None)
            except Invalid as refused:
                raise Invalid({"": f"„{data.name}“: {refused}"}) from None
            member = Member(**{field.name: getattr(data, field.name) for field in fields(data)})
            session.add(member)
            session.flush()
            made.append(member)
        return made


def take_back_members(session: Session, actor: Actor, made: Sequence[tuple[int, int]]) -> int:
    """Remove members that came together, by id and version, all or none; says how many.

    Raises `Conflict` when one was changed since, or has contacts, a place in a group, a meeting or a task by now.
    """
    versions = dict(made)
    with perform(session, actor, Action.ALLIANCE_EDIT):
        wanted = select(Member).where(Member.id.in_(versions)).with_for_update()
        members = session.scalars(wanted, execution_options={"populate_existing": True}).all()
        stands = [
            set(session.scalars(select(model.member_id).where(model.member_id.in_(versions))))
            for model in (Contact, GroupMember, Attendance, Task)
        ]
        kept = [one.name for one in members if one.version != versions[one.id] or any(one.id in ids for ids in stands)]
        if kept:
            raise Conflict(
                f"„{kept[0]}“ wurde inzwischen geändert oder hat Kontakte, Mitarbeit oder Sitzungen."
                " Es wurde nichts zurückgenommen."
            )
        for member in members:
            session.delete(member)
        return len(members)


def update_member(session: Session, actor: Actor, member_id: int, version: int, data: MemberInput) -> Member:
    """Change what is known of a member. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        member = _locked_member(session, member_id)
        if member.version != version:
            raise Conflict(STALE, theirs=member_values(member), version=member.version)
        _check_alone(session, data, member_id)
        for field in fields(data):
            if getattr(member, field.name) != getattr(data, field.name):
                setattr(member, field.name, getattr(data, field.name))
        if member.left_on is not None:
            _end_work(session, member.id, member.left_on)
        return member


def delete_member(session: Session, actor: Actor, member_id: int, version: int) -> None:
    """Remove a member entered by mistake, with its contacts. Raises `Invalid` for one that has done something."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        member = _locked_member(session, member_id)
        if member.version != version:
            raise Conflict(STALE + " Bitte die Seite neu laden.", version=member.version)
        stands = (exists().where(model.member_id == member_id) for model in (GroupMember, Attendance, Task))
        if any(session.scalar(select(one)) for one in stands):
            raise Invalid(
                {"": "Das Mitglied steht in Arbeitsgruppen oder Sitzungen. Bitte stattdessen den Austritt eintragen."}
            )
        session.delete(member)


def undo_member(
    session: Session, actor: Actor, member_id: int, change_id: int, municipality_id: int | None = None
) -> Member | None:
    """Take back a member's last change, also its deletion; the member as it is then, None when it is gone again.

    Of a deleted member `municipality_id` says which town it was. Contacts that went with it do not come back. Raises
    `Conflict` when the change is not the last any more, or contacts would be lost with the member.
    """
    member = session.get(Member, member_id)
    town = municipality_id if member is None else member.municipality_id
    with perform(session, actor, Action.ALLIANCE_EDIT, town):
        newest = queries.newest_change(session, member_id, town)
        if newest is None:
            raise NotFound("Die letzte Änderung")
        keeps = session.scalar(select(exists().where(Contact.member_id == member_id)))
        if newest.operation == "INSERT" and keeps:
            raise Conflict("Zu diesem Mitglied gibt es Kontakte. Bitte stattdessen das Mitglied löschen.")
        revert(session, actor, queries.root_of(member_id), change_id)
    return session.get(Member, member_id)


def add_contact(session: Session, actor: Actor, member_id: int, data: ContactInput) -> Contact:
    """A person to turn to in an organisation."""
    with perform(session, actor, Action.ALLIANCE_CONTACT):
        queries.find_member(session, member_id)
        made = Contact(member_id=member_id, **{field.name: getattr(data, field.name) for field in fields(data)})
        session.add(made)
        session.flush()
        return made


def update_contact(session: Session, actor: Actor, contact_id: int, version: int, data: ContactInput) -> Contact:
    """Change a contact. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.ALLIANCE_CONTACT):
        contact = session.get(Contact, contact_id, with_for_update=True, populate_existing=True)
        if contact is None:
            raise NotFound("Der Kontakt", contact_id)
        if contact.version != version:
            raise Conflict(STALE, theirs=contact_values(contact), version=contact.version)
        for field in fields(data):
            if getattr(contact, field.name) != getattr(data, field.name):
                setattr(contact, field.name, getattr(data, field.name))
        return contact


def erase_contact(session: Session, actor: Actor, contact_id: int) -> int:
    """Erase a person for good: the history never held what stood here. Says of which member."""
    with perform(session, actor, Action.ALLIANCE_CONTACT):
        contact = queries.find_contact(session, actor, contact_id)
        session.delete(contact)
        return contact.member_id


def forget_contacts(session: Session, today: date) -> int:
    """Erase the contacts of organisations that left a year ago; says how many. Needs the owner's session."""
    gone = select(Member.id).where(Member.left_on < today - CONTACTS_KEPT)
    with perform(session, SYSTEM, Action.ALLIANCE_CONTACT):
        done = session.execute(delete(Contact).where(Contact.member_id.in_(gone)))
        return int(done.rowcount)  # type: ignore[attr-defined]  # an execution of DML has it


def update_group(session: Session, actor: Actor, slug: str, version: int, data: GroupInput) -> None:
    """Change a working group's texts. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        group = queries.find_group(session, slug)
        values = {field.name: getattr(data, field.name) for field in fields(data)}
        stored = {name: getattr(group, name) for name in values}
        if group.version != version:
            raise Conflict(STALE, theirs=stored, version=group.version)
        if values == stored:
            return
        done = session.execute(_GROUP, {**values, "id": group.id, "version": version})
        if done.rowcount != 1:  # type: ignore[attr-defined]  # an execution of DML has it
            raise Conflict(STALE + " Bitte die Seite neu laden.")


def put_to_work(session: Session, actor: Actor, group_id: int, member_id: int, data: WorkInput) -> GroupMember:
    """An organisation takes part in a working group. Raises `Invalid` when it already does."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        queries.find_member(session, member_id)
        made = GroupMember(working_group_id=group_id, member_id=member_id)
        _fill_work(session, made, data)
        session.add(made)
        session.flush()
        return made


def change_work(session: Session, actor: Actor, work_id: int, data: WorkInput) -> GroupMember:
    """Change what an organisation does in a group, or say until when it did."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        work = queries.find_work(session, work_id)
        _fill_work(session, work, data)
        return work


def remove_work(session: Session, actor: Actor, work_id: int) -> GroupMember:
    """Take an entry away that was a mistake; who stopped gets a last day instead."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        work = queries.find_work(session, work_id)
        session.delete(work)
        return work


def record_count(session: Session, actor: Actor, data: CountInput) -> Count:
    """What the alliance said of its size on a day; a second one of the same day takes the first one's place."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        made = session.scalar(select(Count).where(Count.day == data.day))
        if made is None:
            made = Count(day=data.day)
            session.add(made)
        made.members, made.is_more, made.source = data.members, data.is_more, data.source
        session.flush()
        return made


def remove_count(session: Session, actor: Actor, count_id: int) -> None:
    """Take a number away that was a mistake. Raises `NotFound`."""
    with perform(session, actor, Action.ALLIANCE_EDIT):
        found = session.get(Count, count_id)
        if found is None:
            raise NotFound("Die Zahl der Mitglieder", count_id)
        session.delete(found)


def _locked_member(session: Session, member_id: int) -> Member:
    member = session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound("Das Mitglied", member_id)
    return member


def _check_alone(session: Session, data: MemberInput, member_id: int | None) -> None:
    asked = {
        "name": data.name,
        "town": data.municipality_id,
        "self": member_id,
        "since": data.joined_on or data.known_on,
        "until": data.left_on,
    }
    for row in session.execute(_ALSO, asked):
        if row.by_name:
            raise Invalid({"name": "Ein Mitglied dieses Namens gibt es in dieser Zeit schon."})
        raise Invalid({"municipality_id": "Diese Gemeinde ist in dieser Zeit schon Mitglied."})


def _end_work(session: Session, member_id: int, day: date) -> None:
    """Who left the alliance works in no group any more."""
    open_ones = select(GroupMember).where(GroupMember.member_id == member_id, GroupMember.until.is_(None))
    for work in session.scalars(open_ones):
        if work.since is None or work.since < day:
            work.until = day


def _fill_work(session: Session, work: GroupMember, data: WorkInput) -> None:
    others = session.scalars(
        select(GroupMember).where(
            GroupMember.working_group_id == work.working_group_id,
            GroupMember.member_id == work.member_id,
            GroupMember.id.is_distinct_from(work.id),
        )
    )
    first, last = data.since or date.min, data.until or date.max
    if any(first < (one.until or date.max) and (one.since or date.min) < last for one in others):
        raise Invalid({"since": "Die Organisation arbeitet in dieser Zeit schon in der Arbeitsgruppe mit."})
    work.task, work.leads, work.since, work.until = data.task, data.leads, data.since, data.until
