"""Compares the municipalities of a file with those of the register: what begins, ends, changed, and who takes over.

Works on plain records and geometry, so that every rule can be tried without a database. Areas are measured in metres.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.core.geometry import in_metres
from geo.places.boundary_files import Boundary

# From this share of its area on, who took over a municipality needs no confirmation.
CERTAIN = 0.95
# Below this share an overlap is a matter of how borders are drawn.
NOTABLE = 0.01
# A border that lies elsewhere by less than this, on average, is the same border.
SAME_BORDER_M = 1.0
# Up to this share of the area, a changed outline is the same territory drawn anew.
REDRAWN = 0.005


@dataclass(frozen=True)
class Known:
    """A municipality as the register has it now."""

    id: int
    ags: str
    ars: str | None
    name: str
    kind: str
    outline: BaseGeometry


@dataclass(frozen=True)
class Overlap:
    """A municipality of the file that takes a share of an ended one."""

    ags: str
    name: str
    share: float


@dataclass(frozen=True)
class Ended:
    """A municipality that is no longer in the file though the file covers its territory."""

    known: Known
    overlaps: tuple[Overlap, ...]
    successor: str | None


@dataclass(frozen=True)
class OutlineChange:
    """A municipality whose outline differs: `share` of its old and new area together is in one of the two only."""

    known: Known
    boundary: Boundary
    share: float

    @property
    def is_redrawn_only(self) -> bool:
        return self.share <= REDRAWN


@dataclass(frozen=True)
class Changes:
    """What the file changes, each list by AGS."""

    new: tuple[Boundary, ...]
    ended: tuple[Ended, ...]
    renamed: tuple[tuple[Known, Boundary], ...]
    outlines: tuple[OutlineChange, ...]
    unchanged: int
    outside: tuple[Known, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.ended or self.renamed or self.outlines)


def compare(known: Sequence[Known], boundaries: Sequence[Boundary], successors: Mapping[str, str]) -> Changes:
    """The changes from the register's state to the file's. `successors` (old AGS: new AGS) overrule the overlaps.

    A municipality that the file does not name ends only where the file covers at least half of it, so that a file of
    one district leaves the others alone.
    """
    by_ags = {one.ags: one for one in known}
    in_file = {one.ags for one in boundaries}
    areas = _Areas(boundaries)
    ended, outside = [], []
    for one in known:
        if one.ags not in in_file:
            overlaps = areas.overlaps(one.outline)
            if sum(overlap.share for overlap in overlaps) >= 0.5:
                ended.append(Ended(one, overlaps, _successor(one.ags, overlaps, successors)))
            else:
                outside.append(one)
    renamed, outlines, unchanged = [], [], 0
    for boundary in boundaries:
        before = by_ags.get(boundary.ags)
        if before is None:
            continue
        changed = _outline_change(before, boundary)
        is_renamed = boundary.name != before.name
        renamed += [(before, boundary)] if is_renamed else []
        outlines += [changed] if changed else []
        unchanged += 0 if changed or is_renamed else 1
    return Changes(
        new=tuple(one for one in boundaries if one.ags not in by_ags),
        ended=tuple(ended),
        renamed=tuple(renamed),
        outlines=tuple(outlines),
        unchanged=unchanged,
        outside=tuple(outside),
    )


def _successor(ags: str, overlaps: Sequence[Overlap], successors: Mapping[str, str]) -> str | None:
    if ags in successors:
        return successors[ags]
    return overlaps[0].ags if overlaps and overlaps[0].share >= CERTAIN else None


class _Areas:
    """The file's areas in metres, ready to be asked for overlaps."""

    def __init__(self, boundaries: Sequence[Boundary]):
        self._boundaries = boundaries
        self._areas = np.array([in_metres(one.outline) for one in boundaries], dtype=object)
        self._tree = shapely.STRtree(self._areas)

    def overlaps(self, outline: BaseGeometry) -> tuple[Overlap, ...]:
        """Who of the file has how much of the outline, the largest share first."""
        area = in_metres(outline)
        shares = [
            Overlap(one.ags, one.name, round(float(area.intersection(self._areas[index]).area / area.area), 4))
            for index in self._tree.query(area, predicate="intersects")
            for one in [self._boundaries[index]]
        ]
        notable = [overlap for overlap in shares if overlap.share >= NOTABLE]
        return tuple(sorted(notable, key=lambda overlap: -overlap.share))


def _outline_change(known: Known, boundary: Boundary) -> OutlineChange | None:
    differs, share = differs_by(known.outline, boundary.outline)
    return OutlineChange(known, boundary, share) if differs else None


def differs_by(before: BaseGeometry, after: BaseGeometry) -> tuple[bool, float]:
    """Whether the border lies elsewhere, and which share of both areas together is in one of them only."""
    if shapely.equals_exact(before, after, tolerance=2e-6):
        return False, 0.0
    old, new = in_metres(before), in_metres(after)
    whole = float(old.union(new).area)
    difference = whole - float(old.intersection(new).area)
    return difference / old.length > SAME_BORDER_M, round(difference / whole, 4)


def union(outlines: Iterable[BaseGeometry]) -> BaseGeometry:
    """One area of several neighbours, without the slivers between borders that do not quite meet."""
    whole: Any = shapely.union_all(shapely.set_precision(np.array(list(outlines), dtype=object), 1e-6))
    parts = [shapely.Polygon(part.exterior, _true_holes(part)) for part in shapely.get_parts(whole)]
    return shapely.MultiPolygon(parts)


def _true_holes(part: BaseGeometry) -> list[Any]:
    # A hole of less than a hectare (about 1.3e-6 square degrees here) is a gap between two drawings of one border.
    return [ring for ring in part.interiors if shapely.Polygon(ring).area > 1.3e-6]
