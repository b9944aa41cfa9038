"""Points on the visitor's own phone: other maps, files, coordinates, a QR code."""

from typing import Any
from urllib.parse import quote

from flask import Response, g

from geo.viewpoints import handover
from geo.viewpoints import public as queries
from geo.viewpoints.direction import in_words
from geo.viewpoints.handover import Way, Waypoint
from geo.viewpoints.public import Point
from geo.viewpoints.tours import Tour
from webapp import parameters, taking_away
from webapp.access import public
from webapp.app import public_session
from webapp.language import address_of, href
from webapp.viewpoints import present

GPX, KML = "application/gpx+xml", "application/vnd.google-earth.kml+xml"


def waypoint(point: Point) -> Waypoint:
    """The point for a file, in the language of the page."""
    told = "; ".join(in_words(one, g.lang) for one in point.sectors)
    return Waypoint(
        name=point.title(g.lang),
        description=". ".join(part for part in (point.municipality, told) if part),
        longitude=point.longitude,
        latitude=point.latitude,
        link=address_of(present.page(g.lang, point)),
        elevation_m=point.elevation_m,
    )


def sent(body: bytes, mimetype: str, name: str) -> Response:
    """A file to keep."""
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@public
def point_gpx(viewpoint_id: int) -> Response:
    """The point as GPX."""
    point = queries.get(public_session(), viewpoint_id, parameters.day())
    return sent(handover.gpx(point.title(g.lang), [waypoint(point)]), GPX, f"blick-{point.id}.gpx")


@public
def point_kml(viewpoint_id: int) -> Response:
    """The point as KML."""
    point = queries.get(public_session(), viewpoint_id, parameters.day())
    return sent(handover.kml(point.title(g.lang), [waypoint(point)]), KML, f"blick-{point.id}.kml")


@public
def point_qr(viewpoint_id: int) -> Response:
    """The address of the point's page as a QR code."""
    point = queries.get(public_session(), viewpoint_id, parameters.day())
    return Response(qr(address_of(present.page(g.lang, point))), mimetype="image/svg+xml")


@public
def stamp_qr(viewpoint_id: int) -> Response:
    """The QR code that stands at the point itself: it leads to the stamp of the collecting pass."""
    point = queries.get(public_session(), viewpoint_id, parameters.day())
    return Response(qr(address_of(href("viewpoints.stamp", viewpoint_id=point.id))), mimetype="image/svg+xml")


def qr(address: str) -> bytes:
    """An address as an SVG picture that a printer may enlarge."""
    return taking_away.qr_code(address).encode()


def other_maps(point: Point) -> dict[str, Any]:
    """Addresses that open the point in a map of the visitor's choice; none is asked for before the visitor taps it."""
    at, name = f"{point.latitude:.6f},{point.longitude:.6f}", quote(point.title(g.lang))
    return {
        "maps": (
            ("Android", f"geo:{at}?q={at}({name})"),
            ("Apple", f"https://maps.apple.com/?ll={at}&q={name}"),
            (
                "OpenStreetMap",
                f"https://www.openstreetmap.org/?mlat={point.latitude:.6f}&mlon={point.longitude:.6f}"
                f"#map=18/{point.latitude:.6f}/{point.longitude:.6f}",
            ),
            ("Google Maps", f"https://www.google.com/maps/search/?api=1&query={at}"),
        ),
        "transit": (
            ("Apple", f"https://maps.apple.com/?daddr={at}&dirflg=r"),
            ("Google Maps", f"https://www.google.com/maps/dir/?api=1&destination={at}&travelmode=transit"),
        ),
    }


def tour_file(tour: Tour, name: str, words: str, *, extension: str) -> Response:
    """A tour as a file: its points in their order and the line past them, of which the words say what it is."""
    waypoints = [waypoint(point) for point in tour.points]
    way = Way([leg.line for leg in tour.legs], words, is_track=tour.by_street != "nein")
    if extension == "gpx":
        return sent(handover.gpx(name, waypoints, way), GPX, "blick-tour.gpx")
    return sent(handover.kml(name, waypoints, way), KML, "blick-tour.kml")
