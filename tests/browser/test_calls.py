"""A call from its publication to the pilot site: office, a town's editor and manager, two reviewers, a visitor."""

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from geo.cluster import Cluster
from geo.core import clock
from tests.browser import checks
from tests.browser.forms import click_map, fill, follow, save

pytestmark = pytest.mark.browser

TITLE = "Prüfaufruf: Bäume für den Markt"
SHOTS = os.environ.get("CALL_SHOTS")
# The second reviewer has another role of the alliance already.
JURY_TOO = text(
    "INSERT INTO register.memberships (account_id, role) SELECT id, 'reviewer' FROM register.accounts"
    " WHERE email LIKE 'planung@%' ON CONFLICT DO NOTHING"
)
# What no page can do: the register's owner lets the call's time pass.
PASSES = text(
    "UPDATE register.calls SET closes_at = date_trunc('second', clock_timestamp()) - interval '1 second',"
    " version = version + 1 WHERE title = :title"
)
ACTION = text("SELECT set_config('app.action', 'sample.load', true)")


def as_owner(server, statement, **values):
    engine = create_engine(Cluster(server.home).url("reg_owner"))
    with engine.begin() as connection:
        connection.execute(ACTION)
        connection.execute(statement, values)
    engine.dispose()


def looked_at(page: Page, name: str) -> None:
    """The page is good at both widths; with CALL_SHOTS it is kept as a picture."""
    checks.settle(page)
    if SHOTS:
        for width in (1280, 390):
            page.set_viewport_size(checks.screen(width))
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        page.set_viewport_size(checks.screen(1280))
    checks.assert_good(page, 1280, 390)


