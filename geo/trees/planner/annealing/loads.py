"""The weekly sums of a plan that changes visit by visit: value, and what is too much at the price of it. Compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.annealing.boards import (
    BASE,
    DISTRICT,
    EXCESS,
    FIRST_CLASS,
    FIRST_MODULE,
    FLEET,
    LENGTH,
    NUMBER,
    OWED,
    START,
    VALUE,
    Board,
    Standing,
)
from geo.trees.planner.annealing.compiled import apart, inlined
from geo.trees.planner.candidates import Whole

Dice = NDArray[np.uint64]


@apart
def put(
    table: Whole, price: Whole, costs: Whole, sums: Whole, short: Whole, tally: Whole, rows: Whole, at: int, sign: int
) -> None:
    """Adds the visit in a row (place, candidate, modules) to the plan's sums (sign 1), or takes it out of them (-1)."""
    number, width = rows[at, NUMBER], rows.shape[1] - FIRST_MODULE
    start = table[number, START]
    end = start + table[number, LENGTH]
    first = table[number, FLEET] * (2 * width + 2)
    openings, crew = first + 2 * width, first + 2 * width + 1
    before_start, before_end = min(0, sums[crew, start]), min(0, sums[crew, end])
    total, own, excess, owed, returned = 0, table[number, BASE], 0, 0, 0
    for one in range(width):
        n = rows[at, FIRST_MODULE + one]
        if n == 0:
            continue
        total += n
        own += table[number, FIRST_CLASS + one] * n
        change, free, net = sign * n, first + one, first + width + one
        for week in range(start, end):
            left = sums[free, week]
            sums[free, week] = left - change
            more = min(0, left) - min(0, left - change)
            excess += more
            owed += more * price[free, week]
        back = max(0, sums[net, start] - change) - max(0, sums[net, start])
        sums[net, start] -= change
        sums[crew, start] -= back
        returned += back
        back = max(0, sums[net, end] + change) - max(0, sums[net, end])
        sums[net, end] += change
        sums[crew, end] -= back
        returned += back
    sums[crew, start] -= sign * total
    more, later = before_start - min(0, sums[crew, start]), before_end - min(0, sums[crew, end])
    excess += more + later
    owed += more * price[crew, start] + later * price[crew, end]
    more = min(0, sums[openings, start]) - min(0, sums[openings, start] - sign)
    sums[openings, start] -= sign
    excess += more
    owed += more * price[openings, start]
    value = sign * own - costs[0] * returned
    district = table[number, DISTRICT]
    if district >= 0:
        lack = short[district]
        short[district] = lack - sign * total * table[number, LENGTH]
        value -= costs[1] * (max(0, short[district]) - max(0, lack))
    tally[VALUE] += value
    tally[EXCESS] += excess
    tally[OWED] += owed


@apart
def least_free(table: Whole, sums: Whole, number: int, one: int, width: int) -> int:
    """Modules of a class that are free in all weeks of a candidate, as many as it takes."""
    free, start = table[number, FLEET] * (2 * width + 2) + one, table[number, START]
    least = table[number, FIRST_CLASS + width + one]
    for week in range(start, start + table[number, LENGTH]):
        least = min(least, sums[free, week])
    return max(0, least)


@inlined
def overlaps(board: Board, now: Standing, place: int) -> bool:
    """Whether the visit of a place stands when another visit of the same stop does."""
    group, number = board.twin[place], now.chosen[place]
    if group < 0 or number < 0:
        return False
    start = board.table[number, START]
    end = start + board.table[number, LENGTH]
    other = place
    while other > 0 and board.twin[other - 1] == group:
        other -= 1
    while other < len(board.twin) and board.twin[other] == group:
        one = now.chosen[other]
        if other != place and one >= 0:
            begin = board.table[one, START]
            if begin < end and start < begin + board.table[one, LENGTH]:
                return True
        other += 1
    return False


@inlined
def rolled(dice: Dice) -> np.uint64:
    """The next 64 bits of chance (xorshift64*: Vigna 2016)."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    return x * np.uint64(2685821657736338717)


@inlined
def one_of(dice: Dice, many: int) -> int:
    """A whole number from 0 to below `many` (less than 2**31)."""
    return np.int64(((rolled(dice) >> np.uint64(33)) * np.uint64(many)) >> np.uint64(31))  # type: ignore[return-value]


@inlined
def a_share(dice: Dice) -> float:
    """A real number above 0, up to 1."""
    return (np.float64(rolled(dice) >> np.uint64(11)) + 1.0) / 9007199254740992.0
