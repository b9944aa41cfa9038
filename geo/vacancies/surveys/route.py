"""The walking order: street by street, up one side and down the other, the streets chained by nearness.

Pure geometry in metres (EPSG:25832); whoever has a street network gives its distances as `between`.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Assumptions of the estimate, said wherever it is shown.
SPEED_KMH = 4.0
SECONDS_A_UNIT = 20
# Nobody walks as the crow flies: without a street network a straight line counts so many times.
DETOUR = 1.3
# Every street is tried as the first one up to so many; with more, the outermost begins.
TRIED_STARTS = 40
_NUMBER = re.compile(r"\s*(\d{1,6})\s*(.*)")


@dataclass(frozen=True)
class Stop:
    """A unit to be seen: its address, and where it is in metres."""

    id: int
    street: str | None
    house_number: str | None
    east: float
    north: float
    floor: int = 0


@dataclass(frozen=True)
class Estimate:
    """How long a walk takes, on the assumptions above."""

    metres: float
    units: int

    @property
    def minutes(self) -> int:
        """Walking and looking, in whole minutes."""
        return math.ceil(self.metres / (SPEED_KMH * 1000 / 60) + self.units * SECONDS_A_UNIT / 60)


Between = Callable[[Stop, Stop], float]
_Walk = tuple[Stop, ...]


def straight(one: Stop, other: Stop) -> float:
    """Metres between two stops without a street network: the straight line and the usual detour."""
    return math.hypot(one.east - other.east, one.north - other.north) * DETOUR


def propose(stops: Sequence[Stop], between: Between = straight) -> list[int]:
    """The ids in walking order. The same stops give the same order, whatever order they come in."""
    walks = [_ways_through(group) for group in _streets(stops)]
    if not walks:
        return []
    starts = range(len(walks)) if len(walks) <= TRIED_STARTS else [_outermost(walks)]
    best: list[Stop] = []
    shortest = math.inf
    for start in starts:
        for way in walks[start]:
            chain, metres = _chained(walks, start, way, between)
            if metres < shortest - 1e-6:
                best, shortest = chain, metres
    return [stop.id for stop in best]


def estimate(stops: Sequence[Stop], between: Between = straight) -> Estimate:
    """Length and time of a walk in the given order."""
    return Estimate(sum(between(one, other) for one, other in pairwise(stops)), len(stops))


def _streets(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Stops by street; one without a street is a street of its own."""
    groups: dict[tuple[str, int], list[Stop]] = {}
    for stop in sorted(stops, key=lambda one: one.id):
        name = (stop.street or "").strip().casefold()
        groups.setdefault((name, 0 if name else stop.id), []).append(stop)
    return [groups[key] for key in sorted(groups)]


def house(stop: Stop) -> tuple[int, str, int, int]:
    """How a house sorts in its street: number, letter, floor."""
    found = _NUMBER.fullmatch(stop.house_number or "")
    number, rest = (int(found[1]), found[2].casefold()) if found else (0, (stop.house_number or "").casefold())
    return number, rest, stop.floor, stop.id


def _ways_through(street: list[Stop]) -> list[_Walk]:
    """The sensible ways through a street: up the odd side and down the even one, or any turn of that."""
    odd = sorted((one for one in street if house(one)[0] % 2), key=house)
    even = sorted((one for one in street if not house(one)[0] % 2), key=house)
    if not odd or not even:
        side = odd or even
        return [tuple(side), tuple(reversed(side))] if len(side) > 1 else [tuple(side)]
    ways = []
    for first, second in ((odd, even), (even, odd)):
        ways += [(*first, *reversed(second)), (*reversed(first), *second)]
    return ways


def _outermost(walks: Sequence[Sequence[_Walk]]) -> int:
    east = sum(ways[0][0].east for ways in walks) / len(walks)
    north = sum(ways[0][0].north for ways in walks) / len(walks)
    away = [math.hypot(ways[0][0].east - east, ways[0][0].north - north) for ways in walks]
    return away.index(max(away))


def _chained(walks: Sequence[Sequence[_Walk]], start: int, way: _Walk, between: Between) -> tuple[list[Stop], float]:
    """From this street always on to the nearest one that is left; with the metres between the streets and in them."""
    chain, metres = list(way), _length(way, between)
    left = [index for index in range(len(walks)) if index != start]
    while left:
        here = chain[-1]
        _, index, onward = min(
            ((between(here, candidate[0]), index, candidate) for index in left for candidate in walks[index]),
            key=lambda one: one[:2],
        )
        metres += between(here, onward[0]) + _length(onward, between)
        chain += onward
        left.remove(index)
    return chain, metres


def _length(way: _Walk, between: Between) -> float:
    return sum(between(one, other) for one, other in pairwise(way))
