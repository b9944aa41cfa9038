"""Helping to water by link, in both languages; the town's pages: one tap, the rota, care, the weather."""

import io
from datetime import timedelta

import pytest
from icalendar import Calendar

from geo.core import clock
from geo.core.access import SYSTEM
from geo.trees.applications.service import set_up
from geo.trees.wording import period
from tests.geo.trees import rows
from tests.geo.trees.visits.rows import with_trees
from tests.geo.trees.watering.test_weather import product
from tests.house.test_translations import not_english
from tests.webapp.trees.test_residents import link_in, mails

__all__ = ["mails"]

TODAY = clock.today()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
FORM = {"name": "GEHEIMANNA", "email": "geheim@beispiel.test", "consent": "1", "_key": "k" * 32}
# Watered twice a week at any time of the year, so that the tests do not know which day it is.
ALWAYS = {"once_first": 101, "once_last": 1231, "twice_first": 101, "twice_last": 1231}


@pytest.fixture
def visit(staff, towns):
    """Two trees that came on Monday of this week, for four weeks."""
    made = rows.avenue(staff, towns.own)
    season = period(MONDAY - timedelta(days=70), MONDAY + timedelta(days=200))
    plan = made.plan("Immer", season)
    with_trees(
        made, ["B 1", "B 2"], made.market, period(MONDAY, MONDAY + timedelta(days=27)), schedule=plan, today=MONDAY
    )
    made.publish(plan, today=MONDAY)
    set_up(staff, SYSTEM, towns.own, 0, ALWAYS)
    staff.commit()
    number = staff.connection().exec_driver_sql("SELECT max(id) FROM register.visits WHERE layer = 'BESCHLOSSEN'")
    made.more["visit"] = number.scalar()
    return made


@pytest.fixture
def own(client, visit, mails):
    """A patron's own link."""
    address = f"/baeume/giessen/{visit.more['visit']}"
    assert client.post(address, data=FORM).location == "/baeume/giessen/gesendet"
    link = link_in(mails()[0])
    assert client.get(link).status_code == 200
    page = client.post(link).location
    assert client.post(link).status_code == 404 and link_in(mails()[1]) == page
    return page


def test_from_the_stop_to_a_tap_and_away(client, visit, own):
    stop = client.get(f"/baeume/{visit.market.id}").text
    assert f"/baeume/giessen/{visit.more['visit']}" in stop
    page = client.get(own)
    assert "Ich habe gegossen" in page.text and "Set-Cookie" not in page.headers and "GEHEIM" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    done = client.post(f"{own}/gegossen", data={"_key": "t" * 32})
    assert done.location == f"{own}?getan=gegossen"
    client.post(f"{own}/gegossen", data={"_key": "t" * 32})
    page = client.get(done.location).text
    assert "Danke! Das Gießen ist eingetragen." in page and page.count("Zurücknehmen") == 1
    log = page.partition('name="log" value="')[2].partition('"')[0]
    assert client.post(f"{own}/zuruecknehmen", data={"log": log}).status_code == 303
    assert "Zurücknehmen" not in client.get(own).text
    assert client.post(f"{own}/zuruecknehmen", data={"log": log}).status_code == 404
    assert client.post(f"{own}/verlassen").location == "/baeume/giessen/verlassen"
    assert client.get(own).status_code == 404 and client.get("/baeume/giessen/verlassen").status_code == 200


def test_days_are_taken_and_given_back(client, visit, own):
    day = (MONDAY + timedelta(days=7)).isoformat()
    assert client.post(f"{own}/uebernehmen", data={"tag": day}).status_code == 303
    assert "Ihr Tag" in client.get(own).text
    assert client.post(f"{own}/zurueckgeben", data={"tag": day}).status_code == 303
    assert "Ihr Tag" not in client.get(own).text
    for wrong in ("", "gestern", (MONDAY - timedelta(days=7)).isoformat(), "2099-01-01"):
        refused = client.post(f"{own}/uebernehmen", data={"tag": wrong})
        assert refused.status_code == 422 and "nichts zu übernehmen" in refused.text and "Übernehmen" in refused.text


