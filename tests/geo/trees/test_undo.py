from dataclasses import replace
from datetime import date

import pytest

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, NotFound
from geo.core.undo import last_change
from geo.trees import service
from geo.trees.model import Stay
from geo.trees.queries import changes, internal
from geo.trees.schemas import FleetInput, StayChange, TreeInput
from geo.trees.wording import period
from tests.geo.trees.rows import MAY, SUMMER, TODAY


def undo(avenue, stop):
    last = changes.last_change_at_stop(avenue.session, internal.get_stop(avenue.session, SYSTEM, stop.id))
    service.undo_at_stop(avenue.session, replace(SYSTEM, request_id="undo"), stop.id, last.id)


def test_added_stays_go_again(avenue):
    avenue.put(["B 1", "B 2"], avenue.market, MAY, actor=replace(SYSTEM, request_id="add"))
    assert (
        changes.last_change_at_stop(avenue.session, internal.get_stop(avenue.session, SYSTEM, avenue.market.id)).action
        == "stay.edit"
    )
    undo(avenue, avenue.market)
    assert internal.stays_of_stop(avenue.session, avenue.market.id) == []


def test_removed_stay_returns_under_its_id(avenue):
    stay = avenue.put("B 1", avenue.market, MAY, actor=replace(SYSTEM, request_id="add"))[0]
    stay_id = stay.id
    service.remove_stay(avenue.session, replace(SYSTEM, request_id="remove"), stay.id, stay.version)
    undo(avenue, avenue.market)
    assert avenue.session.get(Stay, stay_id).during == MAY


def test_changed_stay_goes_back_unless_its_place_is_taken(avenue):
    stay = avenue.put("B 1", avenue.market, MAY, actor=replace(SYSTEM, request_id="add"))[0]
    data = StayChange(avenue.square.id, SUMMER)
    service.change_stay(avenue.session, replace(SYSTEM, request_id="move"), stay.id, stay.version, data, today=TODAY)
    undo(avenue, avenue.square)
    avenue.session.expire_all()
    assert (avenue.session.get(Stay, stay.id).stop_id, avenue.session.get(Stay, stay.id).during) == (
        avenue.market.id,
        MAY,
    )


def test_older_change_is_not_undone(avenue):
    avenue.put("B 1", avenue.market, MAY, actor=replace(SYSTEM, request_id="one"))
    last = changes.last_change_at_stop(avenue.session, internal.get_stop(avenue.session, SYSTEM, avenue.market.id))
    avenue.put(
        "B 2", avenue.market, period(date(2026, 5, 6), date(2026, 5, 9)), actor=replace(SYSTEM, request_id="two")
    )
    with pytest.raises(Conflict):
        service.undo_at_stop(avenue.session, SYSTEM, avenue.market.id, last.id)


def test_publication_is_not_undone_but_withdrawn(avenue):
    avenue.put("B 1", avenue.market, MAY)
    avenue.publish()
    last = changes.last_change_at_stop(avenue.session, internal.get_stop(avenue.session, SYSTEM, avenue.market.id))
    with pytest.raises(Conflict, match="zurückziehen"):
        service.undo_at_stop(avenue.session, SYSTEM, avenue.market.id, last.id)


def test_tree_and_fleet_go_back(avenue):
    tree, fleet = avenue.trees["B 1"], avenue.fleet
    editing = replace(SYSTEM, request_id="edit")
    service.update_tree(avenue.session, editing, tree.id, tree.version, TreeInput("B 1", species="Linde"), today=TODAY)
    service.undo_tree(avenue.session, SYSTEM, tree.id, last_change(avenue.session, "trees", tree.id))
    service.update_fleet(avenue.session, editing, fleet.id, fleet.version, FleetInput("Anders"))
    service.undo_fleet(avenue.session, SYSTEM, fleet.id, last_change(avenue.session, "fleets", fleet.id))
    assert (tree.species, fleet.name) == ("Feldahorn", "Musterallee")
    with pytest.raises(NotFound):
        service.undo_tree(avenue.session, SYSTEM, 987654, 1)
