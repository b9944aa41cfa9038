"""A made-up grid of streets: the way along it, around a block, over a bridge, and where there is none."""

import random
from itertools import pairwise

import pytest
from shapely.geometry import LineString

from geo.places.streets.network import NEAR_M, Network

# Four blocks of 100 m: streets at 0, 100 and 200 m, each drawn from end to end.
GRID = [LineString([(at, 0), (at, 100), (at, 200)]) for at in (0, 100, 200)] + [
    LineString([(0, at), (100, at), (200, at)]) for at in (0, 100, 200)
]


def test_around_the_corner_and_not_through_the_block():
    net = Network(GRID, [(50, 0), (100, 50), (200, 200), (0, 0)])
    assert net.metres((50, 0), (100, 50)) == pytest.approx(100)
    assert net.metres((0, 0), (200, 200)) == pytest.approx(400)
    assert net.metres((200, 200), (50, 0)) == net.metres((50, 0), (200, 200)) == pytest.approx(350)
    assert net.metres((0, 0), (0, 0)) == 0


def test_the_step_from_the_house_to_the_street_counts():
    net = Network(GRID, [(30, 12), (70, -8)])
    assert net.metres((30, 12), (70, -8)) == pytest.approx(12 + 40 + 8)


def test_a_side_street_that_ends_on_a_line_without_a_corner_meets_it():
    lines = [
        LineString([(0, 0), (200, 0)]),
        LineString([(100, 0.3), (100, 80)]),
        LineString([(100.2, 80.2), (100, 150)]),
    ]
    net = Network(lines, [(0, 0), (100, 150)])
    assert net.metres((0, 0), (100, 150)) == pytest.approx(250, abs=1)


def test_a_bridge_is_no_crossing():
    lines = [LineString([(0, 0), (200, 0)]), LineString([(100, -50), (100, 50)])]
    assert Network(lines, [(0, 0), (100, 50)]).metres((0, 0), (100, 50)) is None


def test_a_ring_is_walked_the_shorter_way():
    ring = LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    net = Network([ring], [(0, 10), (10, 0), (100, 50)])
    assert net.metres((0, 10), (10, 0)) == pytest.approx(20)
    assert net.metres((0, 10), (100, 50)) == pytest.approx(160)


def test_far_away_and_without_lines_there_is_no_way():
    net = Network(GRID, [(0, 0), (0, -NEAR_M - 1)])
    assert not net.is_near((0, -NEAR_M - 1)) and net.metres((0, 0), (0, -NEAR_M - 1)) is None
    none = Network([], [(0, 0), (1, 1)])
    assert not none.is_near((0, 0)) and none.metres((0, 0), (1, 1)) is None


def test_a_long_way_round_is_found_after_the_first_look():
    """Two banks of a river, eight metres apart, and the bridge two kilometres away."""
    lines = [LineString([(0, 0), (2000, 0)]), LineString([(0, 8), (2000, 8)]), LineString([(2000, 0), (2000, 8)])]
    assert Network(lines, [(0, 0), (0, 8)]).metres((0, 0), (0, 8)) == pytest.approx(4008)


def test_the_way_goes_along_the_streets_from_the_one_spot_to_the_other():
    net = Network(GRID, [(50, -10), (100, 50), (200, 200)])
    assert net.way((50, -10), (100, 50)) == [(50, -10), (50, 0), (100, 0), (100, 50)]
    assert net.way((100, 50), (50, -10)) == [(100, 50), (100, 0), (50, 0), (50, -10)]
    assert net.way((50, -10), (50, -10)) == [(50, -10), (50, -10)]
    assert Network(GRID, [(0, 0), (0, -NEAR_M - 1)]).way((0, 0), (0, -NEAR_M - 1)) is None


@pytest.mark.parametrize("seed", range(5))
def test_every_way_is_as_long_as_it_is_said_to_be_and_leaves_no_street(seed):
    """On crooked streets, some of them drawn in two parts, rings among them."""
    rng = random.Random(seed)
    corners = {
        (x, y): (100 * x + rng.uniform(-30, 30), 100 * y + rng.uniform(-30, 30)) for x in range(5) for y in range(5)
    }
    lines = [LineString([corners[x, y] for x in range(5)]) for y in range(5)]
    lines += [
        LineString([corners[x, y] for y in range(begin, end)]) for x in range(5) for begin, end in ((0, 3), (2, 5))
    ]
    lines.append(LineString([corners[at] for at in ((0, 0), (1, 1), (2, 0), (1, 0), (0, 0))]))
    spots = [(rng.uniform(0, 400), rng.uniform(0, 400)) for _ in range(6)]
    net = Network(lines, spots)
    for one, other in pairwise(spots):
        way, metres = net.way(one, other), net.metres(one, other)
        assert (way[0], way[-1]) == (one, other)
        assert LineString(way).length == pytest.approx(metres)
        on_foot = [min(line.distance(LineString(part)) for line in lines) for part in pairwise(way[1:-1])]
        assert max(on_foot, default=0) < 1e-6
