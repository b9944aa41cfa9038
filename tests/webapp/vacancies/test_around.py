"""Pages around a unit: further units in a house, buildings, parcels, splitting and merging, with their undo."""

import re
from datetime import timedelta

import pytest

from geo.core import clock
from tests.geo.vacancies.stock import mark
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/leerstand"
DAY = clock.today()


@pytest.fixture
def unit(staff, towns):
    return mark(staff, towns.own)


@pytest.fixture
def address(unit):
    return f"{HOME}/{unit.id}"


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


def building_of(editor, address):
    submit(editor, f"{address}/gebaeude", building="neu", name="Alte Post", built_year="1898", monument="EINZEL")
    return re.search(rf"{HOME}/gebaeude/\d+", editor.get(address).text)[0]


def test_a_further_unit_in_the_house_needs_no_place(editor, address):
    house = building_of(editor, address)
    made = submit(editor, f"{address}/weitere", object_type="WOHNUNG", floor="1", since="2019", state="GENUTZT")
    assert made.status_code == 303
    page = editor.get(made.location).text
    assert "Marktstraße 907" in page and "Alte Post" in page and address in page
    shown = editor.get(house).text
    assert shown.index("1. Obergeschoss") < shown.index("ohne Geschoss")
    assert "Wohnung" in shown and "Laden im Erdgeschoss" in shown
    wrong = submit(editor, f"{address}/weitere", object_type="WOHNUNG", since="bald", floor="77")
    assert wrong.status_code == 422 and 'id="e-since"' in wrong.text and 'id="e-floor"' in wrong.text


def test_a_building_is_made_changed_compared_and_undone(editor, address):
    house = building_of(editor, address)
    page = editor.get(house).text
    assert "1898" in page and "Einzeldenkmal" in page and "Alte Post" in page
    stale = form_of(editor.get(f"{house}/bearbeiten"))
    assert submit(editor, f"{house}/bearbeiten", storeys="4", is_hazard="1").status_code == 303
    assert "<dt>Gefährdung</dt>" in editor.get(house).text
    late = editor.post(f"{house}/bearbeiten", data={**stale, "storeys": "9"})
    assert late.status_code == 409 and "Zwei Änderungen zugleich" in late.text
    assert re.findall(r"<legend>(.*?)</legend>", late.text) == ["Vollgeschosse", "Gefährdung"]
    assert 'name="storeys" value="9"' in late.text and 'name="storeys" value="4" checked' in late.text
    chosen = {**form_of(late, "/bearbeiten"), "storeys": "9", "is_hazard": "1"}
    assert editor.post(f"{house}/bearbeiten", data=chosen).status_code == 303
    both = editor.get(house).text
    assert "<dt>Vollgeschosse</dt><dd>9</dd>" in both and "<dt>Gefährdung</dt>" in both and "Alte Post" in both
    undo = form_of(editor.get(house), "/rueckgaengig")
    assert editor.post(f"{house}/rueckgaengig", data=undo).status_code == 303
    assert "<dt>Vollgeschosse</dt><dd>4</dd>" in editor.get(house).text and "<dt>Baujahr</dt>" in editor.get(house).text
    wrong = submit(editor, f"{house}/bearbeiten", built_year="999")
    assert wrong.status_code == 422 and 'id="e-built_year"' in wrong.text


def test_the_history_names_the_building_and_the_units(editor, address, unit):
    building_of(editor, address)
    rows = re.findall(r'<tr><th scope="row">Gebäude</th>(.*?)</tr>', editor.get(f"{address}/verlauf").text)
    assert len(rows) == 1 and "<ins>Alte Post</ins>" in rows[0]
    assert split_form(editor, address).status_code == 303
    told = editor.get(f"{address}/verlauf").text
    assert "Marktstraße 907, Laden links" in told and f"Nutzungseinheit {unit.id}" not in told


def test_a_building_near_by_is_chosen_and_left_again(editor, staff, towns, address):
    house = building_of(editor, address)
    other = mark(staff, towns.own, longitude="11.0525", house_number="909")
    page = editor.get(f"{HOME}/{other.id}/gebaeude").text
    assert "Alte Post, Baujahr 1898" in page
    number = house.rsplit("/", 1)[1]
    assert submit(editor, f"{HOME}/{other.id}/gebaeude", building=number).status_code == 303
    assert house in editor.get(f"{HOME}/{other.id}").text
    assert submit(editor, f"{HOME}/{other.id}/gebaeude", building="keines").status_code == 303
    assert house not in editor.get(f"{HOME}/{other.id}").text
    for wrong in ("", "x", "999999"):
        assert submit(editor, f"{HOME}/{other.id}/gebaeude", building=wrong).status_code in (404, 422)


