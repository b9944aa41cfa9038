"""Points as files that a visitor's own map takes: GPX 1.1 and KML 2.2, as waypoints or as a tour with its line."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

GPX = "http://www.topografix.com/GPX/1/1"
KML = "http://www.opengis.net/kml/2.2"
CREATOR = "Innenstadtregister"


@dataclass(frozen=True)
class Waypoint:
    """A point for somebody's map: degrees, metres above the sea where known, and the address of its page."""

    name: str
    description: str
    longitude: float
    latitude: float
    link: str
    elevation_m: Decimal | None = None


@dataclass(frozen=True)
class Way:
    """The line of a tour: each leg's corners as longitude and latitude, and what is to be said of it."""

    legs: Sequence[Sequence[tuple[float, float]]]
    words: str
    is_track: bool


def gpx(title: str, points: Sequence[Waypoint], way: Way | None = None) -> bytes:
    """The points as GPX; with a way also as a route in their order, and as a track where that says more."""
    root = ET.Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": CREATOR})
    _add(ET.SubElement(root, "metadata"), "name", title)
    for point in points:
        _gpx_point(root, "wpt", point)
    if way is not None:
        route = ET.SubElement(root, "rte")
        _add(route, "name", title)
        _add(route, "desc", way.words)
        for point in points:
            _gpx_point(route, "rtept", point)
    if way is not None and way.is_track:
        track = ET.SubElement(root, "trk")
        _add(track, "name", title)
        _add(track, "desc", way.words)
        for leg in way.legs:
            segment = ET.SubElement(track, "trkseg")
            for longitude, latitude in leg:
                ET.SubElement(segment, "trkpt", {"lat": f"{latitude:.6f}", "lon": f"{longitude:.6f}"})
    return _written(root)


def _gpx_point(parent: ET.Element, tag: str, point: Waypoint) -> None:
    """The elements in the order that the schema asks for."""
    node = ET.SubElement(parent, tag, {"lat": f"{point.latitude:.6f}", "lon": f"{point.longitude:.6f}"})
    if point.elevation_m is not None:
        _add(node, "ele", f"{point.elevation_m:f}")
    _add(node, "name", point.name)
    if point.description:
        _add(node, "desc", point.description)
    link = ET.SubElement(node, "link", {"href": point.link})
    _add(link, "text", point.name)
    _add(node, "type", "Aussichtspunkt")


def kml(title: str, points: Sequence[Waypoint], way: Way | None = None) -> bytes:
    """The points as KML; with a way also as a line in their order."""
    root = ET.Element("kml", {"xmlns": KML})
    document = ET.SubElement(root, "Document")
    _add(document, "name", title)
    for point in points:
        mark = ET.SubElement(document, "Placemark")
        _add(mark, "name", point.name)
        _add(mark, "description", "\n".join(part for part in (point.description, point.link) if part))
        _add(ET.SubElement(mark, "Point"), "coordinates", _place(point))
    if way is not None and way.legs:
        mark = ET.SubElement(document, "Placemark")
        _add(mark, "name", title)
        _add(mark, "description", way.words)
        line = ET.SubElement(mark, "LineString")
        _add(line, "tessellate", "1")
        corners = (corner for corner, _same in groupby(corner for leg in way.legs for corner in leg))
        _add(line, "coordinates", " ".join(f"{longitude:.6f},{latitude:.6f}" for longitude, latitude in corners))
    return _written(root)


def _place(point: Waypoint) -> str:
    height = "" if point.elevation_m is None else f",{point.elevation_m:f}"
    return f"{point.longitude:.6f},{point.latitude:.6f}{height}"


def _add(parent: ET.Element, tag: str, words: str) -> None:
    ET.SubElement(parent, tag).text = "".join(sign for sign in words if sign.isprintable() or sign == "\n")


def _written(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
