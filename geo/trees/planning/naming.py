"""Which tree goes where, so that all move as few kilometres as possible. Pure.

The planner's assignment is asked in days: what stands somewhere already need not begin or end with a week.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.trees.planner.assigning import Tree, assign
from geo.trees.planner.model import Plan, Problem, Stop, Visit

KM_PER_DEGREE = 111.32
Spot = tuple[float, float]


@dataclass(frozen=True)
class NamedTree:
    """A tree of the fleet that can move."""

    id: int
    label: str
    module_class: str


@dataclass(frozen=True)
class Place:
    """A tree stands at a stop from the first to the last day."""

    tree_id: int
    stop_id: int
    first: date
    last: date


@dataclass(frozen=True)
class Wanted:
    """A visit and how many trees of each class it still lacks."""

    visit_id: int
    stop_id: int
    first: date
    last: date
    missing: Mapping[str, int]


def name_trees(
    wanted: Iterable[Wanted],
    trees: Sequence[NamedTree],
    places: Iterable[Place],
    spots: Mapping[int, Spot],
    depot: Spot | None = None,
) -> dict[int, tuple[int, ...]]:
    """The trees for each visit, as far as there are any: where a tree stands already (`places`) it stays.

    A way is counted from stop to stop where one visit follows upon the other, else by the depot; equal ones are told
    apart by the label.
    """
    wishes = list(wanted)
    order = sorted(trees, key=lambda tree: (tree.label, tree.id))
    standing = {tree.id: _merged(tree.id, places_of) for tree, places_of in _by_tree(order, places)}
    named = [Tree(f"{number:06}", "", tree.module_class, tuple(standing[tree.id])) for number, tree in enumerate(order)]
    there = Counter((visit.dates, tree.module_class) for tree in named for visit in tree.fixed)
    visits = []
    for wish in wishes:
        bare = _visit(wish.stop_id, wish.first, wish.last)
        modules = {one: max(0, lacking) + there[bare.dates, one] for one, lacking in wish.missing.items()}
        visits.append(Visit(bare.stop, bare.start, bare.weeks, modules))
    keys = {visit.stop for visit in visits} | {one.stop for tree in named for one in tree.fixed}
    routes = assign(_problem(keys, spots, depot), Plan(tuple(visits)), named, partly=True)
    found: dict[tuple[str, int, int], list[int]] = {}
    for tree, alike in zip(order, named, strict=True):
        for visit in routes[alike.id]:
            if visit not in alike.fixed:
                found.setdefault(visit.dates, []).append(tree.id)
    return {wish.visit_id: tuple(found.get(_visit(wish.stop_id, wish.first, wish.last).dates, ())) for wish in wishes}


def _by_tree(trees: Sequence[NamedTree], places: Iterable[Place]) -> Iterable[tuple[NamedTree, list[Place]]]:
    own: dict[int, list[Place]] = {tree.id: [] for tree in trees}
    for place in places:
        if place.tree_id in own:
            own[place.tree_id].append(place)
    return [(tree, own[tree.id]) for tree in trees]


def _merged(tree_id: int, places: list[Place]) -> list[Visit]:
    """Where a tree stands, in the order of days; what is planned and what came of it is one place."""
    found: list[Place] = []
    for place in sorted(places, key=lambda one: (one.first, one.last)):
        if found and place.first <= found[-1].last:
            before = found.pop()
            found.append(Place(tree_id, before.stop_id, before.first, max(before.last, place.last)))
        else:
            found.append(place)
    return [_visit(one.stop_id, one.first, one.last) for one in found]


def _visit(stop_id: int, first: date, last: date) -> Visit:
    """A visit counted in days instead of weeks."""
    return Visit(str(stop_id), first.toordinal(), (last - first).days + 1, {})


def _problem(keys: Iterable[str], spots: Mapping[int, Spot], depot: Spot | None) -> Problem:
    """The stops with their ways; where one has no place on the map, its ways count nothing."""
    origin = depot or next(iter(spots.values()), (0.0, 0.0))

    def stop(key: str) -> Stop:
        lon, lat = spots.get(int(key), origin)
        east = (lon - origin[0]) * KM_PER_DEGREE * math.cos(math.radians(origin[1]))
        north = (lat - origin[1]) * KM_PER_DEGREE
        far = 0.0 if depot is None else math.hypot(east, north)
        return Stop(key, "", "", 0, 0, (), 0, (), x_km=east, y_km=north, depot_km=far)

    return Problem(0, (), (), tuple(stop(key) for key in sorted(keys)), 1, 1)
