from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound, NotPermitted
from geo.core.history import perform
from geo.places.schemas import PlaceInput
from geo.trees import service
from geo.trees.model import Stay, StopSlot
from geo.trees.schemas import FleetInput, StopInput, TreeInput, parse_fleet, parse_stop, parse_tree
from geo.trees.wording import period
from tests import factories
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY, SUMMER, TODAY


def reshape(avenue, stop, *, capacity=2, classes=("S", "L"), version=None, actor=SYSTEM, lon=11.05):
    data = StopInput(stop.name, PlaceInput(longitude=lon, latitude=50.93), capacity, "STRASSE", classes)
    return service.update_stop(avenue.session, actor, stop.id, version or stop.version, data, today=TODAY)


def slots(avenue, stop):
    return avenue.session.scalars(
        select(StopSlot.slot).where(StopSlot.stop_id == stop.id).order_by(StopSlot.slot)
    ).all()


def test_stop_has_as_many_slots_as_places(avenue):
    assert slots(avenue, avenue.market) == [1, 2]
    reshape(avenue, avenue.market, capacity=4)
    assert slots(avenue, avenue.market) == [1, 2, 3, 4]


def test_capacity_below_what_is_needed_names_the_stays(avenue):
    avenue.put(["B 1", "B 2"], avenue.market, SUMMER)
    with pytest.raises(Conflict) as refused:
        reshape(avenue, avenue.market, capacity=1)
    assert str(refused.value).startswith("Am 8. Juni 2026 stehen dort 2 Bäume, mehr als 1: Baum B 1 steht vom 8. Juni")


def test_capacity_shrinks_when_the_trees_fit_into_fewer_places(avenue):
    avenue.put("B 1", avenue.market, MAY)
    later = avenue.put("B 2", avenue.market, SUMMER)[0]
    with perform(avenue.session, SYSTEM, Action.STAY_EDIT, avenue.town):
        later.slot = 2
    reshape(avenue, avenue.market, capacity=1)
    avenue.session.refresh(later)
    assert later.slot == 1 and slots(avenue, avenue.market) == [1]


def test_past_keeps_its_places_when_a_stop_shrinks(avenue):
    april = period(date(2026, 4, 1), date(2026, 4, 20))
    past = avenue.put(["B 1", "B 2"], avenue.market, april)
    service.update_stop(
        avenue.session,
        SYSTEM,
        avenue.market.id,
        avenue.market.version,
        StopInput(avenue.market.name, PlaceInput(longitude=11.05, latitude=50.93), 1),
        today=TODAY,
    )
    assert [stay.slot for stay in past] == [1, 2]
    with pytest.raises(IntegrityError) as refused, perform(avenue.session, SYSTEM, Action.STAY_EDIT, avenue.town):
        past[1].during = period(date(2027, 4, 1), date(2027, 4, 20))
        avenue.session.flush()
    assert refused.value.orig.diag.constraint_name == "stays_stop_id_slot_fkey"


def test_class_in_use_cannot_be_shut_out(avenue):
    avenue.put("L 1", avenue.market, SUMMER)
    with pytest.raises(Conflict) as refused:
        reshape(avenue, avenue.market, classes=("S",))
    assert "Baum L 1 steht vom 8. Juni" in str(refused.value)


def test_stale_stop_shows_what_is_stored(avenue):
    reshape(avenue, avenue.market, capacity=3)
    with pytest.raises(Conflict) as refused:
        reshape(avenue, avenue.market, capacity=4, version=1)
    assert refused.value.theirs["capacity"] == 3 and refused.value.version == avenue.market.version


def test_moving_the_point_alone_is_a_new_version(avenue):
    before = avenue.market.version
    reshape(avenue, avenue.market, lon=11.051)
    assert avenue.market.version == before + 1


def test_point_of_a_stop_is_public_as_it_is(avenue):
    same = avenue.session.scalar(
        text("SELECT ST_Equals(point, public_point) FROM register.places WHERE id = :id"),
        {"id": avenue.market.place_id},
    )
    assert same


def test_stop_far_outside_of_the_town_must_be_confirmed(avenue):
    with pytest.raises(NeedsConfirmation):
        rows.stop(avenue.session, avenue.town, "Weit weg", lon=11.5)


def test_only_the_own_towns_editor_or_a_planner_edits_a_stop(db, avenue, towns):
    for role, town, refusal in (
        ("editor", towns.foreign, NotFound),
        ("viewer", towns.own, NotPermitted),
        ("office", None, NotPermitted),
    ):
        with pytest.raises(refusal):
            reshape(avenue, avenue.market, actor=factories.actor(db, role, town))
    reshape(avenue, avenue.market, capacity=3, actor=factories.actor(db, "editor", towns.own))
    reshape(avenue, avenue.market, capacity=4, actor=factories.actor(db, "planner"))


def test_editor_has_no_say_about_fleets(db, avenue, towns):
    with pytest.raises(NotPermitted):
        service.create_fleet(
            avenue.session, factories.actor(db, "editor", towns.own), towns.own, FleetInput("Eigene Allee")
        )
    with pytest.raises(NotPermitted):
        service.create_fleet(
            avenue.session, factories.actor(db, "manager", towns.own), None, FleetInput("Bündnisallee")
        )
    assert service.create_fleet(avenue.session, factories.actor(db, "planner"), None, FleetInput("Bündnisallee")).id


def test_label_is_unique_in_its_fleet(avenue):
    with pytest.raises(Invalid) as refused:
        service.create_tree(avenue.session, SYSTEM, avenue.fleet.id, TreeInput("B 1"))
    assert "label" in refused.value.fields


def test_tree_with_stays_to_come_is_not_declared_gone(avenue):
    tree = avenue.trees["B 1"]
    stay = avenue.put("B 1", avenue.market, SUMMER)[0]
    gone = TreeInput("B 1", state="ABGEGANGEN")
    with pytest.raises(Conflict) as refused:
        service.update_tree(avenue.session, SYSTEM, tree.id, tree.version, gone, today=TODAY)
    assert "Hauptmarkt" in str(refused.value)
    service.remove_stay(avenue.session, SYSTEM, stay.id, stay.version)
    assert service.update_tree(avenue.session, SYSTEM, tree.id, tree.version, gone, today=TODAY).state == "ABGEGANGEN"


def test_tree_does_not_outgrow_the_stops_it_goes_to(avenue):
    avenue.put("B 1", avenue.square, SUMMER)
    tree = avenue.trees["B 1"]
    with pytest.raises(Conflict):
        service.update_tree(
            avenue.session, SYSTEM, tree.id, tree.version, TreeInput("B 1", module_class="L"), today=TODAY
        )


def test_forms_are_read_with_every_mistake_at_its_field():
    with pytest.raises(Invalid) as refused:
        parse_stop({"name": " ", "capacity": "0", "kind": "X", "module_classes": "", "longitude": "1", "latitude": ""})
    assert set(refused.value.fields) == {"name", "capacity", "kind", "module_classes", "latitude"}
    with pytest.raises(Invalid) as refused:
        parse_tree({"label": "", "module_class": "M", "height_m": "99", "state": "WEG"})
    assert set(refused.value.fields) == {"label", "module_class", "height_m", "state"}
    with pytest.raises(Invalid):
        parse_fleet({"name": "x" * 121})
    assert parse_tree({"label": "1", "module_class": "S", "height_m": "3,4", "state": "WERKSTATT"}).height_m == Decimal(
        "3.4"
    )


def test_no_stay_is_lost_by_any_of_this(avenue):
    assert avenue.session.scalar(select(Stay.id).where(Stay.municipality_id == avenue.town)) is None
