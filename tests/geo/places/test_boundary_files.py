import io
import json
import zipfile

import geopandas
import pytest
from shapely.geometry import box, mapping

from geo.core.errors import Invalid
from geo.core.geometry import STATE_BOX
from geo.places import boundary_reader
from geo.places.boundary_files import read
from geo.places.boundary_reader import Refused

ROWS = [("16999001", "Ärmelstadt", box(11.0, 50.9, 11.1, 50.97)), ("16999002", "Fremdstadt", box(11.2, 50.9, 11.3, 51))]


def frame(rows=ROWS, **columns):
    names = {"AGS": [row[0] for row in rows], "GEN": [row[1] for row in rows], "BEZ": ["Stadt"] * len(rows)}
    return geopandas.GeoDataFrame(names | columns, geometry=[row[2] for row in rows], crs=4326)


def geojson(rows=ROWS, **head):
    features = [
        {"type": "Feature", "properties": {"ags": ags, "name": name}, "geometry": mapping(area)}
        for ags, name, area in rows
    ]
    return json.dumps({"type": "FeatureCollection", **head, "features": features}).encode()


def zipped(folder, name="VG250_GEM"):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in folder.glob("*"):
            packed.write(part, f"vg250/{name}{part.suffix}")
        packed.writestr("vg250/VG250_KRS.shp", b"not this one")
        packed.writestr("liesmich.txt", b"nor this")
    return archive.getvalue()


@pytest.fixture
def shapefile(tmp_path):
    folder = tmp_path / "shp"
    folder.mkdir()
    frame().to_crs(31468).to_file(folder / "gem.shp", encoding="ISO-8859-1")
    return folder


def names(rows):
    return [(row["ags"], row["name"]) for row in rows]


EXPECTED = [(ags, name) for ags, name, _ in ROWS]


def test_a_zipped_shapefile_in_gauss_krueger_and_latin1_is_read_in_the_sandbox(tmp_path, shapefile):
    file = tmp_path / "vg250.zip"
    file.write_bytes(zipped(shapefile))
    found = read(file)
    assert [(one.ags, one.name, one.kind) for one in found] == [(*pair, "Stadt") for pair in EXPECTED]
    assert found[0].outline.symmetric_difference(ROWS[0][2]).area < 1e-6


def test_a_bare_shapefile_is_read_with_its_parts(shapefile):
    assert [(one.ags, one.name) for one in read(shapefile / "gem.shp")] == EXPECTED


def test_a_geopackage_gives_the_layer_with_the_municipalities(tmp_path):
    file = tmp_path / "DE_VG250.gpkg"
    waters = ROWS[0][0], "See", box(11.05, 50.97, 11.06, 50.98)
    frame([("16999", "Musterkreis", box(11, 50.9, 11.3, 51))]).to_file(file, layer="vg250_krs")
    frame([*ROWS, ("09999001", "Drüben", box(11, 50.3, 11.1, 50.4)), waters], GF=[4, 4, 4, 2]).to_file(
        file, layer="vg250_gem", mode="a"
    )
    assert names(boundary_reader.read(file.read_bytes(), tmp_path)) == EXPECTED


def test_the_key_may_come_from_the_ars_and_parts_become_one(tmp_path):
    rows = frame([*ROWS, (*ROWS[0][:2], box(11.1, 50.9, 11.12, 50.97))]).drop(columns="AGS")
    rows["ARS"] = ["160000000001", "160000000002", "160000000001"]
    rows["ARS"] = ["169990000001", "169990000002", "169990000001"]
    rows.to_file(tmp_path / "x.geojson")
    found = boundary_reader.read((tmp_path / "x.geojson").read_bytes(), tmp_path)
    assert [row["ags"] for row in found] == ["16999001", "16999002"]
    assert found[0]["ars"] == "169990000001"


def refusal(raw, folder):
    with pytest.raises(Refused) as refused:
        boundary_reader.read(raw, folder)
    return str(refused.value)


def test_what_is_no_boundary_file_is_refused_with_a_sentence(tmp_path):
    vrt = b'<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer>'
    assert "weder GeoPackage noch Shapefile" in refusal(vrt, tmp_path)
    assert "kein gültiges JSON" in refusal(b'{"type": "FeatureCollection"', tmp_path)
    assert "kein gültiges JSON" in refusal(b"{" + b'"a":[' * 100_000, tmp_path)
    linked = {"type": "link", "properties": {"href": "http://127.0.0.1/crs"}}
    assert "verlinkt" in refusal(geojson(crs=linked), tmp_path)
    assert "keine Thüringer Gemeinden" in refusal(geojson([("09999001", "Drüben", ROWS[0][2])]), tmp_path)
    many = [("16999001", "Raster", box(11 + n / 1000, 50.9, 11.001 + n / 1000, 50.901)) for n in range(30)]
    assert "viele kleine Flächen" in refusal(geojson(many), tmp_path)
    known = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert "läge nicht in Thüringen" in refusal(geojson(crs=known), tmp_path)
    assert "ist leer" in refusal(geojson([("16999001", "Weit", box(1e30, 1e30, 2e30, 2e30))], crs=known), tmp_path)
    assert boundary_reader.STATE_BOX == STATE_BOX


def test_archives_are_refused_before_they_are_unpacked(tmp_path, shapefile, monkeypatch):
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as packed:
        packed.writestr("a.shp", b"")
        packed.writestr("b.shp", b"")
    assert "nicht eindeutig" in refusal(two.getvalue(), tmp_path)
    assert "beschädigt" in refusal(zipped(shapefile)[:-40], tmp_path)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("gem.geojson", b" " * 5_000_000)
    assert "verdächtig" in refusal(bomb.getvalue(), tmp_path)
    monkeypatch.setattr(boundary_reader, "MOST_BYTES", 100)
    assert "zu groß" in refusal(zipped(shapefile), tmp_path)
    monkeypatch.setattr(boundary_reader, "MOST_ENTRIES", 2)
    assert "Einträge" in refusal(zipped(shapefile), tmp_path)
    assert not list(tmp_path.parent.glob("gem.geojson"))


def test_a_shapefile_without_its_parts_says_which_one_is_missing(tmp_path, shapefile):
    (shapefile / "gem.prj").unlink()
    assert ".prj" in refusal(zipped(shapefile), tmp_path)
    (shapefile / "gem.dbf").unlink()
    assert "fehlt die Datei layer.dbf" in refusal(zipped(shapefile), tmp_path / "shp")


def test_a_bad_file_is_one_sentence_from_the_sandbox_too(tmp_path):
    file = tmp_path / "x.gpkg"
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(Invalid, match="beschädigt"):
        read(file)
    with pytest.raises(Invalid, match="gibt es nicht"):
        read(tmp_path / "none.gpkg")
