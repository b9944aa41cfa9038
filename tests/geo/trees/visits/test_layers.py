"""Draft, decided, actual: three layers that never mix; publishing, taking back, arriving and leaving."""

from datetime import date

import pytest
from sqlalchemy import select, text

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotPermitted
from geo.core.history import perform
from geo.trees import service as trees
from geo.trees.model import Stay
from geo.trees.schemas import StayChange
from geo.trees.visits import service
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitMove
from geo.trees.wording import period
from tests import factories
from tests.geo.trees import rows as tree_rows
from tests.geo.trees.rows import MAY, SUMMER, TODAY
from tests.geo.trees.visits.rows import visit, with_trees

LATER = period(date(2026, 5, 11), date(2026, 6, 14))


def public(db):
    with db.public() as session:
        query = "SELECT id, lower(during), upper(during) - 1, is_actual, modules_s FROM published.visits ORDER BY id"
        return session.execute(text(query)).all()


def stays(avenue, one, layer=None):
    query = select(Stay).where(Stay.visit_id == one.id).order_by(Stay.tree_id)
    return avenue.session.scalars(query if layer is None else query.where(Stay.layer == layer)).all()


def test_drafts_are_not_public_and_decided_visits_are(db, avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    assert public(db) == []
    avenue.publish()
    assert public(db) == [(one.id, date(2026, 5, 4), date(2026, 6, 7), False, 2)]
    assert {stay.layer for stay in stays(avenue, one)} == {"BESCHLOSSEN"}


def test_single_visit_is_decided_early_but_public_only_with_its_plan(db, avenue, towns):
    one, other = with_trees(avenue, ["B 1"]), visit(avenue, during=SUMMER)
    with pytest.raises(NotPermitted):
        service.decide(avenue.session, factories.actor(db, "manager", towns.own), [(one.id, one.version)])
    service.decide(avenue.session, factories.actor(db, "planner"), [(one.id, one.version)])
    assert (one.layer, other.layer) == ("BESCHLOSSEN", "ENTWURF") and public(db) == []
    avenue.publish()
    assert other.layer == "BESCHLOSSEN" and len(public(db)) == 2
    with pytest.raises(Invalid):
        service.decide(avenue.session, SYSTEM, [(one.id, one.version)])


def test_plan_that_needs_more_modules_than_the_fleet_has_is_not_published(avenue):
    visit(avenue)
    visit(avenue, avenue.square)
    with pytest.raises(Conflict) as caught:
        avenue.publish()
    assert "Am 4. Mai 2026 brauchen die Besuche 4 Module der Klasse S, die Allee hat 3" in str(caught.value)


def test_two_fleets_are_not_decided_onto_one_stop(avenue):
    other = tree_rows.avenue(avenue.session, avenue.town, "Zweitallee")
    visit(avenue)
    visit(other, avenue.market)
    avenue.publish()
    with pytest.raises(Conflict) as caught:
        other.publish()
    assert "schon ein Besuch" in str(caught.value)


def test_new_plan_puts_a_visit_off_and_the_visit_stays_itself(avenue):
    one = with_trees(avenue, ["B 1"], title="Mai", during=SUMMER)
    avenue.publish()
    with perform(avenue.session, SYSTEM, Action.VISIT_EDIT, avenue.town):
        one.permit_state, one.permit_reference = "GENEHMIGT", "AZ 7"
    new = avenue.plan()
    later = period(date(2026, 6, 22), date(2026, 7, 26))
    draft = with_trees(avenue, ["B 2"], during=later, schedule=new)
    uid = one.uid
    avenue.publish(new)
    assert (one.layer, one.during, one.schedule_id, one.uid) == ("BESCHLOSSEN", later, new.id, uid)
    assert (one.permit_state, one.permit_reference, one.title) == (
        "GENEHMIGT",
        "AZ 7",
        "Mai",
    )  # within what was granted
    assert [stay.tree_id for stay in stays(avenue, one)] == [avenue.trees["B 2"].id]
    assert (draft.layer, draft.during, draft.schedule_id) == ("ENTWURF", SUMMER, avenue.schedule.id)
    assert [stay.tree_id for stay in stays(avenue, draft, "ENTWURF")] == [avenue.trees["B 1"].id]


def test_longer_visit_in_a_new_plan_asks_for_its_permit_again_and_keeps_its_trees(avenue):
    one = with_trees(avenue, ["B 1"], during=SUMMER)
    avenue.publish()
    with perform(avenue.session, SYSTEM, Action.VISIT_EDIT, avenue.town):
        one.permit_state = "GENEHMIGT"
    new = avenue.plan()
    visit(avenue, s=1, during=period(SUMMER.lower, date(2026, 8, 9)), schedule=new)
    avenue.publish(new)
    assert one.permit_state == "OFFEN" and one.schedule_id == new.id
    assert [(stay.schedule_id, stay.during, stay.layer) for stay in stays(avenue, one)] == [
        (new.id, SUMMER, "BESCHLOSSEN")
    ]


def test_taken_back_plan_keeps_the_visits_that_have_begun(avenue):
    begun, coming = with_trees(avenue, ["B 1"]), with_trees(avenue, ["B 1"], during=SUMMER)
    avenue.publish()
    trees.supersede(avenue.session, SYSTEM, avenue.schedule.id, avenue.schedule.version, today=TODAY)
    assert (begun.layer, coming.layer) == ("BESCHLOSSEN", "ENTWURF")
    assert [stays(avenue, one)[0].layer for one in (begun, coming)] == ["BESCHLOSSEN", "ENTWURF"]


def test_trees_arrive_late_and_leave_early(db, avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    avenue.publish()
    with pytest.raises(Invalid):
        service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 21), today=TODAY)
    actual = service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 9), today=TODAY)
    assert actual.planned_visit_id == one.id and actual.layer == "TATSAECHLICH"
    assert {stay.during for stay in stays(avenue, actual)} == {period(date(2026, 5, 9), date(2026, 6, 7))}
    assert public(db) == [(one.id, date(2026, 5, 9), date(2026, 6, 7), True, 2)]
    with pytest.raises(Conflict):
        service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 9), today=TODAY)
    service.leave(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 18), today=TODAY)
    assert one.during == MAY  # what was announced stays announced
    assert public(db) == [(one.id, date(2026, 5, 9), date(2026, 5, 18), True, 2)]
    assert {stay.during.upper for stay in stays(avenue, actual)} == {date(2026, 5, 19)}
    with db.public() as session:
        assert session.scalar(text("SELECT max(upper(during)) FROM published.standings")) == date(2026, 5, 19)


