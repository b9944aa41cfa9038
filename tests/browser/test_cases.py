"""The manager's way with a vacancy: a case in one step, what comes next, held up and resumed, to the shop that is let."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import click_map, fill, follow, save, save_new, summary_is_shown, tab_to

pytestmark = pytest.mark.browser

MANAGER = "leitung.gotha"


def test_from_a_vacancy_to_a_shop_that_is_let(visit):
    page = visit(MANAGER)
    page.goto("/intern/leerstand/neu")
    click_map(page, 0.3, 0.6)
    fill(page, {"Straße": "Fallgasse", "Hausnummer": "1", "Seit": "03.2026"})
    save_new(page)
    unit = re.sub(r"\?.*", "", page.url)
    main = page.get_by_role("main")
    save(page, "Fall eröffnen")
    case = re.sub(r"\?.*", "", page.url)
    expect(main).to_contain_text("Es ist kein nächster Schritt festgelegt.")

    later = clock.today() + timedelta(days=3)
    fill(page, {"Was geschehen ist": "Schaufenster gesehen", "Nächster Schritt": "Eigentümer anrufen"})
    save(page, "Festhalten")
    summary_is_shown(page, "Bitte angeben, bis wann.")
    checks.assert_good(page, 1280, 390, 320)
    fill(page, {"Bis": later.isoformat()})
    save(page, "Festhalten")
    expect(main.get_by_role("region", name="Als Nächstes")).to_contain_text("Eigentümer anrufen")
    expect(main).to_contain_text("Schaufenster gesehen")

    page.goto("/intern/faelle/tafel?suche=Fallgasse")
    card = main.get_by_role("listitem").filter(has=page.locator(f'a[href="{re.sub("https?://[^/]+", "", case)}"]'))
    tab_to(page, card.locator("summary"), 120)
    page.keyboard.press("Enter")
    approached = card.get_by_role("button", name=re.compile("angesprochen$"))
    expect(approached).to_be_visible()
    checks.assert_good(page, 1280, 390)
    tab_to(page, approached, 120)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(main.get_by_role("region", name=re.compile("^angesprochen"))).to_contain_text("Fallgasse 1")
    expect(main.get_by_role("button", name="Rückgängig machen")).to_be_visible()

    page.goto(case)
    kinds = page.get_by_role("group", name="Woran es liegt")
    expect(kinds).to_be_hidden()
    fill(page, {"Stand": "blockiert", "Was geschehen ist": "Die Bank prüft noch"})
    expect(kinds).to_be_visible()
    page.get_by_label("Dritte").check()
    save(page, "Festhalten")
    expect(main).to_contain_text("blockiert: Dritte")
    fill(page, {"Stand": "weiter wie zuvor: angesprochen"})
    save(page, "Festhalten")
    expect(main).to_contain_text("Fall fortgesetzt")

    follow(main.get_by_role("link", name="Abschließen"))
    save(page, "Fall abschließen")
    summary_is_shown(page, "Bitte ausfüllen.")
    page.get_by_label("wieder vermietet").check()
    fill(page, {"Neue Nutzung": "genutzt", "Nutzer": "Buchladen"})
    checks.assert_good(page, 1280, 390)
    save(page, "Fall abschließen")
    expect(main).to_contain_text("abgeschlossen: wieder vermietet")
    expect(main).to_contain_text("Buchladen")
    page.goto(unit)
    expect(main.locator(".page-head__badges")).to_contain_text("genutzt")
