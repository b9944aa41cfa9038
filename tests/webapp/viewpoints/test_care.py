"""A defect from the QR code to the answer; checks, notices, documents, photos, calendar and files on the town's pages."""

import io
import json
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar
from PIL import Image

from geo.core.access import SYSTEM
from geo.viewpoints.care import service as care
from geo.viewpoints.care.schemas import CheckInput
from tests.geo.viewpoints.conftest import TODAY, made
from tests.webapp.viewpoints.conftest import csrf, submit

MAIL = "geheimpost@beispiel.test"


@pytest.fixture
def mails(settings):
    def read():
        files = sorted((settings.home / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    return read


def picture():
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(made, "JPEG")
    return made.getvalue()


def status_of(client, number):
    return client.get(f"/api/v1/blicke/{number}").json["properties"]["status"]


def test_a_defect_from_the_form_to_the_answer(client, sign_in, towns, points, mails):
    here = points["open"]
    editor = sign_in("editor", towns.own)
    html = editor.get(f"/intern/blicke/{here}/bearbeiten").get_data(as_text=True)
    form = {
        **dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', html)),
        "responsible_email": "bauhof@stadt.test",
    }
    form |= {"direction": "67-292", "step_free": "JA", "shade": "JA", "furniture": ["bench", "board"]}
    form |= {"name": "Blick vom Testberg", "check_every_months": "60"}
    form |= {"longitude": "11.05", "latitude": "50.93"}
    assert editor.post(f"/intern/blicke/{here}/bearbeiten", data=form).status_code == 303

    page = f"/blicke/{here}/mangel"
    assert "Set-Cookie" not in client.get(page).headers
    sent = {"kind": "bench", "words": "GEHEIMTEXT Lehne ab", "email": MAIL.upper(), "_key": "a" * 32}
    answer = client.post(page, data={**sent, "photo": (io.BytesIO(picture()), "bank.jpg")})
    assert answer.status_code == 303 and "antwort=1" in answer.location
    assert "Schritt" in client.get(answer.location).get_data(as_text=True)
    assert client.post(page, data=sent).status_code == 303 and len(mails()) == 1
    link = re.search(r"http://localhost(/\S+)", mails()[0].get_content())[1]
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 303 and client.post(link).status_code == 404
    assert status_of(client, here) == "OFFEN"

    for who in (editor, sign_in("curator", None)):
        assert "Mängel</a> (1 neuer)" in who.get("/intern/blicke").get_data(as_text=True)
    assert "Mängel</a></li>" in sign_in("editor", towns.foreign).get("/intern/blicke").get_data(as_text=True)
    listed = editor.get("/intern/blicke/maengel").get_data(as_text=True)
    path = re.search(rf'href="(/intern/blicke/{here}/maengel/\d+)"', listed)[1]
    shown = editor.get(path).get_data(as_text=True)
    assert "GEHEIMTEXT" in shown and MAIL not in shown
    assert editor.get(f"{path}/foto.jpg").mimetype == "image/jpeg"
    assert submit(editor, path, {"version": 1, "state": "BESTAETIGT"}).status_code == 303
    assert status_of(client, here) == "EINGESCHRAENKT"
    assert mails()[1]["To"] == "bauhof@stadt.test" and "Lehne ab" in mails()[1].get_content()
    assert "eingeschränkt" in editor.get(f"/intern/blicke/{here}").get_data(as_text=True)
    stale = submit(editor, path, {"version": 1, "state": "ABGELEHNT"})
    assert stale.status_code == 409 and "in der Zwischenzeit" in stale.get_data(as_text=True)

    assert submit(editor, path, {"version": 2, "state": "BEHOBEN", "answer": "Neue Lehne."}).status_code == 303
    assert status_of(client, here) == "OFFEN"
    assert mails()[2]["To"] == MAIL and "Neue Lehne." in mails()[2].get_content()
    assert submit(editor, path, {"version": 4, "state": "BEHOBEN"}).status_code == 303 and len(mails()) == 3
    for public in (f"/blicke/{here}", f"/en/blicke/{here}", f"/api/v1/blicke/{here}", f"/blicke/{here}/daten.jsonld"):
        assert "GEHEIM" not in client.get(public).get_data(as_text=True).upper()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Please fill"),
        ({"kind": "DACH"}, "one of the values"),
        ({"kind": "SONSTIGES"}, "briefly"),
        ({"kind": "WEG", "email": "keine"}, "valid e-mail"),
        ({"kind": "WEG", "photo": (io.BytesIO(b"GIF89a"), "x.gif")}, "JPEG, PNG or WebP"),
    ],
)
def test_a_wrong_report_is_refused_in_the_language_of_the_page(client, points, data, words):
    answer = client.post(f"/en/blicke/{points['open']}/mangel", data=data)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)


