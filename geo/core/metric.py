"""Areas kept in metres (EPSG:25832): what is laid out on the ground, such as parking bays."""

import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.core.geometry import UTM32, in_degrees

# The state's box in metres, rounded outwards: west, south, east, north.
BOX = (540_000, 5_540_000, 790_000, 5_760_000)


def area_type() -> Geometry:
    """The column type of an area in metres that may be missing."""
    return Geometry("MULTIPOLYGON", srid=UTM32, spatial_index=False, nullable=True)


def area_rule(column: str, least_m2: float, most_m2: float) -> str:
    """The SQL of the check such an area passes: valid, of such a size, inside the state's box."""
    west, south, east, north = BOX
    return (
        f"{column} IS NULL OR (NOT public.ST_IsEmpty({column}) AND public.ST_IsValid({column})"
        f" AND public.ST_Area({column}) > {least_m2:g} AND public.ST_Area({column}) < {most_m2:g}"
        f" AND public.ST_XMin({column}) >= {west} AND public.ST_XMax({column}) <= {east}"
        f" AND public.ST_YMin({column}) >= {south} AND public.ST_YMax({column}) <= {north}) IS TRUE"
    )


def stored(geometry: BaseGeometry) -> WKBElement:
    """A shapely geometry in metres as it is stored; polygons become multipolygons."""
    if isinstance(geometry, Polygon):
        geometry = MultiPolygon([geometry])
    return from_shape(geometry, srid=UTM32)


def as_geojson(element: WKBElement | None) -> str | None:
    """A stored area as a GeoJSON text in degrees, with 8 decimals (about a millimetre), for a form."""
    if element is None:
        return None
    return str(shapely.to_geojson(shapely.set_precision(in_degrees(to_shape(element)), 1e-8, mode="pointwise")))
