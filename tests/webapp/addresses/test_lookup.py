"""Addresses for the form that marks a unit: suggestions, the nearest one, units near by, and the confirmation when saving."""

import pytest

from geo.places.addresses import service
from geo.places.addresses.queries import Found
from geo.vacancies import queries
from tests.geo.addresses.test_list import LIST
from tests.geo.vacancies.stock import FORM, TODAY, acting, mark
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/adressen"


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


@pytest.fixture
def listed(staff, towns):
    service.replace(staff, acting(), towns.own, "Hauskoordinaten", LIST)
    staff.commit()


class Geocoder:
    host = "geo.example"

    def __init__(self, *found):
        self.found, self.asked = list(found), []

    def search(self, typed, town):
        self.asked.append((typed, town))
        return self.found


def test_the_own_list_answers_first(editor, listed, app):
    app.geocoder = Geocoder()
    answer = editor.get(f"{HOME}/vorschlaege?suche=Markt-Str. 5").json
    assert [one["label"] for one in answer["suggestions"]][:1] == ["Marktstraße 5, 99999 Musterstadt"]
    assert answer["asked"] == "" and answer["suggestions"][0]["own"] and app.geocoder.asked == []


def test_the_geocoder_is_asked_for_whole_addresses_of_the_town_only(editor, listed, app):
    there = Found("Ring", "5", None, "Musterstadt", 11.05, 50.93, "geo.example")
    away = Found("Ring", "5", None, "Fremdstadt", 12.3, 51.3, "geo.example")
    app.geocoder = Geocoder(there, away)
    assert editor.get(f"{HOME}/vorschlaege?suche=Ring").json == {"suggestions": [], "asked": ""}
    answer = editor.get(f"{HOME}/vorschlaege?suche=Ring 5").json
    assert [one["source"] for one in answer["suggestions"]] == ["geo.example"] and answer["asked"] == "geo.example"
    assert not answer["suggestions"][0]["own"] and app.geocoder.asked == [("Ring 5", "Musterstadt")]


def test_the_nearest_address(editor, listed):
    found = editor.get(f"{HOME}/naechste?lat=50.93&lon=11.05041").json["address"]
    assert (found["street"], found["house_number"]) == ("Marktstraße", "10")
    assert editor.get(f"{HOME}/naechste?lat=50.93&lon=11.3").json == {"address": None}
    for query in ("", "?lat=x&lon=11", "?lat=nan&lon=11", "?lat=50"):
        assert editor.get(f"{HOME}/naechste{query}").status_code == 422


def test_units_near_by_and_at_the_same_address(editor, staff, towns):
    near = mark(staff, towns.own)
    far = mark(staff, towns.own, longitude="11.07", street="Bahnhofstraße", house_number="3 a")
    mark(staff, towns.own, longitude="11.08", street="Anderswo")
    staff.commit()
    asked = "/intern/leerstand/daten/naehe?lat=50.9331&lon=11.0524&strasse=Bahnhofstr.&nummer=3A"
    found = editor.get(asked).json["units"]
    assert [(one["id"], one["distance"]) for one in found] == [(far.id, "dieselbe Adresse"), (near.id, "7 m entfernt")]
    assert [one["id"] for one in editor.get(f"{asked}&ausser={near.id}").json["units"]] == [far.id]


def test_saving_asks_once_where_something_stands_near(editor, staff, towns):
    first = mark(staff, towns.own)
    staff.commit()
    form = {**FORM, "longitude": "11.0524", "street": "Nebenan", "note": "bleibt"}
    answer = submit(editor, "/intern/leerstand/neu", **form)
    assert answer.status_code == 422
    assert "Trotzdem anlegen" in answer.text and "Marktstraße 907" in answer.text and "bleibt" in answer.text
    assert f"/intern/leerstand/{first.id}" in answer.text
    again = editor.post("/intern/leerstand/neu", data={**form_of(answer), "_key": ""})
    assert again.status_code == 303
    assert queries.search(staff, towns.own, queries.Filters(TODAY)).total == 2


def test_who_was_shown_them_is_not_asked(editor, staff, towns):
    first = mark(staff, towns.own)
    staff.commit()
    assert submit(editor, "/intern/leerstand/neu", **FORM, near_seen=str(first.id)).status_code == 303
