"""Skyline, visible area and landmarks, on ground that somebody can compute by hand; and beside gdal_viewshed."""

import math

import numpy as np
import pytest
from shapely.geometry import Point

from geo.core.geometry import in_system
from geo.core.systems import UTM32, WGS84
from geo.viewpoints.direction import parse
from geo.viewpoints.terrain.area import Cells, as_area, cells_around, visible_cells
from geo.viewpoints.terrain.ground import Grid, Ground
from geo.viewpoints.terrain.horizon import EARTH_RADIUS_M, RAYS, REFRACTION, drop_m, march, north_of_grid, steps_m
from geo.viewpoints.terrain.sights import Sight, Target, look_for, seen_from_left_to_right
from tests.geo.viewpoints.terrain.models import NORTH, WEST, grid, hills, tiff, viewshed

SIDE = 240
MIDDLE = (WEST + SIDE * 25, NORTH - SIDE * 25)


def flat(height: float = 300.0) -> np.ndarray:
    return np.full((SIDE, SIDE), height, np.float32)


def looked(heights, eye_m=2.0, reach_m=5000.0):
    ground = Ground([grid(heights)], *MIDDLE, reach_m)
    horizon = march(ground, eye_m)
    assert horizon is not None
    return ground, horizon


def ray(azimuth: float, horizon) -> int:
    """The ray nearest to a direction of the grid."""
    return round((azimuth - horizon.north_deg) % 360 * 10) % RAYS


def test_on_a_plain_the_horizon_is_as_low_as_the_earth_is_round():
    _, horizon = looked(flat(), eye_m=1.0)
    # The line to the horizon touches the ground at sqrt(2 R' h) and is sqrt(2 h / R') below the level.
    bent = EARTH_RADIUS_M / (1 - REFRACTION)
    assert horizon.angles_deg == pytest.approx(-math.degrees(math.sqrt(2 * 1.0 / bent)), abs=0.001)
    assert horizon.distances_m == pytest.approx(math.sqrt(2 * bent * 1.0), rel=0.05)


