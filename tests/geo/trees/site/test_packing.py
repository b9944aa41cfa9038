"""Modules in bays: never outside, never too near each other, and as many as a rectangle's own arithmetic allows."""

from itertools import combinations
from random import Random

import pytest
from shapely.affinity import rotate, translate
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo.trees.site import packing
from geo.trees.site.packing import TOLERANCE_M, Footprint

S, L = Footprint("S", 1.2, 1.2), Footprint("L", 1.7, 1.7)
LONG = Footprint("S", 2.4, 1.0)
FAR = (640_000, 5_640_000)


def bays(*parts: Polygon, angle: float = 0.0) -> MultiPolygon:
    return MultiPolygon([rotate(translate(part, *FAR), angle, origin=FAR) for part in parts])


def check(area: MultiPolygon, placed: list[packing.Placed], gap_m: float) -> None:
    for one in placed:
        assert area.geoms[one.bay - 1].buffer(TOLERANCE_M).covers(one.outline)
    for one, other in combinations(placed, 2):
        assert one.outline.distance(other.outline) >= gap_m - TOLERANCE_M


@pytest.mark.parametrize("angle", [0, 13, 47.3, 90, -80])
def test_a_bay_takes_what_its_length_allows_in_any_direction(angle):
    area = bays(box(0, 0, 25, 2), angle=angle)
    assert packing.most(area, S, 0.5) == 15  # 15 x 1.20 + 14 x 0.50 = 25.00
    assert packing.most(area, L, 0.5) == 11
    assert packing.most(area, S, 0) == 20
    placed = packing.fill(area, S, 0.5)
    check(area, placed, 0.5)
    assert packing.main_direction(area) == pytest.approx(angle, abs=0.01) or abs(angle) == 90


def test_an_oblong_module_is_turned_when_more_of_them_fit():
    assert packing.most(bays(box(0, 0, 10, 2.4)), LONG, 0.2) == 8  # side by side, 1.0 + 0.2 each
    assert packing.most(bays(box(0, 0, 10, 1.1)), LONG, 0.2) == 3  # only along the street


def test_several_rows_fit_into_a_square_and_none_into_a_kerb():
    assert packing.most(bays(box(0, 0, 10, 5)), S, 0.5) == 18
    assert packing.most(bays(box(0, 0, 30, 1.1)), S, 0.5) == 0
    assert packing.most(bays(box(0, 0, 1, 1)), S, 0.5) == 0


def test_a_bend_is_filled_along_both_of_its_legs():
    bend = LineString([(0, 0), (12, 0), (20, 9)]).buffer(1, cap_style="flat", join_style="mitre")
    area = bays(bend)
    placed = packing.fill(area, S, 0.5)
    check(area, placed, 0.5)
    assert len(placed) >= 13 and len({round(one.angle_deg) for one in placed}) == 2


def test_classes_share_the_bays_and_the_wish_is_never_exceeded():
    area = bays(box(0, 0, 10, 2), box(0, 10, 10, 12))
    placed = packing.arrange(area, [(S, 4), (L, 3)], 0.5)
    check(area, placed, 0.5)
    assert [one.name for one in placed].count("L") == 3 and [one.name for one in placed].count("S") == 4
    assert {one.bay for one in placed} <= {1, 2}
    everything = packing.arrange(area, [(S, 200), (L, 3)], 0.5)
    check(area, everything, 0.5)
    assert len(everything) > 7


def test_odd_shapes_never_hold_a_module_outside_or_two_too_close():
    rng = Random(5)
    for _ in range(25):
        corners = [(rng.uniform(0, 14), rng.uniform(0, 6)) for _ in range(rng.randint(3, 8))]
        part = MultiPolygon([Polygon(corners).convex_hull]) if rng.random() < 0.5 else None
        shape = part.geoms[0] if part else Polygon([(0, 0), (14, 0), (14, 3), (rng.uniform(4, 9), 1.5), (0, 4)])
        if shape.area < 1:
            continue
        area, gap = bays(shape, angle=rng.uniform(-90, 90)), rng.choice([0.0, 0.3, 1.0])
        check(area, packing.arrange(area, [(S, rng.randint(1, 40)), (L, rng.randint(0, 3))], gap), gap)
