"""A street network as one light geometry for a map: joined to long lines, and as coarse as its size demands."""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import LineString, MultiLineString, mapping
from shapely.geometry.base import BaseGeometry

from geo.core import geometry

# So many corners are some 300 kB of GeoJSON, a seventh of it on the way: enough for a town, and no wait on a phone.
MOST_CORNERS = 20_000
# About half a metre to forty metres.
_TOLERANCES_DEG = (5e-6, 2e-5, 8e-5, 4e-4)


def drawn(lines: Sequence[LineString]) -> dict[str, Any] | None:
    """The lines (in degrees) as a GeoJSON MultiLineString of at most `MOST_CORNERS` corners; None without lines.

    What is still too much at the coarsest loses its shortest lines: a map of so much does not show them.
    """
    if not lines:
        return None
    merged = shapely.line_merge(MultiLineString(list(lines)))
    for tolerance in _TOLERANCES_DEG:
        shape = shapely.simplify(merged, tolerance)
        if shapely.get_num_coordinates(shape) <= MOST_CORNERS:
            break
    parts = sorted(shapely.get_parts(shape), key=lambda line: -line.length)
    kept: list[BaseGeometry] = []
    left = MOST_CORNERS
    for part in parts:
        left -= shapely.get_num_coordinates(part)
        if left < 0:
            break
        kept.append(shapely.transform(part, lambda spots: spots.round(5)))
    return dict(mapping(MultiLineString(kept)))


def length_km(lines: Sequence[LineString]) -> float:
    """The length of lines in degrees together, in kilometres."""
    return float(shapely.length(geometry.in_metres(MultiLineString(list(lines)))) / 1000) if lines else 0.0
