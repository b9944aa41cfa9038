"""What lies around the state and is looked at from it: landmarks beyond the border, the area that a view covers."""

import math

from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape
from shapely.geometry import Point

from geo.core.errors import Invalid
from geo.core.geometry import WGS84

# West, south, east, north in degrees: the state with about 100 km around, farther than anybody sees from its hills.
FAR_BOX = (8.3, 49.2, 14.3, 52.7)


def point_type() -> Geometry:
    """The column type of a far point."""
    return Geometry("POINT", srid=WGS84, spatial_index=False)


def area_type() -> Geometry:
    """The column type of a far area that may be missing."""
    return Geometry("MULTIPOLYGON", srid=WGS84, spatial_index=False, nullable=True)


def point_rule(column: str) -> str:
    """The SQL of the check a far point passes: not empty, finite, inside the box."""
    west, south, east, north = FAR_BOX
    return (
        f"NOT public.ST_IsEmpty({column}) AND (public.ST_X({column}) BETWEEN {west} AND {east}"
        f" AND public.ST_Y({column}) BETWEEN {south} AND {north}) IS TRUE"
    )


def area_rule(column: str) -> str:
    """The SQL of the check a far area passes: valid, not empty, of a finite size (which a NaN has not)."""
    return (
        f"{column} IS NULL OR (NOT public.ST_IsEmpty({column}) AND public.ST_IsValid({column})"
        f" AND public.ST_Area({column}) > 0 AND public.ST_Area({column}) < 30) IS TRUE"
    )


def far_point(longitude: float, latitude: float, field: str = "point") -> WKBElement:
    """A point to store, from degrees. Raises `Invalid` outside the box or for a number that is none."""
    west, south, east, north = FAR_BOX
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise Invalid({field: "Bitte Länge und Breite als Zahlen angeben."})
    if not (west <= longitude <= east and south <= latitude <= north):
        if west <= latitude <= east and south <= longitude <= north:
            raise Invalid({field: "Länge und Breite sind vermutlich vertauscht."})
        raise Invalid({field: "Der Punkt liegt weder in Thüringen noch in der Umgebung (etwa 100 km)."})
    return from_shape(Point(longitude, latitude), srid=WGS84)
