"""Overdue units on the pages: the figure, the filter, the mark in list and map, the click that confirms, the settings."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from geo.core import clock
from geo.core.access import Action
from geo.core.db import context_of, set_context
from geo.core.history import perform
from geo.vacancies import queries
from tests.geo.vacancies.stock import acting, mark
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/leerstand"
DAY = clock.today()


@pytest.fixture
def old(staff, towns):
    unit = mark(staff, towns.own, street="Altgasse")
    with perform(staff, acting(), Action.VACANCY_EDIT, towns.own):
        unit.verified_on, unit.verified_by_kind = DAY - timedelta(days=181), "TELEFON"
    return unit


@pytest.fixture
def new(staff, towns):
    unit = mark(staff, towns.own, street="Neugasse")
    with perform(staff, acting(), Action.VACANCY_EDIT, towns.own):
        unit.verified_on, unit.verified_by_kind = DAY - timedelta(days=1), "BEGEHUNG"
    return unit


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


def test_overdue_is_a_figure_a_filter_and_a_mark(editor, old, new):
    page = editor.get(HOME).text
    assert "1 von 2 überfällig" in page and page.count('badge--overdue">überfällig') == 1
    shown = editor.get(f"{HOME}?veraltet=1").text
    assert "Altgasse" in shown and "Neugasse" not in shown
    features = {one["properties"]["id"]: one["properties"] for one in editor.get(f"{HOME}/daten").json["features"]}
    assert (features[old.id]["overdue"], features[new.id]["overdue"]) == (True, False)
    assert "Bestätigung überfällig" in features[old.id]["note"] and "überfällig" not in features[new.id]["note"]
    first = editor.get(f"{HOME}?sortiert=faellig").text
    assert first.index("Altgasse") < first.index("Neugasse")
    assert "1 von 2 Nutzungseinheiten ist überfällig" in editor.get("/intern").text


def test_the_unit_says_when_how_and_until_when(editor, old, new):
    page = editor.get(f"{HOME}/{old.id}").text
    assert "durch: Telefon" in page and "überfällig" in page and "galt bis" in page
    page = editor.get(f"{HOME}/{new.id}").text
    assert "durch: Begehung" in page and "gilt bis" in page and "badge--overdue" not in page


def test_one_click_in_the_list_confirms_and_stays_there(editor, staff, old, new):
    address = f"{HOME}?veraltet=1&sortiert=faellig"
    form = form_of(editor.get(address), f"/{old.id}/bestaetigen")
    answer = editor.post(f"{HOME}/{old.id}/bestaetigen", data=form)
    assert answer.status_code == 303 and "veraltet=1" in answer.location and "sortiert=faellig" in answer.location
    page = editor.get(answer.location)
    assert "Bestätigt." in page.text and "Alle 2 sind bestätigt" in page.text
    set_context(staff, context_of(staff))
    stored = queries.get(staff, inspect(old).identity[0])
    assert (stored.verified_on, stored.verified_by_kind) == (DAY, "BEGEHUNG")
    undo = form_of(page, f"/{old.id}/rueckgaengig")
    assert editor.post(f"{HOME}/{old.id}/rueckgaengig", data=undo).status_code == 303
    assert "1 von 2 überfällig" in editor.get(HOME).text


def test_the_list_goes_nowhere_else(editor, old):
    form = form_of(editor.get(HOME), f"/{old.id}/bestaetigen")
    form["liste"] = "veraltet=1&next=https://example.org&_external=1&_anchor=x"
    answer = editor.post(f"{HOME}/{old.id}/bestaetigen", data=form)
    assert answer.status_code == 303 and answer.location.startswith(f"{HOME}?veraltet=1&bestaetigt=")


def test_a_viewer_confirms_nothing(sign_in, towns, old):
    viewer = sign_in("viewer", towns.own)
    assert "Heute gesehen" not in viewer.get(HOME).text and "Altgasse" in viewer.get(HOME).text


def test_on_another_day_nothing_is_confirmed(editor, old):
    assert "Heute gesehen" not in editor.get(f"{HOME}?am={DAY - timedelta(days=2)}").text


def test_the_manager_sets_the_days(sign_in, towns, editor, old, new):
    manager = sign_in("manager", towns.own)
    address = f"{HOME}/einstellungen"
    assert address in manager.get(HOME).text and address not in editor.get(HOME).text
    assert editor.get(address).status_code == 403
    wrong = submit(manager, address, fresh_empty_days="400")
    assert wrong.status_code == 422 and 'id="e-fresh_empty_days"' in wrong.text and 'value="400"' in wrong.text
    stale = form_of(manager.get(address))
    assert submit(manager, address, fresh_empty_days="200").status_code == 303
    assert "Alle 2 sind bestätigt" in manager.get(HOME).text
    late = manager.post(address, data={**stale, "fresh_empty_days": "20"})
    assert late.status_code == 409 and "leer 200" in late.text and 'value="20"' in late.text
    assert "200 Tage" in manager.get(address).text
