"""A tourist with a phone: what is near, a point, a tour, the way without a network, stamps, and nothing left afterwards."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import checks
from tests.browser.line import Line

pytestmark = pytest.mark.browser

# The goal is 150 KB. The map's page weighs 117 KB on a phone, a point's page 107 KB; this is a tenth more.
MOST_BYTES = 130_000


@pytest.fixture
def line(server) -> Iterator[Line]:
    made = Line(server.url)
    yield made
    made.close()


@pytest.fixture
def phone(browser: Browser, line: Line) -> Iterator[BrowserContext]:
    """A phone in Weimar whose way to the server can be cut."""
    context = browser.new_context(
        **checks.PLACE,
        base_url=line.url,
        viewport={"width": 390, "height": 780},
        has_touch=True,
        geolocation={"latitude": 50.98, "longitude": 11.33},
        permissions=["geolocation"],
    )
    context.set_default_timeout(20_000)
    context.add_init_script(checks.AXE)
    errors: list[str] = []
    context.on("weberror", lambda event: errors.append(str(event.error)))
    context.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield context
    context.close()
    assert errors == []


def distances(page: Page) -> list[float]:
    told = page.locator("[data-distance]").all_inner_texts()
    assert told
    numbers = [(float(text.split()[0].replace(".", "").replace(",", ".")), text.split()[1]) for text in told]
    return [number / (1000 if unit == "m" else 1) for number, unit in numbers]


def first_look(page: Page, address: str) -> int:
    """What comes over the network until page and fonts are there, in bytes as they were sent, photos not counted."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sent: dict[str, int] = {}
    photos: set[str] = set()
    wire.on(
        "Network.requestWillBeSent", lambda one: "/fotos/" in one["request"]["url"] and photos.add(one["requestId"])
    )
    wire.on("Network.loadingFinished", lambda one: sent.update({one["requestId"]: one["encodedDataLength"]}))
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    wire.detach()
    assert len(sent) > 5 and any(size > 10_000 for size in sent.values()), "page, style sheet, scripts, fonts"
    return sum(size for request, size in sent.items() if request not in photos)


def test_a_tourist_goes_out_without_a_network(phone, line):
    page = phone.new_page()
    for address in ("/blicke/1", "/blicke?offen=on"):
        assert first_look(page, address) <= MOST_BYTES, address
    page.get_by_role("button", name="In meiner Nähe").tap()
    expect(page.locator("[data-near-status]")).to_contain_text("Am nächsten")
    assert distances(page) == sorted(distances(page)), "the list goes by distance"
    asked = [request for request in ("50.98", "11.33") if request in page.url]
    assert asked == [], "where somebody is stays on the phone"

    page.locator("[data-results] .result__title a").first.tap()
    title = page.get_by_role("heading", level=1).inner_text()
    point = page.url
    checks.assert_good(page, 390, 320)
    page.get_by_role("button", name="Für unterwegs speichern").tap()
    expect(page.locator("[data-keep-status]")).to_contain_text("Auf diesem Gerät", timeout=60_000)
    page.get_by_role("link", name="Tour von hier planen").tap()
    page.locator("input[name=punkte]:not(:checked)").first.check()
    page.get_by_role("button", name="Tour zeigen").tap()
    expect(page.locator(".tour__stop")).to_have_count(2)
    tour = page.url
    checks.assert_good(page, 390, 320)
    page.get_by_role("button", name="Für unterwegs speichern").tap()
    expect(page.locator("[data-keep-status]")).to_contain_text("Auf diesem Gerät", timeout=60_000)

    line.cut()
    for address in (point, "/blicke", "/blicke/liste", "/blicke?toilette=on"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/blicke")
    page.get_by_role("button", name="Karte öffnen").tap()
    checks.settle(page)
    assert int(page.locator("[data-map]").get_attribute("data-shown")) > 5
    page.goto(tour)
    expect(page.locator(".tour__stop")).to_have_count(2)
    page.goto(re.sub(r"\d+$", "999999", point))
    expect(page).to_have_url(re.compile("/blicke/unterwegs$"))
    expect(page.locator("[data-trip-list] a")).to_have_count(2)
    checks.assert_good(page, 390, 320)

    page.goto(f"{point}/stempel")
    page.get_by_role("button", name="Stempel holen").tap()
    expect(page.locator("[data-stamp-status]")).to_contain_text("Stempel vom")
    expect(page.get_by_role("button", name="Stempel holen")).to_be_hidden()
    checks.assert_good(page, 390, 320)
    page.get_by_role("link", name="Zum Sammelpass").tap()
    expect(page.locator("[data-pass-count]")).to_have_text(re.compile(r"^1 von \d+ Stempeln$"))
    expect(page.locator("[data-got]")).to_contain_text(title)
    checks.assert_good(page, 390, 320)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Alle Stempel löschen").tap()
    expect(page.locator("[data-pass-count]")).to_have_text(re.compile("^0 von"))

    page.goto("/blicke/unterwegs")
    page.get_by_role("button", name="Entfernen").first.tap()
    expect(page.locator("[data-trip-list] a")).to_have_count(1)
    page.get_by_role("button", name="Alles vom Gerät löschen").tap()
    expect(page.get_by_text("Auf dem Gerät liegt nichts mehr.")).to_be_visible()
    left = page.evaluate("async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]")
    assert left == [[], 0]
    assert phone.cookies() == []
