"""Stand-alone reports by their buttons: opened from the disk they ask nobody for anything, and work by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks

pytestmark = pytest.mark.browser

PAGES = {
    "town": ("/leerstand/liste?gemeinde=16067029", None, "de", "Leerstand: Gotha"),
    "town in English": ("/en/leerstand/liste?gemeinde=16067029", None, "en", "Vacancies: Gotha"),
    "season": ("/baeume/liste", None, "de", "Wanderbäume der Saison"),
    "viewpoints": ("/blicke/liste", None, "de", "Schönste Blicke der Städte"),
    "internal": ("/intern/leerstand/zahlen", "leitung.gotha", "de", "Leerstand: Gotha"),
}
LINK = re.compile(r"Karte mit Tabelle|Map with table")


def taken(page: Page, address: str, tmp_path: Path) -> Path:
    """The file that the page's link gives."""
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("link", name=LINK).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".html"
    return file


@pytest.mark.parametrize("which", PAGES)
def test_a_report_from_the_disk_asks_nobody(browser, visit, tmp_path, which):
    address, person, language, heading = PAGES[which]
    file = taken(visit(person, None), address, tmp_path)
    assert 150_000 < file.stat().st_size < 900_000
    context = browser.new_context(**checks.PLACE)
    context.add_init_script(checks.AXE)
    page = context.new_page()
    asked, trouble = checks.overheard(page)
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]")
    for width in (1280, 390, 320):
        page.set_viewport_size(checks.screen(width))
        page.wait_for_timeout(300)
        assert checks.axe_problems(page) + checks.order_problems(page) + checks.overflow_problems(page) == []
    facts = page.evaluate(
        "() => ({lang: document.documentElement.lang, title: document.title, h1: document.querySelector('h1').textContent})"
    )
    assert facts == {"lang": language, "title": heading, "h1": heading}
    marks, rows = page.locator(".leaflet-marker-pane .mark").count(), page.locator("tbody tr").count()
    assert 0 < marks <= rows
    assert ("Nur für den internen Gebrauch" in page.inner_text("header")) is (which == "internal")
    # From the table to the map by keyboard alone: the popup says what the row does, and the focus is on the map.
    button = page.locator("[data-show]").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content strong")).to_be_visible()
    assert page.evaluate("() => document.activeElement.matches('.folium-map')")
    page.keyboard.press("Escape")
    box = page.get_by_role("checkbox").first
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".leaflet-marker-pane .mark")).not_to_have_count(marks)
    page.keyboard.press("Space")
    expect(page.locator(".leaflet-marker-pane .mark")).to_have_count(marks)
    assert {url.split(":", 1)[0] for url in asked} <= {"file", "data"}, asked
    assert [url for url in asked if url.startswith("file:")] == [file.as_uri()]
    assert trouble == []
    context.close()
