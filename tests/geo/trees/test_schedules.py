from datetime import date

import pytest
from sqlalchemy import select, text

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.trees import service
from geo.trees.model import Stay
from geo.trees.schemas import ScheduleInput, parse_schedule
from geo.trees.wording import period
from tests import factories
from tests.geo.trees import rows
from tests.geo.trees.rows import AUTUMN, MAY, SEASON, SUMMER, TODAY


def layers(session, schedule):
    query = select(Stay.layer).where(Stay.schedule_id == schedule.id).order_by(Stay.id)
    return session.scalars(query).all()


def public_stays(db):
    with db.public() as session:
        return session.scalar(text("SELECT count(*) FROM published.stays"))


def test_draft_becomes_the_plan_that_everybody_sees(db, avenue):
    avenue.put(["B 1", "B 2"], avenue.market, MAY)
    assert public_stays(db) == 0
    avenue.publish()
    assert avenue.schedule.state == "VEROEFFENTLICHT" and avenue.schedule.published_at
    assert public_stays(db) == 2


def test_plan_without_a_stay_is_not_published(avenue):
    with pytest.raises(Invalid):
        avenue.publish()


def test_only_a_planner_publishes(db, avenue, towns):
    avenue.put("B 1", avenue.market, MAY)
    for role, town, refusal in (
        ("manager", towns.own, NotPermitted),
        ("manager", towns.foreign, NotFound),
        ("curator", None, NotFound),
    ):
        with pytest.raises(refusal):
            service.publish(avenue.session, factories.actor(db, role, town), avenue.schedule.id, 1)
    assert service.publish(avenue.session, factories.actor(db, "planner"), avenue.schedule.id, 1)


def test_new_plan_supersedes_the_old_one_and_keeps_what_has_begun(db, avenue):
    avenue.put("B 1", avenue.market, MAY)
    avenue.put("B 2", avenue.market, SUMMER)
    avenue.publish()
    new = avenue.plan()
    avenue.put("B 2", avenue.square, SUMMER, schedule=new)
    avenue.publish(new)
    assert avenue.schedule.state == "UEBERHOLT"
    assert layers(avenue.session, avenue.schedule) == ["BESCHLOSSEN", "ENTWURF"]
    assert layers(avenue.session, new) == ["BESCHLOSSEN"]
    assert public_stays(db) == 2


def test_running_stay_gives_way_when_the_new_plan_needs_its_tree(avenue):
    avenue.put("B 1", avenue.market, MAY)
    avenue.publish()
    new = avenue.plan()
    avenue.put("B 1", avenue.square, MAY, schedule=new)
    avenue.publish(new)
    assert layers(avenue.session, avenue.schedule) == ["ENTWURF"]


def test_two_fleets_cannot_be_published_onto_one_place(avenue):
    other = rows.avenue(avenue.session, avenue.town, "Zweitallee")
    avenue.put(["B 1", "B 2"], avenue.market, MAY)
    other.put("B 1", avenue.market, MAY)
    avenue.publish()
    with pytest.raises(Conflict) as refused:
        other.publish()
    assert "kein Platz von 2 frei" in str(refused.value)


def test_plans_of_two_fleets_share_a_stop_as_far_as_there_is_room(avenue):
    other = rows.avenue(avenue.session, avenue.town, "Zweitallee")
    avenue.put("B 1", avenue.market, MAY)
    other.put("B 1", avenue.market, MAY)
    avenue.publish()
    other.publish()
    slots = avenue.session.scalars(select(Stay.slot).where(Stay.stop_id == avenue.market.id)).all()
    assert sorted(slots) == [1, 2]


def test_withdrawn_plan_is_a_draft_again_where_it_has_not_begun(avenue):
    avenue.put("B 1", avenue.market, MAY)
    avenue.put("B 1", avenue.market, SUMMER)
    avenue.publish()
    service.supersede(avenue.session, SYSTEM, avenue.schedule.id, avenue.schedule.version, today=TODAY)
    assert layers(avenue.session, avenue.schedule) == ["BESCHLOSSEN", "ENTWURF"]
    with pytest.raises(Invalid):
        avenue.put("B 1", avenue.square, AUTUMN)


def test_change_of_a_published_plan_shows_at_once(db, avenue):
    avenue.put("B 1", avenue.market, MAY)
    avenue.publish()
    assert avenue.put("B 2", avenue.market, MAY)[0].layer == "BESCHLOSSEN"
    assert public_stays(db) == 2


def test_season_cannot_be_cut_below_its_stays(avenue):
    avenue.put("B 1", avenue.market, AUTUMN)
    with pytest.raises(Invalid):
        service.update_schedule(
            avenue.session,
            SYSTEM,
            avenue.schedule.id,
            1,
            ScheduleInput("Kurz", period(date(2026, 4, 1), date(2026, 9, 30))),
        )
    changed = service.update_schedule(avenue.session, SYSTEM, avenue.schedule.id, 1, ScheduleInput("Umbenannt", SEASON))
    assert changed.name == "Umbenannt"


def test_season_needs_an_end_and_a_sensible_length():
    for last in ("", "2026-03-31", "2031-04-01"):
        with pytest.raises(Invalid):
            parse_schedule({"name": "x", "first": "2026-04-01", "last": last})
