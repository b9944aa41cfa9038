"""Elevation models, the computation as a job, what is seen from a point: by the pages, from the file to the strip."""

import json

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.viewpoints.skylines import public
from tests.geo.viewpoints.terrain.models import tiff
from tests.webapp.security.terrain_rows import elevation_model, skyline
from tests.webapp.vacancies.pages import form_of
from tests.webapp.viewpoints.terrain import HOME, SOURCE, computed, handed_in, let_run, model_file, seen, waiting


def test_without_a_model_the_page_says_so_and_knows_directions(db, editor, point, settings):
    assert "kein Geländemodell" in seen(editor, point) and "kein Geländemodell" in editor.get(HOME).text
    assert "kein Geländemodell" in editor.get(f"/intern/blicke/{point}").text
    assert "Geschäftsstelle" in editor.get(HOME).text and "/neu" not in editor.get(HOME).text
    job = computed(db, editor, point, settings.home)
    assert "liegt kein Geländemodell vor" in job
    page = seen(editor, point)
    assert "Kirche davor" in page and "nicht berechnet" in page and 'class="strip"' not in page
    assert "Bei ebenem Horizont" in page and "Sonnenaufgang" in page


def test_from_the_file_to_the_strip(db, office, editor, client, point, settings, tmp_path):
    assert handed_in(office, model_file(tmp_path)).status_code == 303
    page = office.get(HOME).text
    assert "modell.tif" in page and "dl-de/by-2-0" in page and "300 bis 380 m" in page
    assert "wird berechnet" in editor.get(HOME).text
    assert "Für 1 Blickpunkt berechnet." in computed(db, editor, point, settings.home)
    page = seen(editor, point)
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="strip"') == 2
    rows = [row.split("</tr>")[0] for row in page.split("<tr id=")[1:]]
    told = {name: said for row in rows for name in ("Kirche davor", "Hof dahinter", "Turm dahinter") if name in row
            for said in ("zu sehen", "verdeckt") if f">{said}</td>" in row}  # fmt: skip
    assert told == {"Kirche davor": "zu sehen", "Hof dahinter": "verdeckt", "Turm dahinter": "zu sehen"}
    assert (
        "90° Osten" in rows[0]
        and "km² Boden" in page
        and "SICHTBAR" in page
        and "Über dem berechneten Horizont" in page
    )
    config = json.loads(page.split("data-map='")[1].split("'")[0].replace("&#34;", '"'))
    assert config["shapes"][0]["geometry"]["type"] in {"MultiPolygon", "Polygon"} and config["fit"]
    assert config["feature"]["properties"]["sectors"] == [[60, 120]]
    own = editor.get(f"/intern/blicke/{point}").text
    assert "Turm dahinter" in own and "Hof dahinter" not in own and 'class="strip"' in own
    with db.public() as session:
        found = public.skyline(session, point)
        assert found.credit == "Vermessungsamt (dl-de/by-2-0)" and set(found.strips) == {"de", "en"}
        said = public.sights_in_words(session, point, (), "de")
        assert [one.split(" im ")[0] for one in said] == ["Kirche davor", "Turm dahinter"]
        assert found.angles_deg[900] > 1.5


def test_one_in_degrees_counts_and_one_that_lies_elsewhere_does_not(db, office, editor, point, settings, tmp_path):
    """Neither is refused: the list shows where each lies, and the point's page whether any knows the ground there."""
    heights = np.full((60, 60), 300, np.float32)
    elsewhere = tiff(tmp_path / "greiz.tif", heights, (200, 200), west=720_000.0, north=5_620_000.0)
    assert handed_in(office, elsewhere.read_bytes(), "greiz.tif").status_code == 303
    assert waiting(db) == [] and "kein Geländemodell" in seen(editor, point)
    degrees = tiff(tmp_path / "grad.tif", heights + 7, (0.002, 0.002), srid=4326, west=11.0, north=51.0)
    assert handed_in(office, degrees.read_bytes(), "grad.tif").status_code == 303
    let_run(db, settings.home)
    assert "km² Boden" in seen(editor, point) and "von 307 m über dem Meer" in seen(editor, point)


def test_a_geotiff_that_does_not_say_where_it_lies_is_asked_for(office, tmp_path):
    """Without any place there is no help; with a place in an unknown system the system can be chosen."""
    heights = np.full((60, 60), 300, np.float32)
    path = tmp_path / "ort.tif"
    Image.fromarray(heights).save(path)
    answer = handed_in(office, path.read_bytes())
    assert answer.status_code == 422 and "nicht, wo sie liegt" in answer.text and 'id="e-file"' in answer.text
    strange = tiff(path, heights, (200, 200), srid=32767, west=5000.0, north=9000.0).read_bytes()
    answer = handed_in(office, strange)
    assert answer.status_code == 422 and "Bitte eines wählen" in answer.text and 'id="e-srid"' in answer.text
    answer = handed_in(office, strange, srid="25832")
    assert answer.status_code == 422 and "nicht in Thüringen" in answer.text


