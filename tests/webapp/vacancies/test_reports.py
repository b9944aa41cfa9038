"""Citizens' reports and ideas: the public forms, the mails, the town's queue and its answer, and hostile input."""

import io
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from PIL import Image

from geo.core import clock
from geo.vacancies import queries as stock
from geo.vacancies import service as units
from geo.vacancies.citizens import service
from geo.vacancies.schemas import parse_publication
from tests import factories
from tests.geo.vacancies.stock import acting, mark
from tests.webapp.vacancies.pages import form_of

MAIL = "geheimpost@beispiel.test"
FORM = "/leerstand/melden"
QUEUE = "/intern/leerstand/meldungen"
SPOT = {"longitude": "11.0523", "latitude": "50.9331"}


@pytest.fixture
def mails(settings):
    def read():
        files = sorted((settings.home / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    return read


@pytest.fixture
def town(staff, towns):
    service.set_taking(staff, acting(), towns.own, 0, takes_reports=True)
    staff.commit()
    return towns.own


@pytest.fixture
def offer(staff, town):
    unit = mark(staff, town)
    until = (clock.today() + timedelta(days=90)).isoformat()
    form = {
        "level": "3",
        "until": until,
        "consent_kind": "KOMMUNAL",
        "title": "Heller Laden",
        "title_en": "Bright shop",
    }
    units.publish(staff, acting(), unit.id, unit.version, parse_publication(form))
    staff.commit()
    return unit.id


def picture():
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(made, "JPEG")
    return made.getvalue()


def queue(client, **query):
    return re.findall(rf'href="({QUEUE}/\d+)"', client.get(QUEUE, query_string=query).text)


def decide(client, path, **values):
    page = client.get(path)
    return client.post(path, data={**{name: one[-1] for name, one in form_of(page).items()}, **values})


def test_a_report_from_the_form_to_the_answer(client, sign_in, staff, town, mails):
    unit = mark(staff, town, state="GENUTZT", house_number="7")
    staff.commit()
    page = client.get(FORM)
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    form = {"kind": "LEER", **SPOT, "words": "GEHEIMTEXT zugeklebt", "email": MAIL.upper(), "_key": "a" * 32}
    form["photo_consent"] = "1"
    answer = client.post(FORM, data={**form, "photo": (io.BytesIO(picture()), "bild.jpg")})
    assert answer.status_code == 303 and "antwort=1" in answer.location
    assert "Schritt" in client.get(answer.location).text
    assert client.post(FORM, data=form).status_code == 303 and len(mails()) == 1  # sent twice, kept once
    link = re.search(r"http://localhost(/\S+)", mails()[0].get_content())[1]
    shown = client.get(link)
    assert shown.status_code == 200 and shown.headers["X-Robots-Tag"] == "noindex"
    assert client.post(link).status_code == 303
    again = client.post(link)
    assert again.status_code == 404 and "schon benutzt" in again.text

    editor = sign_in("editor", town)
    assert "1 Meldung aus der Bürgerschaft wartet" in editor.get("/intern").text
    (path,) = queue(editor)
    report = editor.get(path).text
    assert "GEHEIMTEXT" in report and MAIL not in report and "Marktstraße 7" in report
    assert editor.get(f"{path}/foto.jpg").mimetype == "image/jpeg"
    assert "Antwort gewünscht" in editor.get(QUEUE).text
    preset = form_of(editor.get(path))
    assert (preset["unit_id"], preset["outcome"], preset["with_case"]) == ([str(unit.id)], ["GEAENDERT"], ["1"])
    wrong = decide(editor, path, take_photo="1", photo_words="", with_case="")
    assert wrong.status_code == 422 and 'name="take_photo" value="1" id="f-take_photo" checked' in wrong.text
    assert "with_case" not in form_of(wrong)  # what was not ticked stays so
    answer = {"answer": "Danke, wir kümmern uns.", "take_photo": "1", "photo_words": "Zugeklebtes Schaufenster"}
    assert decide(editor, path, **answer).status_code == 303
    assert "Zugeklebtes Schaufenster" in editor.get(f"/intern/leerstand/{unit.id}/fotos").text
    assert mails()[1]["To"] == MAIL and "Danke, wir kümmern uns." in mails()[1].get_content()
    assert "Nutzung im Register geändert" in mails()[1].get_content()
    staff.expire_all()
    assert stock.get(staff, unit.id).spells[0].state == "LEER"
    assert "Aus der Bürgerschaft" in editor.get(f"/intern/leerstand/{unit.id}").text
    case = re.search(r'href="(/intern/faelle/[0-9]+)"', editor.get(path).text)[1]
    assert "Meldung aus der Bürgerschaft" in editor.get(case).text
    assert queue(editor) == [] and queue(editor, stand="entschieden") == [path]
    assert queue(editor, am=(clock.today() - timedelta(days=1)).isoformat(), stand="alle") == []
    second = editor.post(path, data={**preset, "_key": "c" * 32})
    assert second.status_code == 409 and "schon entschieden" in second.text
    assert "1; 1 in höchstens 7 Tagen" in editor.get(f"{QUEUE}/zahlen").text
    for public in ("/leerstand", "/leerstand/liste", "/api/v1/leerstand", FORM, "/en/leerstand/melden"):
        assert "GEHEIM" not in client.get(public).text.upper()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Please fill in"),
        ({"kind": "LEER", "address": ""}, "Please say where it is"),
        ({"kind": "DACH", **SPOT}, "one of the values"),
        ({"kind": "FEHLER", **SPOT}, "in a sentence"),
        ({"kind": "LEER", "longitude": "13.4", "latitude": "52.5"}, "not in Thuringia"),
        ({"kind": "LEER", "longitude": "11.25", "latitude": "50.93"}, "does not take reports"),
        ({"kind": "LEER", "address": "Markt 5", "gemeinde": factories.FOREIGN_AGS}, "choose the town"),
        ({"kind": "LEER", **SPOT, "email": "a@b.de\r\nBcc: c@d.de"}, "valid e-mail"),
        ({"kind": "LEER", **SPOT, "words": "x" * 1_500_000}, "too long"),
        ({"kind": "LEER", **SPOT, "photo": (io.BytesIO(b"GIF89a"), "x.gif")}, "JPEG, PNG or WebP"),
        ({"kind": "LEER", **SPOT, "unit_id": "987654"}, "Please say where it is"),
    ],
)
def test_a_wrong_report_is_refused_in_the_language_of_the_page_and_nothing_is_lost(client, town, form, words):
    answer = client.post("/en/leerstand/melden", data={"address": "my &lt; address", **form})
    assert answer.status_code == 422 and words in answer.text
    if "address" not in form:
        assert "my &amp;lt; address" in answer.text


