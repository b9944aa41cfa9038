"""A list from a file: handed in, its columns said, looked at, taken over, found in the list of units, taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import field, fill, follow, save, tab_to

pytestmark = pytest.mark.browser

LIST = (
    "Leerstandskataster 2026;;;;;;;\r\n;;;;;;;\r\n"
    "Nr.;Straße;Hausnummer;Objektart;Nutzung;Seit;Fläche;Breite;Länge\r\n"
    "1;Listengasse;5;Laden im Erdgeschoss;leer;03.2024;1.120,5;50,9487;10,7180\r\n"
    "2;Listengasse;7;Gastronomie;genutzt;2019;84;50,9488;10,7182\r\n"
    "3;Listengasse;9;Schloss;leer;2019;84;50,9488;10,7183\r\n"
    "4;Nirgendsteig;1;Gastronomie;leer;2019;84;;\r\n"
)


WORDS = (
    "Objektnummer;Straße;Hausnummer;Objektart;Nutzung;Seit;Breite;Länge\r\n"
    "W1;Wortgasse;5;Laden im Erdgeschoss;Leerstand;03.2024;50,9487;10,7180\r\n"
    "W2;Wortgasse;7;Gastronomie;steht offen;2019;50,9488;10,7182\r\n"
)


def handed_in(page, content=LIST, name="kataster.csv"):
    page.goto("/intern/leerstand")
    follow(page.get_by_role("link", name="Liste einlesen"))
    checks.assert_good(page, 1280, 390)
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode("cp1252")}
    field(page, "Datei").set_input_files([file])
    save(page, "Datei lesen")


def test_a_list_is_read_in_looked_at_taken_over_and_taken_back(visit):
    page = visit("leitung.gotha")
    handed_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Spalten zuordnen")
    expect(page.get_by_label("Feld für „Straße“")).to_have_value("street")
    page.get_by_label("Feld für „Nr.“", exact=True).select_option("external_id")
    fill(page, {"Quelle": "Leerstandskataster"})
    checks.assert_good(page, 1280, 390)
    save(page, "Prüfen")

    expect(page.get_by_role("heading", level=1)).to_have_text("Vorschau")
    expect(page.get_by_role("link", name=re.compile("2 neu"))).to_be_visible()
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name=re.compile("1 fehlerhaft")))
    expect(page.get_by_role("main")).to_contain_text("Bitte einen der angebotenen Werte wählen.")
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name=re.compile("1 ohne Ort")))
    follow(page.get_by_role("link", name="Auf der Karte setzen"))
    checks.assert_good(page, 1280, 390)
    tab_to(page, field(page, "Breite"))
    page.keyboard.type("50.9489")
    tab_to(page, field(page, "Länge"))
    page.keyboard.type("10.7183")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("art=NEU"))
    expect(page.get_by_role("main")).to_contain_text("Nirgendsteig 1")

    save(page, "Übernehmen")
    expect(page.get_by_role("main")).to_contain_text("3 Nutzungseinheiten angelegt")
    checks.assert_good(page, 1280, 390)
    preview = page.url
    page.goto("/intern/leerstand?suche=Listengasse")
    expect(page.locator("tr[data-feature-id]")).to_have_count(2)
    page.goto(preview)
    save(page, "Import zurücknehmen")
    expect(page.get_by_role("main")).to_contain_text("wieder wie vorher")
    checks.assert_good(page, 1280, 390)
    page.goto("/intern/leerstand?suche=Listengasse")
    expect(page.locator("tr[data-feature-id]")).to_have_count(0)


def test_words_of_a_list_are_explained_once_and_a_template_is_applied(visit):
    """By the keyboard, from the page of columns to the profile that knows the words the next time; then the file goes."""
    page = visit("leitung.gotha")
    handed_in(page, WORDS, "worte.csv")
    main = page.get_by_role("main")
    tab_to(page, page.locator("summary", has_text="Profil oder Vorlage anwenden"))
    page.keyboard.press("Enter")
    field(page, "Profil").select_option("bereit:lean")
    checks.assert_good(page, 1280, 390)
    save(page, "Anwenden")
    expect(main).to_contain_text("Angabe noch nicht geprüft.")
    page.get_by_label("Feld für „Straße“").select_option("street")

    expect(page.get_by_role("heading", name="Was Worte der Datei heißen")).to_be_visible()
    word = page.get_by_label("„steht offen“ heißt", exact=True)
    tab_to(page, word)
    fill(page, {"Quelle": "Wortliste", "Als Profil merken unter dem Namen": "Wortprofil"})
    save(page, "Prüfen")  # without a meaning for it: its row is faulty, and says why
    expect(page.get_by_role("link", name=re.compile("1 fehlerhaft"))).to_be_visible()
    page.go_back()
    word.select_option(label="leer")
    save(page, "Prüfen")
    expect(page.get_by_role("link", name=re.compile("2 neu"))).to_be_visible()

    handed_in(page, WORDS.replace("W1", "W3"), "worte-neu.csv")
    page.locator("summary", has_text="Profil oder Vorlage anwenden").click()
    field(page, "Profil").select_option(label="Wortprofil")
    save(page, "Anwenden")
    expect(page.get_by_label("„steht offen“ heißt", exact=True)).to_have_value("LEER")
    checks.assert_good(page, 1280, 390)
    page.goto("/intern/leerstand/import")
    checks.assert_good(page, 1280, 390)
    for name in ("worte.csv", "worte-neu.csv"):
        discard = page.get_by_role("button", name=f"{name} verwerfen")
        tab_to(page, discard)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
