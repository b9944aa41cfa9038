from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.trees import service
from geo.trees.model import Stay
from geo.trees.schemas import StayChange, parse_stay
from geo.trees.wording import period
from tests import factories
from tests.geo.trees import rows
from tests.geo.trees.rows import AUTUMN, MAY, SUMMER, TODAY


def change(session, stay, *, stop=None, during=None, actor=SYSTEM):
    data = StayChange(stop.id if stop else stay.stop_id, during or stay.during)
    return service.change_stay(session, actor, stay.id, stay.version, data, today=TODAY)


def test_tree_moves_from_stop_to_stop(avenue):
    first, second = avenue.put("B 1", avenue.market, MAY)[0], avenue.put("B 1", avenue.square, SUMMER)[0]
    assert (first.layer, first.slot, second.during.lower) == ("ENTWURF", 1, first.during.upper)


def test_tree_at_two_stops_is_refused_by_name_and_period(avenue):
    avenue.put("B 3", avenue.market, MAY)
    with pytest.raises(Conflict) as refused:
        avenue.put("B 3", avenue.square, period(date(2026, 6, 7), date(2026, 6, 9)))
    assert str(refused.value) == "Baum B 3 steht vom 4. Mai bis 7. Juni 2026 am Standplatz „Hauptmarkt Musterallee“."


def test_tree_at_two_stops_is_refused_by_the_database(avenue):
    stay = avenue.put("B 3", avenue.market, MAY)[0]
    with pytest.raises(IntegrityError) as refused, perform(avenue.session, SYSTEM, Action.STAY_EDIT, avenue.town):
        avenue.session.add(
            Stay(
                schedule_id=stay.schedule_id,
                tree_id=stay.tree_id,
                stop_id=avenue.square.id,
                municipality_id=avenue.town,
                slot=1,
                during=MAY,
            )
        )
        avenue.session.flush()
        avenue.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert refused.value.orig.diag.constraint_name == "stays_tree_at_one_place"


def test_stop_takes_as_many_trees_as_it_has_places(avenue):
    stays = avenue.put(["B 1", "B 2"], avenue.market, MAY)
    assert [stay.slot for stay in stays] == [1, 2]
    with pytest.raises(Conflict) as refused:
        avenue.put("B 3", avenue.market, MAY)
    assert str(refused.value).startswith(
        "Am Standplatz „Hauptmarkt Musterallee“ ist am 4. Mai 2026 kein Platz von 2 frei, gebraucht wird 1."
        " Baum B 1 steht vom 4. Mai bis 7. Juni 2026"
    )
    with pytest.raises(Conflict):
        avenue.put(["B 1", "B 2", "B 3"], avenue.market, SUMMER)


def test_slot_taken_twice_is_refused_by_the_database(avenue):
    stay = avenue.put("B 1", avenue.market, MAY)[0]
    with pytest.raises(IntegrityError) as refused, perform(avenue.session, SYSTEM, Action.STAY_EDIT, avenue.town):
        avenue.session.add(
            Stay(
                schedule_id=stay.schedule_id,
                tree_id=avenue.trees["B 2"].id,
                stop_id=stay.stop_id,
                municipality_id=avenue.town,
                slot=stay.slot,
                during=period(date(2026, 6, 7), date(2026, 6, 7)),
            )
        )
        avenue.session.flush()
        avenue.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert refused.value.orig.diag.constraint_name == "stays_stop_capacity"


def test_free_days_that_no_single_slot_has_are_found_by_laying_stays_together(avenue):
    avenue.put(["B 1", "B 2"], avenue.market, MAY)
    avenue.put("B 1", avenue.market, SUMMER)
    autumn = avenue.put(["B 2", "B 1"], avenue.market, AUTUMN)
    service.remove_stay(avenue.session, SYSTEM, autumn[0].id, autumn[0].version)
    long = avenue.put("B 3", avenue.market, period(date(2026, 6, 8), date(2026, 10, 15)))[0]
    assert long.slot in {1, 2}


