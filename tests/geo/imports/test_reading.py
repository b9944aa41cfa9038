"""Tables and GeoJSON as a town hall hands them in, read through the sandbox."""

import json
from datetime import datetime

import pytest
import shapely
import xlsxwriter

from geo.core.errors import Invalid
from geo.imports.reading import ReadOptions, read

TABLE = "AGS;Straße;Nr.;VKF (m²)\n16067029;Erfurter Straße;007;85,5\n16067029;Hauptmarkt;12 a;\n"


@pytest.fixture
def reader(tmp_path):
    def reading(content, name="liste.csv", **options):
        file = tmp_path / "given"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(file, name, ReadOptions(**options), tmp_path)

    return reading


def rows(found):
    return list(found.numbered())


def refusal(reader, content, name="liste.csv", **options):
    with pytest.raises(Invalid) as refused:
        reader(content, name, **options)
    return refused.value.fields["file"]


@pytest.mark.parametrize(
    ("encoding", "known"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
    ],
)
def test_text_is_the_same_in_every_encoding(reader, encoding, known):
    found = reader(TABLE.replace("²", "").encode(encoding))
    assert (found.encoding, found.separator, found.header_row) == (known, ";", 1)
    assert found.columns == ("AGS", "Straße", "Nr.", "VKF (m)")
    assert rows(found) == [
        ["2", "16067029", "Erfurter Straße", "007", "85,5"],
        ["3", "16067029", "Hauptmarkt", "12 a", ""],
    ]


def test_an_encoding_that_does_not_fit_is_named(reader):
    assert "utf-8 passt nicht" in refusal(reader, TABLE.encode("latin-1"), encoding="utf-8")
    assert "unbekannt" in refusal(reader, TABLE, encoding="klingonisch")
    assert reader(TABLE.encode("latin-1"), encoding="ISO-8859-1").encoding == "latin-1"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_and_quotes_and_line_breaks_stay_in_their_cell(reader, separator):
    cells = ['"Ein ""guter"" Laden', 'am Markt"', "1"]
    text = separator.join(["Name", "Lage", "Zahl"]) + "\r\n"
    text += (
        separator.join(['"Ein ""guter"" Laden\r\nam Markt"', '"a;b,c\td|e"', "1"])
        + "\r\n\r\n"
        + separator.join("xyz")
        + "\r\n"
    )
    found = reader(text)
    assert found.separator == separator and cells
    assert rows(found) == [["2", 'Ein "guter" Laden\nam Markt', "a;b,c\td|e", "1"], ["4", "x", "y", "z"]]


def test_title_lines_and_a_numbered_line_are_no_header(reader):
    text = "Leerstände der Stadt;;\nStand: 01.05.2026;;\n;;\nStraße;Nr;Fläche\n1;2;3\nMarkt;1;50\nMarkt;2;60\n"
    found = reader(text)
    assert (found.header_row, found.columns) == (4, ("Straße", "Nr", "Fläche"))
    assert rows(found) == [["6", "Markt", "1", "50"], ["7", "Markt", "2", "60"]]
    assert reader(text, header_row=1).columns == ("Leerstände der Stadt", "Spalte 2", "Spalte 3")
    assert reader("1;2\n3;4\n").header_row == 0 and reader(text, header_row=0).row_count == 6


def test_a_row_with_too_many_values_is_named(reader):
    found = reader("a;b\nx;y\nx;y;z\nx\n;;\n")
    assert found.problems == ((3, "Die Zeile hat 3 statt 2 Werte."),) and found.problem_count == 1
    assert rows(found) == [["2", "x", "y"], ["3", "x", "y"], ["4", "x", ""]]


def test_columns_without_or_with_the_same_name_get_one(reader):
    assert reader("Name,,Name,x\na,b,c,d\n").columns == ("Name", "Spalte 2", "Name (2)", "x")


