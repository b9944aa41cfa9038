"""Units that are only counted: sums from five on, at the ends of quarters, from which no small number can be had."""

from datetime import timedelta
from itertools import combinations

import pytest
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.model import Zone
from geo.vacancies.figures import counted_only
from tests.geo.vacancies.figures.entered import Entered, enter
from tests.geo.vacancies.figures.test_public import DAY, OLD, switch

TODAY = clock.today()


def empty(count, level=1, area=60, state="LEER", at=11.05, **more):
    published = (
        {"published_during": Range(TODAY - timedelta(days=200), TODAY + timedelta(days=9))} if level >= 2 else {}
    )
    facts = {"publication_level": level, "area_total_m2": area, **published, **more}
    return [Entered([(state, OLD, None)], at=(at, 50.93), unit=facts) for _ in range(count)]


def zone(session, town, name, bounds, kind="SANIERUNGSGEBIET"):
    with perform(session, SYSTEM, Action.ZONE_EDIT, town):
        made = Zone(municipality_id=town, kind=kind, name=name, outline=geometry.stored(box(*bounds)))
        made.during = Range(OLD, None)
        session.add(made)


@pytest.fixture
def read(staff, db, towns):
    """What the public role is told of the own town."""

    def told(day=DAY):
        staff.commit()
        with db.public() as session:
            return counted_only.counted(session, day, [towns.own, towns.foreign]).get(towns.own)

    return told


@pytest.mark.parametrize(("count", "told"), [(4, None), (5, 5), (9, 9)])
def test_sums_begin_at_five(staff, towns, read, count, told):
    enter(staff, towns.own, [*empty(count), *empty(7, 0), *empty(3, state="GENUTZT")])
    found = read()
    assert (found and found.units) == told


def test_what_is_shown_one_by_one_is_not_in_the_sum(staff, towns, read):
    """Else the sum less the list would tell of the two that are left."""
    enter(staff, towns.own, [*empty(2), *empty(8, 2)])
    assert read() is None


def test_what_has_run_out_counts_from_that_moment(staff, towns, read):
    over = {"published_during": Range(TODAY - timedelta(days=200), TODAY)}
    enter(staff, towns.own, [*empty(3), *empty(2, 3, consent_kind="KOMMUNAL", **over)])
    assert read().units == 5


def test_sizes_leave_no_small_rest(staff, towns, read):
    """A size is told when it has five and leaves none, or five; else it is told with the others, in the sum alone."""
    enter(staff, towns.own, [*empty(7, area=30), *empty(6, area=60)])
    assert read().by_size == {1: 7, 2: 6}
    enter(staff, towns.own, empty(3, area=150))
    assert read().by_size == {1: 7}, "six and three are told as the rest of nine"
    enter(staff, towns.own, empty(2, area=900))
    assert read().by_size == {1: 7, 2: 6}


def test_zones_leave_no_small_part_beside_within_or_between(staff, towns, read):
    """Whatever is added and subtracted: each part is empty, or has five units or more."""
    spots = [(11.01, 5), (11.02, 3), (11.03, 6), (11.05, 8)]
    for longitude, count in spots:
        enter(staff, towns.own, empty(count, at=longitude))
    bounds = {"ganz": (11.0, 11.06), "links": (11.0, 11.025), "mitte": (11.015, 11.035), "rechts": (11.04, 11.06)}
    for name, (west, east) in bounds.items():
        zone(staff, towns.own, name, (west, 50.91, east, 50.96))
    zone(staff, towns.own, "eigenes", (11.04, 50.91, 11.06, 50.96), "QUARTIER")
    found = read()
    assert found.units == 22 and found.by_zone
    told = {name: units for name, _kind, units in found.by_zone}
    assert told["ganz"] == 22 and "eigenes" not in told and not {"links", "mitte"} <= set(told)
    inside = {name: {at for at, _ in spots if west < at < east} for name, (west, east) in bounds.items()}
    counts = dict(spots)
    for one, other in combinations(told, 2):
        for part in (inside[one] - inside[other], inside[other] - inside[one], inside[one] & inside[other]):
            assert sum(counts[at] for at in part) not in range(1, 5), (one, other)


def test_a_town_whose_rate_counts_a_few_more_tells_nothing(staff, towns, read):
    enter(staff, towns.own, [*empty(9), *empty(2, 0)])
    assert read().units == 9
    switch(staff, towns.own)
    assert read() is None


@pytest.mark.parametrize("day", [DAY - timedelta(days=1), TODAY, TODAY + timedelta(days=400)])
def test_no_other_day_is_answered(staff, towns, read, day):
    enter(staff, towns.own, empty(9))
    assert read(day) is None


def test_nobody_outside_reads_the_parts(db, staff, towns):
    enter(staff, towns.own, empty(9))
    staff.commit()
    with db.public() as session:
        assert counted_only.towns(session) == [(towns.own, "Musterstadt", "16999001")]
        with pytest.raises(Exception, match="permission denied"):
            session.execute(text("SELECT register.parts_with('{a}', '{t}')"))