@pytest.mark.parametrize("during", [Range(empty=True), Range(date(2026, 5, 1), None), Range(None, date(2026, 5, 1))])
def test_empty_and_endless_periods_are_refused_by_the_database(avenue, during):
    with pytest.raises(IntegrityError) as refused, perform(avenue.session, SYSTEM, Action.STAY_EDIT, avenue.town):
        avenue.session.add(
            Stay(
                schedule_id=avenue.schedule.id,
                tree_id=avenue.trees["B 1"].id,
                stop_id=avenue.market.id,
                municipality_id=avenue.town,
                slot=1,
                during=during,
            )
        )
        avenue.session.flush()
    assert refused.value.orig.diag.constraint_name == "stays_period"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"last": ""}, "last"),
        ({"first": "", "last": ""}, "first"),
        ({"last": "2026-05-03"}, "last"),
        ({"first": "31.02.2026"}, "first"),
        ({"last": "9999-12-31"}, "last"),
        ({"trees": ""}, "trees"),
        ({"trees": "1,x"}, "trees"),
        ({"schedule_id": "-1"}, "schedule_id"),
        ({"stop_id": "99999999999"}, "stop_id"),
    ],
)
def test_bad_input_gives_a_sentence_at_its_field(given, field):
    form = {"first": "2026-05-04", "last": "2026-06-07", "trees": "1,2", "schedule_id": "1", "stop_id": "1"}
    with pytest.raises(Invalid) as refused:
        parse_stay(form | given)
    assert field in refused.value.fields
    assert parse_stay(form).during == MAY


def test_class_that_the_stop_does_not_admit_is_refused(avenue):
    with pytest.raises(Invalid) as refused:
        avenue.put("L 1", avenue.square, MAY)
    assert refused.value.fields["trees"] == (
        "Baum L 1 hat die Modulklasse L; am Standplatz „Neumarkt Musterallee“ ist nur S zugelassen."
    )
    assert avenue.put("L 1", avenue.market, MAY)


def test_period_outside_of_the_season_is_refused(avenue):
    with pytest.raises(Invalid) as refused:
        avenue.put("B 1", avenue.market, period(date(2026, 3, 1), date(2026, 4, 15)))
    assert "vom 1. April bis 31. Oktober 2026" in refused.value.fields["first"]


def test_tree_that_is_gone_moves_no_more(avenue):
    tree = avenue.trees["B 1"]
    with perform(avenue.session, SYSTEM, Action.FLEET_EDIT, avenue.town):
        tree.state = "AUSGEPFLANZT"
    with pytest.raises(Invalid):
        avenue.put("B 1", avenue.market, MAY)


def test_two_trees_swap_in_one_transaction(avenue):
    one, other = avenue.put("B 1", avenue.market, MAY)[0], avenue.put("B 2", avenue.square, MAY)[0]
    service.swap_trees(avenue.session, SYSTEM, [(one.id, one.version), (other.id, other.version)])
    avenue.session.expire_all()
    assert (one.tree_id, other.tree_id) == (avenue.trees["B 2"].id, avenue.trees["B 1"].id)


def test_swap_is_refused_where_the_class_is_not_admitted_or_the_tree_is_elsewhere(avenue):
    one, other = avenue.put("L 1", avenue.market, MAY)[0], avenue.put("B 2", avenue.square, MAY)[0]
    with pytest.raises(Invalid):
        service.swap_trees(avenue.session, SYSTEM, [(one.id, one.version), (other.id, other.version)])
    third = avenue.put("B 3", avenue.market, SUMMER)[0]
    avenue.put("B 2", avenue.square, SUMMER)
    with pytest.raises(Conflict):
        service.swap_trees(avenue.session, SYSTEM, [(other.id, other.version), (third.id, third.version)])
    with pytest.raises(Invalid):
        service.swap_trees(avenue.session, SYSTEM, [(one.id, one.version), (one.id, one.version)])


def test_stay_changes_its_period_and_stop(avenue):
    stay = avenue.put("B 1", avenue.market, MAY)[0]
    change(avenue.session, stay, stop=avenue.square, during=SUMMER)
    assert (stay.stop_id, stay.during, stay.version) == (avenue.square.id, SUMMER, 2)


