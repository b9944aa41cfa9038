"""The street network by its page: a file looked at on a map, taken over, drawn, removed, at a desk and on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import follow, summary_is_shown, tab_to

pytestmark = pytest.mark.browser


def file_of(*lines):
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "LineString", "coordinates": line}}
        for name, line in lines
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return {"name": "wege.geojson", "mimeType": "application/geo+json", "buffer": text.encode()}


WAYS = file_of(
    ("Erfurter Straße", [[10.702, 50.948], [10.708, 50.949], [10.712, 50.95]]),
    ("Marktstraße", [[10.708, 50.949], [10.708, 50.945]]),
)


def test_a_network_is_looked_at_taken_over_and_removed(visit):
    page = visit("leitung.gotha")
    page.goto("/intern/zonen")
    follow(page.get_by_role("link", name="Straßennetz"))
    checks.assert_good(page, 1280, 390)
    tab_to(page, page.get_by_role("button", name="Vorschau"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    summary_is_shown(page, "Bitte eine Datei wählen")
    page.locator("#f-file").set_input_files(WAYS)
    with page.expect_navigation():
        page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vorschau des Straßennetzes")
    checks.assert_good(page, 1280, 390)
    assert page.locator(".leaflet-zones-pane path").count() == 1
    with page.expect_navigation():
        page.get_by_role("button", name="2 Linien übernehmen").click()
    expect(page.get_by_text("„wege“ hat jetzt 2 Linien (vorher 0).")).to_be_visible()
    expect(page.locator("[data-map]")).to_have_attribute("data-areas", "1")
    checks.assert_good(page, 1280, 390)
    checks.tab_walk(page)
    with page.expect_navigation():
        page.get_by_role("button", name="wege entfernen").click()
    expect(page.get_by_text(re.compile("Noch kein Straßennetz"))).to_be_visible()
