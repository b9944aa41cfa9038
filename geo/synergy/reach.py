"""How far units are from a spot: on foot along the town's street network where there is one, else as the crow flies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPoint, mapping
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.places.streets.network import Network
from geo.places.streets.queries import lines_near

Real = NDArray[np.float64]

REACHES_M = (150, 300)
FARTHEST_M = max(REACHES_M)
# As large as the spot itself is drawn.
SPOT_M = 6


@dataclass(frozen=True)
class Reach:
    """Metres from the spot to each unit (infinite beyond the farthest reach), and by which way they were measured.

    `along` is true where the network was followed; `off_network` counts the units that no street of it leads to, and
    that were measured as the crow flies.
    """

    metres: Real
    along: bool
    off_network: int = 0
    lines: tuple[LineString, ...] = ()

    def within(self, metres: float) -> NDArray[np.bool_]:
        return self.metres <= metres


def in_metres(longitude: float, latitude: float) -> tuple[float, float]:
    """A spot in EPSG:25832."""
    spot = geometry.in_metres(shapely.Point(longitude, latitude))
    return float(spot.x), float(spot.y)


def reach(session: Session, municipality_id: int, spot: tuple[float, float], units: Real) -> Reach:
    """Distances from a spot (longitude, latitude) to units (N x 2, metres, EPSG:25832)."""
    here = in_metres(*spot)
    beeline = np.hypot(units[:, 0] - here[0], units[:, 1] - here[1]) if len(units) else np.empty(0)
    # No way is shorter than the straight one: what is farther than this needs no look at the streets.
    near = np.flatnonzero(beeline <= FARTHEST_M)
    found = np.where(beeline <= FARTHEST_M, beeline, np.inf)
    spots = [(float(units[index, 0]), float(units[index, 1])) for index in near]
    lines = lines_near(session, municipality_id, MultiPoint([here, *spots]))
    network = Network(lines, [here, *spots]) if lines else None
    if network is None or not network.is_near(here):
        return Reach(found, along=False)
    off = 0
    for index, there in zip(near, spots, strict=True):
        if network.is_near(there):
            way = network.metres(here, there)
            found[index] = np.inf if way is None else way
        else:
            off += 1
    return Reach(np.where(found <= FARTHEST_M, found, np.inf), along=True, off_network=off, lines=tuple(lines))


def reach_outlines(name: str, longitude: float, latitude: float) -> list[dict[str, Any]]:
    """The spot and its reaches as circles for a map: as the crow flies, which no way on foot goes beyond."""
    middle = shapely.Point(in_metres(longitude, latitude))
    return [_circle(middle, SPOT_M, name, "LAGE"), *(_circle(middle, one, f"{one} m", "UMKREIS") for one in REACHES_M)]


def _circle(middle: shapely.Point, radius_m: int, title: str, kind: str) -> dict[str, Any]:
    circle = geometry.in_degrees(middle.buffer(radius_m, quad_segs=16))
    top = geometry.in_degrees(shapely.Point(middle.x, middle.y + radius_m))
    outline = mapping(shapely.transform(circle, lambda spots: spots.round(6)))
    properties = {"id": radius_m, "title": title, "zone_kind": kind, "middle": [round(top.x, 6), round(top.y, 6)]}
    return {"type": "Feature", "id": radius_m, "geometry": outline, "properties": properties}
