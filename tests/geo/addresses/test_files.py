"""Address lists and zones out of files: what is usable, what is elsewhere, what is wrong, each with its sentence."""

import json

import pytest

from geo.core.errors import Invalid
from geo.imports import addresses, zones

AGS = "16067029"
HOUSES = (
    "N;DETHL01;A;16;0;67;029;;00010;5;;619889,30;5645610,10;Markt;99867;Gotha\n"
    "N;DETHL02;A;16;0;67;029;;00010;7;a;32619899,30;5645610,10;Markt;99867;Gotha\n"
    "N;DETHL03;A;16;0;67;029;;00010;7;a;32619899,30;5645610,10;Markt;99867;Gotha\n"
    "N;DETHL04;A;16;0;68;051;;00010;1;;640000,00;5640000,00;Anger;99084;Erfurt\n"
    "N;DETHL05;A;16;0;67;029;;00010;;;619889,30;5645610,10;Markt;99867;Gotha\n"
)


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_house_coordinates_without_a_header(tmp_path):
    found = addresses.look_into(written(tmp_path, "hk.txt", HOUSES), "hk.txt", AGS)
    assert [(one.street, one.house_number, one.postcode) for one in found.addresses] == [
        ("Markt", "5", "99867"),
        ("Markt", "7a", "99867"),
    ]
    assert (found.rows, found.elsewhere, found.twice, found.faulty) == (5, 1, 1, 1)
    assert "Hausnummer fehlt" in found.problems[0][1]
    assert all(10.6 < one.longitude < 10.8 and 50.9 < one.latitude < 51 for one in found.addresses)


@pytest.mark.parametrize(
    "text",
    [
        "Straße;Hausnr.;Zusatz;PLZ;Ort;Ostwert;Nordwert\nMarkt;5;b;99867;Gotha;619889,3;5645610,1\n",
        "strasse,hausnummer,lon,lat\nMarkt,5b,10.7077,50.9489\n",
        "Straße;Länge;Breite\nMarkt 5 b;10,7077;50,9489\n",
    ],
)
def test_lists_with_a_header(tmp_path, text):
    found = addresses.look_into(written(tmp_path, "liste.csv", text), "liste.csv", AGS)
    (one,) = found.addresses
    assert (one.street, one.house_number) == ("Markt", "5b") and one.longitude == pytest.approx(10.7077, abs=0.01)


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "Straße;Hausnummer\nMarkt;5\n", ""])
def test_a_file_without_addresses_is_refused_or_has_none(tmp_path, text):
    try:
        found = addresses.look_into(written(tmp_path, "x.csv", text), "x.csv", AGS)
    except Invalid as refused:
        assert set(refused.fields) <= {"file", "srid"}
    else:
        assert found.addresses == () and found.faulty


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


SQUARE = [[[10.70, 50.94], [10.71, 50.94], [10.71, 50.95], [10.70, 50.95], [10.70, 50.94]]]
BOW = [[[10.70, 50.94], [10.71, 50.95], [10.71, 50.94], [10.70, 50.95], [10.70, 50.94]]]


def test_zones_are_read_and_what_is_none_is_explained(tmp_path):
    rows = [
        feature({"type": "Polygon", "coordinates": SQUARE}, name="Altstadt"),
        feature({"type": "Polygon", "coordinates": BOW}, name="Schleife"),
        feature({"type": "LineString", "coordinates": [[10.7, 50.94], [10.71, 50.94]]}, name="Linie"),
        feature({"type": "Point", "coordinates": [10.7, 50.94]}, name="Punkt"),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": rows})
    found = zones.look_into(written(tmp_path, "zonen.geojson", text), "zonen.geojson")
    assert "name" in found.columns
    said = {one.texts["name"]: (bool(one.outline), one.problem, one.repaired) for one in found.candidates}
    assert said["Altstadt"] == (True, None, None)
    assert said["Schleife"][0] and "repariert" in said["Schleife"][2]
    assert (
        said["Linie"][0] and "Fläche längs der Straße" in said["Linie"][2] and "Das ist ein Punkt" in said["Punkt"][1]
    )


def test_a_file_without_shapes_is_no_file_of_zones(tmp_path):
    with pytest.raises(Invalid, match="keine Flächen"):
        zones.look_into(written(tmp_path, "x.csv", "name\nA\n"), "x.csv")
