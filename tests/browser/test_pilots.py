"""The office's way with a pilot project: from idea to exposé, rated, with a document and a site; a visitor sees it all."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks
from tests.browser.forms import field, fill, follow, save, summary_is_shown

pytestmark = pytest.mark.browser
NAME = "Schaufenster auf Zeit"
SITE = "Prüfstadt, Fenster am Markt"


def create(page: Page) -> None:
    """A project of a working group; a forgotten field is said at its place and nothing is lost."""
    page.goto("/intern/pilotprojekte")
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name="Pilotprojekt anlegen"))
    fill(page, {"Name": NAME, "Name auf Englisch": "Windows for a while", "Worum es geht": "Vereine zeigen sich."})
    page.get_by_label("Identität, Image, Kampagnen").check()
    save(page, "Anlegen")
    summary_is_shown(page, "Arbeitsgruppe", "Worum es geht (englisch)")
    checks.assert_good(page, 1280, 390)
    fill(page, {"Arbeitsgruppe": "AG Leerstandsbewältigung", "Worum es geht, auf Englisch": "Clubs show themselves."})
    expect(page.get_by_label("Identität, Image, Kampagnen")).to_be_checked()
    save(page, "Anlegen")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.get_by_role("main")).to_contain_text("nur intern")


def stand(page: Page, status: str, start: str) -> None:
    follow(page.get_by_role("link", name="Stand eintragen"))
    fill(page, {"Stand": status, "Beginn": start})
    save(page, "Stand speichern")


def test_the_office_takes_a_project_from_idea_to_expose(visit):
    page, visitor = visit("geschaeftsstelle"), visit()
    create(page)
    here = re.sub(r"[?#].*", "", page.url)
    stand(page, "Idee", "zweites Halbjahr 2025")
    stand(page, "Exposé", "März 2026")
    expect(page.get_by_role("main")).to_contain_text("März 2026, Ende offen")

    follow(page.get_by_role("link", name="Merkmale bewerten"))
    innovation = page.get_by_role("group", name="Innovation")
    innovation.get_by_label("Bewertung").select_option(label="trifft weitgehend zu")
    save(page, "Bewertung speichern")
    summary_is_shown(page, "Innovation, Begründung")
    checks.assert_good(page, 1280, 390)
    innovation.get_by_label("Begründung", exact=True).fill("So gibt es das noch nicht.")
    save(page, "Bewertung speichern")
    expect(page.get_by_role("main")).to_contain_text("So gibt es das noch nicht.")

    follow(page.get_by_role("link", name="Unterlage hinzufügen"))
    fill(page, {"Titel": "Konzept"})
    field(page, "Datei").set_input_files(
        {"name": "konzept.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 Konzept"}
    )
    page.get_by_label("Öffentlich: jeder darf die Datei herunterladen").check()
    save(page, "Hochladen")
    checks.assert_good(page, 1280, 390)

    visitor.goto("/pilotprojekte/schaufenster-auf-zeit")
    expect(visitor.get_by_role("heading", level=1)).not_to_have_text(NAME)  # not public yet
    follow(page.get_by_role("link", name="Bearbeiten", exact=True))
    page.get_by_label("Öffentlich zeigen").check()
    fill(page, {"Ziel": "Weniger leere Fenster."})
    save(page)

    add_site(page)
    visitor.goto("/pilotprojekte")
    expect(visitor.get_by_role("main")).to_contain_text("4 von 6 Pilotprojekten")
    follow(visitor.get_by_role("link", name=NAME).first)  # the timeline has one too
    for words in ("Weniger leere Fenster.", "So gibt es das noch nicht.", "trifft weitgehend zu", "Konzept"):
        expect(visitor.get_by_role("main")).to_contain_text(words)
    expect(visitor.locator(".stepper [aria-current=step]")).to_contain_text("Exposé")
    checks.assert_good(visitor, 1280, 390)
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Konzept").click()
    assert download.value.suggested_filename == "konzept.pdf"
    as_of_a_day(visitor)

    page.goto(here)
    follow(page.get_by_role("link", name="Schritt eintragen"))
    fill(page, {"Schritt": "Erstes Fenster", "Schritt auf Englisch": "First window", "Wann": "2026"})
    save(page, "Schritt speichern")
    expect(page.get_by_role("main")).to_contain_text("Erstes Fenster")
    with page.expect_navigation():
        page.get_by_role("button", name="Rückgängig machen").click()
    expect(page.get_by_role("main")).not_to_contain_text("Erstes Fenster")
    follow(page.get_by_role("link", name="Verlauf"))
    expect(page.locator(".history__entry").first).to_be_visible()
    checks.assert_good(page, 1280, 390)


def add_site(page: Page) -> None:
    """A site with a phase, a partner, funding that is not known, its opening, and an observation for everybody."""
    follow(page.get_by_role("link", name="Standort anlegen"))
    expect(field(page, "Pilotprojekt").locator("option:checked")).to_have_text(NAME)
    fill(page, {"Gemeinde": "Gotha (Landkreis Gotha)", "Name": SITE, "Quelle": "Prüfbericht", "Eröffnung": "1.4.2026"})
    fill(page, {"Breite": "50.9482", "Länge": "10.7016"})
    save(page, "Anlegen")
    expect(page.get_by_role("heading", level=1)).to_have_text(SITE)
    follow(page.get_by_role("link", name="Phase anlegen"))
    fill(page, {"Phase": "in der Umsetzung", "Beginn": "April 2026"})
    save(page, "Phase speichern")
    follow(page.get_by_role("link", name="Beteiligten eintragen"))
    fill(page, {"Name der Einrichtung": "Prüfverein", "Rolle": "Projektpartner"})
    checks.assert_good(page, 1280, 390)
    save(page)
    follow(page.get_by_role("link", name="Förderung eintragen"))
    fill(page, {"Von wem": "Prüfstiftung"})
    save(page)
    expect(page.get_by_role("main")).to_contain_text("Betrag nicht bekannt")
    follow(page.get_by_role("link", name="Beobachtung eintragen"))
    fill(page, {"Tag": "2026-05-02", "Beobachtung": "Viele bleiben stehen."})
    page.get_by_label("Öffentlich zeigen").check()
    save(page)
    checks.assert_good(page, 1280, 390)


def as_of_a_day(visitor: Page) -> None:
    """Map list, timeline and the site's page of a day; before its first phase the site is not there."""
    visitor.goto("/pilotprojekte?am=2026-03-15&projekt=schaufenster-auf-zeit")
    expect(visitor.get_by_role("main")).not_to_contain_text(SITE)
    visitor.goto("/pilotprojekte?am=2026-05-15&projekt=schaufenster-auf-zeit")
    checks.settle(visitor)
    expect(visitor.get_by_role("article")).to_contain_text(SITE)
    line = visitor.locator(".gantt").get_by_role("row", name=re.compile(SITE))
    expect(line).to_contain_text("in der Umsetzung: ab April 2026, Ende offen")
    expect(line).to_contain_text("Eröffnung: 1. April 2026")
    checks.assert_good(visitor, 1280, 390)
    follow(visitor.get_by_role("article").get_by_role("link", name=SITE))
    for words in ("Viele bleiben stehen.", "Prüfverein", "Prüfstiftung", "Betrag nicht bekannt"):
        expect(visitor.get_by_role("main")).to_contain_text(words)
    checks.assert_good(visitor, 1280, 390)
    visitor.goto(re.sub(r"\?.*", "?am=2026-05-01", visitor.url))
    expect(visitor.get_by_role("main")).not_to_contain_text("Viele bleiben stehen.")
