"""Rates by hand, the state's own figure, verification by what was known, and why there is no percentage."""

from datetime import date, timedelta

import pytest
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import NotFound
from geo.core.history import perform
from geo.places.model import Zone
from geo.vacancies import queries, service
from geo.vacancies.counted import SETS
from geo.vacancies.figures import alliance, alliance_sharing, rates
from geo.vacancies.figures.rates import Area
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import parse_verification
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.geo.vacancies.stock import acting

DAY = date(2026, 5, 1)
OLD = date(2020, 1, 1)
SEEN = {"verified_on": DAY - timedelta(days=30)}


def one(state, area=None, front=None, **more):
    return Entered(
        [(state, OLD, None)], unit={**SEEN, "area_sales_m2": area, "area_total_m2": area, "frontage_m": front, **more}
    )


@pytest.fixture
def stock(staff, towns):
    """Twelve units of every state, and three that no figure counts."""
    units = [
        *(one("LEER", 100, 10) for _ in range(3)),
        one("ZWISCHENGENUTZT", 50, 5),
        one("LEER_VERMIETET", 50),
        *(one("GENUTZT", 200, 10) for _ in range(4)),
        one("DROHEND"),
        one("IM_UMBAU", 100, 10),
        one("NICHT_MARKTAKTIV", 100, 20),
        one("ENTFALLEN", 900, 90),
        one("LEER", 900, 90, is_ground_floor_frontage=False),
        Entered([], unit=SEEN),
    ]
    return enter(staff, towns.own, units)


def test_nine_rates_of_a_stock_counted_by_hand(staff, towns, stock):
    found = rates.on(staff, Area(towns.own), DAY)
    assert (found.stock, found.unknown, found.verified) == (12, 1, 12)
    table = {(r.measure, r.reading): (r.empty, r.stock, r.empty_units, r.stock_units) for r in found.rates()}
    assert table == {
        ("anzahl", "brutto"): (5, 12, 5, 12),
        ("anzahl", "netto"): (3, 12, 3, 12),
        ("anzahl", "marktaktiv"): (3, 11, 3, 11),
        ("flaeche", "brutto"): (400, 1400, 5, 11),
        ("flaeche", "netto"): (300, 1400, 3, 11),
        ("flaeche", "marktaktiv"): (300, 1300, 3, 10),
        ("front", "brutto"): (35, 105, 4, 10),
        ("front", "netto"): (30, 105, 3, 10),
        ("front", "marktaktiv"): (30, 85, 3, 9),
    }
    assert found.rate().percent == pytest.approx(100 * 5 / 12)
    assert found.rate("front", "marktaktiv").percent is None
    assert "Nur 9 Einheiten mit Angabe der Schaufensterlänge" in found.rate("front", "marktaktiv").reason


def test_the_list_shows_exactly_the_units_behind_each_figure(staff, towns, stock):
    found = rates.on(staff, Area(towns.own), DAY)

    def shown(counted, valued=None):
        return queries.search(staff, towns.own, Filters(DAY, counted=counted, valued=valued)).total

    for measure, valued in (("anzahl", None), ("flaeche", "flaeche"), ("front", "front")):
        for reading in rates.READINGS:
            rate = found.rate(measure, reading)
            assert shown("brutto" if reading == "brutto" else "netto", valued) == rate.empty_units
            assert shown("marktaktiv" if reading == "marktaktiv" else "bestand", valued) == rate.stock_units
    assert (shown("unbekannt"), shown("geprueft"), shown("ungeprueft")) == (1, 12, 1)
    assert all(shown(name) is not None for name in SETS)


def test_the_state_s_27_percent_come_out_of_its_own_counts(staff, towns):
    """4,800 empty and 12,980 open shops (2022), a twentieth of them entered as stock and asked as any town's figures are."""
    with perform(staff, SYSTEM, Action.VACANCY_CREATE, towns.own):
        staff.execute(text("""
            WITH n AS (SELECT generate_series(1, 889) AS number), place AS (
                INSERT INTO register.places (municipality_id, street, house_number, point, public_point)
                SELECT :town, 'Zählstraße', number::text, at, at FROM n, ST_SetSRID(ST_MakePoint(11.05, 50.93), 4326) AS at
                RETURNING id, house_number::integer AS number
            ), unit AS (
                INSERT INTO register.units (municipality_id, place_id, during, object_type, is_ground_floor_frontage, name)
                SELECT :town, id, daterange(NULL, NULL), 'LADEN_EG', true, number::text FROM place
                RETURNING id, name::integer AS number
            ) INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, state, observed_on)
            SELECT id, :town, daterange('2022-07-01', NULL), CASE WHEN number <= 240 THEN 'LEER' ELSE 'GENUTZT' END, '2022-07-01'
            FROM unit"""), {"town": towns.own})  # fmt: skip
    rate = rates.on(staff, Area(towns.own), date(2022, 12, 31)).rate()
    assert (rate.empty, rate.stock, round(rate.percent, 1), rate.reason) == (240, 889, 27.0, None)
    alliance_sharing.share(staff, SYSTEM, towns.own, 0, "ZAHLEN")
    over_all = alliance.overview(staff, SYSTEM, date(2022, 12, 31)).total
    assert (over_all.counts("netto"), round(over_all.percent("netto"), 1)) == ((240, 889), 27.0)
    stale = rates.on(staff, Area(towns.own), date(2023, 7, 2)).rate()
    assert (stale.percent, stale.empty) == (None, 240)
    assert (
        stale.reason
        == "Nur 0 % des Bestands sind innerhalb von zwölf Monaten geprüft: ein Anteil wird erst ab 70 % angegeben."
    )


