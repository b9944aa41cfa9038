"""What people type about a place: bays, days without a year, facts, blocked periods; each mistake has its sentence."""

from decimal import Decimal

import pytest

from geo.core import geometry
from geo.core.errors import Invalid
from geo.trees.model import Stop
from geo.trees.schemas import parse_fleet, parse_stop
from geo.trees.site import bays, rules, seasons
from geo.trees.site.schemas import parse_bays, parse_block, parse_heat, parse_site, site_values

STOP = {
    "name": "Steinweg", "kind": "STRASSE", "capacity": "4", "module_classes": ["S"], "latitude": "50,93",
    "longitude": "11,05",
}  # fmt: skip
KERB = "Linie:\n50.93000 11.05000\n50.93000 11.05040"


def mistakes(parse, data):
    with pytest.raises(Invalid) as error:
        parse(data)
    return error.value.fields


def test_a_line_along_the_kerb_becomes_a_strip_on_its_side():
    right, left = (bays.read(KERB, 2.2, side) for side in ("RECHTS", "LINKS"))
    middle = bays.read(KERB, 2.2, "MITTE")
    for one in (right, left, middle):
        assert one.area == pytest.approx(28.1 * 2.2, rel=0.01) and len(one.geoms) == 1
    line = geometry.in_metres(geometry.shape_of(geometry.point(11.0502, 50.93)))
    assert right.centroid.y < line.y < left.centroid.y  # going east, right is south


def test_bays_beside_each_other_are_one_and_bays_apart_are_several():
    def bay(west, east):
        return {"type": "Polygon", "coordinates": [[[west, 50.93], [east, 50.93], [east, 50.93002], [west, 50.93002], [west, 50.93]]]}  # fmt: skip

    def read(*parts):
        return bays.read(str({"type": "GeometryCollection", "geometries": list(parts)}).replace("'", '"'), 2, "RECHTS")

    assert len(read(bay(11.05, 11.05007), bay(11.05007, 11.05014)).geoms) == 1
    assert len(read(bay(11.05, 11.05007), bay(11.0501, 11.05014)).geoms) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{nicht", "nicht lesbar"),
        ('{"type": "Point", "coordinates": [11.05, 50.93]}', "Flächen oder Linien"),
        ("50.93 11.05\nhier 12", "Zeile 2 ist keine Ecke"),
        ("50.93 11.05\n50.93 11.06", "mindestens 3 Ecken"),
        ("48.13 11.57\n48.13 11.58\n48.14 11.58", "liegt nicht in Thüringen"),
        ("50.93 11.05\n50.93 11.06\n50.94 11.06", "größer als zwei Hektar"),
        ("50.93 11.05\n50.9302 11.0502\n50.93 11.0502\n50.9302 11.05", "überschneidet sich selbst"),
        ("Linie:\n50.93 11.05\n50.93 11.050001", "kürzer als ein halber Meter"),
        (
            '{"type": "Polygon", "coordinates": [[[11.05, 50.93], [11.05, 1e999], [11.06, 50.93], [11.05, 50.93]]]}',
            "nicht",
        ),
    ],
)
def test_a_drawing_that_is_none_is_told(text, sentence):
    assert sentence in mistakes(parse_bays, {"bays": text})["bays"]


def test_numbers_of_the_bays_form_are_checked():
    fields = mistakes(parse_bays, {"bays": "", "gap_cm": "-5", "capacity": "0", "width_m": "zwei", "side": "OBEN"})
    assert set(fields) == {"gap_cm", "capacity", "width_m", "side"}
    assert parse_bays({}).bays is None and parse_bays({}).gap_cm == 50


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5.", 501), ("01.05", 501), ("1. Mai", 501), ("31. Okt.", 1031), ("29.2.", 229), ("30.2.", None), ("32.1.", None),
     ("1.13.", None), ("Mai", None), ("1. M", None), ("1.5.2026", None), ("1. ju", None), ("0.1.", None)],
)  # fmt: skip
def test_days_without_a_year(text, number):
    assert seasons.parse(text) == number
    if number is not None:
        assert seasons.parse(seasons.shown(number)) == number == seasons.parse(seasons.in_words(number))


def test_a_season_that_ends_before_it_begins_is_told_at_its_end():
    for parse, data in ((parse_stop, STOP), (parse_fleet, {"name": "Allee"})):
        assert (
            "endet, bevor sie beginnt"
            in mistakes(parse, {**data, "season_first": "1.10.", "season_last": "1.4."})["season_last"]
        )
        assert "ohne Jahr" in mistakes(parse, {**data, "season_first": "Frühling"})["season_first"]
    assert "endet" in mistakes(parse_fleet, {"name": "Allee", "season_last": "1.3."})["season_last"]  # begins 1 May
    given = parse_stop({**STOP, "season_first": "1. April"})
    assert (given.season_first, given.season_last) == (401, None)


