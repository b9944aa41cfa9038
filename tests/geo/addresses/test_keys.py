"""One rule for streets and house numbers: Python and SQL agree on every text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.places.addresses.keys import _FROM, house_key, house_key_sql, street_key, street_key_sql, taken_apart


@pytest.mark.parametrize(
    "written",
    ["Bahnhofstraße", "Bahnhof-Straße", "Bahnhofstr.", "BAHNHOFSTRASSE", "bahnhof str", "Bahnhof Strasse", " Bahnhofstraße "],
)  # fmt: skip
def test_the_same_street(written):
    assert street_key(written) == "bahnhofstr"


def test_different_streets_stay_apart():
    keys = [
        street_key(name)
        for name in ("Brühl", "Bruhl", "Brüel", "Markt", "Marktstraße", "Am Markt", "Straße 1", "Straße 11")
    ]
    assert len(set(keys)) == len(keys)
    assert street_key("Brühl") == street_key("BRUEHL") == street_key("Bru\u0308hl") == "bruehl"
    assert street_key("Straße des 18. März") == street_key("Str. des 18. Maerz") == "strdes18maerz"
    assert street_key("—") == ""


NASTY = ["ẞ", "İstanbul", "Ǆ", "ﬁ", "Straße\u00ad", "Ａ", "Ⅷ", "Σ", "日本", "a\u0308\u0304", "\u1e9estraße", *_FROM]


def compare(session, texts, rule, sql):
    query = text(f"SELECT {sql('t')} FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS x(t, n) ORDER BY n")
    assert list(session.scalars(query, {"texts": texts})) == [rule(one) for one in texts]


def test_python_and_sql_agree(staff):
    named = [
        "Bahnhofstraße",
        "Bahnhof-Str.",
        "Straße des Friedens",
        "Straßburger Straße",
        "Platz d. Dt. Einheit 3",
        "Çağ",
    ]
    compare(staff, [*NASTY, *named], street_key, street_key_sql)
    compare(staff, ["5", "5 a", "12 – 14", "7B", "3\t c", "1/2"], house_key, house_key_sql)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30), min_size=1, max_size=60))
def test_python_and_sql_agree_on_any_text(database, texts):
    with database.staff() as session:
        compare(session, texts, street_key, street_key_sql)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("Markt 5", ("Markt", "5")),
        ("Markt 5 a", ("Markt", "5a")),
        ("  Markt   12-14 ", ("Markt", "12-14")),
        ("Straße des 18. März 7", ("Straße des 18. März", "7")),
        ("Markt", ("Markt", "")),
        ("Markt, 5,", ("Markt", "5")),
        ("5", ("5", "")),
        ("", ("", "")),
    ],
)
def test_typed_addresses_are_taken_apart(typed, parts):
    assert taken_apart(typed) == parts
