"""A confirmation holds for the days that the town lets it, by state; then the unit is overdue, in the list as in Python."""

from dataclasses import replace
from datetime import timedelta

import pytest

from geo.core import clock
from geo.core.access import Action
from geo.core.db import set_context
from geo.core.errors import Conflict, Invalid, NotPermitted
from geo.core.history import perform
from geo.vacancies import queries
from geo.vacancies.freshness import service as freshness
from geo.vacancies.freshness.rules import COLUMNS, DAYS
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import SpellInput
from geo.vacancies.service import set_state
from tests import factories
from tests.geo.vacancies.stock import TODAY, acting, mark

USUAL = dict(DAYS.values())


def confirmed(session, town, days_ago, state="LEER", **changes):
    unit = mark(session, town, state=state, **changes)
    with perform(session, acting(), Action.VACANCY_EDIT, town):
        unit.verified_on = None if days_ago is None else TODAY - timedelta(days=days_ago)
        unit.verified_by_kind = None if days_ago is None else "BEGEHUNG"
    return unit.id


def overdue(session, town, day=TODAY):
    return {row.id for row in queries.search(session, town, Filters(day, stale=True)).rows}


def figures(session, town):
    counts = queries.stock_counts(session, town, TODAY)
    return counts.overdue, counts.units


@pytest.mark.parametrize("state", [state for state in DAYS if state != "UNBEKANNT"])
def test_each_state_has_its_days(staff, towns, state):
    days = DAYS[state][1]
    holds, late = confirmed(staff, towns.own, days, state), confirmed(staff, towns.own, days + 1, state)
    assert overdue(staff, towns.own) == {late}
    rules = freshness.of_town(staff, towns.own)
    assert not rules.is_overdue(TODAY - timedelta(days=days), state, TODAY)
    assert rules.is_overdue(TODAY - timedelta(days=days + 1), state, TODAY)
    rows = {row.id: row for row in queries.search(staff, towns.own, Filters(TODAY), "faellig").rows}
    assert list(rows) == [late, holds]
    assert rows[holds].holds_until == TODAY and not rows[holds].is_overdue
    assert rows[late].holds_until == TODAY - timedelta(days=1) and rows[late].is_overdue


def test_never_confirmed_is_overdue_and_stands_first(staff, towns):
    never, fresh = confirmed(staff, towns.own, None), confirmed(staff, towns.own, 1)
    assert overdue(staff, towns.own) == {never}
    assert [row.id for row in queries.search(staff, towns.own, Filters(TODAY), "faellig").rows] == [never, fresh]
    assert figures(staff, towns.own) == (1, 2)


def test_the_state_of_the_day_asked_for_counts(staff, towns):
    """Used for long, threatened since a week: only from then on the shorter time counts."""
    unit_id = confirmed(staff, towns.own, 200, "GENUTZT", since="2020")
    unit = queries.get(staff, unit_id)
    set_state(staff, acting(), unit_id, unit.version, SpellInput("DROHEND", TODAY - timedelta(days=7)))
    assert overdue(staff, towns.own, TODAY - timedelta(days=8)) == set()
    assert overdue(staff, towns.own) == {unit_id}


def test_what_left_the_stock_is_not_overdue(staff, towns):
    unit_id = confirmed(staff, towns.own, 900)
    unit = queries.get(staff, unit_id)
    set_state(staff, acting(), unit_id, unit.version, SpellInput("ENTFALLEN", TODAY - timedelta(days=7)))
    assert overdue(staff, towns.own) == set() and figures(staff, towns.own) == (0, 0)
    (row,) = queries.search(staff, towns.own, Filters(TODAY, state="ENTFALLEN")).rows
    assert not row.is_overdue
    assert not freshness.of_town(staff, towns.own).is_overdue(None, "ENTFALLEN", TODAY)


def test_a_town_sets_its_own_days_and_only_its_own(staff, towns):
    unit_id = confirmed(staff, towns.own, 40)
    assert overdue(staff, towns.own) == set()
    freshness.set_days(staff, acting(), towns.own, 0, {**USUAL, "fresh_empty_days": 30})
    assert overdue(staff, towns.own) == {unit_id}
    assert freshness.of_town(staff, towns.own).days["LEER"] == 30
    foreign = confirmed_abroad(staff, towns.foreign)
    assert overdue(staff, towns.foreign) == set() and foreign
    assert freshness.of_town(staff, towns.foreign).days["LEER"] == 180


def confirmed_abroad(session, town):
    context = session.info["context"]
    set_context(session, replace(context, municipality_id=town))
    return confirmed(session, town, 40, longitude="11.25")


def test_two_managers_at_once(staff, towns):
    freshness.set_days(staff, acting(), towns.own, 0, {**USUAL, "fresh_empty_days": 30})
    with pytest.raises(Conflict):
        freshness.set_days(staff, acting(), towns.own, 0, {**USUAL, "fresh_empty_days": 60})
    version = freshness.of_town(staff, towns.own).version
    freshness.set_days(staff, acting(), towns.own, version, {**USUAL, "fresh_empty_days": 60})
    assert [one.new for change in freshness.changes(staff, towns.own)[:1] for one in change.fields] == [60]


def test_an_editor_may_not(staff, db, towns):
    with pytest.raises(NotPermitted):
        freshness.set_days(staff, factories.actor(db, "editor", towns.own), towns.own, 0, USUAL)


@pytest.mark.parametrize("typed", ["", "0", "366", "-1", "halbes Jahr", "1,5"])
def test_days_are_one_to_twelve_months(typed):
    with pytest.raises(Invalid) as refused:
        freshness.parse({**dict.fromkeys(COLUMNS, "90"), "fresh_let_days": typed})
    assert list(refused.value.fields) == ["fresh_let_days"]


def test_the_database_holds_the_bounds_too(staff, towns):
    with pytest.raises(Exception, match="town_settings_fresh_days"):
        freshness.set_days(staff, acting(), towns.own, 0, {**USUAL, "fresh_let_days": 400})


def test_defaults_in_code_and_database_agree(staff, towns):
    with perform(staff, acting(), Action.TOWN_EDIT, towns.own):
        staff.add(freshness.TownSettings(municipality_id=towns.own))
        staff.flush()
    assert freshness.of_town(staff, towns.own).days == {state: days for state, (_, days) in DAYS.items()}
    assert clock.today()


def test_a_past_day_knows_the_confirmation_of_its_time(staff, towns):
    """A later one has replaced it since; list, figure, filter and file of the past day say what held then."""
    unit = confirmed(staff, towns.own, 500)
    before = TODAY - timedelta(days=400)
    with perform(staff, acting(), Action.VACANCY_EDIT, towns.own):
        found = queries.get(staff, unit)
        found.verified_on, found.verified_by_kind = TODAY - timedelta(days=10), "TELEFON"
    staff.flush()
    (then,) = queries.search(staff, towns.own, Filters(before), "bestaetigt").rows
    assert (then.verified_on, then.verified_by_kind) == (TODAY - timedelta(days=500), "BEGEHUNG")
    assert (then.is_overdue, overdue(staff, towns.own, before)) == (False, set())
    late = TODAY - timedelta(days=100)
    assert overdue(staff, towns.own, late) == {unit} and overdue(staff, towns.own) == set()
    assert queries.stock_counts(staff, towns.own, late).overdue == 1
    (earlier,) = queries.search(staff, towns.own, Filters(TODAY - timedelta(days=600)), "-faellig").rows
    assert earlier.verified_on is None and earlier.is_overdue
    assert queries.count_selected(staff, None, Filters(late)) == 1
