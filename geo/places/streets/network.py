"""Shortest ways on foot along lines: a graph of their ends, their common corners, and the spots joined to them.

All in metres (EPSG:25832). Lines meet where they share a corner, or where one ends on another (within half a metre);
where they only cross, one may be a bridge, and they do not meet.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise

import networkx as nx
import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring

# Ends so near to a line or to each other are the same spot: what digitising leaves open.
TOLERANCE_M = 0.5
# A spot farther from any line than this is not joined to the network.
NEAR_M = 150
# The first look from a spot goes so many times as far as the straight line to the other.
_FIRST_LOOK = 2
_LEAST_LOOK_M = 200

Spot = tuple[float, float]


class Network:
    """A street network with some spots joined to it, each by the shortest step to a line."""

    def __init__(self, lines: Sequence[LineString], spots: Sequence[Spot]):
        self._graph: nx.Graph = nx.Graph()
        self._lines = lines
        self._steps: dict[Spot, float] = {}
        self._looked: dict[Spot, tuple[float, dict[object, float]]] = {}
        self._build(lines, sorted(set(spots)))

    def is_near(self, spot: Spot) -> bool:
        """Whether the spot is joined to the network."""
        return spot in self._steps

    def metres(self, one: Spot, other: Spot) -> float | None:
        """The length of the shortest way, with the steps from and to the street; None where there is none."""
        if one == other:
            return 0.0
        if not (self.is_near(one) and self.is_near(other)):
            return None
        way = self._known(one, other)
        beeline = math.dist(one, other)
        # Looks grow by doubling, so that few are made from the same spot.
        reach = _LEAST_LOOK_M * 2.0 ** max(0, math.ceil(math.log2(max(_FIRST_LOOK * beeline, 1) / _LEAST_LOOK_M)))
        for far in (reach, math.inf):
            way = self._from(one, far).get(other) if way is None else way
        return None if way is None else self._steps[one] + way + self._steps[other]

    def way(self, one: Spot, other: Spot) -> list[Spot] | None:
        """The corners of that way, from the one spot to the other; None where there is none."""
        if one == other:
            return [one, other]
        if self.metres(one, other) is None:
            return None
        corners = [one]
        for here, there in pairwise(nx.shortest_path(self._graph, one, other, weight="metres")):
            edge = self._graph.edges[here, there]
            along = substring(self._lines[edge["line"]], *edge["span"]).coords
            corners += along if edge["begins"] == here else reversed(along)
        corners.append(other)
        return [(float(x), float(y)) for x, y, *_ in (corner for corner, _same in groupby(corners))]

    def _known(self, one: Spot, other: Spot) -> float | None:
        """The way between two spots where an earlier look from either has found it."""
        nothing: tuple[float, dict[object, float]] = (0.0, {})
        way = self._looked.get(one, nothing)[1].get(other)
        return self._looked.get(other, nothing)[1].get(one) if way is None else way

    def _from(self, spot: Spot, reach: float) -> dict[object, float]:
        looked, found = self._looked.get(spot, (0.0, {}))
        if looked < reach:
            cutoff = None if math.isinf(reach) else reach
            found = nx.single_source_dijkstra_path_length(self._graph, spot, cutoff=cutoff, weight="metres")
            self._looked[spot] = (reach, found)
        return found

    def _build(self, lines: Sequence[LineString], spots: Sequence[Spot]) -> None:
        if not lines:
            return
        tree = shapely.STRtree(lines)
        marks = _meetings(lines, tree)
        points = shapely.points(list(spots)) if spots else []
        for spot, point in zip(spots, points, strict=True):
            nearest = tree.query_nearest(point, max_distance=NEAR_M, all_matches=False)
            if len(nearest):
                line = lines[int(nearest[0])]
                self._steps[spot] = float(line.distance(point))
                marks[int(nearest[0])].append((float(line.project(point)), spot))
        for place, found in enumerate(marks):
            ordered = sorted(found, key=lambda mark: mark[0])
            for (start, here), (end, there) in pairwise(ordered):
                known = self._graph.get_edge_data(here, there)
                if here != there and (known is None or known["metres"] > end - start):
                    self._graph.add_edge(here, there, metres=end - start, line=place, span=(start, end), begins=here)


def _meetings(lines: Sequence[LineString], tree: shapely.STRtree) -> list[list[tuple[float, object]]]:
    """For each line the places where another one meets it, and its ends: metres along it, and the node there."""
    corners = [[(float(x), float(y)) for x, y in line.coords] for line in lines]
    used = Counter(spot for line in corners for spot in set(line))
    ends = {spot for line in corners for spot in (line[0], line[-1])}
    nodes = sorted(ends | {spot for spot, count in used.items() if count > 1})
    points = shapely.points(nodes)
    names = _joined(nodes)
    marks: list[list[tuple[float, object]]] = [[] for _ in lines]
    for at, line in zip(*tree.query(points, predicate="dwithin", distance=TOLERANCE_M), strict=True):
        spot = nodes[int(at)]
        # A corner in the middle of two other lines is a meeting of those alone; an end meets what it touches.
        if spot in ends or spot in corners[int(line)]:
            marks[int(line)].append((float(lines[int(line)].project(Point(spot))), names[spot]))
            if corners[int(line)][0] == corners[int(line)][-1] == spot:
                marks[int(line)].append((float(lines[int(line)].length), names[spot]))
    return marks


def _joined(nodes: Sequence[Spot]) -> dict[Spot, object]:
    """One name for nodes that are the same spot."""
    points = shapely.points(list(nodes))
    near = shapely.STRtree(points).query(points, predicate="dwithin", distance=TOLERANCE_M)
    same: nx.Graph = nx.Graph()
    same.add_nodes_from(range(len(nodes)))
    same.add_edges_from((int(one), int(other)) for one, other in zip(*near, strict=True))
    names: dict[Spot, object] = {}
    for number, group in enumerate(nx.connected_components(same)):
        names.update({nodes[one]: number for one in group})
    return names
