"""Viewpoints as linked data, judged by our own shapes; the shapes themselves refuse what is wrong."""

import copy
import json
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph

from geo.viewpoints import linked_data, public
from geo.viewpoints.care.public import Piece
from geo.viewpoints.public import Photo
from tests.geo.viewpoints.conftest import TODAY, made

SHAPES = Graph().parse(Path(__file__).with_name("shapes.ttl"))
ADDRESS = "https://register.example/blicke/1"
PHOTO = {"id": 1, "sha256": "a" * 64, "width_px": 3, "height_px": 2, "alt_text": "Markt", "taken_on": None}


def conforms(document):
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    good, _report, words = pyshacl.validate(graph, shacl_graph=SHAPES)
    return good, words


def photo(licence, file, **more):
    return Photo(**PHOTO, author="A. B.", licence=licence, alt_text_en=more.get("english")), file


@pytest.fixture
def document(staff, towns):
    made(
        staff, towns.own, direction="67-292;S;0-360", story_en="The market.", elevation_m="312,5", stop_distance_m="250",
        wikidata="Q1", osm="node/7", thuecat="https://thuecat.org/resources/215230952334-yyno", postcode="99867",
    )  # fmt: skip
    staff.flush()
    point = public.everything(staff, public.Filters(), TODAY)[0]
    photos = [
        photo("ALLE-RECHTE", "https://r.example/rot.jpg"),
        photo("CC0", "https://r.example/gruen.jpg", english="Market"),
    ]
    record = linked_data.record(
        point,
        address=ADDRESS,
        photos=photos,
        furniture=[Piece("bench", "GUT"), Piece("bin", "FEHLT")],
        landmarks=["Dom"],
    )
    return linked_data.document([record])


def test_a_viewpoint_has_the_shape_of_the_states_database(document):
    good, words = conforms(document)
    assert good, words


def test_only_what_may_be_passed_on_is_named(document):
    text = json.dumps(document)
    assert "gruen.jpg" in text and "rot.jpg" not in text
    names = [one["schema:name"][0]["@value"] for one in document["@graph"][0]["schema:amenityFeature"]]
    assert names == ["Bank", "Toilette in der Nähe"]
    said = [document["@graph"][0][f"thuecat:{name}"]["@value"] for name in ("sanitation", "otherService")]
    assert said == ["thuecat:Toilets", "thuecat:SeatingPossibilitiesRestArea"]


def test_the_direction_stands_as_text_and_by_sector(document):
    found = {one["schema:identifier"]: one for one in document["@graph"][0]["schema:additionalProperty"]}
    assert found["direction"]["schema:value"]["@value"] == "67-292;180;0-360"
    ends = [(found[f"sector-{n}"][f"schema:{end}Value"]["@value"]) for n in (1, 3) for end in ("min", "max")]
    assert ends == ["67", "292", "0", "360"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("schema:name"),
        lambda one: one.pop("schema:geo"),
        lambda one: one["schema:geo"]["schema:latitude"].update({"@value": "11.050000"}),
        lambda one: one["schema:additionalProperty"].pop(0),
        lambda one: one["schema:additionalProperty"][0]["schema:value"].update({"@value": "überall"}),
        lambda one: one["schema:image"][0].pop("schema:license"),
        lambda one: one.update({"@id": "blicke/1"}),
        lambda one: one.pop("thuecat:contentResponsible"),
        lambda one: one["thuecat:sanitation"].update({"@value": "thuecat:Toilet"}),
    ],
)
def test_the_shapes_refuse_what_is_wrong(document, spoil):
    wrong = copy.deepcopy(document)
    spoil(wrong["@graph"][0])
    assert not conforms(wrong)[0]
