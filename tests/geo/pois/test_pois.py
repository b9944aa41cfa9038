"""Places near by out of extracts and own lists, by the command, kept apart by town, found around a spot."""

import json
from contextlib import contextmanager

import geopandas
import pytest
from click.testing import CliRunner
from shapely.geometry import Point, Polygon
from sqlalchemy import text

from geo.core.errors import Invalid
from geo.imports.cli import pois as command
from geo.imports.geofile import other_tags
from geo.imports.pois import look_into
from geo.places.pois import queries, service
from geo.places.pois.codes import kind_of
from geo.places.pois.feature import POIS
from geo.places.pois.service import PoiInput
from tests.geo.vacancies.stock import acting

SPOT = (11.05, 50.93)


def square(longitude, latitude, side=0.0004):
    return Polygon([(longitude, latitude), (longitude + side, latitude), (longitude + side, latitude + side)])


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "cafe"}, "GASTRONOMIE"),
        ({"shop": "bakery"}, "LADEN"),
        ({"amenity": "cafe", "shop": "bakery"}, "GASTRONOMIE"),
        ({"shop": "vacant"}, None),
        ({"amenity": "toilets", "access": "private"}, None),
        ({"tourism": "information", "information": "office"}, "TOURISTINFO"),
        ({"tourism": "information", "information": "board"}, None),
        ({"highway": "bus_stop"}, "HALTESTELLE"),
        ({"amenity": "parking", "access": "yes"}, "PARKPLATZ"),
        ({"amenity": "bank"}, None),
        ({}, None),
    ],
)
def test_what_a_tag_means(tags, kind):
    assert kind_of(tags) == kind


def test_tags_that_gdal_packs_into_one_column():
    assert other_tags('"shop"=>"bakery","name:en"=>"The \\"Old\\" Oven","note"=>"a=>b"') == {
        "shop": "bakery",
        "name:en": 'The "Old" Oven',
        "note": "a=>b",
    }
    assert other_tags("") == other_tags("nonsense") == {}


def extract(path, **more):
    frame = geopandas.GeoDataFrame(
        {
            "name": ["Café Markt", "Bäckerei Korn", None, "Bank", "Fern"],
            "amenity": ["cafe", None, "toilets", "bank", "cafe"],
            "other_tags": [
                None,
                '"shop"=>"bakery","website"=>"https://korn.example","wheelchair"=>"limited"',
                *[None] * 3,
            ],
            "opening_hours": ["Mo-Fr 08:00-18:00", None, None, None, None],
            "website": ["javascript:alert(1)", *[None] * 4],
            "geometry": [
                Point(11.05, 50.9305),
                square(11.0502, 50.9302),
                Point(11.0501, 50.93),
                Point(SPOT),
                Point(8, 48),
            ],
        },
        crs=4326,
    )
    frame.to_file(path, **more)
    return path


@pytest.mark.parametrize(("name", "driver"), [("x.geojson", "GeoJSON"), ("x.gpkg", "GPKG")])
def test_an_extract_gives_its_places(tmp_path, name, driver):
    path = extract(tmp_path / name, driver=driver)
    found = look_into(path, name)
    assert [(one.kind, one.name) for one in found.places] == [
        ("GASTRONOMIE", "Café Markt"),
        ("LADEN", "Bäckerei Korn"),
        ("WC", None),
    ]
    cafe, bakery, _ = found.places
    assert (cafe.opening_hours, cafe.website) == ("Mo-Fr 08:00-18:00", None)
    assert (bakery.website, bakery.wheelchair) == ("https://korn.example", "TEILWEISE")
    assert square(11.0502, 50.9302).contains(bakery.point)
    assert (found.others, found.faulty) == (1, 1) and "nicht in Thüringen" in found.problems[0][1]


def test_an_own_list_names_its_kinds_and_what_is_none_is_said_by_row(tmp_path):
    (tmp_path / "orte.csv").write_text(
        "Art;Name;Öffnungszeiten;Länge;Breite\nGastronomie;Café;täglich;11,05;50,93\nKino;Gloria;;11,05;50,93\n"
        "toilet;;;11,0501;50,93\n"
    )
    found = look_into(tmp_path / "orte.csv", "orte.csv")
    assert [(one.kind, one.name, one.opening_hours) for one in found.places] == [
        ("GASTRONOMIE", "Café", "täglich"),
        ("WC", None, None),
    ]
    assert found.faulty == 1 and "Die Art „Kino“ gibt es nicht." in found.problems[0][1]
    (tmp_path / "x.csv").write_text("name\nMarkt\n")
    with pytest.raises(Invalid, match="keine Punkte"):
        look_into(tmp_path / "x.csv", "x.csv")


def test_the_command_replaces_a_source_and_a_wrong_file_empties_nothing(staff, towns, tmp_path):
    class Register:
        @contextmanager
        def session(self, _role):
            yield staff

    def run(path, *options):
        ags = staff.scalar(text("SELECT ags::text FROM published.municipalities WHERE id = :id"), {"id": towns.own})
        return CliRunner().invoke(command, ["import", str(path), "--town", ags, "--json", *options], obj=Register())

    path = extract(tmp_path / "osm.geojson", driver="GeoJSON")
    said = json.loads(run(path).output)
    assert (said["places"], said["before"], said["others"], said["source"]) == (3, 0, 1, "osm")
    assert json.loads(run(path).output)["before"] == 3
    away = tmp_path / "away.geojson"
    geopandas.GeoDataFrame({"amenity": ["cafe"], "geometry": [Point(11.25, 50.93)]}, crs=4326).to_file(away)
    assert isinstance(run(away, "--source", "osm").exception, Invalid)


def put(session, town, *places, source="Liste"):
    return service.replace(session, acting(), town, source, [PoiInput(*place) for place in places])


def test_what_is_near_a_spot_the_nearest_first(db, towns):
    with db.staff(acting(), towns.own) as session:
        put(
            session,
            towns.own,
            ("LADEN", Point(11.0535, 50.93), "246 m"),
            ("GASTRONOMIE", Point(11.0514, 50.93), "98 m"),
            ("WC", Point(11.05, 50.9328), "312 m"),
        )
        session.commit()
    with db.public() as session:
        found = queries.near(session, *SPOT)
        assert [(one.name, round(one.distance_m)) for one in found] == [("98 m", 98), ("246 m", 246)]
        assert [one.name for one in queries.near(session, *SPOT, far_m=queries.CLOSE_M)] == ["98 m"]
        assert queries.near(session, 11.9, 50.5) == []


def test_another_town_changes_nothing(staff, db, towns):
    put(staff, towns.own, ("LADEN", Point(SPOT), "Laden"))
    staff.commit()
    with db.staff(acting(), towns.foreign) as session:
        assert service.remove(session, acting(), towns.foreign, "Liste") == 0
        assert session.scalar(text("SELECT count(*) FROM register.pois")) == 0
    assert [row.places for row in queries.sources(staff, towns.own)] == [1]


def test_the_view_has_what_is_declared(db):
    with db.owner() as session:
        columns = session.scalars(
            text("SELECT column_name FROM information_schema.columns WHERE table_schema = 'published'"
                 " AND table_name = 'pois'")
        )  # fmt: skip
        assert {*POIS.columns, "point"} == set(columns)