def test_trees_may_stay_longer_than_planned(avenue):
    one = with_trees(avenue, ["B 1"])
    avenue.publish()
    after = date(2026, 6, 20)
    actual = service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 4), today=after)
    service.leave(avenue.session, SYSTEM, one.id, one.version, date(2026, 6, 12), today=after)
    assert actual.during == period(date(2026, 5, 4), date(2026, 6, 12))
    assert [stay.during for stay in stays(avenue, actual)] == [actual.during]


def test_arrived_visit_is_neither_moved_nor_removed(avenue):
    one = with_trees(avenue, ["B 1"])
    avenue.publish()
    service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 4), today=TODAY)
    data = VisitMove(avenue.market.id, LATER)
    with pytest.raises(Conflict):
        service.move(avenue.session, SYSTEM, one.id, one.version, data)
    with pytest.raises(Conflict):
        service.remove(avenue.session, SYSTEM, one.id, one.version)


def test_stay_that_is_moved_away_leaves_its_visit_and_one_confirmed_by_hand_joins_the_actual_one(avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    avenue.publish()
    first, second = stays(avenue, one)
    trees.change_stay(avenue.session, SYSTEM, second.id, second.version, StayChange(avenue.square.id, MAY), today=TODAY)
    assert second.visit_id is None
    with perform(avenue.session, SYSTEM, Action.VISIT_EDIT, avenue.town):
        avenue.session.delete(second)
    actual = service.arrive(avenue.session, SYSTEM, one.id, one.version, date(2026, 5, 4), today=TODAY)
    assert [stay.tree_id for stay in stays(avenue, actual)] == [first.tree_id]


def test_visit_recorded_as_it_was_needs_no_plan_of_it(db, avenue):
    visit(avenue, during=SUMMER)
    avenue.publish()
    was = visit(avenue, actual=True, s=1)
    assert (was.id, date(2026, 5, 4), date(2026, 6, 7), True, 1) in public(db)
    with pytest.raises(Invalid):
        visit(avenue, during=period(date(2026, 9, 7), date(2026, 9, 13)), actual=True)
    assert avenue.session.scalar(select(Visit.layer).where(Visit.id == was.id)) == "TATSAECHLICH"
