"""Elevation models, the computation as a job, what is seen from a point: by the pages, from the file to the strip."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.jobs.running import run_now
from geo.viewpoints.landmarks import queries as landmarks
from geo.viewpoints.landmarks import service
from geo.viewpoints.landmarks.schemas import LandmarkInput
from geo.viewpoints.skylines import public, queries, storing
from geo.viewpoints.skylines.computing import compute
from tests.geo.viewpoints.conftest import made
from tests.geo.viewpoints.terrain.models import tiff
from tests.webapp.security.terrain_rows import elevation_model, skyline
from tests.webapp.vacancies.pages import form_of, submit

HOME = "/intern/gelaende"
SOURCE = {"source": "Vermessungsamt", "licence": "dl-de/by-2-0"}
BEFORE = "Stand vor der letzten Änderung"
CHANGED = "Hier hat sich etwas geändert"


def model_file(folder):
    """A plain 6 km around the test's viewpoint, with a ridge of 80 m about 2 km to its east that runs north and south."""
    heights = np.full((60, 60), 300, np.float32)
    heights[:, 40] = 380
    return tiff(folder / "modell.tif", heights, (200, 200), west=638_000.0, north=5_650_000.0).read_bytes()


@pytest.fixture
def office(sign_in):
    return sign_in("office")


@pytest.fixture
def editor(sign_in, towns):
    return sign_in("editor", towns.own)


