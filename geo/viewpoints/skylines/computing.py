"""Everything that is computed for one viewpoint, from its inputs to the drawn strip; without a database."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry import MultiPolygon

from geo.core import geometry
from geo.viewpoints.direction import Sector
from geo.viewpoints.terrain.area import as_area, cells_around, visible_cells
from geo.viewpoints.terrain.ground import Grid, Ground
from geo.viewpoints.terrain.horizon import REACH_M, Horizon, march, north_of_grid
from geo.viewpoints.terrain.sights import Sight, Target, look_for, seen_from_left_to_right, without_terrain
from geo.viewpoints.terrain.strip import COLUMN_PX, NARROW_PX, strip_svg

METHOD = 2  # raised when the same inputs give another result
MOST_SIGHTS = 150
USUAL_EYE_M = 1.7
WIDTHS = {"wide": COLUMN_PX, "narrow": NARROW_PX}


@dataclass(frozen=True)
class Inputs:
    """What a result depends on. Coordinates in degrees and in metres (EPSG:25832); `models` by their checksums."""

    viewpoint_id: int
    name: str
    name_en: str | None
    longitude: float
    latitude: float
    easting: float
    northing: float
    observer_height_m: float
    sectors: tuple[Sector, ...]
    targets: tuple[Target, ...]
    by_hand: Mapping[int, bool]
    models: tuple[str, ...]

    def hash(self) -> str:
        """The same for the same inputs, different for any other."""
        mine = asdict(replace(self, targets=())) | {"targets": _as_dicts(self.targets)}
        text = json.dumps([METHOD, REACH_M, mine], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=4)
def _as_dicts(targets: tuple[Target, ...]) -> list[dict[str, Any]]:
    """The targets as JSON has them: made once for all viewpoints of a town."""
    return [asdict(one) for one in targets]


@dataclass(frozen=True)
class Result:
    """What came out. `horizon` and what follows from it is None where no model knows the point."""

    sights: tuple[Sight, ...]
    horizon: Horizon | None
    area: MultiPolygon | None
    visible_km2: float
    strips: dict[str, dict[str, str]]
    seconds: float


def compute(inputs: Inputs, grids: Sequence[Grid], tell: Callable[[str], None] = lambda sentence: None) -> Result:
    """Skyline, visible area (in degrees), landmarks from left to right, strips in both languages and widths."""
    began = time.monotonic()
    tell("Der Horizont wird berechnet.")
    ground = Ground(grids, inputs.easting, inputs.northing, REACH_M)
    horizon = march(ground, inputs.observer_height_m)
    if horizon is None:
        north = north_of_grid(inputs.easting, inputs.northing)
        sights = without_terrain(inputs.targets, inputs.easting, inputs.northing, north)
        return Result(_listed(sights, inputs), None, None, 0.0, {}, time.monotonic() - began)
    tell("Die sichtbare Fläche wird berechnet.")
    cells = cells_around(ground)
    area = as_area(visible_cells(ground, horizon, cells), cells)
    tell("Die Landmarken werden gesucht.")
    listed = _listed(look_for(inputs.targets, ground, horizon), inputs)
    in_degrees = geometry.in_degrees(area)
    rounded = shapely.set_precision(shapely.make_valid(in_degrees), 1e-6) if not area.is_empty else None
    return Result(
        listed,
        horizon,
        _polygons(rounded),
        area.area / 1e6,
        strips_of(inputs, horizon, listed),
        time.monotonic() - began,
    )


def _polygons(area: Any) -> MultiPolygon | None:
    """Only what has an area; None for nothing."""
    if area is None:
        return None
    parts = [one for part in shapely.get_parts(area) for one in shapely.get_parts(part) if one.geom_type == "Polygon"]
    return MultiPolygon(parts) if parts else None


def _listed(sights: Sequence[Sight], inputs: Inputs) -> tuple[Sight, ...]:
    """Those in the sectors, as a person has seen them where one has looked; too many leave out hidden ones."""
    known = [replace(one, is_visible=inputs.by_hand.get(one.key, one.is_visible)) for one in sights]
    ordered = seen_from_left_to_right(known, inputs.sectors, with_hidden=True)
    if len(ordered) > MOST_SIGHTS:
        kept = {
            one.key for one in sorted(ordered, key=lambda one: (one.is_visible is False, one.distance_m))[:MOST_SIGHTS]
        }
        ordered = [one for one in ordered if one.key in kept]
    return tuple(ordered)


def strips_of(inputs: Inputs, horizon: Horizon, sights: Sequence[Sight]) -> dict[str, dict[str, str]]:
    """The strip by language and width."""
    names = {"de": inputs.name, "en": inputs.name_en or inputs.name}
    return {
        lang: {
            size: strip_svg(
                horizon.angles_deg.tolist(),
                [layer.tolist() for layer in horizon.layers_deg],
                sights,
                inputs.sectors,
                name=name,
                lang=lang,
                width=width,
                key=f"strip-{inputs.viewpoint_id}-{size}",
            )
            for size, width in WIDTHS.items()
        }
        for lang, name in names.items()
    }
