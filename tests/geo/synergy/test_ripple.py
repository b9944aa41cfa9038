"""The ripple view on a real register: a simulated town through the database, reaches, doubts, permissions."""

from datetime import date

import pytest

from geo.core.access import SYSTEM
from geo.core.errors import NotFound
from geo.synergy.anchors import VIEWPOINT
from geo.synergy.effect import compared
from geo.synergy.ripple import ripple
from tests import factories
from tests.geo.synergy.rows import Register, simulated, spot
from tests.geo.synergy.towns import Shape, towns

OPENED, DAY = date(2024, 3, 14), date(2026, 3, 1)
LONG_AGO = date(2015, 1, 1)


@pytest.fixture
def register(staff, towns):
    return Register(staff, towns.own)


def test_a_simulated_town_through_the_database_gives_the_same_estimate(register, staff):
    planted = -0.15
    found = towns(Shape(4, 8, (4, 7), (4, 7)), 5, planted, seed=11)
    which, treated = 2, 4
    viewpoint = register.viewpoint(spot(0, 0), OPENED)
    simulated(register, found, which, OPENED)
    seen = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY)
    one = seen.compared[150, "leer"]
    assert len(one.effect.treated) == treated and len(one.effect.others) == 8
    shares = {street.name: street.values[12 * 2 - 12 :] for street in one.panel.streets}
    for street in range(12):
        assert shares[f"Straße {street:02d}"] == pytest.approx(tuple(100 * found.shares[which, street]))
    changes = 100 * found.changes[which]
    expected = compared(changes[:treated], changes[treated:])
    assert one.effect.estimate.points == pytest.approx(expected.points)
    assert one.effect.estimate.low == pytest.approx(expected.low)
    assert one.effect.estimate.low <= 100 * planted <= one.effect.estimate.high
    assert one.effect.is_conclusive, one.effect.why_not
    # Every shop has the same front: the share of dead front is the share of empty shops.
    assert seen.compared[150, "front"].effect.estimate.points == pytest.approx(expected.points)
    assert "nicht prüfen" in " ".join(one.effect.notes)
    (near, far) = seen.around
    assert len(near.units) == len(far.units) == found.shops[which, :treated].sum()
    assert len(near.empty) == found.empty[which, :treated, :, -1].sum()
    assert near.frontage_m == pytest.approx(6 * len(near.units))


def _row(register, street, north, *, count=4, east=0.0, state="GENUTZT", verified=DAY, **more):
    spells = [(LONG_AGO, None, state)]
    return [
        register.unit(spot(east + 4 * number, north), street, spells, verified=verified, **more)
        for number in range(count)
    ]


def test_distances_follow_the_streets_where_there_are_any(register, staff):
    """A unit 100 m away as the crow flies, 260 m along the streets."""
    viewpoint = register.viewpoint(spot(0, 0), None)
    unit = register.unit(spot(0, 100), "Hof", [(LONG_AGO, None, "LEER")])
    seen = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY)
    assert not seen.along and seen.around[0].empty == (unit,)
    register.street((0, 0), (80, 0), (80, 100), (0, 100))
    seen = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY)
    assert seen.along and seen.around[0].units == () and seen.around[1].empty == (unit,)
    (marked,) = seen.on_map
    assert marked.metres == pytest.approx(260, abs=1)


def test_counts_of_a_past_day_say_what_was_then(register, staff):
    viewpoint = register.viewpoint(spot(0, 0), None)
    spells = [(LONG_AGO, date(2020, 1, 1), "LEER"), (date(2020, 1, 1), date(2022, 1, 1), "GENUTZT")]
    unit = register.unit(spot(0, 10), "Gasse", [*spells, (date(2022, 1, 1), None, "ENTFALLEN")], kind="GASTRO")

    def seen(day):
        return ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, day).around[0]

    assert seen(date(2019, 5, 1)).empty == (unit,) and seen(date(2019, 5, 1)).gastronomy == ()
    assert seen(date(2021, 5, 1)).gastronomy == (unit,) and seen(date(2021, 5, 1)).empty == ()
    assert seen(date(2023, 5, 1)).units == seen(date(2023, 5, 1)).unverified == ()


def test_only_alike_streets_that_nothing_reaches_are_compared(register, staff):
    register.zone("FUSSGAENGERZONE", (-200, -50, 1200, 50))
    viewpoint = register.viewpoint(spot(0, 0), OPENED)
    _row(register, "Markt", 10)
    _row(register, "Ähnlich", 10, east=900)
    _row(register, "Anders", 900)  # not in the pedestrian zone
    _row(register, "Halb", 200, count=2)  # beyond 150 m, within 300: neither
    _row(register, "Halb", 900, count=2, east=50)
    seen = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY)
    assert list(seen.groups[150].treated) == ["Markt"] and list(seen.groups[150].others) == ["Ähnlich"]
    assert seen.groups[150].situations == ("Fußgängerzone",)
    register.viewpoint(spot(900, 100), date(2024, 9, 1), "Zweiter Blick")
    seen = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY)
    assert not seen.groups[150].others and seen.groups[150].touched == 2
    words = seen.compared[150, "leer"].sentence
    assert "nichts schließen" in words and "Zum Vergleich gibt es keine Straße" in words


def test_what_opened_near_by_in_the_same_time_is_named(register, staff):
    viewpoint = register.viewpoint(spot(0, 0), OPENED)
    register.viewpoint(spot(100, 0), date(2024, 9, 1), "Zweiter Blick")
    register.viewpoint(spot(10, 0), date(2010, 1, 1), "Alter Blick")
    _row(register, "Markt", 10)
    seen = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY)
    assert seen.compared[150, "leer"].panel.others_in_reach == ("Zweiter Blick",)


def test_old_data_forbid_a_conclusion(register, staff):
    viewpoint = register.viewpoint(spot(0, 0), OPENED)
    for number in range(4):
        _row(register, f"Nah {number}", 10 * number, verified=date(2020, 1, 1))
        _row(register, f"Fern {number}", 900, east=100 * number, verified=date(2020, 1, 1))
    words = ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint, DAY).compared[150, "leer"].sentence
    assert "Die Daten sind zu alt: nur 0 %" in words


def test_who_may_not_see_vacancies_sees_no_effect(db, staff, register, towns):
    viewpoint = register.viewpoint(spot(0, 0), OPENED)
    for role in ("planner", "curator", "office", "admin"):
        person = factories.actor(db, role)
        with pytest.raises(NotFound):
            ripple(staff, person, register.town, VIEWPOINT, viewpoint, DAY)
    foreign = factories.actor(db, "manager", towns.foreign)
    with pytest.raises(NotFound):
        ripple(staff, foreign, register.town, VIEWPOINT, viewpoint, DAY)
    assert ripple(staff, factories.actor(db, "viewer", towns.own), register.town, VIEWPOINT, viewpoint, DAY)
    with pytest.raises(NotFound):
        ripple(staff, SYSTEM, register.town, VIEWPOINT, viewpoint + 1000, DAY)