def test_the_list_and_the_map_show_one_building(editor, staff, towns, address, unit):
    number = building_of(editor, address).rsplit("/", 1)[1]
    mark(staff, towns.own, longitude="11.0525", house_number="909")
    assert "909" not in editor.get(f"{HOME}?gebaeude={number}").text
    found = editor.get(f"{HOME}/daten?gebaeude={number}").json["features"]
    assert [one["properties"]["id"] for one in found] == [unit.id]


def test_parcels_are_typed_shown_and_removed(editor, address):
    wrong = submit(editor, f"{address}/flurstuecke", parcel_key="0123-1-12a", parcel_area_m2="-1")
    assert wrong.status_code == 422 and "gehört nicht dazu" in wrong.text and 'value="0123-1-12a"' in wrong.text
    assert 'id="e-parcel_area_m2"' in wrong.text
    right = submit(editor, f"{address}/flurstuecke", parcel_key="0123-1-123/4", parcel_area_m2="450")
    assert right.status_code == 303
    assert "Gemarkung 0123, Flur 1, Flurstück 123/4, 450" in editor.get(address).text
    twice = submit(editor, f"{address}/flurstuecke", parcel_key="160123-001-00123/0004")
    assert twice.status_code == 422 and "schon zugeordnet" in twice.text
    page = editor.get(f"{address}/flurstuecke")
    action = re.search(rf"{address}/flurstuecke/\d+/entfernen", page.text)[0]
    assert editor.post(action, data=form_of(page, action)).status_code == 303
    assert "Flurstück 123/4" not in editor.get(address).text


def split_form(editor, address, **changes):
    parts = {
        "name_1": "Laden links",
        "area_total_m2_1": "50",
        "name_2": "Laden rechts",
        "area_total_m2_2": "70",
        "state_2": "GENUTZT",
        "occupant_2": "Blumen Muster",
        "on_day": (DAY - timedelta(days=5)).isoformat(),
    }
    return submit(editor, f"{address}/teilen", **{**parts, **changes})


def test_a_shop_is_split_shown_on_both_sides_and_undone(editor, unit, address):
    answer = split_form(editor, address)
    assert answer.status_code == 303
    whole = editor.get(answer.location)
    assert "geteilt. Daraus wurden:" in whole.text and "Laden links" in whole.text and "entfallen" in whole.text
    part = next(link for link in re.findall(rf'href="({HOME}/\d+)"', whole.text) if link != address)
    assert "durch Teilen von:" in editor.get(part).text and address in editor.get(part).text
    assert "geteilt" in editor.get(f"{address}/verlauf").text
    today, before = editor.get(HOME).text, editor.get(f"{HOME}?am={DAY - timedelta(days=6)}").text
    assert "Laden links" in today and f'href="{address}"' not in today
    assert "Laden links" not in before and address in before
    undo = form_of(whole, "/rueckgaengig")
    assert editor.post(f"{address}/rueckgaengig", data=undo).status_code == 303
    assert "Laden links" not in editor.get(HOME).text and editor.get(part).status_code == 404


def test_one_more_part_keeps_what_was_typed(editor, address):
    more = split_form(editor, address, one_more="1")
    assert more.status_code == 200 and 'name="name_3"' in more.text and 'value="Laden links"' in more.text
    whole = {**form_of(more), "name_3": "Lager"}
    assert editor.post(f"{address}/teilen", data=whole).status_code == 303


def test_a_wrong_split_is_told_at_its_field(editor, address):
    answer = split_form(editor, address, name_2="", on_day="2020-01-01")
    assert answer.status_code == 422 and 'id="e-name_2"' in answer.text and 'value="Laden links"' in answer.text
    answer = split_form(editor, address, on_day="2020-01-01")
    assert answer.status_code == 422 and 'id="e-on_day"' in answer.text and "keine bekannte Nutzung" in answer.text


def test_two_shops_are_merged(editor, staff, towns, unit, address):
    assert "liegt keine weitere Nutzungseinheit" in editor.get(f"{address}/zusammenlegen").text
    other = mark(staff, towns.own, longitude="11.0524", house_number="909")
    nobody = submit(editor, f"{address}/zusammenlegen")
    assert nobody.status_code == 422 and "Bitte mindestens eine weitere Einheit wählen." in nobody.text
    form = {"with_unit": str(other.id), "area_total_m2": "240", "name": "Doppelladen"}
    form["on_day"] = (DAY - timedelta(days=5)).isoformat()
    answer = submit(editor, f"{address}/zusammenlegen", **form)
    assert answer.status_code == 303
    assert "zusammengelegt. Daraus wurde:" in editor.get(answer.location).text
    page = editor.get(HOME).text
    assert "Doppelladen" in page and f'href="{HOME}/{other.id}"' not in page
    assert "Daraus wurde" in editor.get(f"{HOME}/{other.id}").text