@pytest.mark.parametrize(
    ("srid", "x", "y"),
    [
        (25832, "644236,5", "5645000"),
        (4326, "11.03", "50.95"),
        (31468, "4432000", "5647000"),
        (3857, "1228000", "6610000"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_coordinates_in_columns_become_points_in_the_system_of_their_size(reader, srid, x, y, swapped):
    x, y = (y, x) if swapped else (x, y)
    found = reader(f"Name;Rechtswert;Hochwert\nLaden;{x};{y}\nohne;;\n")
    assert (found.srid, found.swapped_axes, found.has_geometry) == (srid, swapped, True)
    assert found.srid_is_certain == (srid != 31468)
    point = shapely.from_wkb(rows(found)[0][-1])
    assert shapely.get_srid(point) == srid and rows(found)[1][-1] == ""
    east, north = sorted((float(x.replace(",", ".")), float(y.replace(",", "."))))
    assert (point.x, point.y) == (east, north)


def test_the_zone_in_front_of_an_easting_is_taken_off(reader):
    found = reader("Name;Ostwert;Nordwert\nLaden;32644236,5;5645000\n")
    assert (found.srid, shapely.from_wkb(rows(found)[0][-1]).x) == (25832, 644236.5)


def test_what_is_no_coordinate_is_named_and_the_row_stays(reader):
    found = reader("Name;x;y\n" + "Laden;11,0;50,9\n" * 9 + "Laden;elf;50,9\n")
    assert found.problems == ((11, "Die Koordinaten sind keine Zahlen."),) and rows(found)[-1][-1] == ""


def test_a_spreadsheet_is_read_as_a_person_sees_it(reader, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet("Deckblatt").write("A1", "Leerstandskataster")
        book.add_worksheet("leer")
        sheet = book.add_worksheet("Liste")
        sheet.merge_range("A1:C1", "Leerstände 2026")
        sheet.write_row("B3", ["Laden", "Fläche", "seit", "leer", "PLZ"])
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row("B4", ["=A1", 5, None, True, "07381"])
        sheet.write_datetime("D4", datetime(2024, 3, 15), day)
        sheet.write_row("B5", ["Uhren", 12.5])
    found = reader((tmp_path / "x.xlsx").read_bytes(), "x.xlsx")
    assert (found.format, found.layer, found.header_row) == ("XLSX", "Liste", 3)
    assert [layer.name for layer in found.layers] == ["Deckblatt", "leer", "Liste"]
    assert found.columns == ("Laden", "Fläche", "seit", "leer", "PLZ") and found.is_typed
    assert rows(found)[0][2:] == ["5", "2024-03-15", "ja", "07381"]
    assert rows(found)[1] == ["5", "Uhren", "12,5", "", "", ""]
    assert "gibt es in der Datei nicht" in refusal(
        reader, (tmp_path / "x.xlsx").read_bytes(), "x.xlsx", layer="Tabelle 9"
    )


def geojson(*features, **head):
    return json.dumps({"type": "FeatureCollection", **head, "features": list(features)})


def feature(properties, *point):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": point} if point else None,
    }


def test_geojson_has_the_columns_of_all_its_features(reader):
    found = reader(geojson(feature({"a": 1, "b": 2.5}, 11.0, 50.9), feature({"c": "x", "a": None})), "x.geojson")
    assert (found.columns, found.srid, found.srid_is_certain) == (("a", "b", "c"), 4326, True)
    assert [row[:4] for row in rows(found)] == [["1", "1", "2,5", ""], ["2", "", "", "x"]]
    assert shapely.from_wkb(rows(found)[0][4]).wkt == "POINT (11 50.9)" and rows(found)[1][4] == ""


def test_geojson_in_another_system_says_so_or_is_asked_about(reader):
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    utm = feature({"a": 1}, 644236, 5645000)
    assert reader(geojson(utm, crs=named), "x.json").srid_is_certain
    found = reader(geojson(utm), "x.json")
    assert (found.srid, found.srid_is_certain) == (25832, False) and found.warnings
    swapped = reader(geojson(feature({"a": 1}, 50.9, 11.0)), "x.json")
    assert swapped.swapped_axes and shapely.from_wkb(rows(swapped)[0][-1]).x == 11.0


def test_one_feature_a_line_is_read_too(reader):
    text = "\n".join(json.dumps(feature({"a": n}, 11, 51)) for n in range(3))
    assert [row[1] for row in rows(reader(text, "x.geojsonl"))] == ["0", "1", "2"]


def test_a_header_of_merged_cells_gives_each_column_all_of_its_words(reader, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet("Liste")
        sheet.merge_range("A1:E1", "Leerstände der Innenstadt, Stand Mai 2026")
        sheet.merge_range("A3:A4", "Straße")
        sheet.merge_range("B3:B4", "Nr.")
        sheet.merge_range("C3:D3", "Fläche in m²")
        sheet.merge_range("E3:E4", "leer seit")
        sheet.write_row("C4", ["gesamt", "Verkauf"])
        sheet.write_row("A5", ["Markt", 1, 80, 60.5, 2024])
    found = reader((tmp_path / "x.xlsx").read_bytes(), "x.xlsx")
    assert found.columns == ("Straße", "Nr.", "Fläche in m² gesamt", "Fläche in m² Verkauf", "leer seit")
    assert (found.header_row, rows(found)) == (4, [["5", "Markt", "1", "80", "60,5", "2024"]])


def test_a_backslash_and_a_point_on_a_line_of_their_own_do_not_end_the_copy(reader):
    found = reader('a;b\n"x\n\\.\ny";1\n')
    assert "\n\\.\n" not in found.rows.read_text() and found.row_count == 1
