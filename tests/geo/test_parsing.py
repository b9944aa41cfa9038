"""Forms are read as Germans write, and nothing typed ever raises anything but `Invalid`."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import Invalid
from geo.core.paging import decode_key, encode_key
from geo.core.parsing import Fields, parse_day


@pytest.mark.parametrize(
    ("raw", "value"),
    [("12", "12"), ("1.234,5", "1234.5"), ("1234,56", "1234.56"), ("1.234.567", None), ("0,5", "0.5"), ("1 200", "1200"),
     ("12.5", "12.5"), ("1.000", "1000")],
)  # fmt: skip
def test_german_numbers(raw, value):
    fields = Fields({"n": raw})
    assert fields.number("n") == (Decimal(value) if value else None)
    assert bool(fields.errors) == (value is None)


def test_limits_are_told_as_germans_write():
    fields = Fields({"n": "-3", "f": "99", "d": "1"})
    fields.number("n", most=99_999_999)
    fields.whole("f", least=-5, most=40)
    fields.number("d", least=50.15, most=51.7)
    assert fields.errors == {
        "n": "Bitte eine Zahl von 0 bis 99.999.999 angeben.",
        "f": "Bitte eine Zahl von -5 bis 40 angeben.",
        "d": "Bitte eine Zahl von 50,15 bis 51,7 angeben.",
    }


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "-1", "1e9", "zwölf", "1,2,3", "--1", "9" * 400, "١٢x"])
def test_no_number(raw):
    fields = Fields({"n": raw})
    assert fields.number("n") is None and "Zahl" in fields.errors["n"]


@pytest.mark.parametrize(
    ("raw", "day"),
    [("2026-05-01", date(2026, 5, 1)), ("1.5.2026", date(2026, 5, 1)), ("01.05.2026", date(2026, 5, 1)),
     ("29.2.2025", None), ("0001-01-01", None), ("9999-12-31", None), ("gestern", None), ("2026-13-01", None)],
)  # fmt: skip
def test_days(raw, day):
    assert parse_day(raw) == day


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(raw):
    fields = Fields({"x": raw, "version": raw})
    for value in (fields.number("x"), fields.whole("x"), fields.day("x"), fields.degrees("x"), fields.text("x")):
        assert value is None or isinstance(value, str) or value == value + (value - value)
    for sentence in fields.errors.values():
        assert sentence.endswith((".", ")."))
    try:
        assert fields.version() >= 0
    except Invalid:
        pass


def test_every_mistake_is_reported_at_its_field():
    fields = Fields({"area": "viel", "day": "nie", "kind": "X"})
    fields.number("area"), fields.day("day"), fields.choice("kind", {"A"}), fields.text("name", required=True)
    with pytest.raises(Invalid) as refused:
        fields.check()
    assert set(refused.value.fields) == {"area", "day", "kind", "name"}


def test_text_limits():
    fields = Fields({"long": "x" * 11, "nul": "a\x00b", "lines": "a\r\nb"})
    assert fields.text("long", longest=10) is None and "10 Zeichen" in fields.errors["long"]
    assert fields.text("nul") is None and "Steuerzeichen" in fields.errors["nul"]
    assert fields.text("lines") == "a\nb"


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\ufdd0", "\ud800"])
def test_what_is_no_character_is_no_text(sign):
    """A file of XML (GPX, a spreadsheet, the yearly report) with one of these cannot be read."""
    fields = Fields({"name": f"Markt{sign}platz", "good": "Marktplatz \U0001f333\ufffd"})
    assert fields.text("name") is None and "Steuerzeichen" in fields.errors["name"]
    assert fields.text("good") == "Marktplatz \U0001f333\ufffd"


def test_page_keys_come_back_and_forged_ones_are_refused():
    assert decode_key(encode_key(["Markt", 3]), (str, int)) == ["Markt", 3]
    assert decode_key(None, (str, int)) is None
    for forged in (
        "x",
        "W10",
        encode_key([1]),
        encode_key([{"a": 1}, 2]),
        "é",
        encode_key([1, 2]),
        encode_key(["Markt", True]),
    ):
        with pytest.raises(Invalid):
            decode_key(forged, (str, int))


@pytest.mark.parametrize(
    ("typed", "degrees"), [("50.948", 50.948), ("50,948", 50.948), ("10.7", 10.7), ("50.947100", 50.9471)]
)
def test_a_degree_is_never_read_as_thousands(typed, degrees):
    assert Fields({"x": typed}).degrees("x") == degrees