def test_a_wall_stands_as_high_as_it_is_by_trigonometry():
    heights = flat()
    heights[:, SIDE // 2 + 60] += 150  # the middle of the column lies 3,025 m to the east
    _, horizon = looked(heights)
    distance = 3025.0
    wanted = math.degrees(math.atan((150 - 2 - drop_m(distance)) / distance))
    assert horizon.angles_deg[ray(90, horizon)] == pytest.approx(wanted, abs=0.03)
    assert horizon.distances_m[ray(90, horizon)] == pytest.approx(distance, abs=30)
    assert horizon.angles_deg[ray(270, horizon)] < 0
    near, middling, far = (layer[ray(90, horizon)] for layer in horizon.layers_deg)
    assert near < middling == horizon.angles_deg[ray(90, horizon)] and far == -90


def test_azimuths_count_from_true_north():
    """At 11.3° E the grid's north lies east of the true one, by the convergence of the meridians."""
    easting, northing = in_system(11.3, 50.93, UTM32)
    assert north_of_grid(easting, northing) == pytest.approx(-2.3 * math.sin(math.radians(50.93)), abs=0.01)
    west = in_system(11.3, 50.97, UTM32)
    target = Target(1, "genau im Norden", *west, 0)
    ground = Ground([grid(flat(), west=easting - 6000, north=northing + 6000)], easting, northing, 5000)
    (found,) = look_for([target], ground, march(ground, 2))
    assert (found.azimuth_deg, found.distance_m) == (0.0, pytest.approx(4450, abs=15))


def test_off_the_model_there_is_no_horizon():
    ground = Ground([grid(flat())], WEST - 10_000, NORTH, 5000)
    assert march(ground, 2) is None and ground.height(WEST - 10_000, NORTH) is None
    assert march(Ground([], *MIDDLE, 5000), 2) is None


def test_what_no_model_knows_hides_nothing_and_is_not_seen():
    heights = flat()
    heights[:, SIDE // 2 + 40 :] = np.nan
    ground, horizon = looked(heights)
    cells = cells_around(ground)
    seen = visible_cells(ground, horizon, cells)
    easting, _ = cells.middles(0, 1)
    assert not seen[:, easting[0] > MIDDLE[0] + 2100].any()
    assert seen[len(seen) // 2, easting[0] < MIDDLE[0]].any()


def test_a_fine_model_counts_where_it_is_and_a_coarse_one_beyond():
    fine = grid(np.full((40, 40), 310.0), 10, MIDDLE[0] - 200, MIDDLE[1] + 200)
    ground = Ground([grid(flat()), fine], *MIDDLE, 3000)
    assert ground.height(*MIDDLE) == 310 and ground.height(MIDDLE[0] + 1000, MIDDLE[1]) == 300
    assert ground.step_m == 10


def test_a_model_in_degrees_lies_where_one_in_metres_does():
    """A slope that rises by a tenth to the east, once in metres and once in degrees."""
    longitudes = 11.0 + np.arange(400) * 0.001
    latitudes = 51.2 - np.arange(400) * 0.001
    x = np.array([[in_system(lon, lat, UTM32)[0] for lon in longitudes[::40]] for lat in latitudes[::40]])
    degrees = Grid(((x - x.min()) / 10).astype(np.float32), WGS84, 11 - 0.02, 51.2 + 0.02, 0.04, 0.04)
    spot = in_system(11.15, 51.05, UTM32)
    ground = Ground([degrees], *spot, 8000)
    assert ground.height(*spot) == pytest.approx((spot[0] - x.min()) / 10, abs=1.0)
    along = ground.along(np.radians(np.array([90.0, 0.0])), steps_m(500, 8000))
    assert along[0, -1] - along[0, 0] == pytest.approx((steps_m(500, 8000)[-1] - 250) / 10, rel=0.01)
    assert along[1] == pytest.approx(along[1, 0], abs=2)


@pytest.mark.parametrize("seed", [3, 8])
def test_it_agrees_with_gdal_viewshed(seed, tmp_path):
    """On at least 98 of 100 cells, wherever one stands."""
    rows = columns = 200
    heights, cell, reach = hills(rows, columns, seed), 50.0, 3500.0
    path = tiff(tmp_path / "hills.tif", heights)
    random = np.random.default_rng(seed)
    for row, column in random.integers(75, 125, (3, 2)):
        easting, northing = WEST + (column + 0.5) * cell, NORTH - (row + 0.5) * cell
        ground = Ground([grid(heights)], easting, northing, reach)
        horizon = march(ground, 10)
        mine = visible_cells(ground, horizon, Cells(WEST, NORTH, cell, rows, columns))
        theirs = viewshed(path, tmp_path, easting, northing, eye_m=10, reach_m=reach, cc=1 - REFRACTION)
        y, x = np.mgrid[0:rows, 0:columns]
        inside = np.hypot(x - column, y - row) * cell < reach - cell
        assert 0.01 < theirs[inside].mean() < 0.9
        assert (mine == theirs)[inside].mean() >= 0.98


def test_the_area_covers_the_seen_cells_without_specks():
    seen = np.zeros((40, 60), bool)
    seen[5:20, 10:40] = True
    seen[10, 20] = False  # a pinhole
    seen[12:18, 25:32] = False  # a hole
    seen[30, 50] = True  # a speck
    area = as_area(seen, Cells(WEST, NORTH, 100, 40, 60))
    assert len(area.geoms) == 1 and len(area.geoms[0].interiors) == 1 and area.is_valid
    assert area.area == pytest.approx((15 * 30 - 6 * 7) * 10_000, rel=0.05)
    assert area.bounds == (WEST + 1000, NORTH - 2000, WEST + 4000, NORTH - 500)
    assert as_area(np.zeros((4, 4), bool), Cells(WEST, NORTH, 100, 4, 4)).is_empty


def test_behind_a_ridge_nothing_is_seen_but_what_is_tall_enough():
    heights = flat()
    heights[:, SIDE // 2 + 30] += 40
    ground, horizon = looked(heights)
    easting, northing = MIDDLE

    def at(metres, height, **more):
        return Target(1, "Turm", easting + metres, northing + 25, height, **more)

    # 40 m at 1,525 m hide what is lower than about 78 m at 3,000 m.
    front, low, tall = look_for([at(800, 0), at(3000, 60), at(3000, 95)], ground, horizon)
    assert [front.is_visible, low.is_visible, tall.is_visible] == [True, False, True]
    area = as_area(visible_cells(ground, horizon, cells_around(ground)), cells_around(ground))
    assert area.contains(Point(easting + 800, northing + 25))
    assert not area.intersects(Point(easting + 3000, northing + 25).buffer(500))


def test_a_mountain_is_looked_for_at_its_highest_ground():
    heights = flat()
    heights[SIDE // 2 - 1, SIDE // 2 + 40] += 100
    ground, horizon = looked(heights)
    beside = (MIDDLE[0] + 2080, MIDDLE[1] + 25)  # a cell beside the top
    peak, plain = look_for([Target(1, "Berg", *beside, 0, is_peak=True), Target(2, "Fuß", *beside, 0)], ground, horizon)
    assert peak.is_visible and peak.angle_deg > plain.angle_deg + 1


def test_what_lies_too_far_or_off_the_model_is_not_judged():
    ground, horizon = looked(flat())
    far, off, here = (
        Target(n, "Fern", MIDDLE[0] + metres, MIDDLE[1], 10) for n, metres in enumerate((5500, 90_000, 3))
    )
    assert [one.is_visible for one in look_for([far, off, here], ground, horizon)] == [None, None]


def sight(name, azimuth, visible=True, distance=1000):
    return Sight(0, name, azimuth, distance, visible)


def names(*arguments, **how):
    return [one.name for one in seen_from_left_to_right(*arguments, **how)]


def test_landmarks_are_named_from_left_to_right():
    sights = [sight("c", 20), sight("a", 300), sight("b", 359), sight("aus", 180), sight("verdeckt", 10, False)]
    assert names(sights, parse("290-30")) == ["a", "b", "c"]
    assert names(sights, parse("290-30"), with_hidden=True) == ["a", "b", "verdeckt", "c"]
    assert names(sights, parse("10-30;290-310")) == ["c", "a"]
    assert names(sights, parse("0-360")) == names(sights, ()) == ["c", "aus", "a", "b"]
    assert names([sight("unbekannt", 20, None)], parse("10-30")) == ["unbekannt"]


def test_a_landmark_on_the_side_of_a_sector_belongs_to_it_and_is_named_once():
    sights = [sight("links", 289.5), sight("rechts", 30.6)]
    assert names(sights, parse("290-30")) == ["links", "rechts"]
    assert names(sights, parse("270-290;290-300")) == ["links"]
    assert names([sight("davor", 20, distance=90), sight("dahinter", 20)], parse("0-40")) == ["davor", "dahinter"]
