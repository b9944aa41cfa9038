"""Cases as lists, boards and pages show them: words, badges, days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from geo.core import clock
from geo.core.codes import label
from geo.vacancies.cases import rules
from geo.vacancies.cases.codes import (
    BLOCKED_KINDS,
    CASE_STATES,
    ENDED,
    EVENT_KINDS,
    HELD,
    PRIORITIES,
    RESULTS,
    VACANCY_TYPES,
)
from geo.vacancies.cases.model import Case, CaseEvent
from geo.vacancies.codes import STATES
from geo.vacancies.dates import in_words
from webapp.vacancies import present as units

KIND = "cases"


def state_words(state: str, blocked_kind: str | None = None, result: str | None = None) -> str:
    """A state with what belongs to it: why it is blocked, how it ended."""
    more = label(BLOCKED_KINDS, blocked_kind) or (label(RESULTS, result) if state == "ABGESCHLOSSEN" else "")
    return f"{label(CASE_STATES, state)}: {more}" if more else label(CASE_STATES, state)


def case(row: Any, day: date, keep: dict[str, Any]) -> dict[str, Any]:
    """A case as an entry of a list."""
    what = [units.what_it_is(row, with_name=False), units.area(row.area_total_m2, "de")]
    return {
        "id": row.id,
        "version": row.version,
        "unit_id": row.unit_id,
        "title": units.unit_title(row),
        "subtitle": " · ".join(part for part in what if part),
        "url": url_for("cases_intern.show", case_id=row.id, **keep),
        "state": row.state,
        "mark": f"FALL_{row.state}",
        "state_label": state_words(row.state, row.blocked_kind, row.result),
        "is_open": row.state not in ENDED,
        "is_reported": rules.may_dismiss(row.state, row.resumes_as),
        "kind": label(VACANCY_TYPES, row.kind),
        "is_own_kind": row.type_override is not None,
        "empty_since": in_words(row.empty_since),
        "empty_from": row.empty_since,
        "use": label(STATES, row.use) or "Zustand unbekannt",
        "responsible": row.responsible,
        "responsible_id": row.responsible_id,
        "priority": row.priority,
        "priority_label": label(PRIORITIES, row.priority),
        "next_action": row.next_action,
        "next_action_on": row.next_action_on,
        "is_overdue": row.next_action_on is not None and row.next_action_on < day and row.state not in ENDED,
        "is_today": row.next_action_on == day,
        "last_on": row.last_on,
        "is_example": row.is_example,
        "next_states": [(one, label(CASE_STATES, one)) for one in rules.next_states(row.state, row.resumes_as)],
    }


def beside(case: Case, today: date) -> dict[str, Any]:
    """A case on the page of its unit."""
    return {
        "id": case.id,
        "mark": f"FALL_{case.state}",
        "words": state_words(case.state, case.blocked_kind, case.result),
        "is_open": case.closed_on is None,
        "next_action": case.next_action,
        "next_action_on": case.next_action_on,
        "is_late": case.next_action_on is not None and case.next_action_on < today,
    }


def move_options(state: str, resumes_as: str | None, blocked_kind: str | None) -> list[tuple[str, str]]:
    """What the field for the state offers, the present one first."""
    onwards = rules.next_states(state, resumes_as)
    word = "weiter wie zuvor: " if state in HELD else ""
    held = [one for one in HELD if rules.may_hold(state, one)]
    return [
        (state, f"unverändert: {state_words(state, blocked_kind)}"),
        *((one, word + label(CASE_STATES, one)) for one in onwards),
        *((one, label(CASE_STATES, one)) for one in held),
    ]


_FIELDS = (
    ("state", "Stand"),
    ("responsible_id", "Zuständig"),
    ("next_action", "Nächster Schritt"),
    ("next_action_on", "Termin"),
    ("priority", "Vorrang"),
    ("type_override", "Leerstandstyp"),
)


def timeline(steps: Sequence[CaseEvent], names: dict[int, str]) -> list[dict[str, Any]]:
    """The steps of a case for macros/history.html, the newest first: each with before and after."""
    entries = []
    before: CaseEvent | None = None
    for step in steps:
        told = clock.day_of(step.recorded_at) != step.on_day
        words = label(EVENT_KINDS, step.kind)
        entries.append(
            {
                "at": step.recorded_at,
                "who": names.get(step.account_id or 0),
                "action": f"{words} (am {in_words(step.on_day)})" if told else words,
                "note": step.note,
                "changes": _changes(before, step, names),
            }
        )
        before = step
    return entries[::-1]


def _changes(before: CaseEvent | None, step: CaseEvent, names: dict[int, str]) -> list[dict[str, str | None]]:
    lines = []
    for name, words in _FIELDS:
        old, new = (None if one is None else _said(name, one, names) for one in (before, step))
        if old != new and not (before is None and name == "priority" and step.priority == 2):
            lines.append({"field": words, "old": old, "new": new})
    return lines


def _said(name: str, step: CaseEvent, names: dict[int, str]) -> str | None:
    value = getattr(step, name)
    if value is None:
        return "wie berechnet" if name == "type_override" and step.kind == "TYP" else None
    if name == "state":
        return state_words(step.state, step.blocked_kind, step.result)
    if name == "responsible_id":
        return names.get(value, f"Konto {value}")
    if isinstance(value, date):
        return in_words(value)
    codes: dict[str, Any] = {"priority": PRIORITIES, "type_override": VACANCY_TYPES}
    return label(codes[name], value) if name in codes else str(value)
