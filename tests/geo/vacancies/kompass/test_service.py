"""A case keeps the edition that it was assessed with; measures are tasks; outcomes add up over the alliance."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from geo.core.undo import last_change
from geo.kompass import differences
from geo.kompass.schema import shipped, shipped_data
from geo.places.model import Zone
from geo.vacancies.kompass import editions, queries, service
from geo.vacancies.kompass.model import CaseAssessment, CaseMeasure, KompassEdition
from geo.vacancies.kompass.schemas import MeasureInput, measure_values, parse_measure, parse_town
from geo.vacancies.model import Building, Unit
from tests import factories
from tests.geo.vacancies.cases.work import opened
from tests.geo.vacancies.stock import acting, mark

TODAY = clock.today()
ABROAD = {"longitude": "11.25", "latitude": "50.93"}
ANSWERS = {"cause": ("MIETE",), "condition": ("1",)}


@pytest.fixture
def office(db):
    return factories.actor(db, "office")


@pytest.fixture
def viewer(db, towns):
    return factories.actor(db, "viewer", towns.own)


@pytest.fixture
def case(office, viewer, editor, staff, towns):
    """People first: they are stored by sessions of their own."""
    return opened(staff, towns.own)


def retitled(title):
    return lambda data: editions.replaced(data, "measures", "M05", {"title": [title, "Listing"]})


def test_a_case_keeps_the_edition_that_it_was_assessed_with(staff, towns, case, office):
    first = service.assess(staff, acting(), case.id, None, ANSWERS)
    old = editions.get(staff, first.edition_id)
    assert (old.number, old.matrix) == (1, shipped())
    editions.change(staff, office, 0, retitled("Inserat"))
    assert editions.of_day(staff, TODAY).number == 1, "a draft is nobody's yet"
    draft = editions.draft(staff)
    changed = differences.between(old.matrix, editions.draft_matrix(staff)[0])
    assert [(one.name, one.lines[0]) for one in changed] == [
        ("Maßnahme M05: Inserat", ("Titel", "Exposé und Portal", "Inserat"))
    ]
    assert editions.publish(staff, office, draft.version, "Name geändert") == 2
    second = service.assess(staff, acting(), case.id, None, ANSWERS)
    titles = [editions.get(staff, one.edition_id).matrix.by_code["M05"].title.de for one in (first, second)]
    assert titles == ["Exposé und Portal", "Inserat"]
    assert queries.assessment(staff, case.id, TODAY).id == second.id
    with pytest.raises(Conflict, match="neue Ausgabe"):
        service.assess(staff, acting(), case.id, first.edition_id, ANSWERS)


@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x', version = version + 1", "DELETE FROM {}"])
def test_the_database_keeps_a_published_edition(staff, case, statement):
    service.assess(staff, acting(), case.id, None, ANSWERS)
    with pytest.raises(IntegrityError, match="stays as it is"):
        with perform(staff, SYSTEM, Action.SYSTEM_SETUP):
            staff.execute(text(statement.format("register.kompass_editions") + " WHERE number = 1"))


def test_what_is_no_matrix_is_not_kept(staff, office):
    def broken(data):
        editions.replaced(data, "measures", "M05", {"fit": {"cause": {"MIETE": 7}}, "title": None})

    with pytest.raises(Invalid) as refused:
        editions.change(staff, office, 0, broken)
    assert set(refused.value.fields) == {"measures.M05.fit.cause.MIETE", "measures.M05.title"}
    assert editions.draft(staff) is None


def test_two_editors_of_the_draft(staff, office):
    editions.change(staff, office, 0, retitled("Inserat"))
    with pytest.raises(Conflict):
        editions.change(staff, office, 0, retitled("Anzeige"))
    version = editions.draft(staff).version
    editions.change(staff, office, version, retitled("Inserat"))
    assert editions.draft(staff).version == version, "nothing changed"
    editions.discard(staff, office, version)
    with pytest.raises(Conflict, match="keinen Entwurf"):
        editions.publish(staff, office, version, "")


def test_only_the_office_edits_and_only_the_town_assesses(db, staff, towns, case, editor, viewer):
    with pytest.raises(NotPermitted):
        editions.change(staff, editor, 0, retitled("x"))
    with pytest.raises(NotPermitted):
        service.assess(staff, viewer, case.id, None, ANSWERS)
    staff.commit()
    with db.staff(SYSTEM, towns.foreign) as stranger, pytest.raises(NotFound):
        service.assess(stranger, acting(), case.id, None, ANSWERS)


def test_the_shipped_matrix_is_published_until_the_office_edits(staff, office):
    for _ in range(2):
        editions.take_shipped(staff, SYSTEM)
    assert [one.number for one in editions.published(staff)] == [1]
    with perform(staff, SYSTEM, Action.SYSTEM_SETUP):
        other = json.loads(shipped_data())
        other["key_bonus"] = 2
        staff.add(KompassEdition(matrix=other, number=2, published_on=TODAY, is_shipped=True))
    editions.take_shipped(staff, SYSTEM)
    assert [one.number for one in editions.published(staff)] == [3, 2, 1], "a newer register brings its own"
    editions.change(staff, office, 0, retitled("Inserat"))
    editions.publish(staff, office, editions.draft(staff).version, "")
    editions.take_shipped(staff, SYSTEM)
    assert len(editions.published(staff)) == 4, "what the office edited stays"


def test_editions_of_a_day(db, staff, towns):
    data = json.loads(shipped_data())
    with perform(staff, SYSTEM, Action.SYSTEM_SETUP):
        for number, day in enumerate((date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 1)), start=1):
            staff.add(KompassEdition(matrix=data, number=number, published_on=day))
    staff.commit()
    with db.public() as session:
        days = (date(2025, 1, 1), date(2026, 2, 28), date(2026, 3, 1))
        assert [editions.of_day(session, day).number for day in days] == [1, 1, 3]


def zone(session, town, kind, bounds, since=date(2020, 1, 1), until=None):
    outline = geometry.stored(box(*bounds))
    session.add(Zone(municipality_id=town, kind=kind, name=kind, outline=outline, during=Range(since, until)))


def test_legal_areas_are_those_of_the_zones_at_the_place(staff, towns, case):
    around, away = (11.0, 50.9, 11.1, 50.97), (11.0, 50.9, 11.001, 50.901)
    with perform(staff, SYSTEM, Action.SYSTEM_SETUP, towns.own):
        zone(staff, towns.own, "SANIERUNGSGEBIET", around)
        zone(staff, towns.own, "SANIERUNGSGEBIET", around, date(2021, 1, 1))
        zone(staff, towns.own, "VORKAUFSSATZUNG", away)
        zone(staff, towns.own, "STAEDTEBAUFOERDERGEBIET", around, until=date(2024, 1, 1))
        zone(staff, towns.own, "QUARTIER", around)
        zone(staff, towns.own, "BEBAUUNGSPLAN", around)
    kinds = [one.code for one in shipped().areas]
    assert queries.legal_areas(staff, case.unit_id, TODAY, kinds) == ["BEBAUUNGSPLAN", "SANIERUNGSGEBIET"]
    past = queries.legal_areas(staff, case.unit_id, date(2023, 1, 1), kinds)
    assert past == ["BEBAUUNGSPLAN", "SANIERUNGSGEBIET", "STAEDTEBAUFOERDERGEBIET"]
    made = service.assess(staff, acting(), case.id, None, ANSWERS)
    assert made.areas == ["BEBAUUNGSPLAN", "SANIERUNGSGEBIET"]


def test_what_the_register_knows_is_not_asked_again(staff, towns):
    unit = mark(staff, towns.own, since=f"{TODAY - timedelta(days=400):%d.%m.%Y}")
    with perform(staff, SYSTEM, Action.SYSTEM_SETUP, towns.own):
        building = Building(municipality_id=towns.own, condition=4, is_hazard=True, monument="EINZEL", is_landmark=True)
        staff.add(building)
        staff.flush()
        row = staff.get(Unit, unit.id)
        row.building_id, row.location_class, row.area_total_m2, row.condition = building.id, "RAND", Decimal(900), None
    assert queries.known(staff, unit.id, TODAY) == {
        "object": ("K",), "condition": ("4",), "location": ("C",), "duration": ("BIS24",), "danger": ("JA",),
        "key": ("ECKE", "DENKMAL"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("since", "code"),
    [
        (date(2026, 11, 1), "BIS6"), (date(2026, 6, 2), "BIS6"), (date(2026, 6, 1), "BIS24"),
        (date(2024, 12, 2), "BIS24"), (date(2024, 12, 1), "UEBER24"), (date(2021, 12, 2), "UEBER24"),
        (date(2021, 12, 1), "UEBER60"),
    ],
)  # fmt: skip
def test_how_long_is_counted_in_whole_months(since, code):
    assert queries.duration_code(since, date(2026, 12, 1)) == code


def measure(session, case, **values):
    return service.add_measure(session, acting(), case.id, MeasureInput(**{"code": "M02", **values}))


def test_a_measure_is_planned_then_runs_then_ends(staff, case):
    made = measure(staff, case, starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 1), effect="JA")
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [made.stage(day) for day in days] == ["GEPLANT", "LAEUFT", "LAEUFT", "BEENDET"]
    found = queries.measures(staff, case.id, TODAY)
    assert [queries.tried(found, day) for day in days] == [[], ["M02"], ["M02"], ["M02"]]


def test_a_measure_is_changed_taken_back_and_removed(staff, case):
    made = measure(staff, case)
    changed = service.change_measure(
        staff, acting(), made.id, 1, MeasureInput("M02", starts_on=TODAY, cost_eur=Decimal(50))
    )
    assert (changed.version, changed.stage(TODAY)) == (2, "LAEUFT")
    with pytest.raises(Conflict) as stale:
        service.change_measure(staff, acting(), made.id, 1, MeasureInput("M02"))
    assert stale.value.theirs["cost_eur"] == "50"
    service.undo_measure(staff, acting(), made.id, last_change(staff, "case_measures", made.id))
    again = queries.measure(staff, made.id)
    assert again.starts_on is None
    assert service.delete_measure(staff, acting(), made.id, again.version) == case.id
    service.undo_measure(staff, acting(), made.id, last_change(staff, "case_measures", made.id))
    assert queries.measure(staff, made.id).code == "M02"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"code": "M99"}, "code"), ({}, "code"), ({"ends_on": "01.05.2026"}, "starts_on"),
        ({"starts_on": "02.05.2026", "ends_on": "01.05.2026"}, "ends_on"), ({"effect": "JA"}, "ends_on"),
        ({"effect": "VIEL"}, "effect"), ({"cost_eur": "-1"}, "cost_eur"), ({"cost_eur": "viel"}, "cost_eur"),
        ({"funding_eur": "10"}, "funding_eur"), ({"cost_eur": "5", "funding_eur": "10"}, "funding_eur"),
        ({"starts_on": "31.02.2026"}, "starts_on"),
        ({"effect": "JA", "starts_on": "01.05.2026", "ends_on": "01.05.2099"}, "ends_on"),
        ({"lesson": "x" * 2001}, "lesson"),
    ],
)  # fmt: skip
def test_a_measure_with_a_mistake(form, field):
    with pytest.raises(Invalid) as refused:
        parse_measure(shipped(), {"code": "M02", **form} if form else {})
    assert field in refused.value.fields


def test_a_measure_s_form_reads_back_what_it_shows():
    form = {"code": "M11", "starts_on": "01.03.2026", "ends_on": "2026-06-01", "cost_eur": "12.500,50",
            "funding": "Land", "funding_eur": "9000", "effect": "TEILWEISE", "lesson": "früher anfangen"}  # fmt: skip
    made = parse_measure(shipped(), form)
    assert made.cost_eur == Decimal("12500.50") and parse_measure(shipped(), measure_values(made)) == made


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"ends_on": TODAY}, "case_measures_period"),
        ({"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, "case_measures_period"),
        ({"effect": "JA"}, "case_measures_effect"),
        ({"cost_eur": Decimal(-1)}, "case_measures_money"),
        ({"cost_eur": Decimal(1), "funding_eur": Decimal(2)}, "case_measures_funding"),
    ],
)
def test_the_database_holds_the_rules_of_measures(staff, case, values, rule):
    edition = service.assess(staff, acting(), case.id, None, ANSWERS).edition_id
    row = CaseMeasure(municipality_id=case.municipality_id, case_id=case.id, edition_id=edition, code="M02", **values)
    with pytest.raises(IntegrityError, match=rule):
        with perform(staff, SYSTEM, Action.CASE_EDIT, case.municipality_id):
            staff.add(row)


def test_outcomes_add_up_over_the_alliance_from_five_cases_on(db, towns):
    """Two in one town, three in the other; a case counts once; a town is named only where it agreed."""
    ended = {"starts_on": date(2026, 1, 1), "effect": "JA"}
    for town, effects in ((towns.own, ["JA", "NEIN"]), (towns.foreign, ["JA", "TEILWEISE", "NEIN"])):
        with db.staff(SYSTEM, town) as session:
            for effect in effects:
                case = opened(session, town, unit=mark(session, town, **(ABROAD if town == towns.foreign else {})).id)
                measure(session, case, **{**ended, "effect": effect, "ends_on": date(2026, 6, 1)})
                if effect == "JA":
                    measure(session, case, **{**ended, "effect": "NEIN", "ends_on": date(2026, 5, 1)})
                measure(session, case, code="M05", starts_on=date(2026, 1, 1))
            session.commit()
    with db.staff(SYSTEM, towns.own) as session:
        assert queries.outcomes(session, date(2026, 5, 31)) == {}
        found = queries.outcomes(session, date(2026, 6, 1))
        assert list(found) == ["M02"]
        assert (found["M02"].cases, found["M02"].worked, found["M02"].partly, found["M02"].towns) == (5, 2, 1, ())
        service.share_outcomes(session, acting(), towns.own, 0, is_shared=True)
        assert queries.outcomes(session, TODAY)["M02"].towns == ("Musterstadt",)
        with pytest.raises(Conflict):
            service.share_outcomes(session, acting(), towns.own, 0, is_shared=False)
        shared, version = queries.shares_outcomes(session, towns.own)
        service.share_outcomes(session, acting(), towns.own, version, is_shared=False)
        assert shared and queries.outcomes(session, TODAY)["M02"].towns == ()
    with db.public() as session, pytest.raises(Exception, match="permission denied"):
        queries.outcomes(session, TODAY)


def test_four_cases_are_too_few(db, staff, towns):
    for _ in range(4):
        measure(staff, opened(staff, towns.own), starts_on=TODAY, ends_on=TODAY, effect="JA")
    assert queries.outcomes(staff, TODAY) == {}


def test_a_town_looks_at_itself(staff, towns):
    given, note = parse_town(shipped(), {"P0A": "JA", "P0B": "", "note": "2026"})
    service.assess_town(staff, acting(), towns.own, given, note)
    found = queries.town_assessment(staff, towns.own, TODAY)
    assert (found.given, found.note) == ({"P0A": "JA"}, "2026")
    assert queries.town_assessment(staff, towns.own, TODAY - timedelta(days=1)) is None
    for form in ({}, {"P0A": "VIELLEICHT"}):
        with pytest.raises(Invalid):
            parse_town(shipped(), form)


def test_another_town_sees_nothing_of_it(db, staff, towns, case):
    made = measure(staff, case, lesson="geheim")
    service.assess(staff, acting(), case.id, None, ANSWERS)
    service.assess_town(staff, acting(), towns.own, {"P0A": "JA"}, None)
    staff.commit()
    with db.staff(SYSTEM, towns.foreign) as stranger:
        assert stranger.query(CaseAssessment).count() == 0 and queries.measures(stranger, case.id, TODAY) == []
        assert queries.town_assessment(stranger, towns.own, TODAY) is None
        with pytest.raises(NotFound):
            service.change_measure(stranger, acting(), made.id, 1, MeasureInput("M02"))
