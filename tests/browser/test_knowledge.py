"""What the alliance knows: the office keeps a card, a visitor finds it on map and list and by the search."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import click_map, fill, follow, save, summary_is_shown

pytestmark = pytest.mark.browser
TITLE = "Prüfkarte: Markthalle im Warenhaus"


def test_the_office_keeps_a_card_that_everybody_finds(visit):
    office, visitor = visit("geschaeftsstelle"), visit()
    office.goto("/intern/wissen")
    checks.assert_good(office, 1280, 390)
    follow(office.get_by_role("link", name="Beispiel anlegen"))
    fill(office, {"Titel": TITLE, "Projektergebnis": "Zwölf Händlerinnen verkaufen nun unter einem Dach."})
    save(office, "Anlegen")
    summary_is_shown(office, "Projektbeschreibung", "Quelle", "Gemeinde")
    checks.assert_good(office, 1280, 390)
    fill(office, {"Projektbeschreibung": "Das leere Warenhaus wurde umgebaut.", "Quelle": "Bericht der Stadt"})
    fill(office, {"Gemeinde": "Gotha (Landkreis Gotha)", "Arbeitsgruppe": "AG Leerstandsbewältigung"})
    click_map(office)
    save(office, "Anlegen")
    summary_is_shown(office, "Der Punkt liegt nicht in der gewählten Gemeinde.")
    fill(office, {"Breite": "50.9482", "Länge": "10.7016"})
    save(office, "Anlegen")
    expect(office.get_by_role("heading", level=1)).to_contain_text(TITLE)
    checks.assert_good(office, 1280, 390)

    visitor.goto("/suche?q=Markthalle")
    expect(visitor.get_by_role("main")).not_to_contain_text(TITLE)
    save(office, "Veröffentlichen")

    visitor.goto("/wissen")
    expect(visitor.get_by_role("main")).to_contain_text(TITLE)
    checks.assert_good(visitor, 1280, 390)
    fill(visitor, {"Im Wissen der Allianz suchen": "Händler Warenhäuser"})
    visitor.keyboard.press("Enter")
    expect(visitor).to_have_url(re.compile(r"/suche\?"))
    checks.assert_good(visitor, 1280, 390)
    follow(visitor.get_by_role("main").get_by_role("link", name=TITLE))
    for heading in ("Projektergebnis", "Projektbeschreibung"):
        expect(visitor.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    checks.assert_good(visitor, 1280, 390)
    visitor.goto("/pilotprojekte/kompass")
    expect(visitor.get_by_role("main")).to_contain_text("Beispiele guter Praxis")

    save(office, "Zurückziehen")
    visitor.goto("/suche?q=Markthalle")
    expect(visitor.get_by_role("main")).not_to_contain_text(TITLE)


def test_a_search_that_finds_nothing_proposes_near_words(visit):
    page = visit()
    page.goto("/suche?q=Lerstand")
    follow(page.get_by_role("main").get_by_role("link", name="Leerstand", exact=True))
    expect(page.get_by_role("status").first).to_contain_text("Treffer")
    for nothing in ("%22%22", "-", "%00", "((((", "%3Cscript%3E"):
        page.goto(f"/suche?q={nothing}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Suche im Wissen der Allianz")
