"""A manager draws a stop's bays by the keyboard alone, sees what fits, and brings the place in order."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import fill, save, tab_to

pytestmark = pytest.mark.browser


def test_bays_are_drawn_by_keys_and_the_place_is_put_in_order(visit):
    page = visit("leitung.gotha")
    page.goto("/intern/baeume")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Brühl")).first.click()
    page.get_by_role("link", name="Buchten, Regeln, Sperrzeiten").click()
    page.get_by_role("link", name="Buchten zeichnen").click()
    expect(page.locator("[data-editor]")).to_have_class(re.compile("leaflet-container"))
    expect(page.locator("[data-bays-state]")).to_contain_text("Hier passen")
    tab_to(page, page.get_by_role("button", name="Zeichnung entfernen"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-bays-state]")).to_have_text("Noch keine Bucht gezeichnet.")
    page.locator("[data-editor-tools] button").first.focus()
    tab_to(page, page.get_by_role("button", name="Mit dem Fadenkreuz zeichnen"))
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-container")).to_be_focused()
    for keys in (["Enter"], ["Shift+ArrowRight"] * 14, ["Enter"]):
        for key in keys:
            page.keyboard.press(key)
    page.get_by_role("button", name="Linie beenden").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-bays-state]")).to_contain_text(re.compile(r"Hier passen \d+ Module der Klasse S"))
    expect(page.locator("[data-modules]")).not_to_have_attribute("data-modules", "0")
    drawn = page.locator("[data-modules]").get_attribute("data-modules")
    checks.assert_good(page, 1280, 390)
    fill(page, {"Plätze": "150"})
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("In die gezeichneten Buchten passen höchstens")
    assert "LineString" in page.locator("[name=bays]").input_value()
    expect(page.locator("[data-bays-state]")).to_contain_text("Hier passen")
    fill(page, {"Plätze": drawn})
    save(page)
    expect(page.get_by_text(f"Der Standplatz hat jetzt {drawn} Plätze.")).to_be_visible()
    expect(page.get_by_role("img", name="Lageskizze")).to_have_js_property("complete", True)
    checks.assert_good(page, 1280, 320)
    checks.tab_walk(page)
    page.get_by_role("link", name="Patenschaft eintragen").click()
    fill(page, {"Name": "Beispiel Patin"})
    save(page)
    page.get_by_role("link", name=re.compile("^Ändern.*Beispiel Patin")).click()
    checks.assert_good(page, 390)
    page.goto("/intern/baeume/hitze")
    head = "ncols 1\nnrows 1\nxllcorner 10.5\nyllcorner 50.8\ncellsize 0.5\n37,5"
    page.set_input_files("[name=file]", {"name": "k.asc", "mimeType": "text/plain", "buffer": head.encode()})
    fill(page, {"Quelle": "Beispielanalyse", "Wert für 0": "30", "Wert für 100": "45"})
    save(page, "Messen")
    expect(page.get_by_role("row", name=re.compile("Brühl"))).to_contain_text("50")
    checks.assert_good(page, 1280, 390)
