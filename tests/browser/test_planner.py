"""The planner's journey: a plan drawn by keys and by dragging, taken back, shared by two people, computed, compared."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from geo.core import clock
from tests.browser import checks
from tests.browser.forms import follow

pytestmark = pytest.mark.browser

# A season far enough away for every permit, which begins on a Monday.
YEAR = clock.today().year + 2
FIRST = date(YEAR, 5, 1) + timedelta(days=7 - date(YEAR, 5, 1).weekday())


def _send(page, name):
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _visit(page, stop):
    return page.get_by_role("link", name=re.compile(f"^{stop}, .* 8 S"))


def _stands(page, stop, week):
    day = FIRST + timedelta(weeks=week)
    expect(_visit(page, stop)).to_have_attribute("data-first", day.isoformat())


def _ready(page):
    """The board hears keys and pointers from now on."""
    page.locator("[data-board][data-ready]").wait_for()


def _say(page):
    return page.locator("[data-board-say]")


def _new_plan(page, name="Probe mit Tasten"):
    """A draft of the Gotha fleet with one visit, in the third week at the Brühl."""
    page.goto("/intern/baeume")
    follow(page.get_by_role("link", name="Beispielallee Gotha", exact=True))
    follow(page.get_by_role("link", name="Umzugsplan entwerfen"))
    page.get_by_label("Name").fill(name)
    page.get_by_label(re.compile("^Erster Tag")).fill(FIRST.isoformat())
    page.get_by_label(re.compile("^Letzter Tag")).fill((FIRST + timedelta(weeks=20, days=-1)).isoformat())
    page.get_by_label("Umzugstag").select_option("Montag")
    _send(page, "Speichern")
    follow(page.get_by_role("link", name="Planungstafel"))
    follow(page.get_by_role("link", name="Einplanen: Brühl"))
    page.get_by_label("Module der Klasse S").fill("8")
    page.get_by_label("Module der Klasse L").fill("0")
    page.get_by_label(re.compile("^Erster Tag")).select_option((FIRST + timedelta(weeks=2)).isoformat())
    if name == "Probe mit Tasten":
        checks.assert_good(page, 1280, 390)
    _send(page, "In den Plan eintragen")
    _ready(page)
    _stands(page, "Brühl", 2)
    expect(_visit(page, "Brühl")).to_be_focused()


def _to_board(page, name):
    follow(page.get_by_role("navigation", name="Pläne dieser Allee").get_by_role("link", name=name).last)
    _ready(page)


def _drag(page, visit, weeks, row):
    _ready(page)
    visit.scroll_into_view_if_needed()
    box, week = visit.bounding_box(), page.locator("[data-week]").nth(1).bounding_box()["width"]
    target = page.get_by_role("row", name=re.compile(f"^{row}")).bounding_box()
    x, y = box["x"] + 8, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y, steps=3)
    page.mouse.move(x + weeks * week, target["y"] + target["height"] / 2, steps=5)


def test_keys_and_dragging_give_the_same_plan_which_is_taken_back_and_compared(visit):
    page = visit("planung", "Gotha")
    _new_plan(page)
    checks.assert_good(page, 1280, 390, 320)
    checks.tab_walk(page)
    follow(page.get_by_role("link", name="Kopieren"))
    page.get_by_label("Name").fill("Probe mit der Maus")
    _send(page, "Kopieren")
    _drag(page, _visit(page, "Brühl"), 3, "Hauptmarkt, unterer Teil")
    expect(_say(page)).to_contain_text("Hauptmarkt, unterer Teil, KW")
    expect(_say(page)).to_contain_text("Das geht")
    page.mouse.up()
    _stands(page, "Hauptmarkt, unterer Teil", 5)
    _to_board(page, "Probe mit Tasten")
    _visit(page, "Brühl").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(_say(page)).to_contain_text("Hauptmarkt, unterer Teil, KW")
    expect(_say(page)).to_contain_text("Das geht")
    checks.assert_good(page, 1280)
    page.keyboard.press("Enter")
    _stands(page, "Hauptmarkt, unterer Teil", 5)
    expect(_visit(page, "Hauptmarkt, unterer Teil")).to_be_focused()
    # A week that cannot be says why, and Escape leaves the visit where it was.
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(_say(page)).to_contain_text("Das geht nicht: ein Besuch dauert sonst 3 bis 8 Wochen")
    page.keyboard.press("Enter")
    expect(_say(page)).to_contain_text("bleibt, wo er war")
    page.keyboard.press("Escape")
    expect(_say(page)).to_contain_text("Abgebrochen")
    board = page.url
    follow(page.get_by_role("link", name="Vergleichen"))
    for box in page.get_by_role("group", name=re.compile("neben")).get_by_role("checkbox").all():
        box.set_checked(
            "Probe mit der Maus" in (box.locator("xpath=..").text_content() or "")
        )  # others may have drafts too
    follow(page.get_by_role("button", name="Nebeneinander zeigen"))
    expect(page.get_by_label("Probe mit der Maus")).to_be_checked()
    expect(page.get_by_role("main")).to_contain_text("Kein Besuch ist anders.")
    checks.assert_good(page, 1280, 390)
    page.goto(board)
    _ready(page)
    page.keyboard.press("Control+z")
    _stands(page, "Brühl", 2)
    page.get_by_role("button", name=re.compile("^Wiederholen")).click()
    _stands(page, "Hauptmarkt, unterer Teil", 5)
    slider = page.get_by_label("Tag der Saison")
    slider.fill(str((FIRST + timedelta(weeks=6) - date(1970, 1, 1)).days))
    expect(page.locator("[data-count]")).to_contain_text("8 Module an 1 Standplatz")
    follow(page.get_by_role("link", name="Veröffentlichen"))
    expect(page.get_by_role("main")).to_contain_text("wird öffentlich")
    checks.assert_good(page, 1280, 390)


def test_two_planners_and_the_computer(visit, watch):
    one, other = visit("planung", "Gotha"), visit("leitung.gotha")
    _new_plan(one, "Probe zu zweit")
    other.goto(one.url)
    _ready(other)
    _visit(one, "Brühl").focus()
    one.keyboard.press("ArrowRight")
    expect(_say(one)).to_contain_text("Das geht")
    one.keyboard.press("Enter")
    _stands(one, "Brühl", 3)
    _visit(other, "Brühl").focus()
    other.keyboard.press("ArrowLeft")
    expect(_say(other)).to_contain_text("Das geht")
    with other.expect_navigation():
        other.keyboard.press("Enter")
    expect(other.get_by_role("heading", level=1)).to_have_text("Zwei Fassungen")
    assert [line.split()[0] for line in watch.violations] == ["409"]
    watch.violations.clear()
    checks.assert_good(other, 390)
    one.reload()
    _stands(one, "Brühl", 3)
    follow(one.get_by_role("link", name="Berechnen lassen"))
    one.get_by_label("Rechenzeit").fill("2")
    one.get_by_label("Transport").press("ArrowRight")
    expect(one.locator("output[for=f-transport]")).to_have_text("110 %")
    checks.assert_good(one, 1280, 390)
    _send(one, "Berechnen")
    expect(one.get_by_role("heading", name="Was jede Regel bringt und kostet")).to_be_visible()
    checks.assert_good(one, 1280, 390)
    follow(one.get_by_role("link", name="Ergebnis übernehmen"))
    checks.assert_good(one, 390)
    _send(one, "Übernehmen")
    expect(one.get_by_role("button", name=re.compile("^Rückgängig ?: Ergebnis einer Berechnung"))).to_be_visible()
