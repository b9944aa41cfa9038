"""Zones, addresses and changes of many units, by the keyboard alone; the pages are clean at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import field, tab_to

pytestmark = pytest.mark.browser


def type_into(page, one, text):
    tab_to(page, one)
    page.keyboard.type(text)


def test_a_zone_is_drawn_under_the_crosshair(visit):
    page = visit("leitung.gotha")
    page.goto("/intern/zonen")
    checks.settle(page)
    checks.assert_good(page, 1280, 390)
    tab_to(page, page.get_by_role("link", name="Zone zeichnen"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/zonen/neu")
    expect(page.locator("[data-editor]")).to_have_class(re.compile("leaflet-container"))
    type_into(page, page.locator("#f-kind"), "Quartier")
    type_into(page, page.locator("#f-name"), "Tastenviertel")
    tab_to(page, page.get_by_role("button", name="Mit dem Fadenkreuz zeichnen"))
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-container")).to_be_focused()
    for keys in (["Enter"], ["Shift+ArrowRight"] * 3, ["Enter"], ["Shift+ArrowDown"] * 3, ["Enter"]):
        for key in keys:
            page.keyboard.press(key)
    checks.assert_good(page, 1280, 390)
    page.keyboard.press("Shift+Tab")
    tab_to(page, page.get_by_role("button", name="Fläche schließen"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-area-state]")).to_contain_text("3 Ecken")
    tab_to(page, page.get_by_role("button", name="Speichern"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tastenviertel")
    checks.settle(page)
    checks.assert_good(page, 1280, 390)
    tab_to(page, page.get_by_role("button", name="Rückgängig machen"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Die Zone ist wieder entfernt.")).to_be_visible()


def test_a_typed_address_sets_the_point(visit):
    page = visit("sachbearbeitung.gotha")
    page.goto("/intern/leerstand/neu")
    expect(page.locator("[data-editor]")).to_have_class(re.compile("leaflet-container"))
    search = page.get_by_role("combobox", name=re.compile("Adresse suchen"))
    type_into(page, search, "hauptmarkt 90")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("Hauptmarkt 90")
    checks.assert_good(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-point-state]")).to_contain_text("Punkt gesetzt")
    expect(page.locator("#f-street")).to_have_value("Hauptmarkt")
    expect(page.locator("[data-near-list] li").first).to_be_visible()
    for width in (1280, 390):  # the bar with "Speichern" stays at the bottom: the map is looked at clear of it
        page.set_viewport_size(checks.screen(width))
        page.locator("[data-editor]").evaluate("map => map.scrollIntoView({block: 'start'})")
        checks.assert_good(page)
    page.set_viewport_size(checks.screen(1280))
    type_into(page, field(page, "Seit"), "2025")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/intern/leerstand/\d+"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hauptmarkt 90")


def test_the_point_is_set_under_the_crosshair(visit):
    page = visit("sachbearbeitung.gotha")
    page.goto("/intern/leerstand/neu")
    expect(page.locator("[data-editor]")).to_have_class(re.compile("leaflet-container"))
    tab_to(page, page.locator("[data-editor]"))
    expect(page.locator(".crosshair--focus")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-point-state]")).to_contain_text("Punkt gesetzt")


def test_many_units_are_changed_and_taken_back(visit):
    page = visit("leitung.gotha")
    page.goto("/intern/leerstand?suche=Neumarkt")
    checks.settle(page)
    tab_to(page, page.get_by_role("link", name="Gemeinsam ändern"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sammeln**")
    checks.settle(page)
    checks.assert_good(page, 1280, 390)
    tab_to(page, page.get_by_role("radio", name="Angaben ändern"), most=120)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Als bestätigt vermerken")).to_be_checked()
    expect(page.locator("[data-bulk-for=angaben]")).to_be_hidden()
    tab_to(page, page.get_by_role("button", name="Vorschau"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vorschau")
    checks.assert_good(page, 1280, 390)
    tab_to(page, page.get_by_role("button", name=re.compile(r"^\d+ Einheit(en)? ändern")), most=160)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/sammeln/\d+"))
    checks.assert_good(page, 1280, 390)
    checks.tab_walk(page)
    page.locator(".skip-link").first.focus()
    tab_to(page, page.get_by_role("button", name="Alles zurücknehmen"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^Zurückgenommen am"))).to_be_visible()
