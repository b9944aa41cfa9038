"""Reads of members, contacts and working groups for staff. What the public reads is in `public`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.alliance.model import Contact, Count, GroupMember, Member
from geo.core.access import Action, Actor, require
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Part, Root, last_change

# A member on a day, as SQL on the row `a`.
ON_DAY = "coalesce(a.joined_on, a.known_on) <= :day AND (a.left_on IS NULL OR a.left_on > :day)"


@dataclass(frozen=True)
class MemberRow:
    """A member in the list, with the names of the groups it works in on the day."""

    id: int
    name: str
    kind: str
    municipality: str | None
    joined_on: date | None
    known_on: date | None
    left_on: date | None
    is_public: bool
    is_example: bool
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A working group with its texts."""

    id: int
    slug: str
    name: str
    name_en: str
    description: str | None
    description_en: str | None
    version: int


@dataclass(frozen=True)
class Work:
    """An organisation in a group."""

    id: int
    member_id: int
    member: str
    kind: str
    task: str | None
    leads: bool
    since: date | None
    until: date | None
    is_example: bool


@dataclass(frozen=True)
class Changes:
    """How many members there were on the last day before a period and on its last day; who came and who went."""

    before: int
    after: int
    joined: tuple[str, ...]
    left: tuple[str, ...]


_MEMBERS = text(
    f"""
    SELECT a.id, a.name, a.kind, m.name AS municipality, a.joined_on, a.known_on, a.left_on, a.is_public, a.is_example,
           coalesce((SELECT array_agg(g.name ORDER BY g.id) FROM register.alliance_group_members w
                     JOIN register.working_groups g ON g.id = w.working_group_id
                     WHERE w.member_id = a.id AND daterange(w.since, w.until) @> CAST(:day AS date)), '{{}}') AS groups
    FROM register.alliance_members a LEFT JOIN register.municipalities m ON m.id = a.municipality_id
    WHERE ({ON_DAY}) AND (CAST(:kind AS text) IS NULL OR a.kind = :kind)
      AND (CAST(:search AS text) IS NULL OR strpos(lower(a.name), lower(:search)) > 0)
    ORDER BY lower(a.name), a.id
    """  # noqa: S608 (the condition above)
)
_CHANGED = text(
    """
    SELECT a.name, a.joined_on BETWEEN :first AND :last AS has_joined, a.left_on BETWEEN :first AND :last AS has_left
    FROM register.alliance_members a ORDER BY coalesce(a.left_on, a.joined_on), lower(a.name)
    """
)
_GROUPS = text(
    "SELECT g.id, g.slug, g.name, g.name_en, g.description, g.description_en, g.version FROM register.working_groups g"
    " WHERE CAST(:slug AS text) IS NULL OR g.slug = :slug ORDER BY g.id"
)
_WORK = text(
    """
    SELECT w.id, w.member_id, a.name AS member, a.kind, w.task, w.leads, w.since, w.until, a.is_example
    FROM register.alliance_group_members w JOIN register.alliance_members a ON a.id = w.member_id
    WHERE w.working_group_id = :group
    ORDER BY coalesce(w.until <= CAST(:day AS date), false), NOT w.leads, lower(a.name), w.since
    """
)
_PROJECTS = text(
    "SELECT p.slug, p.name, p.name_en FROM register.pilot_projects p WHERE p.working_group_id = :group ORDER BY p.id"
)
_OF_MEMBER = text(
    """
    SELECT w.id, g.slug, g.name, w.task, w.leads, w.since, w.until FROM register.alliance_group_members w
    JOIN register.working_groups g ON g.id = w.working_group_id WHERE w.member_id = :member
    ORDER BY w.since NULLS FIRST, g.id
    """
)


def members(session: Session, day: date, *, kind: str | None = None, search: str | None = None) -> list[MemberRow]:
    """The members as of the day, by name."""
    found = session.execute(_MEMBERS, {"day": day, "kind": kind, "search": search})
    return [MemberRow(**{**row._mapping, "groups": tuple(row.groups)}) for row in found]


def size(session: Session, day: date) -> int:
    """How many members the register knows as of the day; any role may ask."""
    return session.scalar(text("SELECT published.alliance_size(:day)"), {"day": day}) or 0


