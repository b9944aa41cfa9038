"""Without a mouse: every page can be walked through by Tab, maps open and close by keys, focus is never lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import tab_to

pytestmark = pytest.mark.browser

WALKS = {
    None: ["/", "/leerstand?suche=Markt", "/baeume", "/blicke", "/pilotprojekte", "/blicke/liste", "/en/blicke/1", "/impressum"],
    "": ["/intern/anmelden", "/intern/passwort-vergessen"],
    "leitung.gotha": ["/intern", "/intern/leerstand?suche=Markt", "/intern/leerstand/neu", "/intern/personen", "/intern/konto"],
    "planung": ["/intern/baeume", "/intern/baeume/standzeit/neu"],
    "kuration": ["/intern/blicke", "/intern/blicke/1/bearbeiten"],
    "geschaeftsstelle": ["/intern/pilotprojekte", "/intern/pilotprojekte/1"],
}  # fmt: skip


@pytest.mark.parametrize("person", WALKS, ids=lambda person: person or ("public" if person is None else "door"))
def test_walk(visit, person):
    """Every stop has a name and shows the focus; no trap; the walk ends with the footer."""
    page = visit(person or None)
    for path in WALKS[person]:
        page.goto(path)
        checks.settle(page)
        names = checks.tab_walk(page)
        assert names[0] in {"Zum Inhalt springen", "Skip to content"}, path
        assert names[-1] in {"Leichte Sprache", "Easy language"}, path


def test_skip_links(visit):
    """Past the head to the content, and past the map to the list."""
    page = visit()
    page.goto("/blicke")
    checks.settle(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main#inhalt")).to_be_focused()
    skip = page.get_by_role("link", name="Karte überspringen, zur Liste")
    tab_to(page, skip)
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#liste")).to_be_focused()


def test_markers_and_clusters_by_keys(visit):
    """Enter opens a marker, the focus goes into its popup, Escape closes it and brings the focus back."""
    page = visit()
    page.goto("/blicke")
    checks.settle(page)
    marker = page.locator(".marker--viewpoints").first
    tab_to(page, marker)
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog")
    expect(popup.get_by_role("link")).to_be_focused()
    checks.assert_good(page)
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(marker).to_be_focused()
    page.keyboard.press(" ")
    expect(popup.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/blicke/\d+"))
    page.goto("/leerstand")
    checks.settle(page)
    cluster = page.locator(".cluster").first
    assert re.search(r"\d+ Leerstände", cluster.get_attribute("aria-label"))
    tab_to(page, cluster)
    page.keyboard.press("Enter")
    expect(page.locator(".map[data-map]")).to_be_focused()
    page.wait_for_url(lambda url: "karte=" in url)
    page.keyboard.press("-")
    checks.assert_good(page)


def test_filters_by_keys(visit):
    """Choosing a town keeps the focus where it is; the result is announced."""
    page = visit()
    page.goto("/leerstand")
    checks.settle(page)
    summary = page.locator(".filters > summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    town = page.get_by_label("Stadt", exact=True)
    tab_to(page, town)
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "gemeinde=" in url)
    expect(town).to_be_focused()
    expect(page.locator("[aria-live]").filter(has_text=re.compile("Leerst")).first).to_be_attached()
    checks.assert_good(page, 1280, 390)


def test_menu_of_a_narrow_screen(visit):
    """One button opens the navigation, Escape closes it and brings the focus back, a link of it leads on."""
    page = visit("leitung.gotha")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/intern/leerstand")
    menu = page.get_by_role("navigation", name="Interner Bereich")
    opens = page.get_by_role("button", name="Menü")
    expect(menu).to_be_hidden()
    opens.focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Leerstand")).to_have_attribute("aria-current", "true")
    assert checks.axe_problems(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opens).to_be_focused()
    opens.click()
    menu.get_by_role("link", name="Wanderbäume").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wanderbäume")
    expect(menu).to_be_hidden()
