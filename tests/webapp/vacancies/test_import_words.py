"""Lists whose words the register does not know, ready profiles, large files, files that are no lists of units."""

import dataclasses
import re

import pytest
from sqlalchemy import text

from geo.jobs import run_now
from tests.webapp.vacancies.pages import form_of, submit
from tests.webapp.vacancies.test_imports import HOME, LIST, handed_in
from webapp.vacancies import importing


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def test_unknown_words_are_asked_for_and_remembered(manager):
    said = LIST.replace(";leer;", ";steht frei;")
    columns = handed_in(manager, said).location
    page = manager.get(columns)
    asked = dict(re.findall(r'<label[^>]* for="f-(word-[^"]+)"[^>]*>\s*„([^“]+)“', page.text))
    frei = next(name for name, word in asked.items() if word == "steht frei")
    wrong = submit(manager, columns, source="Liste", **{frei: "QUATSCH"})
    assert wrong.status_code == 422 and "Bitte für „steht frei“ einen" in wrong.text
    done = submit(manager, columns, source="Liste", keep_as="Frei", **{frei: "LEER"})
    assert done.status_code == 303 and "Marktstraße 5" in manager.get(f"{done.location}?art=NEU").text
    again = form_of(manager.get(handed_in(manager, said, profile="Frei").location))
    assert again[frei] == ["LEER"] and again["keep_as"] == ["Frei"]


def test_a_ready_profile_is_marked_as_unchecked_and_used(manager):
    assert "(Angabe noch nicht geprüft)" in manager.get(HOME).text
    said = LIST.replace(";leer;", ";Leerstand;").replace(";genutzt;", ";Besatz;")
    columns = handed_in(manager, said).location
    assert "„Besatz“" in manager.get(columns).text
    applied = submit(manager, columns, profile="bereit:lean", use_profile="1")
    assert applied.status_code == 303
    page = manager.get(columns)
    assert "Angabe noch nicht geprüft." in page.text
    assert next(form_of(page)[name] for name in form_of(page) if name.startswith("word-state")) in (
        ["LEER"],
        ["GENUTZT"],
    )
    done = submit(manager, columns, source="Liste")
    assert "Marktstraße 7" in manager.get(f"{done.location}?art=NEU").text


def test_boundaries_are_sent_to_the_zones(manager):
    shape = '{"type": "Polygon", "coordinates": [[[11, 50.9], [11.1, 50.9], [11.1, 51], [11, 50.9]]]}'
    given = f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{"GKZ": "16"}}, "geometry": {shape}}}]}}'
    columns = handed_in(manager, given, "grenzen.geojson", "utf-8").location
    page = manager.get(columns)
    assert "Keine Spalte passt zu einem Feld" in page.text and "/intern/zonen" in page.text
    assert submit(manager, columns, source="x").status_code == 422


def test_a_large_file_is_read_as_a_job(manager, db, monkeypatch):
    monkeypatch.setattr(importing, "READ_AT_ONCE", 100)
    answer = handed_in(manager)
    re.search(r"/vorgaenge/(\d+)", answer.location)[1]
    waiting = re.search(r'href="(/intern/leerstand/import/\d+/spalten)"', manager.get(HOME).text)[1]
    assert manager.get(waiting).location == answer.location  # nothing to map yet
    assert manager.post(waiting.replace("spalten", "uebernehmen"), data=form_of(manager.get(HOME))).status_code == 409


def test_a_file_that_could_not_be_read_leads_back_and_can_be_discarded(manager, db, app, monkeypatch):
    monkeypatch.setattr(importing, "READ_AT_ONCE", 10)
    page = handed_in(manager, "\x00\x01\x02" * 50, "liste.csv", "utf-8").location
    run_now(db, int(page.rpartition("/")[2]), home=app.settings.home)
    failed = manager.get(page)
    assert "gescheitert" in failed.text and f'href="{HOME}"' in failed.text  # not to columns that there are none of
    listed = manager.get(HOME).text
    assert 'aria-label="liste.csv verwerfen"' in listed
    there = re.search(r'action="(/intern/leerstand/import/\d+/verwerfen)"', listed)[1]
    assert submit(manager, there, on=HOME).location == HOME
    assert "verwerfen" not in manager.get(HOME).text
    assert not list((app.settings.home / "imports").glob("[0-9]*/*"))


def test_discarding_ends_the_job_that_still_reads(manager, staff, monkeypatch):
    monkeypatch.setattr(importing, "READ_AT_ONCE", 10)
    handed_in(manager)
    there = re.search(r'action="(/intern/leerstand/import/\d+/verwerfen)"', manager.get(HOME).text)[1]
    assert submit(manager, there, on=HOME).status_code == 303
    assert staff.scalars(text("SELECT state FROM register.jobs")).all() == ["ABGEBROCHEN"]


def test_a_file_can_be_discarded_where_its_columns_are(manager, app):
    columns = handed_in(manager).location
    there = re.search(r'action="(/intern/leerstand/import/\d+/verwerfen)"', manager.get(columns).text)[1]
    assert submit(manager, there, on=columns).status_code == 303
    assert not list((app.settings.home / "imports").glob("[0-9]*/*"))


def test_a_file_that_is_too_large_gets_a_sentence(manager, app, monkeypatch):
    monkeypatch.setattr(app, "settings", dataclasses.replace(app.settings, import_mb=1))
    answer = handed_in(manager, "x" * 1_500_000)
    assert answer.status_code == 422 and "höchstens 1 MB" in answer.text
    assert handed_in(manager, "x" * 3_000_000).status_code == 413
