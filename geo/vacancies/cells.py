"""The cells in which a map counts what is too much to be shown one by one, and how much that is."""

import math
from dataclasses import dataclass

from geo.core.geometry import STATE_BOX

BBox = tuple[float, float, float, float]
# More than that no map shows at once.
MOST_ON_MAP = 5_000
# More single signs than that nobody tells apart, but close to the ground.
MOST_SINGLE = 1_500
NEAR_ZOOM = 15
# A screen of cells of 64 pixels; more than that are made larger.
MOST_CELLS = 700
# The cells that are counted beforehand: two levels below the map's zoom in the pyramid of tiles.
LEVELS = range(8, 17)
_BELOW = 2


@dataclass(frozen=True)
class Cells:
    """A rectangle of cells of one level of the pyramid of tiles."""

    level: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def shift(self) -> int:
        """From a cell of the finest level to one of this."""
        return LEVELS[-1] - self.level


def cells_of(box: BBox, zoom: float) -> Cells:
    """The cells that a box of degrees touches, as fine as suits the zoom and never more than `MOST_CELLS`."""
    level = min(max(round(zoom) + _BELOW, LEVELS[0]), LEVELS[-1])
    west, south, east, north = box
    while True:
        left, top = cell_at(west, north, level)
        right, bottom = cell_at(east, south, level)
        if (right - left + 1) * (bottom - top + 1) <= MOST_CELLS or level == LEVELS[0]:
            return Cells(level, left, right, top, bottom)
        level -= 1


def within_state(box: BBox) -> BBox:
    """The part of a box that lies in the state's box; one without room where there is none."""
    west, south, east, north = (min(max(value, STATE_BOX[i % 2]), STATE_BOX[i % 2 + 2]) for i, value in enumerate(box))
    return west, south, east, north


def cell_at(longitude: float, latitude: float, level: int) -> tuple[int, int]:
    size = 2**level
    x = (longitude + 180) / 360 * size
    y = (1 - math.asinh(math.tan(math.radians(max(-85.0, min(85.0, latitude))))) / math.pi) / 2 * size
    return min(max(int(x), 0), size - 1), min(max(int(y), 0), size - 1)
