import json
from datetime import date, timedelta

import pytest

from geo.core import clock
from geo.core.errors import Invalid, NotFound
from geo.core.paging import SIZE
from geo.vacancies import offer_map, offers, queries, service
from geo.vacancies.feature import VACANCIES
from geo.vacancies.offers import OfferFilters
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import parse_publication, parse_spell, parse_verification
from tests.geo.vacancies.stock import FORM, TODAY, acting, mark

DAY = clock.today()


@pytest.fixture
def stock(staff, towns):
    """Three units: empty and published, used and confirmed, empty; and one of another town."""
    shop = mark(staff, towns.own, house_number="2", since="2024")
    until = (DAY + timedelta(days=90)).isoformat()
    form = {"level": "3", "until": until, "consent_kind": "KOMMUNAL", "title": "Laden mit 100%-Blick"}
    service.publish(staff, acting(), shop.id, shop.version, parse_publication(form))
    used = mark(staff, towns.own, house_number="10", state="GENUTZT", object_type="GASTRO", area_total_m2="300")
    verified = parse_verification({"verified_on": DAY.isoformat(), "verified_by_kind": "BEGEHUNG"})
    service.verify(staff, acting(), used.id, used.version, verified)
    side = mark(staff, towns.own, street="Gasse_1", house_number="1a", area_total_m2="40", area_sales_m2="")
    mark(staff, towns.foreign, longitude="11.25")
    return shop.id, used.id, side.id


def ids(page):
    return [row.id for row in page.rows]


def test_list_holds_the_own_town_s_units_by_street_and_number(staff, towns, stock):
    shop, used, side = stock
    page = queries.search(staff, towns.own, Filters(DAY))
    assert (ids(page), page.total, page.next_key) == ([side, shop, used], 3, None)
    assert queries.search(staff, towns.foreign, Filters(DAY)).rows == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": "LEER"}, (0, 2)),
        ({"object_type": "GASTRO"}, (1,)),
        ({"text": "markt 1"}, (1,)),
        ({"text": "gasse_1"}, (2,)),
        ({"text": "GASSE_1 muSTer"}, (2,)),
        ({"text": "e%1"}, ()),
        ({"text": "marktstrasse"}, ()),
        ({"stale": True}, (0, 2)),
        ({"published": True}, (0,)),
        ({"state": "ENTFALLEN"}, ()),
    ],
)
def test_each_filter_narrows_the_list(staff, towns, stock, change, expected):
    page = queries.search(staff, towns.own, Filters(DAY, **change))
    assert set(ids(page)) == {stock[index] for index in expected}
    assert {row.id for row in queries.on_map(staff, towns.own, Filters(DAY, **change)).rows} == set(ids(page))


@pytest.mark.parametrize("most", [1, 2, 10_000], ids=["too many to be numbered", "just as many", "few"])
def test_words_are_found_page_by_page_in_any_number(staff, towns, stock, monkeypatch, most):
    monkeypatch.setattr(queries, "MOST_COUNTED", most)
    monkeypatch.setattr(queries, "SIZE", 1)
    filters = Filters(DAY, text="musterstadt", state="LEER")
    first = queries.search(staff, towns.own, filters, "-flaeche")
    second = queries.search(staff, towns.own, filters, "-flaeche", first.next_key)
    assert ids(first) + ids(second) == [stock[0], stock[2]] and second.next_key is None
    assert {(page.total, page.is_more) for page in (first, second)} == {(min(most, 2), most < 2)}


def test_state_is_the_one_of_the_day_asked_for(staff, towns, stock):
    unit = queries.get(staff, stock[0])
    service.set_state(
        staff, acting(), unit.id, unit.version, parse_spell({"state": "GENUTZT", "since": "05.2025"}, TODAY)
    )
    states = {
        day.year: {row.id: row.state for row in queries.search(staff, towns.own, Filters(day)).rows}[stock[0]]
        for day in (date(2023, 1, 1), date(2024, 6, 1), date(2026, 1, 1))
    }
    assert states == {2023: None, 2024: "LEER", 2026: "GENUTZT"}
    assert queries.stock_counts(staff, towns.own, date(2024, 6, 1)).states == {"LEER": 2, "GENUTZT": 1}
    assert queries.stock_counts(staff, towns.own, date(2023, 6, 1)).states == {"UNBEKANNT": 3}


