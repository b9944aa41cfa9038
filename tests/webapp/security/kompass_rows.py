"""A case with answers of the Kompass and a measure, and a town's judgement of itself, in a town of markers."""

from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.cases import service as cases
from geo.vacancies.cases.schemas import Opening
from geo.vacancies.kompass import service
from geo.vacancies.kompass.schemas import MeasureInput


def some_kompass(session: Session, town: Any) -> None:
    """Adds both, with the ids `kompass_case` and `measure`."""
    case = cases.open_case(session, SYSTEM, town.ids["Einheit4"], Opening(on=clock.today()))
    service.assess(session, SYSTEM, case.id, None, {"cause": ("SPEKULATION",), "owner": ("ABLEHNEND",)})
    words = {name: town.secret(f"MASSNAHME{name}") for name in ("actors", "funding", "result", "lesson")}
    today = clock.today()
    made = service.add_measure(
        session, SYSTEM, case.id, MeasureInput("M02", starts_on=today, ends_on=today, effect="NEIN", **words)
    )
    service.assess_town(session, SYSTEM, town.id, {"P0A": "NEIN"}, town.secret("SELBSTEINSCHAETZUNG"))
    town.ids |= {"kompass_case": case.id, "measure": made.id}