@pytest.fixture
def point(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        found = made(session, towns.own, direction="60-120").id
        for name, longitude, height in (
            ("Kirche davor", 11.06, None),
            ("Hof dahinter", 11.09, "5"),
            ("Turm dahinter", 11.09, "200"),
        ):
            data = LandmarkInput(name, "KIRCHE" if "Kirche" in name else "TURM", longitude, 50.93, height_m=height)
            service.create(session, SYSTEM, towns.own, data)
        session.commit()
    return found


def handed_in(client, content, name="modell.tif", **fields):
    data = {**form_of(client.get(HOME), "/neu"), **SOURCE, **fields, "file": (io.BytesIO(content), name)}
    return client.post(f"{HOME}/neu", data=data, content_type="multipart/form-data")


def computed(db, client, point, home, **fields):
    """Press the button, and let the worker run."""
    page = client.get(f"/intern/blicke/{point}/gelaende")
    answer = client.post(
        f"/intern/blicke/{point}/gelaende/berechnen", data={**form_of(page, "/gelaende/berechnen"), **fields}
    )
    assert answer.status_code == 303, answer.text
    run_now(db, int(answer.location.rsplit("/", 1)[1]), home=home)
    job = client.get(answer.location).text
    assert "Fertig" in job, job
    return job


def seen(client, point):
    page = client.get(f"/intern/blicke/{point}/gelaende")
    assert page.status_code == 200
    return page.text


def waiting(db):
    """What the worker would do next: number and viewpoints of each job."""
    with db.owner() as session:
        rows = session.execute(
            text("SELECT id, municipality_id, arguments FROM register.jobs WHERE state = 'WARTET' ORDER BY id")
        ).all()
        session.commit()
    return [(row.id, row.municipality_id, row.arguments["viewpoints"]) for row in rows]


def let_run(db, home):
    """The worker does what waits."""
    for number, _, _ in waiting(db):
        run_now(db, number, home=home)
    assert waiting(db) == []


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


def test_one_button_renews_what_did_not_renew_itself(db, office, editor, point, settings, tmp_path):
    handed_in(office, model_file(tmp_path))
    under_way = editor.post(f"{HOME}/berechnen", data=form_of(editor.get(HOME), "/berechnen"))
    assert under_way.status_code == 303 and "wird schon berechnet" in editor.get(HOME).text
    let_run(db, settings.home)
    assert BEFORE not in seen(editor, point)
    nothing = editor.post(f"{HOME}/berechnen", data=form_of(editor.get(HOME), "/berechnen"))
    assert nothing.status_code == 422 and "auf dem neuesten Stand" in nothing.text
    with db.staff(SYSTEM) as session:
        row = session.execute(
            text("SELECT id, municipality_id FROM register.landmarks WHERE name = 'Kirche davor'")
        ).one()
        found = landmarks.find_visible(session, SYSTEM, row.id)
        service.update(session, SYSTEM, row.id, found.version, LandmarkInput("Stadtkirche", "KIRCHE", 11.06, 50.93))
        session.commit()
    ((job, *_),) = waiting(db)
    editor.post(
        f"/intern/vorgaenge/{job}/abbrechen", data=form_of(editor.get(f"/intern/vorgaenge/{job}"), "/abbrechen")
    )
    assert "Bitte neu berechnen" in seen(editor, point) and "veraltet" in editor.get(HOME).text
    answer = editor.post(f"{HOME}/berechnen", data=form_of(editor.get(HOME), "/berechnen"))
    run_now(db, int(answer.location.rsplit("/", 1)[1]), home=settings.home)
    assert BEFORE not in seen(editor, point) and "Stadtkirche" in seen(editor, point)
    computed(db, editor, point, settings.home, observer_height_m="90")
    assert 'value="90"' in seen(editor, point) and BEFORE not in seen(editor, point)


def changed(db, town, was, /, **values):
    """Somebody changes a landmark of the town."""
    with db.staff(SYSTEM, town) as session:
        row = session.execute(text("SELECT id, version FROM register.landmarks WHERE name = :name"), {"name": was})
        number, version = row.one()
        data = LandmarkInput(**{"name": was, "kind": "KIRCHE", "longitude": 11.06, "latitude": 50.93, **values})
        service.update(session, SYSTEM, number, version, data)
        session.commit()


def test_what_changes_is_computed_anew_by_itself_and_told_until_then(
    db, office, editor, client, towns, point, settings, tmp_path
):
    handed_in(office, model_file(tmp_path))
    ((_, town, points),) = waiting(db)
    assert (town, points) == (towns.own, [point])
    assert "Vorgang ansehen" in seen(editor, point) and "wird berechnet" in editor.get(HOME).text
    assert CHANGED in client.get(f"/blicke/{point}").text
    let_run(db, settings.home)
    for page in (seen(editor, point), editor.get(f"/intern/blicke/{point}").text, client.get(f"/blicke/{point}").text):
        assert 'class="strip"' in page and BEFORE not in page and CHANGED not in page

    changed(db, towns.own, "Kirche davor", name="Stadtkirche")
    changed(db, towns.own, "Stadtkirche", name="Kirche davor")  # as before: nothing is to be computed
    assert BEFORE not in seen(editor, point) and CHANGED not in client.get(f"/blicke/{point}").text
    ((job, *_),) = waiting(db)
    let_run(db, settings.home)
    assert "schon auf dem neuesten Stand" in editor.get(f"/intern/vorgaenge/{job}").text
    changed(db, towns.own, "Kirche davor", name="Stadtkirche")
    changed(db, towns.own, "Stadtkirche", name="Dom")
    assert [points for _, _, points in waiting(db)] == [[point]], "two edits, one computation"
    for page in (seen(editor, point), editor.get(f"/intern/blicke/{point}").text):
        assert BEFORE in page and "von selbst" in page and "Kirche davor</text>" in page
    public_page = client.get(f"/blicke/{point}").text
    assert CHANGED in public_page and 'class="strip"' in public_page and "Dom im Osten" in public_page
    assert "Something has changed" in client.get(f"/en/blicke/{point}").text
    let_run(db, settings.home)
    assert "Dom</text>" in seen(editor, point) and BEFORE not in seen(editor, point)
    assert CHANGED not in client.get(f"/blicke/{point}").text


def test_a_point_that_moves_shows_new_directions_at_once_and_its_horizon_when_it_is_computed(
    db, office, editor, client, point, settings, tmp_path
):
    handed_in(office, model_file(tmp_path))
    let_run(db, settings.home)
    assert (
        submit(editor, f"/intern/blicke/{point}/bearbeiten", longitude="11,07", direction="240-300").status_code == 303
    )
    page = client.get(f"/blicke/{point}").text
    assert CHANGED in page and 'class="strip"' not in page and "Kirche davor im Westen" in page
    assert "Turm dahinter" not in page and BEFORE in seen(editor, point)
    let_run(db, settings.home)
    page = client.get(f"/blicke/{point}").text
    assert CHANGED not in page and 'class="strip"' in page and "Kirche davor im Westen" in page
    back = form_of(editor.get(f"/intern/blicke/{point}?gespeichert={newest(db, point)}"), "/rueckgaengig")
    assert editor.post(f"/intern/blicke/{point}/rueckgaengig", data=back).status_code == 303
    assert [points for _, _, points in waiting(db)] == [[point]]


def newest(db, point):
    with db.owner() as session:
        found = session.scalar(
            text("SELECT max(id) FROM history.changes WHERE table_name = 'viewpoints' AND row_id = :id"), {"id": point}
        )
        session.commit()
    return found


def test_a_change_during_the_computation_is_computed_too(db, office, editor, towns, point, settings, tmp_path):
    handed_in(office, model_file(tmp_path))
    with db.staff(SYSTEM, towns.own) as session:
        due, inputs = queries.due_since(session, point), queries.inputs_of(session, SYSTEM, point)
        session.commit()
    changed(db, towns.own, "Kirche davor", name="Dom")
    with db.staff(SYSTEM, towns.own) as session:
        result = compute(inputs, [])
        storing.store_result(session, SYSTEM, towns.own, inputs, result, [], due)
        session.commit()
        assert queries.due_since(session, point) not in {None, due}
    let_run(db, settings.home)
    with db.staff(SYSTEM, towns.own) as session:
        assert queries.due_since(session, point) is None
    assert "Dom</text>" in seen(editor, point)


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


def test_a_model_is_looked_into_for_all_towns_and_what_is_done_already_is_not_done_again(
    db, office, editor, sign_in, towns, point, settings, tmp_path
):
    with db.staff(SYSTEM, towns.foreign) as session:
        elsewhere = made(session, towns.foreign, outside_confirmed="JA").id
        another = made(session, towns.own, name="Noch ein Blick").id
        session.commit()
    handed_in(office, model_file(tmp_path))
    assert sorted((town, points) for _, town, points in waiting(db)) == sorted(
        [(towns.own, [point, another]), (towns.foreign, [elsewhere])]
    )
    assert "wird berechnet" in sign_in("editor", towns.foreign).get(HOME).text
    assert editor.get(f"/intern/vorgaenge/{waiting(db)[-1][0]}").status_code in {200, 404}
    page = editor.get(f"/intern/blicke/{point}/gelaende")
    form = {**form_of(page, "/gelaende/berechnen"), "observer_height_m": "25"}
    pressed = editor.post(f"/intern/blicke/{point}/gelaende/berechnen", data=form)
    run_now(db, int(pressed.location.rsplit("/", 1)[1]), home=settings.home)
    assert 'value="25"' in seen(editor, point) and BEFORE not in seen(editor, point)
    let_run(db, settings.home)
    assert 'value="25"' in seen(editor, point)
    form = form_of(office.get(HOME), "/entfernen")
    address = office.get(HOME).text.split('/entfernen"')[0].rsplit('"', 1)[1] + "/entfernen"
    assert office.post(address, data=form).status_code == 303
    let_run(db, settings.home)
    assert "kein Geländemodell" in seen(editor, point) and 'class="strip"' not in seen(editor, point)


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
