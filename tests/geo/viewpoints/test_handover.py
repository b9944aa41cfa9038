"""Files for a visitor's own map, read back with GDAL."""

from decimal import Decimal

import pyogrio
import pytest

from geo.viewpoints.handover import Way, Waypoint, gpx, kml

POINTS = [
    Waypoint("Blick <Markt> & Turm", "Gotha. nach Süden", 10.70301, 50.94712, "https://r.example/blicke/1", Decimal("310.5")),
    Waypoint("Zweiter\x0bBlick", "", 11.0192, 50.9778, "https://r.example/blicke/2?am=2026-05-01&x=1"),
    Waypoint("Dritter", "", 11.3, 50.9, "https://r.example/blicke/3"),
]  # fmt: skip


def read(tmp_path, body, ending, layer):
    path = tmp_path / f"x.{ending}"
    path.write_bytes(body)
    return pyogrio.read_dataframe(path, layer=layer)


def test_gpx_holds_the_points(tmp_path):
    frame = read(tmp_path, gpx("Tour", POINTS), "gpx", "waypoints")
    assert list(frame["name"]) == ["Blick <Markt> & Turm", "ZweiterBlick", "Dritter"]
    assert [(round(one.x, 6), round(one.y, 6)) for one in frame.geometry] == [
        (one.longitude, one.latitude) for one in POINTS
    ]
    assert frame["ele"][0] == 310.5 and frame["desc"][0] == "Gotha. nach Süden"
    assert list(frame["link1_href"]) == [one.link for one in POINTS]


STREETS = Way(
    [[(10.70301, 50.94712), (10.71, 50.95), (11.0192, 50.9778)], [(11.0192, 50.9778), (11.3, 50.9)]],
    "Die Linie folgt Straßen & Wegen.",
    is_track=True,
)
STRAIGHT = Way([[(10.70301, 50.94712), (11.0192, 50.9778)]], "Luftlinie", is_track=False)


def line(shape):
    return [(round(x, 6), round(y, 6)) for x, y, *_ in shape.coords]


def filled(path):
    return {name for name, _ in pyogrio.list_layers(path) if len(pyogrio.read_dataframe(path, layer=name))}


def test_a_tour_is_a_route_in_its_order_and_a_track_along_the_streets(tmp_path):
    routes = read(tmp_path, gpx("Tour", POINTS, STREETS), "gpx", "routes")
    assert line(routes.geometry[0]) == [(one.longitude, one.latitude) for one in POINTS]
    assert routes["desc"][0] == STREETS.words
    track = read(tmp_path, gpx("Tour", POINTS, STREETS), "gpx", "tracks")
    assert [line(leg) for leg in track.geometry[0].geoms] == STREETS.legs
    assert (track["name"][0], track["desc"][0]) == ("Tour", STREETS.words)


def test_a_straight_line_is_no_track_and_points_alone_are_no_route(tmp_path):
    path = tmp_path / "x.gpx"
    path.write_bytes(gpx("Tour", POINTS, STRAIGHT))
    assert "routes" in filled(path) and not filled(path) & {"tracks", "track_points"}
    path.write_bytes(gpx("Tour", POINTS))
    assert filled(path) == {"waypoints"}


@pytest.mark.parametrize("way", [None, STREETS, STRAIGHT, Way([], "", is_track=False)])
def test_kml_holds_points_and_the_line(tmp_path, way):
    path = tmp_path / "x.kml"
    path.write_bytes(kml("Tour", POINTS, way))
    frame = pyogrio.read_dataframe(path).rename(columns=str.lower)
    has_line = bool(way and way.legs)
    assert [one.geom_type for one in frame.geometry] == ["Point"] * 3 + ["LineString"] * has_line
    assert (round(frame.geometry[0].x, 5), round(frame.geometry[0].y, 5)) == (10.70301, 50.94712)
    assert frame["name"][0] == "Blick <Markt> & Turm" and POINTS[0].link in frame["description"][0]
    if way is STREETS:
        corners = [way.legs[0][0], *(corner for leg in way.legs for corner in leg[1:])]
        assert line(frame.geometry[3]) == corners and frame["description"][3] == way.words
