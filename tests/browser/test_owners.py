"""From a vacancy to its owner and back: a letter is printed, the owner answers by its code on a phone, the town decides."""

import re
import zlib

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import checks
from tests.browser.forms import fill, follow, save, summary_is_shown

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390, 320)


def code_in(pdf: bytes) -> str:
    """The code of the letter, from its link; the objects of a PDF are packed."""
    packed = [pdf[found.end() :] for found in re.finditer(rb"stream\r?\n", pdf)]
    for part in packed:
        try:
            plain = zlib.decompressobj().decompress(part)
        except zlib.error:
            continue
        found = re.search(rb"/eigentum/(\d+(?:-[0-9A-Z]{5}){4})", plain)
        if found:
            return found[1].decode()
    raise AssertionError("no code")


def finished(page: Page) -> Locator:
    """The link to the file of a job, whose page is opened until it has one."""
    here, link = page.url, page.get_by_role("link", name=re.compile("herunterladen"))
    for _ in range(240):
        if link.is_visible():
            return link
        page.wait_for_timeout(250)
        page.goto(here)
    raise AssertionError(f"no file: {page.get_by_role('main').inner_text()}")


def assert_good(page: Page) -> None:
    checks.assert_good(page, *WIDTHS)


@pytest.mark.parametrize("width", [390], indirect=True)
def test_an_owner_is_written_to_and_answers(visit):
    town = visit("leitung.gotha", viewport=checks.screen(1280))
    town.goto("/intern/eigentum/neu")
    save(town)
    summary_is_shown(town, "Name")
    fill(
        town, {"Name": "Probeeigentum", "Straße und Hausnummer": "Birkenweg 4", "Postleitzahl": "99867", "Ort": "Gotha"}
    )
    save(town)
    owner = town.url.partition("#")[0]
    town.goto("/intern/leerstand?zustand=LEER&sortiert=-flaeche")
    unit = town.locator("#liste tbody th a").first.get_attribute("href")
    town.goto(f"/intern/eigentum/einheit/{unit.rpartition('/')[2]}")
    town.get_by_label("Wem gehört die Einheit?").select_option(label="Probeeigentum, Gotha")
    save(town, "Eintragen")
    town.goto(f"/intern/eigentum/briefe/neu?zustand=LEER&einheiten={unit.rpartition('/')[2]}")
    assert_good(town)
    save(town, "Entwurf anlegen")
    campaign = town.url
    assert_good(town)
    for link in ("Text bearbeiten", "Ansehen"):
        follow(town.get_by_role("link", name=link).first)
        assert_good(town)
        town.goto(campaign)
    town.get_by_role("button", name="Briefe drucken (PDF)").dblclick()
    town.wait_for_url(re.compile(r"/intern/vorgaenge/\d+$"))
    with town.expect_download() as printed:
        finished(town).click()
    code = code_in(printed.value.path().read_bytes())
    town.goto(campaign)
    expect(town.get_by_role("main").get_by_role("link", name=re.compile(r"^briefe-\d+-\d+\.pdf$"))).to_have_count(1)
    save(town, "Als verschickt vermerken")
    expect(town.get_by_role("main")).to_contain_text("ohne Antwort")

    page = visit(has_touch=True)
    page.goto("/eigentum")
    assert_good(page)
    page.get_by_label("Code aus dem Schreiben").fill(code.lower())
    save(page, "Weiter")
    fill(page, {"Postleitzahl": "99867", "Straße und Hausnummer": "Falsch 1"})
    save(page, "Weiter")
    expect(page.get_by_role("alert")).to_contain_text("stimmt nicht")
    assert_good(page)
    fill(page, {"Straße und Hausnummer": "birkenweg 4"})
    save(page, "Weiter")
    fill(page, {"Verkaufsfläche": "zu groß"})
    save(page, "Antwort senden")
    summary_is_shown(page, "Wie soll es weitergehen")
    assert_good(page)
    checks.tab_walk(page)
    fill(page, {"Verkaufsfläche": "12,5", "Gesamtfläche": "12,5"})
    page.get_by_label("Die Räume zählen nur in Summen mit").check()
    page.get_by_label("Ich möchte vermieten").check()
    save(page, "Antwort senden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Antwort ist angekommen")
    assert_good(page)
    page.goto(f"/eigentum/{code}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Code gilt nicht")

    town.goto(campaign)
    expect(town.get_by_role("main")).to_contain_text("100 %")
    follow(town.get_by_role("link", name="Antwort ansehen"))
    row = town.get_by_role("row", name=re.compile("^Gesamtfläche"))
    expect(row).to_contain_text("12,5 m²")
    save(town, "Entscheidungen speichern")
    town.goto(unit)
    expect(town.get_by_role("main")).to_contain_text("12,5 m²")

    town.goto(f"{owner}/loeschen")
    town.get_by_label("auf Verlangen der Person").check()
    town.get_by_label("Ja, alles über diese Person endgültig löschen").check()
    save(town, "Endgültig löschen")
    town.goto(owner)
    expect(town.get_by_role("main")).to_contain_text("wurde nicht gefunden")
