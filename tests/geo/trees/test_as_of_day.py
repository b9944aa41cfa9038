from datetime import date

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import NotFound
from geo.trees import feature, season, service
from geo.trees.queries import internal, public
from geo.trees.queries.public import Filters
from geo.trees.schemas import StayChange
from geo.trees.wording import period
from tests import factories
from tests.geo.trees import rows
from tests.geo.trees.rows import AUTUMN, MAY, SUMMER, TODAY

IN_MAY, IN_JUNE, IN_AUGUST, IN_WINTER = date(2026, 5, 10), date(2026, 6, 10), date(2026, 8, 10), date(2026, 12, 24)


@pytest.fixture
def planned(avenue):
    avenue.put(["B 1", "B 2"], avenue.market, MAY)
    avenue.put("B 1", avenue.square, SUMMER)
    avenue.put("B 2", avenue.market, AUTUMN)
    avenue.publish()
    return avenue


class Everybody:
    """A visitor: each question is a public session of its own, since a test's sessions share one connection."""

    def __init__(self, db):
        self.db = db

    def execute(self, *arguments):
        with self.db.public() as session:
            return session.execute(*arguments).freeze()()


@pytest.fixture
def everybody(db):
    return Everybody(db)


def standing(session, day, **filters):
    return {
        (one.tree, one.stop.split()[0], one.is_sure) for one in public.standing_on(session, day, Filters(**filters))
    }


def confirm(avenue, label, day=TODAY):
    stays = internal.stays_of_tree(avenue.session, avenue.trees[label].id)
    planned = [one.id for one in stays if one.layer == "BESCHLOSSEN" and one.first <= day]
    return service.confirm_stays(avenue.session, SYSTEM, planned, today=day)[0]


def test_trees_stand_where_the_plan_puts_them_on_the_day(planned, everybody):
    assert standing(everybody, IN_MAY) == {("B 1", "Hauptmarkt", False), ("B 2", "Hauptmarkt", False)}
    assert standing(everybody, IN_JUNE) == {("B 1", "Neumarkt", False)}
    assert standing(everybody, IN_AUGUST) == set()


def test_first_and_last_day_count(planned, everybody):
    assert len(standing(everybody, date(2026, 5, 4))) == len(standing(everybody, date(2026, 6, 7))) == 2
    assert standing(everybody, date(2026, 5, 3)) == set()


def test_what_was_confirmed_wins_over_what_was_planned(planned, everybody):
    confirm(planned, "B 1")
    assert standing(everybody, IN_MAY) == {("B 1", "Hauptmarkt", True), ("B 2", "Hauptmarkt", False)}
    planned.put("B 2", planned.square, period(date(2026, 5, 8), date(2026, 5, 12)), actual=True)
    assert ("B 2", "Neumarkt", True) in standing(everybody, IN_MAY)
    assert ("B 2", "Hauptmarkt", False) in standing(everybody, date(2026, 5, 20))


def test_tree_that_left_early_is_not_put_back_by_the_plan(planned, everybody):
    stay = confirm(planned, "B 1")
    data = StayChange(stay.stop_id, period(date(2026, 5, 4), date(2026, 5, 8)))
    service.change_stay(planned.session, SYSTEM, stay.id, stay.version, data, today=TODAY)
    assert standing(everybody, IN_MAY) == {("B 2", "Hauptmarkt", False)}


def test_drafts_are_never_public(avenue, everybody):
    marker = rows.stop(avenue.session, avenue.town, "GEHEIMER ENTWURFSPLATZ")
    avenue.put("B 1", avenue.market, MAY)
    avenue.publish()
    draft = avenue.plan("GEHEIMER PLAN")
    avenue.put("B 2", marker, SUMMER, schedule=draft)
    assert standing(everybody, IN_JUNE) == set()
    assert public.summary(everybody, IN_MAY).arrivals == ()
    assert [stop.name.split()[0] for stop in public.stops_on(everybody, IN_MAY)] == ["Hauptmarkt"]
    with pytest.raises(NotFound):
        public.get_stop(everybody, marker.id, IN_MAY)
    assert public.get_fleet(everybody, avenue.fleet.id).seasons == (
        ("Saison 2026", date(2026, 4, 1), date(2026, 10, 31)),
    )
    for view in (feature.STOPS, feature.STANDINGS, feature.SCHEDULES, feature.TREES, feature.FLEETS):
        found = everybody.execute(text(f"SELECT * FROM {view.view}")).all()
        assert "GEHEIM" not in str(found)


def test_overview_says_what_stands_and_what_comes(planned, everybody):
    market, square = public.stops_on(everybody, IN_MAY)
    assert [tree.tree for tree in market.here] == ["B 1", "B 2"]
    assert market.until == date(2026, 6, 7) and market.coming.day == date(2026, 9, 1)
    assert square.here == () and (square.coming.day, square.coming.count) == (date(2026, 6, 8), 1)
    assert [stop.name.split()[0] for stop in public.stops_on(everybody, IN_MAY, Filters(only_taken=True))] == [
        "Hauptmarkt"
    ]
    assert public.stops_on(everybody, IN_MAY, Filters(fleet_id=987654)) == []
    assert len(public.stops_on(everybody, IN_MAY, Filters(ags=factories.OWN_AGS))) == 2
    assert public.towns(everybody) == [(factories.OWN_AGS, "Musterstadt")]


