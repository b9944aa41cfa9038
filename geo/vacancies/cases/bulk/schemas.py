"""What is to be done to many cases: another person, another next action, another state, another priority."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.core.codes import label
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.vacancies.cases.codes import BLOCKED_KINDS, CASE_STATES, HELD, PRIORITIES, WORKING
from geo.vacancies.cases.schemas import LONGEST_ACTION, LONGEST_NOTE
from geo.vacancies.dates import in_words

ACTIONS = {
    "zustaendig": "Zuständigkeit ändern",
    "schritt": "Nächsten Schritt festlegen",
    "stand": "Stand ändern",
    "vorrang": "Vorrang ändern",
}
# So many cases are changed within one request.
MOST = 500


@dataclass(frozen=True)
class BulkStep:
    """One of the four, and a note that goes into the timeline of each case."""

    action: str
    responsible_id: int | None = None
    next_action: str | None = None
    next_action_on: date | None = None
    state: str | None = None
    blocked_kind: str | None = None
    priority: int = 2
    note: str | None = None


def parse_bulk(data: Mapping[str, Any]) -> BulkStep:
    """The form that says what is to be done."""
    fields = Fields(data)
    action = fields.choice("action", ACTIONS, required=True) or ""
    values: dict[str, Any] = {}
    if action == "zustaendig":
        values["responsible_id"] = fields.whole("responsible_id", least=1, most=2**31 - 1)
    elif action == "schritt":
        values["next_action"] = fields.text("next_action", required=True, longest=LONGEST_ACTION)
        values["next_action_on"] = fields.day("next_action_on", required=True)
    elif action == "stand":
        values["state"] = fields.choice("state", {**WORKING, **HELD}, required=True)
        blocked = values["state"] == "BLOCKIERT"
        values["blocked_kind"] = fields.choice("blocked_kind", BLOCKED_KINDS, required=blocked) if blocked else None
    elif action == "vorrang":
        values["priority"] = int(fields.choice("priority", [str(code) for code in PRIORITIES], required=True) or 2)
    made = BulkStep(action, **values, note=fields.text("note", longest=LONGEST_NOTE))
    fields.check()
    return made


def parse_numbers(raw: list[str], what: str) -> list[int]:
    """The numbers of ticked rows, `what` they are called in the plural. Raises `Invalid` for none, or too many."""
    parts = [part.strip() for text in raw for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() and len(part) < 11 for part in parts):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    chosen = list(dict.fromkeys(int(part) for part in parts if int(part) < 2**31))
    if not chosen:
        raise Invalid({"which": f"Bitte mindestens eine Auswahl treffen: es sind keine {what} gewählt."})
    if len(chosen) > MOST:
        raise Invalid({"which": f"Auf einmal gehen höchstens {MOST} {what}; gewählt sind {len(chosen)}."})
    return chosen


def in_sentence(data: BulkStep, names: Mapping[int, str]) -> str:
    """What is done, in words."""
    if data.action == "zustaendig":
        who = names.get(data.responsible_id or 0, "niemand")
        return f"Zuständig: {who}"
    if data.action == "schritt":
        return f"Nächster Schritt: {data.next_action}, bis {in_words(data.next_action_on)}"
    if data.action == "stand":
        kind = label(BLOCKED_KINDS, data.blocked_kind)
        return f"Stand: {label(CASE_STATES, data.state)}{f' ({kind})' if kind else ''}"
    return f"Vorrang: {label(PRIORITIES, data.priority)}"
