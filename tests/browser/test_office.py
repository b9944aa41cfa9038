"""The office's year: a member with a contact, a meeting from draft to minutes, its calendar, the yearly report."""

import io
import re
from datetime import timedelta

import docx
import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import field, fill, follow, save, summary_is_shown

pytestmark = pytest.mark.browser

TODAY = clock.today()
PLAN = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 Lageplan"}


def good(page):
    checks.settle(page)
    checks.assert_good(page, 1280, 390)


def button(page, word):
    follow(page.get_by_role("main").get_by_role("button", name=word, exact=True).first)


def test_the_office_enters_a_member_and_nobody_else_sees_its_contact(visit):
    page, town, visitor = visit("geschaeftsstelle"), visit("lesen.gotha"), visit()
    page.goto("/intern/allianz")
    good(page)
    follow(page.get_by_role("link", name="Mitglied eintragen"))
    fill(page, {"Internetadresse": "nur worte"})
    save(page)
    summary_is_shown(page, "Name der Organisation", "Art", "Internetadresse")
    good(page)
    fill(
        page, {"Name der Organisation": "Prüfkammer der Reise", "Art": "Kammer", "Internetadresse": "pruefkammer.test"}
    )
    field(page, "Beigetreten am").fill(TODAY.isoformat())
    page.get_by_label("Der Name darf öffentlich genannt werden").check()
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfkammer der Reise")
    here = page.url
    follow(page.get_by_role("link", name="Kontakt hinzufügen"))
    fill(page, {"Name der Person": "Kontakt der Reise", "E-Mail": "reise@beispiel.test"})
    good(page)
    save(page)
    expect(page.get_by_role("main")).to_contain_text("reise@beispiel.test")
    good(page)
    follow(page.get_by_role("link", name="Kontakt bearbeiten: Kontakt der Reise"))
    good(page)
    town.goto(here)
    expect(town.get_by_role("heading", level=1)).to_have_text("Prüfkammer der Reise")
    assert "Kontakt" not in town.get_by_role("main").inner_text()
    visitor.goto("/allianz")
    expect(visitor.get_by_role("main")).to_contain_text("Prüfkammer der Reise")
    expect(visitor.get_by_role("main")).to_contain_text("mehr als 65 Mitglieder")
    assert "reise@" not in visitor.content()
    good(visitor)
    page.goto(here)
    button(page, "Kontakt löschen: Kontakt der Reise")
    assert "reise@" not in page.get_by_role("main").inner_text()


def test_a_meeting_goes_from_its_agenda_to_released_minutes_and_its_calendar_tells(visit):
    """Subscribed to as a person of a town; the calendar is read by somebody else's program."""
    page, town, visitor = visit("geschaeftsstelle"), visit("lesen.gotha"), visit()
    day = (TODAY + timedelta(days=40)).isoformat()
    page.goto("/intern/allianz")
    follow(page.get_by_role("link", name="Sitzung anlegen"))
    fill(page, {"Titel": "Sitzung der Reise", "Wessen Sitzung": "AG Klima", "Ort": "Prüfsaal"})
    field(page, "Beginn").fill(f"{day}T14:00")
    field(page, "Ende").fill(f"{day}T16:30")
    good(page)
    save(page)
    good(page)
    here = page.url
    follow(page.get_by_role("main").get_by_role("link", name="Tagesordnung"))
    for number, (place, title) in enumerate((("2", "Zweiter Punkt der Reise"), ("1", "Erster Punkt der Reise")), 1):
        page.locator(f"#f-position-{number}").fill(place)
        page.locator(f"#f-title-{number}").fill(title)
    good(page)
    save(page)
    titles = page.get_by_role("main").locator("ol.agenda h3").all_inner_texts()
    assert titles == ["Erster Punkt der Reise", "Zweiter Punkt der Reise"]

    town.goto("/intern/allianz/kalender")
    good(town)
    button(town, "Adresse anlegen")
    address = town.locator("code.secret").inner_text()
    good(town)

    def told():
        answer = visitor.request.get(address)
        assert answer.ok and answer.headers["content-type"].startswith("text/calendar")
        events = Calendar.from_ical(answer.body()).walk("VEVENT")
        return next((one for one in events if "der Reise" in str(one["summary"])), None)

    assert told() is None  # a draft
    page.goto(here)
    button(page, "Als eingeladen führen")
    first = told()
    assert (str(first["summary"]), first["sequence"], first["status"]) == (
        "Sitzung der Reise (AG Klima)",
        0,
        "CONFIRMED",
    )
    assert "1. Erster Punkt der Reise" in first["description"] and first["location"] == "Prüfsaal"
    assert (first["dtend"].dt - first["dtstart"].dt) == timedelta(hours=2, minutes=30)
    follow(page.get_by_role("link", name="Bearbeiten"))
    fill(page, {"Ort": "Anderer Prüfsaal"})
    save(page)
    moved = told()
    assert moved["uid"] == first["uid"] and moved["sequence"] == 1 and moved["location"] == "Anderer Prüfsaal"

    follow(page.get_by_role("main").get_by_role("link", name="Unterlagen"))
    fill(page, {"Titel": "Lageplan der Reise"})
    page.locator("#f-file").set_input_files(PLAN)
    good(page)
    save(page, "Hochladen")
    good(page)
    follow(page.get_by_role("main").get_by_role("link", name="Zurück"))
    follow(page.get_by_role("main").get_by_role("link", name="Protokoll"))
    page.get_by_label("Was besprochen wurde").first.fill("Alle sind da.")
    page.get_by_label("Beschluss").first.fill("So wird es gemacht.")
    page.get_by_label("Was ist zu tun?").first.fill("Brief der Reise schreiben")
    good(page)
    save(page)
    town.goto(here)
    expect(town.get_by_role("main")).to_contain_text("Erster Punkt der Reise")
    assert "So wird es gemacht" not in town.get_by_role("main").inner_text()
    with town.expect_download() as handed:
        town.get_by_role("link", name="Lageplan der Reise").click()
    assert handed.value.suggested_filename == "plan.pdf"
    follow(page.get_by_role("main").get_by_role("link", name="Anwesenheit"))
    good(page)
    page.get_by_label("Anwesenheit: Beispielverband Stadtgrün").select_option(label="anwesend")
    page.get_by_label("Personen: Beispielverband Stadtgrün").fill("2")
    save(page)
    expect(page.get_by_role("button", name="Protokoll freigeben")).to_have_count(0)  # it has not begun
    follow(page.get_by_role("main").get_by_role("link", name="Bearbeiten"))
    begun = TODAY - timedelta(days=1)
    field(page, "Beginn").fill(f"{begun}T14:00")
    field(page, "Ende").fill(f"{begun}T16:30")
    save(page)
    button(page, "Protokoll freigeben")
    good(page)
    town.reload()
    expect(town.get_by_role("main")).to_contain_text("So wird es gemacht.")
    expect(town.get_by_role("main")).to_contain_text("Brief der Reise schreiben")
    good(town)

    town.goto("/intern/allianz/kalender")
    button(town, "Zurückziehen: Allianz und alle Arbeitsgruppen")
    assert visitor.request.get(address).status == 404


