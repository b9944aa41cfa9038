"""A unit is split, several are merged: on the day, in list, map and counts of any day, and back as a whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from geo.core.errors import Conflict, Invalid
from geo.core.undo import last_change
from geo.vacancies import queries, service
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import SpellInput, parse_beside
from geo.vacancies.stock import queries as stock
from geo.vacancies.stock import service as around
from geo.vacancies.stock.schemas import ParcelInput, Successor, parse_merge, parse_split
from tests.geo.vacancies.stock import TODAY, acting, mark

DAY = date(2026, 6, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY
PARTS = (
    Successor("Laden links", "LADEN_EG", "GENUTZT", 0, True, Decimal(50), Decimal(40), Decimal(4), "Blumen Muster"),
    Successor("Laden rechts", "LADEN_EG", "LEER", 0, True, Decimal(70), Decimal(55), Decimal(5)),
)
WHOLE = Successor("Großer Laden", "KAUFHAUS_GROSS", "IM_UMBAU", 0, True, Decimal(200))


def shop(session, town, **changes):
    """A shop that is empty since March 2024, with facts that a split keeps or drops."""
    facts = {"floor": "0", "location_class": "A", "heating": "GAS", "windows_n": "4", "is_ground_floor_frontage": "1"}
    return mark(session, town, **{**facts, **changes}).id


def version(session, unit_id):
    return queries.get(session, unit_id).version


def split(session, unit_id, on=DAY, parts=PARTS):
    made = around.split(session, acting(), unit_id, version(session, unit_id), on=on, parts=parts)
    return [unit.id for unit in made]


def listed(session, town, day, **filters):
    return sorted(row.id for row in queries.search(session, town, Filters(day, **filters)).rows)


def shown(session, town, day):
    return sorted(row.id for row in queries.on_map(session, town, Filters(day)).rows)


def everything(session):
    """Every row of the stock, but for what rises with each change."""
    tables = ("units", "occupancy_spells", "unit_successions", "parcel_links", "places", "buildings")
    return {
        table: session.execute(
            text(f"SELECT to_jsonb(t) - 'version' - 'created_at' FROM register.{table} t ORDER BY t.id")
        ).all()
        for table in tables
    }


def test_the_parts_follow_the_whole_on_the_day(staff, towns):
    whole = shop(staff, towns.own)
    left, right = split(staff, whole)
    for day, there, counts in ((BEFORE, [whole], {"LEER": 1}), (AFTER, [left, right], {"GENUTZT": 1, "LEER": 1})):
        assert listed(staff, towns.own, day) == there
        assert shown(staff, towns.own, day) == there
        assert queries.stock_counts(staff, towns.own, day).states == counts
    assert listed(staff, towns.own, AFTER, state="ENTFALLEN") == [whole]
    spells = {spell.state: spell.during for spell in queries.get(staff, whole).spells}
    assert (spells["LEER"].upper, spells["ENTFALLEN"].lower, spells["ENTFALLEN"].upper) == (DAY, DAY, None)
    assert queries.get(staff, whole).during.upper == DAY


def test_a_part_has_what_it_was_given_and_what_a_split_does_not_change(staff, towns):
    whole = shop(staff, towns.own)
    left = queries.get(staff, split(staff, whole)[0])
    assert (left.name, left.area_total_m2, left.frontage_m) == ("Laden links", 50, 4)
    assert (left.location_class, left.heating, left.place_id) == ("A", "GAS", queries.get(staff, whole).place_id)
    assert (left.windows_n, left.note, left.external_id) == (None, None, None)
    assert (left.spells[0].state, left.spells[0].occupant) == ("GENUTZT", "Blumen Muster")
    assert left.spells[0].during.lower == left.during.lower == DAY


def test_both_sides_know_each_other(staff, towns):
    whole = shop(staff, towns.own)
    left, right = split(staff, whole)
    assert [(one.id, one.is_later, one.kind) for one in stock.relatives(staff, whole)] == [
        (left, True, "TEILUNG"),
        (right, True, "TEILUNG"),
    ]
    assert [(one.id, one.is_later, one.on_day) for one in stock.relatives(staff, left)] == [(whole, False, DAY)]


def test_parcels_and_building_go_with_it(staff, towns):
    whole = shop(staff, towns.own)
    around.add_parcel(staff, acting(), whole, version(staff, whole), ParcelInput("160123001001230004__", Decimal(450)))
    left, right = split(staff, whole)
    for one in (whole, left, right):
        assert [(p.parcel_key, p.area_m2) for p in stock.parcels(staff, one)] == [("160123001001230004__", 450)]


@pytest.mark.parametrize("seen_from", ["whole", "part"])
def test_a_split_goes_back_as_a_whole(staff, towns, seen_from):
    whole = shop(staff, towns.own)
    around.add_parcel(staff, acting(), whole, version(staff, whole), ParcelInput("160123001001230004__"))
    before = everything(staff)
    left, _ = split(staff, whole)
    at = whole if seen_from == "whole" else left
    service.undo(staff, acting(), at, last_change(staff, "units", at))
    assert everything(staff) == before
    assert listed(staff, towns.own, AFTER) == [whole]


def test_it_does_not_go_back_over_somebody_s_later_change(staff, towns):
    whole = shop(staff, towns.own)
    left, _ = split(staff, whole)
    service.set_state(staff, acting(), left, version(staff, left), SpellInput("LEER", DAY + timedelta(days=9)))
    with pytest.raises(Conflict):
        service.undo(staff, acting(), whole, last_change(staff, "units", whole))
    assert len(listed(staff, towns.own, AFTER)) == 2


def test_the_undone_split_can_be_done_again(staff, towns):
    whole = shop(staff, towns.own)
    split(staff, whole)
    service.undo(staff, acting(), whole, last_change(staff, "units", whole))
    again = split(staff, whole)
    assert listed(staff, towns.own, AFTER) == again


@pytest.mark.parametrize("on", [date(2024, 3, 1), date(2020, 1, 1)])
def test_a_day_without_a_use_before_it_is_refused(staff, towns, on):
    whole = shop(staff, towns.own)
    with pytest.raises(Invalid) as refused:
        split(staff, whole, on)
    assert list(refused.value.fields) == ["on_day"]


def test_a_day_before_a_later_use_is_refused(staff, towns):
    whole = shop(staff, towns.own)
    service.set_state(staff, acting(), whole, version(staff, whole), SpellInput("GENUTZT", DAY + timedelta(days=9)))
    with pytest.raises(Invalid, match="noch andere Nutzungen"):
        split(staff, whole)


def test_what_has_gone_is_not_split_again(staff, towns):
    whole = shop(staff, towns.own)
    split(staff, whole)
    with pytest.raises(Invalid, match="keine bekannte Nutzung"):
        split(staff, whole, DAY + timedelta(days=5))


def test_a_stale_form_splits_nothing(staff, towns):
    whole = shop(staff, towns.own)
    with pytest.raises(Conflict):
        around.split(staff, acting(), whole, 99, on=DAY, parts=PARTS)


def merge(session, first, *others, on=DAY, successor=WHOLE):
    made = around.merge(
        session, acting(), first, version(session, first), others=list(others), on=on, successor=successor
    )
    return made.id


def test_several_become_one_and_go_back(staff, towns):
    first, second, third = (
        shop(staff, towns.own, house_number=str(number), longitude=f"11.052{number}") for number in (3, 4, 5)
    )
    before = everything(staff)
    one = merge(staff, first, second, third)
    assert listed(staff, towns.own, BEFORE) == [first, second, third]
    assert listed(staff, towns.own, AFTER) == [one]
    assert queries.stock_counts(staff, towns.own, AFTER).states == {"IM_UMBAU": 1}
    assert [(r.id, r.is_later) for r in stock.relatives(staff, one)] == [(i, False) for i in (first, second, third)]
    assert [(r.id, r.is_later, r.kind) for r in stock.relatives(staff, third)] == [(one, True, "ZUSAMMENLEGUNG")]
    assert queries.get(staff, one).place_id == queries.get(staff, first).place_id
    service.undo(staff, acting(), second, last_change(staff, "units", second))
    assert everything(staff) == before


def test_only_neighbours_are_merged(staff, towns):
    first, far = shop(staff, towns.own), shop(staff, towns.own, longitude="11.08")
    assert stock.mergeable(staff, first, DAY) == []
    with pytest.raises(Invalid) as refused:
        merge(staff, first, far)
    assert list(refused.value.fields) == ["with_unit"]
    assert listed(staff, towns.own, AFTER) == [first, far]


def test_a_unit_of_another_town_is_not_merged(staff, towns):
    first = shop(staff, towns.own)
    with pytest.raises(Invalid):
        merge(staff, first, 999_999)


def test_parts_can_be_merged_again(staff, towns):
    whole = shop(staff, towns.own)
    left, right = split(staff, whole)
    one = merge(staff, left, right, on=DAY + timedelta(days=30))
    assert listed(staff, towns.own, DAY + timedelta(days=30)) == [one]
    assert listed(staff, towns.own, DAY + timedelta(days=29)) == [left, right]
    assert listed(staff, towns.own, BEFORE) == [whole]


def test_a_further_unit_in_the_house_shares_its_place(staff, towns):
    first = shop(staff, towns.own)
    facts, begin = parse_beside({"object_type": "WOHNUNG", "floor": "1", "state": "GENUTZT", "since": "2019"}, TODAY)
    second = around.create_beside(staff, acting(), first, facts, begin)
    assert second.place_id == queries.get(staff, first).place_id
    assert [one.id for one in queries.neighbours(staff, queries.get(staff, first))] == [second.id]
    service.undo(staff, acting(), second.id, last_change(staff, "units", second.id))
    assert listed(staff, towns.own, AFTER) == [first]


PART_FORM = {"on_day": "2026-06-01", "parts": "2"} | {
    f"{name}_{number}": value
    for number in (1, 2)
    for name, value in {"name": f"Teil {number}", "object_type": "LADEN_EG", "state": "LEER"}.items()
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on_day": ""}, "on_day"),
        ({"on_day": "2026-11-23"}, "on_day"),
        ({"parts": "1"}, "parts"),
        ({"parts": "13"}, "parts"),
        ({"name_2": ""}, "name_2"),
        ({"name_2": "TEIL 1"}, "name_2"),
        ({"object_type_1": "SCHLOSS"}, "object_type_1"),
        ({"state_2": "ENTFALLEN"}, "state_2"),
        ({"area_total_m2_1": "10", "area_sales_m2_1": "11"}, "area_sales_m2_1"),
        ({"floor_2": "99"}, "floor_2"),
    ],
)
def test_a_wrong_part_is_told_at_its_field(change, field):
    assert len(parse_split(PART_FORM, TODAY)[1]) == 2
    with pytest.raises(Invalid) as refused:
        parse_split({**PART_FORM, **change}, TODAY)
    assert field in refused.value.fields and set(refused.value.fields) <= {field, "name_2"} | {
        f"{name}_{number}" for number in range(3, 14) for name in ("name", "object_type", "state")
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [({"with_unit": []}, "with_unit"), ({"with_unit": ["x"]}, "with_unit"), ({"state": "ENTFALLEN"}, "state")],
)
def test_a_wrong_merger_is_told_at_its_field(change, field):
    form = {"on_day": "2026-06-01", "with_unit": ["7"], "object_type": "LADEN_EG", "state": "LEER"}
    assert parse_merge(form, TODAY)[1] == [7]
    with pytest.raises(Invalid) as refused:
        parse_merge({**form, **change}, TODAY)
    assert list(refused.value.fields) == [field]