def test_programs_and_floods_are_kept_out(client, points, sign_in, towns):
    page = f"/blicke/{points['open']}/mangel"
    assert client.post(page, data={"kind": "WEG", "website": "https://spam.test"}).status_code == 303
    sent = {"kind": "WEG", "email": "viel@beispiel.test"}
    answers = [client.post(page, data=sent).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]
    listed = sign_in("editor", towns.own).get("/intern/blicke/maengel").get_data(as_text=True)
    assert len(re.findall(r"/maengel/\d+", listed)) == 3
    assert client.get(f"/blicke/{points['idea']}/mangel").status_code == 404
    assert client.post(f"/blicke/{points['idea']}/mangel", data={"kind": "WEG"}).status_code == 404


def test_a_check_a_notice_and_what_the_public_sees_of_them(client, sign_in, towns, points):
    here, editor = points["open"], sign_in("editor", towns.own)
    bad = submit(editor, f"/intern/blicke/{here}/pruefen", {"checked_on": "2090-01-01", "result": ""})
    assert bad.status_code == 422 and "Zukunft" in bad.get_data(as_text=True)
    check = {"checked_on": "2026-05-01", "result": "BEWACHSEN", "note": "INTERNES", "state_bench": "FEHLT"}
    done = submit(editor, f"/intern/blicke/{here}/pruefen", check)
    assert done.status_code == 303
    found = client.get(f"/api/v1/blicke/{here}").json["properties"]
    assert (found["status"], found["last_checked_on"], found["furniture"]) == (
        "EINGESCHRAENKT",
        "2026-05-01",
        ["board"],
    )
    page = editor.get(done.location).get_data(as_text=True)
    assert "INTERNES" in page and "Rückgängig machen" in page
    assert "INTERNES" not in client.get(f"/blicke/{here}").get_data(as_text=True)
    notice = {"text": "Fest am Sonntag", "text_en": "Feast on Sunday", "since": "2026-01-01", "until": "2025-01-01"}
    path = f"/intern/blicke/{here}/hinweise"
    assert submit(editor, path, notice).status_code == 422
    assert submit(editor, path, notice | {"until": "2026-12-31"}).status_code == 303
    assert "Fest am Sonntag" in editor.get(path).get_data(as_text=True)


def test_documents_are_handed_out_as_files_and_to_nobody_else(sign_in, towns, points):
    path, editor = f"/intern/blicke/{points['open']}/unterlagen", sign_in("editor", towns.own)
    wrong = submit(editor, path, {"title": "", "file": (io.BytesIO(b"<html>"), "Antrag.pdf")})
    assert wrong.status_code == 422 and "passt nicht" in wrong.get_data(as_text=True)
    sent = {"title": "Beschluss", "stage": "OFFEN", "file": (io.BytesIO(b"%PDF-1.7 x"), "Beschluß 1.pdf")}
    assert submit(editor, path, sent).status_code == 303
    link = re.search(rf'href="({path}/\d+)"', editor.get(path).get_data(as_text=True))[1]
    file = editor.get(link)
    assert file.data == b"%PDF-1.7 x" and file.headers["Content-Disposition"].startswith("attachment")
    assert sign_in("editor", towns.foreign).get(link).status_code == 404
    assert submit(editor, f"{link}/entfernen", {}, page=path).status_code == 303
    assert editor.get(link).status_code == 404


