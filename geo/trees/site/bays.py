"""What somebody drew or typed becomes bays: areas as they are, a line along the kerb as a strip beside it."""

import re
from collections.abc import Iterable

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.core import corners, geometry
from geo.core.errors import Invalid

MOST_BAYS = 60
LEAST_M2, MOST_M2 = 0.5, 20_000
# Bays nearer to each other than this are one: drawn one by one they share an edge, never quite exactly.
JOINED_M = 0.05
_BLANK_LINE = re.compile(r"\n\s*\n")


def read(raw: str, width_m: float, side: str, field: str = "bays") -> MultiPolygon | None:
    """Bays in metres, from GeoJSON or typed corners (a bay each paragraph; `Linie:` before the corners of a kerb).

    `width_m` and `side` (RECHTS, LINKS, MITTE) say how a line becomes a strip. None for no text. Raises `Invalid`.
    """
    text = raw.replace("\r\n", "\n").strip()
    if not text:
        return None
    blocks = [text] if text.startswith(("{", "[", '"')) else _BLANK_LINE.split(text)
    shapes = [part for block in blocks for part in geometry.shapes_in_metres(corners.as_geojson(block, field), field)]
    return _joined([_as_area(part, width_m, side, field) for part in shapes], field)


def _as_area(part: BaseGeometry, width_m: float, side: str, field: str) -> BaseGeometry:
    if isinstance(part, Polygon):
        if not part.is_valid:
            raise Invalid({field: "Eine der Buchten überschneidet sich selbst."})
        return part
    if not isinstance(part, LineString) or part.length < 0.5:
        raise Invalid({field: "Eine der Linien ist kürzer als ein halber Meter."})
    if side == "MITTE":
        return part.buffer(width_m / 2, cap_style="flat", join_style="mitre")
    # Seen along the line, shapely's left is the positive side.
    return part.buffer(width_m if side == "LINKS" else -width_m, single_sided=True, join_style="mitre")


def _joined(parts: Iterable[BaseGeometry], field: str) -> MultiPolygon:
    grown = shapely.union_all([part.buffer(JOINED_M / 2, join_style="mitre") for part in parts])
    whole = grown.buffer(-JOINED_M / 2, join_style="mitre")
    found = [part for part in getattr(whole, "geoms", [whole]) if isinstance(part, Polygon) and not part.is_empty]
    bays = MultiPolygon([shapely.simplify(part, 0.005) for part in found])
    if bays.area < LEAST_M2:
        raise Invalid({field: "Die Zeichnung hat keine Fläche."})
    if bays.area > MOST_M2:
        raise Invalid({field: "Die Buchten sind zusammen größer als zwei Hektar. Bitte nur die Stellfläche zeichnen."})
    if len(bays.geoms) > MOST_BAYS:
        raise Invalid({field: f"Mehr als {MOST_BAYS} Buchten lassen sich nicht zeichnen."})
    if not bays.is_valid:
        raise Invalid({field: "Die Buchten ergeben zusammen keine gültige Fläche."})
    return bays
