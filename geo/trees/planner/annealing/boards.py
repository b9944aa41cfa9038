"""A problem and a plan laid out in arrays, as the compiled changes need them.

Whole numbers throughout (int64), so that the same steps give the same plan on every machine.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.candidates import Chosen, Real, Whole
from geo.trees.planner.formulation import Formulation

NO_LIMIT = 1_000_000  # modules or visits: what stands where a week has no limit
_, FLEET, START, LENGTH, DISTRICT, LOW, HIGH, BASE, FIRST_CLASS = range(9)  # columns of `Board.table`
PLACE, NUMBER, SOURCE, FIRST_MODULE = range(4)  # columns of `Standing.tried`
# How often each kind of change is tried, of all; in the order of `moves.proposed`.
OFTEN = (10, 4, 10, 14, 14, 10, 12, 1, 3, 8, 4, 2)
AS_SAID, WHAT_IS_FREE = -1, -2  # sources of modules that are no place
VALUE, EXCESS, OWED, FACTOR = range(4)  # of `Standing.tally`
ONE = 1_000_000  # a factor of 1, as the tally has it


class Board(NamedTuple):
    """What does not change. K candidates, P places, F fleets, C classes, W weeks.

    `table` (K rows) has the columns named above, then what a module of each class brings, then how many of each may
    come. `begins` (P x F x W + 1) says from which candidate on those of a place, a fleet and a first week stand.
    `listed` are the candidates worth trying, by place; `first` (P + 1) where each place's begin. `twin` (P) is the
    group of places that are one stop, or -1. `price` has what one module or visit too many costs, laid out as
    `Standing.sums`; `costs` is what a return and a module-week short of a district's target cost; `often` are the
    sums of `OFTEN` up to each kind.
    """

    table: Whole
    begins: Whole
    listed: Whole
    first: Whole
    twin: Whole
    price: Whole
    costs: Whole
    often: Whole


class Standing(NamedTuple):
    """A plan as it stands, changed in place.

    `sums` has for each fleet C rows of modules still free, C rows of what leaves less what arrives, one row of openings
    and one of modules that the crew could still move, by week (W + 1): below zero is too much. `short` is by how many
    module-weeks each district lies below its target. `chosen` (P) is each place's candidate or -1, `counts` (P x C)
    its modules; `best` and `best_counts` are those of the best plan. `tally` has the plan's value, by how much its
    limits are exceeded, what that costs, and by what factor (in millionths) that counts at present. `tried`
    and `before` (2 rows: place, candidate, where its modules come from, modules) are the change in hand; `dice` is the
    state of the chance.
    """

    sums: Whole
    short: Whole
    chosen: Whole
    counts: Whole
    tally: Whole
    best: Whole
    best_counts: Whole
    tried: Whole
    before: Whole
    dice: NDArray[np.uint64]


def board_of(form: Formulation, loss: Real, most_loss: float, prices: Real, flat: float) -> Board:
    """The board of a problem. `loss` (K) is what each candidate costs of the bound at least; those that cost more than
    `most_loss` are not tried. A module too many costs its price in the relaxation and `flat` of the highest one."""
    c = form.candidates
    fleets, places = len(c.problem.fleets), len(c.places)
    columns = [c.place, c.fleet, c.start, c.length, c.district, c.low, c.high, c.base]
    cell = (c.place * fleets + c.fleet) * form.weeks + c.start
    usual = np.flatnonzero(loss < most_loss)
    return Board(
        table=np.ascontiguousarray(np.column_stack([*columns, c.gain, c.most])),
        begins=np.searchsorted(cell, np.arange(places * fleets * form.weeks + 1)).astype(np.int64),
        listed=usual,
        first=np.searchsorted(c.place[usual], np.arange(places + 1)).astype(np.int64),
        twin=c.twins,
        price=_prices(form, prices, flat),
        costs=np.array([_cost(form.extra_cost[: form.returns]), _cost(form.extra_cost[form.returns :])]),
        often=np.cumsum(OFTEN),
    )


def _cost(costs: Real) -> int:
    return round(-float(costs[0])) if len(costs) else 0


def _prices(form: Formulation, prices: Real, flat: float) -> Whole:
    """An opening too many costs as much as several modules: a visit is more than a module."""
    base = flat * float(prices[form.at_fleet : form.at_opening].max(initial=0))
    modules = np.maximum(0, prices[form.at_fleet : form.at_opening]) + base
    openings = np.maximum(0, prices[form.at_opening : form.at_crew]) + 3 * base
    crew = np.maximum(0, prices[form.at_crew : form.at_return]) + base
    returns = np.zeros(form.at_district - form.at_return)
    return np.rint(_rows(form, modules, returns, openings, crew)).astype(np.int64)


def _rows(form: Formulation, modules: Real, returns: Real, openings: Real, crew: Real) -> Real:
    """Fleet by fleet the rows of `Standing.sums`."""
    fleets = len(form.candidates.problem.fleets)
    rows = np.zeros((fleets, 2 * form.width + 2, form.horizon))
    rows[:, : form.width, : form.weeks] = modules.reshape(fleets, form.width, form.weeks)
    rows[:, form.width : 2 * form.width] = returns.reshape(fleets, form.width, form.horizon)
    rows[:, 2 * form.width, : form.weeks] = openings.reshape(fleets, form.weeks)
    rows[:, 2 * form.width + 1] = crew.reshape(fleets, form.horizon)
    return rows.reshape(-1, form.horizon)


def standing_of(form: Formulation, chosen: Chosen, seed: int) -> Standing:
    """A plan that keeps all limits, as the changes begin from it."""
    c, width, places = form.candidates, form.width, len(form.candidates.places)
    activity = form.load(chosen)
    left = np.where(np.isfinite(form.upper), form.upper - activity, NO_LIMIT)
    returns = slice(form.at_return, form.at_district)
    net = np.where(np.isfinite(form.upper[returns]), activity[returns] - form.upper[returns], 0)
    openings, crew = left[form.at_opening : form.at_crew], left[form.at_crew : form.at_return]
    sums = _rows(form, left[form.at_fleet : form.at_opening], net, openings, crew)
    by_fleet = sums.reshape(len(c.problem.fleets), -1, form.horizon)
    by_fleet[:, -1] -= np.maximum(0, by_fleet[:, width : 2 * width]).sum(axis=1)
    numbers, counts = np.full(places, -1, np.int64), np.zeros((places, width), np.int64)
    for number, modules in chosen.items():
        numbers[c.place[number]], counts[c.place[number]] = number, modules
    change = np.zeros((2, FIRST_MODULE + width), np.int64)
    return Standing(
        sums=np.rint(sums).astype(np.int64),
        short=np.rint(form.lower[form.at_district :] - activity[form.at_district :]).astype(np.int64),
        chosen=numbers,
        counts=counts,
        tally=np.array([form.value(chosen), 0, 0, ONE], np.int64),
        best=numbers.copy(),
        best_counts=counts.copy(),
        tried=change,
        before=change.copy(),
        dice=np.array([88172645463325252 ^ ((seed * 0x9E3779B97F4A7C15) % 2**64) or 1], np.uint64),
    )


def chosen_of(numbers: Whole, counts: Whole) -> Chosen:
    """The candidates that stand, with their modules by class."""
    return {int(numbers[p]): tuple(int(n) for n in counts[p]) for p in np.flatnonzero(numbers >= 0)}
