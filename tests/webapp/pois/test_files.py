"""Places near by through the pages: looked at first, replaced by source, removed, refused with a sentence."""

import io
import json

import pytest
from sqlalchemy import text

from tests.webapp.vacancies.pages import form_of

HOME = "/intern/orte"


def listed(*places):
    features = [
        {"type": "Feature", "properties": tags, "geometry": {"type": "Point", "coordinates": spot}}
        for spot, tags in places
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


CAFE = ([11.05, 50.93], {"amenity": "cafe", "name": "Café <Markt>"})
BANK = ([11.05, 50.93], {"amenity": "bank", "name": "Bank"})
AWAY = ([11.25, 50.93], {"shop": "books", "name": "Fern"})


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def handed_in(client, content, name="osm.geojson", **more):
    form = {key: value[0] for key, value in form_of(client.get(HOME), "/vorschau").items()}
    file = (io.BytesIO(content), name)
    return client.post(f"{HOME}/vorschau", data={**form, **more, "file": file}, content_type="multipart/form-data")


def accepted(client, shown):
    return client.post(f"{HOME}/uebernehmen", data=form_of(shown, "/uebernehmen"))


def stored(session):
    rows = session.execute(text("SELECT kind, name, source FROM register.pois ORDER BY id")).all()
    session.commit()
    return rows


def test_places_are_looked_at_taken_over_replaced_and_removed(manager, staff):
    shown = handed_in(manager, listed(CAFE, BANK, AWAY))
    assert shown.status_code == 200 and "2 Orte übernehmen" in shown.text and stored(staff) == []
    assert "Gastronomie: 1, Laden: 1" in shown.text and "Café &lt;Markt&gt;" in shown.text
    assert "<dt>davon außerhalb der Gemeinde</dt><dd>1</dd>" in shown.text
    assert accepted(manager, shown).status_code == 303
    assert stored(staff) == [("GASTRONOMIE", "Café <Markt>", "osm"), ("LADEN", "Fern", "osm")]
    assert {one["properties"]["subtitle"] for one in manager.get(f"{HOME}/daten").json["features"]} == {
        "Gastronomie",
        "Laden",
    }
    accepted(manager, handed_in(manager, listed(CAFE)))
    assert "hat jetzt 1 Orte (vorher 2)" in manager.get(HOME).text
    assert manager.post(f"{HOME}/entfernen", data=form_of(manager.get(HOME), "/entfernen")).status_code == 303
    assert stored(staff) == [] and "Noch keine Orte" in manager.get(HOME).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (listed(BANK), "Keines der 1 Objekte"),
        (listed(AWAY), "Kein Ort der Datei liegt in der Gemeinde"),
        (b"\xff\xd8\xff\xe0", "Bild"),
    ],
)
def test_what_is_of_no_use_is_refused_with_a_sentence(manager, staff, content, words):
    answer = handed_in(manager, content, source="Bleibt")
    assert answer.status_code == 422 and 'id="e-file"' in answer.text
    assert words in answer.text and "Bleibt" in answer.text and stored(staff) == []


def test_an_editor_looks_and_another_town_sees_nothing(app, manager, sign_in, towns, staff):
    accepted(manager, handed_in(manager, listed(CAFE)))
    app.config["WTF_CSRF_ENABLED"] = False
    editor, stranger = sign_in("editor", towns.own), sign_in("manager", towns.foreign)
    page = editor.get(HOME)
    assert page.status_code == 200 and "osm" in page.text and "/vorschau" not in page.text
    assert editor.post(f"{HOME}/entfernen", data={"source": "osm"}).status_code == 403
    assert "Noch keine Orte" in stranger.get(HOME).text
    stranger.post(f"{HOME}/entfernen", data={"source": "osm"})
    assert len(stored(staff)) == 1
