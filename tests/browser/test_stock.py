"""The stock at the desk: a shop marked with few inputs, its branch, its house, splitting and merging, what is overdue."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import checks
from tests.browser.forms import click_map, field, fill, follow, photo, save, save_new, summary_is_shown

pytestmark = pytest.mark.browser

EDITOR, MANAGER = "sachbearbeitung.gotha", "leitung.gotha"


def mark_shop(page: Page, street: str, x: float = 0.4, y: float = 0.35) -> str:
    """An empty shop with five inputs: the spot, the street, the number, since when, save."""
    page.goto("/intern/leerstand/neu")
    click_map(page, x, y)
    fill(page, {"Straße": street, "Hausnummer": "1", "Seit": "03.2026"})
    save_new(page)
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    return re.sub(r"\?.*", "", page.url)


def test_an_empty_shop_needs_five_inputs_and_the_next_state_one_tap(visit):
    page = visit(EDITOR)
    unit = mark_shop(page, "Fünfgasse")
    facts = page.get_by_role("main")
    for words in ("Laden im Erdgeschoss", "Straßenfront im Erdgeschoss", "März 2026"):
        expect(facts).to_contain_text(words)
    follow(page.get_by_role("link", name="Vermietet, noch nicht offen"))
    expect(field(page, "Nutzung")).to_have_value("LEER_VERMIETET")
    expect(page.get_by_label("Leerstand droht ab")).to_be_hidden()
    fill(page, {"Nutzung": "genutzt, Leerstand droht"})
    expect(page.get_by_label("Leerstand droht ab")).to_be_visible()
    fill(page, {"Nutzung": "leer, bereits vermietet"})

    branch = field(page, "Branche nach WZ 2008")
    branch.fill("47.64.1")
    branch.press("Tab")
    expect(field(page, "Branche nach WZ 2025")).to_have_value(re.compile(r"^47\.63\.1 Einzelhandel mit Fahrrädern"))
    expect(field(page, "Sortiment")).to_have_value("FAHRRAD")
    expect(page.locator("[data-branch-state]")).to_contain_text("Zuordnung noch nicht geprüft")
    checks.assert_good(page, 1280, 390)
    save(page)
    expect(page.get_by_role("main")).to_contain_text("WZ 2008 47.64.1, WZ 2025 47.63.1")
    page.goto(f"{unit}/bearbeiten")
    checks.settle(page)
    checks.assert_good(page, 1280, 390)


def test_a_house_has_several_units_and_its_facts(visit):
    page = visit(EDITOR)
    unit = mark_shop(page, "Hausgasse", 0.55, 0.3)
    follow(page.get_by_role("link", name="Gebäude zuordnen"))
    page.get_by_label("ein neues Gebäude").check()
    fill(page, {"Name des Gebäudes": "Alte Prüfpost", "Baujahr": "999"})
    save(page)
    summary_is_shown(page, "Baujahr")
    fill(page, {"Baujahr": "1898", "Denkmal": "Einzeldenkmal"})
    checks.assert_good(page, 1280, 390)
    save(page)
    follow(page.get_by_role("link", name="Weitere Einheit in diesem Haus"))
    fill(page, {"Objektart": "Wohnung", "Geschoss": "1", "Nutzung": "genutzt", "Seit": "2019"})
    checks.assert_good(page, 1280, 390)
    save(page)
    follow(page.get_by_role("link", name="Alte Prüfpost"))
    floors = page.locator(".floor h3")
    expect(floors).to_have_text(["1. Obergeschoss", "Erdgeschoss"])
    expect(page.get_by_role("main")).to_contain_text("Einzeldenkmal")
    checks.assert_good(page, 1280, 390)
    checks.tab_walk(page)

    page.goto(f"{unit}/flurstuecke")
    fill(page, {"Flurstückskennzeichen": "0123-1-12a"})
    save(page, "Zuordnen")
    summary_is_shown(page, "gehört nicht dazu")
    fill(page, {"Flurstückskennzeichen": "0123-1-123/4", "Amtliche Fläche": "450"})
    save(page, "Zuordnen")
    expect(page.get_by_role("main")).to_contain_text("Gemarkung 0123, Flur 1, Flurstück 123/4")
    checks.assert_good(page, 1280, 390)


def test_a_shop_is_split_merged_again_and_taken_back(visit):
    page = visit(EDITOR)
    unit = mark_shop(page, "Teilgasse", 0.3, 0.55)
    follow(page.get_by_role("link", name="Teilen"))
    fill(page, {"Am": "2026-05-01"})
    for number, name, area in ((1, "Laden links", "40"), (2, "Laden rechts", "60")):
        page.locator(f"#f-name_{number}").fill(name)
        page.locator(f"#f-area_total_m2_{number}").fill(area)
    checks.assert_good(page, 1280, 390)
    save(page, "Teilen")
    expect(page.get_by_role("main")).to_contain_text("Daraus wurden:")
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name=re.compile("Laden links")).first)
    expect(page.get_by_role("main")).to_contain_text("durch Teilen von:")

    follow(page.get_by_role("link", name="Zusammenlegen"))
    page.get_by_label(re.compile("Laden rechts")).check()
    fill(page, {"Am": "2026-09-01", "Gesamtfläche": "100", "Bezeichnung": "Wieder eins"})
    checks.assert_good(page, 1280, 390)
    checks.tab_walk(page)
    save(page, "Zusammenlegen")
    for day, names in (("", ["Wieder eins"]), ("&am=2026-08-31", ["Laden links", "Laden rechts"])):
        page.goto(f"/intern/leerstand?suche=Teilgasse{day}")
        expect(page.locator("tr[data-feature-id] th a")).to_have_text([re.compile(name) for name in names])
    page.goto("/intern/leerstand?suche=Teilgasse&am=2026-04-30")
    expect(page.locator("tr[data-feature-id] th a")).to_have_text("Teilgasse 1")

    page.goto("/intern/leerstand?suche=Teilgasse")
    follow(page.locator("tr[data-feature-id] th a"))
    follow(page.get_by_role("link", name="Verlauf"))
    with page.expect_navigation():
        page.get_by_role("button", name="Letzte Änderung rückgängig machen").click()
    page.goto("/intern/leerstand?suche=Teilgasse")
    expect(page.locator("tr[data-feature-id]")).to_have_count(2)
    page.goto(unit)
    expect(page.get_by_role("main")).to_contain_text("Daraus wurden:")


def test_overdue_units_are_found_marked_and_confirmed(visit):
    page = visit(MANAGER)
    page.goto("/intern/leerstand")
    follow(page.get_by_role("link", name=re.compile("überfällig")))
    checks.settle(page)
    rows = page.locator("tr[data-feature-id]")
    expect(rows.first).to_contain_text("überfällig")
    first = rows.first.get_attribute("data-feature-id")
    checks.assert_good(page, 1280, 390, 320)
    total = int(re.search(r"(\d+) von", page.locator(".page-head").inner_text())[1])
    with page.expect_navigation():
        rows.first.get_by_role("button", name=re.compile("Heute gesehen")).click()
    expect(page.get_by_text(re.compile(r"^\s*Bestätigt\."))).to_be_visible()
    expect(page.locator(f'tr[data-feature-id="{first}"]')).to_have_count(0)
    expect(page.locator(".page-head")).to_contain_text(f"{total - 1} von")
    with page.expect_navigation():
        page.get_by_role("button", name="Bestätigung zurücknehmen").click()
    page.goto("/intern/leerstand?veraltet=1")
    checks.settle(page)
    page.locator("tr[data-feature-id]").first.get_by_role("button", name="Zeigen").click()
    expect(page.get_by_role("dialog")).to_contain_text("Bestätigung überfällig")
    expect(page.locator(".marker__overdue").first).to_be_visible()

    page.goto("/intern/leerstand/einstellungen")
    fill(page, {"leer": "400"})
    save(page)
    summary_is_shown(page, "leer")
    checks.assert_good(page, 1280, 390)
    fill(page, {"leer": "200"})
    save(page)
    expect(page.get_by_role("main")).to_contain_text("Gespeichert.")
    checks.assert_good(page, 1280, 390)


def test_several_photos_are_described_one_by_one(visit):
    page = visit(EDITOR)
    unit = mark_shop(page, "Bildgasse", 0.65, 0.6)
    page.goto(f"{unit}/fotos")
    one, two = photo(), photo()
    two["name"] = "hof.jpg"
    two["buffer"] = photo_of("#1d3aa3")
    field(page, "Fotos").set_input_files([one, two])
    page.get_by_label(re.compile("Bildbeschreibung: laden.jpg")).fill("Leeres Schaufenster")
    page.get_by_label(re.compile("Bildbeschreibung: hof.jpg")).fill("Hof mit Anlieferung")
    fill(page, {"Urheber": "Stadt Gotha"})
    field(page, "Lizenz").select_option(index=1)
    checks.assert_good(page, 1280, 390)
    save(page, "Hochladen")
    pictures = page.locator(".photos img")
    expect(pictures).to_have_count(2)
    with page.expect_navigation():
        page.get_by_role("button", name="Nach vorn").click()
    expect(pictures.first).to_have_attribute("alt", "Hof mit Anlieferung")
    checks.assert_good(page, 1280, 390)


def photo_of(colour: str) -> bytes:
    """Another picture than the usual one."""
    file = BytesIO()
    Image.new("RGB", (320, 480), colour).save(file, "JPEG")
    return file.getvalue()
