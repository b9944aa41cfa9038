"""Heat from a file: rasters and areas in the systems that towns use, and files that are none."""

import io
import json
import random

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin
from shapely.geometry import box, mapping

from geo.core import geometry, systems
from geo.core.errors import Invalid
from geo.trees.site import sampling
from geo.trees.site.sampling import Spot

UTM32, GK4 = systems.UTM32, systems.GAUSS_KRUEGER_4
HERE, EAST, AWAY = Spot(1, 11.05, 50.93), Spot(2, 11.0514, 50.93), Spot(3, 12.0, 50.5)
SPOTS = (HERE, EAST, AWAY)


def cells() -> np.ndarray:
    """20 by 10 cells of 20 m: 30 degrees in the west half, 40 in the east half."""
    return np.repeat(np.array([[30.0] * 10 + [40.0] * 10]), 10, axis=0).astype("float32")


def corner(srid: int) -> tuple[float, float]:
    """North-west corner of a raster of 400 x 200 m of which the first spot is in the west half."""
    x, y = geometry.in_system(HERE.longitude, HERE.latitude, srid)
    return x - 150, y + 100


def tiff(
    srid: int | None = UTM32, array: np.ndarray | None = None, *, nodata: str | None = None, where: bool = True
) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    x, y = corner(srid or UTM32)
    if where:
        info[33550] = (20.0, 20.0, 0.0)
        info[33922] = (0.0, 0.0, 0.0, x, y, 0.0)
        info.tagtype[33550] = info.tagtype[33922] = 12
    if srid:
        info[34735] = (1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, srid)
        info.tagtype[34735] = 3
    if nodata:
        info[42113] = nodata
        info.tagtype[42113] = 2
    out = io.BytesIO()
    Image.fromarray(cells() if array is None else array).save(out, "TIFF", tiffinfo=info, compression="tiff_lzw")
    return out.getvalue()


def grid(srid: int = UTM32) -> bytes:
    x, y = corner(srid)
    head = f"ncols 20\nnrows 10\nxllcorner {x}\nyllcorner {y - 200}\ncellsize 20\nNODATA_value -9999\n"
    return (head + "\n".join(" ".join(str(one) for one in row) for row in cells())).encode()


def areas(*values: object, more: bool = False) -> bytes:
    x, y = corner(UTM32)
    features = [
        {
            "type": "Feature",
            "properties": {"wert": value, **({"zweite": 7} if more else {"name": "Block"})},
            "geometry": mapping(geometry.in_degrees(box(x + 200 * at, y - 200, x + 200 * (at + 1), y))),
        }
        for at, value in enumerate(values)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def sample(tmp_path, content, name="datei", **options):
    path = tmp_path / "file"
    path.write_bytes(content)
    return sampling.sample(path, name, SPOTS, **{"radius_m": 30, "srid": None, "column": None, **options})


def test_a_raster_says_the_mean_around_each_stop(tmp_path):
    for content in (tiff(), grid(), tiff(GK4), tiff(None)):
        assert sample(tmp_path, content) == [30.0, 40.0, None]
    assert sample(tmp_path, grid(GK4), srid=GK4) == [30.0, 40.0, None]
    mixed = sample(tmp_path, tiff(), radius_m=100)
    assert 30 < mixed[0] < 40 and mixed[2] is None
    assert sample(tmp_path, tiff(), radius_m=0)[:2] == [30.0, 40.0]


def test_cells_without_a_value_count_nothing(tmp_path):
    array = cells()
    array[:, :10] = -9999
    assert sample(tmp_path, tiff(array=array, nodata="-9999")) == [None, 40.0, None]
    array[:, :10] = np.nan
    assert sample(tmp_path, tiff(array=array)) == [None, 40.0, None]


def test_areas_are_weighed_by_what_they_cover(tmp_path):
    assert sample(tmp_path, areas(60, 90), "a.geojson") == [pytest.approx(60), pytest.approx(90), None]
    mixed = sample(tmp_path, areas(60, 90), "a.geojson", radius_m=80)
    assert 60 < mixed[0] < 75
    assert sample(tmp_path, areas(60, 90, more=True), "a.geojson", column="Zweite")[0] == pytest.approx(7)


@pytest.mark.parametrize(
    ("content", "name", "field", "sentence"),
    [
        (b"", "x.tif", "file", "Bitte eine Datei"),
        (b"II*\x00" + b"\x99" * 200, "x.tif", "file", "beschädigt"),
        (b"ncols 5\nnrows viel\n", "x.asc", "file", "beschädigt"),
        (b"ncols 2\nnrows 2\nxllcorner 1\nyllcorner 1\ncellsize 5\n1 2 3", "x.asc", "file", "beschädigt"),
        (areas(60, 90, more=True), "a.geojson", "column", "Welche Spalte"),
        (b"eins;zwei\n1;2\n", "a.csv", "file", "weder Raster noch Flächen"),
    ],
)
def test_a_file_that_says_nothing_is_told(tmp_path, content, name, field, sentence):
    with pytest.raises(Invalid) as error:
        sample(tmp_path, content, name)
    assert sentence in error.value.fields[field]


def test_a_picture_a_raster_without_place_and_one_of_an_unknown_system_are_told(tmp_path):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "TIFF")
    far = b"ncols 1\nnrows 1\nxllcorner 4400000\nyllcorner 5600000\ncellsize 20\n5"
    for content, field, sentence in (
        (picture.getvalue(), "file", "eingefärbtes Bild"),
        (tiff(None, where=False), "file", "nicht, wo sie liegt"),
        (far, "srid", "nicht zu erkennen"),
    ):
        with pytest.raises(Invalid) as error:
            sample(tmp_path, content)
        assert sentence in error.value.fields[field]


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(Invalid) as error:
        sample(tmp_path, areas(1), "a.geojson", column="Hitze")
    assert "Es gibt: wert, name" in error.value.fields["column"]


def test_values_become_a_need_from_0_to_100():
    assert sampling.scaled([30.0, 40.0, 35.0, None], None, None) == [0, 100, 50, None]
    assert sampling.scaled([30.0, 60.0], 20, 40) == [50, 100]
    assert sampling.scaled([0.25], 0, 1) == [25]
    with pytest.raises(Invalid, match="muss ein anderer sein"):
        sampling.scaled([3.0, 3.0], None, None)
    with pytest.raises(Invalid, match="keinem der Standplätze"):
        sampling.scaled([None], None, None)


def test_the_mean_stays_between_the_least_and_the_greatest(tmp_path):
    rng = random.Random(3)
    array = np.array([[rng.uniform(20, 45) for _ in range(20)] for _ in range(10)], dtype="float32")
    for radius in (0, 15, 60, 500):
        found = sample(tmp_path, tiff(array=array), radius_m=radius)
        assert all(array.min() <= value <= array.max() for value in found[:2])