def test_stale_change_shows_what_is_stored(avenue):
    stay = avenue.put("B 1", avenue.market, MAY)[0]
    change(avenue.session, stay, during=SUMMER)
    with pytest.raises(Conflict) as refused:
        service.change_stay(avenue.session, SYSTEM, stay.id, 1, StayChange(stay.stop_id, AUTUMN), today=TODAY)
    assert refused.value.version == 2 and refused.value.theirs["first"] == "2026-06-08"


def test_stay_moves_into_another_town_as_a_new_one(avenue, towns):
    abroad = rows.stop(avenue.session, towns.foreign, "Fremder Platz", lon=11.25)
    stay = avenue.put("B 1", avenue.market, MAY)[0]
    moved = change(avenue.session, stay, stop=abroad)
    assert moved.id != stay.id and moved.municipality_id == towns.foreign
    assert avenue.session.get(Stay, stay.id) is None


def test_editor_of_another_town_may_not_touch_a_stay(db, avenue, towns):
    stranger = factories.actor(db, "editor", towns.foreign)
    stay = avenue.put("B 1", avenue.market, MAY)[0]
    for attempt in (
        lambda: avenue.put("B 2", avenue.market, MAY, actor=stranger),
        lambda: change(avenue.session, stay, during=SUMMER, actor=stranger),
        lambda: service.remove_stay(avenue.session, stranger, stay.id, stay.version),
        lambda: service.confirm_stays(avenue.session, stranger, [avenue.put("B 3", avenue.market, SUMMER)[0].id]),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_editor_may_not_borrow_another_towns_fleet(db, avenue, towns):
    editor = factories.actor(db, "editor", towns.foreign)
    theirs = rows.stop(avenue.session, towns.foreign, "Fremder Platz", lon=11.25)
    with pytest.raises(NotFound):
        avenue.put("B 1", theirs, MAY, actor=editor)
    planner = factories.actor(db, "planner")
    assert avenue.put("B 1", theirs, MAY, actor=planner)


def test_unknown_rows_are_not_found(avenue):
    with pytest.raises(NotFound):
        service.remove_stay(avenue.session, SYSTEM, 987654, 1)


class TestActual:
    """Planned and actual stays side by side."""

    @pytest.fixture
    def planned(self, avenue):
        avenue.put(["B 1", "B 2"], avenue.market, MAY)
        avenue.publish()
        return avenue.session.query(Stay).filter_by(schedule_id=avenue.schedule.id).order_by(Stay.id).all()

    def test_confirming_copies_into_the_actual_layer_once(self, avenue, planned):
        made = service.confirm_stays(avenue.session, SYSTEM, [stay.id for stay in planned], today=TODAY)
        assert [(one.layer, one.during) for one in made] == 2 * [("TATSAECHLICH", MAY)]
        assert service.confirm_stays(avenue.session, SYSTEM, [stay.id for stay in planned], today=TODAY) == []

    def test_what_has_not_begun_cannot_be_confirmed(self, avenue, planned):
        with pytest.raises(Invalid):
            service.confirm_stays(avenue.session, SYSTEM, [planned[0].id], today=date(2026, 5, 3))
        with pytest.raises(Invalid):
            avenue.put("B 3", avenue.square, SUMMER, actual=True)

    def test_tree_that_left_early_frees_its_planned_place(self, avenue, planned):
        actual = service.confirm_stays(avenue.session, SYSTEM, [planned[0].id], today=TODAY)[0]
        change(avenue.session, actual, during=period(date(2026, 5, 4), date(2026, 5, 10)))
        avenue.session.expire_all()
        assert planned[0].during == actual.during
        rest = period(date(2026, 5, 11), date(2026, 6, 7))
        assert avenue.put("B 3", avenue.market, rest)[0].layer == "BESCHLOSSEN"

    def test_actual_and_decided_trees_share_the_room(self, avenue, planned):
        with pytest.raises(Conflict):
            avenue.put("B 3", avenue.market, MAY, actual=True)
        assert avenue.put("B 1", avenue.square, MAY, actual=True)

    def test_planned_stay_minds_where_the_tree_really_stands(self, avenue, planned):
        avenue.put("B 3", avenue.square, MAY, actual=True)
        with pytest.raises(Conflict):
            avenue.put("B 3", avenue.market, MAY)
