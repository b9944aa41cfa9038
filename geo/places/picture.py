"""The state with its districts as a small picture: what a phone shows before anybody asks for the map itself."""

import json
import math
from collections.abc import Iterable
from functools import lru_cache

import shapely
from shapely.geometry import shape

WEST, SOUTH, EAST, NORTH = 9.82, 50.16, 12.71, 51.70
WIDTH = 1000.0
# A degree to the east is so much shorter than one to the north in the middle of the state.
_SHRINK = math.cos(math.radians(50.93))
_SCALE = WIDTH / ((EAST - WEST) * _SHRINK)
HEIGHT = round((NORTH - SOUTH) * _SCALE)
# About half a pixel on a phone.
_TOLERANCE_DEG = 0.004


def spot(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place lies in the picture."""
    return round((longitude - WEST) * _SHRINK * _SCALE, 1), round((NORTH - latitude) * _SCALE, 1)


@lru_cache(maxsize=4)
def drawn(districts: str) -> str:
    """The districts (a GeoJSON FeatureCollection as text) as an SVG picture."""
    areas = [shape(one["geometry"]) for one in json.loads(districts)["features"]]
    simple = shapely.coverage_simplify(areas, _TOLERANCE_DEG) if all(a.is_valid for a in areas) else areas
    paths = "".join(f'<path d="{"".join(_rings(area))}"/>' for area in simple)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT}" fill="#f7f4ec" stroke="#a79f8d"'
        f' stroke-width="2.5" stroke-linejoin="round">{paths}</svg>'
    )


def _rings(area: shapely.Geometry) -> Iterable[str]:
    for part in shapely.get_parts(area):
        for ring in (part.exterior, *part.interiors):
            yield "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (spot(*corner[:2]) for corner in ring.coords)) + "Z"
