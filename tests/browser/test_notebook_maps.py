"""A notebook's map as a notebook shows it: a frame that asks nobody for anything."""

import folium
import pytest
from playwright.sync_api import expect

from geo.reports.notebook import HEIGHT_PX, in_frame
from tests.browser import checks

pytestmark = pytest.mark.browser


def test_a_map_in_a_frame_asks_nobody(browser, tmp_path):
    on_map = folium.Map(location=[50.95, 10.7], zoom_start=15, tiles=None)
    folium.CircleMarker([50.95, 10.7], radius=5, color="#a33a1c", fill=True, tooltip="Markt 1: LEER").add_to(on_map)
    folium.Marker([50.951, 10.7], tooltip="Bank", icon=folium.DivIcon(html="◆")).add_to(on_map)
    folium.PolyLine([[50.952, 10.7], [50.953, 10.71]], weight=2).add_to(on_map)
    file = tmp_path / "cell.html"
    frame = in_frame(on_map, 'Leere "Läden" <hier>')._repr_html_()
    file.write_text(f"<!doctype html><meta charset=utf-8><title>Notebook</title>{frame}", encoding="utf-8")
    context = browser.new_context(**checks.PLACE, viewport=checks.screen(1280))
    page = context.new_page()
    asked, trouble = checks.overheard(page)
    page.goto(file.as_uri())
    inside = page.frame_locator("iframe")
    expect(inside.locator(".leaflet-marker-pane .leaflet-marker-icon")).to_have_text("◆")
    expect(inside.locator(".leaflet-overlay-pane path")).to_have_count(2)
    inside.locator(".leaflet-overlay-pane path").first.hover()
    expect(inside.locator(".leaflet-tooltip")).to_have_text("Markt 1: LEER")
    assert page.locator("iframe").get_attribute("title") == 'Leere "Läden" <hier>'
    box = inside.locator(".leaflet-container").bounding_box()
    assert box and box["width"] > 1000 and HEIGHT_PX - 60 <= box["height"] <= HEIGHT_PX
    assert [url for url in asked if url.split(":", 1)[0] not in ("data", "about")] == [file.as_uri()], asked
    assert trouble == []
    context.close()
