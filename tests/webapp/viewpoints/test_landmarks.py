"""Landmarks by the pages: by hand, from a file, from the register; stale edits and wrong input told."""

import io
import json

import pytest
from sqlalchemy import text

from geo.viewpoints.landmarks.reading import height_of, kind_of
from tests.geo.viewpoints.conftest import made
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/landmarken"
TOWER = {"name": "Fuchsturm", "kind": "TURM", "longitude": "11,61", "latitude": "50,9301", "height_m": "30,5"}


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


def stored(db):
    with db.owner() as session:
        rows = session.execute(
            text("SELECT name, kind, height_m, source, version FROM register.landmarks ORDER BY name, id")
        ).all()
        session.commit()
    return rows


def test_one_is_described_changed_and_removed(db, editor):
    assert "Noch keine Landmarken" in editor.get(HOME).text
    assert submit(editor, f"{HOME}/neu", **TOWER).status_code == 303
    (row,) = stored(db)
    assert (row.name, row.kind, float(row.height_m)) == ("Fuchsturm", "TURM", 30.5)
    page = editor.get(HOME).text
    assert "30,5 m" in page and "„Fuchsturm“ ist angelegt" in page
    (feature,) = editor.get(f"{HOME}/punkte").json["features"]
    assert feature["properties"]["title"] == "Fuchsturm" and feature["geometry"]["coordinates"] == [11.61, 50.9301]
    one = f"{HOME}/{feature['properties']['id']}"
    before = form_of(editor.get(one))
    assert submit(editor, one, name="Fuchsturm am Berg", height_m="").status_code == 303
    assert stored(db)[0].height_m is None and "angenommen 25 m" in editor.get(HOME).text
    stale = editor.post(one, data={**before, "name": "Alter Turm"})
    assert stale.status_code == 409 and "Fuchsturm am Berg" in stale.text and 'value="Alter Turm"' in stale.text
    form = form_of(editor.get(one), "/loeschen")
    assert editor.post(f"{one}/loeschen", data=form).status_code == 303
    assert stored(db) == [] and "„Fuchsturm am Berg“ ist gelöscht" in editor.get(HOME).text
    assert editor.get(one).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "f-name"),
        ("kind", "BAUM", "e-kind"),
        ("latitude", "11,6", "Umgebung"),
        ("longitude", "östlich", "e-longitude"),
        ("height_m", "401", "400"),
        ("name", "x" * 81, "80"),
    ],
)
def test_wrong_input_is_told_at_its_field_and_kept(db, editor, field, value, sentence):
    answer = submit(editor, f"{HOME}/neu", **{**TOWER, field: value})
    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text and sentence in answer.text
    assert "30,5" in answer.text or field == "height_m"
    assert stored(db) == []


def test_one_beyond_the_border_is_a_landmark_too(db, editor):
    """The Brocken is seen from Nordhausen."""
    brocken = {"name": "Brocken", "kind": "BERG", "longitude": "10,6155", "latitude": "51,7991", "height_m": ""}
    assert submit(editor, f"{HOME}/neu", **brocken).status_code == 303


def feature(name, place, **tags):
    return {"type": "Feature", "properties": {"name": name, **tags}, "geometry": place}


def at(x, y):
    return {"type": "Point", "coordinates": [x, y]}


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[11.5, 50.9], [11.502, 50.9], [11.502, 50.902], [11.5, 50.902], [11.5, 50.9]]],
}
EXTRACT = [
    feature("Jenzig", at(11.63, 50.94), natural="peak", ele="385", **{"@id": "node/1", "name:en": "Jenzig Hill"}),
    feature("Stadtkirche", SQUARE, amenity="place_of_worship", height="75 m", **{"@id": "way/2"}),
    feature("Kiosk", at(11.5, 50.9), shop="kiosk"),
    feature("", at(11.5, 50.9), natural="peak"),
    feature("Zugspitze", at(10.98, 47.42), natural="peak"),
]


def handed_in(client, features, name="auszug.geojson", **more):
    content = (
        features
        if isinstance(features, bytes)
        else json.dumps({"type": "FeatureCollection", "features": features}).encode()
    )
    data = {**form_of(client.get(HOME), "/vorschau"), "source": "OpenStreetMap, ODbL", **more}
    data["file"] = (io.BytesIO(content), name)
    return client.post(f"{HOME}/vorschau", data=data, content_type="multipart/form-data")


