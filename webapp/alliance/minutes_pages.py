"""Minutes and attendance of a meeting."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from geo.alliance.codes import PRESENCE
from geo.alliance.meetings import queries, service
from geo.alliance.meetings.schemas import EMPTY_TASKS, parse_attendance, parse_minutes
from geo.core.access import Action
from webapp.access import needs
from webapp.alliance import frame
from webapp.alliance.meeting_pages import to
from webapp.app import actor, staff_session


def _typed(record: queries.Record) -> dict[str, Any]:
    """The stored minutes as the values of their form."""
    values: dict[str, Any] = {"version": record.meeting.version}
    for one in record.items:
        key = one.item.id
        if one.minutes is not None:
            values |= {f"text-{key}": one.minutes.text, f"decision-{key}": one.minutes.decision}
        for number, task in enumerate(one.tasks, 1):
            values |= {f"task-{key}-{number}": task.title, f"member-{key}-{number}": task.member_id}
            values |= {f"due-{key}-{number}": task.due_on or "", f"done-{key}-{number}": task.done_on or ""}
    return values


@needs(Action.ALLIANCE_EDIT)
def minutes(meeting_id: int) -> ResponseReturnValue:
    """What was said, decided and is to be done, item by item."""
    record = queries.get(staff_session(), meeting_id)
    members = queries.member_choices(staff_session(), record.meeting)

    def save() -> ResponseReturnValue:
        items = [one.item.id for one in record.items]
        tasks = {one.item.id: [task.id for task in one.tasks] for one in record.items}
        given = parse_minutes(request.form, items, [key for key, _name in members], tasks)
        service.save_minutes(staff_session(), actor(), meeting_id, frame.version(), given)
        return to(meeting_id, "Das Protokoll ist gespeichert.")

    return frame.write(
        "minutes", save, _typed(record), lambda: {"record": record, "members": members, "empty_tasks": EMPTY_TASKS}
    )


@needs(Action.ALLIANCE_EDIT)
def attendance(meeting_id: int) -> ResponseReturnValue:
    """Which organisations came, with how many people."""
    found = queries.find_meeting(staff_session(), meeting_id)
    asked = queries.asked_to_come(staff_session(), found)

    def save() -> ResponseReturnValue:
        given = parse_attendance(request.form, [row.id for row in asked])
        service.save_attendance(staff_session(), actor(), meeting_id, frame.version(), given)
        return to(meeting_id, "Die Anwesenheit ist gespeichert.")

    first: dict[str, Any] = {"version": found.version}
    for row in asked:
        first |= {f"presence-{row.id}": row.presence, f"people-{row.id}": row.people}
    choices = [(code, names[0]) for code, names in PRESENCE.items()]
    return frame.write("attendance", save, first, lambda: {"meeting": found, "asked": asked, "choices": choices})
