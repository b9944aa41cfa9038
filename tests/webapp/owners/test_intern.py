"""The internal pages of owners: forms, files, letters as PDF, decisions, rights."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.jobs import run_now
from geo.owners.campaigns import answering
from geo.owners.campaigns.answering import parse_answer
from tests.geo.owners.letters import NOW, a_form, a_sent_letter, a_unit, an_owner, confirmed, owned

OWNER = {"kind": "PRIVAT", "name": "Eigentümerin 1", "street": "Birkenweg 4", "postcode": "99867", "locality": "Gotha"}


@pytest.fixture
def visitor(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("manager", towns.own)


@pytest.fixture
def unit(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        made = a_unit(session, towns.own)
        session.commit()
        return made.id


def _made(visitor, **more):
    answer = visitor.post("/intern/eigentum/neu", data={**OWNER, **more})
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def test_an_owner_from_first_to_last(visitor, unit):
    owner = _made(visitor)
    here = f"/intern/eigentum/{owner}"
    assert "Eigentümerin 1" in visitor.get("/intern/eigentum").text
    assert (
        visitor.post(f"/intern/eigentum/einheit/{unit}/eintragen", data={"owner_id": owner, "share": "1/2"}).status_code
        == 303
    )
    assert "Marktstraße 7" in visitor.get(here).text and "1/2" in visitor.get(f"/intern/eigentum/einheit/{unit}").text
    refused = visitor.post(f"/intern/eigentum/einheit/{unit}/eintragen", data={"owner_id": owner, "share": "viel"})
    assert refused.status_code == 422 and "Bruch" in refused.text and "viel" in refused.text
    consent = {"kind": "VEROEFFENTLICHUNG", "given_on": "2026-01-02", "how": "BRIEF"}
    refused = visitor.post(f"{here}/einwilligungen", data=consent)
    assert refused.status_code == 422 and 'href="#f-level"' in refused.text
    assert visitor.post(f"{here}/einwilligungen", data=consent | {"level": "3"}).status_code == 303
    assert "bis Stufe 3 zugestimmt" in visitor.get(f"/intern/eigentum/einheit/{unit}").text
    contact = {"happened_on": "2026-01-02", "channel": "TELEFON", "result": "BERATUNG", "note": "ruft zurück"}
    assert visitor.post(f"{here}/kontakte", data=contact).status_code == 303
    changed = visitor.post(f"{here}/bearbeiten", data={**OWNER, "name": "Eigentümerin 2", "version": "1"})
    assert changed.status_code == 303
    stale = visitor.post(f"{here}/bearbeiten", data={**OWNER, "name": "Eigentümerin 3", "version": "1"})
    assert stale.status_code == 409 and "Eigentümerin 2" in stale.text and "Eigentümerin 3" in stale.text
    history = visitor.get(f"{here}/verlauf").text
    assert "Eigentümerin 1" in history and "ruft zurück" in history
    told = json.loads(visitor.get(f"{here}/auskunft.json").text)
    assert told["angaben"]["name"] == "Eigentümerin 2" and told["kontakte"][0]["note"] == "ruft zurück"
    page = visitor.get(f"{here}/auskunft").text
    assert "ruft zurück" in page and re.search(r"<dt>Art</dt><dd[^>]*>Privatperson<", page)
    assert re.search(r"<dt>Erfasst</dt><dd[^>]*>\d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr<", page)
    assert visitor.post(f"{here}/loeschen", data={"ground": "VERLANGEN"}).status_code == 422
    gone = visitor.post(f"{here}/loeschen", data={"ground": "VERLANGEN", "confirm": "1"})
    assert gone.location == "/intern/eigentum/loeschungen" and visitor.get(here).status_code == 404
    assert (
        "auf Verlangen" in visitor.get(gone.location).text
        and "Eigentümerin" not in visitor.get("/intern/eigentum/liste.csv").text
    )


def test_the_list_as_a_file_names_no_way_to_whoever_is_not_to_be_contacted(visitor):
    _made(visitor, name="=SUMME(A1)", phone="+49 3621")
    _made(visitor, name="Gesperrt", phone="03621 999", email="sperre@beispiel.test", do_not_contact="1")
    page = visitor.get("/intern/eigentum").text
    assert "Kontaktsperre" in page and "03621 999" not in page
    content = visitor.get("/intern/eigentum/liste.csv").text
    assert "03621 999" not in content and "sperre@" not in content
    rows = list(csv.reader(io.StringIO(content.lstrip("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'=SUMME(A1)", "Gesperrt"] and rows[1][8] == "'+49 3621"


def test_letters_from_a_filter_to_the_return(app, visitor, unit, db):
    owner = _made(visitor)
    visitor.post(f"/intern/eigentum/einheit/{unit}/eintragen", data={"owner_id": owner})
    settings = {
        "version": "0",
        "keep_months": "24",
        "answer_days": "30",
        "rent_eur_m2": "6,5",
        "rent_source": "Mietspiegel",
    }
    assert visitor.post("/intern/eigentum/einstellungen", data=settings | {"rent_source": ""}).status_code == 422
    assert visitor.post("/intern/eigentum/einstellungen", data=settings).status_code == 303
    assert visitor.get("/intern/eigentum/briefe/neu").location == "/intern/eigentum/briefe/neu?zustand=LEER"
    assert "1 Brief" in visitor.get("/intern/eigentum/briefe/neu?zustand=LEER").text
    assert "0 Briefe" in visitor.get("/intern/eigentum/briefe/neu?zustand=GENUTZT").text
    assert visitor.post("/intern/eigentum/briefe/neu?zustand=GENUTZT", data={"name": "Nichts"}).status_code == 422
    here = visitor.post("/intern/eigentum/briefe/neu?zustand=LEER", data={"name": "Markt"}).location
    form = visitor.get(f"{here}/text").text
    assert "6,50" in form
    texts = {"version": "1", "subject": "Brief an {name}", "body": "x", "answer_until": "2030-01-01"}
    refused = visitor.post(f"{here}/text", data=texts)
    assert refused.status_code == 422 and "Den Platzhalter {name} gibt es nicht" in refused.text
    letter = re.search(r"/intern/eigentum/brief/(\d+)/ansehen", visitor.get(here).text)
    shown = visitor.get(letter[0]).text
    assert "Sehr geehrte Damen und Herren" in shown and "650,00 €" in shown and "Mietspiegel" in shown
    early = visitor.post(f"{here}/verschickt", data={"version": "1", "sent_on": "2026-01-01"})
    assert early.status_code == 422 and "noch nicht gedruckt" in early.text
    assert visitor.post(f"{here}/drucken", data={"seen": "x"}).status_code == 422
    wait = visitor.post(f"{here}/drucken", data={"seen": "0"})
    assert (wait.status_code, visitor.post(f"{here}/drucken", data={"seen": "0"}).location) == (303, wait.location)
    assert "Die Briefe werden gerade gedruckt" in visitor.get(here).text
    job = int(wait.location.rpartition("/")[2])
    run_now(db, job, home=app.settings.home)
    page = visitor.get(here).text
    assert f"/intern/vorgaenge/{job}/datei" in page and "Alle Briefe sind gedruckt." in page
    assert visitor.get(f"/intern/vorgaenge/{job}/datei").data.startswith(b"%PDF")
    again = visitor.post(f"{here}/drucken", data={"seen": job})
    assert again.status_code == 422 and "schon gedruckt" in again.text
    assert visitor.post(f"{here}/verschickt", data={"version": "1", "sent_on": "2026-01-01"}).status_code == 303
    back = visitor.post(f"/intern/eigentum/brief/{letter[1]}/ruecklauf", data={"version": "99", "result": "ABLEHNUNG"})
    assert back.status_code == 409
    with db.owner() as session:
        version = session.scalar(text("SELECT version FROM register.owner_letters"))
    done = visitor.post(
        f"/intern/eigentum/brief/{letter[1]}/ruecklauf", data={"version": version, "result": "ABLEHNUNG"}
    )
    assert visitor.post(f"/intern/eigentum/brief/{letter[1]}/drucken", data={"seen": job}).status_code == 422
    assert done.status_code == 303 and "100 %" in visitor.get("/intern/eigentum/briefe").text


def test_publishing_asks_the_known_owners(visitor, unit):
    owner = _made(visitor)
    visitor.post(f"/intern/eigentum/einheit/{unit}/eintragen", data={"owner_id": owner})
    here, day = f"/intern/leerstand/{unit}/veroeffentlichen", (clock.today() + timedelta(days=30)).isoformat()
    form = {"version": "1", "level": "3", "until": day, "consent_kind": "EIGENTUEMER", "title": "Eckladen"}
    refused = visitor.post(here, data=form)
    assert (
        refused.status_code == 422
        and "nicht alle einer Veröffentlichung" in refused.text
        and "Eckladen" in refused.text
    )
    consent = {"kind": "VEROEFFENTLICHUNG", "given_on": "2026-01-02", "how": "BRIEF", "level": "3"}
    visitor.post(f"/intern/eigentum/{owner}/einwilligungen", data=consent)
    assert visitor.post(here, data=form).status_code == 303
    assert visitor.post(here, data=form | {"version": "2", "level": "4"}).status_code == 422


def test_nothing_is_published_for_longer_than_was_agreed_to(visitor, unit):
    """The publication's own last day ends it at midnight; a consent that ends before would be noticed by a job, later."""
    owner = _made(visitor)
    visitor.post(f"/intern/eigentum/einheit/{unit}/eintragen", data={"owner_id": owner})
    last = clock.today() + timedelta(days=10)
    consent = {"kind": "VEROEFFENTLICHUNG", "given_on": "2026-01-02", "how": "BRIEF", "level": "3"}
    visitor.post(f"/intern/eigentum/{owner}/einwilligungen", data=consent | {"until": last.isoformat()})
    here = f"/intern/leerstand/{unit}/veroeffentlichen"
    form = {"version": "1", "level": "3", "consent_kind": "EIGENTUEMER", "title": "Eckladen"}
    refused = visitor.post(here, data=form | {"until": (last + timedelta(days=1)).isoformat()})
    assert refused.status_code == 422 and "So lange hat nicht jede Person zugestimmt" in refused.text
    assert visitor.post(here, data=form | {"until": last.isoformat()}).status_code == 303


