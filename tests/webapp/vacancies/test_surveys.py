"""Survey rounds on the web: the pages of the desk, what the phone takes along, and what it sends."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from PIL import Image

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies import queries as units
from geo.vacancies import service as stock
from geo.vacancies.schemas import SpellInput
from geo.vacancies.surveys import queries
from tests.geo.vacancies.stock import acting, mark
from tests.geo.vacancies.surveys.walks import a_round
from tests.webapp.vacancies.pages import submit

TODAY = clock.today()


@pytest.fixture
def walk(db, towns):
    """The number of a round, and the ids of its three units in walking order."""
    with db.staff(SYSTEM, towns.own) as session:
        for number in (1, 3, 5):
            mark(session, towns.own, house_number=str(number), is_ground_floor_frontage="1")
        survey = a_round(session, towns.own)
        made = survey.id, list(survey.route)
        session.commit()
    return made


@pytest.fixture
def editor(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


def entry(kind, unit_id=None, version=1, **more):
    return {
        "key": str(uuid4()), "kind": kind, "unit_id": unit_id, "version": version,
        "seen_at": datetime.now(UTC).isoformat(), **more,
    }  # fmt: skip


def send(client, round_id, data, **headers):
    return client.post(
        f"/intern/begehung/{round_id}/gehen/eintraege", json=data, headers={"Idempotency-Key": data["key"], **headers}
    )


def _unit(db, towns, unit_id):
    with db.staff(SYSTEM, towns.own) as session:
        return units.get(session, unit_id)


def test_a_round_is_set_up_and_listed(app, sign_in, towns, walk):
    app.config["WTF_CSRF_ENABLED"] = True
    person = sign_in("editor", towns.own)
    made = submit(person, "/intern/begehung/neu", name="Winter", reference_day=TODAY.isoformat(), scope="ALLE")
    assert made.status_code == 303
    page = person.get(made.location).text
    assert "Winter" in page and "0 von 3 gesehen" in page and "Annahme:" in page and "4 km/h" in page
    assert "Winter" in person.get("/intern/begehung").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Bitte ausfüllen."),
        ({"reference_day": "gestern"}, "Bitte ein Datum"),
        ({"scope": "IRGENDWAS"}, "angebotenen Werte"),
        ({"zone_id": "77"}, "Zone gibt es"),
        ({"zone_id": "x"}, "Bitte eine Zahl"),
    ],
)
def test_mistakes_stand_at_their_field(editor, walk, changes, sentence):
    form = {"name": "Winter", "reference_day": TODAY.isoformat(), "scope": "ALLE", **changes}
    answer = editor.post("/intern/begehung/neu", data=form)
    assert answer.status_code == 422 and sentence in answer.text


def test_the_order_is_changed_at_the_desk(editor, walk):
    round_id, (first, second, third) = walk

    def order(**form):
        answer = editor.post(f"/intern/begehung/{round_id}/reihenfolge", data=form)
        assert answer.status_code == 303
        return editor.get(f"/intern/begehung/{round_id}/gehen/daten").json["round"]["route"]

    assert order(version="1", runter=str(first)) == [second, first, third]
    assert order(version="2", anfang=str(third)) == [third, second, first]
    assert order(version="1", hoch=str(first)) == [third, second, first]
    assert "Jemand anderes" in editor.get(f"/intern/begehung/{round_id}").text
    assert (
        editor.post(f"/intern/begehung/{round_id}/reihenfolge", data={"version": "3", "hoch": "999"}).status_code == 404
    )


def test_what_is_taken_along_is_complete(editor, walk):
    round_id, route = walk
    data = editor.get(f"/intern/begehung/{round_id}/gehen/daten").json
    assert [unit["id"] for unit in data["units"]] == route
    assert {"title", "state_label", "lat", "lon", "version", "photos"} <= data["units"][0].keys()
    assert data["csrf_token"] and data["account"]["name"] == "Person editor"
    for address in data["files"]:
        assert editor.get(address).status_code == 200, address


def test_the_page_and_its_worker_reach_no_further_than_the_walk(editor, walk):
    round_id, _ = walk
    page = editor.get(f"/intern/begehung/{round_id}/gehen")
    assert "worker-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store" and "Marktstraße" not in page.text
    worker = editor.get(f"/intern/begehung/{round_id}/gehen/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == f"/intern/begehung/{round_id}/gehen"
    assert worker.mimetype == "text/javascript" and worker.headers["Cache-Control"] == "no-store"
    manifest = editor.get(f"/intern/begehung/{round_id}/gehen/app.webmanifest").json
    assert manifest["scope"] == manifest["start_url"] == f"/intern/begehung/{round_id}/gehen"
    found = {one["sizes"]: editor.get(one["src"]) for one in manifest["icons"]}
    assert {size: answer.mimetype for size, answer in found.items()} == {
        "any": "image/svg+xml", "192x192": "image/png", "512x512": "image/png",
    }  # fmt: skip
    assert all(answer.status_code == 200 for answer in found.values())
    assert found["512x512"].data[:8] == b"\x89PNG\r\n\x1a\n"
    assert "worker-src" not in editor.get("/intern/begehung").headers["Content-Security-Policy"]


def test_an_entry_is_written_and_answered_with_the_unit(db, editor, towns, walk):
    round_id, (first, *_) = walk
    answer = send(editor, round_id, entry("GENUTZT", first))
    assert answer.status_code == 201
    assert answer.json["unit"]["state"] == "GENUTZT" and answer.json["unit"]["seen"]["kind"] == "GENUTZT"
    unit = _unit(db, towns, first)
    assert unit.version == answer.json["unit"]["version"] and unit.verified_by_kind == "BEGEHUNG"
    assert "1 von 3" in editor.get(f"/intern/begehung/{round_id}").text


def test_the_same_entry_again_gets_the_same_answer_and_writes_nothing(db, editor, towns, walk):
    round_id, (first, *_) = walk
    data = entry("UNVERAENDERT", first)
    once, twice = send(editor, round_id, data), send(editor, round_id, data)
    assert (once.status_code, once.json) == (twice.status_code, twice.json)
    assert _unit(db, towns, first).version == once.json["unit"]["version"]
    other = send(editor, round_id, {**data, "kind": "LEER"})
    assert other.status_code == 422 and "schon mit anderen Angaben" in other.json["detail"]


def test_the_same_entry_sent_by_another_person_writes_nothing(app, db, editor, sign_in, towns, walk):
    round_id, (first, *_) = walk
    data = entry("UNVERAENDERT", first)
    version = send(editor, round_id, data).json["unit"]["version"]
    again = send(sign_in("manager", towns.own), round_id, data)
    assert again.status_code == 201 and again.json["unit"]["version"] == version


def test_what_the_desk_changed_is_shown_and_not_overwritten(db, editor, towns, walk):
    round_id, (first, *_) = walk
    with db.staff(SYSTEM, towns.own) as session:
        stock.set_state(session, acting(), first, 1, SpellInput("GENUTZT", TODAY, occupant="Blumen Muster"))
        session.commit()
    data = entry("UNVERAENDERT", first)
    answer = send(editor, round_id, data)
    assert answer.status_code == 409 and answer.json["conflict"] == "unit"
    assert answer.json["unit"]["occupant"] == "Blumen Muster" and answer.json["last"]["who"]
    mine = send(editor, round_id, {**data, "version": answer.json["unit"]["version"]})
    assert mine.status_code == 201
    theirs = send(editor, round_id, entry("LEER", first, keep_theirs="1"))
    assert theirs.status_code == 201 and theirs.json["unit"]["state"] == "GENUTZT"


def test_a_photo_comes_with_its_entry(editor, walk):
    round_id, (first, *_) = walk
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "#a33a1c").save(file, "JPEG")
    data = entry("FOTO", first)
    form = {"entry": json.dumps(data), "photo": (io.BytesIO(file.getvalue()), "foto.jpg")}
    headers = {"Idempotency-Key": data["key"], "Accept": "application/json"}
    address = f"/intern/begehung/{round_id}/gehen/eintraege"
    answer = editor.post(address, data=form, headers=headers)
    assert answer.status_code == 201 and len(answer.json["unit"]["photos"]) == 1
    assert editor.get(answer.json["unit"]["photos"][0]["url"]).mimetype == "image/jpeg"
    form["photo"] = (io.BytesIO(file.getvalue()), "foto.jpg")
    again = editor.post(address, data=form, headers=headers)
    assert again.json == answer.json
    bad = entry("FOTO", first)
    form = {"entry": json.dumps(bad), "photo": (io.BytesIO(b"<svg/>"), "foto.jpg")}
    refused = editor.post(address, data=form, headers={"Idempotency-Key": bad["key"], "Accept": "application/json"})
    assert refused.status_code == 422 and "kein Foto" in refused.json["detail"]


def test_a_new_unit_outside_of_the_town_has_to_be_confirmed(editor, walk):
    round_id, _ = walk
    data = entry("NEU", street="Feldweg", longitude=11.02, latitude=50.85, object_type="LADEN_EG", state="LEER")
    answer = send(editor, round_id, data)
    assert answer.status_code == 422 and "außerhalb der Gemeinde" in answer.json["fields"]["outside_confirmed"]
    assert send(editor, round_id, {**data, "outside_confirmed": "1"}).status_code == 201


@pytest.mark.parametrize("body", ["", "[]", "null", '"x"', '{"kind": [1]}', "{" * 2000, '{"key": 1e999}', "\x00"])
def test_nonsense_is_a_sentence(editor, walk, body):
    answer = editor.post(f"/intern/begehung/{walk[0]}/gehen/eintraege", data=body, content_type="application/json")
    assert answer.status_code in {400, 422} and answer.mimetype == "application/problem+json"


def test_without_a_session_the_program_is_told_to_sign_in(client, walk):
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    for address, method in (
        (f"/intern/begehung/{walk[0]}/gehen/wer", "GET"),
        (f"/intern/begehung/{walk[0]}/gehen/eintraege", "POST"),
    ):
        answer = client.open(address, method=method, headers={"Accept": "application/json"})
        assert answer.status_code == 403 and answer.json["sign_in"] == "/intern/anmelden"
    assert "/intern/anmelden" in client.get(f"/intern/begehung/{walk[0]}/gehen").location


def test_an_entry_needs_the_token(app, sign_in, towns, walk):
    app.config["WTF_CSRF_ENABLED"] = True
    person = sign_in("editor", towns.own)
    data = entry("UNVERAENDERT", walk[1][0])
    assert send(person, walk[0], data).status_code == 400
    token = person.get(f"/intern/begehung/{walk[0]}/gehen/wer").json["csrf_token"]
    assert send(person, walk[0], data, **{"X-CSRFToken": token}).status_code == 201


def test_a_viewer_sees_and_does_not_walk(app, sign_in, towns, walk):
    viewer = sign_in("viewer", towns.own)
    assert "Losgehen" not in viewer.get(f"/intern/begehung/{walk[0]}").text
    assert viewer.get(f"/intern/begehung/{walk[0]}/gehen").status_code == 403
    app.config["WTF_CSRF_ENABLED"] = False
    assert send(viewer, walk[0], entry("UNVERAENDERT", walk[1][0])).status_code == 403


def test_another_town_finds_nothing(app, sign_in, towns, walk):
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = sign_in("manager", towns.foreign)
    for rest in (
        "",
        "/daten",
        "/gehen",
        "/gehen/daten",
        "/gehen/wer",
        "/gehen/sw.js",
        "/schliessen",
        "/stand",
        "/stand.csv",
    ):
        assert stranger.get(f"/intern/begehung/{walk[0]}{rest}").status_code == 404, rest
    assert send(stranger, walk[0], entry("UNVERAENDERT", walk[1][0])).status_code == 404


def test_a_round_is_closed_frozen_and_checked(db, editor, towns, walk):
    round_id, (first, *_) = walk
    send(editor, round_id, entry("UNVERAENDERT", first))
    assert (
        "2 von 3 Nutzungseinheiten sind noch nicht gesehen"
        in editor.get(f"/intern/begehung/{round_id}/schliessen").text
    )
    closed = editor.post(f"/intern/begehung/{round_id}/schliessen", data={"version": "1"})
    assert closed.status_code == 303
    page = editor.get(closed.location).text
    frozen = editor.get(f"/intern/begehung/{round_id}/stand.json").data
    assert "Der Stand ist unverändert" in page, repr(page[page.index("<h1") :][:1500])
    assert hashlib.sha256(frozen).hexdigest() in page
    rows = list(
        csv.reader(
            io.StringIO(editor.get(f"/intern/begehung/{round_id}/stand.csv").text.lstrip("\ufeff")), delimiter=";"
        )
    )
    assert len(rows) == 4 and rows[0][:3] == ["Nummer", "Straße", "Hausnummer"] and "80,5" in rows[1]
    late = send(editor, round_id, entry("UNVERAENDERT", first, version=2))
    assert late.status_code == 409 and late.json["conflict"] == "closed"
    assert "keine Quote" in page and "ein Anteil wird erst ab 10 angegeben" in page


def test_a_formula_in_a_name_stays_text(db, editor, towns):
    with db.staff(SYSTEM, towns.own) as session:
        mark(session, towns.own, street="=HYPERLINK(1)", name="+49 361")
        survey = a_round(session, towns.own)
        session.commit()
    editor.post(f"/intern/begehung/{survey.id}/schliessen", data={"version": "1"})
    text = editor.get(f"/intern/begehung/{survey.id}/stand.csv").text
    assert "'=HYPERLINK(1)" in text and "'+49 361" in text


def test_an_empty_round_is_deleted_and_a_used_one_stays(editor, walk):
    round_id, (first, *_) = walk
    send(editor, round_id, entry("NICHT_AUFFINDBAR", first))
    answer = editor.post(f"/intern/begehung/{round_id}/loeschen", data={"version": "1"}, follow_redirects=True)
    assert "schon etwas aufgenommen" in answer.text


def test_a_walk_long_after_its_day_is_warned_of(db, editor, towns):
    with db.staff(SYSTEM, towns.own) as session:
        mark(session, towns.own)
        survey = a_round(session, towns.own, reference_day=(TODAY - timedelta(days=100)).isoformat())
        session.commit()
        assert queries.get(session, survey.id)
    assert "liegt lange zurück" in editor.get(f"/intern/begehung/{survey.id}").text
