"""Residents look at the trees: a season goes by under the slider, a street's and a tree's history are a link away."""

import json
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import follow

pytestmark = pytest.mark.browser

SHOWN = """() => [...document.querySelectorAll(".trees-day p, .results .result, .moves li")].filter((one) => one.checkVisibility())
    .map((one) => one.textContent.replace(/\\s+/g, ""))"""

EMBEDDED = """() => [document.querySelector("[data-map]").dataset.shown,
    ...[...document.querySelectorAll(".embed__day p, .embed__stops li, .moves li")].map((one) => one.textContent.replace(/\\s+/g, ""))]"""


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_season_goes_by_without_asking(visit):
    """Each step of the slider shows what the server shows of that day, in both languages, and asks for nothing."""
    page, other, asked = visit(), visit(), []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    for language, walk in (("", [["Home"], ["PageUp"] * 3 + ["ArrowRight"] * 2, ["End"]]), ("/en", [["PageDown"] * 2])):
        with page.expect_response(re.compile("/api/v1/baeume/saison")):
            page.goto(f"{language}/baeume")
        checks.settle(page)
        asked.clear()
        slider = page.locator("input[type=range]")
        for keys in walk:
            for key in keys:
                slider.press(key)
            day = page.evaluate(
                "new Date(document.querySelector('input[type=range]').value * 864e5).toISOString().slice(0, 10)"
            )
            page.wait_for_url(lambda url, day=day: f"am={day}" in url)
            assert page.locator("[data-day] input[type=date]").input_value() == day
            other.goto(page.url)
            checks.settle(other)
            assert page.evaluate(SHOWN) == other.evaluate(SHOWN), day
            signs = [one.locator("[data-map]").get_attribute("data-shown") for one in (page, other)]
            assert signs[0] == signs[1]
            expect(page.locator("[data-map]")).not_to_contain_text("null")
        assert asked == []
        assert slider.get_attribute("aria-valuetext") == page.locator("[data-day] output").inner_text()
    checks.assert_good(page, 1280, 390, 320)
    slider.press("Home")
    play = page.get_by_role("button", name="Play")
    play.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    first = slider.input_value()
    expect(slider).not_to_have_value(first)
    page.get_by_role("button", name="Pause").press("Enter")
    expect(play).to_have_attribute("aria-pressed", "false")
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [390], indirect=True)
def test_from_the_street_to_a_trees_life(visit):
    """My street is found by its name; a tree that stood there has a page with all of its stays."""
    page = visit()
    page.goto("/baeume")
    follow(page.get_by_role("link", name="Meine Straße", exact=True))
    page.get_by_label("Straße", exact=True).fill("bahnhofstr")
    page.wait_for_url(lambda url: "strasse=bahnhofstr" in url)
    expect(page.locator("[data-results] .street-list__one")).to_have_count(2)
    checks.assert_good(page, 1280, 390, 320)
    follow(page.locator("[data-results] .street-list__name a").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bahnhofstraße")
    checks.assert_good(page, 1280, 390, 320)
    checks.tab_walk(page)
    follow(page.locator(".visits .tree-links a").first)
    expect(page.locator(".life__stay").first).to_be_visible()
    checks.assert_good(page, 1280, 390, 320)


@pytest.fixture
def town_site(server, tmp_path):
    """Another site with two frames: the page that is made for frames, and one that is not."""
    ags = json.loads(urlopen(f"{server.url}/api/v1/baeume").read())["features"][0]["properties"]["ags"]
    paths = (f"/baeume/einbetten/{ags}", "/baeume")
    frames = "".join(f'<iframe src="{server.url}{path}" width="700" height="560"></iframe>' for path in paths)
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Stadt</title>{frames}")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}/"
    site.shutdown()
    site.server_close()


def test_a_towns_site_shows_the_map_in_a_frame(browser, server, town_site):
    """On a page of another site the pasted lines show map and list, and a slider for the day; other pages refuse it."""
    context = browser.new_context(**checks.PLACE, viewport=checks.screen(1280), base_url=server.url)
    page = context.new_page()
    page.goto(town_site)
    framed = page.frame_locator("iframe").first
    expect(framed.get_by_role("heading", level=1)).to_contain_text("Wanderbäume in ")
    expect(framed.locator("[data-map]")).to_have_attribute("data-shown", re.compile(r"^[1-9]"))
    expect(framed.locator(".embed__stops li").first).to_be_visible()
    slider, alone = framed.locator("input[type=range]"), context.new_page()
    for keys in (["Home"], ["PageUp"] * 2 + ["ArrowRight"], ["End"]):
        for key in keys:
            slider.press(key)
        day = slider.evaluate("(one) => new Date(one.value * 864e5).toISOString().slice(0, 10)")
        expect(framed.locator("[data-embed-day]")).to_have_attribute("data-shown", day)
        alone.goto(f"{framed.locator('html').evaluate('() => location.pathname')}?am={day}")
        alone.wait_for_selector("[data-map][data-shown]")
        assert [framed.locator("body").evaluate(EMBEDDED)] == [alone.evaluate(EMBEDDED)], day
    with context.expect_page() as opened:
        framed.locator(".embed__stops a").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    expect(page.frame_locator("iframe").nth(1).locator("main")).to_have_count(0)
    assert context.cookies() == []
    context.close()
