"""What a form may say about a viewpoint, and the sentence beside each mistake."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from geo.core.errors import Invalid
from geo.viewpoints.direction import PANORAMA
from geo.viewpoints.schemas import LABELS, parse_status, parse_viewpoint
from tests.geo.viewpoints.conftest import form


def test_reads_a_whole_form():
    data = parse_viewpoint(form(direction="0-360", elevation_m="312,5", wikidata="q1234"))
    assert data.name == "Blick vom Testberg"
    assert data.sectors == (PANORAMA,)
    assert data.elevation_m == Decimal("312.5")
    assert data.wikidata == "Q1234"
    assert data.toilet is True
    assert data.furniture == ("bench", "board")
    assert (data.check_every_months, data.mend_within_days, data.prune_month) == (60, 14, None)
    assert (data.place.longitude, data.place.street) == (11.05, "Testberg")


def test_what_is_left_empty_is_unknown():
    data = parse_viewpoint({"name": "X", "longitude": "11.05", "latitude": "50.93"})
    assert (data.sectors, data.toilet, data.step_free, data.furniture) == ((), None, "UNBEKANNT", ())


@pytest.mark.parametrize("furniture", [["bench", "bin"], ["bench,bin"], "bench,bin"])
def test_furniture_comes_as_boxes_or_as_one_text(furniture):
    assert parse_viewpoint(form(furniture=furniture)).furniture == ("bench", "bin")


def test_furniture_comes_from_a_browser():
    data = MultiDict(
        [(k, v) for k, v in form().items() if k != "furniture"] + [("furniture", "bench"), ("furniture", "bin")]
    )
    assert parse_viewpoint(data).furniture == ("bench", "bin")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("longitude", ""),
        ("longitude", "50,93"),
        ("latitude", "nördlich"),
        ("direction", "überall"),
        ("elevation_m", "2000"),
        ("elevation_m", "hoch"),
        ("step_free", "VIELLEICHT"),
        ("toilet", "MAL"),
        ("furniture", ["sofa"]),
        ("check_every_months", "0"),
        ("prune_month", "13"),
        ("path_steps", "1,5"),
        ("path_surface", "SAND"),
        ("responsible_email", "bauhof"),
        ("osm", "node/0"),
        ("thuecat", "http://thuecat.org/resources/1"),
        ("wikidata", "1234"),
        ("wikidata", "Q１２"),
        ("postcode", "abc"),
    ],
)
def test_each_mistake_has_a_sentence_at_its_field(field, value):
    with pytest.raises(Invalid) as refused:
        parse_viewpoint(form(**{field: value}))
    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field].endswith((".", ")."))
    assert field in LABELS


def test_status_needs_code_and_day():
    with pytest.raises(Invalid) as refused:
        parse_status({"status": "HALB_OFFEN", "since": "gestern"})
    assert set(refused.value.fields) == {"status", "since"}
    assert parse_status({"status": "OFFEN", "since": "1.5.2026", "note": " neu "}).note == "neu"
