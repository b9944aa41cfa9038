"""Measures, outcomes and addresses of cases in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from geo.core.codes import label
from geo.core.history import Change
from geo.kompass.model import Matrix
from geo.kompass.wording import title_of
from geo.vacancies.kompass import editions
from geo.vacancies.kompass.codes import EFFECTS, STAGES
from geo.vacancies.kompass.model import CaseMeasure
from geo.vacancies.kompass.queries import Outcome
from webapp import entries
from webapp.app import staff_session
from webapp.case_line import MEASURE_WORDS, money

# What a measure's stage and effect look like, by the codes of marks.json.
MARKS = {"GEPLANT": ("ring", "rest"), "LAEUFT": ("half", "active"), "BEENDET": ("disc", "good")}
# Room on the one page of the council's sheet.
MOST_MEASURES = 6


def address(unit: Any) -> str:
    """Where a unit is, in a line."""
    street = " ".join(part for part in (unit.street, unit.house_number) if part)
    return ", ".join(part for part in (street, unit.name) if part) or str(unit.municipality)


def euros(amount: Decimal | None) -> str:
    """An amount, or nothing."""
    return "" if amount is None else money(amount)


def measures(found: Sequence[CaseMeasure], day: date) -> list[dict[str, Any]]:
    """The measures of a case as of a day, each called as in the edition that it was taken from."""
    matrices = editions.several(staff_session(), [one.edition_id for one in found])
    return [_measure(one, matrices[one.edition_id], day) for one in found]


def _measure(one: CaseMeasure, matrix: Matrix, day: date) -> dict[str, Any]:
    stage = one.stage(day)
    is_over = stage == "BEENDET"
    shape, tone = MARKS[stage]
    return {
        "id": one.id,
        "code": one.code,
        "title": title_of(matrix, one.code).de or one.code,
        "stage": stage,
        "stage_label": label(STAGES, stage),
        "shape": shape,
        "tone": tone,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "actors": one.actors,
        "cost": euros(one.cost_eur),
        "funding": ", ".join(part for part in (euros(one.funding_eur), one.funding) if part),
        "effect": label(EFFECTS, one.effect) if is_over else "",
        "result": one.result if is_over else None,
        "lesson": one.lesson if is_over else None,
        "is_example": one.is_example,
    }


def outcomes(found: Mapping[str, Outcome]) -> dict[str, str]:
    """“in 4 von 9 Fällen erfolgreich”, by measure."""
    return {code: outcome(one) for code, one in found.items()}


def outcome(one: Outcome) -> str:
    """What a measure came to over the alliance."""
    partly = f", in {one.partly} teilweise" if one.partly else ""
    return f"in {one.worked} von {one.cases} Fällen erfolgreich{partly}"


def lines_for(values: Mapping[str, Any]) -> dict[str, Any]:
    """What of the measures fits on the council's page, and how many more there are."""
    shown = values["measures"][:MOST_MEASURES]
    return {"measures": shown, "more": len(values["measures"]) - len(shown)}


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The history of a measure, for macros/history.html."""
    actions = {"case.edit": "Maßnahme bearbeitet", "sample.load": "Beispielregister geladen"}
    return entries.entries(changes, {"case_measures": MEASURE_WORDS}, actions, "Maßnahme angelegt")
