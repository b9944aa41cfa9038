"""On a phone: a town editor sets the direction, looks, takes in a defect from the public form, confirms and mends it."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import fill, save

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


def photo():
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "JPEG")
    return {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def turned(page, heading):
    """What the phone's compass says."""
    page.evaluate(
        "alpha => dispatchEvent(new DeviceOrientationEvent('deviceorientationabsolute', {alpha, absolute: true}))",
        360 - heading,
    )


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_point_is_kept_true_on_a_phone(visit):
    page = visit("leitung.gotha", has_touch=True, permissions=["accelerometer", "gyroscope", "magnetometer"])
    page.goto("/intern/blicke")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Blick von der Wasserkunst")).first.click()
    here = page.url
    number = here.split("?")[0].rpartition("/")[2]

    page.get_by_role("link", name="Bearbeiten").click()
    direction, arrow = page.get_by_label("Richtung", exact=True), page.get_by_role("slider")
    fill(page, {"Richtung": "NW-NO"})
    expect(page.get_by_label("von (Grad)")).to_have_value("315")
    expect(page.get_by_label("bis (Grad)")).to_have_value("45")
    expect(arrow).to_have_attribute("aria-valuenow", "0")
    fill(page, {"bis (Grad)": "15"})
    expect(direction).to_have_value("315-15")
    arrow.focus()
    page.keyboard.press("PageUp")
    expect(direction).to_have_value("330-30")
    page.get_by_role("button", name="Kompass des Geräts verwenden").click()
    expect(page.locator("[data-compass]")).to_have_attribute("aria-pressed", "true")  # it listens now
    turned(page, 345)
    expect(direction).to_have_value("315-15")
    expect(arrow).to_have_attribute("aria-valuenow", "345")
    checks.assert_good(page, 390, 320)
    fill(page, {"E-Mail der zuständigen Stelle": "bauhof@beispiel.example"})
    save(page)
    expect(page.get_by_text("von Nordwesten", exact=False).first).to_be_visible()

    page.get_by_role("link", name="Prüfung eintragen").click()
    save(page, "Prüfung speichern")
    expect(page.get_by_role("alert")).to_contain_text("Bitte ausfüllen.")
    checks.assert_good(page, *WIDTHS)
    page.get_by_label("Sicht frei", exact=True).check()
    save(page, "Prüfung speichern")
    expect(page.get_by_text("Die Prüfung ist eingetragen.")).to_be_visible()
    expect(page.get_by_role("button", name="Rückgängig machen")).to_be_visible()
    expect(page.locator(".page-head__badges")).to_contain_text("offen")
    checks.assert_good(page, *WIDTHS)

    visitor = visit(has_touch=True)
    visitor.goto(f"/blicke/{number}/mangel")
    visitor.get_by_label("Bank", exact=True).check()
    fill(visitor, {"Beschreibung": "Eine Latte ist gebrochen."})
    visitor.set_input_files("[name=photo]", photo())
    checks.assert_good(visitor, *WIDTHS)
    checks.tab_walk(visitor)
    save(visitor, "Meldung senden")
    expect(visitor.get_by_role("heading", name="Danke für Ihre Meldung")).to_be_visible()
    checks.assert_good(visitor, 390)

    page.goto("/intern/blicke/maengel")
    checks.assert_good(page, *WIDTHS)
    page.get_by_role("link", name="Bank", exact=True).click()
    expect(page.get_by_role("img", name="Foto zur Meldung")).to_have_js_property("complete", True)
    page.get_by_label("Mangel bestätigen").check()
    checks.assert_good(page, *WIDTHS)
    save(page)
    expect(page.get_by_text("Gespeichert: bestätigt. Die zuständige Stelle bekommt")).to_be_visible()
    visitor.goto(f"/blicke/{number}")
    expect(visitor.locator(".page-head__badges")).to_contain_text("eingeschränkt")

    page.get_by_label("Mangel ist behoben").check()
    save(page)
    expect(page.get_by_text("Gespeichert: behoben.")).to_be_visible()
    visitor.reload()
    expect(visitor.locator(".page-head__badges")).to_contain_text("offen")

    for path in ("hinweise", "unterlagen", "fotos"):
        page.goto(f"/intern/blicke/{number}/{path}")
        checks.assert_good(page, 390)
    page.goto("/intern/blicke/vergleich")
    checks.assert_good(page, *WIDTHS)
    visitor.goto(f"/blicke/{number}/material")
    expect(visitor.get_by_role("img", name="Vorschau des Plakats")).to_have_js_property("complete", True)
    checks.assert_good(visitor, *WIDTHS)