def _answered(db, towns, **changed):
    with db.staff(SYSTEM, towns.own) as session:
        sent = a_sent_letter(session, towns.own)
        token = confirmed(session, sent)
        found, shown = answering.form_of(session, token, NOW)
        data = parse_answer(a_form(sent.unit, **changed), found.owner, shown)
        answer = answering.submit(session, token, data, request_id="t", now=NOW)
        ids = dict(session.execute(text("SELECT field, id FROM register.owner_proposals")).all())
        made = answer.id, sent.unit.id, ids
        session.commit()
    return made


def test_the_town_decides(visitor, db, towns):
    answer, unit, ids = _answered(db, towns, area_total_m2="140", level="3", wants_call="1", call_phone="0171 5")
    here = f"/intern/eigentum/antworten/{answer}"
    page = visitor.get(here).text
    assert "123,5 m²" in page and "140 m²" in page and "0171 5" in page
    sent = {
        "version": "1",
        f"p_{ids['area_total_m2']}": "ja",
        f"p_{ids['publication_level']}": "ja",
        f"p_{ids['verified']}": "nein",
    }
    seen = {f"seen_{ids['area_total_m2']}": "123,5", f"seen_{ids['publication_level']}": "0"}
    assert visitor.post(f"{here}/erledigt", data={"version": "1"}).status_code == 409
    assert visitor.post(f"{here}/entscheiden", data=sent | seen).status_code == 303
    assert "140" in visitor.get(f"/intern/leerstand/{unit}").text
    assert visitor.get(f"/leerstand/{unit}").status_code == 200
    page = visitor.get(here).text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert "nicht übernommen" in page
    assert visitor.post(f"{here}/erledigt", data={"version": version}).status_code == 303
    assert "Keine." in visitor.get("/intern/eigentum/antworten").text


