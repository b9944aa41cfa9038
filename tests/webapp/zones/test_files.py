"""Zones out of a file by the pages: looked at first, taken over and taken back as one; what is wrong keeps what was typed."""

import io
import json

import pytest
from sqlalchemy import text

from tests.geo.zones.test_zones import SQUARE, STREET
from tests.webapp.vacancies.pages import form_of

HOME = "/intern/zonen"
FARTHER = {"type": "Polygon", "coordinates": [[[11.07, 50.93], [11.08, 50.93], [11.08, 50.94], [11.07, 50.93]]]}
TWO = [("Kern", "Quartier", SQUARE), ("Rand", "Sanierungsgebiet", FARTHER)]


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def collection(rows=TWO):
    features = [
        {"type": "Feature", "properties": {"Name": name, "Art": kind}, "geometry": shape} for name, kind, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def handed_in(client, content=None, name="zonen.geojson"):
    form = {key: value[0] for key, value in form_of(client.get(f"{HOME}/einlesen")).items()}
    file = (io.BytesIO(collection() if content is None else content), name)
    return client.post(f"{HOME}/einlesen", data={**form, "file": file}, content_type="multipart/form-data")


def accepted(client, shown, **changes):
    return client.post(f"{HOME}/einlesen/uebernehmen", data={**form_of(shown, "/uebernehmen"), **changes})


def names(session):
    return session.execute(text("SELECT name, kind FROM register.zones ORDER BY name")).all()


def test_zones_are_looked_at_taken_over_and_taken_back_as_one(manager, staff):
    shown = handed_in(manager)
    assert shown.status_code == 200 and "2 Flächen lassen sich übernehmen" in shown.text
    assert names(staff) == []
    assert "Sanierungsgebiet</td>" in shown.text
    again = accepted(manager, shown, kind_column="", kind="QUARTIER", since="2020-01-01", zeigen="1")
    assert again.status_code == 200 and "Sanierungsgebiet</td>" not in again.text and names(staff) == []
    done = accepted(manager, again, kind_column="Art")
    assert done.status_code == 303
    assert names(staff) == [("Kern", "QUARTIER"), ("Rand", "SANIERUNGSGEBIET")]
    page = manager.get(done.location)
    assert "2 Zonen sind übernommen." in page.text and "seit 1. Januar 2020" in page.text
    form = form_of(page, "/einlesen/zuruecknehmen")
    assert manager.post(f"{HOME}/einlesen/zuruecknehmen", data=form).status_code == 303
    assert names(staff) == []


def test_lines_become_street_sections_as_wide_as_said(manager, staff):
    shown = handed_in(manager, collection([("Markt bis Brühl", "Straßenabschnitt", STREET)]))
    assert "1 Fläche lässt sich übernehmen" in shown.text and "In der Datei eine Linie" in shown.text
    for changes, sentence in (
        ({"width_m": "0"}, "von 1 bis 500"),
        ({"kind_column": "", "kind": "QUARTIER"}, "Eine Linie gibt es nur"),
    ):
        answer = accepted(manager, shown, **changes)
        assert answer.status_code == 422 and sentence in answer.text
    assert accepted(manager, shown, width_m="12").status_code == 303
    made = staff.execute(text("SELECT kind, line_width_m, ST_Area(outline::geography) FROM register.zones")).one()
    assert (made.kind, made.line_width_m) == ("STRASSENABSCHNITT", 12) and 7_000 < made.st_area < 10_000


def test_a_row_is_left_out(manager, staff):
    answer = accepted(manager, handed_in(manager), kind="QUARTIER", skip="2")
    assert answer.status_code == 303 and len(names(staff)) == 1


def test_all_or_none_with_a_sentence_and_what_was_typed(manager, staff):
    answer = accepted(manager, handed_in(manager), kind_column="", source="Beschluss 7")
    assert answer.status_code == 422 and 'id="e-kind"' in answer.text and "Beschluss 7" in answer.text
    assert names(staff) == []
    nothing = accepted(manager, answer, kind="QUARTIER", skip=["1", "2"])
    assert nothing.status_code == 422 and "zum Übernehmen ausgewählt" in nothing.text


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "leer.geojson"), (b"{", "zonen.geojson"), (b"a;b\n1;2\n", "liste.csv"), (b"\x89PNG\r\n", "bild.png")],
)
def test_what_is_no_file_of_zones_is_refused_at_the_field(manager, content, name):
    answer = handed_in(manager, content, name)
    assert answer.status_code == 422 and 'id="e-file"' in answer.text


def test_without_a_file(manager):
    form = form_of(manager.get(f"{HOME}/einlesen"))
    answer = manager.post(f"{HOME}/einlesen", data=form)
    assert answer.status_code == 422 and "Bitte eine Datei wählen." in answer.text


@pytest.mark.parametrize(
    "carried",
    [
        "",
        "[]",
        '{"columns": [], "warnings": [], "rows": [{"texts": {}}]}',
        '{"columns": [1], "warnings": [], "rows": []}',
        '{"columns": [], "warnings": [], "rows": [{"row": 1, "texts": {}, "problem": null, "repaired": null, "outline": "{"}]}',
        '{"columns": [], "warnings": [], "rows": [{"row": "1", "texts": {}, "problem": null, "repaired": null, "outline": null}]}',
    ],
)
@pytest.mark.parametrize("more", [{}, {"zeigen": "1"}])
def test_a_broken_form_is_refused(manager, carried, more):
    answer = accepted(manager, handed_in(manager), zones=carried, **more)
    assert answer.status_code == 422 and "noch einmal wählen" in answer.text


def test_an_editor_hands_in_no_zones(sign_in, towns):
    editor = sign_in("editor", towns.own)
    assert editor.get(f"{HOME}/einlesen").status_code == 403
