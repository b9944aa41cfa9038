"""Cuts: rows that hold for whole visits and not for shares of them, which bring the bound nearer to the best plan.

A week with 7 modules takes one visit of 4 or more, though it takes seven quarters of one. For each week, each fleet and
some of its classes, what the visits that stand then ask for at least is rounded by a divisor (mixed integer rounding:
Gomory 1960; Nemhauser and Wolsey 1990). A candidate counts in a cut whatever its modules are, so that pricing stays as
it is: a price in a week for each way of rounding.
"""

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from geo.trees.planner.candidates import Real, Whole
from geo.trees.planner.formulation import Formulation

VIOLATED = 1e-3  # by more than this: worth a row
MOST = 40  # new rows in a round
WIDEST = 4  # classes of a fleet up to which all of their combinations are looked at

Key = tuple[int, int, int]  # the sum, the divisor, what is left of the room when divided


@dataclass(frozen=True)
class Sum:
    """Modules of some classes of a fleet: what each candidate asks for at least (K), and what a week has."""

    asked: Whole
    room: Real


@dataclass
class Cuts:
    """The rows found so far; `ways` are the roundings that they use: the weight of each candidate."""

    form: Formulation
    sums: list[Sum]
    ways: list[Real] = field(default_factory=list)
    way_of: dict[Key, int] = field(default_factory=dict)
    way: list[int] = field(default_factory=list)
    week: list[int] = field(default_factory=list)
    known: set[tuple[Key, int]] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.way)

    def entries(self, numbers: Whole) -> tuple[Whole, Whole, Real]:
        """Columns (positions in `numbers`), rows and values of candidates in the cuts."""
        c = self.form.candidates
        weeks = np.array(self.week)[:, None]
        weights = np.array(self.ways)[np.array(self.way)][:, numbers]
        weights = np.where((c.start[numbers] <= weeks) & (weeks < c.end[numbers]), weights, 0.0)
        row, column = np.nonzero(weights)
        return column, self.form.rows + row, weights[row, column]

    def paid(self, prices: Real, numbers: Whole) -> Real:
        """What candidates pay for the cuts at given prices of all rows."""
        c = self.form.candidates
        by_week = np.zeros((len(self.ways), self.form.weeks + 1))
        np.add.at(by_week, (np.array(self.way), np.array(self.week) + 1), prices[self.form.rows :])
        summed_up = np.cumsum(by_week, axis=1)
        weeks = summed_up[:, c.end[numbers]] - summed_up[:, c.start[numbers]]
        return np.asarray((np.array(self.ways)[:, numbers] * weeks).sum(axis=0), dtype=np.float64)

    def found(self, share: Real) -> list[tuple[Key, int]]:
        """The cuts (a rounding and a week) that a relaxed plan goes most against; `share` of each candidate."""
        c, used = self.form.candidates, np.flatnonzero(share > 1e-9)
        against: list[tuple[float, Key, int]] = []
        for at, one in enumerate(self.sums):
            asked = one.asked[used]
            if not asked.any():
                continue
            for room in np.unique(one.room[np.isfinite(one.room)]):
                weeks = np.flatnonzero(one.room == room)
                for divisor in range(2, min(int(room), 2 * int(asked.max())) + 1):
                    key = at, divisor, int(room) % divisor
                    weights = rounded(asked, divisor, key[2])
                    held = np.zeros(self.form.weeks + 1)
                    np.add.at(held, c.start[used], share[used] * weights)
                    np.add.at(held, c.end[used], -share[used] * weights)
                    over = np.cumsum(held)[weeks] - int(room) // divisor
                    scale = float(weights.max(initial=1.0))
                    against += [
                        (float(over[n]) / scale, key, int(weeks[n]))
                        for n in np.flatnonzero(over > VIOLATED)
                        if (key, int(weeks[n])) not in self.known
                    ]
        against.sort(key=lambda one: (-one[0], one[1], one[2]))
        return [(key, week) for _, key, week in against[:MOST]]

    def add(self, key: Key, week: int) -> int:
        """Remembers a cut; returns the most that its row may count."""
        if key not in self.way_of:
            self.way_of[key] = len(self.ways)
            self.ways.append(rounded(self.sums[key[0]].asked, key[1], key[2]))
        self.known.add((key, week))
        self.way.append(self.way_of[key])
        self.week.append(week)
        return int(self.sums[key[0]].room[week]) // key[1]


def rounded(asked: Whole, divisor: int, left: int) -> Real:
    """What is asked, divided and rounded as a sum may be whose room leaves `left` when divided."""
    over = np.maximum(0, asked % divisor - left)
    return np.asarray(asked // divisor + over / (divisor - left), dtype=np.float64)


def cuts_of(form: Formulation, upper: Real) -> Cuts:
    """No cut yet, of the rows with these bounds."""
    c, sums = form.candidates, []
    for f, fleet in enumerate(c.problem.fleets):
        classes = range(len(fleet.modules))
        for number in classes if len(classes) <= WIDEST else ():
            for some in combinations(classes, number + 1):
                others = [one for one in classes if one not in some]
                asked = np.maximum(0, c.low - c.most[:, others].sum(axis=1))
                at = [form.at_fleet + (f * form.width + one) * form.weeks for one in some]
                room = np.sum([upper[first : first + form.weeks] for first in at], axis=0)
                sums.append(Sum(np.where(c.fleet == f, asked, 0), np.floor(np.maximum(room, 0) + 1e-6)))
    return Cuts(form, sums)
