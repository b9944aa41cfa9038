"""A street network out of files of every kind, by the command, kept apart by town, and walked along by a round."""

import json
from contextlib import contextmanager

import geopandas
import pytest
from click.testing import CliRunner
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point
from sqlalchemy import text

from geo.core import geometry
from geo.core.errors import Invalid
from geo.imports.cli import streets as command
from geo.imports.streets import look_into
from geo.places.streets import queries, service
from geo.places.streets.service import StreetInput
from geo.vacancies.surveys import queries as surveys
from geo.vacancies.surveys import ways
from geo.vacancies.surveys.route import estimate
from tests.geo.vacancies.stock import acting, mark
from tests.geo.vacancies.surveys.walks import TODAY, a_round

MARKT = LineString([(11.05, 50.93), (11.052, 50.93), (11.054, 50.93)])
GASSE = LineString([(11.052, 50.93), (11.052, 50.932)])


def frame(**more):
    return geopandas.GeoDataFrame({"Straße": ["Markt", "Gasse"], "geometry": [MARKT, GASSE], **more}, crs=4326)


def as_geojson(path):
    frame().to_file(path / "netz.geojson", driver="GeoJSON")
    return path / "netz.geojson"


def as_geopackage(path):
    frame().to_crs(25832).to_file(path / "netz.gpkg", driver="GPKG")
    return path / "netz.gpkg"


def as_shapefile(path):
    frame().to_crs(31467).to_file(path / "netz.shz", driver="ESRI Shapefile")
    return (path / "netz.shz").rename(path / "netz.zip")


def as_kml(path):
    marks = "".join(
        f"<Placemark><name>{name}</name><LineString><coordinates>"
        f"{' '.join(f'{x},{y},0' for x, y in line.coords)}</coordinates></LineString></Placemark>"
        for name, line in (("Markt", MARKT), ("Gasse", GASSE))
    )
    (path / "netz.kml").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}'
        "</Document></kml>"
    )
    return path / "netz.kml"


@pytest.mark.parametrize("made", [as_geojson, as_geopackage, as_shapefile, as_kml])
def test_every_kind_of_file_gives_the_same_lines(tmp_path, made):
    path = made(tmp_path)
    found = look_into(path, path.name)
    assert [one.name for one in found.streets] == ["Markt", "Gasse"] and found.faulty == 0
    assert geometry.in_metres(found.streets[0].line).hausdorff_distance(geometry.in_metres(MARKT)) < 3


def test_what_is_no_line_is_said_by_row(tmp_path):
    shapes = [MultiLineString([MARKT, GASSE]), Point(11.05, 50.93), LineString([(8.0, 48.0), (8.1, 48.0)])]
    geopandas.GeoDataFrame({"name": ["a", "b", "c"], "geometry": shapes}, crs=4326).to_file(tmp_path / "x.geojson")
    found = look_into(tmp_path / "x.geojson", "x.geojson")
    assert len(found.streets) == 2 and found.faulty == 2
    assert "keine Linie" in found.problems[0][1] and "nicht in Thüringen" in found.problems[1][1]
    (tmp_path / "x.csv").write_text("name\nMarkt\n")
    with pytest.raises(Invalid, match="keine Linien"):
        look_into(tmp_path / "x.csv", "x.csv")


def test_the_command_replaces_a_source_and_a_wrong_file_empties_nothing(staff, towns, tmp_path):
    class Register:
        @contextmanager
        def session(self, _role):
            yield staff

    def run(path, *options):
        ags = staff.scalar(text("SELECT ags::text FROM published.municipalities WHERE id = :id"), {"id": towns.own})
        arguments = ["import", str(path), "--town", ags, "--json", *options]
        return CliRunner().invoke(command, arguments, obj=Register())

    path = as_geojson(tmp_path)
    said = json.loads(run(path).output)
    assert (said["lines"], said["before"], said["applied"], said["source"]) == (2, 0, True, "netz")
    assert json.loads(run(path).output)["before"] == 2
    geopandas.GeoDataFrame({"geometry": [Point(11.05, 50.93)]}, crs=4326).to_file(tmp_path / "netz2.geojson")
    refused = run(tmp_path / "netz2.geojson", "--source", "netz")
    assert isinstance(refused.exception, Invalid)
    assert len(queries.lines_near(staff, towns.own, spots())) == 2


def spots():
    return geometry.in_metres(MultiPoint([(11.05, 50.93), (11.053, 50.931)]))


def test_a_town_sees_its_own_network_only(staff, towns):
    service.replace(staff, acting(), towns.own, "Netz", [StreetInput(MARKT, "Markt")])
    assert len(queries.lines_near(staff, towns.own, spots())) == 1
    assert queries.lines_near(staff, towns.foreign, spots()) == []


def test_the_round_is_ordered_and_measured_along_the_streets(staff, towns):
    """A street with a river behind it: as the crow flies the other bank is next, on foot it comes last."""

    def unit(street, longitude, latitude):
        return mark(staff, towns.own, street=street, house_number="1", longitude=longitude, latitude=latitude)

    start, bank, onward = (
        unit("Anger", "11.0500", "50.9300"),
        unit("Brücke", "11.0500", "50.9305"),
        unit("Chaussee", "11.0520", "50.9300"),
    )
    survey = a_round(staff, towns.own)
    stops = surveys.stops_of(staff, survey.route, TODAY)
    assert ways.among(staff, towns.own, stops).by_network == "nein"
    assert abs(survey.route.index(start.id) - survey.route.index(bank.id)) == 1
    along = LineString([(11.05, 50.93), (11.052, 50.93), (11.058, 50.93)])
    around = LineString([(11.058, 50.93), (11.058, 50.9305), (11.05, 50.9305)])
    service.replace(staff, acting(), towns.own, "Netz", [StreetInput(along), StreetInput(around)])
    survey = a_round(staff, towns.own)
    assert survey.route in ([start.id, onward.id, bank.id], [bank.id, onward.id, start.id])
    stops = surveys.stops_of(staff, survey.route, TODAY)
    found = ways.among(staff, towns.own, stops)
    assert found.by_network == "ganz"
    expected = geometry.in_metres(along).length + geometry.in_metres(around).length
    assert estimate(stops, found.between).metres == pytest.approx(expected, rel=0.01)


def test_a_unit_off_the_network_is_reached_as_the_crow_flies(staff, towns):
    mark(staff, towns.own, street="Markt", longitude="11.0500", latitude="50.9300")
    mark(staff, towns.own, street="Feld", longitude="11.0500", latitude="50.9500")
    service.replace(staff, acting(), towns.own, "Netz", [StreetInput(MARKT)])
    survey = a_round(staff, towns.own)
    stops = surveys.stops_of(staff, survey.route, TODAY)
    found = ways.among(staff, towns.own, stops)
    assert (found.by_network, found.off) == ("teils", 1)
    assert estimate(stops, found.between).metres == pytest.approx(estimate(stops).metres)