@pytest.mark.parametrize("sort", [name for key in queries.SORTS for name in (key, "-" + key)])
def test_pages_hold_every_unit_once_in_each_order(staff, towns, sort):
    for number in range(SIZE + 7):
        mark(staff, towns.own, house_number=str(number % 20), since=str(2010 + number % 5))
    seen, after = [], None
    while True:
        page = queries.search(staff, towns.own, Filters(DAY), sort, after)
        seen += ids(page)
        after = page.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == page.total == SIZE + 7
    if sort == "adresse":
        numbers = [int(queries.get(staff, unit_id).place.house_number) for unit_id in seen]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize("after", ["x", "W10", "WzFd", "bnVsbA"])
def test_position_that_was_not_handed_out_is_refused(staff, towns, after):
    with pytest.raises(Invalid):
        queries.search(staff, towns.own, Filters(DAY), "adresse", after)


def on_offer(session, filters, box=None):
    return json.loads(offer_map.features(session, filters, "de", box, "")[1])["features"]


def test_offers_are_what_is_published_and_empty_on_the_day(db, staff, stock):
    shop = stock[0]
    with db.public() as public:
        assert ids(offers.search(public, OfferFilters(DAY))) == [shop]
        assert [one["id"] for one in on_offer(public, OfferFilters(DAY))] == [shop]
        assert offers.get(public, shop, DAY).title == "Laden mit 100%-Blick"
        assert ids(offers.search(public, OfferFilters(date(2023, 12, 31)))) == []
        assert ids(offers.search(public, OfferFilters(DAY + timedelta(days=91)))) == []
        assert offers.towns(public) == [("16999001", "Musterstadt")]
        with pytest.raises(NotFound):
            offers.get(public, stock[2], DAY)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"ags": "16999001"}, True),
        ({"ags": "16999002"}, False),
        ({"object_type": "LADEN_EG"}, True),
        ({"object_type": "HOTEL"}, False),
        ({"least_m2": 120}, True),
        ({"least_m2": 121}, False),
        ({"most_m2": 120}, True),
        ({"most_m2": 119}, False),
        ({"ground_floor": True}, True),
        ({"step_free": True}, False),
        ({"text": "100%-blick"}, True),
        ({"text": "100_blick"}, False),
        ({"text": "Schlüssel"}, False),
    ],
)
def test_each_public_filter_narrows_the_offers(db, staff, stock, change, found):
    with db.public() as public:
        assert bool(offers.search(public, OfferFilters(DAY, **change)).rows) is found


def test_box_narrows_the_collection(db, staff, stock):
    with db.public() as public:
        assert on_offer(public, OfferFilters(DAY), (11.0, 50.9, 11.1, 51.0))
        assert not on_offer(public, OfferFilters(DAY), (11.2, 50.9, 11.3, 51.0))


def test_area_below_level_3_is_a_class_that_no_filter_can_narrow_down(db, staff, stock):
    unit = queries.get(staff, stock[0])
    form = {"level": "2", "until": (DAY + timedelta(days=90)).isoformat(), "title": "Marktstraße 2, geheim"}
    service.publish(staff, acting(), unit.id, unit.version, parse_publication(form))
    with db.public() as public:
        row = offers.get(public, unit.id, DAY)
        assert (row.size_class, row.area_total_m2, row.house_number, row.title) == (3, None, None, None)
        for least in (101, 150, 199):
            assert offers.search(public, OfferFilters(DAY, least_m2=least)).rows
        assert not offers.search(public, OfferFilters(DAY, least_m2=200)).rows
        assert not offers.search(public, OfferFilters(DAY, text="geheim")).rows


def test_declared_columns_are_those_of_the_view(db):
    with db.public() as public:
        columns = public.connection().exec_driver_sql(f"SELECT * FROM {VACANCIES.view} LIMIT 0").keys()
    assert set(columns) - set(VACANCIES.columns) == {
        "municipality_id",
        "point",
        "during",
        "published_during",
        "place_id",
    }
    assert set(VACANCIES.columns) <= set(columns)
    assert "note" not in FORM or "note" not in columns
