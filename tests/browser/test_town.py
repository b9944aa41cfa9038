"""A town hall's ways: its editor marks, changes and takes back; its manager publishes, withdraws and invites."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import click_map, field, fill, follow, photo, save, save_new, summary_is_shown, tab_to

pytestmark = pytest.mark.browser

EDITOR, MANAGER = "sachbearbeitung.gotha", "leitung.gotha"


def mark_vacancy(page: Page, street: str) -> str:
    """Mark a vacancy by a click on the map; returns the address of its page."""
    page.goto("/intern/leerstand/neu")
    click_map(page)
    fill(page, {"Straße": street, "Hausnummer": "1", "Seit": "03.2026", "Gesamtfläche": "120"})
    save_new(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{street} 1")
    return re.sub(r"\?.*", "", page.url)


def test_an_editor_marks_a_vacancy_and_finds_it(visit):
    """By a click on the map, with a photo; then in list, map and history; changed, and taken back."""
    page = visit(EDITOR)
    page.goto("/intern")
    follow(page.get_by_role("link", name="Leerstand erfassen"))
    click_map(page)
    expect(page.locator("[data-point-state]")).to_contain_text("Punkt gesetzt")
    fill(page, {"Straße": "Prüfgasse", "Hausnummer": "7 a", "Objektart": "Gastronomie", "Nutzung": "leer"})
    fill(page, {"Seit": "15.03.2026", "Notiz": "Schlüssel beim Nachbarn", "Gesamtfläche": "84,5"})
    field(page, "Foto").set_input_files([photo()])
    fill(page, {"Bildbeschreibung": "Leeres Schaufenster", "Urheber": "Stadt Gotha"})
    field(page, "Lizenz").select_option(index=1)
    checks.assert_good(page, 1280, 390)
    save(page)

    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Prüfgasse 7 a")
    for words in ("Schlüssel beim Nachbarn", "84,5 m²", "15. März 2026"):
        expect(page.get_by_role("main")).to_contain_text(words)
    picture = page.get_by_role("img", name="Leeres Schaufenster")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("one => one.complete && one.naturalWidth > 0", arg=picture.element_handle())
    checks.settle(page)
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name="Fotos"))
    follow(page.get_by_role("main").get_by_role("link", name=re.compile("ändern|bearbeiten", re.I)).first)
    checks.assert_good(page, 1280, 390)

    page.goto("/intern/leerstand?suche=Prüfgasse")
    checks.settle(page)
    expect(page.locator("[data-map]")).to_have_attribute("data-shown", "1")
    rows = page.locator("tr[data-feature-id]")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="Zeigen").click()
    follow(page.get_by_role("dialog").get_by_role("link", name="Details"))
    unit = page.url

    follow(page.get_by_role("link", name="Bearbeiten"))
    fill(page, {"Gesamtfläche": "90", "Notiz": "Schlüssel im Rathaus"})
    save(page)
    expect(page.get_by_role("main")).to_contain_text("90 m²")
    follow(page.get_by_role("link", name="Verlauf"))
    newest = page.locator(".history__entry").first
    expect(newest.get_by_role("row", name=re.compile("Gesamtfläche"))).to_contain_text(re.compile(r"84,5.*90"))
    expect(newest).to_contain_text("Schlüssel beim Nachbarn")
    checks.assert_good(page, 1280, 390)
    page.goto(unit)
    follow(page.get_by_role("link", name="Bearbeiten"))
    fill(page, {"Gesamtfläche": "95"})
    save(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Rückgängig machen").click()
    expect(page.get_by_role("main")).to_contain_text("90 m²")


def test_the_same_by_the_keyboard_alone(visit):
    """Numbers in place of the click, arrow keys in place of the drag, Enter to save."""
    page = visit(EDITOR)
    page.goto("/intern/leerstand")
    tab_to(page, page.get_by_role("link", name="Leerstand erfassen"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/neu")
    tab_to(page, field(page, "Breite"))
    page.keyboard.type("50.9489")
    page.keyboard.press("Tab")
    page.keyboard.type("10.7183")
    page.keyboard.press("Tab")
    expect(page.locator("[data-point-state]")).to_contain_text("Punkt gesetzt")
    page.locator(".skip-link").first.focus()
    tab_to(page, page.locator(".marker--pick"))
    page.keyboard.press("Shift+ArrowRight")
    expect(field(page, "Länge")).not_to_have_value("10.7183")
    page.keyboard.press("Shift+ArrowLeft")
    for label, text in (("Straße", "Tastenweg"), ("Hausnummer", "3"), ("Objektart", "Werk"), ("Seit", "2025")):
        tab_to(page, field(page, label))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/intern/leerstand/\d+"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tastenweg 3")
    expect(page.get_by_role("main")).to_contain_text("Werkstatt")


def test_wrong_input_loses_nothing(visit):
    """The summary says what is wrong, the fields keep what was typed, at a desk and on a phone."""
    page = visit(EDITOR)
    page.goto("/intern/leerstand/neu")
    click_map(page)
    typed = {
        "Straße": "Irrweg",
        "Hausnummer": "5",
        "Gesamtfläche": "viel",
        "Seit": "demnächst vielleicht",
        "Notiz": "bleibt",
    }
    fill(page, typed)
    place = field(page, "Breite").input_value()
    save(page)
    summary_is_shown(page, "Gesamtfläche", "Seit")
    for label, text in typed.items():
        expect(field(page, label)).to_have_value(text)
    expect(field(page, "Breite")).to_have_value(place)
    checks.assert_good(page, 1280, 390)
    fill(page, {"Gesamtfläche": "60", "Seit": "2024"})
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Irrweg 5")


def test_two_people_change_the_same_unit(visit):
    """The second sees both versions side by side, and nothing is overwritten silently."""
    first, second = visit(EDITOR), visit(MANAGER)
    unit = mark_vacancy(first, "Zweierweg")
    for page in (first, second):
        page.goto(f"{unit}/bearbeiten")
    fill(first, {"Gesamtfläche": "111", "Notiz": "von der Sachbearbeitung"})
    save(first)
    fill(second, {"Gesamtfläche": "222", "Bezeichnung": "Laden links"})
    save(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("Zwei Änderungen zugleich")
    area = second.get_by_role("group", name="Gesamtfläche")
    for words in ("222", "111", "Ihre Eingabe", "Sachbearbeitung"):
        expect(area).to_contain_text(words)
    checks.assert_good(second, 1280, 390)
    checks.tab_walk(second)
    first.reload()
    expect(first.get_by_role("main")).to_contain_text("111 m²")
    area.get_by_role("radio").first.check()
    save(second, "Auswahl speichern")
    for words in ("222 m²", "Laden links", "von der Sachbearbeitung"):
        expect(second.get_by_role("main")).to_contain_text(words)


def test_signing_out_ends_the_session(visit, known):
    """The old cookie opens nothing any more; wrong words at the door say so."""
    page = visit()
    page.goto("/intern/leerstand")
    page.wait_for_url("**/intern/anmelden**")
    page.get_by_label("E-Mail-Adresse").fill(known.address(EDITOR))
    page.get_by_label(re.compile("^Passwort")).fill("ganz sicher falsch")
    save(page, "Anmelden")
    expect(page.locator("#fehler")).to_contain_text("Anmeldung nicht möglich")
    checks.assert_good(page, 1280, 390)
    known.fill_in(page, EDITOR)
    kept = page.context.cookies()
    assert all(one["httpOnly"] and one["sameSite"] in {"Lax", "Strict"} for one in kept)
    with page.expect_navigation():
        page.get_by_role("button", name="Abmelden").click()
    thief = visit()
    thief.context.add_cookies(kept)
    thief.goto("/intern/leerstand")
    expect(thief).to_have_url(re.compile("/intern/anmelden"))
    page.go_back()
    page.goto("/intern")
    expect(page).to_have_url(re.compile("/intern/anmelden"))


def test_a_manager_publishes_and_withdraws(visit):
    """What is published stands on the public map in both languages; what is withdrawn is gone."""
    manager, visitor = visit(MANAGER), visit()
    unit = mark_vacancy(manager, "Schaustraße")
    public = unit.replace("/intern", "")
    assert visitor.goto(public).status == 404
    follow(manager.get_by_role("link", name="Veröffentlichung ändern"))
    checks.assert_good(manager, 1280, 390)
    manager.get_by_role("radio", name=re.compile("^Adresse und Eckdaten")).check()
    save(manager)
    summary_is_shown(manager, "Grundlage")
    checks.assert_good(manager, 1280, 390)
    field(manager, "Öffentlich bis").fill((clock.today() + timedelta(days=90)).isoformat())
    field(manager, "Grundlage").select_option(index=1)
    fill(manager, {"Titel": "Eckladen am Markt"})
    manager.get_by_label("Titel (englisch)").fill("Corner shop at the market")
    save(manager)
    expect(manager.get_by_role("link", name="Öffentliche Seite ansehen")).to_be_visible()

    visitor.goto("/leerstand?suche=Schaustraße")
    checks.settle(visitor)
    expect(visitor.locator("[data-map]")).to_have_attribute("data-shown", "1")
    follow(visitor.get_by_role("link", name="Eckladen am Markt"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Eckladen am Markt")
    expect(visitor.get_by_role("main")).to_contain_text("Schaustraße 1")
    follow(visitor.get_by_role("link", name="English"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Corner shop at the market")
    assert visitor.context.cookies() == []

    with manager.expect_navigation():
        manager.get_by_role("button", name="Zurückziehen").click()
    assert visitor.goto(public).status == 404
    visitor.goto("/leerstand?suche=Schaustraße")
    expect(visitor.locator(".empty")).to_be_visible()


def letters(server, to: str) -> list[str]:
    """The mail that went to an address, oldest first."""
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted((server.home / "mail").glob("*.eml"))
    ]
    return [mail.get_content() for mail in mails if to in mail["To"]]


def test_a_manager_invites_a_person(visit, server):
    """The letter's link leads to a first password, and that to the town; a used link opens nothing."""
    manager, guest = visit(MANAGER), visit()
    manager.goto("/intern/personen")
    follow(manager.get_by_role("link", name="Person einladen"))
    save(manager, "Einladen")
    summary_is_shown(manager, "E-Mail-Adresse", "Name")
    checks.assert_good(manager, 1280, 390)
    fill(manager, {"E-Mail-Adresse": "neu@gotha.example", "Name": "Neue Kollegin"})
    manager.get_by_role("radio", name=re.compile("^Sachbearbeitung")).check()
    save(manager, "Einladen")
    row = manager.get_by_role("row", name=re.compile("Neue Kollegin"))
    expect(row).to_contain_text("eingeladen, noch ohne Passwort")
    checks.assert_good(manager, 1280, 390)

    (letter,) = letters(server, "neu@gotha.example")
    link = re.search(r"http://\S+", letter)[0]
    guest.goto(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Passwort festlegen")
    checks.assert_good(guest, 1280, 390)
    fill(guest, {"Neues Passwort": "kurz", "Noch einmal": "kurz"})
    save(guest, "Passwort speichern")
    summary_is_shown(guest, "12 Zeichen")
    fill(guest, {"Neues Passwort": "blaue Gießkanne am Brunnen", "Noch einmal": "blaue Gießkanne am Brunnen"})
    save(guest, "Passwort speichern")
    if "/anmelden" in guest.url:
        fill(guest, {"E-Mail-Adresse": "neu@gotha.example", "Passwort": "blaue Gießkanne am Brunnen"})
        save(guest, "Anmelden")
    expect(guest.get_by_role("heading", level=1)).to_have_text("Gotha")
    expect(guest.get_by_role("link", name="Leerstand erfassen")).to_be_visible()
    other = visit()
    other.goto(link)
    expect(other.get_by_role("button", name="Passwort speichern")).to_have_count(0)
    checks.assert_good(other, 1280, 390)

    manager.reload()
    follow(row.get_by_role("link", name=re.compile("Rolle entziehen")))
    checks.assert_good(manager, 1280, 390)
