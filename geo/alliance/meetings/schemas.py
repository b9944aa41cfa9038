"""What forms of meetings hand over, checked: when and where, the agenda as a whole, minutes, attendance."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from geo.alliance.codes import PRESENCE
from geo.alliance.meetings.model import Meeting
from geo.core.clock import BERLIN
from geo.core.parsing import Fields, whole_number

MEETING_LABELS = {
    "title": "Titel",
    "working_group_id": "Wessen Sitzung",
    "starts_at": "Beginn",
    "ends_at": "Ende",
    "location": "Ort",
    "online_url": "Adresse der Videokonferenz",
}
DOCUMENT_LABELS = {"title": "Titel", "file": "Datei"}
MOST_ITEMS = 40
# So many empty rows the agenda's form has below its items, and the minutes' form below an item's tasks.
EMPTY_ROWS, EMPTY_TASKS = 3, 2
LONGEST_TEXT, LONGEST_TITLE = 10_000, 200
LONGEST_MEETING = timedelta(days=7)


@dataclass(frozen=True)
class MeetingInput:
    """When and where a meeting is, and whose."""

    title: str
    starts_at: datetime
    ends_at: datetime
    working_group_id: int | None = None
    location: str | None = None
    online_url: str | None = None


@dataclass(frozen=True)
class ItemInput:
    """An item of the agenda: a stored one by its id, or a new one."""

    title: str
    note: str | None = None
    id: int | None = None


@dataclass(frozen=True)
class TaskInput:
    """A task after an item: a stored one by its id, or a new one. One without a title is taken away."""

    title: str | None
    member_id: int | None = None
    due_on: date | None = None
    done_on: date | None = None
    id: int | None = None


@dataclass(frozen=True)
class MinutesInput:
    """What was said and decided on an item, and what is to be done."""

    item_id: int
    text: str | None
    decision: str | None
    tasks: tuple[TaskInput, ...] = ()


@dataclass(frozen=True)
class PresenceInput:
    """Whether an organisation came, with how many people."""

    member_id: int
    presence: str
    people: int | None = None


def parse_meeting(data: Mapping[str, Any], groups: Collection[int]) -> MeetingInput:
    """A meeting from a form; `groups` are the ids of the working groups. Raises `Invalid`."""
    fields = Fields(data)
    title = fields.text("title", required=True, longest=LONGEST_TITLE)
    starts_at, ends_at = fields.moment("starts_at", required=True), fields.moment("ends_at", required=True)
    if starts_at is not None and ends_at is not None:
        if ends_at <= starts_at:
            fields.fail("ends_at", "Das Ende liegt nicht nach dem Beginn.")
        elif ends_at - starts_at >= LONGEST_MEETING:
            fields.fail("ends_at", "Eine Sitzung dauert höchstens sieben Tage.")
    location, online_url = fields.text("location", longest=300), fields.text("online_url", longest=500)
    if online_url is not None and not (online_url.startswith("https://") and len(online_url.split()) == 1):
        fields.fail("online_url", "Bitte eine Adresse angeben, die mit https:// beginnt.")
    group = fields.whole("working_group_id", most=2_000_000_000)
    if group is not None and group not in groups:
        fields.fail("working_group_id", "Bitte einen der angebotenen Werte wählen.")
    fields.check()
    if starts_at is None or ends_at is None:  # `check` has raised; the type checker cannot know
        raise AssertionError
    return MeetingInput(title or "", starts_at, ends_at, group, location, online_url)


def parse_agenda(data: Mapping[str, Any]) -> list[ItemInput]:
    """The agenda of a form with rows `title-N`, `note-N`, `position-N`, `item-N`, in the order of its positions.

    A row without a title is left out. Raises `Invalid` with every mistake at its field.
    """
    fields = Fields(data)
    found: list[tuple[int, int, ItemInput]] = []
    for number in range(1, MOST_ITEMS + EMPTY_ROWS + 1):
        title = fields.text(f"title-{number}", longest=LONGEST_TITLE)
        note = fields.text(f"note-{number}", longest=2000)
        position = fields.whole(f"position-{number}", least=1, most=999)
        if title is None:
            if note is not None:
                fields.fail(f"title-{number}", "Bitte einen Titel angeben.")
            continue
        item = whole_number(str(data.get(f"item-{number}") or ""))
        found.append((position or 1000, number, ItemInput(title, note, item)))
    if len(found) > MOST_ITEMS:
        fields.fail("", f"Eine Tagesordnung hat höchstens {MOST_ITEMS} Punkte.")
    fields.check()
    return [item for _position, _number, item in sorted(found, key=lambda one: one[:2])]


def parse_minutes(
    data: Mapping[str, Any], items: Collection[int], members: Collection[int], tasks: Mapping[int, Collection[int]]
) -> list[MinutesInput]:
    """The minutes of a form with `text-ITEM`, `decision-ITEM` and rows of tasks `task-ITEM-N` with their fields.

    `tasks` gives the ids of each item's stored tasks. Raises `Invalid` with every mistake at its field.
    """
    fields = Fields(data)
    found = []
    for item in items:
        known = list(tasks.get(item, ()))
        rows = [*known, *[None] * EMPTY_TASKS]
        found.append(
            MinutesInput(
                item,
                fields.text(f"text-{item}", longest=LONGEST_TEXT),
                fields.text(f"decision-{item}", longest=2000),
                tuple(_task(fields, f"{item}-{number}", members, task) for number, task in enumerate(rows, 1)),
            )
        )
    fields.check()
    return found


def _task(fields: Fields, row: str, members: Collection[int], task_id: int | None) -> TaskInput:
    title = fields.text(f"task-{row}", longest=300)
    member = fields.whole(f"member-{row}", most=2_000_000_000)
    due_on, done_on = fields.day(f"due-{row}"), fields.day(f"done-{row}")
    if member is not None and member not in members:
        fields.fail(f"member-{row}", "Bitte einen der angebotenen Werte wählen.")
    if title is None and (member is not None or due_on is not None):
        fields.fail(f"task-{row}", "Bitte sagen, was zu tun ist, oder die Angaben leeren.")
    return TaskInput(title, member, due_on, done_on, task_id)


def parse_attendance(data: Mapping[str, Any], members: Collection[int]) -> list[PresenceInput]:
    """Attendance of a form with `presence-MEMBER` and `people-MEMBER`. Raises `Invalid`."""
    fields = Fields(data)
    found = []
    for member in members:
        presence = fields.choice(f"presence-{member}", PRESENCE)
        people = fields.whole(f"people-{member}", least=1, most=99)
        if people is not None and presence != "ANWESEND" and f"presence-{member}" not in fields.errors:
            fields.fail(f"people-{member}", "Eine Zahl steht nur bei „anwesend“.")
        if presence is not None:
            found.append(PresenceInput(member, presence, people))
    fields.check()
    return found


def parse_title(data: Mapping[str, Any]) -> str:
    """The title of a document. Raises `Invalid`."""
    fields = Fields(data)
    title = fields.text("title", required=True, longest=LONGEST_TITLE)
    fields.check()
    return title or ""


def meeting_values(meeting: Meeting) -> dict[str, Any]:
    """A stored meeting as the values of its form."""
    values = {name: getattr(meeting, name) for name in MEETING_LABELS}
    return values | {name: typed(values[name]) for name in ("starts_at", "ends_at")}


def typed(moment: datetime) -> str:
    """A moment as a form's field for day and time holds it."""
    return f"{moment.astimezone(BERLIN):%Y-%m-%dT%H:%M}"
