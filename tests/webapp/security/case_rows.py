"""A case with words of its own, a calendar of follow-ups and a change of many cases, in a town of markers."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.cases import service
from geo.vacancies.cases.bulk import plan as plans
from geo.vacancies.cases.bulk import service as bulk
from geo.vacancies.cases.bulk.schemas import BulkStep
from geo.vacancies.cases.schemas import Opening


def some_cases(session: Session, town: Any) -> None:
    """Adds them, with the ids `case`, `case_feed` and `case_bulk`."""
    today = clock.today()
    case = service.open_case(session, SYSTEM, town.ids["Einheit0"], Opening(on=today, note=town.secret("FALLNOTIZ")))
    step = replace(service.step_of(case), next_action=town.secret("FALLSCHRITT"), next_action_on=today)
    case = service.record(session, SYSTEM, case.id, case.version, step)
    service.set_type(session, SYSTEM, case.id, case.version, "SAISONAL", town.secret("FALLGRUND"))
    feed, _ = service.make_feed(session, SYSTEM, town.id, town.secret("FALLKALENDER"), None)
    data = BulkStep("vorrang", priority=1, note=town.secret("FALLSAMMEL"))
    plan = plans.make(session, town.id, [case.id], data)
    made = bulk.carry_out(session, SYSTEM, town.id, data, plan.versions, town.secret("FALLAUSWAHL"))
    town.ids |= {"case": case.id, "case_feed": feed.id, "case_bulk": made.id}
