"""Each format with its places, read through the sandbox."""

import geopandas
import pytest
import shapely
from shapely.geometry import Point, box

from geo.core.errors import Invalid
from geo.core.foreign import gdal
from geo.imports.reading import ReadOptions, read
from tests.geo.imports import files


@pytest.fixture
def reader(tmp_path):
    def reading(content, name, **options):
        file = tmp_path / "given"
        file.write_bytes(content)
        return read(file, name, ReadOptions(**options), tmp_path)

    return reading


def cells(found):
    return [row[1:-1] for row in found.numbered()]


def shapes(found):
    return [shapely.from_wkb(row[-1]) if row[-1] else None for row in found.numbered()]


@pytest.mark.parametrize("name", ["orte.geojson", "orte.gpkg", "orte.fgb", "orte.zip"])
def test_each_gis_format_gives_the_same_rows(reader, tmp_path, name):
    found = reader(files.good_files(tmp_path)[name], name)
    at = {column: place for place, column in enumerate(found.columns)}
    rows = sorted(cells(found), key=lambda row: row[at["name"]])
    assert [row[at["name"]] for row in rows] == sorted(files.NAMES)
    assert {row[at["plz"]] for row in rows} == {"07381"}
    assert sorted(row[at["flaeche"]] for row in rows) == ["", "12,5", "80"]
    assert found.has_geometry and found.is_typed and (found.srid, found.srid_is_certain) == (4326, True)
    assert all(shapely.get_srid(shape) == 4326 for shape in shapes(found))


@pytest.mark.parametrize("srid", [25832, 31467, 31468, 5678, 3857, 4326, 25833, 4258])
@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "FlatGeobuf"])
def test_the_system_is_known_from_the_file(reader, tmp_path, srid, driver):
    if driver == "ESRI Shapefile":
        found = reader(files.shapefile(tmp_path / "shp", srid=srid), "x.zip")
    else:
        name = "x.gpkg" if driver == "GPKG" else "x.fgb"
        found = reader(files.written(tmp_path, name, driver, files.frame().to_crs(srid)), name)
    same = {5678: {5678, 31468}, 31468: {5678, 31468}}.get(srid, {srid})
    assert found.srid in same and found.srid_is_certain and not found.swapped_axes
    back = geopandas.GeoSeries(shapes(found), crs=found.srid).to_crs(4326)
    assert sorted(round(point.x, 4) for point in back) == [11.03, 11.04, 11.05]


def test_a_shapefile_in_latin1_without_cpg_and_without_prj_is_read_and_its_system_asked_for(reader, tmp_path):
    raw = files.shapefile(tmp_path / "shp", srid=31468, encoding="ISO-8859-1", without=(".cpg", ".prj"))
    found = reader(raw, "x.zip")
    assert "Bäckerei Groß" in {cell for row in cells(found) for cell in row}
    assert (found.srid, found.srid_is_certain) == (31468, False) and any(".prj" in one for one in found.warnings)
    chosen = reader(raw, "x.zip", srid=31467)
    assert (chosen.srid, chosen.srid_is_certain) == (31467, True)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "ISO-8859-15", "CP1252", "UTF-8"])
def test_a_shapefile_that_says_its_encoding_is_read_with_umlauts_in_headers_and_cells(reader, tmp_path, encoding):
    data = files.frame().rename(columns={"name": "Läden", "flaeche": "Größe"})
    raw = files.shapefile(tmp_path / "shp", data, srid=25832, encoding=encoding)
    found = reader(raw, "x.zip")
    assert "Bäckerei Groß" in {cell for row in cells(found) for cell in row}
    assert found.columns == ("Läden", "plz", "Größe")


def test_swapped_axes_are_put_right_unless_told_otherwise(reader, tmp_path):
    turned = files.frame([Point(shape.y, shape.x) for shape in files.PLACES])
    raw = files.written(tmp_path, "x.gpkg", "GPKG", turned)
    found = reader(raw, "x.gpkg")
    assert found.swapped_axes and shapes(found)[0].x == 11.03 and any("vertauscht" in one for one in found.warnings)
    kept = reader(raw, "x.gpkg", swap_axes=False)
    assert not kept.swapped_axes and shapes(kept)[0].x == 50.95