def test_a_photo_needs_its_description_in_both_languages(client, sign_in, towns, points):
    path, editor = f"/intern/blicke/{points['open']}/fotos", sign_in("editor", towns.own)
    facts = {"alt_text": "Der Markt", "author": "A. B.", "licence": "CC-BY-4.0", "is_public": "1"}
    wrong = submit(editor, path, {**facts, "photo": (io.BytesIO(picture()), "a.jpg")})
    assert wrong.status_code == 422 and 'id="e-alt_text_en"' in wrong.get_data(as_text=True)
    summary = wrong.get_data(as_text=True).split('id="fehler"')[1].split("</ul>")[0]
    assert "Bildbeschreibung auf Englisch" in summary
    right = {**facts, "alt_text_en": "The market", "photo": (io.BytesIO(picture()), "a.jpg")}
    assert submit(editor, path, right).status_code == 303
    page = editor.get(path).get_data(as_text=True)
    assert "gelb: weitergeben mit Nennung" in page
    number = re.search(r"/fotos/(\d+)-480.jpg", page)[1]
    assert editor.get(f"{path}/{number}-480.jpg").mimetype == "image/jpeg"
    data = client.get(f"/blicke/{points['open']}/daten.jsonld").json
    assert data["@graph"][0]["schema:image"][0]["schema:caption"][1]["@value"] == "The market"
    assert submit(editor, f"{path}/{number}", {**facts, "alt_text_en": "Market", "version": 1}).status_code == 303
    assert submit(editor, f"{path}/{number}/entfernen", {"version": 2}, page=path).status_code == 303
    assert sign_in("editor", towns.foreign).get(f"{path}/{number}.jpg").status_code == 404


def test_the_yards_calendar_behind_its_address(client, sign_in, towns, points):
    editor = sign_in("editor", towns.own)
    assert submit(editor, "/intern/blicke/kalender", {"label": ""}).status_code == 422
    page = submit(editor, "/intern/blicke/kalender", {"label": "Bauhof"}).get_data(as_text=True)
    link = re.search(r"http://localhost(/blicke/kalender/\S+\.ics)", page)[1]
    calendar = Calendar.from_ical(client.get(link).data)
    events = {str(one["uid"]): one for one in calendar.walk("VEVENT")}
    check = events[f"blick-{points['open']}-pruefen@innenstadtregister"]
    assert "Blick prüfen" in check["summary"] and check["status"] == "CONFIRMED"
    done = submit(
        editor, f"/intern/blicke/{points['open']}/pruefen", {"checked_on": "2026-05-01", "result": "OFFEN_SICHT"}
    )
    assert done.status_code == 303
    later = Calendar.from_ical(client.get(link).data)
    again = next(one for one in later.walk("VEVENT") if one["uid"] == check["uid"])
    assert again["sequence"] > check["sequence"] and again["dtstart"].dt > check["dtstart"].dt
    assert str(points["foreign"]) not in {uid.split("-")[1] for uid in events}
    version = re.search(r'name="version" value="(\d+)"', editor.get("/intern/blicke/kalender").get_data(as_text=True))[
        1
    ]
    gone = re.search(r"/intern/blicke/kalender/\d+/zurueckziehen", page)[0]
    assert submit(editor, gone, {"version": version}, page="/intern/blicke/kalender").status_code == 303
    assert client.get(link).status_code == 404


