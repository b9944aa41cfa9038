"""The exact line of sight, cell by cell, against which quicker answers are judged.

Between the middles of four cells the ground is the bilinear surface through their heights. The line from the eye to the
ground in the middle of a cell is cut wherever it crosses a row or column of middles; on each piece the ground is a
parabola over the way, and so is how far it stands above the line. The cell is seen if that is nowhere above zero.
Nothing is sampled, so nothing is missed.
"""

import numpy as np

from geo.viewpoints.terrain.horizon import drop_m

NEARLY_NOTHING_M = 1e-6
AT_ONCE = 400


def seen(
    heights: np.ndarray, cell_m: float, observer: tuple[int, int], eye_m: float, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Whether the ground in the middle of each of the cells is seen from `eye_m` above the middle of the observer's."""
    parts = range(0, len(rows), AT_ONCE)
    return np.concatenate(
        [_seen(heights, cell_m, observer, eye_m, rows[at : at + AT_ONCE], columns[at : at + AT_ONCE]) for at in parts]
    )


def _seen(heights, cell_m, observer, eye_m, rows, columns):
    down, across = (rows - observer[0])[:, None], (columns - observer[1])[:, None]
    cuts = _cuts(down, across)
    middles = (cuts[:, 1:] + cuts[:, :-1]) / 2
    distance = np.hypot(down, across) * cell_m
    eye = float(heights[observer]) + eye_m

    def above(share):
        """How far the ground stands above the line, at shares of the way to the cell."""
        ground = _between(heights, observer[0] + share * down, observer[1] + share * across)
        return ground - drop_m(share * distance) - eye - share * rise

    rise = _between(heights, rows[:, None].astype(float), columns[:, None].astype(float)) - drop_m(distance) - eye
    ends, half = above(cuts), above(middles)
    first, last = ends[:, :-1], ends[:, 1:]
    bend, lean = 2 * (first + last - 2 * half), -3 * first + 4 * half - last
    with np.errstate(divide="ignore", invalid="ignore"):
        at = -lean / (2 * bend)
        top = np.where((bend < 0) & (at > 0) & (at < 1), first - lean**2 / (4 * bend), -np.inf)
    highest = np.maximum(np.maximum(first, last), top).max(axis=1)
    return highest <= NEARLY_NOTHING_M


def _cuts(down, across):
    """Where on the way, from 0 to 1, the line crosses rows and columns of middles; the last ones stand for none."""
    most = int(max(np.abs(down).max(), np.abs(across).max(), 1))
    counted = np.arange(1, most + 1)[None, :]
    with np.errstate(divide="ignore"):
        found = [np.minimum(counted / np.abs(one), 1.0) for one in (down, across)]
    ends = np.zeros((len(down), 1)), np.ones((len(down), 1))
    return np.sort(np.concatenate((ends[0], *found, ends[1]), axis=1), axis=1)


def _between(heights, row, column):
    """The height between the middles of four cells."""
    top = np.clip(np.floor(row).astype(int), 0, heights.shape[0] - 2)
    left = np.clip(np.floor(column).astype(int), 0, heights.shape[1] - 2)
    y, x = row - top, column - left
    upper = heights[top, left] * (1 - x) + heights[top, left + 1] * x
    lower = heights[top + 1, left] * (1 - x) + heights[top + 1, left + 1] * x
    return upper * (1 - y) + lower * y