def test_an_extract_is_looked_at_and_taken_over_and_again_brought_up_to_date(db, editor):
    shown = handed_in(editor, EXTRACT)
    assert shown.status_code == 200 and "2 Landmarken übernehmen" in shown.text
    assert "Zeile 5" in shown.text and "Umgebung" in shown.text and "Stadtkirche" in shown.text and "75 m" in shown.text
    assert "<dt>Keine Landmarke oder ohne Namen</dt><dd>2</dd>" in shown.text and stored(db) == []
    assert editor.post(f"{HOME}/uebernehmen", data=form_of(shown, "/uebernehmen")).status_code == 303
    assert [(row.name, row.kind, row.source) for row in stored(db)] == [
        ("Jenzig", "BERG", "OpenStreetMap, ODbL"),
        ("Stadtkirche", "KIRCHE", "OpenStreetMap, ODbL"),
    ]
    renamed = [{**EXTRACT[0], "properties": {**EXTRACT[0]["properties"], "name": "Der Jenzig"}}, EXTRACT[1]]
    shown = handed_in(editor, renamed)
    editor.post(f"{HOME}/uebernehmen", data=form_of(shown, "/uebernehmen"))
    assert "0 Landmarken sind neu, 1 geändert, 1 waren schon bekannt" in editor.get(HOME).text
    assert [row.name for row in stored(db)] == ["Der Jenzig", "Stadtkirche"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "leer.geojson", "leer"),
        (b"name;art\nBerg;Berg\n", "liste.csv", "keine Punkte"),
        ([EXTRACT[2]], "kiosk.geojson", "ist eine Landmarke mit Namen"),
        ([EXTRACT[4]], "alpen.geojson", "Umgebung"),
    ],
)
def test_a_file_without_landmarks_is_refused_with_a_sentence(db, editor, content, name, words):
    answer = handed_in(editor, content, name)
    assert answer.status_code == 422 and words in answer.text and 'id="e-file"' in answer.text
    assert "OpenStreetMap, ODbL" in answer.text and stored(db) == []


def test_the_register_offers_other_viewpoints(db, staff, towns, editor):
    made(staff, towns.own, name="Alter Turm")
    made(staff, towns.foreign, name="Fremde Aussicht", longitude="11,25")
    made(staff, towns.foreign, name="Fremde Idee", longitude="11,25", status="IDEE")
    staff.commit()
    page = editor.get(f"{HOME}/register")
    assert "Alter Turm (Blickpunkt)" in page.text and "Fremde Aussicht (Blickpunkt, Fremdstadt)" in page.text
    assert "Fremde Idee" not in page.text
    none = editor.post(f"{HOME}/register", data=form_of(page))
    assert none.status_code == 422 and "mindestens eines" in none.text
    key = page.text.split('value="viewpoint:')[1].split('"')[0]
    form = form_of(editor.get(f"{HOME}/register"))
    assert (
        editor.post(f"{HOME}/register", data={**form, "chosen": [f"viewpoint:{key}", "viewpoint:0"]}).status_code == 303
    )
    assert [row.name for row in stored(db)] == ["Alter Turm"]
    assert "schon übernommen" in editor.get(f"{HOME}/register").text


def test_who_may_only_read_changes_nothing(sign_in, towns):
    viewer = sign_in("viewer", towns.own)
    page = viewer.get(HOME)
    assert page.status_code == 200 and "Landmarke anlegen" not in page.text and "Vorschau" not in page.text
    assert viewer.get(f"{HOME}/neu").status_code == 403 and viewer.get(f"{HOME}/register").status_code == 403


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"natural": "peak"}, "BERG"),
        ({"historic": "castle", "tourism": "attraction"}, "BURG"),
        ({"man_made": "tower", "tower:type": "observation"}, "TURM"),
        ({"historic": "monument"}, "DENKMAL"),
        ({"building": "church"}, "KIRCHE"),
        ({"art": "Kirche"}, "KIRCHE"),
        ({"amenity": "cafe"}, None),
        ({}, None),
    ],
)
def test_tags_say_the_kind(tags, kind):
    assert kind_of(tags) == kind


def test_heights_are_metres_or_nothing():
    assert [str(height_of(raw)) for raw in ("75", "75 m", "12,5", "12.55m", "500", "hoch", "")] == [
        "75.0", "75.0", "12.5", "12.5", "None", "None", "None",
    ]  # fmt: skip
