"""Files for a visitor's own map, read back with GDAL."""

from decimal import Decimal

import pyogrio
import pytest

from geo.viewpoints.handover import Waypoint, gpx, kml

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


def test_a_tour_is_a_route_in_its_order(tmp_path):
    route = read(tmp_path, gpx("Tour", POINTS, as_route=True), "gpx", "routes").geometry[0]
    assert [(round(x, 6), round(y, 6)) for x, y, *_ in route.coords] == [
        (one.longitude, one.latitude) for one in POINTS
    ]
    assert "routes" not in [
        name
        for name, _ in pyogrio.list_layers(tmp_path / "x.gpx")
        if len(read(tmp_path, gpx("T", POINTS), "gpx", name))
    ]


@pytest.mark.parametrize(("as_route", "kinds"), [(False, ["Point"] * 3), (True, ["Point"] * 3 + ["LineString"])])
def test_kml_holds_points_and_the_line(tmp_path, as_route, kinds):
    path = tmp_path / "x.kml"
    path.write_bytes(kml("Tour", POINTS, as_route=as_route))
    frame = pyogrio.read_dataframe(path).rename(columns=str.lower)
    assert [one.geom_type for one in frame.geometry] == kinds
    assert (round(frame.geometry[0].x, 5), round(frame.geometry[0].y, 5)) == (10.70301, 50.94712)
    assert frame["name"][0] == "Blick <Markt> & Turm" and POINTS[0].link in frame["description"][0]
