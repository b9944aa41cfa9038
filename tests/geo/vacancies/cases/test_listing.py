"""Lists of cases on a day: what is due, whose, of which type; a past day shows how a case stood then."""

from datetime import date

import pytest

from geo.core import clock
from geo.vacancies.cases import listing, queries, service
from geo.vacancies.cases.codes import WORKING
from geo.vacancies.cases.listing import NOBODY, CaseFilters
from geo.vacancies.cases.types import derived
from tests import factories
from tests.geo.vacancies.cases.work import BEGAN, opened, step
from tests.geo.vacancies.stock import acting, mark

TODAY = clock.today()


def found(session, town, **filters):
    return [row.id for row in listing.search(session, town, CaseFilters(filters.pop("day", TODAY), **filters)).rows]


def test_what_is_due_and_whose(db, staff, towns):
    editor = factories.actor(db, "editor", towns.own)
    late, soon, none = (opened(staff, towns.own) for _ in range(3))
    step(
        staff,
        late.id,
        next_action="Anrufen",
        next_action_on=date(2026, 1, 5),
        on=TODAY,
        responsible_id=editor.account_id,
    )
    step(staff, soon.id, next_action="Brief", next_action_on=TODAY, on=TODAY)
    assert found(staff, towns.own) == [late.id, soon.id, none.id]
    for due, expected in (("ueberfaellig", [late]), ("heute", [soon]), ("woche", [soon]), ("ohne", [none])):
        assert found(staff, towns.own, due=due) == [one.id for one in expected]
    assert found(staff, towns.own, responsible=editor.account_id) == [late.id]
    assert found(staff, towns.own, responsible=NOBODY) == [soon.id, none.id]
    assert found(staff, towns.own, text="anrufen") == [late.id]
    figures = listing.figures(staff, towns.own, editor.account_id, TODAY)
    assert (figures.open, figures.mine, figures.mine_overdue, figures.overdue, figures.unassigned) == (3, 1, 1, 1, 2)


def test_a_past_day_shows_how_a_case_stood_then(staff, towns):
    case = opened(staff, towns.own, on=date(2025, 9, 1))
    step(staff, case.id, state="IM_GESPRAECH", on=date(2025, 9, 20))
    step(staff, case.id, state="VERMARKTUNG", on=date(2025, 10, 20))
    assert found(staff, towns.own, day=date(2025, 8, 31)) == []
    for day, state in ((date(2025, 9, 19), "GEPRUEFT"), (date(2025, 9, 20), "IM_GESPRAECH"), (TODAY, "VERMARKTUNG")):
        assert listing.one(staff, towns.own, case.id, day).state == state
        rows, counts = listing.by_state(staff, towns.own, CaseFilters(day), 5)
        assert counts == {state: 1} and [row.state for row in rows] == [state]
    assert found(staff, towns.own, day=date(2025, 9, 19), state="GEPRUEFT") == [case.id]
    assert set(counts) <= set(WORKING)


@pytest.mark.parametrize("sort", [*listing.SORTS, *(f"-{name}" for name in listing.SORTS)])
def test_pages_hold_every_case_once(staff, towns, sort, monkeypatch):
    monkeypatch.setattr(listing, "SIZE", 2)
    ids = {opened(staff, towns.own, on=BEGAN).id for _ in range(5)}
    seen, key = [], None
    for _ in range(3):
        page = listing.search(staff, towns.own, CaseFilters(TODAY), sort, key)
        seen, key = seen + [row.id for row in page.rows], page.next_key
    assert (set(seen), len(seen), key, page.total) == (ids, 5, None, 5)


@pytest.mark.parametrize("state", ["LEER", "DROHEND", "NICHT_MARKTAKTIV", "IM_UMBAU", "GENUTZT", "ZWISCHENGENUTZT"])
@pytest.mark.parametrize("since", ["01.01.2020", "01.06.2025", None])
def test_the_list_derives_the_type_as_the_rule_does(staff, towns, state, since):
    since = since or f"{TODAY:%d.%m.%Y}"
    unit = mark(staff, towns.own, state=state, since=since)
    case = opened(staff, towns.own, unit=unit.id, on=TODAY)
    row = listing.one(staff, towns.own, case.id, TODAY)
    limits = queries.limits(staff, towns.own)
    assert row.kind == derived(state, row.empty_since, TODAY, 0, limits)
    assert (row.empty_since is not None) == (state in {"LEER", "ZWISCHENGENUTZT"})
    if row.kind:
        assert found(staff, towns.own, kind=row.kind) == [case.id]


def test_failed_rounds_and_an_own_word_decide_the_type(staff, towns):
    case = opened(staff, towns.own, unit=mark(staff, towns.own, since=f"{TODAY:%d.%m.%Y}").id, on=TODAY)
    assert listing.one(staff, towns.own, case.id, TODAY).kind == "FLUKTUATION"
    for state in ("VERMARKTUNG", "IM_GESPRAECH", "VERMARKTUNG", "BERATUNG"):
        step(staff, case.id, state=state, on=TODAY)
    assert listing.one(staff, towns.own, case.id, TODAY).kind == "STRUKTURELL"
    service.set_limits(
        staff, acting(), towns.own, 0, {"turnover_months": 6, "structural_months": 24, "failed_rounds": 3}
    )
    assert listing.one(staff, towns.own, case.id, TODAY).kind == "FLUKTUATION"
    made = queries.get(staff, case.id)
    service.set_type(staff, acting(), case.id, made.version, "SAISONAL", "Eisdiele")
    assert listing.one(staff, towns.own, case.id, TODAY).kind == "SAISONAL"


def test_an_unbroken_vacancy_counts_from_its_beginning(staff, towns):
    unit = mark(staff, towns.own, since="01.02.2025")
    service.units.set_state(
        staff, acting(), unit.id, unit.version, service.SpellInput("ZWISCHENGENUTZT", date(2025, 12, 1))
    )
    case = opened(staff, towns.own, unit=unit.id, on=TODAY)
    assert listing.one(staff, towns.own, case.id, TODAY).empty_since == date(2025, 2, 1)


def test_another_town_sees_none(db, staff, towns):
    case = opened(staff, towns.own)
    staff.commit()
    with db.staff(None, towns.foreign) as other:
        assert found(other, towns.own) == [] and found(other, towns.foreign) == []
        assert listing.one(other, towns.own, case.id, TODAY) is None
