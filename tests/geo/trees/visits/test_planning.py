"""Visits are added, changed, moved, removed: each rule once kept, once broken, with its sentence."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound, NotPermitted
from geo.core.history import perform
from geo.core.undo import last_change
from geo.trees import service as trees
from geo.trees.model import Stay
from geo.trees.schemas import ScheduleInput
from geo.trees.visits import service
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitMove, VisitWords, parse_visit
from geo.trees.wording import period
from tests import factories
from tests.geo.trees import rows as tree_rows
from tests.geo.trees.rows import MAY, SEASON, SUMMER
from tests.geo.trees.visits.rows import visit, with_trees
from webapp.errors import constraint_sentence

TUESDAY = period(date(2026, 5, 5), date(2026, 6, 7))


def refused(error, call, *arguments, **named):
    with pytest.raises(error) as caught:
        call(*arguments, **named)
    return str(caught.value)


def move(avenue, one, stop=None, during=None, actor=SYSTEM, **more):
    data = VisitMove((stop or avenue.market).id, during or one.during, **more)
    return service.move(avenue.session, actor, one.id, one.version, data)


def stays_of(avenue, one):
    query = select(Stay).where(Stay.visit_id == one.id).order_by(Stay.tree_id)
    return avenue.session.scalars(query).all()


def test_visit_is_a_draft_in_a_draft_and_decided_in_a_published_plan(avenue):
    draft = visit(avenue)
    assert draft.layer == "ENTWURF" and draft.permit_state == "OFFEN" and draft.uid
    avenue.publish()
    assert draft.layer == "BESCHLOSSEN"
    assert visit(avenue, during=SUMMER).layer == "BESCHLOSSEN"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"s": 0}, "mindestens ein Modul"),
        ({"s": 3}, "Platz für 2, gefragt sind 3"),
        ({"s": 0, "modules_l": 2}, "Die Allee hat 1 Baum der Klasse L"),
        ({"during": TUESDAY}, "Umzugstag dieses Plans ist Montag, der 5. Mai 2026 ist ein Dienstag"),
        ({"during": period(date(2026, 3, 30), date(2026, 5, 1))}, "gilt vom 1. April bis 31. Oktober 2026"),
    ],
)
def test_rule_that_is_broken_is_said(avenue, more, sentence):
    avenue.session.flush()
    s = more.pop("s", 2)
    assert sentence in refused(Invalid, visit, avenue, s=s, **more)


def test_module_of_a_class_that_the_stop_does_not_admit_is_refused(avenue):
    assert "Modulklasse L nicht zugelassen" in refused(Invalid, visit, avenue, avenue.square, s=0, modules_l=1)


def test_winter_quarters_have_no_visits(avenue):
    quarters = tree_rows.stop(avenue.session, avenue.town, "Bauhof", kind="WINTERQUARTIER")
    assert "Winterquartier" in refused(Invalid, visit, avenue, quarters)


def test_second_visit_at_a_stop_hears_of_the_first(avenue):
    visit(avenue, title="Maifest")
    overlapping = period(date(2026, 6, 1), date(2026, 6, 14))
    sentence = refused(Conflict, visit, avenue, during=overlapping)
    assert "vom 4. Mai bis 7. Juni 2026 schon ein Besuch („Maifest“)" in sentence
    assert visit(avenue, during=SUMMER) and visit(avenue, avenue.square)


def test_other_draft_may_plan_the_same(avenue):
    visit(avenue)
    assert visit(avenue, schedule=avenue.plan())


def test_trees_outside_of_a_visit_take_room(avenue):
    avenue.put("B 1", avenue.market, MAY)
    assert "schon 1 Baum außerhalb eines Besuchs" in refused(Conflict, visit, avenue)
    assert visit(avenue, s=1)


def test_database_refuses_what_goes_past_the_service(avenue):
    def insert(**more):
        values = {"during": MAY, "modules_s": 2, "stop_id": avenue.market.id} | more
        with avenue.session.begin_nested(), perform(avenue.session, SYSTEM, Action.VISIT_EDIT, avenue.town):
            avenue.session.add(Visit(schedule_id=avenue.schedule.id, municipality_id=avenue.town, **values))
            avenue.session.flush()
            avenue.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    insert()
    far = period(date(2099, 6, 1), date(2099, 6, 7))
    for broken, name in (
        ({"during": period(date(2026, 6, 1), date(2026, 6, 14))}, "schon einen Besuch"),
        ({"during": far, "modules_s": 3}, "So viele Module"),
        ({"during": far, "stop_id": avenue.square.id, "modules_l": 1}, "Klasse ist dort nicht zugelassen"),
        ({"during": far, "modules_s": 0}, "1 bis 200 Module"),
        ({"during": far, "permit_applied_on": MAY.upper, "permit_decided_on": MAY.lower}, "vor dem Antrag"),
    ):
        with pytest.raises(IntegrityError) as caught:
            insert(**broken)
        assert name in constraint_sentence(caught.value)[1]


def test_stop_does_not_shrink_below_a_coming_visit(avenue):
    visit(
        avenue,
        during=period(date(2099, 6, 1), date(2099, 6, 7)),
        schedule=avenue.plan(season=period(date(2099, 5, 1), date(2099, 9, 1))),
    )
    with pytest.raises(IntegrityError) as caught, avenue.session.begin_nested():
        with perform(avenue.session, SYSTEM, Action.STOP_EDIT, avenue.town):
            avenue.session.execute(
                text("UPDATE register.stops SET capacity = 1, version = version + 1 WHERE id = :id"),
                {"id": avenue.market.id},
            )
    assert constraint_sentence(caught.value)[0] == 409


def test_trees_are_assigned_for_the_whole_visit_and_as_many_as_it_has_modules(avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    assert {stay.during for stay in stays_of(avenue, one)} == {MAY}
    ids = [avenue.trees[label].id for label in ("B 1", "B 2", "B 3")]
    sentence = refused(Invalid, service.set_trees, avenue.session, SYSTEM, one.id, one.version, ids)
    assert "hat 2 Module der Klasse S, gewählt sind 3" in sentence
    other = visit(avenue, avenue.square, s=1)
    sentence = refused(Conflict, service.set_trees, avenue.session, SYSTEM, other.id, other.version, ids[:1])
    assert "Baum B 1 steht vom 4. Mai" in sentence
    service.set_trees(avenue.session, SYSTEM, one.id, one.version, ids[2:])
    assert [stay.tree_id for stay in stays_of(avenue, one)] == ids[2:]


def test_fewer_modules_than_assigned_trees_are_refused(avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    sentence = refused(Invalid, service.change, avenue.session, SYSTEM, one.id, one.version, VisitWords(modules_s=1))
    assert "schon 2 Bäume der Klasse S zugeteilt" in sentence


def test_visit_moves_with_its_trees_to_another_stop_and_time(avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    move(avenue, one, avenue.square, SUMMER)
    assert [(stay.stop_id, stay.during) for stay in stays_of(avenue, one)] == 2 * [(avenue.square.id, SUMMER)]


def test_tree_that_is_elsewhere_then_stops_the_move_or_is_let_go(avenue):
    one = with_trees(avenue, ["B 1", "B 2"])
    with_trees(avenue, ["B 1"], avenue.square, SUMMER)
    assert "Baum B 1 steht" in refused(Conflict, move, avenue, one, during=SUMMER)
    move(avenue, one, during=SUMMER, release=True)
    assert [stay.tree_id for stay in stays_of(avenue, one)] == [avenue.trees["B 2"].id]


def test_moved_visit_has_to_ask_for_its_permit_again(avenue):
    one = visit(avenue)
    with perform(avenue.session, SYSTEM, Action.VISIT_EDIT, avenue.town):
        one.permit_state, one.permit_applied_on = "GENEHMIGT", date(2026, 3, 1)
    move(avenue, one)
    assert one.permit_state == "GENEHMIGT"
    move(avenue, one, during=SUMMER)
    assert one.permit_state == "OFFEN" and one.permit_applied_on is None


def test_decided_visit_is_put_off_to_another_weekday_only_when_that_is_confirmed(avenue):
    one = visit(avenue)
    avenue.publish()
    assert "Umzugstag" in refused(NeedsConfirmation, move, avenue, one, during=TUESDAY)
    assert move(avenue, one, during=TUESDAY, weekday_confirmed=True).during == TUESDAY


def test_move_into_another_town_keeps_the_address(avenue, towns):
    fleet = trees.create_fleet(avenue.session, SYSTEM, None, tree_rows.FleetInput("Bündnisallee"))
    tree = trees.create_tree(avenue.session, SYSTEM, fleet.id, tree_rows.TreeInput("A 1"))
    plan = trees.create_schedule(avenue.session, SYSTEM, fleet.id, ScheduleInput("Bündnis", SEASON))
    away = tree_rows.stop(avenue.session, towns.foreign, "Fremdplatz", lon=11.25)
    one = visit(avenue, s=1, schedule=plan)
    service.set_trees(avenue.session, SYSTEM, one.id, one.version, [tree.id])
    old_id, uid = one.id, one.uid
    moved = move(avenue, one, away)
    assert moved.id != old_id and moved.uid == uid and moved.municipality_id == towns.foreign
    assert [stay.municipality_id for stay in stays_of(avenue, moved)] == [towns.foreign]


def test_stale_version_shows_what_is_stored_now(avenue):
    one = visit(avenue)
    service.change(avenue.session, SYSTEM, one.id, one.version, VisitWords(modules_s=1, title="Neu"))
    with pytest.raises(Conflict) as caught:
        service.change(avenue.session, SYSTEM, one.id, 1, VisitWords(modules_s=2))
    assert caught.value.theirs["title"] == "Neu" and caught.value.version == one.version


def test_removed_visit_takes_its_stays_with_it_and_comes_back_with_undo(avenue):
    one = with_trees(avenue, ["B 1"])
    move(avenue, one, during=SUMMER, actor=replace(SYSTEM, request_id="the move"))
    service.undo(avenue.session, SYSTEM, one.id, last_change(avenue.session, "visits", one.id))
    avenue.session.expire_all()
    assert one.during == MAY and [stay.during for stay in stays_of(avenue, one)] == [MAY]
    service.remove(avenue.session, SYSTEM, one.id, one.version)
    assert avenue.session.scalars(select(Stay)).all() == []


def test_viewer_writes_nothing_and_a_stranger_finds_nothing(db, avenue, towns):
    one = visit(avenue)
    assert refused(NotPermitted, move, avenue, one, actor=factories.actor(db, "viewer", towns.own))
    assert refused(NotFound, move, avenue, one, actor=factories.actor(db, "manager", towns.foreign))
    assert move(avenue, one, during=SUMMER, actor=factories.actor(db, "planner"))


def test_weekday_of_a_plan_changes_only_while_no_draft_contradicts(avenue):
    visit(avenue)
    data = ScheduleInput("Saison 2026", SEASON, move_weekday=6)
    schedule = avenue.schedule
    sentence = refused(Invalid, trees.update_schedule, avenue.session, SYSTEM, schedule.id, schedule.version, data)
    assert "1 Besuche im Entwurf" in sentence or "beginnen" in sentence


def test_form_says_each_mistake_at_its_field():
    with pytest.raises(Invalid) as caught:
        parse_visit(
            {
                "schedule_id": "1",
                "stop_id": "x",
                "first": "2026-05-04",
                "last": "2026-05-03",
                "modules_s": "-1",
                "opening_at": "morgen",
            }
        )
    assert set(caught.value.fields) == {"stop_id", "last", "modules_s", "opening_at"}
    good = {"schedule_id": "1", "stop_id": "2", "first": "2026-05-04", "last": "7.6.2026", "modules_l": "2"}
    made = parse_visit(good | {"opening_at": "2026-05-04T14:00"})
    assert made.during == MAY and made.words.modules_l == 2
    assert made.words.opening_at.isoformat() == "2026-05-04T14:00:00+02:00"
    with pytest.raises(Invalid) as caught:
        parse_visit(good | {"modules_l": "0"})
    assert "mindestens ein Modul" in caught.value.fields["modules_s"]
