from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from geo.core.errors import Invalid
from geo.vacancies.dates import in_words, parse_since, typed, typed_until
from geo.vacancies.schemas import (
    number_text,
    parse_publication,
    parse_spell,
    parse_vacancy,
    parse_verification,
    unit_values,
)
from tests.geo.vacancies.stock import FORM, TODAY


def test_marked_unit_is_read_with_german_numbers_and_a_month():
    vacancy = parse_vacancy({**FORM, "area_total_m2": "1.234,5"}, TODAY)
    assert vacancy.unit.area_total_m2 == Decimal("1234.5")
    assert (vacancy.since, vacancy.precision, vacancy.state) == (date(2024, 3, 1), "MONAT", "LEER")


@pytest.mark.parametrize(
    ("raw", "day", "precision"),
    [
        ("15.03.2024", date(2024, 3, 15), "TAG"),
        ("2024-03-15", date(2024, 3, 15), "TAG"),
        ("03.2024", date(2024, 3, 1), "MONAT"),
        ("3/2024", date(2024, 3, 1), "MONAT"),
        ("2024-03", date(2024, 3, 1), "MONAT"),
        ("März 2024", date(2024, 3, 1), "MONAT"),
        ("Dez. 2023", date(2023, 12, 1), "MONAT"),
        ("2019", date(2019, 1, 1), "JAHR"),
        ("vor 2019", date(2019, 1, 1), "VOR"),
        ("vor dem 15.3.2019", date(2019, 3, 15), "VOR"),
    ],
)
def test_day_is_read_as_exactly_as_it_is_known_and_written_back(raw, day, precision):
    assert parse_since(raw) == (day, precision)
    assert parse_since(typed(day, precision)) == (day, precision)


@pytest.mark.parametrize(
    "raw", ["", "bald", "13.2024", "00.2024", "1850", "31.02.2024", "vor vor 2019", "٢٠١٩", "20190"]
)
def test_text_that_is_no_day_is_refused(raw):
    assert parse_since(raw) is None


def test_days_are_read_out_no_more_exact_than_known():
    assert in_words(date(2024, 3, 1), "MONAT") == "März 2024"
    assert in_words(date(2024, 3, 1), "MONAT", "en") == "March 2024"
    assert in_words(date(2019, 1, 1), "VOR") == "vor 2019"
    assert in_words(date(2019, 3, 15), "VOR", "en") == "before 15 March 2019"
    assert typed_until(date(2024, 3, 15)) == "14.03.2024"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"object_type": ""}, "object_type"),
        ({"object_type": "SCHLOSS"}, "object_type"),
        ({"state": "WEG"}, "state"),
        ({"since": ""}, "since"),
        ({"since": "neulich"}, "since"),
        ({"since": "2040"}, "since"),
        ({"area_total_m2": "NaN"}, "area_total_m2"),
        ({"area_total_m2": "-3"}, "area_total_m2"),
        ({"area_total_m2": "1e9"}, "area_total_m2"),
        ({"area_sales_m2": "120,01"}, "area_sales_m2"),
        ({"divisible_from_m2": "500"}, "divisible_from_m2"),
        ({"floor": "41"}, "floor"),
        ({"floor": "1,5"}, "floor"),
        ({"windows_n": "viele"}, "windows_n"),
        ({"entrance": "TUER"}, "entrance"),
        ({"accessible": "VIELLEICHT"}, "accessible"),
        ({"equipment": ["WC", "POOL"]}, "equipment"),
        ({"condition": "6"}, "condition"),
        ({"location_class": "D"}, "location_class"),
        ({"heating": "KAMIN"}, "heating"),
        ({"energy_kwh_m2a": "10000"}, "energy_kwh_m2a"),
        ({"energy_kwh_m2a": "-1"}, "energy_kwh_m2a"),
        ({"energy_class": "I"}, "energy_class"),
        ({"parking_n": "2,5"}, "parking_n"),
        ({"external_id": "17"}, "external_source"),
        ({"external_source": "Liste"}, "external_id"),
        ({"note": "x" * 4001}, "note"),
        ({"name": "\x07"}, "name"),
        ({"longitude": ""}, "longitude"),
        ({"postcode": "abc"}, "postcode"),
    ],
)
def test_wrong_input_has_a_sentence_at_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        parse_vacancy({**FORM, **change}, TODAY)
    assert list(refused.value.fields) == [field]


def test_every_mistake_is_told_at_once():
    with pytest.raises(Invalid) as refused:
        parse_vacancy({"since": "bald"}, TODAY)
    assert {"object_type", "state", "since", "longitude", "latitude"} <= set(refused.value.fields)


