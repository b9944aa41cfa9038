"""What the three projects do for each other: a town looks around its avenue, weighs where next, and plans with it."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import follow

pytestmark = pytest.mark.browser

YEAR = clock.today().year + 3
FIRST = date(YEAR, 5, 1) + timedelta(days=7 - date(YEAR, 5, 1).weekday())


def _send(page, name):
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_a_town_looks_around_its_avenue(visit):
    """From the stop to its surroundings: numbers, sentences, the map, the units behind a number, an earlier day."""
    page = visit("leitung.gotha")
    page.goto("/intern/wirkung")
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name=re.compile("^Wirkung im Umkreis ?: Gotha, Erfurter Straße")))
    expect(page.get_by_text("Die Nutzungseinheiten hier sind erfundene Beispiele.")).to_be_visible()
    expect(page.get_by_role("heading", name="Was sich verändert hat")).to_be_visible()
    expect(page.locator(".verdict").first).to_contain_text("Leerstand")
    expect(page.locator(".ripple__map[data-shown]")).to_be_visible()
    checks.assert_good(page, 1280, 390)
    page.get_by_label("Umkreis", exact=True).select_option("300 m")
    expect(page.get_by_text("Umkreis 300 m")).to_be_visible()
    assert "umkreis=300" in page.url
    page.goto(page.url.split("?")[0] + "?am=2023-09-30")
    expect(page.locator(".verdict").first).to_contain_text("lässt sich nichts schließen")
    follow(page.get_by_role("row", name=re.compile("^150 m")).get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leerstand")
    page.goto("/intern/pilotprojekte")
    follow(page.get_by_role("link", name="Gotha, Erfurter Straße").first)
    follow(page.get_by_role("link", name="Wirkung im Umkreis"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Wirkung im Umkreis")


def test_a_town_weighs_where_next_and_plans_with_it(visit):
    """Sliders by keys reorder at once; the weights go to the planner, which says so, and are taken back."""
    page = visit("leitung.gotha")
    page.goto("/intern/wirkung/naechste")
    first = page.locator(".finder > li").first
    expect(first).to_contain_text("Platz 1 von")
    name = re.sub(r"^1\. ", "", first.get_by_role("heading").get_by_role("link").inner_text())
    expect(page.locator(".ranking__map .marker")).to_have_count(page.locator(".finder > li").count())
    expect(page.get_by_role("button", name=f"{name}, Platz 1, ")).to_have_count(1)
    checks.assert_good(page, 1280, 390)
    for name in (
        "Leerstände in der Nähe",
        "Versiegelung",
        "Menschen, die vorbeikommen",
        "Ausgleich zwischen Quartieren",
    ):
        page.get_by_label(name).press("Home")
    slider = page.get_by_label("Hitze")
    slider.press("End")
    expect(page.locator("output[for=w-heat]")).to_have_text("100")
    expect(page.locator(".finder > li").first).to_contain_text("Hitzebedarf 90 von 100 (90 Punkte)")
    assert "heat=100" in page.url and "vacancies=0" in page.url
    _send(page, "Als Gewichte des Planers übernehmen")
    expect(page.get_by_text("Der nächste Umzugsplan rechnet mit dieser Rangfolge.")).to_be_visible()
    checks.assert_good(page, 1280, 390)
    page.goto("/intern/baeume")
    follow(page.get_by_role("link", name="Beispielallee Gotha", exact=True))
    follow(page.get_by_role("link", name="Umzugsplan entwerfen"))
    page.get_by_label("Name").fill("Plan nach der Rangfolge")
    page.get_by_label(re.compile("^Erster Tag")).fill(FIRST.isoformat())
    page.get_by_label(re.compile("^Letzter Tag")).fill((FIRST + timedelta(weeks=20, days=-1)).isoformat())
    _send(page, "Speichern")
    plan = page.url.split("?")[0]
    page.goto(f"{plan}/rechnen")
    expect(page.get_by_text(re.compile("Für Gotha gilt die Rangfolge „Wo als Nächstes“ vom"))).to_be_visible()
    expect(page.get_by_label("Baumwochen nach Hitzebedarf")).to_have_value("200")
    checks.assert_good(page, 1280, 390)
    page.goto("/intern/wirkung/naechste")
    _send(page, "Zurücknehmen")
    expect(page.get_by_text("Die Rangfolge ist zurückgenommen.")).to_be_visible()
    page.goto(f"{plan}/rechnen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan berechnen lassen")
    expect(page.get_by_text(re.compile("gilt die Rangfolge"))).to_have_count(0)


def test_the_ranking_works_without_scripts(browser, server, known):
    context = browser.new_context(**{**checks.PLACE, "base_url": server.url, "java_script_enabled": False})
    page = context.new_page()
    known.sign_in(page, "lesen.gotha", None)
    page.goto("/intern/wirkung/naechste?heat=0")
    _send(page, "Neu ordnen")
    assert "heat=0" in page.url
    expect(page.locator(".finder > li").first).to_contain_text("Platz 1 von")
    context.close()
