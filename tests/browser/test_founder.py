"""A founder looks for a shop: filters, reads why it suits, keeps the search, asks the town, ends both by one click."""

import re
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks
from tests.browser.forms import fill, follow, save, summary_is_shown

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390, 320)
GOTHA = "16067029"


def link(server, to: str, part: str) -> str:
    """The newest link of this kind in the mails to this address."""
    files = sorted((server.home / "mail").glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    found = [re.search(rf"http://\S+/{part}/\S+", mail.get_content()) for mail in mails if mail["To"] == to]
    return [one[0] for one in found if one][-1]


def heading(page: Page):
    return page.get_by_role("heading", level=1)


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_founder_finds_premises_and_has_the_town_look_for_more(visit, server):
    page = visit(has_touch=True)
    page.goto(f"/leerstand/liste?gemeinde={GOTHA}&angebot=MIETE")
    follow(page.locator("tbody th a").first)
    expect(page.get_by_role("heading", name="Eckdaten")).to_be_visible()
    checks.assert_good(page, *WIDTHS)
    printed = page.get_by_role("link", name="Exposé als PDF").get_attribute("href")
    assert page.request.get(f"{server.url}{printed}").body().startswith(b"%PDF-")

    page.goto(f"/leerstand/liste?gemeinde={GOTHA}&angebot=MIETE")
    follow(page.get_by_role("link", name="Suche speichern"))
    save(page, "Suche speichern")
    summary_is_shown(page, "E-Mail-Adresse")
    checks.assert_good(page, *WIDTHS)
    fill(page, {"E-Mail-Adresse": "gruendung@beispiel.example"})
    save(page, "Suche speichern")
    expect(heading(page)).to_have_text("Fast geschafft")
    page.goto(link(server, "gruendung@beispiel.example", "bestaetigen"))
    checks.assert_good(page, *WIDTHS)
    save(page, "Suche speichern")
    expect(heading(page)).to_have_text("Ihre Suche ist gespeichert")
    page.goto(link(server, "gruendung@beispiel.example", "ende"))
    save(page, "Suche beenden")
    expect(heading(page)).to_have_text("Die Suche ist beendet")

    page.goto(f"/leerstand/gesuch?gemeinde={GOTHA}")
    save(page, "Gesuch senden")
    summary_is_shown(page, "Was haben Sie vor?", "Name", "E-Mail-Adresse", "Einwilligung")
    checks.assert_good(page, *WIDTHS)
    fill(page, {"Was haben Sie vor?": "Buchladen im Browser", "Fläche ab": "20"})
    fill(page, {"Name": "Gründerin 9 (Beispiel)", "E-Mail-Adresse": "gesuch@beispiel.example"})
    page.get_by_label("Laden im Erdgeschoss").check()
    page.get_by_label(re.compile("Die Stadt darf diese Angaben speichern")).check()
    save(page, "Gesuch senden")
    expect(heading(page)).to_have_text("Fast geschafft")
    page.goto(link(server, "gesuch@beispiel.example", "bestaetigen"))
    save(page, "Bestätigen")
    expect(heading(page)).to_have_text("Ihr Gesuch")
    expect(page.get_by_text("Dafür:").first).to_be_visible()
    checks.assert_good(page, *WIDTHS)

    town = visit("sachbearbeitung.gotha", viewport=checks.screen(1280))
    town.goto("/intern/leerstand/gesuche")
    follow(town.get_by_role("link", name="Buchladen im Browser"))
    checks.assert_good(town, *WIDTHS)
    with town.expect_navigation():
        town.get_by_role("button", name=re.compile("^Vormerken")).first.click()
    expect(town.get_by_text("Noch nicht, wer sucht")).to_be_visible()
    checks.assert_good(town, *WIDTHS)

    follow(page.get_by_role("link", name="Gesuch beenden und löschen"))
    save(page, "Beenden und löschen")
    expect(heading(page)).to_have_text("Das Gesuch ist gelöscht")
    town.goto("/intern/leerstand/gesuche")
    expect(heading(town)).to_have_text("Gesuche")
    expect(town.get_by_role("link", name="Buchladen im Browser")).to_have_count(0)
