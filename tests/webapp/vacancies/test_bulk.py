"""Changing many units: from the filter to the preview, the change, and back; conflicts are named."""

import re

import pytest

from geo.vacancies import queries, service
from geo.vacancies.schemas import parse_verification
from tests.geo.vacancies.stock import TODAY, acting, mark
from tests.webapp.vacancies.pages import form_of

HOME = "/intern/leerstand/sammeln"
CONFIRM = {"action": "bestaetigen", "verified_on": "2026-11-20", "verified_by_kind": "BEGEHUNG"}


@pytest.fixture
def units(staff, towns):
    return [mark(staff, towns.own, street=street) for street in ("Apfelgasse", "Birnweg", "Birnweg")]


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


def previewed(client, query="", **changes):
    form = form_of(client.get(f"{HOME}{query}"), "/vorschau")
    return client.post(f"{HOME}/vorschau{query}", data={**form, **CONFIRM, **changes})


def carried_out(client, page, query=""):
    return client.post(f"{HOME}/ausfuehren{query}", data=form_of(page, "/ausfuehren"))


def test_from_the_list_over_the_preview_to_the_change_and_back(editor, units, staff, towns):
    assert f"{HOME}?suche=Birn" in editor.get("/intern/leerstand?suche=Birn").text
    page = previewed(editor, "?suche=Birn")
    assert page.status_code == 200
    assert "2 Einheiten werden geändert" in page.text and "20. November 2026, Begehung" in page.text
    assert queries.get(staff, units[1].id).version == 1
    done = carried_out(editor, page, "?suche=Birn")
    assert done.status_code == 303
    shown = editor.get(done.location)
    assert "2 Einheiten sind geändert" in shown.text and "Suche „Birn“" in shown.text
    number = int(re.search(r"/sammeln/(\d+)", done.location)[1])
    assert f"{HOME}/{number}" in editor.get(HOME).text
    gone = editor.post(f"{HOME}/{number}/rueckgaengig", data=form_of(shown, "/rueckgaengig"))
    assert gone.status_code == 303
    assert "Zurückgenommen am" in editor.get(done.location).text


def test_only_the_ticked_ones(editor, units):
    page = previewed(editor, which="ticked", units=[str(units[0].id)])
    assert "1 Einheit wird geändert" in page.text and "Apfelgasse" in page.text and "Birnweg" not in page.text


def test_a_change_meanwhile_is_named_and_nothing_is_lost(editor, units, staff):
    page = previewed(editor)
    confirmed = parse_verification({"verified_on": "2026-11-20", "verified_by_kind": "BEGEHUNG"}, TODAY)
    service.verify(staff, acting(), units[0].id, 1, confirmed)
    staff.commit()
    again = carried_out(editor, page)
    assert again.status_code == 409 and "Apfelgasse" in again.text and "2 Einheiten werden geändert" in again.text
    assert carried_out(editor, again).status_code == 303


def test_a_later_change_stands_in_the_way_of_undoing(editor, units, staff):
    done = carried_out(editor, previewed(editor))
    form = form_of(editor.get(done.location), "/rueckgaengig")
    confirmed = parse_verification({"verified_on": "2026-11-21", "verified_by_kind": "TELEFON"}, TODAY)
    staff.expire_all()
    service.verify(staff, acting(), units[2].id, 2, confirmed)
    staff.commit()
    refused = editor.post(f"{done.location}/rueckgaengig", data=form)
    assert refused.status_code == 409
    assert "danach noch einmal geändert" in refused.text and "Birnweg" in refused.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"action": ""}, "Bitte ausfüllen"),
        ({"action": "angaben"}, "mindestens eine Angabe ankreuzen"),
        ({"verified_on": "morgen"}, "Bitte ein Datum"),
        ({"action": "zustand", "state": "LEER", "since": ""}, "Bitte ausfüllen"),
        ({"which": "ticked", "units": []}, "mindestens eine Nutzungseinheit auswählen"),
        ({"which": "ticked", "units": ["x"]}, "unvollständig"),
    ],
)
def test_wrong_input_is_said_and_kept(editor, units, changes, words):
    answer = previewed(editor, **changes)
    assert answer.status_code == 422 and words in answer.text


def test_going_back_from_the_preview_keeps_everything(editor, units):
    page = previewed(editor, which="ticked", units=[str(units[0].id)])
    back = editor.post(f"{HOME}/vorschau", data={**form_of(page, "/ausfuehren"), "geaendert": "1"})
    form = form_of(back, "/vorschau")
    assert (
        form["units"] == [str(units[0].id)]
        and form["verified_on"] == ["2026-11-20"]
        and form["action"] == ["bestaetigen"]
    )


def test_an_area_drawn_or_typed_narrows(editor, units, staff, towns):
    mark(staff, towns.own, longitude="11.09", street="Draußen")
    for area in (
        "11.05,50.93,11.06,50.93,11.06,50.94,11.05,50.94",
        '{"type":"Polygon","coordinates":[[[11.05,50.93],[11.06,50.93],[11.05,50.94],[11.05,50.93]]]}',
        "50.93 11.05\n50.93 11.06\n50.94 11.06\n50.94 11.05",
    ):
        page = editor.get(HOME, query_string={"gebiet": area}).text
        assert "alle 3 Einheiten des Filters" in page and "Draußen" not in page


def test_a_broken_form_is_refused(editor, units):
    form = form_of(previewed(editor), "/ausfuehren")
    for changes in ({"versions": ""}, {"versions": "x:y"}, {"action": "weg"}, {"versions": f"{units[0].id}:77"}):
        assert editor.post(f"{HOME}/ausfuehren", data={**form, "_key": "", **changes}).status_code in {409, 422}


def test_a_viewer_does_not_get_there(sign_in, towns):
    assert sign_in("viewer", towns.own).get(HOME).status_code == 403
