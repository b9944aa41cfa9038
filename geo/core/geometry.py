"""The one place that knows coordinate systems (their numbers: `systems`): columns, reading, writing, measuring.

Stored and sent out in EPSG:4326 (longitude, latitude); lengths and areas are computed in EPSG:25832
(ETRS89 / UTM zone 32N, metres), the official metric system of Thuringia.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from pyproj import CRS, Transformer
from shapely.errors import ShapelyError
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.core.errors import Invalid
from geo.core.systems import COUNTRY_BOX, STATE_BOX, UTM32, WGS84

__all__ = ["COUNTRY_BOX", "STATE_BOX", "UTM32", "WGS84"]  # known here by everybody who works with coordinates
# The same as PROJJSON says it, for files that carry their system with them.
WGS84_NAME = CRS.from_epsg(WGS84).to_json_dict()
# A box of degrees as SQL, from the bound values west, south, east and north.
ENVELOPE = f"ST_MakeEnvelope(:west, :south, :east, :north, {WGS84})"
# The cell of the place `p` in a map cut into :cells by :cells cells, as web maps are cut into tiles.
CELL_X = "floor((ST_X(p.point) + 180) / 360 * :cells)"
CELL_Y = "floor((1 - asinh(tan(radians(ST_Y(p.point)))) / pi()) / 2 * :cells)"
# A point as SQL, from the bound values x (longitude) and y (latitude).
POINT = f"ST_SetSRID(ST_MakePoint(:x, :y), {WGS84})"
GRID_M = 100
MAX_VERTICES = 5_000


def point_type() -> Geometry:
    """The column type of a point; a new one for each column, because GeoAlchemy2 keeps the column's state in it."""
    return Geometry("POINT", srid=WGS84, spatial_index=False)


def outline_type(nullable: bool = False) -> Geometry:
    """The column type of an area."""
    return Geometry("MULTIPOLYGON", srid=WGS84, spatial_index=False, nullable=nullable)


def line_type() -> Geometry:
    """The column type of a line."""
    return Geometry("LINESTRING", srid=WGS84, spatial_index=False)


def optional_point_type() -> Geometry:
    """The column type of a point that may be missing."""
    return Geometry("POINT", srid=WGS84, spatial_index=False, nullable=True)


def point_rule(column: str, box: tuple[float, float, float, float] = STATE_BOX) -> str:
    """The SQL of the check every stored point passes: not empty, finite, inside the state's (or another) box.

    `IS TRUE` because an empty point has no coordinates and a comparison with NULL would pass; NaN fails BETWEEN.
    Functions are named with their schema, since a restore runs without a search path.
    """
    west, south, east, north = box
    return (
        f"NOT public.ST_IsEmpty({column}) AND (public.ST_X({column}) BETWEEN {west} AND {east}"
        f" AND public.ST_Y({column}) BETWEEN {south} AND {north}) IS TRUE"
    )


def outline_rule(column: str) -> str:
    """The SQL of the check every stored area passes: valid, not empty, finite, inside the state's box.

    The area is bounded because ST_IsValid and the box overlook a NaN among the coordinates; the area does not.
    """
    west, south, east, north = STATE_BOX
    return (
        f"{column} IS NULL OR (NOT public.ST_IsEmpty({column}) AND public.ST_IsValid({column})"
        f" AND public.ST_Area({column}) > 0 AND public.ST_Area({column}) < 10"
        f" AND public.ST_XMin({column}) >= {west} AND public.ST_XMax({column}) <= {east}"
        f" AND public.ST_YMin({column}) >= {south} AND public.ST_YMax({column}) <= {north}) IS TRUE"
    )


def line_rule(column: str) -> str:
    """The SQL of the check every stored line passes: not empty, of a finite length, inside the state's box."""
    west, south, east, north = STATE_BOX
    return (
        f"(NOT public.ST_IsEmpty({column}) AND public.ST_Length({column}) > 0 AND public.ST_Length({column}) < 10"
        f" AND public.ST_XMin({column}) >= {west} AND public.ST_XMax({column}) <= {east}"
        f" AND public.ST_YMin({column}) >= {south} AND public.ST_YMax({column}) <= {north}) IS TRUE"
    )


def to_degrees(shape: str) -> str:
    """SQL that brings a geometry of any known system to longitude and latitude."""
    return f"ST_Transform({shape}, {WGS84})"


