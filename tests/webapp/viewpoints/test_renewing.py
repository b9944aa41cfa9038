"""A change makes what was computed stale: it is computed anew by itself, and told until then."""

import io
import zipfile

from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.jobs.running import run_now
from geo.viewpoints.landmarks import queries as landmarks
from geo.viewpoints.landmarks import service
from geo.viewpoints.landmarks.schemas import LandmarkInput
from geo.viewpoints.skylines import queries, storing
from geo.viewpoints.skylines.computing import compute
from geo.viewpoints.skylines.renewing import renew_forgotten
from tests.geo.viewpoints.conftest import made
from tests.webapp.vacancies.pages import form_of, submit
from tests.webapp.viewpoints.terrain import (
    BEFORE,
    CHANGED,
    HOME,
    computed,
    handed_in,
    let_run,
    model_file,
    seen,
    waiting,
)
from webapp.viewpoints import point_pages


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

    paper = printed(client, point)
    assert "Gelände: Vermessungsamt (dl-de/by-2-0)" in paper["plakat-a4.svg"] and "silhouette.svg" in paper
    assert "Zu sehen, von links nach rechts" in paper["plakat-a4.svg"] and "Vermessungsamt" in paper["LIESMICH.txt"]

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
    paper = printed(client, point)
    assert "silhouette.svg" not in paper and "Vermessungsamt" not in paper["plakat-a4.svg"]
    assert "Zu sehen, von links nach rechts" not in paper["plakat-a4.svg"] and CHANGED in paper["LIESMICH.txt"]
    assert CHANGED in client.get(f"/blicke/{point}/material").text
    let_run(db, settings.home)
    assert "Dom</text>" in seen(editor, point) and BEFORE not in seen(editor, point)
    assert CHANGED not in client.get(f"/blicke/{point}").text
    paper = printed(client, point)
    assert "Dom" in paper["plakat-a4.svg"] and "silhouette.svg" in paper and CHANGED not in paper["LIESMICH.txt"]
    assert CHANGED not in client.get(f"/blicke/{point}/material").text


def printed(client, point):
    """The texts of the kit's archive, by name of the file."""
    with zipfile.ZipFile(io.BytesIO(client.get(f"/blicke/{point}/material.zip").data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".svg", ".txt"))}


def test_a_horizon_that_is_renewed_while_a_page_is_made_is_not_shown_as_todays(
    db, office, editor, client, point, towns, settings, tmp_path, monkeypatch
):
    handed_in(office, model_file(tmp_path))
    let_run(db, settings.home)
    changed(db, towns.own, "Kirche davor", name="Dom")
    read = point_pages.skylines.skyline

    def overtaken(session, viewpoint_id):
        before = read(session, viewpoint_id)
        let_run(db, settings.home)
        return before

    monkeypatch.setattr(point_pages.skylines, "skyline", overtaken)
    page = client.get(f"/blicke/{point}").text
    assert "Kirche davor</text>" in page and CHANGED in page


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


def test_what_is_out_of_date_and_forgotten_is_found_by_the_worker_within_the_hour(
    db, office, editor, point, settings, tmp_path
):
    handed_in(office, model_file(tmp_path))
    let_run(db, settings.home)
    with db.owner() as session:
        assert renew_forgotten(session) == 0
        session.execute(text("UPDATE register.viewpoint_skylines SET inputs_hash = 'as an earlier version had it'"))
        session.commit()
    assert "Bitte neu berechnen" in seen(editor, point)
    for found in (1, 0):  # once: the second time it waits already
        with db.owner() as session:
            assert renew_forgotten(session) == found
            session.commit()
    let_run(db, settings.home)
    assert BEFORE not in seen(editor, point)
