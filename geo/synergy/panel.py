"""From a town's ground floors to panels of streets: those within reach of an opening, and comparable ones without.

A street within reach counts with its units in reach alone; its other units are left out, for they are neither reached
nor untouched. A street is comparable when it lies in the same kind of place as one of those in reach, and nothing of
the register was there within 300 m of any of its units in the time that is looked at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.synergy.anchors import Anchor
from geo.synergy.effect import WINDOW_MONTHS, Panel, Street
from geo.synergy.reach import FARTHEST_M, Reach, in_metres
from geo.synergy.stock import Stock
from geo.synergy.wording import OUTCOMES

Bool = NDArray[np.bool_]

LEAST_UNITS_A_STREET = 3
MOST_MONTHS_BEFORE = 2 * WINDOW_MONTHS
# Two entries for one thing: a stop and the pilot site that it belongs to.
SAME_M, SAME_DAYS = 60, 45


def months_from(opened: date, months: int) -> date:
    """The day so many months from the opening, the last of the month where it has no such day."""
    count = opened.year * 12 + opened.month - 1 + months
    year, month = divmod(count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(opened.day, last))


def moments(opened: date, until: date) -> dict[int, date]:
    """The panel's days by their months from the opening: two years before it to one after, none later than `until`."""
    wanted = [*range(-MOST_MONTHS_BEFORE, 0), *range(1, WINDOW_MONTHS + 1)]
    return {month: day for month in wanted if (day := months_from(opened, month)) <= until}


@dataclass(frozen=True)
class Groups:
    """Streets of the comparison, each with its units (positions in the stock), and what was left out."""

    treated: Mapping[str, tuple[int, ...]]
    others: Mapping[str, tuple[int, ...]]
    situations: tuple[str, ...]
    small: tuple[str, ...]
    touched: int


def groups(stock: Stock, reach: Reach, within_m: int, disturbing: Iterable[Anchor]) -> Groups:
    """The streets in reach and the comparable ones; `disturbing` is what was there in that time, the anchor too."""
    here = reach.within(within_m)
    streets: dict[str, list[int]] = {}
    for index, unit in enumerate(stock.units):
        if unit.street is not None:
            streets.setdefault(unit.street, []).append(index)
    reached = {name: tuple(index for index in own if here[index]) for name, own in streets.items()}
    treated = {name: own for name, own in reached.items() if own}
    clean = ~_touched(stock, disturbing) & ~reach.within(FARTHEST_M)
    apart = {name: tuple(own) for name, own in streets.items() if name not in treated}
    untouched = {name: own for name, own in apart.items() if clean[list(own)].all()}
    situations = {_situation(stock, own) for own in treated.values()} - {None}
    alike = {name: own for name, own in untouched.items() if _situation(stock, own) in situations}
    small = [name for name, own in (*treated.items(), *alike.items()) if len(own) < LEAST_UNITS_A_STREET]
    return Groups(
        {name: own for name, own in treated.items() if name not in small},
        {name: own for name, own in alike.items() if name not in small},
        tuple(sorted(one for one in situations if one is not None)),
        tuple(sorted(small)),
        len(apart) - len(untouched),
    )


def _situation(stock: Stock, own: Sequence[int]) -> str | None:
    """What most units of a street lie in."""
    found = Counter(one for index in own if (one := stock.units[index].situation) is not None)
    return min(found, key=lambda name: (-found[name], name)) if found else None


def _touched(stock: Stock, disturbing: Iterable[Anchor]) -> Bool:
    touched = np.zeros(len(stock.units), dtype=np.bool_)
    for one in disturbing:
        x, y = in_metres(one.longitude, one.latitude)
        touched |= np.hypot(stock.spots[:, 0] - x, stock.spots[:, 1] - y) <= FARTHEST_M
    return touched


def panel(
    stock: Stock,
    chosen: Groups,
    outcome: str,
    opened: date,
    when: Mapping[int, date],
    *,
    sure: frozenset[int] | set[int] = frozenset(),
    others_in_reach: Sequence[str] = (),
    doubts: Sequence[str] = (),
) -> Panel:
    """The streets' shares (per cent) of an outcome on the panel's days, which are the first of the stock's.

    `sure` are the units that were confirmed within twelve months of the last of these days.
    """
    count = len(when)
    streets = [
        _street(stock, name, own, outcome, count, treated)
        for treated, group in ((True, chosen.treated), (False, chosen.others))
        for name, own in group.items()
    ]
    counted = [index for group in (chosen.treated, chosen.others) for own in group.values() for index in own]
    verified = sum(stock.units[index].id in sure for index in counted) / len(counted) if counted else None
    return Panel(
        opened,
        tuple(when.values()),
        tuple(when),
        tuple(streets),
        verified,
        tuple(others_in_reach),
        tuple(doubts),
    )


def _street(stock: Stock, name: str, own: Sequence[int], outcome: str, count: int, treated: bool) -> Street:
    which = list(own)
    known = stock.known[which, :count]
    hit = {"leer": stock.empty, "front": stock.dead, "gastro": stock.gastronomy}[OUTCOMES[outcome].key][which, :count]
    weight = stock.frontage[which] if outcome == "front" else np.ones(len(which))
    weighed = np.nan_to_num(weight)[:, None]
    whole, part = (known * weighed).sum(axis=0), (hit * weighed).sum(axis=0)
    values = tuple(100 * float(a) / float(b) if b > 0 else None for a, b in zip(part, whole, strict=True))
    return Street(name, treated, float(known.sum(axis=0).mean()) if count else 0.0, values)


def is_same_thing(one: Anchor, other: Anchor, opened: date) -> bool:
    """Whether another anchor is the same thing by another name: at the same spot, since about the same day."""
    (x, y), (a, b) = in_metres(one.longitude, one.latitude), in_metres(other.longitude, other.latitude)
    near = np.hypot(x - a, y - b) <= SAME_M
    return bool(near) and any(abs((period.first - opened).days) <= SAME_DAYS for period in other.periods)
