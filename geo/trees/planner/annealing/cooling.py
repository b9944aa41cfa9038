"""The loop over changes: what becomes worse is taken at times, less and less so. Compiled.

Limits of fleet, crew and openings may be exceeded on the way, at a price; only plans that keep them all are remembered
as the best. The price rises step by step; or it follows what happens: it rises while limits are exceeded and falls
while they are kept, so that the plan stays where both are possible.
"""

import math
from contextlib import suppress
from typing import Any

import numpy as np
from numba import njit

from geo.trees.planner.annealing.boards import (
    EXCESS,
    FACTOR,
    FIRST_MODULE,
    NUMBER,
    ONE,
    OWED,
    PLACE,
    VALUE,
    Board,
    Standing,
)
from geo.trees.planner.annealing.compiled import OPTIONS, inlined
from geo.trees.planner.annealing.loads import a_share, one_of, overlaps, put
from geo.trees.planner.annealing.moves import proposed, settled
from geo.trees.planner.candidates import Whole

STRIDE = 1_024  # steps at one heat
LEAST, MOST = 0.2, 10.0  # the factor of the price where it follows what happens


def compiled(signature: Any, is_kept: bool) -> Any:
    """`anneal` as machine code for arguments of these types; kept on disk for the next process or not."""
    with suppress(OSError, RuntimeError):  # a folder that was writable and is no more
        return njit(signature, nogil=True, cache=is_kept, **OPTIONS)(anneal)
    return njit(signature, nogil=True, **OPTIONS)(anneal)


def anneal(
    board: Board,
    now: Standing,
    steps: int,
    best: int,
    heats: tuple[float, float],
    factors: tuple[float, float],
    turn: float,
) -> int:
    """So many steps, cooling from one heat to the other (points that a change may lose). What is too much gets dearer
    from one factor to the other; or with a `turn` its factor goes on from where it stood, and turns by this share where
    no plan has kept all limits for a while, by half of it back where one has. `best` is the best value so far; returns
    the best value, whose plan is in `now.best` if it was found here."""
    often = board.often
    heat, factor, is_kept_lately = heats[0], factors[0], False
    if turn > 0:
        factor = now.tally[FACTOR] / ONE
    cooling = (heats[1] / heats[0]) ** (STRIDE / max(1, steps))
    for step in range(steps):
        if step % STRIDE == STRIDE - 1:
            heat *= cooling
            if turn == 0:
                factor = factors[0] + (factors[1] - factors[0]) * step / steps
            elif is_kept_lately:
                factor = max(LEAST, factor * (1 - turn / 2))
            else:
                factor = min(MOST, factor * (1 + turn))
            is_kept_lately = False
        is_kept_lately |= now.tally[EXCESS] == 0
        ticket, kind = one_of(now.dice, often[-1]), 0
        while ticket >= often[kind]:
            kind += 1
        places = proposed(board, now, kind)
        if places == 0 or not settled(board, now, 0) or (places == 2 and not settled(board, now, 1)):
            continue
        value, owed = now.tally[VALUE], now.tally[OWED]
        change(board, now, places)
        gained = float(now.tally[VALUE] - value) - factor * float(now.tally[OWED] - owed)
        is_kept = gained >= 0 or gained > heat * math.log(a_share(now.dice))
        if is_kept and fits_twins(board, now, places):
            if now.tally[EXCESS] == 0 and now.tally[VALUE] > best:
                best = now.tally[VALUE]
                remember(now)
        else:
            undo(board, now, places)
    now.tally[FACTOR] = np.int64(factor * ONE)
    return best


@inlined
def remember(now: Standing) -> None:
    """Keeps the plan that stands as the best."""
    for place in range(len(now.chosen)):
        now.best[place] = now.chosen[place]
        for one in range(now.counts.shape[1]):
            now.best_counts[place, one] = now.counts[place, one]


@inlined
def change(board: Board, now: Standing, places: int) -> None:
    """Puts what is tried in the place of what stands."""
    width = now.counts.shape[1]
    for at in range(places):
        place = now.tried[at, PLACE]
        now.before[at, PLACE], now.before[at, NUMBER] = place, now.chosen[place]
        for one in range(width):
            now.before[at, FIRST_MODULE + one] = now.counts[place, one]
    exchange(board, now, now.before, now.tried, places)


@inlined
def undo(board: Board, now: Standing, places: int) -> None:
    """Puts back what stood before."""
    exchange(board, now, now.tried, now.before, places)


@inlined
def exchange(board: Board, now: Standing, old: Whole, new: Whole, places: int) -> None:
    """Takes the old visits of places out and puts the new ones in."""
    width = now.counts.shape[1]
    for at in range(places):
        if old[at, NUMBER] >= 0:
            put(board.table, board.price, board.costs, now.sums, now.short, now.tally, old, at, -1)
    for at in range(places):
        if new[at, NUMBER] >= 0:
            put(board.table, board.price, board.costs, now.sums, now.short, now.tally, new, at, 1)
    for at in range(places):
        place = new[at, PLACE]
        now.chosen[place] = new[at, NUMBER]
        for one in range(width):
            now.counts[place, one] = new[at, FIRST_MODULE + one] if new[at, NUMBER] >= 0 else 0


@inlined
def fits_twins(board: Board, now: Standing, places: int) -> bool:
    """Whether no two visits of a changed place's stop stand at the same time."""
    first = not overlaps(board, now, now.tried[0, PLACE])
    return first and (places == 1 or not overlaps(board, now, now.tried[1, PLACE]))