def test_an_editor_decides_on_facts_and_leaves_publishing_to_the_manager(app, sign_in, db, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    answer, unit, ids = _answered(db, towns, area_total_m2="140", level="3")
    editor = sign_in("editor", towns.own)
    here = f"/intern/eigentum/antworten/{answer}"
    assert "entscheidet die Leitung" in editor.get(here).text
    sent = {"version": "1"} | {f"p_{one}": "ja" for one in ids.values()}
    sent |= {f"seen_{ids['area_total_m2']}": "123,5", f"seen_{ids['publication_level']}": "0"}
    editor.post(f"{here}/entscheiden", data=sent)
    page = editor.get(here).text
    assert "Nicht übernommen" in page and "entscheidet die Leitung" in page
    assert editor.get(f"/leerstand/{unit}").status_code == 404 and "140" in editor.get(f"/intern/leerstand/{unit}").text


def test_viewers_know_nothing_of_owners(app, sign_in, db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        unit, owner = a_unit(session, towns.own), an_owner(session, towns.own, "Nurintern")
        owned(session, unit, owner)
        ids = unit.id, owner.id
        session.commit()
    viewer = sign_in("viewer", towns.own)
    assert viewer.get(f"/intern/eigentum/{ids[1]}").status_code == 403
    page = viewer.get(f"/intern/leerstand/{ids[0]}").text
    assert "Wem die Einheit gehört" not in page and "Nurintern" not in page
    assert "Nurintern" not in viewer.get(f"/intern/leerstand/{ids[0]}/verlauf").text + viewer.get("/intern").text
