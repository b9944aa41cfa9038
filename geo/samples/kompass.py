"""Made-up answers and measures of the sample's cases, and how a town judges itself."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.vacancies.cases.model import Case
from geo.vacancies.kompass import editions, queries
from geo.vacancies.kompass.model import CaseAssessment, CaseMeasure, TownAssessment

CAUSES = ("NACHFRAGE", "MIETE", "ZUSCHNITT", "SUBSTANZ", "PASSIV", "NACHFOLGE", "RECHT")
OWNERS = ("KOOP", "ABWARTEND", "UEBERFORDERT", "UNBEKANNT", "ABLEHNEND")
# Code, days since the start, days since the end, cost, effect: one a case, in turn; None runs on or is planned.
TASKS = (
    ("M02", 150, 90, 40, "JA"),
    ("M02", 140, 80, 40, "NEIN"),
    ("M05", 60, None, 250, None),
    ("M02", 120, 70, 40, "TEILWEISE"),
    ("M04", None, None, None, None),
)
ASSESSED = 25
LESSON = "Beispiel: Ein Anruf brachte mehr als der zweite Brief."


def add(session: Session, town: Callable[[str], int], today: date) -> dict[str, int]:
    """Add them, in the caller's `perform()`; rows by table. Needs the sample's cases."""
    edition = editions.in_force(session, SYSTEM)
    cases = session.scalars(select(Case).where(Case.is_example).order_by(Case.id).limit(ASSESSED)).all()
    for number, case in enumerate(cases):
        answers = {name: list(codes) for name, codes in queries.known(session, case.unit_id, today).items()}
        answers |= {"cause": [CAUSES[number % len(CAUSES)]], "owner": [OWNERS[number % len(OWNERS)]]}
        row = CaseAssessment(municipality_id=case.municipality_id, case_id=case.id, edition_id=edition.id)
        row.on_day, row.answers, row.is_example = max(case.opened_on, today - timedelta(days=200)), answers, True
        row.areas = queries.legal_areas(session, case.unit_id, today, list(edition.matrix.by_area))
        session.add(row)
        session.add(_task(case, edition.id or 0, TASKS[number % len(TASKS)], today))
    said = {one.code: "JA" if number < 5 else "TEILWEISE" for number, one in enumerate(edition.matrix.statements())}
    look = TownAssessment(municipality_id=town("16067029"), edition_id=edition.id, on_day=today - timedelta(days=30))
    look.given, look.note, look.is_example = said, "Beispiel: Runde der Ämter", True
    session.add(look)
    session.flush()
    return {"case_assessments": len(cases), "case_measures": len(cases), "town_assessments": 1}


def _task(
    case: Case, edition_id: int, task: tuple[str, int | None, int | None, int | None, str | None], today: date
) -> CaseMeasure:
    code, begun, ended, cost, effect = task
    made = CaseMeasure(municipality_id=case.municipality_id, case_id=case.id, edition_id=edition_id, code=code)
    made.starts_on = None if begun is None else today - timedelta(days=begun)
    made.ends_on = None if ended is None else today - timedelta(days=ended)
    made.cost_eur = None if cost is None else Decimal(cost)
    made.effect, made.lesson, made.is_example = effect, LESSON if effect else None, True
    return made
