"""The public form in both languages, its mails and links, and the town's pages; nothing of a person anywhere else."""

import io
import re
from datetime import date
from email import message_from_bytes, policy

import pytest
from PIL import Image

from geo.core.access import SYSTEM
from geo.trees.applications import service
from geo.trees.wording import period
from tests.factories import OWN_AGS
from tests.house.test_translations import not_english

FORM = {
    "gemeinde": OWN_AGS,
    "street": "Musterweg",
    "house_number": "5",
    "email": "GEHEIMPOST@beispiel.test",
    "name": "GEHEIMNAME",
    "message": "GEHEIMTEXT",
    "signatures": "12",
    "consent": "1",
    "_key": "k" * 32,
}
BACK_OFFICE = {
    "yard_after_days": "1", "litres_s": "20", "litres_l": "20", "hot_above_c": "30", "hot_litres": "10",
    "once_first": "1.3.", "once_last": "30.11.", "twice_first": "1.5.", "twice_last": "30.9.",
}  # fmt: skip


@pytest.fixture
def open_town(db, towns):
    """The own town takes applications."""
    with db.staff(SYSTEM, towns.own) as session:
        values = {"takes_applications": True, "application_note": "Bitte erst die Nachbarn fragen."}
        service.set_up(session, SYSTEM, towns.own, 0, values)
        session.commit()