@pytest.mark.parametrize(("verified", "percent"), [(7, 30.0), (6, None)])
def test_seventy_percent_must_be_verified(staff, towns, verified, percent):
    units = [
        Entered([("LEER" if index < 3 else "GENUTZT", OLD, None)], unit=SEEN if index < verified else {})
        for index in range(10)
    ]
    enter(staff, towns.own, units)
    assert rates.on(staff, Area(towns.own), DAY).rate().percent == percent


def test_units_of_unknown_state_do_not_count_but_lower_the_share_verified(staff, towns):
    enter(
        staff,
        towns.own,
        [one("GENUTZT") for _ in range(10)]
        + [Entered([("LEER", DAY + timedelta(days=9), None)], unit=SEEN) for _ in range(5)],
    )
    found = rates.on(staff, Area(towns.own), DAY)
    assert (found.stock, found.unknown, found.share_verified) == (10, 5, pytest.approx(10 / 15))
    assert found.rate().percent is None


def test_no_stock_is_no_percentage_and_no_error(staff, towns):
    found = rates.on(staff, Area(towns.own), DAY)
    assert (found.share_verified, found.rate().percent) == (None, None)
    assert found.rate().reason == "Keine Einheit: ein Anteil wird erst ab 10 angegeben."


def verified_on(session, towns, day):
    found = rates.on(session, Area(towns.own), day)
    listed = queries.search(session, towns.own, Filters(day, counted="geprueft")).total
    assert listed == found.verified
    return found.verified


def confirm(session, unit_id, day):
    unit = queries.get(session, unit_id)
    service.verify(
        session,
        acting(),
        unit_id,
        unit.version,
        parse_verification({"verified_on": day.isoformat(), "verified_by_kind": "BEGEHUNG"}),
    )


def test_verified_is_what_was_known_on_the_day(staff, towns):
    (unit_id,) = enter(staff, towns.own, [Entered([("LEER", OLD, None)])])
    first, second = date(2022, 3, 1), date(2025, 3, 1)
    confirm(staff, unit_id, first)
    confirm(staff, unit_id, second)
    year = timedelta(days=365)
    expected = {
        first - timedelta(days=1): 0, first: 1, first + year: 1, first + year + timedelta(days=1): 0,
        second - timedelta(days=1): 0, second: 1, second + year: 1, second + year + timedelta(days=1): 0,
    }  # fmt: skip
    assert {day: verified_on(staff, towns, day) for day in expected} == expected
    assert [figures.verified for figures in rates.series(staff, Area(towns.own), list(expected))] == list(
        expected.values()
    )


def test_a_confirmation_taken_back_was_none(staff, towns):
    (unit_id,) = enter(staff, towns.own, [Entered([("LEER", OLD, None)])])
    for day in (date(2022, 3, 1), date(2025, 3, 1)):
        confirm(staff, unit_id, day)
    change = service.history(staff, unit_id)[0]
    service.undo(staff, acting(), unit_id, change.id)
    assert (verified_on(staff, towns, date(2025, 3, 2)), verified_on(staff, towns, date(2022, 3, 2))) == (0, 1)


def test_a_state_that_was_seen_counts_from_that_day(staff, towns):
    enter(staff, towns.own, [Entered([("LEER", OLD, None, {"observed_on": date(2024, 6, 1)})])])
    assert [verified_on(staff, towns, day) for day in (date(2024, 5, 31), date(2024, 6, 1), date(2025, 6, 2))] == [
        0,
        1,
        0,
    ]


def test_each_day_of_a_series_is_the_figure_of_that_day(staff, towns, stock):
    days = [date(year, month, 1) for year in (2019, 2020, 2026) for month in (1, 5, 12)]
    asked = [days[3], *days, days[0]]
    assert rates.series(staff, Area(towns.own), asked) == [rates.on(staff, Area(towns.own), day) for day in asked]
    assert rates.series(staff, Area(towns.own), []) == []


def test_a_zone_counts_what_lies_in_it(staff, towns):
    enter(staff, towns.own, [one("LEER") for _ in range(6)] + [one("GENUTZT") for _ in range(6)])
    far = one("GENUTZT")
    far.at = (11.09, 50.96)
    enter(staff, towns.own, [far])
    with perform(staff, SYSTEM, Action.ZONE_EDIT, towns.own):
        kept = Zone(
            municipality_id=towns.own,
            kind="QUARTIER",
            name="Altstadt",
            during=Range(date(2025, 1, 1), None),
            outline=geometry.stored(box(11.04, 50.92, 11.06, 50.94)),
        )
        staff.add(kept)
    zone = rates.zone_named(staff, towns.own, DAY, "altstadt")
    rate = rates.on(staff, Area(towns.own, zone.id), DAY).rate()
    assert (rate.empty, rate.stock, rate.percent, zone.holds) == (6, 12, 50.0, True)
    assert queries.search(staff, towns.own, Filters(DAY, zone=zone.id, counted="bestand")).total == 12
    assert rates.on(staff, Area(towns.own), DAY).stock == 13
    assert rates.zone(staff, towns.own, date(2020, 1, 1), zone.id).holds is False
    with pytest.raises(NotFound, match=r"Neustadt.*bekannt: Altstadt"):
        rates.zone_named(staff, towns.own, DAY, "Neustadt")
    with pytest.raises(NotFound):
        rates.zone(staff, towns.foreign, DAY, zone.id)


def test_another_town_s_units_are_in_no_figure(staff, towns, stock):
    assert rates.on(staff, Area(towns.foreign), DAY).stock == 0