def test_somebody_who_was_there_knows_better(db, office, editor, point, settings, tmp_path):
    handed_in(office, model_file(tmp_path))
    computed(db, editor, point, settings.home)
    with db.staff(SYSTEM) as session:
        hidden = session.scalar(text("SELECT id FROM register.landmarks WHERE name = 'Hof dahinter'"))
    address = f"/intern/blicke/{point}/gelaende/landmarke/{hidden}"

    def said(value):
        form = form_of(editor.get(f"/intern/blicke/{point}/gelaende"), address)
        return editor.post(address, data={**form, "by_hand": value}).status_code

    assert said("JA") == 303
    assert "zu sehen (vor Ort geprüft)" in seen(editor, point)
    computed(db, editor, point, settings.home)
    assert "zu sehen (vor Ort geprüft)" in seen(editor, point) and ">Hof dahinter</text>" in seen(editor, point)
    assert said("VIELLEICHT") == 422
    assert said("") == 303
    computed(db, editor, point, settings.home)
    assert "vor Ort geprüft)" not in seen(editor, point)


@pytest.mark.parametrize(
    ("content", "fields", "field", "words"),
    [
        (b"", {}, "file", "leer"),
        (b"kein Raster", {}, "file", "weder GeoTIFF"),
        (b"kein Raster", {"source": " "}, "source", "Vermessungs"),
        (b"kein Raster", {"licence": ""}, "licence", "Vermessungsamt"),
        (b"kein Raster", {"srid": "4711"}, "srid", "Vermessungsamt"),
    ],
)
def test_what_is_no_model_is_refused_at_its_field(office, content, fields, field, words):
    answer = handed_in(office, content, "höhen.tif", **fields)
    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text
    assert words in answer.text or field == "source"


def test_a_model_is_taken_out_again(office, tmp_path):
    handed_in(office, model_file(tmp_path))
    assert "schon vorhanden" in handed_in(office, model_file(tmp_path)).text
    form = form_of(office.get(HOME), "/entfernen")
    address = office.get(HOME).text.split('/entfernen"')[0].rsplit('"', 1)[1] + "/entfernen"
    assert office.post(address, data=form).status_code == 303
    assert "kein Geländemodell hinterlegt" in office.get(HOME).text
    assert office.post(address, data={**form, "_key": ""}).status_code == 404


def test_an_eye_height_that_is_none_is_told_at_its_field(editor, point):
    page = editor.get(f"/intern/blicke/{point}/gelaende")
    for wrong in ("hoch", "-1", "101", ""):
        answer = editor.post(
            f"/intern/blicke/{point}/gelaende/berechnen",
            data={**form_of(page, "/gelaende/berechnen"), "observer_height_m": wrong},
        )
        assert answer.status_code == 422 and 'id="e-observer_height_m"' in answer.text


def test_who_works_in_no_town_stays_on_the_points_page(sign_in, point):
    """A job is seen in its town alone: a curator of all towns would meet a page not found."""
    curator, page = sign_in("curator"), f"/intern/blicke/{point}/gelaende"
    sent = form_of(curator.get(page), "/gelaende/berechnen") | {"observer_height_m": "1,7"}
    answer = curator.post(f"{page}/berechnen", data=sent)
    assert (answer.status_code, answer.location) == (303, page)
    assert "Die Berechnung läuft" in curator.get(page).get_data(as_text=True)


@pytest.mark.parametrize("role", ["viewer", "editor", "manager", "curator"])
def test_only_office_and_administration_add_models(sign_in, towns, role):
    client = sign_in(role, None if role == "curator" else towns.own)
    assert client.get(HOME).status_code == 200
    page = client.get("/intern/konto")
    token = form_of(page, "")["csrf_token"] if "csrf_token" in page.text else ""
    assert client.post(f"{HOME}/neu", data={"csrf_token": token, **SOURCE}).status_code in {400, 403}


def test_the_public_reads_nothing_of_a_point_that_has_moved(db, towns, point):
    with db.staff(SYSTEM, towns.own) as session:
        spot = (11.05, 50.93)
        session.add(skyline(point, towns.own, {"de": {}}, spot))
        session.commit()
    with db.public() as session:
        assert public.skyline(session, point) is not None
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(
            text("UPDATE register.places SET point = ST_Translate(point, 0.001, 0), version = version + 1,"
                 " public_point = ST_Translate(point, 0.001, 0)"
                 " WHERE id = (SELECT place_id FROM register.viewpoints WHERE id = :id)"), {"id": point}
        )  # fmt: skip
        session.commit()
    with db.public() as session:
        assert public.skyline(session, point) is None


def test_a_model_without_its_file_is_no_model(db, editor, point, settings):
    """The home was restored without the folder of models: what is asked for is told, nothing breaks."""
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'terrain.edit', true)"))
        session.add(elevation_model())
        session.commit()
    assert "liegt kein Geländemodell vor" in computed(db, editor, point, settings.home)
