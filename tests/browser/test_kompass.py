"""From a vacancy on the pavement to measures with reasons, one taken over and ended, and the council's page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import click_map, field, fill, follow, save, save_new, summary_is_shown

pytestmark = pytest.mark.browser

# One tap a question, as somebody sees it from the pavement.
ANSWERS = ("Laden", "Miete über Markt", "1 · bezugsfertig", "Nebenlage", "Abwartend", "6 bis 24 Monate")
# A finger's width, in CSS pixels.
FINGER = 44


def test_six_taps_lead_to_a_measure_and_the_council_s_page(visit):
    page = visit("leitung.gotha", viewport=checks.screen(390))
    main = page.get_by_role("main")
    page.goto("/intern/leerstand/neu")
    click_map(page, 0.7, 0.6)
    fill(page, {"Straße": "Kompassgasse", "Hausnummer": "1", "Seit": "03.2025"})
    save_new(page)
    save(page, "Fall eröffnen")
    follow(main.get_by_role("link", name="Kompass", exact=True))
    follow(main.get_by_role("link", name="Sechs Fragen beantworten"))

    asked = page.locator(".ask__option")
    assert min(box["height"] for box in (one.bounding_box() for one in asked.all()) if box) >= FINGER
    assert page.locator("main input:not([type=radio], [type=checkbox], [type=hidden]), main textarea").count() == 0
    for number, answer in enumerate(ANSWERS):
        page.locator(".ask").nth(number).get_by_text(answer, exact=True).click()
    save(page, "Maßnahmen zeigen")
    expect(main).to_contain_text("beantwortet (13 von 13)")
    now = main.get_by_role("region", name=re.compile("^Sofort"))
    expect(now).to_contain_text("weil die Miete über dem Markt liegt")
    expect(main.get_by_role("region", name=re.compile("^Nächste 12 Monate"))).to_contain_text("Beschluss des Rates")
    expect(main.get_by_role("region", name=re.compile("^Falls das scheitert"))).to_contain_text("weil")
    now.locator("summary").first.click()
    expect(now.get_by_text("Angabe noch nicht geprüft").first).to_be_visible()
    checks.assert_good(page, 1280, 320)

    with page.expect_navigation():
        now.get_by_role("button", name=re.compile("Übernehmen.*Miet- und Renditeberatung")).click()
    follow(main.get_by_role("table").get_by_role("link", name="Miet- und Renditeberatung"))
    fill(page, {"Beginn": "2026-03-01", "Kosten": "viel", "Was wir gelernt haben": "früher rechnen"})
    page.get_by_label("hat gewirkt", exact=True).check()
    save(page)
    summary_is_shown(page, "Bitte eine Zahl")
    expect(main).to_contain_text("Die Wirkung steht erst fest, wenn die Maßnahme beendet ist")
    checks.assert_good(page, 1280, 390, 320)
    fill(page, {"Ende": "2026-05-01", "Kosten": "1.200", "davon gefördert": "600", "Förderung aus": "Land"})
    save(page)
    ended = main.get_by_role("row", name=re.compile("Miet- und Renditeberatung"))
    for words in ("beendet", "1.200 €", "600 €, Land", "hat gewirkt", "früher rechnen"):
        expect(ended).to_contain_text(words)
    sheet = page.request.get(main.get_by_role("link", name="Blatt für den Rat (PDF)").get_attribute("href"))
    assert sheet.headers["content-type"] == "application/pdf" and sheet.body().startswith(b"%PDF-")
    follow(main.get_by_role("link", name="Zum Fall"))
    expect(main).to_contain_text("Maßnahme geplant: Miet- und Renditeberatung")

    office = visit("geschaeftsstelle")
    for form in ("massnahmen/M14", "fragen/owner", "phasen/3"):
        office.goto(f"/intern/kompass/entwurf/{form}")
        checks.assert_good(office, 320)
    office.goto("/intern/kompass/entwurf/lagen/S9")
    fill(office, {"Maßnahmen im 2. Schritt": "M23, M99"})
    save(office, "Im Entwurf speichern")
    mistake = office.locator("#fehler").get_by_role("link", name="Bitte nur Werte nennen, die es im Kompass gibt.")
    mistake.click()
    expect(field(office, "Maßnahmen im 2. Schritt")).to_be_focused()
    checks.assert_good(office, 1280, 390, 320)