def test_layers_are_listed_with_their_rows_and_one_is_chosen(reader, tmp_path):
    file = tmp_path / "two.gpkg"
    files.frame().to_file(file, layer="läden", driver="GPKG")
    files.frame([box(11, 50.9, 11.1, 51)]).to_file(file, layer="gebiet", driver="GPKG", mode="a")
    found = reader(file.read_bytes(), "two.gpkg")
    assert {layer.name: layer.rows for layer in found.layers} == {"läden": 3, "gebiet": 1} and found.layer == "läden"
    assert reader(file.read_bytes(), "two.gpkg", layer="gebiet").row_count == 1
    with pytest.raises(Invalid, match="gibt es im GeoPackage nicht"):
        reader(file.read_bytes(), "two.gpkg", layer="andere")


def test_an_archive_with_several_shapefiles_offers_them(reader, tmp_path):
    parts = {}
    for name in ("a", "b"):
        files.shapefile(tmp_path / name, files.frame(files.PLACES[: 1 + (name == "b")]))
        parts |= {f"ordner/{name}{part.suffix}": part.read_bytes() for part in (tmp_path / name).glob("x.*")}
    found = reader(files.zipped(parts), "x.zip")
    assert {layer.name for layer in found.layers} == {"a", "b"} and found.warnings
    assert [reader(files.zipped(parts), "x.zip", layer=name).row_count for name in "ab"] == [1, 2]


@pytest.mark.parametrize(
    ("inner", "name"), [("liste.csv", "x.zip"), ("liste.xlsx", "x.zip"), ("orte.geojson", "x.zip")]
)
def test_a_single_packed_file_is_read(reader, tmp_path, inner, name):
    content = {
        "liste.csv": b"a;b\n1;2\n",
        "liste.xlsx": files.simple_workbook(),
        "orte.geojson": files.collection(files.feature()),
    }
    assert reader(files.zipped({inner: content[inner]}), name).row_count >= 1


def test_kml_has_folders_data_and_collections(reader):
    collection = (
        "<Folder><name>Altstadt</name><Placemark><name>Fläche</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing>"
        "<coordinates>11,50.9,0 11.1,50.9,0 11.1,51,0 11,50.9,0</coordinates></LinearRing></outerBoundaryIs></Polygon><Point>"
        "<coordinates>11.05,50.95</coordinates></Point></MultiGeometry></Placemark></Folder>"
    )
    found = reader(files.kml(files.PLACEMARK + collection), "x.kml")
    assert (found.format, found.columns, found.srid) == ("KML", ("Name", "plz", "Ordner"), 4326)
    assert cells(found) == [["Laden", "07381", ""], ["Fläche", "", "Altstadt"]]
    assert [shape.geom_type for shape in shapes(found)] == ["Point", "GeometryCollection"]
    assert reader(files.zipped({"doc.kml": files.kml(files.PLACEMARK)}), "x.kmz").format == "KML"


def test_three_axes_become_two_and_geometries_without_numbers_are_named(reader):
    found = reader(
        files.kml(files.PLACEMARK + "<Placemark><Point><coordinates>x,y</coordinates></Point></Placemark>"), "x.kml"
    )
    assert not shapes(found)[0].has_z and shapes(found)[1] is None and found.problems[0][0] == 2


def test_a_geopackage_with_not_a_number_names_the_row(reader, tmp_path):
    shapes_ = [Point(11, 51), Point(float("nan"), 51), Point(11, 51)]
    found = reader(files.written(tmp_path, "x.gpkg", "GPKG", files.frame(shapes_)), "x.gpkg")
    assert (found.row_count == 3 and shapes(found)[1] is None) or shapes(found)[1].is_empty


@pytest.mark.parametrize("text", ["POINT(11.03 50.95)", "SRID=4326;POINT(11.03 50.95)"])
def test_a_column_of_wkt_is_a_place(reader, text):
    found = reader(f'Name;geom\nLaden;"{text}"\n'.encode(), "x.csv")
    assert found.has_geometry and shapes(found)[0].x == 11.03


def test_ods_is_read_and_repeated_empty_rows_do_not_matter(reader):
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    found = reader(files.ods(files.ods_row("Straße", "Fläche") + files.ods_row("Markt", 12.5) + empty), "x.ods")
    assert (found.format, list(found.numbered())) == ("ODS", [["2", "Markt", "12,5"]])


def test_every_driver_of_the_library_is_known_by_name():
    import pyogrio

    assert set(pyogrio.list_drivers()) <= set(gdal.DRIVERS)