def test_own_days_as_a_calendar_that_a_library_reads(client, visit, own):
    day = MONDAY + timedelta(days=7)

    def read(address=own):
        answer = client.get(f"{address}/giessen.ics")
        assert answer.mimetype == "text/calendar" and "GEHEIM" not in answer.text
        return list(Calendar.from_ical(answer.text).walk("VEVENT"))

    assert read() == []
    client.post(f"{own}/uebernehmen", data={"tag": day.isoformat()})
    (taken,) = read()
    assert (taken.decoded("dtstart"), taken["status"], int(taken["sequence"])) == (day, "CONFIRMED", 0)
    assert taken["summary"] == "Gießen: Hauptmarkt Musterallee" and taken["description"] == "40 Liter"
    client.post(f"{own}/zurueckgeben", data={"tag": day.isoformat()})
    (gone,) = read(f"/en{own}")
    assert (gone["uid"], gone["status"], int(gone["sequence"])) == (taken["uid"], "CANCELLED", 1)
    assert gone["summary"].startswith("Watering") and client.get("/baeume/pate/1-x/giessen.ics").status_code == 404


def test_everything_in_english(client, visit, own):
    address = f"/en/baeume/giessen/{visit.more['visit']}"
    wrong = client.post(address, data={"email": "x"})
    assert wrong.status_code == 422 and "Without your consent" in wrong.text and "valid e-mail" in wrong.text
    for page in (address, f"/en{own}", f"/en{own}/verlassen", "/en/baeume/giessen/bestaetigen/1-x"):
        assert not_english(client.get(page).text) == []
    refused = client.post(f"/en{own}/uebernehmen", data={"tag": "x"})
    assert not_english(refused.text) == []


