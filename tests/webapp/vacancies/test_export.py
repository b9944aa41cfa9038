"""Exports from the lists: at once when they are small, as a job when not; public ones with public columns alone."""

import io

import pandas
import pytest

from geo.core.access import SYSTEM
from geo.jobs import run_now
from geo.vacancies.exporting import FORMATS
from tests.geo.vacancies.stock import mark
from webapp.vacancies import export


@pytest.fixture
def person(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("viewer", towns.own)


@pytest.fixture
def stock(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        for number in range(3):
            mark(session, towns.own, house_number=str(910 + number), state="LEER" if number else "GENUTZT")
        session.commit()
    return towns.own


def test_the_list_leads_to_the_export_of_what_it_shows(person, stock):
    assert "/intern/leerstand/exportieren?zustand=LEER" in person.get("/intern/leerstand?zustand=LEER").text
    page = person.get("/intern/leerstand/exportieren?zustand=LEER").text
    assert "2 Nutzungseinheiten" in page and "nach den Filtern der Liste" in page
    assert all(one.label[0] in page for one in FORMATS.values())


@pytest.mark.parametrize("extension", FORMATS)
def test_a_small_one_comes_at_once(person, stock, extension):
    answer = person.post("/intern/leerstand/exportieren?zustand=LEER", data={"format": extension})
    assert answer.status_code == 200 and answer.mimetype == FORMATS[extension].media_type
    assert "leerstand-musterstadt-" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].endswith(f".{extension}")
    if extension == "csv":
        frame = pandas.read_csv(io.BytesIO(answer.data), sep=";", dtype=str, encoding="utf-8-sig")
        assert list(frame["Hausnummer"]) == ["911", "912"] and set(frame["Nutzung"]) == {"leer"}


def test_a_large_one_becomes_a_job(db, person, stock, settings, monkeypatch):
    monkeypatch.setitem(export.AT_ONCE, "csv", 1)
    answer = person.post("/intern/leerstand/exportieren?zustand=LEER&am=2026-11-22", data={"format": "csv"})
    assert answer.status_code == 303 and "/intern/vorgaenge/" in answer.location
    number = int(answer.location.rsplit("/", 1)[1])
    page = person.get(answer.location).text
    assert "Export als Text (CSV)" in page and 'href="/intern/leerstand?zustand=LEER&amp;am=2026-11-22"' in page
    run_now(db, number, home=settings.home)
    assert "2 Nutzungseinheiten geschrieben." in person.get(answer.location).text
    file = person.get(f"{answer.location}/datei")
    frame = pandas.read_csv(io.BytesIO(file.data), sep=";", dtype=str, encoding="utf-8-sig")
    assert list(frame["Hausnummer"]) == ["911", "912"]
    assert "leerstand-musterstadt-2026-11-22.csv" in file.headers["Content-Disposition"]


@pytest.mark.parametrize("wanted", ["", "doc", "../../etc/passwd", "CSV "])
def test_a_format_that_is_none_is_a_sentence_at_the_field(person, stock, wanted):
    answer = person.post("/intern/leerstand/exportieren", data={"format": wanted})
    assert answer.status_code == 422 and "Bitte ein Format auswählen." in answer.text


def test_bad_filters_are_refused_as_on_the_list(person, stock):
    assert person.get("/intern/leerstand/exportieren?am=gestern").status_code == 422
    assert person.post("/intern/leerstand/exportieren?zustand=X", data={"format": "csv"}).status_code == 422