def test_form_values_lead_back_to_the_same_unit():
    unit = parse_vacancy(MultiDict([*FORM.items(), ("equipment", "KELLER"), ("equipment", "WC")]), TODAY).unit
    values = unit_values(unit)
    assert values["area_sales_m2"] == "80,5" and values["equipment"] == ["WC", "KELLER"]
    assert parse_vacancy({**FORM, **values}, TODAY).unit.area_sales_m2 == unit.area_sales_m2
    assert number_text(Decimal("100.00")) == "100"


def test_spell_needs_an_end_after_its_beginning():
    spell = parse_spell({"state": "GENUTZT", "since": "2019", "until": "28.02.2024"}, TODAY)
    assert (spell.end, spell.end_precision) == (date(2024, 2, 29), "TAG")
    assert parse_spell({"state": "GENUTZT", "since": "2019", "until": "03.2024"}, TODAY).end == date(2024, 3, 1)
    for until in ("2018", "31.12.2018", "2019"):
        with pytest.raises(Invalid) as refused:
            parse_spell({"state": "GENUTZT", "since": "2019", "until": until}, TODAY)
        assert list(refused.value.fields) == ["until"]


SPELL = {"state": "GENUTZT", "since": "2019"}


def test_a_branch_fills_in_what_follows_from_it():
    spell = parse_spell({**SPELL, "wz_code": "47.64.1 Einzelhandel mit Fahrrädern, Fahrradteilen und -zubehör"}, TODAY)
    assert (spell.wz_code, spell.wz_2025, spell.sortiment) == ("47.64.1", "47.63.1", "FAHRRAD")
    spell = parse_spell({**SPELL, "wz_2025": "96.21"}, TODAY)
    assert (spell.wz_code, spell.wz_2025, spell.sortiment) == ("96.02.1", "96.21", "DIENSTLEISTUNG")
    spell = parse_spell({**SPELL, "wz_code": "47.71", "wz_2025": "47.72", "sortiment": "SPORT"}, TODAY)
    assert (spell.wz_code, spell.wz_2025, spell.sortiment) == ("47.71", "47.72", "SPORT")
    spell = parse_spell({**SPELL, "sortiment": "SPORT"}, TODAY)
    assert (spell.wz_code, spell.wz_2025, spell.sortiment) == (None, None, "SPORT")


def test_an_expected_vacancy_has_its_day():
    spell = parse_spell({"state": "DROHEND", "since": "2019", "threatened_from": "31.03.2027"}, TODAY)
    assert spell.threatened_from == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"threatened_from": "31.03.2027"}, "threatened_from"),
        ({"state": "DROHEND", "threatened_from": "31.12.2018"}, "threatened_from"),
        ({"state": "DROHEND", "threatened_from": "2040-01-01"}, "threatened_from"),
        ({"wz_code": "47.63.9"}, "wz_code"),
        ({"wz_code": "Laden"}, "wz_code"),
        ({"wz_2025": "47.29"}, "wz_2025"),
        ({"sortiment": "SCHRAUBEN"}, "sortiment"),
        ({"operator_kind": "KETTE"}, "operator_kind"),
        ({"area_used_m2": "viel"}, "area_used_m2"),
        ({"observed_on": "23.11.2026"}, "observed_on"),
        ({"confidence": "MITTEL"}, "confidence"),
        ({"end_reason": "LUST"}, "end_reason"),
    ],
)
def test_wrong_input_of_a_spell_has_a_sentence_at_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        parse_spell({**SPELL, **change}, TODAY)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"level": ""}, "level"),
        ({"level": "5"}, "level"),
        ({"level": "2"}, "until"),
        ({"level": "2", "until": "2026-11-21"}, "until"),
        ({"level": "2", "until": "2029-01-01"}, "until"),
        ({"level": "3", "until": "2027-01-31"}, "consent_kind"),
        ({"level": "3", "until": "2027-01-31", "consent_kind": "HOERENSAGEN"}, "consent_kind"),
        ({"level": "4", "until": "2027-01-31", "consent_kind": "KOMMUNAL", "rent_eur_m2": "teuer"}, "rent_eur_m2"),
    ],
)
def test_publication_needs_a_level_an_end_and_a_ground(form, field):
    with pytest.raises(Invalid) as refused:
        parse_publication(form, TODAY)
    assert list(refused.value.fields) == [field]


def test_confirmation_lies_not_in_the_future():
    assert parse_verification({"verified_on": "22.11.2026", "verified_by_kind": "BEGEHUNG"}, TODAY).on == TODAY
    for form in ({"verified_on": "23.11.2026", "verified_by_kind": "BEGEHUNG"}, {"verified_by_kind": "BEGEHUNG"}):
        with pytest.raises(Invalid) as refused:
            parse_verification(form, TODAY)
        assert list(refused.value.fields) == ["verified_on"]
