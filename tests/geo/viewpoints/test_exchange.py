"""Viewpoints into files and back: OpenStreetMap's tags, GPX; what is refused; one undo for a whole import."""

import json
from dataclasses import replace

import pyogrio
import pytest
from shapely.geometry import Point as Spot

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid
from geo.viewpoints import public, queries
from geo.viewpoints import service as points
from geo.viewpoints.exchange import reading, service, writing
from geo.viewpoints.schemas import parse_viewpoint
from tests.geo.viewpoints.conftest import TODAY, form, made

IMPORTING = replace(SYSTEM, request_id="import")


def everybody(session):
    session.flush()
    return public.everything(session, public.Filters(), TODAY)


@pytest.fixture
def shown(staff, towns):
    made(
        staff,
        towns.own,
        direction="67-292;180",
        elevation_m="312,5",
        wikidata="Q1",
        osm="node/7",
        story_en="The market.",
    )
    made(staff, towns.own, name="Über <Berg> & Tal", direction="0-360", story="", name_en="")
    return everybody(staff)


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_what_is_written_as_geojson_is_read_again(shown, tmp_path):
    path = written(tmp_path, "x.geojson", json.dumps(writing.geojson(shown)).encode())
    found = reading.look_into(path, "x.geojson")
    assert [(one.name, one.direction) for one in found.points] == [
        ("Blick vom Testberg", "67-292;180"),
        ("Über <Berg> & Tal", "0-360"),
    ]
    first = found.points[0]
    assert (first.osm, first.wikidata, first.elevation_m, first.step_free) == ("node/7", "Q1", "312,5", "JA")
    assert first.story_en == "The market."
    assert found.problems == () and found.others == 0


def test_what_is_written_as_gpx_is_read_again_here_and_by_gdal(shown, tmp_path):
    path = written(tmp_path, "x.gpx", writing.gpx(shown, ["https://a.example/1", "https://a.example/2"]))
    found = reading.look_into(path, "x.gpx")
    assert [(one.name, one.direction) for one in found.points] == [
        ("Blick vom Testberg", "67-292;180"),
        ("Über <Berg> & Tal", "0-360"),
    ]
    table = pyogrio.read_dataframe(path, layer="waypoints")
    assert list(table["name"]) == ["Blick vom Testberg", "Über <Berg> & Tal"]
    assert [(round(spot.x, 6), round(spot.y, 6)) for spot in table.geometry] == [
        (one.longitude, one.latitude) for one in shown
    ]


def test_what_is_written_for_an_editor_of_openstreetmap_is_read_by_gdal(shown, tmp_path):
    path = written(tmp_path, "x.osm", writing.osm(shown))
    tags = [{tag.get("k"): tag.get("v") for tag in node} for node in writing.Xml.parse(path).getroot()]
    assert [(one["tourism"], one["direction"]) for one in tags] == [("viewpoint", "67-292;180"), ("viewpoint", "0-360")]


@pytest.mark.parametrize(
    ("tags", "name", "direction", "doubts"),
    [
        ({"name": "Ludwigshöhe", "direction": "E-SE"}, "Ludwigshöhe", "90-135", 0),
        ({"direction": "300-180", "wheelchair": "limited"}, reading.UNNAMED, "300-180", 0),
        ({"name": "X", "direction": "überall"}, "X", "", 1),
        ({"name": "X", "ele": "606 m", "wikidata": "kein"}, "X", "", 0),
    ],
)
def test_tags_of_openstreetmap_become_a_viewpoint(tags, name, direction, doubts):
    found, said = reading.found(tags, Spot(11.05, 50.93))
    assert (found.name, found.direction, len(said)) == (name, direction, doubts)


def test_other_objects_and_other_places_are_left_out(tmp_path):
    def feature(x, y, **tags):
        return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [x, y]}, "properties": tags}

    features = [
        feature(11.05, 50.93, tourism="viewpoint", name="Hier"),
        feature(11.05, 50.93, tourism="museum", name="Museum"),
        feature(12.33, 47.88, tourism="viewpoint", name="Chiemsee"),
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    found = reading.look_into(written(tmp_path, "x.geojson", body), "x.geojson")
    assert [one.name for one in found.points] == ["Hier"]
    assert found.others == 1 and [number for number, _words in found.problems] == [3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<kml/>",
        b"<gpx><wpt lat='1'",
        b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx><wpt lat="50.9" lon="11"><name>&a;</name></wpt></gpx>',
        b"<gpx>" + b"<a>" * 40 + b"</a>" * 40 + b"</gpx>",
    ],
)
def test_a_broken_or_wicked_gpx_file_is_refused(tmp_path, content):
    with pytest.raises(Invalid):
        reading.look_into(written(tmp_path, "x.gpx", content), "x.gpx")


def rows():
    spots = [(11.05, 50.93), (11.06, 50.93)]
    return [reading.Found(f"Blick {x}", x, y, direction="0-90", osm=f"node/{n}") for n, (x, y) in enumerate(spots, 1)]


def test_an_import_is_one_transaction_and_one_undo(staff, towns):
    change = service.accept(staff, IMPORTING, towns.own, [one.row for one in rows()], TODAY)
    staff.flush()
    kept = {row.name: row.status for row in queries.internal_list(staff, SYSTEM, towns.own, TODAY)}
    assert kept == {"Blick 11.05": "IDEE", "Blick 11.06": "IDEE"}
    assert service.known(staff, towns.own, rows()) == {0, 1}
    assert service.take_back(staff, SYSTEM, towns.own, change) == 2
    assert queries.internal_list(staff, SYSTEM, towns.own, TODAY) == []


def test_an_import_of_which_something_was_changed_stays(staff, towns):
    change = service.accept(staff, IMPORTING, towns.own, [one.row for one in rows()], TODAY)
    first = queries.internal_list(staff, SYSTEM, towns.own, TODAY)[0]
    data = parse_viewpoint(form(name="Umbenannt"))
    points.update(staff, replace(SYSTEM, request_id="later"), first.id, 1, data)
    with pytest.raises(Conflict):
        service.take_back(staff, SYSTEM, towns.own, change)


def test_a_point_right_there_is_known_already(staff, towns):
    made(staff, towns.own)
    staff.flush()
    near = reading.Found("Anderer Name", 11.0501, 50.93)
    far = reading.Found("Woanders", 11.06, 50.93)
    assert service.known(staff, towns.own, [near, far]) == {0}