def test_script_in_a_report_is_only_text(client, sign_in, town):
    evil = "<script>alert(1)</script>"
    form = {"kind": "IDEE", "gemeinde": factories.OWN_AGS, "address": evil, "words": evil}
    assert client.post(FORM, data=form).status_code == 303
    editor = sign_in("editor", town)
    (path,) = queue(editor)
    for page in (path, QUEUE):
        text = editor.get(page).text
        assert evil not in text and "&lt;script&gt;" in text


def test_programs_and_floods_are_kept_out_and_a_photo_bomb_is_refused(client, sign_in, town):
    form = {"kind": "LEER", **SPOT}
    assert client.post(FORM, data={**form, "website": "https://spam.test"}).status_code == 303
    bomb = io.BytesIO()
    Image.new("1", (12_000, 6_000)).save(bomb, "PNG")
    refused = client.post(FORM, data={**form, "photo": (io.BytesIO(bomb.getvalue()), "gross.png")})
    assert refused.status_code == 422 and "50 Millionen Bildpunkte" in refused.text
    answers = [client.post(FORM, data=form) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [303] * 19 + [429]
    assert "zu viele Meldungen" in answers[-1].text and 'value="11.0523"' in answers[-1].text
    assert sign_in("editor", town).get(QUEUE).text.count("Punkt auf der Karte") == 19


def test_an_offer_s_page_takes_ideas_and_mistakes_and_tells_counted_ideas_as_numbers(client, sign_in, town, offer):
    page = client.get(f"/leerstand/{offer}").text
    assert f"/leerstand/{offer}/idee" in page and f"melden?einheit={offer}" in page
    form = client.get(f"/leerstand/melden?einheit={offer}")
    assert "Heller Laden" in form.text and 'name="gemeinde"' not in form.text
    idea = f"/en/leerstand/{offer}/idee"
    assert "Please fill in" in client.post(idea, data={}).text
    for wish in ("GASTRO", "GASTRO", "KULTUR"):
        assert client.post(idea, data={"wish": wish, "words": "GEHEIMIDEE"}).status_code == 303
    assert "Thank you for your idea" in client.get(f"{idea}/gesendet").text
    editor = sign_in("editor", town)
    assert "Café, Restaurant, Kneipe (2)" in editor.get(f"/intern/leerstand/{offer}").text
    for path in queue(editor):
        assert "Restaurant" not in client.get(f"/leerstand/{offer}").text  # until all three are counted
        assert decide(editor, path).status_code == 303
    for address in (f"/leerstand/{offer}", f"/leerstand/{offer}/idee"):
        told = client.get(address).text
        assert "Café, Restaurant, Kneipe" in told and "GEHEIM" not in told
    before = (clock.today() - timedelta(days=1)).isoformat()
    assert "Café" not in client.get(f"/leerstand/{offer}?am={before}").text
    assert "Café, restaurant, pub" in client.get(f"/en/leerstand/{offer}").text
    wrong = {"kind": "FEHLER", "unit_id": offer, "words": "Stufe am Eingang"}
    assert client.post(FORM, data=wrong).status_code == 303
    (path,) = queue(editor, art="FEHLER")
    assert "Marktstraße 907" in editor.get(path).text
    for gone in ("/leerstand/987654/idee", "/leerstand/melden?einheit=987654"):
        assert client.get(gone).status_code == 404


def test_a_new_unit_is_recorded_from_a_report_and_leads_back_to_it(client, sign_in, town):
    form = {"kind": "LEER", **SPOT, "gemeinde": factories.OWN_AGS, "address": "Neue Gasse 3"}
    client.post(FORM, data=form)
    editor = sign_in("editor", town)
    (path,) = queue(editor)
    link = re.search(r'href="(/intern/leerstand/neu\?[^"]*)"', editor.get(path).text)[1].replace("&amp;", "&")
    page = editor.get(link)
    values = {name: one[-1] for name, one in form_of(page).items()}
    assert (values["street"], values["house_number"], values["state"]) == ("Neue Gasse", "3", "LEER")
    made = editor.post(link, data={**values, "since": "2026"})
    assert made.status_code == 303 and made.location.startswith(f"{path}?einheit=")
    assert form_of(editor.get(made.location))["outcome"] == ["BESTAETIGT"]


def test_a_town_says_whether_it_takes_reports(client, sign_in, towns):
    assert (
        "Zurzeit nimmt keine Stadt" in client.get(FORM).text and "Leerstand melden" not in client.get("/leerstand").text
    )
    assert client.post(FORM, data={"kind": "LEER", **SPOT}).status_code == 422
    manager = sign_in("manager", towns.own)
    page = manager.get("/intern/leerstand/einstellungen")
    assert manager.post(f"{QUEUE}/annahme", data=form_of(page, "/annahme")).status_code == 303
    assert "Leerstand melden" in client.get("/leerstand").text
    stale = manager.post(f"{QUEUE}/annahme", data={**form_of(page, "/annahme"), "_key": "b" * 32})
    assert stale.status_code == 409
