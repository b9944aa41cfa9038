"""Which tree goes where: visits take the nearest trees that are free for all of their days. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
    """The trees for each visit, as far as there are free ones: in the order of days, the nearest first.

    A tree comes from where it stood last, or from the depot. Equal ways are told apart by the label.
    """
    standing: dict[int, list[Place]] = {tree.id: [] for tree in trees}
    for place in places:
        standing.setdefault(place.tree_id, []).append(place)
    found: dict[int, tuple[int, ...]] = {}
    for visit in sorted(wanted, key=lambda one: (one.first, one.stop_id, one.visit_id)):
        chosen: list[int] = []
        for module_class, missing in visit.missing.items():
            free = [
                tree
                for tree in trees
                if tree.module_class == module_class
                and not any(one.first <= visit.last and visit.first <= one.last for one in standing[tree.id])
            ]
            free.sort(key=lambda tree: (_km(standing[tree.id], visit, spots, depot), tree.label, tree.id))
            chosen += [tree.id for tree in free[: max(0, missing)]]
        for tree_id in chosen:
            standing[tree_id].append(Place(tree_id, visit.stop_id, visit.first, visit.last))
        found[visit.visit_id] = tuple(chosen)
    return found


def _km(places: Sequence[Place], visit: Wanted, spots: Mapping[int, Spot], depot: Spot | None) -> float:
    """How far the tree would come, in tenths of kilometres so that near equals are equal."""
    before = [one for one in places if one.last < visit.first]
    here = spots.get(visit.stop_id)
    start = spots.get(max(before, key=lambda one: one.last).stop_id) if before else depot
    if here is None or start is None:
        return 0.0
    east = (here[0] - start[0]) * KM_PER_DEGREE * math.cos(math.radians(here[1]))
    return round(math.hypot(east, (here[1] - start[1]) * KM_PER_DEGREE), 1)
