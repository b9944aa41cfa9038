"""A case's measures and the answers about it, as entries of its timeline: each with before and after."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_currency

from geo.core import clock
from geo.core.history import Change
from geo.kompass.model import Matrix
from geo.kompass.wording import answer_labels, title_of
from geo.vacancies.kompass import editions, queries
from geo.vacancies.kompass.codes import EFFECTS
from geo.vacancies.kompass.schemas import MEASURE_LABELS
from webapp import entries
from webapp.app import staff_session

Entry = dict[str, Any]
_VERBS = {"INSERT": "Maßnahme geplant", "UPDATE": "Maßnahme geändert", "DELETE": "Maßnahme entfernt"}


def money(value: Any) -> str:
    """Euros, without cents where there are none."""
    is_whole = float(value).is_integer()
    return str(format_currency(value, "EUR", "#,##0 ¤" if is_whole else None, "de", currency_digits=not is_whole))


MEASURE_WORDS = entries.Words(
    {name: words for name, words in MEASURE_LABELS.items() if name != "code"},
    {
        "effect": entries.coded(EFFECTS),
        "starts_on": entries.day,
        "ends_on": entries.day,
        "cost_eur": money,
        "funding_eur": money,
    },
)


def of_case(case_id: int, day: date) -> list[Entry]:
    """What happened to a case's measures and its answers by a day, the newest first."""
    changes = queries.line_of(staff_session(), case_id)
    # A change of a measure names neither it nor its edition; its first one does.
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for change in reversed(changes):
        given = {one.name: one.old if change.operation == "DELETE" else one.new for one in change.fields}
        rows.setdefault((change.table, change.row_id), given)
    matrices = editions.several(staff_session(), {one.get("edition_id", 0) for one in rows.values()})
    line: list[Entry] = []
    answered: dict[str, str] = {}
    for change in reversed(changes):
        row = rows[change.table, change.row_id]
        matrix = matrices.get(row.get("edition_id", 0))
        if change.table == "case_measures":
            line += _of_measure(change, matrix, row.get("code", ""))
        elif matrix is not None and change.operation == "INSERT":
            before, answered = answered, answer_labels(matrix, row["answers"], "de")
            line.append(_of_answers(change, row["on_day"], before, answered))
    return [one for one in reversed(line) if clock.day_of(one["at"]) <= day]


def _of_measure(change: Change, matrix: Matrix | None, code: str) -> list[Entry]:
    name = (title_of(matrix, code).de if matrix else "") or code
    words = f"{_VERBS[change.operation]}: {name}"
    found = entries.entries([change], {"case_measures": MEASURE_WORDS}, {change.action: words}, words)
    return [{**one, "note": None} for one in found] or [_entry(change, words, [])]


def _of_answers(change: Change, on_day: str, before: Mapping[str, str], now: Mapping[str, str]) -> Entry:
    lines = [
        {"field": name, "old": before.get(name), "new": now.get(name)}
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]
    when = "" if clock.day_of(change.changed_at).isoformat() == on_day else f" (am {entries.day(on_day)})"
    return _entry(change, f"Kompass: Fragen beantwortet{when}", lines)


def _entry(change: Change, words: str, lines: list[dict[str, Any]]) -> Entry:
    return {"at": change.changed_at, "who": change.actor, "note": None, "action": words, "changes": lines}
