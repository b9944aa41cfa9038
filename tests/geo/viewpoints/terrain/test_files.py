"""Elevation models as somebody hands them in: read in the sandbox, kept as plain heights, refused with a sentence."""

import io
import zipfile

import numpy as np
import pytest

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotPermitted
from geo.core.systems import UTM32, WGS84
from geo.viewpoints.skylines import queries, service
from geo.viewpoints.skylines.files import Store
from tests.geo.viewpoints.terrain.models import NORTH, WEST, hgt, hills, tiff


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "terrain")


def kept(store, path, name=None, srid=None):
    found = store.take(path, name or path.name, srid)
    place = (found.west, found.north, found.cell_width, found.cell_height)
    return found, store.grid(found.file, found.rows, found.columns, place, found.srid)


def written(tmp_path, content, name="modell"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("how", [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}])
def test_a_geotiff_keeps_heights_place_and_gaps(store, tmp_path, how):
    heights = hills(30, 40)
    heights[3, 4] = -9999
    found, grid = kept(store, tiff(tmp_path / "hoehen.tif", heights, nodata="-9999", **how))
    assert (found.srid, found.rows, found.columns) == (UTM32, 30, 40)
    assert (grid.west, grid.north, grid.cell_width, grid.resolution_m) == (WEST, NORTH, 50, 50)
    assert np.isnan(grid.heights[3, 4]) and np.isnan(grid.heights).sum() == 1
    heights[3, 4] = np.nan
    assert np.array_equal(grid.heights, heights, equal_nan=True)
    assert found.lowest_m == pytest.approx(float(np.nanmin(heights)))


def test_whole_numbers_are_heights_too(store, tmp_path):
    _, grid = kept(store, tiff(tmp_path / "ganz.tif", hills(20, 20).astype(np.int32)))
    assert grid.heights.dtype == np.float32 and 200 <= np.nanmin(grid.heights) < np.nanmax(grid.heights) <= 320


def test_a_point_raster_lies_half_a_cell_to_the_north_west(store, tmp_path):
    path = tiff(tmp_path / "grad.tif", hills(20, 20), (0.01, 0.01), srid=WGS84, west=11.0, north=51.0, is_point=True)
    found, grid = kept(store, path)
    assert found.srid == WGS84 and (grid.west, grid.north) == pytest.approx((10.995, 51.005))
    assert 600 < grid.resolution_m < 1200


def test_a_tile_lies_where_its_name_says_plain_or_zipped(store, tmp_path):
    y, x = np.mgrid[0:1201, 0:1201]
    heights = 250 + (7 * x + 13 * y) % 97
    heights[0, 0], heights[5, 7] = 777, -32768
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("N50E011.hgt", hgt(heights))
        archive.writestr("liesmich.txt", "SRTM")
    for path in (
        written(tmp_path, hgt(heights), "N50E011.hgt"),
        written(tmp_path, packed.getvalue(), "download.zip"),
    ):
        found, grid = kept(store, path)
        assert (found.srid, found.rows) == (WGS84, 1201)
        assert grid.corners() == pytest.approx((11 - 1 / 2400, 50 - 1 / 2400, 12 + 1 / 2400, 51 + 1 / 2400))
        assert grid.heights[0, 0] == 777 and np.isnan(grid.heights[5, 7]) and 85 < grid.resolution_m < 95


@pytest.mark.parametrize(
    ("content", "name", "field", "sentence"),
    [
        (b"", "leer.tif", "file", "leer"),
        (b"II*\x00kaputt", "kaputt.tif", "file", "beschädigt"),
        (b"PK\x03\x04kaputt", "kaputt.zip", "file", "genau ein Geländemodell"),
        (b"\x00" * 2000, "N50E011.hgt", "file", "nicht vollständig"),
        (b"\x01\x00" * 1201 * 1201, "tal.hgt", "file", "N50E011.hgt"),
        (b"<html>", "seite.html", "file", "weder GeoTIFF"),
        (b"ncols 2\nnrows 2\nxllcorner 5\nyllcorner 5\ncellsize 1\nNODATA_value -1\n1 2 3 4", "g.asc", "srid", "Koordinatensystem"),
        (b"ncols 2\nnrows 2\nxllcorner 640000\nyllcorner 5650000\ncellsize 9\nNODATA_value 5\n5 5 5 5", "g.asc", "file", "keine einzige"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_told(store, tmp_path, content, name, field, sentence):
    with pytest.raises(Invalid) as refused:
        store.take(written(tmp_path, content, name), name, None)
    assert sentence in refused.value.fields[field]
    assert not list(store.root.glob("*")) if store.root.exists() else True


def test_a_picture_and_one_without_a_place_are_told(store, tmp_path):
    picture = tmp_path / "bild.tif"
    from PIL import Image

    Image.new("RGB", (10, 10)).save(picture)
    with pytest.raises(Invalid, match="eingefärbt"):
        store.take(picture, "bild.tif", None)
    Image.fromarray(hills(10, 10)).save(picture)
    with pytest.raises(Invalid, match="wo sie liegt"):
        store.take(picture, "bild.tif", None)


def added(session, store, path, **how):
    return service.add_model(session, SYSTEM, store, path, path.name, "Vermessungsamt", "frei", **how)


def test_a_model_is_added_once_named_listed_and_removed(staff, store, tmp_path):
    path = tiff(tmp_path / "hoehen.tif", hills(30, 40))
    model = added(staff, store, path, title="Stadtmodell")
    assert (model.name, model.resolution_m, model.column_count) == ("Stadtmodell", 50, 40)
    with pytest.raises(Conflict, match="schon vorhanden"):
        added(staff, store, path)
    assert queries.models(staff) == [model]
    spot = (11.0065, 51.07)
    assert queries.models_near(staff, *spot) == [model] and queries.models_near(staff, 12.0, 50.3) == []
    assert len(queries.grids(store, [model])) == 1
    with pytest.raises(Conflict):
        service.remove_model(staff, SYSTEM, model.id, 7)
    assert service.remove_model(staff, SYSTEM, model.id, model.version) == "Stadtmodell"
    assert queries.models(staff) == []
    assert store.sweep(set(), older_than_s=-1) == 1 and not list(store.root.iterdir())
    assert queries.grids(store, [model]) == []


def test_a_model_of_elsewhere_is_refused(staff, store, tmp_path):
    path = tiff(tmp_path / "alpen.tif", hills(30, 40), north=5_200_000)
    with pytest.raises(Invalid, match="nicht in Thüringen"):
        added(staff, store, path)


def test_only_the_alliance_adds_models(staff, store, tmp_path, editor):
    with pytest.raises(NotPermitted):
        service.add_model(staff, editor, store, tmp_path / "x", "x.tif", "q", "l")