def with_srid(shape: str, srid: str) -> str:
    """SQL that says in which system a geometry is, without moving it."""
    return f"ST_SetSRID({shape}, CAST({srid} AS integer))"


def box_in(srid: int) -> tuple[float, float, float, float]:
    """The state's box in another system: for degrees as it is, else with a wide margin: what may be transformed."""
    if srid == WGS84:
        return STATE_BOX
    box = Transformer.from_crs(WGS84, srid, always_xy=True).transform_bounds(*STATE_BOX)
    margin = 50_000
    return (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)


def snapped_sql(point: str) -> str:
    """SQL for what `snapped` does: the centre of the point's cell in the fixed grid, with six decimals."""
    centre = (
        f"ST_Transform(ST_SetSRID(ST_MakePoint(floor(ST_X(m) / {GRID_M}) * {GRID_M} + {GRID_M / 2},"
        f" floor(ST_Y(m) / {GRID_M}) * {GRID_M} + {GRID_M / 2}), {UTM32}), {WGS84})"
    )
    rounded = "ST_MakePoint(round(ST_X(c)::numeric, 6)::float8, round(ST_Y(c)::numeric, 6)::float8)"
    metric = f"(SELECT ST_Transform({point}, {UTM32}) AS m OFFSET 0)"  # each subselect computes it once
    return (
        f"(SELECT ST_SetSRID({rounded}, {WGS84})"  # noqa: S608 (own expressions)
        f" FROM (SELECT {centre} AS c FROM {metric} metric OFFSET 0) grid)"
    )


_to_metres = Transformer.from_crs(WGS84, UTM32, always_xy=True)
_to_degrees = Transformer.from_crs(UTM32, WGS84, always_xy=True)


def point(longitude: float, latitude: float, field: str = "point") -> WKBElement:
    """A point to store, from degrees. Raises `Invalid` outside the state's box or for a number that is none."""
    west, south, east, north = STATE_BOX
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise Invalid({field: "Bitte Länge und Breite als Zahlen angeben."})
    if not (west <= longitude <= east and south <= latitude <= north):
        if west <= latitude <= east and south <= longitude <= north:
            raise Invalid({field: "Länge und Breite sind vermutlich vertauscht: der Punkt läge nicht in Thüringen."})
        raise Invalid({field: "Der Punkt liegt nicht in Thüringen."})
    return from_shape(Point(longitude, latitude), srid=WGS84)


def point_in_country(longitude: float, latitude: float, field: str = "point") -> WKBElement:
    """A point to store that need not lie in the state. Raises `Invalid` outside of Germany's box."""
    west, south, east, north = COUNTRY_BOX
    if not (west <= longitude <= east and south <= latitude <= north):  # refuses what is no number too
        raise Invalid({field: "Der Punkt liegt nicht in Deutschland."})
    return from_shape(Point(longitude, latitude), srid=WGS84)


def snapped(element: WKBElement, grid_m: int = GRID_M) -> WKBElement:
    """The centre of the fixed grid cell the point lies in: what may be public of a spot that is not.

    A fixed grid, because fresh noise at each load gives the spot away when averaged.
    """
    spot = to_shape(element)
    easting, northing = _to_metres.transform(spot.x, spot.y)
    centre = [math.floor(value / grid_m) * grid_m + grid_m / 2 for value in (easting, northing)]
    longitude, latitude = _to_degrees.transform(*centre)
    return from_shape(Point(round(longitude, 6), round(latitude, 6)), srid=WGS84)


def outline(geojson: str | Mapping[str, Any] | None, field: str = "outline") -> WKBElement | None:
    """An outline to store, from a GeoJSON polygon or multipolygon (text or object); None for an empty one.

    Raises `Invalid` for anything that is no clean area inside the state's box.
    """
    if geojson is None or geojson == "":
        return None
    try:
        area = _shape(geojson)
    except _UNREADABLE:
        raise Invalid({field: "Der Umriss ist nicht lesbar (erwartet wird GeoJSON)."}) from None
    if isinstance(area, Polygon):
        area = MultiPolygon([area])
    if not isinstance(area, MultiPolygon) or area.is_empty:
        raise Invalid({field: "Der Umriss muss eine Fläche sein."})
    area = shapely.force_2d(area)
    if shapely.get_num_coordinates(area) > MAX_VERTICES:
        raise Invalid({field: f"Der Umriss hat mehr als {MAX_VERTICES} Punkte."})
    coordinates = shapely.get_coordinates(area)
    west, south, east, north = STATE_BOX
    inside = (coordinates[:, 0] >= west) & (coordinates[:, 0] <= east)
    inside &= (coordinates[:, 1] >= south) & (coordinates[:, 1] <= north)
    if not inside.all():
        raise Invalid({field: "Der Umriss liegt nicht in Thüringen."})
    if not area.is_valid:
        raise Invalid({field: "Der Umriss überschneidet sich selbst."})
    return from_shape(area, srid=WGS84)


