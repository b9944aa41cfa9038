"""Geometry is valid, finite, in the state, whatever somebody sends; the database says the same on its own."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Invalid
from geo.core.history import perform
from tests import factories

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[11.0, 50.9], [11.01, 50.9], [11.01, 50.91], [11.0, 50.91], [11.0, 50.9]]],
}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[11.0, 50.9], [11.01, 50.91], [11.01, 50.9], [11.0, 50.91], [11.0, 50.9]]],
}


def test_point_goes_in_and_out_unchanged():
    assert geometry.lon_lat(geometry.point(10.7, 50.95)) == (10.7, 50.95)


def test_utm_of_a_known_point():
    """Erfurt's cathedral square: 11.0236 E, 50.9766 N is about 642 km east, 5,649 km north in zone 32."""
    easting, northing = geometry.utm(geometry.point(11.0236, 50.9766))
    assert (round(easting / 1000), round(northing / 1000)) == (642, 5649)


@pytest.mark.parametrize(
    ("longitude", "latitude", "word"),
    [
        (50.9, 11.0, "vertauscht"),
        (8.0, 50.9, "nicht in Thüringen"),
        (math.nan, 50.9, "Zahlen"),
        (11.0, math.inf, "Zahlen"),
    ],
)
def test_points_elsewhere_are_refused(longitude, latitude, word):
    with pytest.raises(Invalid, match=word):
        geometry.point(longitude, latitude)


def test_snapping_is_fixed_and_near():
    spot = geometry.point(10.7021, 50.9487)
    snapped = geometry.snapped(spot)
    middle = geometry.lon_lat(snapped)
    (x, y), (sx, sy) = geometry.utm(spot), geometry.utm(snapped)
    assert math.hypot(x - sx, y - sy) <= 71 and snapped == geometry.snapped(spot)
    assert geometry.snapped(geometry.point(middle[0] + 0.0005, middle[1] - 0.0003)) == snapped


def test_outline_becomes_a_multipolygon_and_measures():
    stored = geometry.outline(json.dumps(SQUARE))
    assert geometry.as_geojson(stored)["type"] == "MultiPolygon"
    assert geometry.area_m2(stored) == pytest.approx(702 * 1113, rel=0.01)
    assert geometry.outline("") is None and geometry.outline(None) is None


@pytest.mark.parametrize(
    "given_text",
    ["{", "[]", "null", "5", '"x"', '{"type":"Polygon"}', '{"type":"Polygon","coordinates":[[[11,50.9]]]}',
     '{"type":"Polygon","coordinates":[]}', '{"type":"Point","coordinates":[11,50.9]}', json.dumps(BOW_TIE),
     '{"type":"Polygon","coordinates":[[[NaN,50.9],[11,50.9],[11,51],[11,50.9]]]}',
     '{"type":"Polygon","coordinates":[[[1e999,50.9],[11,50.9],[11,51],[1e999,50.9]]]}',
     '{"type":"Feature"}', '{"type":"Feature","geometry":null}', "[" * 5000,
     '{"type":"Polygon","coordinates":[[["a","b"],["c","d"],["e","f"],["a","b"]]]}'],
    ids=range(16),
)  # fmt: skip
def test_bad_outlines_are_refused(given_text):
    with pytest.raises(Invalid):
        geometry.outline(given_text)


@given(st.recursive(st.none() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4)))
def test_any_coordinates_are_an_outline_or_refused(coordinates):
    try:
        geometry.outline({"type": "Polygon", "coordinates": coordinates})
    except Invalid:
        pass


@pytest.mark.parametrize(
    "wkt",
    ["NaN 50.9", "1e300 50.9", "Infinity 50.9", "50.9 11", "0 0", "EMPTY"],
)
@pytest.mark.parametrize("column", ["point", "public_point"])
def test_the_database_refuses_bad_points(db, towns, wkt, column):
    made = "ST_SetSRID(ST_MakePoint(CAST(:x AS float8), CAST(:y AS float8)), 4326)"
    made = "ST_GeomFromText('POINT EMPTY', 4326)" if wkt == "EMPTY" else made
    x, y = ("0", "0") if wkt == "EMPTY" else wkt.split()
    with db.staff(SYSTEM, towns.own) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
            place = factories.place(session, towns.own)
        with pytest.raises(DBAPIError, match=f"places_{column}"):
            with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
                session.execute(
                    text(
                        f"UPDATE register.places SET {column} = {made}, outside_confirmed = true,"
                        " version = version + 1 WHERE id = :id"
                    ),
                    {"x": x, "y": y, "id": place.id},
                )


@pytest.mark.parametrize(
    "wkt",
    ["MULTIPOLYGON EMPTY", "MULTIPOLYGON(((11 50.9,11.01 50.91,11.01 50.9,11 50.91,11 50.9)))",
     "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))", "MULTIPOLYGON(((11 50.9,NaN 50.9,11.01 50.91,11 50.9)))"],
)  # fmt: skip
def test_the_database_refuses_bad_outlines(db, towns, wkt):
    with db.staff(SYSTEM, towns.own) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
            place = factories.place(session, towns.own)
        with pytest.raises(DBAPIError, match="places_outline"):
            with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
                session.execute(
                    text(
                        "UPDATE register.places SET outline = ST_GeomFromText(:wkt, 4326), version = version + 1"
                        " WHERE id = :id"
                    ),
                    {"wkt": wkt, "id": place.id},
                )


@pytest.mark.parametrize(("longitude", "fine"), [(11.1, True), (11.102, True), (11.106, False)])
def test_two_hundred_metres_outside_are_tolerated(db, towns, longitude, fine):
    with db.staff(SYSTEM, towns.own) as session:
        if fine:
            with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
                assert factories.place(session, towns.own, longitude=longitude).id
        else:
            with pytest.raises(DBAPIError, match="places_inside_municipality"):
                with perform(session, SYSTEM, Action.SYSTEM_SETUP, towns.own):
                    factories.place(session, towns.own, longitude=longitude)
