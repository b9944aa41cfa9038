"""The pages of zones: drawn without a map too, changed by two people at once, deleted, taken back."""

import re

import pytest

from tests.geo.vacancies.stock import mark
from tests.geo.zones.test_zones import FORM
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/zonen"


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def drawn(client, **changes):
    answer = submit(client, f"{HOME}/neu", **{**FORM, **changes})
    assert answer.status_code == 303, answer.text
    return re.search(r"/zonen/(\d+)", answer.location)[1], answer.location


def test_a_zone_is_drawn_listed_mapped_and_narrows_the_units(manager, staff, towns):
    unit = mark(staff, towns.own)
    mark(staff, towns.own, longitude="11.08", street="Anderswo")
    zone_id, address = drawn(manager, source="Beschluss 12/2020")
    page = manager.get(address).text
    assert "Gespeichert." in page and "Beschluss 12/2020" in page and "seit 1. Januar 2020" in page
    assert "1 Nutzungseinheit, davon 1 leer" in page
    assert "Altstadt" in manager.get(HOME).text
    assert [one["properties"]["title"] for one in manager.get(f"{HOME}/daten").json["features"]] == ["Altstadt"]
    (area,) = manager.get(f"{HOME}/flaechen").json["features"]
    assert area["geometry"]["type"] == "MultiPolygon" and area["properties"]["zone_kind"] == "QUARTIER"
    assert manager.get(f"{HOME}/flaechen?am=2019-05-01").json["features"] == []
    listed = manager.get(f"/intern/leerstand?zone={zone_id}").text
    assert "Marktstraße 907" in listed and "Anderswo" not in listed and "Altstadt (Quartier)" in listed
    assert [one["id"] for one in manager.get(f"/intern/leerstand/daten?zone={zone_id}").json["features"]] == [unit.id]


def test_wrong_input_keeps_what_was_typed(manager):
    answer = submit(manager, f"{HOME}/neu", **{**FORM, "name": "", "note": "bleibt da"})
    assert answer.status_code == 422
    assert 'id="e-name"' in answer.text and "bleibt da" in answer.text and "Polygon" in answer.text


def test_two_people_change_the_same_zone(manager):
    zone_id, _ = drawn(manager)
    form = form_of(manager.get(f"{HOME}/{zone_id}/bearbeiten"))
    assert submit(manager, f"{HOME}/{zone_id}/bearbeiten", name="Kern").status_code == 303
    answer = manager.post(f"{HOME}/{zone_id}/bearbeiten", data={**form, "_key": "", "name": "Rand", "note": "neu"})
    assert answer.status_code == 409
    assert "Kern" in answer.text and "Rand" in answer.text and "Zwei Fassungen" in answer.text
    chosen = {**form_of(answer, "/bearbeiten"), "name": "Rand", "note": "neu"}
    assert manager.post(f"{HOME}/{zone_id}/bearbeiten", data=chosen).status_code == 303
    page = manager.get(f"{HOME}/{zone_id}/verlauf").text
    assert "Rand" in page and "Zone angelegt" in page


def test_deleting_can_be_taken_back(manager):
    zone_id, _ = drawn(manager)
    assert "wirklich" not in manager.get(f"{HOME}/{zone_id}/loeschen").text
    gone = submit(manager, f"{HOME}/{zone_id}/loeschen")
    assert gone.status_code == 303 and manager.get(f"{HOME}/{zone_id}").status_code == 404
    page = manager.get(gone.location)
    assert "Die Zone wurde gelöscht." in page.text
    form = form_of(page, "/rueckgaengig")
    assert manager.post(f"{HOME}/{zone_id}/rueckgaengig", data=form).status_code == 303
    assert manager.get(f"{HOME}/{zone_id}").status_code == 200


@pytest.mark.parametrize("change", ["", "x", "99999999999999999999", "-1"])
def test_a_broken_undo_is_refused(manager, change):
    zone_id, _ = drawn(manager)
    form = {**form_of(manager.get(f"{HOME}/{zone_id}/verlauf"), "/rueckgaengig"), "change": change}
    assert manager.post(f"{HOME}/{zone_id}/rueckgaengig", data=form).status_code in {409, 422}


def test_an_editor_reads_and_does_not_draw(sign_in, towns, manager):
    zone_id, _ = drawn(manager)
    editor = sign_in("editor", towns.own)
    page = editor.get(f"{HOME}/{zone_id}").text
    assert "Altstadt" in page and "Bearbeiten" not in page
    assert editor.get(f"{HOME}/neu").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["zone=abc", "gebiet=1,2,3", "gebiet=11.05,50.93,11.06,50.93", "gebiet=0,0,1,1,2,2", "gebiet=nan,1,2,3,4,5"],
)
def test_broken_addresses_are_refused(manager, query):
    assert manager.get(f"/intern/leerstand?{query}").status_code == 422


def test_a_zone_that_is_not_there(manager):
    assert manager.get("/intern/leerstand?zone=987654").status_code == 404
