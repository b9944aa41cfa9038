"""Figures as a town hall reads them: the page with its charts, from a number to its units, two days, the report."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks

HOME = "/intern/leerstand"
PAGES = (f"{HOME}/zahlen", f"{HOME}/zahlen/vergleich", f"{HOME}?kennzahl=brutto&mit=front")


pytestmark = pytest.mark.browser


def test_every_page_of_figures_can_be_read_by_anybody(visit):
    """axe, nothing beyond the edge on desk and phone, and a way through with the keyboard alone."""
    page: Page = visit("leitung.gotha")
    for address in PAGES:
        page.goto(address)
        checks.assert_good(page, 1280, 390)
    page.goto(f"{HOME}/zahlen")
    names = checks.tab_walk(page)
    assert any("leer, nach Anzahl, brutto" in name for name in names)


def test_from_a_rate_to_its_units_and_back(visit):
    page: Page = visit("leitung.gotha")
    page.goto(f"{HOME}/zahlen")
    card = page.get_by_role("region", name="nach Anzahl")
    number = card.get_by_role("link").first
    units = int(re.search(r"\d+", number.inner_text())[0])
    expect(card.locator(".rate__value").first).to_have_text(re.compile(r"^\s*\d+,\d %\s*$"))
    number.click()
    expect(page.locator("[data-count]")).to_contain_text(re.compile(rf"(^|von )\s*{units}\b"))
    expect(page.get_by_text("Einheiten hinter der Zahl: Leerstand brutto")).to_be_visible()
    page.get_by_role("link", name="Zurück zu den Zahlen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zahlen zum Leerstand")
    page.get_by_text("Werte als Tabelle").first.click()
    expect(page.get_by_role("table", name="Verlauf der Leerstandsquote")).to_be_visible()


def test_a_town_that_is_seldom_walked_reads_why_there_is_no_percentage(visit):
    page: Page = visit("sachbearbeitung.nordhausen")
    page.goto(f"{HOME}/zahlen")
    expect(
        page.get_by_text(re.compile(r"Nur \d+ % des Bestands sind innerhalb von zwölf Monaten geprüft")).first
    ).to_be_visible()
    expect(page.locator(".rate__value").first).to_contain_text("kein Anteil")


def test_two_days_are_compared_on_map_and_list(visit):
    page: Page = visit("leitung.gotha")
    page.goto(f"{HOME}/zahlen")
    page.get_by_role("link", name="Zwei Tage vergleichen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zwei Tage im Vergleich")
    page.get_by_label("Zeigen", exact=True).select_option("neu_leer")
    expect(page).to_have_url(re.compile("zeigen=neu_leer"))
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("leer geworden")
    expect(page.locator("tbody")).not_to_contain_text("wieder belegt")
    rows.first.get_by_role("button", name="Zeigen").click()
    expect(page.locator(".leaflet-popup")).to_contain_text("nachher")


def test_the_report_comes_as_a_file(visit):
    """Made in the background; its page says how far it is and gives the file."""
    page: Page = visit("leitung.gotha")
    page.goto(f"{HOME}/zahlen")
    page.get_by_role("button", name="Bericht als PDF").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leerstandsbericht Gotha")
    file = page.get_by_role("link", name=re.compile("leerstandsbericht-gotha|herunterladen", re.I)).first
    file.wait_for(timeout=120_000)
    with page.expect_download() as download:
        file.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_the_office_reads_sums_over_the_towns(visit):
    page: Page = visit("geschaeftsstelle")
    page.goto("/intern")
    page.get_by_role("main").get_by_role("link", name="Zahlen aller Städte").click()
    expect(page.get_by_role("group", name="Nach Städten")).to_contain_text("Gotha")
    checks.assert_good(page, 1280, 390)


def test_a_town_shares_more_and_the_office_reads_it(visit):
    """From the consent to the office's page, and back to the least."""
    page, office = visit("leitung.gotha"), visit("geschaeftsstelle")
    page.goto("/intern/leerstand/einstellungen")
    page.get_by_role("link", name="Freigabe ändern").click()
    checks.assert_good(page, 1280, 390)
    page.get_by_role("radio", name=re.compile("^Zahlen nach Zonen")).check()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("main")).to_contain_text("Die Allianz sieht jetzt: Zahlen nach Zonen und im Verlauf.")
    checks.assert_good(page, 1280, 390)
    office.goto("/intern/leerstand/zahlen/staedte")
    office.get_by_role("link", name="Gotha", exact=True).click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Gotha")
    expect(office.get_by_role("heading", name="Nach Zonen")).to_be_visible()
    checks.assert_good(office, 1280, 390)
    page.get_by_role("radio", name=re.compile("^Nur in der Summe")).check()
    page.get_by_role("button", name="Speichern").click()
    office.reload()
    expect(office.get_by_role("heading", level=1)).not_to_have_text("Gotha")
