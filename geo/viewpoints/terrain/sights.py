"""Landmarks as they are seen: in which direction, how far, hidden or not; and in which order, from left to right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.viewpoints.direction import Sector
from geo.viewpoints.terrain.ground import Ground
from geo.viewpoints.terrain.horizon import Horizon, drop_m

# A mountain is looked for at the highest ground this near, because points and models are not that exact.
PEAK_CELLS = 1.5
# As much as a point's place is uncertain, so that a hill does not hide the tower that stands on it.
MARGIN_CELLS = 1.5
# A landmark this little outside of a sector is still within what people see.
TOLERANCE_DEG = 1.0
SAME_SPOT_M = 10


@dataclass(frozen=True)
class Target:
    """A landmark to look for; the height is metres above the ground. A `peak` stands at the highest ground near by."""

    key: int
    name: str
    easting: float
    northing: float
    height_m: float
    name_en: str | None = None
    kind: str = "SONSTIGES"
    is_peak: bool = False


@dataclass(frozen=True)
class Sight:
    """A landmark from a viewpoint: azimuth clockwise from true north, elevation angle of its top, visible or hidden.

    `is_visible` is None where nothing was computed; `angle_deg` is None then, too.
    """

    key: int
    name: str
    azimuth_deg: float
    distance_m: int
    is_visible: bool | None = None
    angle_deg: float | None = None
    name_en: str | None = None
    kind: str = "SONSTIGES"

    def title(self, lang: str) -> str:
        """The name in the language, the German one where there is no other."""
        return (self.name_en if lang == "en" else None) or self.name


def look_for(targets: Sequence[Target], ground: Ground, horizon: Horizon) -> list[Sight]:
    """Each target with its direction; visible where its top rises above all that stands before it."""
    return [sight for target in targets if (sight := _look(target, ground, horizon)) is not None]


def without_terrain(targets: Sequence[Target], easting: float, northing: float, north_deg: float) -> list[Sight]:
    """Directions and distances alone, where no model says what is hidden."""
    found = []
    for target in targets:
        azimuth, distance = _direction(target, easting, northing, north_deg)
        if distance >= SAME_SPOT_M:
            found.append(_sight(target, azimuth, distance))
    return found


def _sight(target: Target, azimuth: float, distance: float) -> Sight:
    rounded = round(azimuth, 1) % 360
    return Sight(target.key, target.name, rounded, round(distance), None, None, target.name_en, target.kind)


def _look(target: Target, ground: Ground, horizon: Horizon) -> Sight | None:
    azimuth, distance = _direction(target, ground.easting, ground.northing, horizon.north_deg)
    if distance < SAME_SPOT_M:
        return None
    sight = _sight(target, azimuth, distance)
    foot = _foot(target, ground)
    if foot is None or distance > ground.reach_m:
        return sight
    slope = (foot + target.height_m - drop_m(distance) - horizon.eye_m) / distance
    in_front = distance - MARGIN_CELLS * horizon.cell_m
    hidden_by = -math.inf
    if in_front > 0:
        grid_azimuth = np.array([math.radians(azimuth + horizon.north_deg)])
        hidden_by = float(horizon.steepest_before(grid_azimuth, np.array([in_front]))[0])
    angle = round(math.degrees(math.atan(slope)), 2)
    return replace(sight, is_visible=slope >= hidden_by, angle_deg=angle)


def _foot(target: Target, ground: Ground) -> float | None:
    """The height of the ground that the target stands on."""
    if not target.is_peak:
        return ground.height(target.easting, target.northing)
    across = np.linspace(-PEAK_CELLS, PEAK_CELLS, 7) * ground.step_m
    easting, northing = np.meshgrid(target.easting + across, target.northing + across)
    heights = ground.heights(easting, northing)
    return None if np.isnan(heights).all() else float(np.nanmax(heights))


def _direction(target: Target, easting: float, northing: float, north_deg: float) -> tuple[float, float]:
    across, up = target.easting - easting, target.northing - northing
    return (math.degrees(math.atan2(across, up)) - north_deg) % 360, math.hypot(across, up)


def seen_from_left_to_right(
    sights: Sequence[Sight], sectors: Sequence[Sector], *, with_hidden: bool = False
) -> list[Sight]:
    """The sights within the sectors, as the eye wanders: sector by sector, in each from its left side to its right.

    Without sectors, and for the full panorama, the walk begins in the north. Hidden ones only if asked for; those of
    which nothing is computed are taken as seen. Nobody is named twice.
    """
    wanted = [one for one in sights if with_hidden or one.is_visible is not False]
    ordered: list[Sight] = []
    for start, span in [(float(one.from_deg), float(one.span)) for one in sectors] or [(0.0, 360.0)]:
        margin = TOLERANCE_DEG if span < 360 - 2 * TOLERANCE_DEG else 0.0
        inside = [((one.azimuth_deg - start + margin) % 360, one) for one in wanted]
        row = [(turn, one) for turn, one in inside if turn <= span + 2 * margin or span >= 360]
        ordered += [one for _, one in sorted(row, key=lambda pair: (pair[0], pair[1].distance_m)) if one not in ordered]
    return ordered
