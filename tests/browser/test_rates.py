"""A town's public vacancy rate: switched on by its manager, read by anybody in both languages, switched off again."""

import pytest
from playwright.sync_api import expect

from tests.browser import checks

pytestmark = pytest.mark.browser


def switch(page, word):
    page.goto("/intern/leerstand/einstellungen")
    with page.expect_navigation():
        page.get_by_role("button", name=word).click()


def test_the_rate_is_public_while_the_town_wants_it(visit):
    manager, visitor = visit("leitung.gotha"), visit()
    visitor.goto("/leerstand/quoten")
    expect(visitor.get_by_text("Noch keine Stadt veröffentlicht ihre Leerstandsquote")).to_be_visible()
    checks.assert_good(visitor, 1280, 390, 320)
    switch(manager, "Quote veröffentlichen")
    checks.assert_good(manager, 1280, 390)
    for address, town in (("/leerstand/quoten", "Stadt"), ("/en/leerstand/quoten", "Town")):
        visitor.goto(address)
        expect(visitor.get_by_role("columnheader", name=town)).to_be_visible()
        expect(visitor.get_by_role("rowheader", name="Gotha")).to_be_visible()
        checks.assert_good(visitor, 1280, 390, 320)
        checks.tab_walk(visitor)
    visitor.get_by_label("Reference day").select_option(index=3)
    with visitor.expect_navigation():
        visitor.get_by_role("button", name="Show").click()
    assert "am=" in visitor.url
    switch(manager, "Nicht mehr veröffentlichen")
    visitor.goto("/leerstand/quoten")
    expect(visitor.get_by_text("Noch keine Stadt veröffentlicht ihre Leerstandsquote")).to_be_visible()


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_phones_list_is_short_and_its_buttons_are_large(visit):
    page = visit("leitung.gotha")
    page.goto("/intern/leerstand?suche=Neumarkt")
    checks.settle(page)
    rows = page.locator(".table--units tbody tr")
    assert all(row.bounding_box()["height"] < 230 for row in rows.all()[:10])
    for button in (rows.first.get_by_role("button", name="Zeigen"), rows.first.get_by_role("button", name="Heute")):
        assert button.bounding_box()["height"] >= 44


def test_a_forms_mistakes_are_not_covered_by_its_bar(visit):
    page = visit("leitung.gotha")
    page.goto("/intern/leerstand/sammeln?suche=Neumarkt")
    checks.settle(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Vorschau").click()
    expect(page.locator("#fehler")).to_be_focused()
    summary, bar = page.locator("#fehler").bounding_box(), page.locator(".form__actions").bounding_box()
    assert summary["y"] >= 0 and summary["y"] + summary["height"] <= bar["y"]
