"""A resident applies and waits, a patron waters with one tap: by mail and link, on a phone, with the town in between."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import click_map, field, fill, follow, save, summary_is_shown, tab_to

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390, 320)


def links(server, to: str) -> list[str]:
    """The links in the mails to this address, oldest first."""
    files = sorted((server.home / "mail").glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [re.search(r"http://\S+", mail.get_content())[0] for mail in mails if mail["To"] == to]


def assert_good(page: Page) -> None:
    checks.assert_good(page, *WIDTHS)


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_resident_applies_and_sees_the_waiting_list(visit, server):
    page = visit(has_touch=True)
    page.goto("/baeume/antrag")
    save(page, "Antrag senden")
    summary_is_shown(page, "Stadt", "Straße", "E-Mail-Adresse", "Einwilligung")
    assert_good(page)
    fill(
        page,
        {
            "Stadt": "Gotha",
            "Straße": "Siebleber Straße",
            "Unterschriften": "17",
            "E-Mail-Adresse": "anna@beispiel.example",
        },
    )
    fill(page, {"Warum hier?": "Im Sommer ist es hier sehr heiß.", "Name": "Anna"})
    page.get_by_text("Koordinaten eintragen").click()
    click_map(page, 0.5, 0.5)
    page.get_by_label(re.compile("Die Stadt darf diese Angaben verwenden")).check()
    checks.tab_walk(page)
    save(page, "Antrag senden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    assert_good(page)
    page.goto(links(server, "anna@beispiel.example")[0])
    assert_good(page)
    save(page, "Antrag bestätigen")
    own = page.url
    assert links(server, "anna@beispiel.example")[1] == own
    expect(page.get_by_role("main")).to_contain_text("liegt bei der Stadt")

    town = visit("sachbearbeitung.gotha", viewport=checks.screen(1280))
    town.goto("/intern/baeume/antraege")
    follow(town.get_by_role("link", name="Siebleber Straße", exact=True))
    expect(town.get_by_role("main")).to_contain_text("anna@beispiel.example")
    town.get_by_label("auf der Warteliste").check()
    field(town, "Begründung").fill("Der Ort passt.")
    save(town)
    expect(town.get_by_role("main")).to_contain_text("der Warteliste.")

    page.goto(own)
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Platz \d+ der Warteliste"))
    expect(page.get_by_role("row", name=re.compile("Ihr Antrag"))).to_be_visible()
    assert_good(page)
    follow(page.get_by_role("link", name="English"))
    expect(page.get_by_role("heading", name="The waiting list")).to_be_visible()
    page.goto(own)
    follow(page.get_by_role("link", name="Meine Daten löschen"))
    save(page, "Meine Daten löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Daten sind gelöscht")
    page.goto(own)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Link gilt nicht mehr")
    assert_good(page)
    town.reload()
    expect(town.get_by_role("main")).not_to_contain_text("anna@beispiel.example")
    assert page.context.cookies() == []


def a_visit_that_stands(town: Page) -> None:
    """The town records trees that stand there now, in its published plan."""
    first = clock.today() - timedelta(days=1)
    town.goto("/intern/baeume/besuch/neu")
    plan = field(town, "Umzugsplan").locator("option", has_text="veröffentlicht").first.inner_text()
    fill(town, {"Standplatz": "Arnoldiplatz", "Umzugsplan": plan, "Erster Tag": first.isoformat()})
    fill(town, {"Letzter Tag": (first + timedelta(days=20)).isoformat(), "Module der Klasse S": "3"})
    town.get_by_label(re.compile("So war es wirklich")).check()
    save(town)


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_patron_waters_with_one_tap(visit, server):
    town = visit("leitung.gotha", viewport=checks.screen(1280))
    a_visit_that_stands(town)
    # Twice a week in every season, so that the journey does not know which day it is.
    town.goto("/intern/baeume/einstellungen")
    fill(town, {"Einmal die Woche, vom": "1.1.", "Zweimal die Woche, vom": "1.1."})
    for name in ("once_last", "twice_last"):
        town.locator(f"[name={name}]").fill("31.12.")
    save(town)
    town.goto("/intern/baeume/giessen")
    follow(town.get_by_role("link", name="Arnoldiplatz").first)
    invitation = town.get_by_role("link", name=re.compile("giessen.[0-9]+$")).inner_text()
    checks.assert_good(town, *WIDTHS)

    page = visit(has_touch=True)
    page.goto(invitation)
    save(page, "Mitmachen")
    summary_is_shown(page, "Vorname", "E-Mail-Adresse", "Einwilligung")
    assert_good(page)
    fill(page, {"Vorname": "Ben", "E-Mail-Adresse": "ben@beispiel.example"})
    page.get_by_label(re.compile("Die Stadt darf diese Angaben verwenden")).check()
    save(page, "Mitmachen")
    page.goto(links(server, "ben@beispiel.example")[0])
    save(page, "Ich helfe mit")
    assert_good(page)
    checks.tab_walk(page)
    tap = page.get_by_role("button", name="Ich habe gegossen")
    assert tap.bounding_box()["height"] >= 60
    with page.expect_navigation():
        tap.tap()
    expect(page.get_by_role("status")).to_contain_text("Das Gießen ist eingetragen")
    expect(page.get_by_role("main")).to_contain_text("von Ihnen")
    take = page.get_by_role("button", name=re.compile("^Übernehmen")).first
    tab_to(page, take)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Ihr Tag")
    assert_good(page)

    town.reload()
    expect(town.get_by_role("main")).to_contain_text("Gießpatenschaft, Ben")
    checks.assert_good(town, *WIDTHS)
    with page.expect_navigation():
        page.get_by_role("button", name="Zurücknehmen").tap()
    follow(page.get_by_role("link", name="Nicht mehr mitmachen, Daten löschen"))
    save(page, "Daten löschen und gehen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Hilfe")
    town.reload()
    expect(town.get_by_role("main")).not_to_contain_text("Ben")
    assert page.context.cookies() == []
