"""A tree's states in time: each follows the one before, a correction replaces what came later, and undo knows the parts."""

from dataclasses import replace
from datetime import date

import pytest

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid
from geo.core.undo import last_change
from geo.trees import service
from geo.trees.fleet import queries
from geo.trees.fleet import service as fleets
from geo.trees.fleet.modules import ModuleInput
from geo.trees.fleet.schemas import ManyInput, StateInput
from geo.trees.schemas import FleetInput
from tests.geo.trees import rows
from tests.geo.trees.rows import AUTUMN, TODAY

HERE = (11.0501, 50.9301)


def told(avenue, tree):
    return [(one.state, one.first, one.last) for one in queries.states_of(avenue.session, tree.id)]


def set_state(avenue, tree, state, since, **more):
    data = StateInput(state, since, **more)
    return fleets.set_state(avenue.session, SYSTEM, tree.id, tree.version, data, today=TODAY)


def test_a_state_begins_where_the_one_before_ends(avenue):
    tree = avenue.trees["B 1"]
    assert told(avenue, tree) == [("IM_EINSATZ", None, None)]
    set_state(avenue, tree, "WERKSTATT", date(2026, 3, 1))
    set_state(avenue, tree, "IM_EINSATZ", date(2026, 4, 1), note="repariert")
    assert told(avenue, tree) == [
        ("IM_EINSATZ", date(2026, 4, 1), None),
        ("WERKSTATT", date(2026, 3, 1), date(2026, 3, 31)),
        ("IM_EINSATZ", None, date(2026, 2, 28)),
    ]
    set_state(avenue, tree, "WINTERQUARTIER", date(2026, 3, 10))
    assert told(avenue, tree)[0] == ("WINTERQUARTIER", date(2026, 3, 10), None)
    assert told(avenue, tree)[1] == ("WERKSTATT", date(2026, 3, 1), date(2026, 3, 9)) and tree.state == "WINTERQUARTIER"


def test_planting_has_a_place_that_goes_when_it_was_a_mistake(avenue):
    tree = avenue.trees["B 1"]
    set_state(avenue, tree, "AUSGEPFLANZT", date(2026, 5, 1), planted=HERE, stop_id=avenue.market.id)
    planted = queries.planted(tree)
    assert (planted.longitude, planted.latitude) == pytest.approx(HERE)
    assert (planted.on, planted.stop_id) == (date(2026, 5, 1), avenue.market.id)
    set_state(avenue, tree, "IM_EINSATZ", date(2026, 5, 1))
    assert queries.planted(tree) is None and told(avenue, tree)[0] == ("IM_EINSATZ", date(2026, 5, 1), None)


def test_a_tree_that_still_has_to_stand_somewhere_is_not_gone(avenue):
    tree = avenue.trees["B 1"]
    avenue.put("B 1", avenue.market, AUTUMN)
    for state in ("AUSGEPFLANZT", "ABGEGANGEN"):
        with pytest.raises(Conflict, match="kann noch nicht als"):
            set_state(avenue, tree, state, date(2026, 5, 1), planted=HERE)
    set_state(avenue, tree, "WERKSTATT", date(2026, 5, 1))


def test_winter_quarters_are_no_street_and_a_street_is_none(avenue, towns):
    tree = avenue.trees["B 1"]
    winter = rows.stop(avenue.session, towns.own, "Bauhof", kind="WINTERQUARTIER")
    with pytest.raises(Invalid, match="kein Winterquartier"):
        set_state(avenue, tree, "WINTERQUARTIER", date(2026, 3, 1), stop_id=avenue.market.id)
    with pytest.raises(Invalid, match="ist ein Winterquartier"):
        set_state(avenue, tree, "AUSGEPFLANZT", date(2026, 3, 1), stop_id=winter.id, planted=HERE)
    set_state(avenue, tree, "WINTERQUARTIER", date(2026, 3, 1), stop_id=winter.id)
    assert queries.states_of(avenue.session, tree.id)[0].stop == "Bauhof"


def test_undo_brings_the_state_back_and_the_modules_of_a_fleet(avenue):
    session, tree, fleet = avenue.session, avenue.trees["B 1"], avenue.fleet
    data = StateInput("WERKSTATT", date(2026, 3, 1))
    fleets.set_state(session, replace(SYSTEM, request_id="set"), tree.id, tree.version, data, today=TODAY)
    service.undo_tree(session, replace(SYSTEM, request_id="undo"), tree.id, last_change(session, "trees", tree.id))
    session.expire_all()
    assert told(avenue, tree) == [("IM_EINSATZ", None, None)] and tree.state == "IM_EINSATZ"
    sized = FleetInput("Musterallee", modules=(ModuleInput("S", 120, 100),))
    service.update_fleet(session, replace(SYSTEM, request_id="size"), fleet.id, fleet.version, sized)
    assert [one.width_cm for one in queries.modules_of(session, fleet.id)] == [100]
    service.undo_fleet(session, replace(SYSTEM, request_id="back"), fleet.id, last_change(session, "fleets", fleet.id))
    assert queries.modules_of(session, fleet.id) == []


def test_many_trees_come_all_or_none(avenue):
    made = fleets.create_trees(avenue.session, SYSTEM, avenue.fleet.id, ManyInput(3, "G-", 9))
    assert [one.label for one in made] == ["G-09", "G-10", "G-11"]
    with pytest.raises(Invalid, match="„G-11“"):
        fleets.create_trees(avenue.session, SYSTEM, avenue.fleet.id, ManyInput(2, "G-", 11))
