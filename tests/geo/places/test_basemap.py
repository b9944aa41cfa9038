import json
from datetime import date

import pytest
import shapely
from shapely.geometry import box, shape

from geo.places.basemap import BaseMaps, build, search, spellings
from geo.places.queries import (
    BoundaryState,
    MunicipalityRow,
    Territory,
    boundary_state,
    municipalities,
    municipality_at,
    territories,
)

DAY = date(2026, 5, 1)
STATE = BoundaryState("v1", DAY, ("© Quelle",))


def territory(number, name, west, district="16067"):
    outline = shapely.to_wkb(box(west, 50.9, west + 0.1, 51.0))
    return Territory(number, f"16067{number:03}", name, "Stadt", district, "Gotha", "Landkreis", outline, "© Quelle")


def test_neighbours_keep_one_common_border_and_make_up_the_district():
    made = build(STATE, [territory(1, "Links", 10.6), territory(2, "Rechts", 10.7)])
    left, right = (shape(feature["geometry"]) for feature in json.loads(made.municipalities)["features"])
    assert left.intersection(right).length > 0.09 and left.intersection(right).area == 0
    (district,) = json.loads(made.districts)["features"]
    assert district["properties"]["name"] == "Gotha"
    assert shape(district["geometry"]).symmetric_difference(left.union(right)).area < 1e-9
    assert made.credit == "© Quelle"


def test_every_municipality_has_a_label_and_a_known_place_has_only_one():
    names = [one.name for one in build(STATE, [territory(29, "Gotha", 10.65), territory(1, "Nirgendwo", 9.9)]).names]
    assert names.count("Gotha") == 1 and "Nirgendwo" in names


def test_without_boundaries_the_map_is_empty():
    made = build(STATE, [])
    assert json.loads(made.municipalities)["features"] == json.loads(made.places)["features"] == []


def test_names_are_found_however_they_are_typed():
    assert spellings("Pößneck") == ("poessneck", "possneck")
    names = build(STATE, [territory(1, "Pößneck", 9.9), territory(2, "Bad Köstritz/Elster", 9.8)]).names
    for typed in ("pöß", "POESS", "poss", "pössneck"):
        assert [one.name for one in search(names, typed)] == ["Pößneck"], typed
    assert [one.name for one in search(names, "koest")] == ["Bad Köstritz/Elster"]
    assert [one.name for one in search(names, "elster")] == ["Bad Köstritz/Elster"]
    assert search(names, "östritz") == search(names, " / ") == []


@pytest.mark.parametrize(
    ("name", "kind", "district", "said"),
    [
        ("Bufleben", "Gemeinde", "Gotha", "Bufleben (Landkreis Gotha)"),
        ("Gerstungen", "Gemeinde", "Wartburgkreis", "Gerstungen (Wartburgkreis)"),
        ("Arnstadt", "Stadt", "Ilm-Kreis", "Arnstadt (Ilm-Kreis)"),
        ("Erfurt", "Kreisfreie Stadt", "Erfurt", "Erfurt"),
        ("Neustadt", "Stadt", None, "Neustadt"),
    ],
)
def test_a_name_with_its_district(name, kind, district, said):
    assert MunicipalityRow(1, "16000000", name, kind, district).in_district == said


def test_reads_of_municipalities(db, towns):
    with db.public() as session:
        assert [row.name for row in municipalities(session, DAY)] == ["Fremdstadt", "Musterstadt"]
        assert municipality_at(session, 11.05, 50.93, DAY).id == towns.own
        assert municipality_at(session, 12.0, 50.5, DAY) is None
        state = boundary_state(session, DAY)
        assert state.sources == ("Test",) and boundary_state(session, DAY) == state
        assert {row.municipality_id for row in territories(session, DAY)} == {towns.own, towns.foreign}


def test_a_state_is_built_once(db):
    maps = BaseMaps(most=1)
    with db.public() as session:
        assert maps.get(session, DAY) is maps.get(session, date(2026, 5, 2))
