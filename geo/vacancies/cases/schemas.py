"""How a case begins, and what its forms say: a step, how it ends, its type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.core import clock
from geo.core.parsing import Fields
from geo.vacancies.cases.codes import BLOCKED_KINDS, HELD, PRIORITIES, RESULTS, VACANCY_TYPES, WORKING
from geo.vacancies.codes import STATES
from geo.vacancies.dates import since_field

LONGEST_NOTE = 4000
LONGEST_ACTION = 200
# How far ahead a next step may lie.
LATEST_YEARS = 5


@dataclass(frozen=True)
class Opening:
    """How a case begins: reported by somebody (GEMELDET), or known to the town to be empty (GEPRUEFT)."""

    on: date
    state: str = "GEPRUEFT"
    note: str | None = None
    responsible_id: int | None = None
    priority: int = 2
    next_action: str | None = None
    next_action_on: date | None = None


@dataclass(frozen=True)
class Step:
    """How a case stands from a day on, whole: state, who, what next and when. `done`: the action was carried out."""

    on: date
    state: str
    blocked_kind: str | None = None
    responsible_id: int | None = None
    priority: int = 2
    next_action: str | None = None
    next_action_on: date | None = None
    note: str | None = None
    done: bool = False


@dataclass(frozen=True)
class Closing:
    """How a case ends. `state` and `since`: the unit's new use, where the register does not have it yet."""

    on: date
    result: str
    note: str | None = None
    state: str | None = None
    since: date | None = None
    precision: str = "TAG"
    occupant: str | None = None


def parse_step(data: Mapping[str, Any], today: date | None = None) -> Step:
    """The form of the next step."""
    today = today or clock.today()
    fields = Fields(data)
    state = fields.choice("state", {**WORKING, **HELD}, required=True) or ""
    kind = fields.choice("blocked_kind", BLOCKED_KINDS)
    if state == "BLOCKIERT" and kind is None:
        fields.fail("blocked_kind", "Bitte angeben, woran es liegt.")
    made = Step(
        on=_past(fields, "on", today) or today,
        state=state,
        blocked_kind=kind if state == "BLOCKIERT" else None,
        responsible_id=_account(fields),
        priority=_priority(fields),
        note=fields.text("note", longest=LONGEST_NOTE),
        done=fields.flag("done"),
        **_next(fields, today),
    )
    fields.check()
    return made


def parse_closing(data: Mapping[str, Any], today: date | None = None) -> Closing:
    """The form that ends a case."""
    today = today or clock.today()
    fields = Fields(data)
    result = fields.choice("result", RESULTS, required=True) or ""
    use = fields.choice("use", STATES)
    since = since_field(fields, "since", today=today, required=False)
    if since is not None and since[0] > today:
        fields.fail("since", "Das liegt in der Zukunft: der Fall endet, wenn es so weit ist.")
    made = Closing(
        on=_past(fields, "on", today) or today,
        result=result,
        note=fields.text("note", longest=LONGEST_NOTE),
        state=use,
        since=since[0] if since else None,
        precision=since[1] if since else "TAG",
        occupant=fields.text("occupant", longest=200),
    )
    fields.check()
    return made


def parse_type(data: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The type that a person says, with the reason; both None to take the derived one again."""
    fields = Fields(data)
    kind = fields.choice("type_override", VACANCY_TYPES)
    reason = fields.text("type_reason", required=kind is not None, longest=1000)
    fields.check()
    return kind, reason if kind else None


def parse_limits(data: Mapping[str, Any]) -> dict[str, int]:
    """The thresholds of the types: months and rounds, whole."""
    fields = Fields(data)
    turnover = fields.whole("turnover_months", least=1, most=120, required=True)
    structural = fields.whole("structural_months", least=2, most=240, required=True)
    rounds = fields.whole("failed_rounds", least=1, most=20, required=True)
    if turnover is not None and structural is not None and turnover >= structural:
        fields.fail("structural_months", "Strukturell wird ein Leerstand erst nach der Fluktuation.")
    fields.check()
    return {"turnover_months": turnover or 0, "structural_months": structural or 0, "failed_rounds": rounds or 0}


def _past(fields: Fields, name: str, today: date) -> date | None:
    day = fields.day(name)
    if day is not None and day > today:
        fields.fail(name, "Das Datum liegt in der Zukunft.")
    return day


def _account(fields: Fields) -> int | None:
    return fields.whole("responsible_id", least=1, most=2**31 - 1)


def _priority(fields: Fields) -> int:
    return int(fields.choice("priority", [str(code) for code in PRIORITIES]) or 2)


def _next(fields: Fields, today: date) -> dict[str, Any]:
    """The next action and its date: both, or none."""
    action = fields.text("next_action", longest=LONGEST_ACTION)
    on = fields.day("next_action_on")
    if action is not None and on is None:
        fields.fail("next_action_on", "Bitte angeben, bis wann.")
    if on is not None and action is None:
        fields.fail("next_action", "Bitte angeben, was zu tun ist.")
    if on is not None and on.year > today.year + LATEST_YEARS:
        fields.fail("next_action_on", "Das liegt zu weit in der Zukunft (höchstens fünf Jahre).")
    return {"next_action": action, "next_action_on": on}