def shapes_in_metres(geojson: str, field: str) -> list[BaseGeometry]:
    """The polygons and lines of any GeoJSON (features and collections taken apart) in metres (EPSG:25832).

    Raises `Invalid` for anything else, for too many corners, and for what does not lie in the state's box.
    """
    try:
        content = json.loads(geojson, parse_constant=_no_constant)
        parts = list(_simple_parts(content))
    except _UNREADABLE:
        raise Invalid({field: "Die Zeichnung ist nicht lesbar (erwartet wird GeoJSON)."}) from None
    if any(not isinstance(part, Polygon | LineString) or part.is_empty for part in parts):
        raise Invalid({field: "Erwartet werden Flächen oder Linien."})
    if sum(shapely.get_num_coordinates(part) for part in parts) > MAX_VERTICES:
        raise Invalid({field: f"Die Zeichnung hat mehr als {MAX_VERTICES} Punkte."})
    west, south, east, north = STATE_BOX
    for part in parts:
        spots = shapely.get_coordinates(part)
        if not ((spots >= (west, south)) & (spots <= (east, north))).all():
            raise Invalid({field: "Die Zeichnung liegt nicht in Thüringen."})
    return [in_metres(shapely.force_2d(part)) for part in parts]


def _simple_parts(content: Any) -> Iterator[BaseGeometry]:
    if content["type"] == "FeatureCollection":
        for one in content["features"]:
            yield from _simple_parts(one)
    elif content["type"] == "Feature":
        yield from _simple_parts(content["geometry"])
    else:
        yield from _taken_apart(shape(content))


def _taken_apart(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    if hasattr(geometry, "geoms"):
        for part in geometry.geoms:
            yield from _taken_apart(part)
    else:
        yield geometry


def is_line(geojson: str) -> bool:
    """Whether the text is a GeoJSON line (or lines); False also for text that is no GeoJSON at all."""
    try:
        return isinstance(_shape(geojson), LineString | MultiLineString)
    except _UNREADABLE:
        return False


def along_line(geojson: str, width_m: float, field: str = "outline") -> WKBElement:
    """The area along a GeoJSON line, `width_m` metres wide and cut off square at its ends."""
    line = shapely.force_2d(_shape(geojson))
    if shapely.get_num_coordinates(line) > MAX_VERTICES:
        raise Invalid({field: f"Die Linie hat mehr als {MAX_VERTICES} Punkte."})
    west, south, east, north = STATE_BOX
    corners = shapely.get_coordinates(line)
    if not ((corners >= (west, south)) & (corners <= (east, north))).all():
        raise Invalid({field: "Die Linie liegt nicht in Thüringen."})
    area = in_degrees(in_metres(line).buffer(width_m / 2, cap_style="flat", quad_segs=4))
    if area.is_empty:
        raise Invalid({field: "Die Linie hat keine Länge."})
    return stored(shapely.set_precision(shapely.make_valid(area), 1e-7))


_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, ShapelyError)


def _shape(geojson: str | Mapping[str, Any]) -> BaseGeometry:
    """The geometry of GeoJSON (text or object; a feature stands for its geometry). Raises one of `_UNREADABLE`."""
    if isinstance(geojson, str):
        geojson = json.loads(geojson, parse_constant=_no_constant)
    if isinstance(geojson, Mapping) and geojson.get("type") == "FeatureCollection":
        (geojson,) = geojson["features"]
    if isinstance(geojson, Mapping) and geojson.get("type") == "Feature":
        geojson = geojson["geometry"]
    return shape(geojson)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def lon_lat(element: WKBElement) -> tuple[float, float]:
    """Longitude and latitude in degrees of a stored point."""
    spot = to_shape(element)
    return spot.x, spot.y


def utm(element: WKBElement) -> tuple[float, float]:
    """Easting and northing in metres (EPSG:25832) of a stored point."""
    return _to_metres.transform(*lon_lat(element))


