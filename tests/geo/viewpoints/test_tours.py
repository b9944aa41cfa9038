"""The order of a tour, and how far it is along streets or in a straight line."""

import math
import random
from itertools import pairwise, permutations

import pytest
from shapely.geometry import LineString

from geo.core import geometry
from geo.core.access import SYSTEM
from geo.places.streets import service as streets
from geo.places.streets.service import StreetInput
from geo.viewpoints import public, tours
from tests.geo.viewpoints.conftest import TODAY, made


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7])
def test_the_order_is_the_shortest_of_all(count):
    rng = random.Random(count)
    spots = [(rng.random(), rng.random()) for _ in range(count)]

    def between(one, other):
        return math.dist(spots[one], spots[other])

    def length(order):
        return sum(between(one, other) for one, other in pairwise(order))

    order = tours.shortest(count, between)
    assert order[0] == 0 and sorted(order) == list(range(count))
    assert length(order) == pytest.approx(min(length((0, *rest)) for rest in permutations(range(1, count))))


def test_a_tour_of_many_points_is_refused():
    assert len(tours.shortest(tours.MOST, lambda one, other: abs(one - other))) == tours.MOST
    with pytest.raises(ValueError, match="at most"):
        tours.shortest(tours.MOST + 1, lambda _one, _other: 1.0)


@pytest.fixture
def points(db, towns):
    """Three on a street around a river, one far off in another town."""
    with db.staff(SYSTEM, towns.own) as session:
        for name, longitude, latitude in (("A", "11,05", "50,93"), ("B", "11,05", "50,9305"), ("C", "11,058", "50,93")):
            made(session, towns.own, name=name, longitude=longitude, latitude=latitude)
        made(session, towns.foreign, name="Fern", longitude="11,25", name_en="")
        session.commit()


def toured(db, *names):
    with db.public() as session:
        found = {one.name: one for one in public.everything(session, public.Filters(), TODAY)}
        return tours.plan(session, [found[name] for name in names])


def test_without_streets_it_is_the_straight_line(db, points):
    tour = toured(db, "A", "Fern", "C", "B")
    assert [one.name for one in tour.points] == ["A", "B", "C", "Fern"]
    assert tour.by_street == "nein" and tour.legs[0].metres == pytest.approx(55.6, abs=0.5)
    assert tour.legs[0].line == ((11.05, 50.93), (11.05, 50.9305)), "and is drawn so"
    assert toured(db, "A").legs == () and toured(db, "A").by_street == "nein"


def test_with_streets_it_is_the_way_on_foot(db, towns, points):
    along = LineString([(11.05, 50.93), (11.052, 50.93), (11.058, 50.93)])
    around = LineString([(11.058, 50.93), (11.058, 50.9305), (11.05, 50.9305)])
    with db.staff(SYSTEM, towns.own) as session:
        streets.replace(session, SYSTEM, towns.own, "Netz", [StreetInput(along), StreetInput(around)])
        session.commit()
    tour = toured(db, "A", "B", "C")
    assert [one.name for one in tour.points] == ["A", "C", "B"], "the river is in the way"
    assert tour.by_street == "ganz"
    lengths = [geometry.in_metres(line).length for line in (along, around)]
    assert [leg.metres for leg in tour.legs] == pytest.approx(lengths, rel=0.01)
    to_c, to_b = (leg.line for leg in tour.legs)
    assert to_c == ((11.05, 50.93), (11.058, 50.93)), "a corner on a straight street is nobody's use"
    assert to_b == ((11.058, 50.93), (11.058, 50.9305), (11.05, 50.9305)), "around, and not through the river"
    assert toured(db, "A", "B", "C", "Fern").by_street == "teils"


def test_the_line_of_a_long_way_stays_light():
    crooked = [(640_000 + index * 5.0, 5_640_000 + 3.0 * (index % 2)) for index in range(3000)]
    line = tours._light(crooked)
    assert 2 <= len(line) <= tours.MOST_CORNERS
    back = [geometry.utm(geometry.point(*spot)) for spot in (line[0], line[-1])]
    for spot, wanted in zip(back, (crooked[0], crooked[-1]), strict=True):
        assert math.dist(spot, wanted) < 0.2
