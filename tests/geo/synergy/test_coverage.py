"""The estimate in simulated towns: its interval holds the planted effect as often as it says, and finds none in none.

Of 500 towns of each shape the interval of 95 per cent must hold the planted effect in 450 to 490 (90 to 98 per cent).
"""

from math import sqrt

import numpy as np
import pytest

from geo.synergy.effect import LEVEL, welch
from geo.synergy.student import quantile
from tests.geo.synergy.towns import QUIET, SHAPES, Shape, towns

RUNS = 500
PLANTED = -0.10


def _intervals(shape: Shape, effect: float, seed: int):
    found = towns(shape, RUNS, effect, seed)
    treated = found.shape.treated
    points, error, df = welch(found.changes[:, :treated], found.changes[:, treated:])
    half = quantile(LEVEL, df) * error
    return points, points - half, points + half, error


@pytest.mark.parametrize("name", SHAPES)
def test_the_interval_holds_the_planted_effect_as_often_as_it_says(name):
    points, low, high, error = _intervals(SHAPES[name], PLANTED, seed=20261127)
    holds = ((low <= PLANTED) & (high >= PLANTED)).mean()
    assert 0.90 <= holds <= 0.98
    # The estimate is right on average: within four standard errors of the mean of all runs.
    assert abs(points.mean() - PLANTED) < 4 * points.std() / sqrt(RUNS)
    # The standard error says how far estimates scatter.
    assert np.sqrt((error**2).mean()) == pytest.approx(points.std(), rel=0.15)


@pytest.mark.parametrize("name", SHAPES)
def test_no_effect_is_found_where_none_was_planted(name):
    _, low, high, _ = _intervals(SHAPES[name], 0.0, seed=71)
    false = ((low > 0) | (high < 0)).mean()
    # Five in a hundred by the level; three standard deviations of 500 draws more at most.
    assert 0.01 <= false <= (1 - LEVEL) + 3 * sqrt(LEVEL * (1 - LEVEL) / RUNS)


@pytest.mark.parametrize("planted", [0.0, 0.08])
def test_where_hardly_anything_is_empty_the_interval_holds_as_well(planted):
    _, low, high, _ = _intervals(QUIET, planted, seed=17)
    holds = ((low <= planted) & (planted <= high)).mean()
    assert 0.90 <= holds <= 0.98


def test_what_hits_the_whole_town_is_no_effect():
    """Without comparison streets the same towns would be misread: the shocks alone move the treated streets."""
    found = towns(SHAPES["shared shocks"], RUNS, 0.0, seed=5)
    alone = found.changes[:, : found.shape.treated].mean(axis=1)
    compared = alone - found.changes[:, found.shape.treated :].mean(axis=1)
    assert alone.std() > 1.5 * compared.std()


def test_a_large_effect_is_found():
    _, low, high, _ = _intervals(SHAPES["many streets"], -0.15, seed=3)
    assert (high < 0).mean() > 0.90
    assert ((low <= -0.15) & (high >= -0.15)).mean() >= 0.90