def test_winter_is_told_in_words_and_its_place_stays_private(planned, everybody):
    yard = rows.stop(planned.session, planned.town, "Bauhof", kind="WINTERQUARTIER", capacity=9)
    winter = planned.plan("Winter", period(date(2026, 11, 1), date(2027, 10, 31)))
    planned.put(["B 1", "B 2"], yard, period(date(2026, 11, 1), date(2027, 3, 31)), schedule=winter)
    planned.put("B 1", planned.market, period(date(2027, 4, 1), date(2027, 5, 31)), schedule=winter)
    planned.publish(winter)
    found = public.summary(everybody, IN_WINTER)
    assert (found.in_streets, found.returns_on) == (0, date(2027, 4, 1))
    assert found.resting == (("Bauhof", "Musterstadt", 2),)
    assert "Bauhof" not in {stop.name for stop in public.stops_on(everybody, IN_WINTER)}
    stop = public.get_stop(everybody, yard.id, IN_WINTER)
    assert (stop.lon, stop.street, len(stop.here)) == (None, None, 2)


def test_life_of_a_tree_and_of_a_stop(planned, everybody):
    life = public.get_tree(everybody, planned.trees["B 1"].id).life
    assert [(one.stop.split()[0], one.first) for one in life] == [
        ("Hauptmarkt", date(2026, 5, 4)),
        ("Neumarkt", date(2026, 6, 8)),
    ]
    visits = public.visits(public.stop_life(everybody, planned.market.id))
    assert [(one.first, len(one.trees)) for one in visits] == [(date(2026, 5, 4), 2), (date(2026, 9, 1), 1)]


def test_season_is_a_table_of_stops_and_weeks(planned, everybody):
    first, last = public.season_of(everybody, IN_MAY)
    assert (first, last) == (date(2026, 4, 1), date(2026, 10, 31))
    table = season.table(public.fleet_standings(everybody, planned.fleet.id, first, last), first, last)
    assert [line.stop.split()[0] for line in table.lines] == ["Hauptmarkt", "Neumarkt"]
    assert sum(count for _, count in table.months) == len(table.weeks) == 31
    assert all(sum(cell.span for cell in line.cells) == 31 for line in table.lines)
    taken = [cell for cell in table.lines[0].cells if cell.trees]
    assert [(cell.count, cell.span, cell.first) for cell in taken] == [
        (2, 5, date(2026, 5, 4)),
        (1, 7, date(2026, 9, 1)),
    ]
    assert table.week_of(date(2026, 4, 1)) == 0 and table.week_of(date(2027, 1, 1)) is None


def test_season_does_not_add_up_who_leaves_and_who_comes_in_the_same_week():
    def stay(tree_id, first, last):
        return public.Standing(tree_id, str(tree_id), None, 1, "A", 1, "Platz", "Stadt", "STRASSE", first, last, True)

    tuesday, friday = date(2026, 7, 7), date(2026, 7, 10)
    stays = [
        stay(1, date(2026, 6, 1), date(2026, 7, 6)),
        stay(2, tuesday, date(2026, 7, 30)),
        stay(3, friday, date(2026, 7, 11)),
    ]
    cells = season.table(stays, date(2026, 6, 29), date(2026, 7, 19)).lines[0].cells
    assert [(cell.span, [tree.tree_id for tree in cell.trees]) for cell in cells] == [(1, [1]), (1, [2, 3]), (1, [2])]


def test_day_without_a_plan_takes_the_nearest_season(planned, everybody):
    assert public.season_of(everybody, IN_WINTER) == (date(2026, 4, 1), date(2026, 10, 31))


def test_without_any_plan_the_season_is_the_year(everybody):
    assert public.season_of(everybody, IN_WINTER) == (date(2026, 1, 1), date(2026, 12, 31))


def test_staff_see_drafts_with_their_layer(avenue):
    avenue.put("B 1", avenue.market, MAY)
    row = internal.stays_of_stop(avenue.session, avenue.market.id)[0]
    assert (row.layer, row.schedule_state, row.tree, row.waits(TODAY)) == ("ENTWURF", "ENTWURF", "B 1", False)
    assert internal.get_stop(avenue.session, SYSTEM, avenue.market.id).drafts == 1


def test_staff_see_what_waits_for_confirmation(planned):
    waiting = internal.waiting_for_confirmation(planned.session, planned.town, TODAY)
    assert [row.tree for row in waiting] == ["B 2", "B 1"]
    confirm(planned, "B 1")
    assert [row.tree for row in internal.waiting_for_confirmation(planned.session, planned.town, TODAY)] == ["B 2"]


def test_choices_say_who_is_free_and_who_is_not(planned):
    choices = internal.tree_choices(planned.session, planned.schedule, planned.square.id, MAY)
    assert {one.label: one.in_the_way is None for one in choices} == {
        "B 1": False,
        "B 2": False,
        "B 3": True,
        "L 1": True,
    }


def test_stops_of_every_town_for_who_sees_them_all(avenue, towns):
    rows.stop(avenue.session, towns.foreign, "Fremder Platz", lon=11.25)
    assert {stop.municipality for stop in internal.stops(avenue.session, SYSTEM, None)} == {"Musterstadt", "Fremdstadt"}
    assert {stop.municipality for stop in internal.stops(avenue.session, SYSTEM, towns.own)} == {"Musterstadt"}


def test_declared_columns_stand_in_the_views(everybody):
    for one in (feature.STOPS, feature.STANDINGS, feature.SCHEDULES, feature.TREES, feature.FLEETS):
        everybody.execute(text(f"SELECT {one.select_list()} FROM {one.view}"))
