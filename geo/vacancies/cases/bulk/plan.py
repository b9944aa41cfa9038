"""What a step of many cases would do: before and after for each, and which stay as they are, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.codes import label
from geo.vacancies.bulk.plan import title
from geo.vacancies.cases import listing, queries, rules
from geo.vacancies.cases.bulk.schemas import MOST, BulkStep, in_sentence
from geo.vacancies.cases.codes import BLOCKED_KINDS, CASE_STATES, ENDED, HELD, PRIORITIES
from geo.vacancies.cases.listing import CaseFilters
from geo.vacancies.cases.schemas import Step
from geo.vacancies.dates import in_words


@dataclass(frozen=True)
class CaseLine:
    """One case: the field that changes, before and after; or why it stays (`reason`)."""

    case_id: int
    version: int
    title: str
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str | None = None


@dataclass(frozen=True)
class CasePlan:
    """The cases that would change and those that would not, what is due first."""

    changing: tuple[CaseLine, ...]
    staying: tuple[CaseLine, ...]

    @property
    def versions(self) -> dict[int, int]:
        """The version of each case that changes: what was looked at."""
        return {line.case_id: line.version for line in self.changing}


def chosen_by(session: Session, municipality_id: int, filters: CaseFilters) -> list[int]:
    """The ids of the cases that a filter shows, at most one more than `MOST`."""
    return [row.id for row in listing.rows_of(session, municipality_id, filters, MOST)]


def make(session: Session, municipality_id: int, ids: Sequence[int], data: BulkStep) -> CasePlan:
    """The plan for these cases; ids that the town does not have are left out."""
    names = dict(queries.people(session, municipality_id))
    filters = CaseFilters(clock.today(), scope="alle", ids=tuple(ids))
    lines = [_judged(row, data, names) for row in listing.rows_of(session, municipality_id, filters, MOST)]
    return CasePlan(
        tuple(line for line in lines if line.reason is None), tuple(line for line in lines if line.reason is not None)
    )


def step_for(now: Step, data: BulkStep) -> Step:
    """The step of one case that the change of many means."""
    if data.action == "zustaendig":
        return replace(now, responsible_id=data.responsible_id, note=data.note)
    if data.action == "schritt":
        return replace(now, next_action=data.next_action, next_action_on=data.next_action_on, note=data.note)
    if data.action == "stand":
        return replace(now, state=data.state or "", blocked_kind=data.blocked_kind, note=data.note)
    return replace(now, priority=data.priority, note=data.note)


def _judged(row: Row[Any], data: BulkStep, names: Mapping[int, str]) -> CaseLine:
    line = CaseLine(row.id, row.version, f"Fall {row.id}, {title(row)}")
    if row.state in ENDED:
        return replace(line, reason="ist abgeschlossen")
    field, before, after = _sides(row, data, names)
    if before == after:
        return replace(line, reason="ist schon so")
    if data.action == "stand" and row.state != data.state:
        to = data.state or ""
        held = rules.may_hold(row.state, to) if to in HELD else rules.may_move(row.state, to, row.resumes_as)
        if not held:
            return replace(line, reason=f"von „{label(CASE_STATES, row.state)}“ geht es nicht dorthin")
    return replace(line, field=field, before=before, after=after)


def _sides(row: Row[Any], data: BulkStep, names: Mapping[int, str]) -> tuple[str, str, str]:
    if data.action == "zustaendig":
        return "Zuständig", row.responsible or "niemand", names.get(data.responsible_id or 0, "niemand")
    if data.action == "schritt":
        old = f"{row.next_action}, bis {in_words(row.next_action_on)}" if row.next_action else ""
        return "Nächster Schritt", old, f"{data.next_action}, bis {in_words(data.next_action_on)}"
    if data.action == "stand":
        return "Stand", _stands(row.state, row.blocked_kind), _stands(data.state, data.blocked_kind)
    return "Vorrang", label(PRIORITIES, row.priority), label(PRIORITIES, data.priority)


def _stands(state: str | None, kind: str | None) -> str:
    return f"{label(CASE_STATES, state)}: {label(BLOCKED_KINDS, kind)}" if kind else label(CASE_STATES, state)


__all__ = ["CaseLine", "CasePlan", "chosen_by", "in_sentence", "make", "step_for"]
