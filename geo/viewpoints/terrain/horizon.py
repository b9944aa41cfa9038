"""The horizon by a ray march: what stands highest in each direction, and what hides what.

Rays leave the observer every 0.1 degree of true azimuth. Along each, the ground is sampled in steps that grow with the
distance; the earth falls away by d² / 2R, of which the air's refraction gives back 13 %.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.geometry import coordinates_in_degrees, in_system
from geo.core.systems import UTM32
from geo.viewpoints.terrain.ground import Floats, Ground

RAYS = 3600
EARTH_RADIUS_M = 6_371_000
REFRACTION = 0.13
REACH_M = 60_000
STEP_OF_CELL = 0.5
STEP_OF_DISTANCE = 0.001
LAYERS_M = (1_500.0, 6_000.0)  # where near ends, and where far begins
NOTHING = -90.0
# The ground this close in front of a spot, in cells, is the spot itself and hides nothing of it.
BEFORE_CELLS = 0.3
_BLOCK = 240


def drop_m(distance_m: Any) -> Any:
    """How far the ground has sunk below the level plane of the observer at this distance."""
    return distance_m * distance_m * ((1 - REFRACTION) / (2 * EARTH_RADIUS_M))


@dataclass(frozen=True)
class Horizon:
    """What the march found. Angles in degrees above the level plane; `NOTHING` where no ground is known.

    `tangents` is, for each ray and each of the `steps_m` (metres), the steepest slope up to there.
    """

    easting: float
    northing: float
    north_deg: float
    ground_m: float
    eye_m: float
    cell_m: float
    steps_m: NDArray[np.float64]
    tangents: NDArray[np.float32]
    angles_deg: NDArray[np.float32]
    distances_m: NDArray[np.int32]
    layers_deg: tuple[NDArray[np.float32], ...]

    def steepest_before(self, grid_azimuth: Floats, distance_m: Floats) -> Floats:
        """The steepest slope between the observer and a little before that distance, between the two nearest rays."""
        ray = (np.degrees(grid_azimuth) - self.north_deg) % 360 * (RAYS / 360)
        low = ray.astype(np.int32)
        share = (ray - low).astype(np.float32)
        before = np.searchsorted(self.steps_m, distance_m - self.cell_m * BEFORE_CELLS, side="right") - 1
        seen = np.maximum(before, 0)
        here, there = self.tangents[low % RAYS, seen], self.tangents[(low + 1) % RAYS, seen]
        steepest = here + (there - here) * share
        return np.where(before < 0, -np.inf, steepest)


def north_of_grid(easting: float, northing: float) -> float:
    """The direction of true north in the grid, in degrees clockwise from grid north: the map's lines lean."""
    longitude, latitude = coordinates_in_degrees(np.array([easting]), np.array([northing]), UTM32)
    x, y = in_system(float(longitude[0]), float(latitude[0]) + 0.01, UTM32)
    return math.degrees(math.atan2(x - easting, y - northing))


def march(
    ground: Ground,
    observer_height_m: float,
    *,
    ground_m: float | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Horizon | None:
    """The horizon of somebody whose eyes are `observer_height_m` above the ground; None off every model.

    `ground_m` is the height of the ground there where it is known better than from the model.
    """
    from_model = ground.height(ground.easting, ground.northing)
    if from_model is None:
        return None
    eye = (from_model if ground_m is None else ground_m) + observer_height_m
    north = north_of_grid(ground.easting, ground.northing)
    steps = steps_m(ground.step_m, ground.reach_m)
    fallen = drop_m(steps)
    bands = [slice(*ends) for ends in pairwise((0, *np.searchsorted(steps, LAYERS_M), len(steps)))]
    tangents = np.empty((RAYS, len(steps)), np.float32)
    layers = [np.full(RAYS, NOTHING, np.float32) for _ in bands]
    distances = np.zeros(RAYS, np.int32)
    for first in range(0, RAYS, _BLOCK):
        rays = slice(first, first + _BLOCK)
        azimuth = np.radians(np.arange(first, first + _BLOCK) * (360 / RAYS) + north)
        slopes = ((ground.along(azimuth, steps) - fallen - eye) / steps).astype(np.float32)
        slopes[np.isnan(slopes)] = -np.inf
        for layer, band in zip(layers, bands, strict=True):
            if band.stop > band.start:
                layer[rays] = _degrees(slopes[:, band].max(axis=1))
        distances[rays] = steps[slopes.argmax(axis=1)]
        np.maximum.accumulate(slopes, axis=1, out=tangents[rays])
        tell(first + _BLOCK, RAYS)
    return Horizon(
        ground.easting,
        ground.northing,
        north,
        eye - observer_height_m,
        eye,
        ground.step_m,
        steps,
        tangents,
        _degrees(tangents[:, -1]),
        distances,
        tuple(layers),
    )


def steps_m(cell_m: float, reach_m: float) -> NDArray[np.float64]:
    """The distances at which a ray looks at the ground: half a cell, and a thousandth of the way where that is more."""
    steps, at = [], 0.0
    while (at := at + max(cell_m * STEP_OF_CELL, at * STEP_OF_DISTANCE)) <= reach_m:
        steps.append(at)
    return np.array(steps)


def _degrees(tangents: Floats) -> NDArray[np.float32]:
    return np.maximum(np.degrees(np.arctan(tangents)), NOTHING).astype(np.float32)


def smoothed(angles_deg: Sequence[float], width: int) -> NDArray[np.float64]:
    """The running mean over `width` values around the circle, for drawing."""
    values = np.asarray(angles_deg, np.float64)
    ring = np.concatenate((values[-width:], values, values[:width]))
    return np.convolve(ring, np.ones(width) / width, mode="same")[width:-width]
