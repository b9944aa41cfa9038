"""An officer brings a visit through its deadlines and letters; a neighbour says what they think, and it is read first."""

import re

import pytest
from playwright.sync_api import expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import fill, follow, save

pytestmark = pytest.mark.browser


def test_from_the_deadline_to_the_letter_and_from_the_street_to_the_verdict(visit):
    officer = visit("leitung.gotha")
    officer.goto("/intern/baeume/besuche")
    checks.assert_good(officer, 1280, 320)
    follow(officer.get_by_role("link", name=re.compile("^Fristen")))
    checks.assert_good(officer, 390)
    follow(officer.get_by_role("table").get_by_role("link").first)
    checks.assert_good(officer, 1280, 320)
    checks.tab_walk(officer)
    here = officer.url
    follow(officer.get_by_role("link", name="Genehmigung und Schilder eintragen"))
    fill(officer, {"Genehmigung": "beantragt"})
    save(officer)
    expect(officer.get_by_role("alert")).to_contain_text("wann der Antrag gestellt wurde")
    checks.assert_good(officer, 390)
    fill(officer, {"Beantragt am": clock.today().isoformat()})
    save(officer)
    expect(officer.get_by_text("Genehmigung beantragt")).to_be_visible()
    officer.goto("/intern/baeume/schreiben/absender")
    fill(officer, {"Amt": "Beispielamt", "Telefon": "0361 000"})
    save(officer)
    checks.assert_good(officer, 390)
    follow(officer.get_by_role("link", name="Aushang für die Straße"))
    fill(officer, {"Text": "# Hallo {strase}"})
    save(officer, "Als neue Fassung speichern")
    expect(officer.get_by_role("alert")).to_contain_text("Gemeint ist vielleicht {strasse}")
    checks.assert_good(officer, 1280, 390)
    officer.goto(here)
    follow(officer.get_by_role("link", name="Antrag auf Sondernutzung"))
    expect(officer.get_by_role("article")).to_contain_text("Beispielamt")
    checks.assert_good(officer, 1280, 320)
    save(officer, "Als PDF festhalten")
    letter = officer.get_by_role("link", name="Antrag auf Sondernutzung (PDF)")
    assert officer.request.get(letter.first.get_attribute("href")).body().startswith(b"%PDF-")
    officer.goto("/intern/baeume/abonnements")
    fill(officer, {"Für wen ist der Kalender?": "Beispielbauhof"})
    save(officer, "Adresse anlegen")
    assert officer.request.get(officer.locator("code").inner_text()).body().startswith(b"BEGIN:VCALENDAR")
    checks.assert_good(officer, 1280, 390)

    neighbour = visit()
    neighbour.goto("/baeume/liste?belegt=1")
    follow(neighbour.get_by_role("table").get_by_role("rowheader").get_by_role("link").first)
    follow(neighbour.get_by_role("link", name="Sagen Sie, wie die Bäume hier sind"))
    checks.assert_good(neighbour, 1280, 390, 320)
    save(neighbour, "Absenden")
    expect(neighbour.get_by_role("alert")).to_contain_text("Bitte eine Antwort wählen.")
    checks.assert_good(neighbour, 390)
    neighbour.get_by_label("Die Bäume waren mir willkommen").press("Space")
    neighbour.get_by_label("Ja, hier soll für immer ein Baum stehen").press("Space")
    fill(neighbour, {"Möchten Sie etwas dazu sagen?": "Schatten!"})
    save(neighbour, "Absenden")
    expect(neighbour.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Meinung")
    checks.assert_good(neighbour, 390)
    assert neighbour.context.cookies() == []
    number = re.search(r"/besuch/(\d+)/", neighbour.url)[1]
    town = visit("planung")
    town.goto(f"/intern/baeume/besuch/{number}")
    expect(town.get_by_text("Schatten!")).to_be_visible()
    checks.assert_good(town, 390)
    neighbour.goto("/baeume/kalender/abonnieren")
    checks.assert_good(neighbour, 1280, 320)