@pytest.fixture
def mails(settings):
    def read():
        files = sorted((settings.home / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    return read


def link_in(mail):
    return re.search(r"http://localhost(/\S+)", mail.get_content())[1]


def photo():
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "#246").save(file, "JPEG")
    return file.getvalue()


def test_from_the_form_to_the_own_page_and_out_again(client, open_town, mails, settings, towns):
    assert "Bitte erst die Nachbarn fragen." in client.get(f"/baeume/antrag?gemeinde={OWN_AGS}").text
    with io.BytesIO(photo()) as file:
        answer = client.post("/baeume/antrag", data=FORM | {"photo": (file, "x.jpg")})
    assert (answer.status_code, answer.location) == (303, "/baeume/antrag/gesendet")
    again = client.post("/baeume/antrag", data=FORM)
    assert again.status_code == 303 and len(mails()) == 1, "a double click is one application and one mail"
    mail = mails()[0]
    assert mail["To"] == "geheimpost@beispiel.test" and "GEHEIMTEXT" not in mail.get_content()
    assert "Musterweg" not in mail.get_content(), "whoever did not write the form gets none of its words by mail"
    link = link_in(mail)
    assert client.get(link).status_code == 200 and len(mails()) == 1, "looking at a link confirms nothing"
    own = client.post(link).location
    assert client.post(link).status_code == client.get(link).status_code == 404
    assert link_in(mails()[1]) == own
    page = client.get(own)
    assert "GEHEIMTEXT" in page.text and "liegt bei der Stadt" in page.text
    assert page.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
    kept = list((settings.home / "application-photos").rglob("*.jpg"))
    assert len(kept) == 2
    assert client.post(f"{own}/zurueckziehen").location == own
    assert "zurückgezogen" in client.get(own).text
    assert client.post(f"{own}/loeschen").location == "/baeume/antrag/geloescht"
    assert client.get(own).status_code == 404
    assert [file for file in kept if file.exists()] == []


def test_english_form_english_mails(client, open_town, mails):
    wrong = client.post("/en/baeume/antrag", data={"gemeinde": "99", "signatures": "-1", "email": "x"})
    assert wrong.status_code == 422
    for sentence in ("Please choose the town.", "Please fill in.", "99,999 at most", "Without your consent"):
        assert sentence in wrong.text
    assert "Bitte" not in wrong.text.partition("<main")[2].partition("</main")[0]
    assert client.post("/en/baeume/antrag", data=FORM).location == "/en/baeume/antrag/gesendet"
    link = link_in(mails()[0])
    assert mails()[0]["Subject"].startswith("Please confirm") and link.startswith("/en/baeume/antrag/")
    assert not_english(client.get(link).text) == not_english(client.get("/en/baeume/antrag/1-x").text) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "keine Adresse"}, "gültige E-Mail-Adresse"),
        ({"email": "a@b.de\r\nBcc: c@d.de"}, "gültige E-Mail-Adresse"),
        ({"street": " "}, "Bitte ausfüllen."),
        ({"street": "x" * 121}, "Der Text ist zu lang."),
        ({"name": "a\x00b"}, "Steuerzeichen"),
        ({"signatures": "zwölf"}, "ganze Zahl"),
        ({"signatures": "100000"}, "ganze Zahl"),
        ({"longitude": "11.05"}, "Punkt auf der Karte"),
        ({"longitude": "nan", "latitude": "nan"}, "als Zahlen"),
        ({"longitude": "50.93", "latitude": "11.05"}, "vertauscht"),
        ({"longitude": "11.25", "latitude": "50.93"}, "nicht in dieser Stadt"),
        ({"consent": ""}, "Ohne Ihre Einwilligung"),
        ({"gemeinde": "16999002"}, "Bitte die Stadt wählen."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(client, open_town, mails, change, sentence):
    answer = client.post("/baeume/antrag", data=FORM | change)
    assert answer.status_code == 422 and sentence in answer.text
    assert "GEHEIMTEXT" in answer.text and mails() == []


def test_no_photo_and_the_wish_to_choose_it_again(client, open_town, mails):
    answer = client.post("/baeume/antrag", data=FORM | {"photo": (io.BytesIO(b"MZ" * 50), "x.jpg")})
    assert answer.status_code == 422 and "kein Foto im Format" in answer.text
    answer = client.post("/baeume/antrag", data=FORM | {"street": "", "photo": (io.BytesIO(photo()), "x.jpg")})
    assert "Bitte das Foto noch einmal wählen" in answer.text and mails() == []


def test_a_program_in_the_trap_is_told_what_everybody_is_told(client, open_town, mails):
    answer = client.post("/baeume/antrag", data=FORM | {"website": "https://spam.test"})
    assert (answer.status_code, answer.location) == (303, "/baeume/antrag/gesendet") and mails() == []


def test_the_fourth_form_for_one_address_is_throttled(client, open_town, mails):
    answers = [client.post("/baeume/antrag", data=FORM | {"_key": f"{number:032}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "zu viele Anträge" in answers[-1].text and "GEHEIMTEXT" in answers[-1].text and len(mails()) == 3


def test_another_sites_form_is_refused(client, open_town, mails):
    answer = client.post("/baeume/antrag", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and mails() == []


def test_no_town_takes_applications(client):
    assert "nimmt keine Stadt" in client.get("/baeume/antrag").text


def test_from_a_stop(client, avenue, open_town):
    text = client.get(f"/baeume/antrag?standplatz={avenue.market.id}").text
    assert f'name="stop_id" value="{avenue.market.id}"' in text and 'value="Hauptmarkt Musterallee"' in text
    assert client.get(f"/baeume/antrag?standplatz={avenue.more['hidden'].id}").status_code == 404


@pytest.fixture
def application(client, open_town, mails, db):
    """The number of a confirmed application, and its own link."""
    client.post("/baeume/antrag", data=FORM)
    own = client.post(link_in(mails()[0])).location
    with db.owner() as session:
        return session.connection().exec_driver_sql("SELECT max(id) FROM register.tree_applications").scalar(), own


def test_the_town_decides_and_the_applicant_reads_it(app, client, sign_in, towns, application, mails):
    app.config["WTF_CSRF_ENABLED"] = False
    number, own = application
    address = f"/intern/baeume/antraege/{number}"
    editor = sign_in("editor", towns.own)
    page = editor.get(address).text
    assert "geheimpost@beispiel.test" in page and "GEHEIMTEXT" in page
    assert "Musterweg 5" in editor.get("/intern/baeume/antraege").text
    made = re.search(r'href="(/intern/baeume/neu\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert 'value="Musterweg"' in editor.get(made).text
    refused = editor.post(address, data={"state": "ABGELEHNT", "version": "2"})
    assert refused.status_code == 422 and "Bitte begründen" in refused.text
    assert editor.post(address, data={"state": "WARTELISTE", "version": "1"}).status_code == 409
    answer = editor.post(address, data={"state": "WARTELISTE", "reason": "Passt gut.", "tell": "1", "version": "2"})
    assert answer.status_code == 303
    assert "auf der Warteliste" in mails()[-1].get_content() and "Passt gut." in mails()[-1].get_content()
    page = client.get(own).text
    assert "Platz 1 der Warteliste" in page and "Passt gut." in page and "Ihr Antrag" in page
    for part in ("", "/zurueckziehen", "/loeschen"):
        assert not_english(client.get(f"/en{own}{part}").text) == []
    assert "number 1 on the waiting list" in client.get(f"/en{own}").text
    history = editor.get(f"{address}/verlauf").text
    assert "auf der Warteliste" in history and "GEHEIM" not in history and "Musterweg</" not in history


def test_who_may_see_the_person(app, sign_in, towns, application):
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/intern/baeume/antraege/{application[0]}"
    for role, town in (("viewer", towns.own), ("planner", None), ("office", None)):
        page = sign_in(role, town).get(address)
        assert page.status_code == 200 and "GEHEIM" not in page.text.upper(), role
        assert sign_in(role, town).get(f"{address}/foto.jpg").status_code == 403
    assert sign_in("viewer", towns.own).post(address, data={"state": "NEU", "version": "2"}).status_code == 403
    assert sign_in("editor", towns.own).post(f"{address}/loeschen").status_code == 403
    manager = sign_in("manager", towns.own)
    assert manager.post(f"{address}/loeschen").status_code == 303
    assert "GEHEIM" not in manager.get(address).text.upper()


def test_settings_of_the_town(app, client, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    manager = sign_in("manager", towns.own)
    assert 'value="1.5."' in manager.get("/intern/baeume/einstellungen").text
    wrong = BACK_OFFICE | {
        "version": "0",
        "litres_s": "0",
        "twice_first": "31.2.",
        "once_first": "1.12.",
        "yard_email": "x",
    }
    answer = manager.post("/intern/baeume/einstellungen", data=wrong)
    assert answer.status_code == 422
    for sentence in ("Zahl von 1 bis 200", "Tag des Jahres wie 1.5.", "endet, bevor sie beginnt", "bauhof@stadt.de"):
        assert sentence in answer.text
    good = BACK_OFFICE | {"version": "0", "takes_applications": "1"}
    assert manager.post("/intern/baeume/einstellungen", data=good).status_code == 303
    assert manager.post("/intern/baeume/einstellungen", data=good).status_code == 409
    assert "Musterstadt" in client.get("/baeume/antrag").text


def test_effects_are_told_to_everybody_and_to_the_town(client, avenue, sign_in, towns, application):
    empty = client.get("/baeume/wirkung?am=2026-01-01").text
    assert "Noch nichts zu zählen" in empty and "misst hier niemand" in empty
    avenue.put("B 2", avenue.market, period(date(2026, 5, 4), date(2026, 5, 10)), actual=True)
    avenue.session.commit()
    text = client.get("/baeume/wirkung?am=2026-05-31").text
    assert "Baumwochen" in text and "Musterstadt" in text and "GEHEIM" not in text.upper().replace("GEHEIMER", "")
    assert client.get("/baeume/wirkung?am=gestern").status_code == 422
    assert not_english(client.get("/en/baeume/wirkung?am=2026-05-31").text) == []
    internal = sign_in("viewer", towns.own).get("/intern/baeume/wirkung").text
    assert (
        "1 neu, in Prüfung" in internal
        and "Hauptmarkt Musterallee" in internal
        and "GEHEIMPOST" not in internal.upper()
    )
    assert "Hauptmarkt" not in sign_in("viewer", towns.foreign).get("/intern/baeume/wirkung").text