def test_the_trap_and_the_throttle(client, visit, mails):
    address = f"/baeume/giessen/{visit.more['visit']}"
    assert client.post(address, data=FORM | {"website": "x"}).status_code == 303 and mails() == []
    answers = [client.post(address, data=FORM | {"_key": f"{number:032}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert client.get("/baeume/giessen/999999").status_code == 404


def test_the_towns_pages(app, client, visit, own, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    editor, number = sign_in("editor", towns.own), visit.more["visit"]
    here = f"/intern/baeume/besuch/{number}/giessen"
    overview = editor.get("/intern/baeume/giessen").text
    assert "Hauptmarkt Musterallee" in overview and "noch nie eingetragen" in overview
    assert (
        editor.post(f"{here}/heute", data={"by": "BAUHOF", "zurueck": "uebersicht"}).location
        == "/intern/baeume/giessen"
    )
    assert "40 l</span> (Bauhof)" in editor.get("/intern/baeume/giessen").text
    assert "GEHEIMANNA" in editor.get(here).text
    wrong = editor.post(f"{here}/wasser", data={"day": "2099-01-01", "litres": "viel", "by_kind": "NIEMAND"})
    assert wrong.status_code == 422
    for sentence in ("liegt in der Zukunft", "Bitte eine Zahl angeben", "angebotenen Werte"):
        assert sentence in wrong.text
    assert (
        editor.post(
            f"{here}/wasser", data={"day": TODAY.isoformat(), "litres": "12,5", "by_kind": "BAUHOF"}
        ).status_code
        == 303
    )
    page = editor.get(here).text
    assert "12,5" in page
    log, version = page.partition("/wasser/")[2].partition("/")[0], "1"
    assert editor.post(f"{here}/wasser/{log}/loeschen", data={"version": "7"}).status_code == 409
    assert editor.post(f"{here}/wasser/{log}/loeschen", data={"version": version}).status_code == 303
    assert "12,5" not in editor.get(here).text
    assert editor.post(f"{here}/pflege", data={"care_day": "", "kind": ""}).status_code == 422
    assert (
        editor.post(
            f"{here}/pflege", data={"care_day": TODAY.isoformat(), "kind": "SCHNITT", "note": "Totholz"}
        ).status_code
        == 303
    )
    tree = visit.trees["B 1"].id
    record = editor.get(f"/intern/baeume/baum/{tree}/pflege").text
    assert "Totholz" in record and "20" in record
    assert editor.post(f"/intern/baeume/baum/{tree}/pflege", data={"care_day": "x"}).status_code == 422
    assert (
        editor.post(f"/intern/baeume/baum/{tree}/pflege", data={"care_day": "1.3.2026", "kind": "DUENGUNG"}).status_code
        == 303
    )
    assert "Totholz" not in editor.get(f"/intern/baeume/baum/{tree}/pflege?am=2026-04-01").text


def test_who_may_see_and_erase_patrons(app, visit, own, sign_in, towns, client):
    app.config["WTF_CSRF_ENABLED"] = False
    here = f"/intern/baeume/besuch/{visit.more['visit']}/giessen"
    for role, town in (("viewer", towns.own), ("planner", None), ("office", None)):
        page = sign_in(role, town).get(here)
        assert page.status_code == 200 and "GEHEIM" not in page.text.upper(), role
    patron = sign_in("manager", towns.own).get(here).text.partition("/pate/")[2].partition("/")[0]
    assert sign_in("editor", towns.own).post(f"{here}/pate/{patron}/loeschen").status_code == 403
    assert sign_in("manager", towns.foreign).post(f"{here}/pate/{patron}/loeschen").status_code == 404
    assert sign_in("manager", towns.own).post(f"{here}/pate/{patron}/loeschen").status_code == 303
    assert client.get(own).status_code == 404


def test_the_weather_typed_and_from_a_file(app, visit, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    editor = sign_in("editor", towns.own)
    typed = {"day": TODAY.isoformat(), "max_c": "31,5"}
    assert editor.post("/intern/baeume/wetter/tag", data=typed).status_code == 303
    assert "31,5 °C" in editor.get("/intern/baeume/wetter").text
    wrong = editor.post("/intern/baeume/wetter/tag", data={"day": "2099-01-01", "max_c": "77"})
    assert wrong.status_code == 422 and "eine Woche voraus" in wrong.text and "Zahl von -50 bis 50" in wrong.text
    day = TODAY - timedelta(days=3)
    file = {"file": (io.BytesIO(product((f"{day:%Y%m%d}", "33.4"))), "produkt_klima_tag_x.txt")}
    assert editor.post("/intern/baeume/wetter/datei", data=file).status_code == 303
    page = editor.get("/intern/baeume/wetter").text
    assert "33,4 °C" in page and "Station 1270" in page and "1 Tage der letzten zwei Jahre gelesen" in page
    for raw in (b"", b"%PDF-1.7"):
        refused = editor.post("/intern/baeume/wetter/datei", data={"file": (io.BytesIO(raw), "x.txt")})
        assert refused.status_code == 422
    assert sign_in("viewer", towns.own).post("/intern/baeume/wetter/tag", data=typed).status_code == 403
    assert sign_in("planner").get("/intern/baeume/wetter").status_code == 422


def test_a_lost_link_comes_once_more_and_nobody_learns_whether_the_address_is_known(client, visit, own, mails):
    form = client.get("/baeume/link")
    assert "Link noch einmal schicken" in form.text and "Set-Cookie" not in form.headers
    assert "/baeume/link" in client.get("/baeume/pate/1-weg").text
    known = client.post("/baeume/link", data={"email": FORM["email"].upper()})
    sent = len(mails())
    unknown = client.post("/baeume/link", data={"email": "fremd@beispiel.test"})
    assert (
        (known.status_code, known.location) == (unknown.status_code, unknown.location) == (303, "/baeume/link/gesendet")
    )
    assert len(mails()) == sent == 3, "one more for the patron, none for the stranger"
    assert "sagen wir hier nicht" in client.get(known.location).text
    again = link_in(mails()[2])
    assert again != own and client.get(again).status_code == client.get(own).status_code == 200, "both work"
    client.post(f"{again}/verlassen")
    assert client.get(again).status_code == client.get(own).status_code == 404
    assert client.post("/baeume/link", data={"email": "kein Mensch"}).status_code == 422
    tries = [client.post("/baeume/link", data={"email": "fremd@beispiel.test"}).status_code for _ in range(9)]
    assert tries[-1] == 429 and "once more" in client.get("/en/baeume/link").text