def test_from_the_call_to_the_pilot_site(visit, server, watch):
    as_owner(server, JURY_TOO)
    office, editor, manager = visit("geschaeftsstelle"), visit("sachbearbeitung.gotha"), visit("leitung.gotha")
    jury, too, visitor = visit("jury"), visit("planung"), visit()

    office.goto("/intern/aufrufe")
    looked_at(office, "overview")
    follow(office.get_by_role("link", name="Aufruf anlegen"))
    now = datetime.now(UTC).astimezone(clock.BERLIN)
    form = {"Titel": TITLE, "Text des Aufrufs": "Gesucht wird eine versiegelte Straße."}
    form |= {"Beginn": f"{now - timedelta(hours=1):%d.%m.%Y %H:%M:%S}", "Schluss": "übermorgen"}
    fill(office, form)
    save(office)
    expect(office.locator("#fehler")).to_contain_text("Tag und Uhrzeit")
    looked_at(office, "edit")
    fill(office, {"Schluss": f"{now + timedelta(days=2):%d.%m.%Y %H:%M:%S}"})
    office.locator("#f-pilot_project_id").select_option(index=2)
    save(office)
    for row, (name, weight) in enumerate((("Übertragbarkeit", "3"), ("Neuheit", "1"))):
        office.locator(f"#f-name-{row}").fill(name)
        office.locator(f"#f-weight-{row}").fill(weight)
    looked_at(office, "criteria")
    save(office)
    follow(office.get_by_role("link", name="Fragen"))
    office.locator("#f-question-0").fill("Wer gießt?")
    looked_at(office, "questions")
    save(office)
    here = re.sub(r"\?.*", "", office.url)
    save(office, "Veröffentlichen")
    expect(office.get_by_role("main")).to_contain_text("offen")
    follow(office.get_by_role("link", name="Jury"))
    for name in ("Jury", "AG Klima"):
        option = office.locator("#f-account_id option").filter(has_text=name).first
        office.locator("#f-account_id").select_option(label=option.inner_text())
        save(office, "Aufnehmen")
    looked_at(office, "jury")

    visitor.goto("/pilotprojekte")
    follow(visitor.get_by_role("link", name="Aufrufe und Wettbewerbe"))
    looked_at(visitor, "public")
    follow(visitor.get_by_role("link", name=TITLE))
    expect(visitor.get_by_role("main")).to_contain_text("zählt 75 %")
    looked_at(visitor, "public-call")

    # The first visit: it saves by itself, and what was saved is there at the second.
    editor.goto(here)
    save(editor, "Bewerbung beginnen")
    fill(editor, {"Titel des Vorhabens": "Zwölf Bäume", "Kurzbeschreibung": "Sie ziehen um."})
    state = editor.locator("[data-autosave-state]")
    expect(state).to_have_text(re.compile(r"^Gespeichert um \d\d:\d\d:\d\d Uhr\.$"))
    expect(editor.locator("[data-autosave-missing]")).to_contain_text("Noch")
    looked_at(editor, "apply")
    # Meanwhile the manager writes too; the editor's next save is told, and nothing is lost.
    manager.goto(f"{here}/bewerbung")
    fill(manager, {"Ausgangslage": "Von der Leitung."})
    save(manager)
    fill(editor, {"Titel des Vorhabens": "Vierzehn Bäume"})
    both = editor.get_by_role("button", name="Beide Fassungen ansehen")
    with editor.expect_navigation():
        both.click()
    expect(editor.get_by_role("main")).to_contain_text("Von der Leitung.")
    looked_at(editor, "conflict")
    assert {line.split()[0] for line in watch.violations} == {"409"}
    watch.violations.clear()
    editor.get_by_role("group", name="Titel des Vorhabens").get_by_role("radio").first.check()
    save(editor, "Auswahl speichern")

    editor.goto(f"{here}/bewerbung/pruefen")
    looked_at(editor, "check")
    follow(editor.get_by_role("link", name="Bitte ausfüllen: Umsetzung und Zeitplan."))
    fill(editor, {"Umsetzung und Zeitplan": "Im Mai.", "Betrieb": "Der Bauhof.", "Geschätzte Kosten": "9.000"})
    fill(editor, {"Wer gießt?": "Paten.", "Ansprechperson": "Kontakt", "E-Mail": "kontakt@beispiel.example"})
    click_map(editor)
    save(editor, "Speichern und prüfen")
    expect(editor.get_by_role("main")).to_contain_text("Alle nötigen Angaben sind da.")
    manager.goto(f"{here}/bewerbung/pruefen")
    looked_at(manager, "hand-in")
    save(manager, "Einreichen")
    expect(manager.get_by_role("main")).to_contain_text("eingereicht")
    looked_at(manager, "town")

    as_owner(server, PASSES, title=TITLE)
    manager.goto(f"{here}/bewerbung")
    expect(manager.get_by_role("button", name="Zurückziehen")).to_have_count(0)
    looked_at(manager, "own")

    for page, points in ((jury, ("8", "4")), (too, ("6", "4"))):
        page.goto(here)
        expect(page.get_by_role("link", name="Rangliste")).to_have_count(0)
        looked_at(page, "reviewer")
        follow(page.get_by_role("link", name="Gotha"))
        looked_at(page, "application")
        follow(page.get_by_role("link", name="Bewerten"))
        for number, given in enumerate(points):
            page.get_by_label("Punkte").nth(number).fill(given)
            page.get_by_label("Begründung").nth(number).fill(f"Grund {number}")
        looked_at(page, "review")
        save(page, "Bewertung abgeben")
        expect(page.get_by_role("link", name="Rangliste")).to_be_visible()

    # In the sample's contest one of them is not impartial.
    jury.goto("/intern/aufrufe")
    follow(jury.get_by_role("link", name=re.compile("Beispielwettbewerb")))
    follow(jury.get_by_role("link", name="Gotha"))
    follow(jury.get_by_role("link", name="Ich bin befangen"))
    fill(jury, {"Grund": "Verwandt"})
    jury.get_by_role("checkbox").check()
    looked_at(jury, "biased")
    save(jury, "Erklären")
    expect(jury.get_by_role("main")).to_contain_text("für Sie geschlossen: Verwandt")
    expect(jury.get_by_role("link", name="Gotha")).to_have_count(0)

    office.goto(f"{here}/rangliste")
    office.get_by_text("Kriterien und Begründungen").first.click()
    expect(office.get_by_role("main")).to_contain_text("62,5 von 100")
    looked_at(office, "ranking")
    follow(office.get_by_role("link", name="Über Gotha entscheiden"))
    office.get_by_role("radio", name="ausgewählt", exact=True).check()
    fill(office, {"Begründung": "Am besten zu übertragen."})
    looked_at(office, "decide")
    save(office, "Entscheidung speichern")
    save(office, "Entscheidung bekannt geben")
    manager.goto(here)
    expect(manager.get_by_role("main")).to_contain_text("Am besten zu übertragen.")
    follow(office.get_by_role("link", name="Briefe"))
    looked_at(office, "letters")
    with office.expect_download() as letter:
        office.get_by_role("link", name="Alle Briefe als PDF").click()
    assert letter.value.path().read_bytes().startswith(b"%PDF-")
    follow(office.get_by_role("link", name="Text bearbeiten").first)
    looked_at(office, "letter")
    office.goto(f"{here}/rangliste")
    save(office, "Pilotstandort anlegen")
    expect(office.get_by_role("link", name="Zum Pilotstandort von Gotha")).to_be_visible()
    looked_at(office, "taken-on")
    visitor.goto("/pilotprojekte/liste")
    expect(visitor.get_by_role("main")).to_contain_text("ausgewählt")
    save(office, "Standort zurücknehmen")
    expect(office.get_by_role("button", name="Pilotstandort anlegen")).to_be_visible()
