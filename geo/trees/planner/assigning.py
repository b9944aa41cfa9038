"""Trees by name for a plan's visits: who goes where, with the fewest kilometres. Exact, as a flow of least cost.

Modules of a class are alike to the planner; this says which tree takes which place, so that a tree that leaves a stop
goes to one near by. A unit of flow is a tree: from the depot to a visit, from visit to visit, back to the depot.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from geo.trees.planner.formulation import INFINITE, entries_of
from geo.trees.planner.model import Plan, Problem, Stop, Visit
from geo.trees.planner.relaxation import quiet


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree by name, of a fleet and a class; where it stands already (a visit of the plan), if anywhere."""

    id: str
    fleet: str
    module_class: str
    at: Visit | None = None


class TooFewTrees(ValueError):
    """A plan needs more trees of a class at once than there are."""


def assign(problem: Problem, plan: Plan, trees: Sequence[Tree]) -> dict[str, list[Visit]]:
    """The visits of each tree in the order of time, so that all move as few kilometres as possible.

    Raises: TooFewTrees if a visit would lack a tree.
    """
    routes: dict[str, list[Visit]] = {tree.id: [] for tree in trees}
    stops = {stop.id: stop for stop in problem.stops}
    for fleet, module_class in sorted({(tree.fleet, tree.module_class) for tree in trees} | _needed(plan)):
        own = [tree for tree in trees if (tree.fleet, tree.module_class) == (fleet, module_class)]
        visits = [visit for visit in plan.visits if visit.fleet == fleet and visit.modules.get(module_class, 0)]
        visits.sort(key=lambda visit: (visit.start, visit.stop))
        if visits:
            _route(visits, module_class, own, stops, routes)
    return routes


def kilometres(problem: Problem, routes: Mapping[str, Sequence[Visit]]) -> float:
    """How far all trees move in straight lines, the depot included."""
    stops = {stop.id: stop for stop in problem.stops}
    total = 0.0
    for visits in routes.values():
        before: Visit | None = None
        for visit in visits:
            total += _way(before, visit, stops)
            before = visit
        total += stops[before.stop].depot_km if before else 0.0
    return total


def _needed(plan: Plan) -> set[tuple[str, str]]:
    return {(visit.fleet, one) for visit in plan.visits for one, number in visit.modules.items() if number}


def _route(
    visits: list[Visit], module_class: str, trees: list[Tree], stops: Mapping[str, Stop], routes: dict[str, list[Visit]]
) -> None:
    flow = _flow(visits, module_class, len(trees), stops)
    waiting: dict[int, list[str]] = {}
    ready = sorted(trees, key=lambda tree: (tree.at is None or tree.at not in visits, tree.id))
    for number, visit in enumerate(visits):
        here = waiting.setdefault(number, [])
        from_depot = visit.modules[module_class] - len(here)
        standing = [tree for tree in ready if tree.at == visit][:from_depot]
        others = [tree for tree in ready if tree.at is None or tree.at not in visits]
        for tree in [*standing, *others][:from_depot]:
            ready.remove(tree)
            here.append(tree.id)
        if len(here) < visit.modules[module_class]:
            raise TooFewTrees(f"Für {stops[visit.stop].name} fehlen Bäume der Klasse {module_class}.")
        for tree_id in here:
            routes[tree_id].append(visit)
        free = list(here)
        for after, number_going in flow.get(number, ()):
            waiting.setdefault(after, []).extend(free[:number_going])
            free = free[number_going:]
        # What goes home may set out again: it stands in the depot like the others.
        ready += [Tree(tree_id, visit.fleet, module_class) for tree_id in free]
        ready.sort(key=lambda tree: (tree.at is None, len(routes[tree.id]), tree.id))


def _flow(
    visits: list[Visit], module_class: str, trees: int, stops: Mapping[str, Stop]
) -> dict[int, list[tuple[int, int]]]:
    """How many trees go from each visit straight to which later ones: a linear programme whose corners are whole.

    Columns: visit to visit in the week in which one ends and the other begins, depot to visit, visit to depot. Trees go
    straight on only in that week: nothing stands about between two visits.
    """
    pairs = [
        (before, after)
        for before, one in enumerate(visits)
        for after, other in enumerate(visits)
        if one.end == other.start and one.stop != other.stop
    ]
    number, columns = len(visits), len(pairs) + 2 * len(visits)
    need = np.array([visit.modules[module_class] for visit in visits], dtype=float)
    at = np.arange(len(pairs))
    leaving = np.array([before for before, _ in pairs], dtype=np.int64)
    coming = np.array([after for _, after in pairs], dtype=np.int64)
    every = np.arange(number)
    column = np.concatenate([at, at, len(pairs) + every, len(pairs) + number + every])
    row = np.concatenate([leaving, number + coming, number + every, every])
    matrix = entries_of(column, row, np.ones(len(row)), columns)
    ways = [_way(visits[before], visits[after], stops) for before, after in pairs]
    depot = [stops[visit.stop].depot_km for visit in visits]
    cost = np.array([*ways, *depot, *depot], dtype=float)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, 2 * number
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(columns), np.full(columns, INFINITE)
    lp.row_lower_ = lp.row_upper_ = np.concatenate([need, need])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.start, matrix.index, matrix.value
    solver = quiet()
    solver.passModel(lp)
    solver.run()
    values = np.rint(np.array(solver.getSolution().col_value)[: len(pairs)]).astype(int)
    found: dict[int, list[tuple[int, int]]] = {}
    for (before, after), going in zip(pairs, values, strict=True):
        if going:
            found.setdefault(before, []).append((after, int(going)))
    return found


def _way(before: Visit | None, after: Visit, stops: Mapping[str, Stop]) -> float:
    there = stops[after.stop]
    if before is None:
        return there.depot_km
    here = stops[before.stop]
    if before.end != after.start:  # home in between
        return here.depot_km + there.depot_km
    return math.hypot(here.x_km - there.x_km, here.y_km - there.y_km)