def as_geojson(element: WKBElement | None) -> dict[str, Any] | None:
    """A stored geometry as a GeoJSON object, with 6 decimals (about 0.1 m)."""
    if element is None:
        return None
    return mapping(shapely.set_precision(to_shape(element), 1e-6))


def area_m2(element: WKBElement) -> float:
    """Area in square metres, computed in EPSG:25832."""
    return float(in_metres(to_shape(element)).area)


def is_as_shown(stored_one: WKBElement | None, sent: WKBElement | None) -> bool:
    """Whether what a form sends back is what it showed: the stored geometry with 6 decimals."""
    if stored_one is None or sent is None:
        return stored_one is sent
    before = shapely.normalize(shape(as_geojson(stored_one)))
    return bool(shapely.equals_exact(before, shapely.normalize(to_shape(sent)), tolerance=1e-7))


def bounds(element: WKBElement) -> list[list[float]]:
    """South-west and north-east corner as latitude and longitude, as a map wants them."""
    west, south, east, north = to_shape(element).bounds
    return [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]]


def in_metres(geometry: BaseGeometry) -> BaseGeometry:
    """The same geometry from EPSG:4326 into EPSG:25832."""
    return shapely.transform(geometry, _to_metres.transform, interleaved=False)


def in_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """The same geometry from EPSG:25832 into EPSG:4326."""
    return shapely.transform(geometry, _to_degrees.transform, interleaved=False)


def in_degrees_from(geometry: BaseGeometry, srid: int) -> BaseGeometry:
    """The same geometry from the system with this EPSG number (easting first) into EPSG:4326."""
    if srid == WGS84:
        return geometry
    return shapely.transform(geometry, _into_degrees(srid).transform, interleaved=False)


def coordinates_in_degrees(x: np.ndarray, y: np.ndarray, srid: int) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings (NaN: none) of the system with this EPSG number, as longitudes and latitudes."""
    longitude, latitude = _into_degrees(srid).transform(x, y)
    return np.asarray(longitude), np.asarray(latitude)


def coordinates_from_metres(x: np.ndarray, y: np.ndarray, srid: int) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings (EPSG:25832) in the system with this EPSG number, easting first."""
    if srid == UTM32:
        return x, y
    other_x, other_y = Transformer.from_crs(UTM32, srid, always_xy=True).transform(x, y)
    return np.asarray(other_x), np.asarray(other_y)


def in_system(longitude: float, latitude: float, srid: int) -> tuple[float, float]:
    """A point in degrees as easting and northing of the system with this EPSG number."""
    if srid == WGS84:
        return longitude, latitude
    x, y = _out_of_degrees(srid).transform(longitude, latitude)
    return float(x), float(y)


def as_multipolygon_ewkb(area: Polygon | MultiPolygon) -> bytes:
    """An area in EPSG:4326 for a column of outlines."""
    return as_ewkb(MultiPolygon([area]) if isinstance(area, Polygon) else area)


@cache
def _out_of_degrees(srid: int) -> Transformer:
    return Transformer.from_crs(WGS84, srid, always_xy=True)


@cache
def _into_degrees(srid: int) -> Transformer:
    return Transformer.from_crs(srid, WGS84, always_xy=True)


def stored(geometry: BaseGeometry) -> WKBElement:
    """A shapely geometry in EPSG:4326 as it is stored; polygons become multipolygons."""
    if isinstance(geometry, Polygon):
        geometry = MultiPolygon([geometry])
    return from_shape(geometry, srid=WGS84)


def shape_of(element: WKBElement) -> BaseGeometry:
    """A stored geometry as shapely knows it, in the system in which it is stored."""
    return to_shape(element)


def as_ewkb(geometry: BaseGeometry) -> bytes:
    """A shapely geometry in EPSG:4326 for a statement of one's own (`ST_GeomFromEWKB`)."""
    return shapely.to_wkb(shapely.set_srid(geometry, WGS84), include_srid=True)


def element_ewkb(element: WKBElement) -> bytes:
    """A stored geometry, or one to be stored, for a statement of one's own (`ST_GeomFromEWKB`)."""
    return as_ewkb(to_shape(element))


def points_ewkb(spots: Sequence[tuple[float, float]]) -> list[bytes]:
    """Many points in degrees at once, for a statement of one's own."""
    return list(shapely.to_wkb(shapely.set_srid(shapely.points(list(spots)), WGS84), include_srid=True))
