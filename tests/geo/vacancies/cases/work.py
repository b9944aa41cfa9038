"""What the tests of cases do: a case of an empty shop, and one step of it."""

from dataclasses import replace
from datetime import date

from geo.vacancies.cases import queries, service
from geo.vacancies.cases.model import Case
from geo.vacancies.cases.schemas import Opening
from tests.geo.vacancies.stock import acting, mark

TODAY = date(2026, 11, 22)
BEGAN = date(2026, 9, 1)


def opened(session, town, *, actor=None, on=BEGAN, unit=None, **more) -> Case:
    """A case of an empty shop."""
    unit_id = unit or mark(session, town).id
    return service.open_case(session, acting(actor) if actor else acting(), unit_id, Opening(on=on, **more))


def step(session, case_id: int, actor=None, **changes) -> Case:
    """A step that changes what is named."""
    case = queries.get(session, case_id)
    on = changes.pop("on", TODAY)
    data = replace(service.step_of(case, on), **changes)
    return service.record(session, acting(actor) if actor else acting(), case_id, case.version, data)