def test_points_from_a_file_and_back_again(sign_in, towns, points):
    editor = sign_in("editor", towns.own)
    path = "/intern/blicke/uebernehmen"
    file = b'<gpx><wpt lat="50.94" lon="11.02"><name>Neuer Blick</name><cmt>direction=N-E</cmt></wpt></gpx>'
    wrong = submit(editor, f"{path}/vorschau", {"file": (io.BytesIO(b"<kml/>"), "x.gpx")}, page=path)
    assert wrong.status_code == 422 and "keine GPX-Datei" in wrong.get_data(as_text=True)
    shown = submit(editor, f"{path}/vorschau", {"file": (io.BytesIO(file), "x.gpx")}, page=path).get_data(as_text=True)
    assert "Neuer Blick" in shown and "0-90" in shown
    key = re.search(r'name="key" value="(\w+)"', shown)[1]
    done = submit(editor, f"{path}/annehmen", {"key": key}, page=path)
    assert done.status_code == 303
    listed = editor.get(done.location).get_data(as_text=True)
    change = re.search(r'name="change" value="(\d+)"', listed)[1]
    assert "Neuer Blick" in listed
    back = editor.post(f"{path}/zuruecknehmen", data={"csrf_token": csrf(editor), "change": change})
    assert back.status_code == 303 and "Neuer Blick" not in editor.get(back.location).get_data(as_text=True)


def test_candidates_are_compared_by_what_counts(sign_in, towns, points):
    page = sign_in("viewer", towns.own).get("/intern/blicke/vergleich?schatten=3&sichtmarken=0").get_data(as_text=True)
    assert "Geheime Idee" in page and "Fremdblick" not in page
    assert 'name="schatten" min="0" max="3" step="1" value="3"' in page


def test_the_kit_for_tourist_offices(client, points):
    here = f"/blicke/{points['open']}"
    page = client.get(f"{here}/material").get_data(as_text=True)
    for link in re.findall(rf'(?:href|src)="({here}/(?:plakat|daten)[^"]+\.(?:svg|jsonld))"', page):
        assert client.get(link).status_code == 200
    drawing = client.get(f"/en{here}/plakat-a4.svg").get_data(as_text=True)
    assert "View from Test Hill" in drawing and 'width="210mm"' in drawing
    assert client.get(f"{here}/plakat-a2.svg").status_code == 404
    assert client.get(f"/blicke/{points['idea']}/material").status_code == 404
    for extension, start in (("geojson", b"{"), ("gpx", b"<?xml"), ("osm", b"<?xml")):
        file = client.get(f"/blicke/export.{extension}")
        assert file.data.startswith(start) and b"Geheime" not in file.data
    assert client.get("/blicke/export.exe").status_code == 404
    feed = client.get("/blicke/daten.jsonld")
    assert feed.mimetype == "application/ld+json" and len(feed.json["@graph"]) == 3


def test_search_engines_find_the_data_in_the_page(client, points):
    page = client.get(f"/en/blicke/{points['open']}").get_data(as_text=True)
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    assert "<" not in data
    record = json.loads(data)["@graph"][0]
    assert record["@id"] == f"http://localhost/blicke/{points['open']}"
    assert "Der <Markt>." in record["schema:description"][0]["@value"]
    assert "ld+json" not in client.get("/blicke").get_data(as_text=True)


def test_another_towns_upkeep_is_not_there(sign_in, towns, points):
    stranger = sign_in("editor", towns.foreign)
    for page in ("pruefen", "hinweise", "unterlagen", "fotos", "maengel/1"):
        assert stranger.get(f"/intern/blicke/{points['open']}/{page}").status_code == 404
    assert sign_in("curator", None).get(f"/intern/blicke/{points['open']}/pruefen").status_code == 200


def test_a_check_is_overdue_on_the_page_when_the_town_says_so(client, db, towns):
    """Every how many months a view is checked is the town's to say: after a year and more the page may be content."""
    long_ago = TODAY - timedelta(days=500)
    with db.staff(SYSTEM, towns.own) as session:
        ids = [made(session, towns.own, since="2024-01-01", check_every_months=months).id for months in ("12", "60")]
        for number in ids:
            care.record_check(session, SYSTEM, number, CheckInput(long_ago, "OFFEN_SICHT"))
        session.commit()
    pages = [client.get(f"/blicke/{number}").get_data(as_text=True) for number in ids]
    assert ["freshness--old" in page for page in pages] == [True, False]
