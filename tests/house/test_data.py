"""The data files are whole, and the sample register keeps the rules that the database will hold it to."""

import csv
import json
import math
import re
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry

from geo.core.paths import DATA
from geo.pilots import codes as pilot_codes
from geo.samples import generate
from geo.samples.content import facts, read, towns
from geo.samples.model import Sample
from geo.trees import codes as tree_codes
from geo.vacancies import classification
from geo.vacancies import codes as unit_codes
from geo.vacancies.stock.parcel_keys import normal
from geo.viewpoints import codes as viewpoint_codes
from geo.viewpoints.landmarks.codes import KINDS as LANDMARK_KINDS

REFERENCE = DATA / "reference"
LAYERS = ("municipalities_2016", "districts_2016", "municipalities_2016_overview", "districts_2016_overview")
ENCLAVE = Point(11.444, 51.198)
# Today of this text, mid-winter, a leap day, the first and the sixth day of a season, the last day of a year.
DAYS = [
    date(2026, 11, 22),
    date(2027, 1, 15),
    date(2028, 2, 29),
    date(2026, 4, 14),
    date(2026, 4, 20),
    date(2029, 12, 31),
]


@cache
def build(day: date) -> Sample:
    """The sample of a day, made once."""
    return generate.build(day)


def features(name: str) -> list[dict[str, Any]]:
    return list(json.loads((REFERENCE / f"{name}.geojson").read_text(encoding="utf-8"))["features"])


@pytest.fixture(scope="module")
def outlines() -> dict[str, BaseGeometry]:
    return {f["properties"]["ags"]: shape(f["geometry"]) for f in features("municipalities_2016")}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def sample(request: pytest.FixtureRequest) -> Sample:
    return build(request.param)


@pytest.mark.parametrize("name", LAYERS)
def test_areas_are_valid_and_lie_side_by_side_without_gap_or_overlap(name: str) -> None:
    areas = [shape(feature["geometry"]) for feature in features(name)]
    assert [shapely.is_valid_reason(area) for area in areas if not area.is_valid] == []
    assert shapely.coverage_is_valid(areas)
    parts = shapely.get_parts(shapely.coverage_union_all(areas))
    holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
    assert [hole.wkt for hole in holes if not hole.contains(ENCLAVE)] == []


def test_overview_is_small_enough_for_the_web() -> None:
    assert (REFERENCE / "municipalities_2016_overview.geojson").stat().st_size < 600_000
    assert (REFERENCE / "municipalities_2016.geojson").stat().st_size < 2_500_000


def test_municipalities_have_keys_that_fit_together() -> None:
    rows = [feature["properties"] for feature in features("municipalities_2016")]
    districts = {feature["properties"]["key"] for feature in features("districts_2016")}
    assert len(rows) == len({row["ags"] for row in rows}) == 849
    assert len(districts) == 23
    for row in rows:
        assert re.fullmatch(r"16\d{6}", row["ags"]), row
        assert re.fullmatch(r"16\d{10}", row["ars"]), row
        assert row["ars"][:5] + row["ars"][9:] == row["ags"], row
        assert row["district"] == row["ags"][:5] in districts, row
        assert row["kind"] in ("Stadt", "Gemeinde", "Kreisfreie Stadt"), row
        date.fromisoformat(row["effective_from"])


def test_overview_holds_the_same_municipalities() -> None:
    detailed, overview = features("municipalities_2016"), features("municipalities_2016_overview")
    assert [f["properties"]["ags"] for f in detailed] == [f["properties"]["ags"] for f in overview]
    for full, simple in zip(detailed, overview, strict=True):
        assert shape(full["geometry"]).intersects(shape(simple["geometry"])), full["properties"]["name"]


