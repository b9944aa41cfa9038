"""Every field of a unit and of its periods of use is entered, shown, told in the history, and compared in a conflict."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from geo.core import clock
from geo.core.db import context_of, set_context
from geo.vacancies import queries, service
from geo.vacancies.schemas import UnitInput, parse_change
from tests.geo.vacancies.stock import FORM, acting, mark
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/leerstand"
DAY = clock.today()
FACTS = {
    "floor": "0",
    "is_ground_floor_frontage": "1",
    "area_side_m2": "10",
    "area_storage_m2": "12,5",
    "divisible_from_m2": "40",
    "frontage_m": "6,4",
    "windows_n": "3",
    "clear_height_m": "3,2",
    "entrance": "STUFE_1",
    "accessible": "TEILWEISE",
    "equipment": ["WC", "KELLER"],
    "condition": "2",
    "location_class": "A",
    "heating": "FERNWAERME",
    "energy_kwh_m2a": "142,5",
    "energy_class": "E",
    "parking_n": "4",
    "external_source": "Landeserhebung",
    "external_id": "16-0042",
}
SAID = ("Fernwärme", "142,5 kWh/m²a, Klasse E", "16-0042 (Landeserhebung)", "6,4 m", "eine Stufe", "A, Hauptlage")
USE = {
    "state": "DROHEND",
    "since": "2021",
    "threatened_from": "2027-03-31",
    "occupant": "Modehaus Muster",
    "operator_kind": "FILIALE",
    "wz_code": "47.71",
    "area_used_m2": "80",
    "source": "Gespräch",
    "observed_on": (DAY - timedelta(days=3)).isoformat(),
    "confidence": "WAHRSCHEINLICH",
}


@pytest.fixture
def unit(staff, towns):
    return mark(staff, towns.own)


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


def fresh(session, unit):
    set_context(session, context_of(session))
    return queries.get(session, inspect(unit).identity[0])


def test_every_fact_is_entered_shown_and_told(editor, unit):
    answer = submit(editor, f"{HOME}/{unit.id}/bearbeiten", **FACTS)
    assert answer.status_code == 303
    page, told = editor.get(answer.location).text, editor.get(f"{HOME}/{unit.id}/verlauf").text
    for words in SAID:
        assert words in page, words
    for words in ("Fernwärme", "142,5 kWh/m²a", "Landeserhebung", "16-0042", "Energieklasse", "Stellplätze"):
        assert words in told, words
    again = form_of(editor.get(f"{HOME}/{unit.id}/bearbeiten"))
    assert {name: again[name] for name in FACTS} == {
        name: value if isinstance(value, list) else [value] for name, value in FACTS.items()
    }


def test_no_field_of_a_unit_is_missing_on_the_form(editor):
    page = editor.get(f"{HOME}/neu").text
    assert [name for name in UnitInput.__dataclass_fields__ if f'name="{name}"' not in page] == []


def test_a_shop_is_marked_with_a_place_and_a_day(editor, staff, towns):
    answer = submit(editor, f"{HOME}/neu", longitude="11.05", latitude="50.93", since="03.2026")
    assert answer.status_code == 303
    set_context(staff, context_of(staff))
    (row,) = queries.search(staff, towns.own, queries.Filters(DAY)).rows
    made = queries.get(staff, row.id)
    assert (made.object_type, made.floor, made.is_ground_floor_frontage) == ("LADEN_EG", 0, True)
    assert made.spells[0].state == "LEER"


def test_every_fact_of_a_use_is_entered_shown_and_told(editor, unit):
    answer = submit(editor, f"{HOME}/{unit.id}/zustand", **{**USE, "since": f"{DAY:%d.%m.%Y}"})
    assert answer.status_code == 303
    page, told = editor.get(answer.location).text, editor.get(f"{HOME}/{unit.id}/verlauf").text
    for words in (
        "Leerstand droht ab 31. März 2027",
        "Modehaus Muster, Filiale",
        "Bekleidung",
        "Einzelhandel mit Bekleidung (WZ 2008 47.71, WZ 2025 47.71)",
        "80\u00a0m² genutzt",
        "wahrscheinlich",
    ):
        assert words in page, words
    for words in ("31. März 2027", "Filiale", "47.71 Einzelhandel mit Bekleidung", "80 m²", "Gespräch"):
        assert words in told, words


def test_a_wrong_branch_is_told_at_its_field_and_nothing_is_lost(editor, unit):
    typed = {**USE, "since": f"{DAY:%d.%m.%Y}", "wz_code": "Strumpfladen"}
    answer = submit(editor, f"{HOME}/{unit.id}/zustand", **typed)
    assert answer.status_code == 422 and 'id="e-wz_code"' in answer.text and "Strumpfladen" in answer.text
    assert "Modehaus Muster" in answer.text and "gibt es in der WZ 2008 nicht" in answer.text


def test_a_branch_proposes_the_other_list_and_the_group(editor):
    found = editor.get(f"{HOME}/branche", query_string={"wz_2008": "47.64.1"}).json
    assert found == {
        "wz_2008": "47.64.1 Einzelhandel mit Fahrrädern, Fahrradteilen und -zubehör",
        "wz_2025": "47.63.1 Einzelhandel mit Fahrrädern, E-Bikes, deren Teilen und Zubehör",
        "sortiment": "FAHRRAD",
        "sortiment_label": "Fahrrad",
        "checked": False,
        "known": True,
    }
    assert editor.get(f"{HOME}/branche", query_string={"wz_2025": "Quatsch"}).json["known"] is False
    assert editor.get(f"{HOME}/branche").json["known"] is False


@pytest.mark.parametrize("code", ["LEER_VERMIETET", "ZWISCHENGENUTZT", "NICHT_MARKTAKTIV"])
def test_the_next_state_is_one_tap_away_and_leads_back(editor, unit, code):
    page = editor.get(f"{HOME}/{unit.id}").text
    address = f"{HOME}/{unit.id}/zustand?nutzung={code}"
    assert address in page
    assert form_of(editor.get(address))["state"] == [code]
    assert submit(editor, address).status_code == 303
    page = editor.get(f"{HOME}/{unit.id}").text
    back = "GENUTZT" if code == "LEER_VERMIETET" else "LEER"
    assert f"zustand?nutzung={back}" in page


def test_the_next_tenant_follows_without_a_vacancy_between(editor, staff, unit):
    taken = {"state": "GENUTZT", "since": "01.06.2025", "occupant": "Erster Laden"}
    assert submit(editor, f"{HOME}/{unit.id}/zustand", **taken).status_code == 303
    same = submit(editor, f"{HOME}/{unit.id}/zustand", **{**taken, "since": "01.09.2025"})
    assert same.status_code == 422 and "Der Zustand ist schon" in same.text
    other = {**taken, "since": "01.09.2025", "occupant": "Zweiter Laden"}
    assert submit(editor, f"{HOME}/{unit.id}/zustand", **other).status_code == 303
    assert [spell.occupant for spell in fresh(staff, unit).spells] == ["Zweiter Laden", "Erster Laden", None]


def test_two_versions_know_the_new_fields(editor, staff, unit):
    page = editor.get(f"{HOME}/{unit.id}/bearbeiten")
    theirs = parse_change({**FORM, "heating": "GAS", "parking_n": "2"})
    unit = fresh(staff, unit)
    service.update(staff, acting(), unit.id, unit.version, theirs)
    mine = {**form_of(page), "heating": "OEL", "energy_class": "C"}
    answer = editor.post(f"{HOME}/{unit.id}/bearbeiten", data=mine)
    assert answer.status_code == 409
    for words in ("Heizung", "Öl", "Gas", "Energieklasse", "Stellplätze"):
        assert words in answer.text, words
