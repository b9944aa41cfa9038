"""The alliance of the sample: members named in the report are facts; organisations, work and meetings are made up."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.alliance.meetings.model import AgendaItem, Attendance, Meeting, Minutes, Task
from geo.alliance.model import Count, GroupMember, Member
from geo.core.clock import BERLIN
from geo.samples import content
from geo.samples.content import Record

# An invitation goes out so long before a meeting, and minutes are released so long after it.
INVITED, RELEASED = timedelta(days=21), timedelta(days=14)
_GROUPS = text("SELECT g.slug, g.id FROM register.working_groups g")


def add(session: Session, town: Callable[[str], int], today: date) -> dict[str, int]:
    """Add them, in the caller's `perform()`; the number of rows by table. `town` gives the id for a key.

    Where somebody already recorded members, nothing is added.
    """
    if session.scalar(select(Member.id).limit(1)) is not None:
        return {}
    facts, made_up = content.facts()["alliance"], content.read("alliance")
    session.add_all(_named(facts, town))
    day = facts["as_of"]
    session.add(Count(day=day, members=facts["members_at_least"], is_more=True, source=facts["source"]))
    members = {record["key"]: _member(record, today) for record in made_up["members"]}
    session.add_all(members.values())
    session.flush()
    ids = {key: member.id for key, member in members.items()}
    groups = {row.slug: row.id for row in session.execute(_GROUPS)}
    session.add_all(
        GroupMember(
            working_group_id=groups[record["group"]],
            member_id=ids[record["member"]],
            task=record["task"],
            leads=record.get("leads", False),
            since=today - timedelta(days=record["since"]),
            is_example=True,
        )
        for record in made_up["work"]
    )
    for record in made_up["meetings"]:
        _meeting(session, record, groups, ids, today)
    session.flush()
    return {
        "alliance_members": len(members) + len(facts["towns_named"]),
        "alliance_meetings": len(made_up["meetings"]),
        "alliance_group_members": len(made_up["work"]),
    }


def _named(facts: Record, town: Callable[[str], int]) -> list[Member]:
    """The towns that the report names as members; since when they are is not known."""
    return [
        Member(
            name=f"Stadt {name}",
            kind="STADT",
            municipality_id=town(key),
            known_on=facts["as_of"],
            is_public=True,
            source=facts["source"],
        )
        for name, key in zip(facts["towns_named"], facts["towns_keys"], strict=True)
    ]


def _member(record: Record, today: date) -> Member:
    return Member(
        name=record["name"],
        kind=record["kind"],
        joined_on=today - timedelta(days=record["joined"]),
        left_on=today - timedelta(days=record["left"]) if "left" in record else None,
        is_public=record.get("public", False),
        source="Beispiel, erfunden",
        is_example=True,
    )


def _meeting(session: Session, record: Record, groups: dict[str, int], members: dict[str, int], today: date) -> None:
    day = today + timedelta(days=record["days"])
    begins = datetime.combine(day, time(record["hour"]), BERLIN)
    state = record["state"]
    made = Meeting(
        title=record["title"],
        working_group_id=groups[record["group"]] if "group" in record else None,
        starts_at=begins,
        ends_at=begins + timedelta(hours=record["hours"]),
        location=record.get("location"),
        online_url="https://konferenz.beispiel.test/allianz" if record.get("online") else None,
        state=state,
        invited_on=None if state == "ENTWURF" else min(day - INVITED, today),
        cancelled_on=today - timedelta(days=1) if state == "ABGESAGT" else None,
        minutes_released_on=min(day + RELEASED, today) if record.get("released") else None,
        is_example=True,
    )
    session.add(made)
    session.flush()
    for position, item in enumerate(record["items"], 1):
        row = AgendaItem(meeting_id=made.id, position=position, title=item["title"], note=item.get("note"))
        session.add(row)
        session.flush()
        if "text" in item or "decision" in item:
            words = {"text": item.get("text"), "decision": item.get("decision")}
            session.add(Minutes(meeting_id=made.id, agenda_item_id=row.id, **words))
        session.add_all(
            Task(
                meeting_id=made.id,
                agenda_item_id=row.id,
                title=task["title"],
                member_id=members[task["member"]],
                due_on=today + timedelta(days=task["due"]),
            )
            for task in item.get("tasks", [])
        )
    session.add_all(
        Attendance(
            meeting_id=made.id,
            member_id=members[row["member"]],
            presence=row["presence"],
            people=row.get("people"),
        )
        for row in record.get("attendance", [])
    )
