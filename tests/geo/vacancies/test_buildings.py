"""Buildings: chosen from those near by or made new, with their facts and their units by floor; and parcels of a unit."""

from datetime import date

import pytest

from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.undo import last_change
from geo.vacancies import queries, service
from geo.vacancies.queries import Filters
from geo.vacancies.stock import queries as stock
from geo.vacancies.stock import service as around
from geo.vacancies.stock.schemas import BuildingInput, ParcelInput, parse_building
from tests.geo.vacancies.stock import TODAY, acting, mark

SQUARE = (
    '{"type":"Polygon","coordinates":[[[11.0522,50.933],[11.0524,50.933],[11.0524,50.9332],[11.0522,50.9332],'
    "[11.0522,50.933]]]}"
)
FACTS = {
    "name": "Alte Post",
    "built_year": "1898",
    "storeys": "3",
    "monument": "EINZEL",
    "energy_class": "F",
    "condition": "3",
    "is_hazard": "1",
    "is_landmark": "1",
    "alkis_gml_id": "DETHL00100000001",
    "function_code": "31001_2010",
    "outline": SQUARE,
}


def building(session, unit_id, **changes):
    unit = queries.get(session, unit_id)
    made = around.create_building(session, acting(), unit_id, unit.version, parse_building({**FACTS, **changes}))
    return made.id


def test_a_building_has_its_facts_and_its_units_by_floor(staff, towns):
    shop, flat = (mark(staff, towns.own, floor=floor).id for floor in ("0", "1"))
    house = building(staff, shop)
    unit = queries.get(staff, flat)
    around.assign_building(staff, acting(), flat, unit.version, building_id=house)
    found = stock.building(staff, house)
    assert (found.built_year, found.storeys, found.monument, found.is_hazard) == (1898, 3, "EINZEL", True)
    assert [row.id for row in stock.units_in(staff, house, TODAY)] == [flat, shop]
    assert stock.units_in(staff, house, date(2020, 1, 1))[0].state is None
    assert {row.id for row in queries.search(staff, towns.own, Filters(TODAY, building_id=house)).rows} == {shop, flat}


def test_the_outline_of_the_place_serves_where_there_is_no_other(staff, towns):
    shop = mark(staff, towns.own, outline=SQUARE).id
    assert stock.building(staff, building(staff, shop, outline="")).outline is not None


def test_buildings_near_by_are_offered(staff, towns):
    shop, beside, same_house, far = (
        mark(staff, towns.own, **where).id
        for where in (
            {},
            {"longitude": "11.0526", "house_number": "8"},
            {"longitude": "11.0600"},
            {"longitude": "11.0800", "house_number": "9"},
        )
    )
    house = building(staff, shop)
    assert [row.id for row in stock.buildings_near(staff, beside)] == [house]
    assert [row.id for row in stock.buildings_near(staff, same_house)] == [house]
    assert stock.buildings_near(staff, far) == []


def test_a_new_building_goes_back_with_the_unit_s_change(staff, towns):
    shop = mark(staff, towns.own).id
    house = building(staff, shop)
    service.undo(staff, acting(), shop, last_change(staff, "units", shop))
    assert queries.get(staff, shop).building_id is None
    with pytest.raises(NotFound):
        stock.building(staff, house)


def test_a_changed_building_goes_back(staff, towns):
    house = building(staff, mark(staff, towns.own).id)
    version = stock.building(staff, house).version
    around.update_building(staff, acting(), house, version, BuildingInput(name="Neue Post"))
    with pytest.raises(Conflict):
        around.update_building(staff, acting(), house, version, BuildingInput(name="Späte Post"))
    around.undo_building(staff, acting(), house, last_change(staff, "buildings", house))
    found = stock.building(staff, house)
    assert (found.name, found.built_year) == ("Alte Post", 1898)


def test_a_building_with_units_stays(staff, towns):
    shop = mark(staff, towns.own).id
    house = building(staff, shop)
    with pytest.raises(Invalid):
        around.delete_building(staff, acting(), house, stock.building(staff, house).version)
    around.assign_building(staff, acting(), shop, queries.get(staff, shop).version, building_id=None)
    around.delete_building(staff, acting(), house, stock.building(staff, house).version)
    with pytest.raises(NotFound):
        stock.building(staff, house)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"built_year": "999"}, "built_year"),
        ({"built_year": "um 1900"}, "built_year"),
        ({"storeys": "0"}, "storeys"),
        ({"monument": "JA"}, "monument"),
        ({"energy_class": "Z"}, "energy_class"),
        ({"condition": "6"}, "condition"),
        ({"outline": "{"}, "outline"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_wrong_facts_are_told_at_their_field(change, field):
    with pytest.raises(Invalid) as refused:
        parse_building({**FACTS, **change})
    assert list(refused.value.fields) == [field]


def test_parcels_are_added_once_and_taken_back(staff, towns):
    shop = mark(staff, towns.own).id
    key = "160123001001230004__"
    around.add_parcel(staff, acting(), shop, queries.get(staff, shop).version, ParcelInput(key))
    with pytest.raises(Invalid) as refused:
        around.add_parcel(staff, acting(), shop, queries.get(staff, shop).version, ParcelInput(key))
    assert list(refused.value.fields) == ["parcel_key"]
    told = [(one["field"], one["new"]) for one in service.history(staff, shop)[0].changes]
    assert ("Flurstück", "Gemarkung 0123, Flur 1, Flurstück 123/4") in told
    (link,) = stock.parcels(staff, shop)
    around.remove_parcel(staff, acting(), shop, queries.get(staff, shop).version, parcel_id=link.id)
    assert stock.parcels(staff, shop) == []
    service.undo(staff, acting(), shop, last_change(staff, "units", shop))
    assert [one.parcel_key for one in stock.parcels(staff, shop)] == [key]


def test_a_deleted_unit_comes_back_with_its_parcels(staff, towns):
    shop = mark(staff, towns.own).id
    around.add_parcel(staff, acting(), shop, queries.get(staff, shop).version, ParcelInput("160123001001230004__"))
    service.delete(staff, acting(), shop, queries.get(staff, shop).version)
    service.undo(staff, acting(), shop, last_change(staff, "units", shop))
    assert [one.parcel_key for one in stock.parcels(staff, shop)] == ["160123001001230004__"]
