"""The rules of the table in `geo.imports.values`, row by row, and that nothing else happens whatever comes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.imports import values
from geo.imports.values import Fault, Reading, read
from geo.vacancies.codes import CONDITIONS, EQUIPMENT, OBJECT_TYPES, STATES
from geo.vacancies.dates import typed

STATE = Reading("code", STATES, {"leerstehend": "LEER", "Laden zu": "LEER"})


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1234", ",", "1234"), ("1234,5", ",", "1234.5"), ("1.234,5", ",", "1234.5"), ("1 234,5", ",", "1234.5"),
        ("1'234,5", ",", "1234.5"), ("1\u202f234", ",", "1234"), ("1.234", ",", "1234"), ("1.234", ".", "1.234"),
        ("1234.5", ",", "1234.5"), ("1,234.5", ",", "1234.5"), ("1,234", ",", "1.234"), ("1,234", ".", "1234"),
        ("1.234.567,89", ",", "1234567.89"), ("-3,5", ",", "-3.5"), (",5", ",", "0.5"), ("85,5 m²", ",", "85.5"),
        ("ca. 85 qm", ",", "85"), ("12,50 €/m²", ",", "12.5"), ("rd. 1.200", ",", "1200"), ("27 %", ",", "27"),
        ("120 kWh/m²a", ",", "120"),
    ],
)  # fmt: skip
def test_numbers_as_germans_and_others_write_them(text, decimal, value):
    assert read(text, Reading("number", decimal=decimal)) == Decimal(value)


@pytest.mark.parametrize("text", ["50-60", "viel", "1.2.3", "1,2,3", "12.34.567", "NaN", "1e5", "0x10", "٣", "1 2"])
def test_what_is_no_number_is_a_sentence(text):
    if text == "NaN":
        assert read(text, Reading("number")) is None
        return
    with pytest.raises(Fault, match="ist keine Zahl"):
        read(text, Reading("number"))


@given(st.decimals(-999_999, 999_999, places=2), st.booleans(), st.sampled_from(["", " m²", " €", " qm"]))
def test_a_number_written_in_german_is_read_back(value, grouped, unit):
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    german = text.replace(",", " ").replace(".", ",").replace(" ", ".") + unit
    assert read(german, Reading("number")) == value
    assert read(text + unit, Reading("number", decimal=".")) == value


def test_whole_numbers_have_no_decimals():
    assert read("5,0", Reading("whole")) == 5 and read("1.200", Reading("whole")) == 1200
    with pytest.raises(Fault, match="keine ganze Zahl"):
        read("5,5", Reading("whole"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-15", date(2024, 3, 15)), ("15.3.2024", date(2024, 3, 15)), ("15.03.24", date(2024, 3, 15)),
        ("15/03/2024", date(2024, 3, 15)), ("01.07.98", date(1998, 7, 1)), ("45366", date(2024, 3, 15)),
        ("2024-03-15 00:00", date(2024, 3, 15)), ("15.03.2024 14:30 Uhr", date(2024, 3, 15)),
    ],
)  # fmt: skip
def test_days(text, day):
    assert read(text, Reading("day")) == day
    assert read(text, Reading("since")) == (day, "TAG")


@pytest.mark.parametrize("text", ["31.02.2024", "2024", "99999", "00001", "morgen", "15.3.", "2024-13-01"])
def test_what_is_no_day_is_a_sentence(text):
    with pytest.raises(Fault, match="kein Datum"):
        read(text, Reading("day"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("03.2024", (date(2024, 3, 1), "MONAT")), ("3/2024", (date(2024, 3, 1), "MONAT")),
        ("2024-03", (date(2024, 3, 1), "MONAT")), ("März 2024", (date(2024, 3, 1), "MONAT")),
        ("March 2024", (date(2024, 3, 1), "MONAT")), ("Okt. 2023", (date(2023, 10, 1), "MONAT")),
        ("seit Mai 2020", (date(2020, 5, 1), "MONAT")), ("since 2019", (date(2019, 1, 1), "JAHR")),
        ("2024", (date(2024, 1, 1), "JAHR")), ("ca. 2019", (date(2019, 1, 1), "JAHR")),
        ("vor 2019", (date(2019, 1, 1), "VOR")), ("before 2019", (date(2019, 1, 1), "VOR")),
        ("vor dem 15.03.2019", (date(2019, 3, 15), "VOR")),
    ],
)  # fmt: skip
def test_beginnings_keep_their_precision(text, value):
    assert read(text, Reading("since")) == value


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["TAG", "MONAT", "JAHR", "VOR"]))
def test_a_beginning_as_the_register_writes_it_is_read_back(day, precision):
    day = {"MONAT": day.replace(day=1), "JAHR": day.replace(month=1, day=1)}.get(precision, day)
    assert read(typed(day, precision), Reading("since")) == (day, precision)


@given(st.integers(10_000, 73_050))
def test_a_spreadsheets_serial_number_is_its_day(serial):
    assert read(str(serial), Reading("day")) == date(1899, 12, 30) + timedelta(days=serial)


def test_yes_and_no():
    assert [read(text, Reading("flag")) for text in ("ja", "X", "✓", "WAHR", "1", "yes", "vorhanden")] == [True] * 7
    assert [read(text, Reading("flag")) for text in ("nein", "N", "0", "falsch", "no", "keine")] == [False] * 6
    with pytest.raises(Fault, match="weder ja noch nein"):
        read("vielleicht", Reading("flag"))


@pytest.mark.parametrize(
    ("text", "code"),
    [("LEER", "LEER"), ("leer", "LEER"), ("vacant", "LEER"), ("Leerstehend", "LEER"), ("laden  zu", "LEER"),
     ("Leer, bereits vermietet", "LEER_VERMIETET"), ("In-Use", "GENUTZT"), ("IM UMBAU", "IM_UMBAU")],
)  # fmt: skip
def test_codes_by_code_name_or_the_profiles_word(text, code):
    assert read(text, STATE) == code


@pytest.mark.parametrize(
    ("codes", "kind"), [(STATES, "code"), (OBJECT_TYPES, "code"), (CONDITIONS, "code"), (EQUIPMENT, "codes")]
)
def test_every_code_and_name_of_a_list_is_read_back(codes, kind):
    for code, names in codes.items():
        for word in (str(code), *names):
            assert read(word, Reading(kind, codes)) == ([code] if kind == "codes" else code)


def test_an_unknown_code_is_a_sentence_with_the_nearest():
    with pytest.raises(Fault, match="Gemeint ist vielleicht „Laden im Erdgeschoss“"):
        read("Laden im Erdgeschos", Reading("code", OBJECT_TYPES))


def test_several_codes_in_one_cell():
    assert read("WC; Küche / cooling, WC", Reading("codes", EQUIPMENT)) == ["WC", "KUECHE", "KAELTE"]


def test_postcodes_keep_or_get_back_their_zero():
    assert [read(text, Reading("postcode")) for text in ("07381", "7381", "D-99084")] == ["07381", "07381", "99084"]
    with pytest.raises(Fault, match="fünf Ziffern"):
        read("738", Reading("postcode"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Am Markt 12 a", ("Am Markt", "12 a")), ("Straße des 17. Juni 135", ("Straße des 17. Juni", "135")),
        ("Bahnhofstr. 5-7", ("Bahnhofstr.", "5-7")), ("Erfurter Straße, 3/5", ("Erfurter Straße", "3/5")),
        ("Anger", ("Anger", None)), ("Straße des 17. Juni", ("Straße des 17. Juni", None)), ("", ("", None)),
        ("Markt\u00a01", ("Markt", "1")), ("Hauptstraße 10 b-d", ("Hauptstraße", "10 b-d")),
    ],
)  # fmt: skip
def test_street_and_number_of_one_cell_are_parted(text, parts):
    assert values.split_address(text) == parts


@pytest.mark.parametrize("kind", ["number", "whole", "day", "since", "flag", "code", "codes", "postcode", "text"])
@pytest.mark.parametrize("text", ["", " ", "-", "k. A.", "unbekannt", "n/a", "#NV", "\u00a0", "?"])
def test_what_says_nothing_is_no_value_and_no_fault(kind, text):
    assert read(text, Reading(kind)) is None


def test_a_code_called_unknown_is_a_value_where_the_list_has_it():
    assert read("unbekannt", Reading("code", {"UNBEKANNT": ("unbekannt", "unknown")})) == "UNBEKANNT"


@given(
    st.text(max_size=60),
    st.sampled_from(["number", "whole", "degrees", "day", "since", "flag", "code", "codes", "postcode", "text"]),
)
def test_whatever_comes_is_a_value_or_a_sentence(text, kind):
    try:
        read(text, Reading(kind, STATES))
    except Fault as fault:
        assert str(fault).endswith(".") and str(fault).isprintable()


@given(st.text(alphabet="0123456789.,- ", max_size=30))
def test_the_decimal_sign_never_changes_a_number_without_signs(text):
    plain = text.strip()
    if plain.isdecimal():
        assert values.number(plain, ",") == values.number(plain, ".") == int(plain)


def test_the_decimal_sign_shows_in_the_samples():
    assert values.decimal_sign(["12,5", "80", "1.200"]) == ","
    assert values.decimal_sign(["12.5 m²", "80"]) == "." and values.decimal_sign(["80", "1.200"]) is None
