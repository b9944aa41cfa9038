"""The street network by the pages: looked at first with a map, replaced by source, removed, refused with a sentence."""

import io
import json

import pytest
from shapely.geometry import LineString
from sqlalchemy import text

from geo.places.streets.drawing import MOST_CORNERS, drawn
from tests.webapp.vacancies.pages import form_of

HOME = "/intern/strassennetz"
MARKT = [[11.05, 50.93], [11.052, 50.93], [11.054, 50.93]]
GASSE = [[11.052, 50.93], [11.052, 50.932]]
AWAY = [[11.25, 50.93], [11.26, 50.93]]


def network(*lines, kind="LineString"):
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": line}}
        for name, line in lines
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


NETWORK = network(("Markt", MARKT), ("Gasse", GASSE))


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def handed_in(client, content=NETWORK, name="netz.geojson", **more):
    form = {key: value[0] for key, value in form_of(client.get(HOME), "/vorschau").items()}
    file = (io.BytesIO(content), name)
    return client.post(f"{HOME}/vorschau", data={**form, **more, "file": file}, content_type="multipart/form-data")


def accepted(client, shown):
    return client.post(f"{HOME}/uebernehmen", data=form_of(shown, "/uebernehmen"))


def stored(session):
    rows = session.execute(text("SELECT name, source FROM register.street_edges ORDER BY id")).all()
    session.commit()
    return rows


def test_a_network_is_looked_at_taken_over_replaced_and_removed(manager, staff):
    shown = handed_in(manager, network(("Markt", MARKT), ("Gasse", GASSE), ("Weit", AWAY), ("Leer", [])))
    assert shown.status_code == 200 and "3 Linien übernehmen" in shown.text and "Gasse, Markt, Weit" in shown.text
    assert "STRASSENNETZ" in shown.text and "Fehlerhafte Zeilen" in shown.text
    assert stored(staff) == []
    assert accepted(manager, shown).status_code == 303
    assert stored(staff) == [("Markt", "netz"), ("Gasse", "netz"), ("Weit", "netz")]
    assert "hat jetzt 3 Linien (vorher 0)" in manager.get(HOME).text
    assert accepted(manager, handed_in(manager)).status_code == 303
    assert [row.name for row in stored(staff)] == ["Markt", "Gasse"]
    page = manager.get(HOME).text
    assert "hat jetzt 2 Linien (vorher 3)" in page and "0,5 km" in page
    (feature,) = manager.get(f"{HOME}/daten").json["features"]
    assert feature["geometry"]["type"] == "MultiLineString" and [11.054, 50.93] in feature["geometry"]["coordinates"][0]
    assert manager.post(f"{HOME}/entfernen", data=form_of(manager.get(HOME), "/entfernen")).status_code == 303
    assert stored(staff) == [] and "Noch kein Straßennetz" in manager.get(HOME).text


def test_lines_outside_are_counted_and_a_network_of_elsewhere_is_refused(manager, staff):
    shown = handed_in(manager, network(("Markt", MARKT), ("Weit", AWAY)))
    assert "<dt>davon außerhalb der Gemeinde</dt><dd>1</dd>" in shown.text
    answer = handed_in(manager, network(("Weit", AWAY)), source="Bleibt")
    assert answer.status_code == 422 and "Keine Linie der Datei liegt in der Gemeinde" in answer.text
    assert 'id="e-file"' in answer.text and "Bleibt" in answer.text and stored(staff) == []


@pytest.mark.parametrize(
    ("content", "name", "field", "words"),
    [
        (b"", "leer.geojson", "file", "leer"),
        (b"name;wert\nMarkt;1\n", "liste.csv", "file", "keine Linien"),
        (b"\xff\xd8\xff\xe0 no picture", "bild.geojson", "file", "Bild"),
        (network(("Punkt", [11.05, 50.93]), kind="Point"), "p.geojson", "file", "keine Linie"),
        (network(("Fern", [[8.0, 48.0], [8.1, 48.0]])), "f.geojson", "file", "nicht in Thüringen"),
    ],
)
def test_what_is_no_network_is_refused_with_a_sentence(manager, staff, content, name, field, words):
    answer = handed_in(manager, content, name, source="Vermessungsamt")
    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text
    assert words in answer.text and "Vermessungsamt" in answer.text and stored(staff) == []


def test_no_file_and_a_strange_system_are_said_at_their_fields(manager):
    form = {key: value[0] for key, value in form_of(manager.get(HOME), "/vorschau").items()}
    answer = manager.post(f"{HOME}/vorschau", data={**form, "srid": "4711"})
    assert answer.status_code == 422 and 'id="e-file"' in answer.text and 'id="e-srid"' in answer.text


def test_only_what_was_looked_at_is_taken_over(manager, staff):
    older = handed_in(manager)
    handed_in(manager, network(("Anderswo", MARKT)))
    answer = accepted(manager, older)
    assert answer.status_code == 422 and "andere Datei angesehen" in answer.text and stored(staff) == []


def test_an_editor_looks_and_changes_nothing(app, manager, sign_in, towns, staff):
    accepted(manager, handed_in(manager))
    app.config["WTF_CSRF_ENABLED"] = False
    editor = sign_in("editor", towns.own)
    page = editor.get(HOME)
    assert page.status_code == 200 and "netz" in page.text and "/vorschau" not in page.text
    assert editor.post(f"{HOME}/entfernen", data={"source": "netz"}).status_code == 403
    assert len(stored(staff)) == 2


def test_another_town_sees_and_removes_nothing(app, manager, sign_in, towns, staff):
    accepted(manager, handed_in(manager))
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = sign_in("manager", towns.foreign)
    assert "Noch kein Straßennetz" in stranger.get(HOME).text and stranger.get(f"{HOME}/daten").json["features"] == []
    stranger.post(f"{HOME}/entfernen", data={"source": "netz"})
    assert len(stored(staff)) == 2


def test_a_large_network_is_drawn_light():
    """A grid of 200 by 200 streets, each cut at every crossing: the map gets long lines, and no more than it can bear."""
    step, lines = 0.0005, []
    for a in range(200):
        for b in range(199):
            lines.append(LineString([(11 + a * step, 50.9 + b * step), (11 + a * step, 50.9 + (b + 1) * step)]))
            lines.append(LineString([(11 + b * step, 50.9 + a * step), (11 + (b + 1) * step, 50.9 + a * step)]))
    shape = drawn(lines)
    assert 0 < sum(len(line) for line in shape["coordinates"]) <= MOST_CORNERS
    assert drawn([]) is None
