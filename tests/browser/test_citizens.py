"""On a phone: a citizen reports a vacancy in three inputs, and with a photo and a mail address; the town answers."""

import io
import re
from email import message_from_bytes, policy

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.forms import fill, save

pytestmark = pytest.mark.browser
HERE = {"latitude": 50.94895, "longitude": 10.70185}
WIDTHS = (1280, 390, 320)


def photo():
    made = io.BytesIO()
    Image.new("RGB", (2600, 900), "teal").save(made, "JPEG", quality=95)
    return {"name": "laden.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def mails(server, to):
    """The mails to somebody, oldest first."""
    files = sorted((server.home / "mail").glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [mail.get_content() for mail in found if mail["To"] == to]


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_vacancy_is_reported_and_answered(visit, server, tmp_path):
    citizen = visit(geolocation=HERE, permissions=["geolocation"], has_touch=True)
    inputs = 0

    def touch(target):
        nonlocal inputs
        target.click()
        inputs += 1

    citizen.goto("/leerstand/melden")
    touch(citizen.get_by_label("Hier steht etwas leer"))
    touch(citizen.get_by_role("button", name="Meinen Standort verwenden"))
    expect(citizen.locator("[data-point-state]")).to_have_text("Punkt gesetzt: 50.94895, 10.70185")
    checks.assert_good(citizen, *WIDTHS)
    checks.tab_walk(citizen)
    touch(citizen.get_by_role("button", name="Meldung senden"))
    expect(citizen.get_by_role("heading", name="Danke für Ihre Meldung")).to_be_visible()
    assert inputs == 3
    checks.assert_good(citizen, 390)

    citizen.get_by_role("link", name="Noch etwas melden").click()
    save(citizen, "Meldung senden")
    expect(citizen.get_by_role("alert")).to_contain_text("Bitte sagen Sie, wo das ist")
    checks.assert_good(citizen, 390, 320)
    citizen.get_by_label("Hier ist wieder etwas drin").check()
    citizen.get_by_label("Stadt", exact=True).select_option(label="Gotha")
    fill(
        citizen, {"Adresse oder Ort": "neben dem Brunnen der Browserprobe", "E-Mail-Adresse": "probe@beispiel.example"}
    )
    large = tmp_path / "gross.jpg"
    large.write_bytes(bytes(15_100_000))
    citizen.set_input_files("[name=photo]", large)
    expect(citizen.get_by_role("alert").filter(has_text="größer als 15 MB")).to_be_visible()
    taken = photo()
    citizen.set_input_files("[name=photo]", taken)
    sent = "least => document.querySelector('[name=photo]').files[0]?.size < least"
    citizen.wait_for_function(sent, arg=len(taken["buffer"]))
    citizen.context.set_offline(True)
    citizen.get_by_role("button", name="Meldung senden").click()
    expect(citizen.get_by_role("alert").filter(has_text="Keine Verbindung zum Netz")).to_be_visible()
    citizen.context.set_offline(False)
    save(citizen, "Meldung senden")
    expect(citizen.get_by_text("Für die Antwort fehlt noch ein Schritt")).to_be_visible()
    (asked,) = mails(server, "probe@beispiel.example")
    citizen.goto(re.search(r"https?://[^/]+(/\S+)", asked)[1])
    citizen.get_by_role("button", name="Adresse bestätigen").click()
    expect(citizen.get_by_role("heading", name="E-Mail-Adresse bestätigt")).to_be_visible()

    town = visit("sachbearbeitung.gotha", has_touch=True)
    town.goto("/intern/leerstand/meldungen?art=WIEDER_GENUTZT")
    checks.assert_good(town, 390, 320)
    row = town.get_by_role("row").filter(has_text="Brunnen der Browserprobe")
    expect(row).to_contain_text("Antwort gewünscht")
    row.get_by_role("link").click()
    expect(town.get_by_role("img", name="Foto zur Meldung")).to_have_js_property("complete", True)
    checks.assert_good(town, *WIDTHS)
    town.get_by_label("keine", exact=True).check()
    town.get_by_label("trifft nicht zu").check()
    save(town)
    expect(town.get_by_role("alert")).to_contain_text("Bitte begründen")
    fill(town, {"Antwort": "Dort wird nur umgebaut. Danke fürs Hinsehen."})
    save(town)
    expect(town.get_by_text("Wer gemeldet hat, bekommt Ihre Antwort")).to_be_visible()
    expect(town.get_by_role("button", name="Wieder öffnen")).to_be_visible()
    assert "Danke fürs Hinsehen" in mails(server, "probe@beispiel.example")[-1]
    town.goto("/intern/leerstand/meldungen/zahlen")
    checks.assert_good(town, *WIDTHS)
