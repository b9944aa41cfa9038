"""Effects against counting by hand: only what was confirmed, only in streets, only up to the day."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from geo.core.access import SYSTEM
from geo.trees.queries import effects
from geo.trees.watering import queries, service
from geo.trees.watering.schemas import LogInput
from geo.trees.wording import period
from tests.factories import FOREIGN_AGS, OWN_AGS
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY, SUMMER
from tests.geo.trees.visits.rows import visit, with_trees

NOW = date(2026, 12, 31)


def stood(avenue, labels, stop, during, today=NOW, **plan):
    """A visit that came true, with its trees."""
    visit(avenue, stop, during, s=len(labels), actual=True, today=today, **plan)
    avenue.put(labels, stop, during, actual=True, today=today, **plan)


@pytest.fixture
def season(staff, towns):
    """Two trees at the market in May (35 days each), one on the square in summer (54 days), one in winter quarters."""
    made = rows.avenue(staff, towns.own)
    with_trees(made, ["B 3"], made.square, period(date(2026, 9, 7), date(2026, 9, 20)))  # planned, never confirmed
    made.publish(today=date(2026, 4, 1))
    stood(made, ["B 1", "B 2"], made.market, MAY)
    stood(made, ["B 1"], made.square, SUMMER)
    winter = rows.stop(staff, towns.own, "Quartier", kind="WINTERQUARTIER", lon=11.02)
    made.put("B 3", winter, MAY, actual=True, today=NOW)
    for there in queries.visits_between(staff, date(2026, 5, 4), date(2026, 5, 4)):
        now = datetime(2026, 5, 10, tzinfo=UTC)
        data = LogInput(date(2026, 5, 10), Decimal("62.4"), "BAUHOF")
        service.log_water(staff, SYSTEM, there.id, data, by="BAUHOF", now=now)
    return made


def counted(session, day, **asked):
    found = effects.total(effects.by_town(session, day, **asked))
    return found.tree_days, found.visits, found.streets, found.litres


def test_up_to_a_day(staff, season):
    assert counted(staff, date(2026, 5, 3)) == (0, 0, 0, 0)
    assert counted(staff, date(2026, 5, 4)) == (2, 1, 1, 0)
    assert counted(staff, date(2026, 5, 10)) == (14, 1, 1, 62)
    assert counted(staff, date(2026, 6, 7)) == (70, 1, 1, 62)
    assert counted(staff, date(2026, 6, 8)) == (71, 2, 2, 62)
    assert counted(staff, NOW) == (124, 2, 2, 62)
    assert effects.total(effects.by_town(staff, date(2026, 5, 10))).tree_weeks == 2


def test_by_town_stop_and_year(staff, season):
    assert counted(staff, NOW, ags=OWN_AGS) == (124, 2, 2, 62) and counted(staff, NOW, ags=FOREIGN_AGS) == (0, 0, 0, 0)
    stops = {row.name: (row.tree_days, row.visits, row.litres) for row in effects.by_stop(staff, NOW)}
    assert stops == {"Hauptmarkt Musterallee": (70, 1, 62), "Neumarkt Musterallee": (54, 1, 0)}
    assert effects.tree_days_by_year(staff, NOW) == [(2026, 124)]


def test_years_are_told_apart(staff, season):
    winter = period(date(2026, 12, 28), date(2027, 1, 4))
    plan = season.plan("Winter", period(date(2026, 11, 1), date(2027, 3, 1)))
    with_trees(season, ["B 2"], season.square, period(date(2027, 2, 1), date(2027, 2, 7)), schedule=plan)
    season.publish(plan, today=date(2026, 11, 1))
    stood(season, ["B 1"], season.market, winter, schedule=plan, today=date(2027, 1, 10))
    assert effects.tree_days_by_year(staff, date(2027, 1, 10)) == [(2026, 128), (2027, 4)]
