"""The exact line of sight holds what anybody can check by hand; and ours agrees with it wherever one stands."""

import numpy as np
import pytest

from geo.viewpoints.terrain.area import Cells, visible_cells
from geo.viewpoints.terrain.ground import Ground
from geo.viewpoints.terrain.horizon import drop_m, march
from tests.geo.viewpoints.terrain import exact
from tests.geo.viewpoints.terrain.models import NORTH, WEST, grid, hills

CELL_M = 50.0


def around(observer, reach, rows, columns):
    """The cells within so many of the observer, without the observer's own."""
    y, x = np.mgrid[0:rows, 0:columns]
    apart = np.hypot(y - observer[0], x - observer[1])
    return np.nonzero((apart <= reach) & (apart > 0))


def test_a_peak_is_seen_and_hides_what_lies_behind_it():
    heights = np.full((41, 41), 300.0)
    heights[20, 30] += 40
    rows, columns = np.array([20, 20, 20, 20, 25, 20]), np.array([25, 30, 31, 39, 39, 1])
    seen = exact.seen(heights, CELL_M, (20, 20), 2.0, rows, columns)
    assert seen.tolist() == [True, True, False, False, True, True]
    assert exact.seen(heights, CELL_M, (20, 20), 100.0, rows, columns).tolist() == [True, True, False, True, True, True]


def test_it_is_what_a_very_dense_sample_of_the_line_says():
    heights, observer = hills(60, 60, 5).astype(float), (30, 28)
    rows, columns = around(observer, 25, 60, 60)
    some = np.random.default_rng(2).choice(len(rows), 150, replace=False)
    found = exact.seen(heights, CELL_M, observer, 3.0, rows[some], columns[some])
    share = np.linspace(0, 1, 20_001)[None, :]
    down, across = (rows[some] - observer[0])[:, None], (columns[some] - observer[1])[:, None]
    y, x = observer[0] + share * down, observer[1] + share * across
    top, left = np.minimum(y.astype(int), 58), np.minimum(x.astype(int), 58)
    b, a = y - top, x - left
    ground = (heights[top, left] * (1 - a) + heights[top, left + 1] * a) * (1 - b)
    ground += (heights[top + 1, left] * (1 - a) + heights[top + 1, left + 1] * a) * b
    distance = np.hypot(down, across) * CELL_M * share
    line = ground - drop_m(distance) - heights[observer] - 3.0
    over = (line - share * line[:, -1:])[:, 1:-1].max(axis=1)
    sure = np.abs(over) > 0.001
    assert sure.sum() > 120 and 20 < found.sum() < 130
    assert ((over <= 0) == found)[sure].all()


@pytest.mark.parametrize(("seed", "eye_m"), [(3, 2.0), (5, 2.0), (8, 10.0)])
def test_ours_is_the_exact_answer_on_99_of_100_cells(seed, eye_m):
    size, reach = 110, 50
    heights = hills(size, size, seed)
    low, high = (np.unravel_index(pick(heights[45:65, 45:65]), (20, 20)) for pick in (np.argmin, np.argmax))
    for at in (low, high):
        observer = (int(at[0]) + 45, int(at[1]) + 45)
        ground = Ground(
            [grid(heights)], WEST + (observer[1] + 0.5) * CELL_M, NORTH - (observer[0] + 0.5) * CELL_M, 3000
        )
        mine = visible_cells(ground, march(ground, eye_m), Cells(WEST, NORTH, CELL_M, size, size))
        rows, columns = around(observer, reach, size, size)
        truth = exact.seen(heights.astype(float), CELL_M, observer, eye_m, rows, columns)
        assert 0.02 < truth.mean() < 0.98
        assert (mine[rows, columns] == truth).mean() >= 0.99
