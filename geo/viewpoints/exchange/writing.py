"""Public viewpoints as files: GeoJSON with the tags of OpenStreetMap, GPX waypoints, OSM XML for an editor."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from geo.viewpoints.direction import plain, render
from geo.viewpoints.public import Point

FORMATS = {
    "geojson": ("GeoJSON", "application/geo+json"),
    "gpx": ("GPX", "application/gpx+xml"),
    "osm": ("OSM XML", "application/xml"),
}
WHEELCHAIR = {"JA": "yes", "TEILWEISE": "limited", "NEIN": "no"}
SURFACE = {
    "ASPHALT": "asphalt",
    "PFLASTER": "paving_stones",
    "PLATTEN": "paving_stones",
    "WASSERGEBUNDEN": "compacted",
    "KIES": "gravel",
    "NATUR": "ground",
}


def tags(point: Point) -> dict[str, str]:
    """The point in the words of OpenStreetMap, without what they have no word for."""
    found: dict[str, Any] = {
        "tourism": "viewpoint",
        "name": point.name,
        "name:en": point.name_en,
        "direction": render(point.sectors) or None,
        "ele": None if point.elevation_m is None else plain(point.elevation_m),
        "wheelchair": WHEELCHAIR.get(point.step_free),
        "surface": SURFACE.get(point.path_surface or ""),
        "operator": point.responsible_body,
        "check_date": point.last_checked_on.isoformat() if point.last_checked_on else None,
        "wikidata": point.wikidata,
        "description": point.story,
        "description:en": point.story_en,
        "bench": "yes" if "bench" in point.furniture else None,
        "lit": "yes" if "lighting" in point.furniture else None,
        "bin": "yes" if "bin" in point.furniture else None,
    }
    return {name: str(value) for name, value in found.items() if value}


def geojson(points: Iterable[Point]) -> dict[str, Any]:
    """A FeatureCollection whose properties are tags; `@id` is the element of OpenStreetMap where one is known."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": one.id,
                "geometry": {"type": "Point", "coordinates": [round(one.longitude, 6), round(one.latitude, 6)]},
                "properties": tags(one) | ({"@id": one.osm} if one.osm else {}),
            }
            for one in points
        ],
    }


def gpx(points: Sequence[Point], addresses: Sequence[str]) -> bytes:
    """Waypoints; the direction stands in the comment, where the import finds it again."""
    root = Xml.Element("gpx", version="1.1", creator="Innenstadtregister", xmlns="http://www.topografix.com/GPX/1/1")
    for one, address in zip(points, addresses, strict=True):
        waypoint = Xml.SubElement(root, "wpt", lat=f"{one.latitude:.6f}", lon=f"{one.longitude:.6f}")
        if one.elevation_m is not None:
            Xml.SubElement(waypoint, "ele").text = plain(one.elevation_m)
        Xml.SubElement(waypoint, "name").text = one.name
        if one.sectors:
            Xml.SubElement(waypoint, "cmt").text = f"direction={render(one.sectors)}"
        if one.story:
            Xml.SubElement(waypoint, "desc").text = one.story
        Xml.SubElement(waypoint, "link", href=address)
        Xml.SubElement(waypoint, "sym").text = "Scenic Area"
        Xml.SubElement(waypoint, "type").text = "viewpoint"
    return _written(root)


def osm(points: Iterable[Point]) -> bytes:
    """New nodes with negative numbers, as an editor of OpenStreetMap opens them; to be checked by a person there."""
    root = Xml.Element("osm", version="0.6", generator="Innenstadtregister", upload="false")
    for number, one in enumerate(points, 1):
        node = Xml.SubElement(
            root, "node", id=str(-number), lat=f"{one.latitude:.7f}", lon=f"{one.longitude:.7f}", version="0"
        )
        for name, value in tags(one).items():
            Xml.SubElement(node, "tag", k=name, v=value[:255])
    return _written(root)


def _written(root: Xml.Element) -> bytes:
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))