def test_a_meeting_that_is_called_off_says_so_in_the_groups_calendar(visit):
    page, visitor = visit("geschaeftsstelle"), visit()
    day = (TODAY + timedelta(days=50)).isoformat()
    page.goto("/intern/allianz/kalender")
    fill(page, {"Welche Sitzungen?": "Allianz und AG Klima"})
    page.get_by_label("Zum Weitergeben an die Arbeitsgruppe").check()
    button(page, "Adresse anlegen")
    address = page.locator("code.secret").inner_text()
    page.goto("/intern/allianz/sitzungen/neu")
    fill(page, {"Titel": "Abzusagende Sitzung"})
    field(page, "Beginn").fill(f"{day}T09:00")
    field(page, "Ende").fill(f"{day}T10:00")
    save(page)
    button(page, "Als eingeladen führen")
    button(page, "Sitzung absagen")
    good(page)
    events = Calendar.from_ical(visitor.request.get(address).body()).walk("VEVENT")
    gone = next(one for one in events if "Abzusagende Sitzung" in str(one["summary"]))
    assert (str(gone["summary"]), gone["status"], gone["sequence"]) == ("Abgesagt: Abzusagende Sitzung", "CANCELLED", 1)


def test_the_office_fetches_the_yearly_report(visit):
    page = visit("geschaeftsstelle")
    page.goto("/intern/allianz")
    follow(page.get_by_role("link", name="Jahresbericht"))
    good(page)
    with page.expect_download() as handed:
        page.get_by_role("link", name="Als Word-Datei (DOCX)").click()
    assert handed.value.suggested_filename == f"jahresbericht-allianz-{TODAY.year}.docx"
    opened = docx.Document(io.BytesIO(handed.value.path().read_bytes()))
    text = [one.text for one in opened.paragraphs]
    shown = page.get_by_role("main").inner_text()
    headings = [one.text for one in opened.paragraphs if one.style.name.startswith("Heading")]
    assert len(headings) > 12 and all(heading in shown for heading in headings)
    assert any(line.startswith("Bitte ergänzen") for line in text)
    members = next(row.cells[1].text for row in opened.tables[0].rows if row.cells[0].text.startswith("Mitglieder"))
    with page.expect_download() as handed:
        page.get_by_role("link", name="Als PDF").click()
    assert handed.value.path().read_bytes().startswith(b"%PDF-")
    page.goto("/intern/allianz/mitglieder")
    assert re.search(rf"^{members} Mitglieder", page.locator("[data-count]").inner_text())
    page.goto("/intern/allianz/jahresbericht?jahr=2023")
    expect(page.get_by_role("main")).to_contain_text("Gotha 2023")
    good(page)