def test_place_names_lie_in_the_municipality_they_name(outlines: dict[str, BaseGeometry]) -> None:
    with (REFERENCE / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 800
    assert len({row["geonameid"] for row in rows}) == len(rows)
    for row in rows:
        assert outlines[row["ags_2016"]].covers(Point(float(row["lon"]), float(row["lat"]))), row["name"]
        assert row["rank"] in "12345", row
    assert {"Gotha", "Nordhausen", "Pößneck", "Erfurt"} <= {row["name"] for row in rows}


def test_every_file_is_described() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    folders = [REFERENCE, DATA / "samples", DATA / "imports"]
    names = {file.name for folder in folders for file in folder.iterdir() if file.is_file()}
    assert [name for name in sorted(names) if f"`{name}`" not in text and f"`reference/{name}`" not in text] == []


def test_facts_carry_their_source_and_known_codes(outlines: dict[str, BaseGeometry]) -> None:
    known = facts()
    groups = {group["slug"] for group in known["working_groups"]}
    projects = {project["slug"]: project for project in known["projects"]}
    assert {project["working_group"] for project in projects.values()} == groups
    assert sorted(project["part"] for project in projects.values()) == ["trees", "vacancies", "viewpoints"]
    phases = [phase for site in known["sites"] for phase in site["phases"]]
    milestones = [step for project in projects.values() for step in project["milestones"]]
    statuses = [status for project in projects.values() for status in project["statuses"]]
    funding = [source for site in known["sites"] for source in site.get("funding", [])]
    facts_told = [*known["working_groups"], *projects.values(), *milestones, *statuses, *known["sites"], *phases]
    entries = [*facts_told, *funding, *known["figures"]]
    assert all(entry["source"] for entry in entries)
    assert {step["precision"] for step in milestones} <= set(pilot_codes.PRECISIONS)
    assert all(step["start"] < step["end"] for step in milestones)
    assert {one["status"] for one in statuses} <= set(pilot_codes.STATUSES)
    assert {code for project in projects.values() for code in project["target_groups"]} == set(
        pilot_codes.TARGET_GROUPS
    )
    for project in projects.values():
        for before, after in pairwise(project["statuses"]):
            assert before["end"] <= after["start"], project["slug"]
    assert len(projects) < pilot_codes.PROJECTS_AIMED_AT == known["alliance"]["pilot_projects_aimed_at"]
    assert [one["name"] for one in known["criteria"]] == [names[0] for names in pilot_codes.CRITERIA.values()]
    for site in known["sites"]:
        assert site["project"] in projects
        assert site.get("opening_precision") in {None, "TAG", "MONAT", "HALBJAHR", "JAHR"}
        assert outlines[site["ags"]].covers(Point(site["lon"], site["lat"])), site["name"]
        for phase in site["phases"]:
            assert phase["phase"] in pilot_codes.PHASES
            assert {phase["start_precision"], phase["end_precision"]} <= set(pilot_codes.PRECISIONS)
            assert "end" in phase or phase["end_precision"] == "UNGEWISS", site["name"]
        for before, after in pairwise(site["phases"]):
            assert before["end"] <= after["start"], site["name"]


def test_facts_leave_open_what_is_not_known() -> None:
    trees = {site["name"]: site.get("tree_count") for site in facts()["sites"]}
    assert trees["Gotha, Erfurter Straße"] == 15
    assert trees["Nordhausen"] is None
    assert trees["Pößneck"] is None
    funding = {site["name"]: [one["amount_eur"] for one in site.get("funding", [])] for site in facts()["sites"]}
    assert (funding["Gotha, Erfurter Straße"], funding["Nordhausen"], funding["Pößneck"]) == ([10000], [], [])


def test_sample_streets_lie_in_their_town_near_its_middle(outlines: dict[str, BaseGeometry]) -> None:
    for town in towns():
        names = [street["name"] for street in town["streets"]]
        assert 15 <= len(names) == len(set(names)) <= 25, town["name"]
        lines = {street["name"]: LineString(street["line"]) for street in town["streets"]}
        middle = shapely.MultiLineString(list(lines.values())).centroid
        for name, line in lines.items():
            assert outlines[town["ags"]].covers(line), f"{town['name']}, {name}"
            assert line.distance(middle) * 111_000 < 2000, f"{town['name']}, {name}"


def test_same_day_and_seed_give_the_same_sample() -> None:
    assert generate.build(DAYS[0]) == build(DAYS[0])
    assert generate.build(DAYS[0], seed=7) != build(DAYS[0])


def test_stock_is_the_same_on_any_day(sample: Sample) -> None:
    known = {unit.key: (unit.object_type, unit.area_total_m2, unit.place) for unit in build(DAYS[0]).units}
    assert {unit.key: (unit.object_type, unit.area_total_m2, unit.place) for unit in sample.units} == known


def test_sample_places_are_inside_their_municipality(sample: Sample, outlines: dict[str, BaseGeometry]) -> None:
    places = [unit.place for unit in sample.units]
    places += [stop.place for stop in sample.stops]
    places += [point.place for point in sample.viewpoints]
    for place in places:
        assert outlines[place.ags].covers(Point(place.lon, place.lat)), place


def test_each_town_has_about_400_units_at_numbers_that_do_not_exist(sample: Sample) -> None:
    keys = [unit.key for unit in sample.units]
    assert len(set(keys)) == len(keys)
    for town in towns():
        own = [unit for unit in sample.units if unit.place.ags == town["ags"]]
        assert 340 <= len(own) <= 460, town["name"]
        assert all(int(unit.place.house_number or 0) >= 900 for unit in own)
        shops = [unit for unit in own if unit.is_ground_floor_frontage and unit.stock_end is None]
        share = sum(unit.current.state == "LEER" for unit in shops) / len(shops)
        assert 0.15 <= share <= 0.35, f"{town['name']}: {share:.0%}"


def test_units_use_the_known_codes_and_make_sense(sample: Sample) -> None:
    assert {unit.object_type for unit in sample.units} == set(unit_codes.OBJECT_TYPES)
    for unit in sample.units:
        assert unit.object_type in unit_codes.OBJECT_TYPES
        assert unit.entrance is None or unit.entrance in unit_codes.ENTRANCES
        assert unit.accessible in unit_codes.ACCESSIBLE
        assert unit.location_class in unit_codes.LOCATION_CLASSES
        assert unit.condition is None or unit.condition in unit_codes.CONDITIONS
        assert unit.verified_by_kind in unit_codes.VERIFIED_BY
        assert set(unit.equipment) <= set(unit_codes.EQUIPMENT)
        assert 0 < (unit.area_sales_m2 or unit.area_total_m2) <= unit.area_total_m2
        assert math.isfinite(unit.place.lat + unit.place.lon)


def test_spells_follow_each_other_and_only_the_last_is_open(sample: Sample) -> None:
    later = {link.to_key for link in sample.successions}
    for unit in sample.units:
        assert unit.spells[0].start == unit.stock_start, unit.key
        assert unit.spells[0].start_precision == ("TAG" if unit.key in later else "VOR")
        assert unit.spells[-1].end is None
        for before, after in pairwise(unit.spells):
            assert before.end == after.start, unit.key
        for spell in unit.spells:
            assert spell.state in unit_codes.STATES
            assert spell.start_precision in unit_codes.PRECISIONS
            assert spell.start < (spell.end or date.max)
            assert spell.start <= spell.observed_on <= sample.today, unit.key
            assert spell.occupant is None or spell.occupant.startswith("Beispiel-")
        assert (unit.stock_end is None) == (unit.current.state != "ENTFALLEN")


def test_one_shop_was_split_and_both_halves_follow_it(sample: Sample) -> None:
    units = {unit.key: unit for unit in sample.units}
    assert len(sample.successions) == 2
    for link in sample.successions:
        whole, half = units[link.from_key], units[link.to_key]
        assert whole.stock_end == whole.current.start == half.stock_start == half.spells[0].start == link.on_day
        assert whole.current.state == "ENTFALLEN" and half.place == whole.place and half.building == whole.building
        assert half.area_total_m2 < whole.area_total_m2


def test_units_have_buildings_parcels_energy_and_branches(sample: Sample) -> None:
    houses = {house.key: house for house in sample.buildings}
    shared = Counter(unit.building for unit in sample.units if unit.building)
    assert set(shared) == set(houses) and max(shared.values()) >= 3
    assert all(
        house.storeys > max(u.floor or 0 for u in sample.units if u.building == house.key) for house in houses.values()
    )
    assert all(
        normal(unit.parcel_key) == unit.parcel_key and unit.parcel_key[2:6] == "9999"
        for unit in sample.units
        if unit.parcel_key
    )
    used = [spell for unit in sample.units for spell in unit.spells if spell.occupant]
    assert {spell.operator_kind for spell in used} == {"INHABER", "FILIALE", "FRANCHISE"}
    for spell in used:
        assert spell.wz_code in classification.names("2008"), spell
        assert spell.wz_2025 is None or spell.wz_2025 in classification.names("2025"), spell
    assert sum(spell.wz_2025 is not None for spell in used) > 0.8 * len(used)
    assert all(spell.threatened_from for spell in used if spell.state == "DROHEND")
    assert {unit.heating for unit in sample.units} >= {"GAS", "FERNWAERME", None}


def test_listings_have_both_languages_an_end_and_consent_where_needed(sample: Sample) -> None:
    listed = [unit for unit in sample.units if unit.listing]
    assert {unit.listing.publication_level for unit in listed if unit.listing} == {1, 2, 3, 4}
    for unit in listed:
        listing = unit.listing
        assert listing is not None
        assert listing.published_from <= sample.today < listing.published_until
        assert listing.public_title and listing.public_title_en and listing.public_text_en
        assert listing.public_text.endswith("Dies ist ein erfundenes Beispiel.")
        assert listing.publication_level < 3 or listing.consent_kind in unit_codes.CONSENT_KINDS
        assert unit.current.state in ("LEER", "ZWISCHENGENUTZT", "DROHEND")


def test_a_tree_is_at_one_stop_and_a_slot_holds_one_tree(sample: Sample) -> None:
    capacity = {stop.key: stop.capacity for stop in sample.stops}
    classes = {stop.key: stop.module_classes for stop in sample.stops}
    by_tree, by_slot = defaultdict(list), defaultdict(list)
    for fleet in sample.fleets:
        module_class = {tree.label: tree.module_class for tree in fleet.trees}
        for schedule in fleet.schedules:
            assert schedule.state in tree_codes.SCHEDULE_STATES
            for stay in schedule.stays:
                assert schedule.season_start <= stay.start < stay.end <= schedule.season_end
                assert stay.layer in tree_codes.LAYERS
                assert (stay.layer == "TATSAECHLICH") == (stay.start <= sample.today)
                assert (stay.layer == "ENTWURF") == (schedule.state == "ENTWURF")
                assert 1 <= stay.slot <= capacity[stay.stop]
                assert module_class[stay.tree] in classes[stay.stop]
                by_tree[fleet.key, stay.tree].append((stay.start, stay.end))
                by_slot[stay.stop, stay.slot].append((stay.start, stay.end))
    for periods in [*by_tree.values(), *by_slot.values()]:
        for before, after in pairwise(sorted(periods)):
            assert before[1] <= after[0], periods


def test_trees_stand_somewhere_on_any_day(sample: Sample) -> None:
    for fleet in sample.fleets:
        assert len({tree.label for tree in fleet.trees}) == len(fleet.trees)
        assert {tree.state for tree in fleet.trees} <= set(tree_codes.TREE_STATES)
        now = [s for schedule in fleet.schedules for s in schedule.stays if s.start <= sample.today < s.end]
        absent = sum(tree.state == "WERKSTATT" for tree in fleet.trees)
        assert len(now) == len(fleet.trees) - absent
        assert any(s.start > sample.today for schedule in fleet.schedules for s in schedule.stays)


def test_viewpoints_use_the_known_codes_and_both_languages(sample: Sample) -> None:
    assert len(sample.viewpoints) == len({point.key for point in sample.viewpoints}) >= 15
    assert {point.statuses[-1].status for point in sample.viewpoints} == set(viewpoint_codes.STATUSES)
    for point in sample.viewpoints:
        assert set(point.furniture) <= set(viewpoint_codes.FURNITURE)
        assert point.step_free in viewpoint_codes.STEP_FREE
        assert point.name and point.name_en and point.story and point.story_en and point.story_easy
        assert all(0 <= start < 360 and 0 <= end <= 360 and start != end for start, end in point.sectors)
        assert point.sectors
        assert point.statuses[-1].end is None
        for before, after in pairwise(point.statuses):
            assert before.start < after.start == before.end, point.key


def test_sample_modules_read_no_clock_and_no_chance_of_their_own() -> None:
    for name in ("content", "generate", "listings", "model", "occupancy", "stock", "trees", "units", "viewpoints"):
        text = (Path(DATA).parent / "geo" / "samples" / f"{name}.py").read_text(encoding="utf-8")
        assert not re.search(r"\btoday\(\)|\bnow\(\)|\brandom\.(random|choice)\(|import random\b", text), name


def test_landmarks_name_their_source_and_lie_where_it_says(outlines):
    """Those of GeoNames as in the reference, all of them within 15 km of their town."""
    content = read("landmarks")
    with (REFERENCE / "places.csv").open(encoding="utf-8") as file:
        known = {row["geonameid"]: (row["name"], float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)}
    for one in content["landmarks"]:
        assert one["from"] in content["sources"] and one["kind"] in LANDMARK_KINDS, one["name"]
        town = outlines[one["ags"]]
        assert Point(one["lon"], one["lat"]).distance(town) < 0.15, one["name"]
        if one["from"] == "geonames":
            assert known[one["id"]] == (one["name"], one["lat"], one["lon"])
    keys = [(one["ags"], one["from"], one["id"]) for one in content["landmarks"]]
    assert len(set(keys)) == len(keys) and {one["from"] for one in content["landmarks"]} == set(content["sources"])
