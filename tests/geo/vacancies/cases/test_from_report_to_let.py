"""A full case: a neighbour reports an empty shop, the town checks it, asks the Kompass, carries out a measure, lets it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.errors import Conflict
from geo.core.undo import last_change
from geo.vacancies import queries as stock
from geo.vacancies.cases import listing, queries, service
from geo.vacancies.cases.bulk import service as bulk
from geo.vacancies.cases.schemas import Closing
from geo.vacancies.citizens import queries as reports
from geo.vacancies.citizens import service as citizens
from geo.vacancies.citizens.schemas import DecisionInput, ReportInput
from geo.vacancies.kompass import service as kompass
from geo.vacancies.kompass.schemas import MeasureInput
from tests.geo.vacancies.cases.work import step
from tests.geo.vacancies.stock import acting, mark

NOW = datetime.now(UTC)
TODAY = clock.today()


def reported(staff, town, unit):
    """A report of that the unit is empty, which the town takes for right and begins to work on."""
    citizens.set_taking(staff, acting(), town, 0, takes_reports=True)
    data = ReportInput("LEER", point=(11.0523, 50.9331))
    citizens.send(staff, town, data, request_id="r", form_key=None, photo_sha256=None, now=NOW)
    report = reports.get(staff, staff.scalar(text("SELECT max(id) FROM register.citizen_reports")))
    decision = DecisionInput("GEAENDERT", unit_id=unit.id, since=TODAY - timedelta(days=30), with_case=True)
    return citizens.decide(staff, acting(), report.id, report.version, decision, TODAY)


def test_from_a_report_to_a_shop_that_is_let(staff, towns):
    unit = mark(staff, towns.own, state="GENUTZT", since=f"{TODAY - timedelta(days=900):%d.%m.%Y}")
    case = queries.get(staff, reported(staff, towns.own, unit).case_id)
    assert (case.unit_id, case.state) == (unit.id, "GEPRUEFT")
    assert stock.get(staff, unit.id).spells[0].state == "LEER"
    assert listing.one(staff, towns.own, case.id, TODAY).kind == "FLUKTUATION"

    step(staff, case.id, state="IM_GESPRAECH", next_action="Anrufen", next_action_on=TODAY, on=TODAY)
    kompass.assess(staff, acting(), case.id, None, {"cause": ("MIETE",), "condition": ("1",)})
    kompass.add_measure(staff, acting(), case.id, MeasureInput("M05", starts_on=TODAY))
    step(staff, case.id, done=True, state="BLOCKIERT", blocked_kind="DRITTE", note="Bank prüft", on=TODAY)
    step(staff, case.id, state="IM_GESPRAECH", on=TODAY)
    step(staff, case.id, state="VERMARKTUNG", on=TODAY)
    step(staff, case.id, state="RESERVIERT", on=TODAY)

    now, there = queries.get(staff, case.id), stock.get(staff, unit.id)
    use = Closing(TODAY, "WIEDERVERMIETET", state="LEER_VERMIETET", since=TODAY)
    closed = service.close(staff, acting(), case.id, now.version, use, there.version)
    assert (closed.state, closed.result) == ("ABGESCHLOSSEN", "WIEDERVERMIETET")
    assert [spell.state for spell in stock.get(staff, unit.id).spells] == ["LEER_VERMIETET", "LEER", "GENUTZT"]
    kinds = [one.kind for one in queries.events(staff, case.id)]
    assert kinds == ["EROEFFNET", "STAND", "BLOCKIERT", "FORTGESETZT", "STAND", "STAND", "ABGESCHLOSSEN"]


def test_opening_a_case_on_which_something_hangs_is_not_taken_back(staff, towns):
    made = bulk.open_many(staff, acting(), towns.own, [mark(staff, towns.own).id], None, "eine")
    case_id = bulk.cases_of(staff, made)[0]
    kompass.assess(staff, acting(), case_id, None, {"cause": ("MIETE",)})
    with pytest.raises(Conflict, match="hängen schon"):
        service.undo(staff, acting(), case_id, last_change(staff, "cases", case_id))
    assert bulk.in_the_way(staff, made) == [case_id]
    with pytest.raises(bulk.CasesChanged):
        bulk.undo(staff, acting(), made.id)
    assert queries.get(staff, case_id).state == "GEPRUEFT"
