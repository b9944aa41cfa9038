"""A visitor's ways: from the start page to each map, its list, its filters, a day, an object; in both languages."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import follow

pytestmark = pytest.mark.browser

DAY = (clock.today() - timedelta(days=80)).isoformat()
LEGAL = ("Impressum", "Datenschutz", "Barrierefreiheit", "Leichte Sprache")
PARTS = {
    "leerstand": ("Leerstand", "leerstand", "Vacancies"),
    "baeume": ("Wanderbäume", "baeume", "Mobile trees"),
    "blicke": ("Schönster Blick", "blicke", "Finest view"),
    "pilotprojekte": ("Pilotprojekte", "pilotstandorte", "Pilot projects"),
}

DOORS = {"leerstand": "Leerstand", "baeume": "Wanderbäume", "blicke": "Der schönste Blick der Stadt", "pilotprojekte": "Alle Pilotprojekte"}  # fmt: skip


def address(page: Page) -> dict[str, str]:
    """The parameters of the page's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def ids_of_data(page: Page, part: str) -> list[str]:
    """The objects of the part's JSON, asked with the filters and the day of the page."""
    query = {name: value for name, value in address(page).items() if name != "karte"}
    answer = page.request.get(f"/api/v1/{PARTS[part][1]}", params=query)
    assert answer.ok, answer.text()
    return sorted(str(one["properties"]["id"]) for one in answer.json()["features"])


def ids_of_list(page: Page) -> list[str]:
    return sorted(
        page.locator("[data-results] [data-feature-id]").evaluate_all("all => all.map(one => one.dataset.featureId)")
    )


def ids_of_table(page: Page, part: str) -> list[str]:
    """The objects of the list without a map, over all of its pages."""
    ids: list[str] = []
    query = {name: value for name, value in address(page).items() if name != "karte"}
    path: str | None = page.request.get(urlsplit(page.url).path.rstrip("/") + "/liste", params=query).url
    while path:
        text = page.request.get(path).text()
        rows = re.findall(r'<th scope="row"><a href="([^"]+)"', text)
        ids += [re.search(r"/(\d+)(?:\?|$)", row)[1] for row in rows]
        more = re.search(r'rel="next" href="([^"]+)"', text)
        path = more[1].replace("&amp;", "&") if more else None
    return sorted(ids)


def assert_map_and_list_agree(page: Page, part: str) -> list[str]:
    """JSON, list, table and markers hold the same objects."""
    checks.settle(page)
    wanted = ids_of_data(page, part)
    assert page.locator("[data-map-page] [data-map]").get_attribute("data-shown") == str(len(wanted))
    assert ids_of_table(page, part) == wanted
    shown = ids_of_list(page)
    assert set(shown) <= set(wanted)
    assert (
        len(shown) == len(wanted)
        or page.get_by_role("link", name=re.compile("Weitere in der Liste|More in the list")).count()
    )
    return wanted


def open_filters(page: Page) -> None:
    if not page.locator(".filters").get_attribute("open"):
        page.locator(".filters > summary").click()