def changes(session: Session, first: date, last: date) -> Changes:
    """Who came and who went from the first to the last day, both included, as far as the days are known."""
    rows = session.execute(_CHANGED, {"first": first, "last": last}).all()
    before = date.fromordinal(first.toordinal() - 1)
    return Changes(
        size(session, before),
        size(session, last),
        tuple(row.name for row in rows if row.has_joined),
        tuple(row.name for row in rows if row.has_left),
    )


def find_member(session: Session, member_id: int) -> Member:
    """The member. Raises `NotFound`."""
    found = session.get(Member, member_id)
    if found is None:
        raise NotFound("Das Mitglied", member_id)
    return found


def town_name(session: Session, municipality_id: int | None) -> str | None:
    """The name of a member's municipality."""
    query = text("SELECT m.name FROM register.municipalities m WHERE m.id = :id")
    return None if municipality_id is None else session.scalar(query, {"id": municipality_id})


def work_of(session: Session, member_id: int) -> Sequence[Row[Any]]:
    """In which groups an organisation works and worked: id, slug, name, task, leads, since, until."""
    return session.execute(_OF_MEMBER, {"member": member_id}).all()


def contacts(session: Session, actor: Actor, member_id: int) -> Sequence[Contact]:
    """The people to turn to. Raises `NotPermitted` for anybody but the office; the database shows nobody else a row."""
    require(actor, Action.ALLIANCE_CONTACT)
    query = select(Contact).where(Contact.member_id == member_id).order_by(Contact.id)
    return session.scalars(query).all()


def find_contact(session: Session, actor: Actor, contact_id: int) -> Contact:
    """A contact. Raises `NotFound`, `NotPermitted`."""
    require(actor, Action.ALLIANCE_CONTACT)
    found = session.get(Contact, contact_id)
    if found is None:
        raise NotFound("Der Kontakt", contact_id)
    return found


def groups(session: Session) -> list[Group]:
    """All working groups."""
    return [Group(**row._mapping) for row in session.execute(_GROUPS, {"slug": None})]


def find_group(session: Session, slug: str) -> Group:
    """The working group of that short name. Raises `NotFound`."""
    row = session.execute(_GROUPS, {"slug": slug}).first()
    if row is None:
        raise NotFound("Die Arbeitsgruppe", slug)
    return Group(**row._mapping)


def work_in(session: Session, group_id: int, day: date) -> list[Work]:
    """Who works in a group and who did: those of the day first, the lead before the others."""
    return [Work(**row._mapping) for row in session.execute(_WORK, {"group": group_id, "day": day})]


def find_work(session: Session, work_id: int) -> GroupMember:
    """An organisation's place in a group. Raises `NotFound`."""
    found = session.get(GroupMember, work_id)
    if found is None:
        raise NotFound("Die Mitarbeit", work_id)
    return found


def projects_of(session: Session, group_id: int) -> Sequence[Row[Any]]:
    """The pilot projects of a group: slug, name, name_en."""
    return session.execute(_PROJECTS, {"group": group_id}).all()


def counts(session: Session) -> Sequence[Count]:
    """What the alliance itself said of its size, the newest first."""
    return session.scalars(select(Count).order_by(Count.day.desc())).all()


def root_of(member_id: int) -> Root:
    """A member for the undo. Its contacts are no part of it: the history never held them."""
    return Root("alliance_members", member_id, (Part("alliance_group_members", "member_id", member_id),))


def newest_change(session: Session, member_id: int, municipality_id: int | None) -> Change | None:
    """The last change of a member's own row, which an undo names; None where it came with the sample.

    `municipality_id` is the town that the member is, or was before it was deleted.
    """
    with for_municipality(session, municipality_id):
        if last_change(session, "alliance_members", member_id) is None:
            return None
        return changes_of(session, [("alliance_members", member_id)], limit=1)[0]


def history(session: Session, member: Member) -> list[Change]:
    """Everything that happened to a member's own row and to its places in groups, newest first."""
    rows = [("alliance_members", member.id)]
    rows += [("alliance_group_members", row.id) for row in work_of(session, member.id)]
    with for_municipality(session, member.municipality_id):
        return changes_of(session, rows)
