"""The alliance's ways: planner, curator and office; each ends on the public page of a visitor."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import click_map, field, fill, follow, save, summary_is_shown

pytestmark = pytest.mark.browser


def add_stop(page: Page, name: str, at: float) -> None:
    page.goto("/intern/baeume")
    follow(page.get_by_role("link", name="Standplatz anlegen"))
    click_map(page, at)
    fill(page, {"Name": name, "Plätze": "2", "Straße": name})
    checks.assert_good(page, 1280, 390)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def enter_stay(page: Page, plan: str, first: str, last: str, trees: int) -> list[str]:
    """Fill in a stay of the first free trees, without saving; returns their names."""
    follow(page.get_by_role("link", name="Standzeit eintragen"))
    field(page, "Umzugsplan").select_option(label=plan)
    fill(page, {"Erster Tag": first, "Letzter Tag": last})
    save(page, "Zeigen, wer frei ist")
    boxes = page.get_by_role("group", name=re.compile("^Bäume")).get_by_role("checkbox")
    for number in range(trees):
        boxes.nth(number).check()
    return [
        re.search(r"Baum (\S+ \d+)", boxes.nth(number).locator("xpath=..").inner_text())[1] for number in range(trees)
    ]


def test_a_planner_puts_two_trees_on_a_new_stop(visit):
    """Registered by a click on the map, in the draft of a plan; a collision names the tree; once the plan is published the
    public map shows the stop on that day, and no more when it is withdrawn.
    """
    page, visitor = visit("planung", "Gotha"), visit()
    year = clock.today().year + 3
    page.goto("/intern/baeume")
    follow(page.get_by_role("link", name=re.compile("^Beispielallee Gotha$")))
    follow(page.get_by_role("link", name="Umzugsplan entwerfen"))
    fill(page, {"Name": "Prüfplan", "Erster Tag": f"{year}-04-01", "Letzter Tag": f"{year}-10-31"})
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfplan")
    plan = "Beispielallee Gotha: Prüfplan (Entwurf)"

    add_stop(page, "Prüfplatz", 0.4)
    checks.settle(page)
    checks.assert_good(page, 1280, 390)
    trees = enter_stay(page, plan, f"{year}-05-01", f"{year}-05-14", 2)
    checks.assert_good(page, 1280, 390)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfplatz")
    for name in trees:
        expect(page.get_by_role("main")).to_contain_text(name)
    stop = re.sub(r"\?.*", "", page.url)

    add_stop(page, "Zweiter Prüfplatz", 0.6)
    enter_stay(page, plan, f"{year}-05-20", f"{year}-05-25", 2)
    fill(page, {"Erster Tag": f"{year}-05-10"})
    save(page)
    summary_is_shown(page, trees[0], "Prüfplatz")
    checks.assert_good(page, 1280, 390)

    day = f"/baeume?am={year}-05-05"
    visitor.goto(day)
    checks.settle(visitor)
    entry = visitor.get_by_role("article").filter(has=visitor.get_by_role("heading", name="Prüfplatz", exact=True))
    expect(entry.get_by_text("2 Bäume stehen hier")).to_have_count(0)
    page.goto(stop)
    follow(page.get_by_role("main").get_by_role("link", name="Prüfplan").first)
    follow(page.get_by_role("link", name="Veröffentlichen"))
    checks.assert_good(page, 1280, 390)
    save(page, "Veröffentlichen")
    visitor.goto(day)
    checks.settle(visitor)
    expect(entry).to_contain_text("2 Bäume stehen hier")
    entry.get_by_role("button", name="Zeigen").click()
    expect(visitor.get_by_role("dialog")).to_contain_text("Prüfplatz")

    follow(page.get_by_role("link", name="Zurückziehen"))
    checks.assert_good(page, 1280, 390)
    save(page, "Zurückziehen")
    visitor.goto(day)
    expect(entry.get_by_text("2 Bäume stehen hier")).to_have_count(0)
    page.goto(f"{stop}/verlauf")
    expect(page.locator(".history__entry").first).to_be_visible()
    checks.assert_good(page, 1280, 390)


def test_a_curator_turns_a_view(visit):
    """By arrow keys at the dial and by numbers; the public list says it in words."""
    page, visitor = visit("kuration", "Gotha"), visit()
    page.goto("/intern/blicke")
    follow(page.get_by_role("article").first.get_by_role("link"))
    name = page.get_by_role("heading", level=1).inner_text()
    late: list[Route] = []
    page.route(
        "**/chunk-intern-*.js", lambda script: late.append(script)
    )  # typed before the scripts are there, it counts all the same
    follow(page.get_by_role("link", name="Bearbeiten", exact=True))
    fill(page, {"von (Grad)": "80", "bis (Grad)": "100"})
    late.pop().continue_()
    page.unroute("**/chunk-intern-*.js")
    expect(field(page, "Richtung")).to_have_value(re.compile("^80-100"))
    numbers = page.locator("[data-direction-editor]")
    arrow = numbers.get_by_role("slider")
    field(page, "Richtung").focus()
    page.keyboard.press("Shift+Tab")
    expect(arrow).to_be_focused()
    for key in ("ArrowRight", "Shift+ArrowRight", "PageUp"):
        page.keyboard.press(key)
    expect(arrow).to_have_attribute("aria-valuenow", "116")
    expect(field(page, "Richtung")).to_have_value(re.compile("^106-126"))
    expect(page.locator("[data-direction-state]")).to_contain_text("116")
    checks.assert_good(page, 1280, 390)
    field(page, "Richtung").fill("irgendwohin")
    save(page)
    summary_is_shown(page, "ist keine Blickrichtung")
    checks.assert_good(page, 1280, 390)
    fill(page, {"Richtung": "106-126"})
    save(page)
    expect(page.get_by_role("main")).to_contain_text("106° bis 126°")
    visitor.goto("/blicke/liste")
    row = visitor.get_by_role("row").filter(has=visitor.get_by_role("link", name=name))
    expect(row).to_contain_text("106° bis 126°")
    expect(row).to_contain_text("Ostsüdosten")


def test_the_office_adds_a_phase(visit):
    """With a date as exactly as it is known; the public timeline and its table show it."""
    page, visitor = visit("geschaeftsstelle"), visit()
    page.goto("/intern/pilotprojekte")
    follow(page.get_by_role("region", name="Pilotstandorte", exact=True).get_by_role("link", name="Rudolstadt"))
    follow(page.get_by_role("link", name="Bearbeiten", exact=True))
    fill(page, {"Anmerkung": "Vorgesehen im Prüfjahr."})
    checks.assert_good(page, 1280, 390)
    save(page)
    expect(page.get_by_role("main")).to_contain_text("Vorgesehen im Prüfjahr.")
    follow(page.get_by_role("link", name="Phase anlegen"))
    save(page, "Phase speichern")
    summary_is_shown(page, "Phase", "Beginn")
    checks.assert_good(page, 1280, 390)
    field(page, "Phase").select_option(label="abgeschlossen")
    fill(page, {"Beginn": "zweites Halbjahr 2027", "Quelle": "Prüfbericht"})
    save(page, "Phase speichern")
    expect(page.get_by_role("main")).to_contain_text("ab dem zweiten Halbjahr 2027")
    checks.assert_good(page, 1280, 390)

    visitor.goto("/pilotprojekte?am=2028-01-15")
    visitor.get_by_text("Dasselbe in Worten").click()
    row = visitor.locator(".gantt__words").get_by_role("row", name=re.compile("Rudolstadt.*abgeschlossen"))
    expect(row).to_contain_text("zweite")
    expect(visitor.locator(".gantt__table")).to_contain_text("Rudolstadt")
    checks.assert_good(visitor, 1280, 390)