def test_a_fleet_says_sizes_whole_or_not_at_all():
    fields = mistakes(parse_fleet, {"name": "Allee", "s_length_cm": "120", "l_weight_kg": "900", "crew_per_week": "0"})
    assert set(fields) == {"s_width_cm", "l_length_cm", "l_width_cm", "crew_per_week"}
    assert "von 1 bis 2.000" in fields["crew_per_week"]
    fields = mistakes(parse_fleet, {"name": "Allee", "visit_min_weeks": "9", "depot_latitude": "50.9"})
    assert "weniger als die mindestens 9" in fields["visit_max_weeks"] and "depot_longitude" in fields
    far = {"name": "Allee", "depot_latitude": "48.1", "depot_longitude": "11.5"}
    assert "nicht in Thüringen" in mistakes(parse_fleet, far)["depot_latitude"]
    (module,) = parse_fleet({"name": "Allee", "s_length_cm": "120", "s_width_cm": "100"}).modules
    assert (module.length_cm, module.width_cm, module.seats, module.height_cm) == (120, 100, 0, None)


def test_a_visit_of_more_modules_than_places_is_told():
    assert "nur 4 Plätze" in mistakes(parse_stop, {**STOP, "min_modules": "5"})["min_modules"]
    assert parse_stop({**STOP, "capacity": "2"}).min_modules == 2


def test_facts_of_a_place_are_read_and_shown_again():
    typed = {"speed_limit_kmh": "30", "lane_width_m": "3,25", "junction_m": "7,5", "crossing_m": "keine",
             "has_bus_line": "nein", "special_bay": "KEINE"}  # fmt: skip
    given = parse_site(typed)
    assert given.crossing_m == 1000 and given.has_bus_line is False and given.has_tram_wire is None
    stored = Stop(**vars(given))
    assert {name: str(value) for name, value in site_values(stored).items() if value} == typed
    fields = mistakes(parse_site, {"speed_limit_kmh": "300", "junction_m": "nah", "has_bus_line": "vielleicht"})
    assert set(fields) == {"speed_limit_kmh", "junction_m", "has_bus_line"}


def test_a_number_of_heat_needs_its_source():
    assert "woher" in mistakes(parse_heat, {"heat_need": "70"})["heat_source"]
    assert parse_heat({}).heat_need is None
    assert "heat_need" in mistakes(parse_heat, {"heat_need": "101", "heat_source": "x"})


def test_a_block_needs_days_in_order_and_a_reason():
    assert set(mistakes(parse_block, {})) == {"first", "last", "reason"}
    fields = mistakes(parse_block, {"first": "2026-05-04", "last": "2026-05-03", "reason": "Markt"})
    assert fields == {"last": "Der letzte Tag liegt vor dem ersten."}


GOOD = rules.Place(
    speed_limit_kmh=30, lane_width_m=Decimal("3.5"), clear_height_m=Decimal(5), slope_percent=Decimal(6),
    junction_m=Decimal(8), crossing_m=Decimal(5), level_crossing_m=Decimal(1000), special_bay="KEINE",
    has_bus_line=False, has_tram_wire=False, is_before_monument=False, has_bays=True, capacity=3, min_modules=3,
    tallest_m=Decimal("4.9"), season=(301, 1130), caretakers=1, permit_office="Stadt",
)  # fmt: skip
BROKEN = {
    "room": {"capacity": 2}, "speed": {"speed_limit_kmh": 31}, "bus": {"has_bus_line": True},
    "junction": {"junction_m": Decimal("4.99")}, "crossing": {"crossing_m": Decimal(0)},
    "level_crossing": {"level_crossing_m": Decimal(1)}, "special_bay": {"special_bay": "TAXI"},
    "lane": {"lane_width_m": Decimal("3.04")}, "height": {"clear_height_m": Decimal("4.9")},
    "wire": {"has_tram_wire": True}, "slope": {"slope_percent": Decimal("6.1")},
    "monument": {"is_before_monument": True}, "season": {"season": (215, 1130)}, "caretaker": {"caretakers": 0},
}  # fmt: skip
UNKNOWN = {
    "room": {"has_bays": False}, "lane": {"lane_width_m": Decimal("3.2")}, "height": {"tallest_m": None},
    "season": {"season": None}, "permit": {"permit_office": None},
}  # fmt: skip


def states(place):
    return {one.name: one.state for one in rules.check(place)}


def test_a_good_place_fulfils_every_rule_and_each_has_a_source():
    found = rules.check(GOOD)
    assert rules.fulfilled(found) and len(found) == 15
    assert all(one.title and one.sentence and one.source[0] for one in found)


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_broken_by_what_it_forbids_and_no_other_with_it(name):
    found = states(rules.Place(**{**vars(GOOD), **BROKEN[name]}))
    assert {key for key, state in found.items() if state != rules.FULFILLED} == {name}
    assert found[name] == rules.FAILED


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_is_not_fulfilled(name):
    found = rules.check(rules.Place(**{**vars(GOOD), **UNKNOWN[name]}))
    assert {one.name for one in found if not one.is_fulfilled} == {name} and not rules.fulfilled(found)


def test_nothing_known_is_nothing_fulfilled():
    assert not any(one.is_fulfilled for one in rules.check(rules.Place()))


def test_a_cycle_path_asks_for_more_room_at_a_junction():
    near = {one.name: one for one in rules.check(rules.Place(**{**vars(GOOD), "junction_m": Decimal(6)}))}["junction"]
    assert near.is_fulfilled and "8 m" in near.sentence
