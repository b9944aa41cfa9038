"""The office sees a town's conclusions only as far as the town shares numbers of its parts."""

from datetime import date

import pytest

from geo.core.access import SYSTEM
from geo.synergy.shared import last_quarter_end, shared_effects
from geo.vacancies.figures.alliance_sharing import share
from tests import factories
from tests.geo.synergy import towns as simulation
from tests.geo.synergy.rows import Register, simulated, spot

OPENED, DAY = date(2024, 3, 14), date(2026, 3, 1)


def test_the_office_sees_as_much_as_the_town_shares(db, staff, towns):
    register = Register(staff, towns.own)
    register.viewpoint(spot(0, 0), OPENED, "Bank am Markt")
    register.viewpoint(spot(0, -3000), None, "Idee")
    simulated(register, _town(), 2, OPENED)
    office = factories.actor(db, "office")
    assert shared_effects(staff, office, towns.own, DAY).level_allows is False
    for version, level in enumerate(("ZAHLEN", "ZONEN")):
        share(staff, SYSTEM, towns.own, version, level)
        seen = shared_effects(staff, office, towns.own, DAY)
        assert seen.level_allows is (level == "ZONEN")
    (one,) = seen.effects
    assert one.anchor.name == "Bank am Markt" and "Prozentpunkte" in one.sentence and seen.open == 1
    assert one.words.startswith("4 Straßen mit rund ") and "Straße 0" not in f"{one.words} {one.sentence}"


def _town():
    return simulation.towns(simulation.Shape(4, 8, (4, 7), (4, 7)), 5, -0.15, seed=11)


@pytest.mark.parametrize("role", ["planner", "curator", "admin"])
def test_others_of_the_alliance_see_nothing(db, staff, towns, role):
    assert shared_effects(staff, factories.actor(db, role), towns.own, DAY) is None


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 3, 31), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_quarter_has_ended_before_the_day(day, end):
    assert last_quarter_end(day) == end
