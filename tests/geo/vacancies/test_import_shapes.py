"""The geometry of a row becomes its place: points, areas, what GIS programs wrap around them, and what is none."""

import numpy as np
import pyarrow as pa
import pytest
import shapely

from geo.vacancies.importing import shapes

SQUARE = "POLYGON ((11 50.9, 11.1 50.9, 11.1 51, 11 51, 11 50.9))"


def read(*texts, srid=4326):
    hexes = ["" if one is None else shapely.to_wkb(shapely.from_wkt(one), hex=True) for one in texts]
    return shapes.of_shapes(pa.array(hexes, pa.string()), srid)


def test_points_alone_are_read_as_those_among_others():
    alone, wrong = read("POINT (11.05 50.93)", "POINT (2 3)", "POINT EMPTY")
    mixed, wrong_too = read("POINT (11.05 50.93)", "POINT (2 3)", "POINT EMPTY", SQUARE)
    assert wrong == wrong_too == {1: "Der Punkt liegt nicht in Thüringen."}
    assert np.array_equal(alone.x, mixed.x[:3], equal_nan=True) and np.array_equal(alone.y, mixed.y[:3], equal_nan=True)
    assert np.array_equal(alone.hashes, mixed.hashes[:3])


@pytest.mark.parametrize(
    "text",
    ["MULTIPOINT (11.05 50.93)", f"GEOMETRYCOLLECTION (POINT (11.05 50.93), {SQUARE})", "POINT Z (11.05 50.93 300)"],
)
def test_what_holds_one_point_is_that_point(text):
    spots, wrong = read(text)
    assert (spots.x[0], spots.y[0], wrong) == (11.05, 50.93, {})


def test_an_area_gives_an_outline_and_a_point_on_it():
    spots, wrong = read(SQUARE, None)
    assert wrong == {} and 11 < spots.x[0] < 11.1 and np.isnan(spots.x[1])
    outline = shapely.from_wkb(spots.outlines[0].as_py())
    assert outline.geom_type == "MultiPolygon" and shapely.get_srid(outline) == 4326 and not spots.outlines[1].is_valid


@pytest.mark.parametrize(
    "text", ["LINESTRING (11 50.9, 11.1 51)", "GEOMETRYCOLLECTION (POINT (11.05 50.93), POINT (11.06 50.93))"]
)
def test_what_is_no_place_has_its_sentence(text):
    spots, wrong = read(text)
    assert np.isnan(spots.x[0]) and "kein Punkt und keine Fläche" in wrong[0]


def test_metric_systems_come_out_in_degrees():
    spots, wrong = read("POINT (644000 5644000)", "POINT (644000 9644000)", srid=25832)
    assert 11 < spots.x[0] < 11.1 and 50.9 < spots.y[0] < 51 and list(wrong) == [1]


def test_points_are_written_as_the_database_reads_them():
    spots, _ = read("POINT (11.05 50.93)", "POINT EMPTY")
    first, second = spots.as_bytes().to_pylist()
    point = shapely.from_wkb(first)
    assert (point.x, point.y, shapely.get_srid(point), second) == (11.05, 50.93, 4326, None)
