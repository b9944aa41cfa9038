"""Columns as towns call them find their field, confirmed by what stands in them."""

import pytest

from geo.core.errors import Invalid
from geo.imports.mapping import propose
from geo.imports.profiles import Profile, best, from_json, ready
from geo.imports.reading import ReadOptions
from geo.vacancies import codes
from geo.vacancies.columns import COLUMNS, importable

FIELDS = importable()
LIST = [
    ["Markt", "1", "85,5", "leer", "03.2024", "07381"],
    ["Lange Gasse", "12 a", "1.200", "genutzt", "2019", "99084"],
]


def field_of(header, *cells):
    return propose([header], [[cell] for cell in cells], FIELDS).proposals[0].field


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("Straße", "Markt", "street"), ("STRASSE", "Markt", "street"), ("str.", "Markt", "street"), ("Street", "Markt", "street"),
        ("Straßenname", "Markt", "street"), ("Haus-Nr.", "1", "house_number"), ("HNR", "1", "house_number"),
        ("Hsnr.", "1", "house_number"), ("house_number", "1", "house_number"), ("PLZ", "07381", "postcode"),
        ("zip code", "07381", "postcode"), ("VKF (m²)", "85,5", "area_sales_m2"), ("Verkaufsfl. in qm", "85", "area_sales_m2"),
        ("Verkaufsflaeche", "85", "area_sales_m2"), ("Sales area", "85", "area_sales_m2"), ("Gesamtfläche [m2]", "85", "area_total_m2"),
        ("leer seit", "03.2024", "since"), ("Leerstand seit", "vor 2019", "since"), ("vacant_since", "2020", "since"),
        ("Geschoß", "0", "floor"), ("Etage", "1", "floor"), ("Bemerkungen", "Tür klemmt", "note"), ("Nutzung", "leer", "state"),
        ("Objektart", "Büro oder Praxis", "object_type"), ("Schaufensterlänge (m)", "4,5", "frontage_m"),
        ("Lagerfläche", "20", "area_storage_m2"), ("Bauzustand", "3", "condition"), ("barrierefrei?", "ja", "accessible"),
    ],
)  # fmt: skip
def test_headers_as_towns_write_them(header, cell, field):
    assert field_of(header, cell) == field


@pytest.mark.parametrize("header", ["flaeche_km", "Fläche (ha)", "Fläche in km²", "Fläche [qkm]", "Größe in Hektar"])
def test_the_areas_of_districts_are_not_those_of_units(header):
    assert field_of(header, "85,5") is None


def test_every_header_that_the_register_writes_is_certain():
    for language in ("de", "en"):
        columns = [column.header(language) for column in FIELDS]
        mapping = propose(columns, [], FIELDS)
        assert [one.field for one in mapping.proposals] == [column.key for column in FIELDS]
        assert {one.level for one in mapping.proposals} == {"sicher"}


def test_values_that_do_not_fit_take_the_certainty_away():
    sure = propose(["Gesamtfläche"], [["85"], ["90,5"]], FIELDS).proposals[0]
    doubtful = propose(["Gesamtfläche"], [["groß"], ["klein"]], FIELDS).proposals[0]
    assert sure.level == "sicher" and "100 % der Werte passen" in sure.reason
    assert doubtful.field is None or doubtful.level == "unsicher"


def test_a_column_without_a_name_shows_its_meaning_by_the_words_in_it():
    mapping = propose(["Spalte 1", "Spalte 2", "xyz"], [["leer", "07381", "a"], ["genutzt", "99084", "b"]], FIELDS)
    assert [one.field for one in mapping.proposals] == ["state", "postcode", None]
    assert "passen zu" in mapping.proposals[0].reason and mapping.proposals[2].level == "offen"


def test_streets_with_numbers_are_split_where_no_column_has_the_numbers():
    samples = [["Am Markt 12 a"], ["Lange Gasse 3"], ["Anger"]]
    one = propose(["Straße"], samples, FIELDS).proposals[0]
    assert one.splits_address and one.field == "street" and "67 %" in one.reason
    assert not propose(["Straße", "Nr."], [["Am Markt 12", "1"]], FIELDS).proposals[0].splits_address
    assert not propose(["Straße"], [["Am Markt"], ["Anger"]], FIELDS).proposals[0].splits_address


def test_no_field_is_given_twice():
    mapping = propose(["Straße", "Strasse", "VKF", "Verkaufsfläche"], [["Markt", "Anger", "85", "90"]], FIELDS)
    given = [one.field for one in mapping.proposals if one.field]
    assert len(given) == len(set(given)) and {"street", "area_sales_m2"} <= set(given)


def test_the_decimal_sign_is_that_of_the_numbers():
    assert propose(["Fläche"], [["85.5"], ["90.25"]], FIELDS).decimal == "."
    assert propose(["Fläche"], [["85,5"]], FIELDS).decimal == ","


def test_every_reason_is_a_sentence():
    for one in propose(["Straße", "?", "Nutzung", "VKF"], LIST, FIELDS).proposals:
        assert one.reason.endswith(".") and one.reason[0].isupper() and 0 <= one.certainty <= 1


def test_a_profile_is_the_same_after_it_was_stored():
    profile = Profile(
        name="Stadt",
        columns={"Ladenzustand": "state"},
        values={"state": {"zu": "LEER"}},
        read=ReadOptions(encoding="cp1252"),
    )
    assert from_json(profile.as_json()) == profile
    assert profile.field_of("LADENZUSTAND") == "state" and profile.field_of("Straße") is None
    for broken in (
        {},
        {"name": 5},
        {"name": "x", "columns": [1]},
        {"name": "x", "read": {"shell": "rm"}},
        {"name": "x", "decimal": ";"},
    ):
        with pytest.raises(Invalid):
            from_json(broken)


def test_the_profile_is_the_one_whose_headers_the_file_has():
    near = Profile(name="a", columns={"Straße": "street", "Nr": "house_number", "VKF": "area_sales_m2"})
    far = Profile(name="b", columns={"Flur": "note", "Gemarkung": "locality"})
    assert best(["STRASSE", "Nr.", "x"], [far, near]) is near and best(["x"], [far, near, Profile(name="c")]) is None


def test_ready_profiles_know_only_our_fields_and_codes_and_say_that_nobody_checked_them():
    assert {profile.name for profile in ready()} == {"einzelhandelserfassung-thueringen", "floo", "fmd", "lean"}
    survey = next(profile for profile in ready() if profile.name == "einzelhandelserfassung-thueringen")
    assert survey.values["object_type"]["Ladenlokal"] == "LADEN_EG", "the survey's own word for what stands empty"
    known = {"state": codes.STATES, "object_type": codes.OBJECT_TYPES}
    for profile in ready():
        assert not profile.checked and profile.source and profile.note and profile.title
        assert set(profile.columns.values()) <= set(COLUMNS) and set(profile.constants) <= set(COLUMNS)
        for name, words in profile.values.items():
            assert set(words.values()) <= set(known[name]), profile.name