@pytest.mark.parametrize("part", PARTS)
def test_from_the_start_page_to_an_object(visit, part):
    """At a desk: map, list and data are the same; the list made from the markers too; a marker opens its object."""
    page = visit()
    page.goto("/")
    follow(page.get_by_role("navigation", name="Karten").get_by_role("link", name=PARTS[part][0]))
    wanted = assert_map_and_list_agree(page, part)
    page.get_by_label("nur im Kartenausschnitt").check()
    expect(page.locator("[data-count]")).to_contain_text("im Kartenausschnitt")
    assert ids_of_list(page) == wanted, "the whole state is in view: the markers are all objects"
    page.get_by_label("nur im Kartenausschnitt").uncheck()
    first = page.locator("[data-results] [data-feature-id]").first
    title = first.locator(".result__title").inner_text()
    first.get_by_role("button", name="Zeigen").click()
    popup = page.get_by_role("dialog")
    expect(popup).to_contain_text(title)
    expect(first).to_have_attribute("data-active", "")
    checks.assert_good(page)
    follow(popup.get_by_role("link", name="Details"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    checks.settle(page)
    checks.assert_good(page, 1280)
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [390], indirect=True)
@pytest.mark.parametrize("part", PARTS)
def test_on_a_phone(visit, part):
    """The same on a phone: the start page's door leads to the map, "Zeigen" brings the map into view."""
    page = visit(has_touch=True, is_mobile=True)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{DOORS[part]}(?! melden)")).first.tap()
    if part == "blicke":  # a phone makes this map when it is asked to
        checks.assert_good(page, 390, 320)
        page.get_by_role("button", name="Karte öffnen").tap()
    checks.settle(page)
    assert_map_and_list_agree(page, part)
    page.locator("[data-results] [data-feature-id]").last.get_by_role("button", name="Zeigen").tap()
    expect(page.get_by_role("dialog")).to_be_in_viewport()
    checks.assert_good(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.context.cookies() == []


def test_what_is_done_before_the_scripts_are_there_counts(visit):
    """A filter and a day chosen on a slow line take effect when the scripts have come; a press for nearness too."""
    page = visit(geolocation={"latitude": 50.9486, "longitude": 10.7016}, permissions=["geolocation"])
    main, rest = [], []
    page.route("**/dist/public-*.js", lambda script: main.append(script))
    page.route("**/dist/chunk-visit-*.js", lambda script: rest.append(script))
    page.goto("/blicke", wait_until="commit")
    open_filters(page)
    page.get_by_label("Stadt", exact=True).select_option("Gotha")
    page.locator("input[type=date][name=am]").fill(DAY)
    main.pop().continue_()
    page.wait_for_url(lambda url: f"am={DAY}" in url and "gemeinde=" in url)
    page.wait_for_load_state()
    page.get_by_role("button", name="In meiner Nähe").click()
    rest.pop().continue_()
    expect(page.locator("[data-near-status]")).to_contain_text("Am nächsten")
    assert ids_of_list(page) == ids_of_data(page, "blicke") != []


FILTERS = {"leerstand": ("gemeinde", "Stadt"), "baeume": ("gemeinde", "Stadt"), "blicke": ("status", "Status"), "pilotprojekte": ("gemeinde", "Stadt")}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_filters_and_the_day_live_in_the_address(visit, part):
    """A filter and a day narrow list and map together, survive a reload, and go along into English and back."""
    page = visit()
    page.goto(f"/{part}")
    everything = assert_map_and_list_agree(page, part)
    name, label = FILTERS[part]
    open_filters(page)
    page.get_by_label(label, exact=True).select_option(index=1)
    page.wait_for_url(lambda url: f"{name}=" in url)
    narrowed = assert_map_and_list_agree(page, part)
    assert 0 < len(narrowed) < len(everything)
    page.locator("input[type=date][name=am]").fill(DAY)
    page.wait_for_url(lambda url: f"am={DAY}" in url)
    on_that_day = assert_map_and_list_agree(page, part)
    page.reload()
    assert assert_map_and_list_agree(page, part) == on_that_day
    expect(page.locator("input[type=date][name=am]")).to_have_value(DAY)
    follow(page.get_by_role("link", name="English"))
    page.wait_for_url("**/en/**")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert address(page)["am"] == DAY and name in address(page)
    assert assert_map_and_list_agree(page, part) == on_that_day
    checks.assert_good(page, 1280, 390)
    follow(page.get_by_role("link", name="Deutsch"))
    page.wait_for_url(lambda url: "/en/" not in url)
    page.goto(f"/{part}?{name}={address(page)[name]}&am=1990-01-01")
    checks.settle(page)
    if not ids_of_data(page, part):
        expect(page.locator(".empty")).to_be_visible()
        checks.assert_good(page, 1280, 390)
    assert page.context.cookies() == []


def test_the_season_of_the_trees(visit):
    """The slider over the season takes map and list to another day, by keys."""
    page = visit()
    page.goto("/baeume")
    checks.settle(page)
    before = address(page).get("am")
    slider = page.get_by_label("Tag der Saison")
    slider.press("PageDown")
    page.wait_for_url(lambda url: "am=" in url)
    assert address(page)["am"] != before
    assert slider.get_attribute("aria-valuetext")
    assert_map_and_list_agree(page, "baeume")


def test_share_by_link(visit):
    """The copied link is the address with filter, day and part of the map, and opens the same."""
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/blicke?am={DAY}")
    checks.settle(page)
    page.get_by_role("button", name="Karte vergrößern").click()
    page.wait_for_url(lambda url: "karte=" in url)
    page.get_by_role("button", name="Link kopieren").click()
    expect(page.locator("[data-share-status]")).not_to_be_empty()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url and {"am", "karte"} <= address(page).keys()


def test_legal_pages_are_reached_from_everywhere(visit):
    page = visit()
    for start, names in (("/blicke/liste", LEGAL), ("/en", ("Legal notice", "Privacy", "Accessibility", "Easy"))):
        for name in names:
            page.goto(start)
            follow(page.get_by_role("contentinfo").get_by_role("link", name=re.compile(name)))
            expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.parametrize("part", PARTS)
def test_without_javascript(visit, part):
    """List, filters, day and facts need no script; what only a script can do is not offered."""
    page = visit(java_script_enabled=False)
    page.goto(f"/{part}")
    rows = page.locator("[data-results] [data-feature-id]")
    expect(rows.first).to_be_visible()
    expect(page.locator(".map__fallback noscript").first).to_be_visible()
    expect(page.get_by_role("button", name="Link kopieren")).to_have_count(0)
    before = rows.count()
    page.locator(".filters > summary").click()
    page.get_by_label(FILTERS[part][1], exact=True).select_option(index=1)
    page.locator(".filters").get_by_role("button", name="Anzeigen").click()
    assert FILTERS[part][0] in address(page)
    assert 0 < rows.count() <= before
    title = rows.first.locator(".result__title").inner_text()
    follow(rows.first.get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("dl.facts").first).to_be_visible()


@pytest.mark.parametrize("path", ["/leerstand", "/baeume", "/blicke", "/pilotprojekte"])
def test_print(visit, path):
    """On paper the whole list and no controls."""
    page = visit()
    page.goto(path)
    checks.settle(page)
    page.emulate_media(media="print")
    for hidden in (".site-nav", ".filters", ".leaflet-control-zoom", ".share"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("[data-results] [data-feature-id]").last).to_be_visible()
    scrolls = page.locator(".map-page__list, .site-map__list").evaluate("one => one.scrollHeight - one.clientHeight")
    assert scrolls <= 1, "nothing of the list is cut off"


def test_what_is_not_there(visit):
    """A wrong address says so on a page like the others."""
    page = visit()
    assert page.goto("/leerstand/99999999").status == 404
    checks.assert_good(page, 1280, 390)
    assert page.goto("/blicke?am=gestern").status in {400, 422}
    checks.assert_good(page, 1280)
