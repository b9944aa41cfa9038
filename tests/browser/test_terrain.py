"""From an elevation model to what a visitor sees: handed in, computed, landmarks on the ridge, and taken out again."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from geo.core.geometry import in_system
from geo.core.systems import UTM32
from tests.browser import checks
from tests.browser.forms import field, fill, follow, photo, save
from tests.geo.viewpoints.terrain.models import tiff

pytestmark = pytest.mark.browser

MANAGER, OFFICE = "leitung.gotha", "geschaeftsstelle"
POINT = "Blick von der Wasserkunst auf den Hauptmarkt"
SPOT = (10.7030, 50.9471)
CELL_M, CELLS = 100.0, 160
RIDGE_M, RIDGE_UP_M = 4000, 150  # so far to the north of the point, and so much higher
PATIENCE_S = 60


@pytest.fixture
def model(tmp_path) -> Iterator[dict[str, object]]:
    """A plain around Gotha with a ridge in the north, as a GeoTIFF to upload."""
    easting, northing = in_system(*SPOT, UTM32)
    west, north = round(easting) - CELL_M * CELLS / 2, round(northing) + CELL_M * CELLS / 2
    heights = np.full((CELLS, CELLS), 300, np.float32)
    heights[CELLS // 2 - int(RIDGE_M / CELL_M)] += RIDGE_UP_M
    path = tiff(tmp_path / "gotha.tif", heights, (CELL_M, CELL_M), west=west, north=north)
    yield upload("gotha.tif", path.read_bytes())


def upload(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def hand_in(page: Page, file: dict[str, object], **more: str) -> None:
    page.goto("/intern/gelaende")
    field(page, "Datei").set_input_files(file)
    fill(page, {"Quelle": "Vermessungsamt (Test)", "Lizenz": "gemeinfrei", **more})
    save(page, "Hinzufügen")


def when(page: Page, address: str, words: str, *, gone: bool = False, where: str = "main *") -> None:
    """Open the page again and again until the worker has done its work, and the page says so."""
    until = time.monotonic() + PATIENCE_S
    while True:
        page.goto(address)
        if (page.locator(where, has_text=words).count() == 0) == gone:
            return
        assert time.monotonic() < until, f"{words} at {address}"


def landmark(page: Page, name: str, metres_north: float, height: str) -> None:
    """A tower of the town so far to the north of the point."""
    page.goto("/intern/landmarken/neu")
    checks.settle(page)
    values = {"Name": name, "Art": "Turm", "Höhe über dem Boden": height}
    fill(page, values | {"Breite": f"{SPOT[1] + metres_north / 111_200:.5f}", "Länge": f"{SPOT[0] - 0.004:.5f}"})
    save(page)
    expect(page.get_by_text(f"„{name}“ ist angelegt")).to_be_visible()


def turned_north(page: Page) -> str:
    """The point looks over the ridge, whatever other journeys have turned it to; its page's address."""
    page.goto("/intern/blicke")
    checks.settle(page)
    follow(page.get_by_role("main").get_by_role("link", name=POINT).first)
    address = page.url.split("?")[0]
    follow(page.get_by_role("link", name="Bearbeiten", exact=True))
    checks.settle(page)
    fill(page, {"Richtung": "310-20"})
    save(page)
    expect(page.get_by_role("main")).to_contain_text("310° bis 20°")
    return address


def described_photo(page: Page, address: str) -> None:
    """A photo of the point is added, what is known of it looked at, and it is removed again."""
    page.goto(address)
    field(page, "Foto").set_input_files(photo())
    fill(page, {"Bildbeschreibung": "Der Markt.", "Bildbeschreibung auf Englisch": "The market.", "Urheberin": "Stadt"})
    field(page, "Lizenz").select_option(index=1)
    save(page, "Hochladen")
    follow(page.get_by_role("link", name="Angaben ändern").first)
    checks.assert_good(page, 1280, 320)
    page.goto(address)
    save(page, "Entfernen")


def test_a_model_shows_what_is_seen_and_what_a_ridge_hides(visit, model):
    office, town, visitor = visit(OFFICE), visit(MANAGER), visit()
    inside = turned_north(town)
    number = inside.rsplit("/", 1)[1]
    for file, words in (
        (upload("kaputt.tif", b"II*\x00kaputt"), "Die Datei ist beschädigt"),
        (upload("N50E010.hgt", b"\x00" * 5000), "nicht vollständig übertragen"),
    ):
        hand_in(office, file)
        expect(office.get_by_text(words).first).to_be_visible()
    expect(field(office, "Quelle")).to_have_value("Vermessungsamt (Test)")
    checks.assert_good(office, 390)
    hand_in(office, model, Name="Testmodell")
    expect(office.get_by_text("„Testmodell“ ist hinzugefügt")).to_be_visible()

    landmark(town, "Wartturm", RIDGE_M, "30")
    when(town, f"{inside}/gelaende", "Wartturm", where="main svg.strip")
    expect(town.locator("tr[id^=landmarke-]").filter(has_text="Wartturm")).to_contain_text("zu sehen")
    expect(town.get_by_role("main")).to_contain_text("km² Boden")
    expect(town.locator("svg.strip").locator("visible=true")).to_contain_text("Wartturm")
    checks.assert_good(town, 1280, 320)

    visitor.goto(f"/blicke/{number}")
    expect(visitor.locator("ol.sights")).to_contain_text("Wartturm im Norden, 4,0 km entfernt")
    expect(visitor.locator("svg.strip").locator("visible=true")).to_contain_text("Wartturm")
    expect(visitor.get_by_text("Vermessungsamt (Test) (gemeinfrei)")).to_be_visible()
    visitor.get_by_text("Sonne im Blick an anderen Tagen").click()
    expect(visitor.get_by_role("row", name="Dezember")).to_be_visible()
    checks.assert_good(visitor, 390, 320)

    town.goto("/intern/landmarken")
    follow(town.get_by_role("row").get_by_role("link", name="Wartturm"))
    checks.settle(town)
    fill(town, {"Name": "Hohe Warte"})
    save(town)
    when(visitor, f"/en/blicke/{number}", "Something has changed here", gone=True)
    expect(visitor.locator("ol.sights")).to_contain_text("Hohe Warte in the north, 4.0 km away")
    expect(visitor.locator("svg.strip").locator("visible=true")).to_contain_text("Hohe Warte")
    town.goto("/intern/landmarken")
    follow(town.get_by_role("row").get_by_role("link", name="Hohe Warte"))
    town.get_by_text("Landmarke löschen").click()
    save(town, "Endgültig löschen")
    described_photo(town, f"{inside}/fotos")
    office.goto("/intern/gelaende")
    follow(office.get_by_role("button", name="Testmodell entfernen"))
    expect(office.get_by_text("„Testmodell“ ist entfernt")).to_be_visible()
    when(visitor, f"/blicke/{number}", "Hohe Warte", gone=True)
    when(town, f"{inside}/gelaende", "km² Boden", gone=True)
