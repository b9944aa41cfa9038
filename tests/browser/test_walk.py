"""The survey walk on a phone: in taps, without a network, with somebody else at the desk, and after the session ended."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import checks
from tests.browser.conftest import PATIENCE_MS
from tests.browser.forms import photo
from tests.browser.line import Line

pytestmark = pytest.mark.browser
EDITOR, MANAGER = "sachbearbeitung.gotha", "leitung.gotha"
SENT = re.compile(r"nichts wartet")


@pytest.fixture
def line(server) -> Iterator[Line]:
    made = Line(server.url)
    yield made
    made.close()


@pytest.fixture
def phone(browser: Browser, line: Line, known) -> Iterator[BrowserContext]:
    """A phone whose way to the server can be cut, with the editor signed in."""
    options = {**checks.PLACE, "base_url": line.url, "viewport": {"width": 390, "height": 780}, "has_touch": True}
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(checks.AXE)
    errors: list[str] = []
    context.on("weberror", lambda event: errors.append(f"{event.error} {event.error.stack}"))
    context.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page = context.new_page()
    known.fill_in(page, EDITOR)
    page.close()
    yield context
    context.close()
    assert errors == []


def a_round(page: Page, name: str) -> str:
    """Sets up a round over the whole town; the address of its page."""
    page.goto("/intern/begehung/neu")
    page.get_by_label("Name").fill(name)
    page.get_by_label("alle Nutzungseinheiten").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Anlegen und Weg vorschlagen").click()
    return page.url


def walk(context: BrowserContext, name: str, *, prepared: bool = False) -> tuple[Page, str]:
    page = context.new_page()
    address = a_round(page, name)
    page.goto(f"{address}/gehen")
    expect(page.locator("[data-title]")).to_be_visible()
    if prepared:
        page.locator("[data-sent]").tap()
        page.locator("[data-prepare]").tap()
        expect(page.locator("[data-kept]")).to_contain_text("Mitgenommen:")
        page.keyboard.press("Escape")
        expect(page.locator("[data-sheet]")).to_be_hidden()
    return page, address


def title(page: Page) -> str:
    return page.locator("[data-title]").inner_text()


def tap(page: Page, name: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-bar]")).not_to_have_attribute("aria-busy", "true")  # another unit has just come
    page.get_by_role("button", name=name, exact=True).tap()


def unchanged(page: Page) -> str:
    """One tap, and the next unit is there: by its number, since two may have one address."""
    at, number = title(page), page.locator(".walk-unit__no").text_content()
    tap(page, "Unverändert")
    expect(page.locator(".walk-unit__no")).not_to_have_text(number)
    return at


def bar_bottom(page: Page) -> int:
    return page.evaluate("Math.round(document.querySelector('[data-bar]').getBoundingClientRect().bottom)")


def entries(page: Page, address: str) -> list[str]:
    """What the register has of the round, one line an entry, the newest first."""
    page.goto(address)
    table = page.get_by_role("table", name="Wer wann was gesehen hat")
    return [row.inner_text() for row in table.locator("tbody tr").all()]


def good(page: Page, *widths: int) -> None:
    """Axe and no sideways scroll."""
    problems = []
    for wide in widths or (390, 320):
        page.set_viewport_size({"width": wide, "height": 780 if wide > 320 else 640})
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")  # the bar covers nothing there
        problems += checks.overflow_problems(page) + checks.axe_problems(page)
    page.set_viewport_size({"width": 390, "height": 780})
    assert problems == []


def test_twenty_units_without_a_network(phone, line, visit):
    """Prepared, cut off, recorded, closed, opened again, connected: nothing is lost and nothing is there twice."""
    page, address = walk(phone, "Ohne Netz", prepared=True)
    good(page)
    line.cut()
    phone.set_offline(True)
    first = unchanged(page)
    for _ in range(13):
        unchanged(page)
    seen = 14
    while page.get_by_role("button", name="Jetzt leer").count() == 0:
        unchanged(page)
        seen += 1
    emptied = title(page)
    tap(page, "Jetzt leer")
    expect(page.locator("[data-said]")).to_have_text(f"{emptied}: jetzt leer")
    tap(page, re.compile("^(Wieder|Anders) genutzt$"))
    page.get_by_label("Nutzer (Name am Geschäft)").fill("Beispielbäckerei Test")
    good(page)
    tap(page, "Angaben eintragen")
    tap(page, "Nicht da: nicht auffindbar oder entfallen")
    tap(page, "Nicht auffindbar")
    seen += 3
    # A new unit: so many inputs from the walk to the walk.
    inputs = 0
    tap(page, "Neu")
    inputs += 1
    good(page)
    page.get_by_label("Hausnummer").fill("777 x")
    inputs += 1
    page.locator("[data-sheet]").get_by_text("genutzt", exact=True).tap()
    inputs += 1
    tap(page, "Eintragen")
    inputs += 1
    assert inputs <= 8
    seen += 1
    expect(page.locator("[data-title]")).to_contain_text("777 x")
    page.locator("#walk-foto").set_input_files([photo()])
    expect(page.locator("[data-said]")).to_contain_text("Foto")
    tap(page, "Notiz")
    page.locator("#walk-notiz").fill("Schaufenster verklebt")
    tap(page, "Notiz eintragen")
    tap(page, "Weiter")
    while seen < 21:
        unchanged(page)
        seen += 1
    expect(page.locator("[data-sent]")).to_contain_text("warten: kein Netz")
    page.locator("[data-sent]").tap()
    good(page)
    waiting = int(re.search(r"(\d+) Einträge warten", page.locator("[data-sheet]").inner_text())[1])
    assert waiting == seen + 3  # with the occupant, the photo and the note
    page.close()

    # At the desk somebody changes a unit that waits on the phone.
    desk = visit(MANAGER)
    desk.goto(address.removeprefix(line.url))  # straight to the server, not by the line that is cut
    desk.get_by_role("table", name="Nutzungseinheiten in der Reihenfolge").get_by_role("link", name=first).first.click()
    desk.get_by_role("link", name="Bearbeiten").first.click()
    desk.get_by_label("Bezeichnung").fill("Vom Schreibtisch")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Speichern").click()

    page = phone.new_page()
    page.goto(f"{address}/gehen")
    expect(page.locator("[data-sent]")).to_contain_text(f"{waiting} warten: kein Netz")
    line.mend()
    phone.set_offline(False)
    expect(page.locator("[data-sent]")).to_contain_text(f"1 zu entscheiden · {waiting - 1} gesendet")
    page.locator("[data-sent]").tap()
    sheet = page.locator("[data-sheet]")
    expect(sheet).to_contain_text("Jemand anderes hat diese Nutzungseinheit")
    expect(sheet.get_by_role("table")).to_contain_text("Im Register")
    good(page)
    tap(page, "Register lassen")
    expect(page.locator("[data-sent]")).to_contain_text(SENT)
    found = entries(page, address)
    assert len(found) == waiting
    for kind, count in {
        "jetzt leer": 1,
        "wieder genutzt": 1,
        "Nutzer ergänzt": 1,
        "nicht auffindbar": 1,
        "neu aufgenommen": 1,
        "Foto": 1,
        "Notiz": 1,
    }.items():
        assert sum(kind in row for row in found) == count, kind
    page.get_by_role("link", name=re.compile("777 x")).first.click()
    main = page.get_by_role("main")
    for words in ("777 x", "Schaufenster verklebt", "Begehung"):
        expect(main).to_contain_text(words)
    expect(main.get_by_role("img", name=re.compile("777 x"))).to_have_count(1)


def test_an_answer_that_is_lost_or_late_gives_no_double_entry(phone, line):
    page, address = walk(phone, "Verlorene Antwort")
    line.cut("lost")
    done = [unchanged(page)]
    expect(page.locator("[data-sent]")).to_contain_text("1 wartet: kein Netz")
    assert line.lost >= 1
    line.mend()
    page.reload()
    expect(page.locator("[data-sent]")).to_contain_text("1 gesendet · nichts wartet")
    line.cut("late")
    done += [unchanged(page), unchanged(page)]
    expect(page.locator("[data-sent]")).to_contain_text("2 werden gesendet")
    line.mend()
    expect(page.locator("[data-sent]")).to_contain_text("3 gesendet · nichts wartet")
    found = entries(page, address)
    assert len(found) == 3 and all(one in row for one, row in zip(reversed(done), found, strict=True)), (done, found)


def test_a_second_tap_enters_nothing_for_the_next_unit(phone):
    """Two in one moment, and one more as soon as another unit stands there: each was meant for the first."""
    page, address = walk(phone, "Doppelt getippt")
    first, number = title(page), page.locator(".walk-unit__no").text_content()
    page.evaluate(
        """async (number) => {
          const enter = () => [...document.querySelectorAll("[data-bar] button")].find((one) => one.textContent === "Unverändert").click();
          const shown = () => document.querySelector(".walk-unit__no").textContent;
          enter();
          enter();
          await new Promise((done) => new MutationObserver(() => shown() !== number && done()).observe(document.querySelector("[data-view]"), { childList: true }));
          enter();
        }""",
        number,
    )
    second = unchanged(page)
    expect(page.locator("[data-sent]")).to_contain_text("2 gesendet · nichts wartet")
    found = entries(page, address)
    assert len(found) == 2 and second in found[0] and first in found[1]


def test_the_last_entry_is_taken_back(phone, line):
    page, address = walk(phone, "Zurück")
    first = unchanged(page)
    expect(page.locator("[data-sent]")).to_contain_text("1 gesendet · nichts wartet")
    tap(page, "Rückgängig")
    expect(page.locator("[data-title]")).to_have_text(first)
    expect(page.locator("[data-sent]")).to_contain_text("2 gesendet · nichts wartet")
    expect(page.locator("[data-progress]")).to_contain_text("0 von")
    line.cut()
    second = unchanged(page)
    tap(page, "Rückgängig")
    expect(page.locator("[data-title]")).to_have_text(second)
    line.mend()
    expect(page.locator("[data-sent]")).to_contain_text(SENT)
    found = entries(page, address)
    assert len(found) >= 2 and sum("zurückgenommen" in row for row in found) == len(found)


def test_a_session_that_ended_keeps_the_entries_and_another_person_does_not_send_them(phone, known):
    page, address = walk(phone, "Abgelaufen", prepared=True)
    phone.clear_cookies()
    unchanged(page)
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("Bitte anmelden")
    expect(page.locator("[data-sent]")).to_contain_text("1 wartet: bitte anmelden")
    good(page)
    other = phone.new_page()
    known.fill_in(other, MANAGER)
    other.close()
    page.reload()
    expect(banner).to_contain_text("einer anderen Person")
    expect(page.locator("[data-sent]")).to_contain_text("1 wartet")
    page.locator("[data-sent]").tap()
    sheet = page.locator("[data-sheet]")
    expect(sheet).to_contain_text("Ohne Ihr Zutun werden sie nicht unter Ihrem Namen gesendet")
    good(page)
    sheet.get_by_role("button", name=re.compile("^Im Namen von")).tap()
    expect(page.locator("[data-sent]")).to_contain_text("1 gesendet · nichts wartet")
    found = entries(page, address)
    assert len(found) == 1 and "aufgenommen von" in found[0]


def test_signing_out_clears_the_device_and_no_other_page_is_kept(phone):
    page, address = walk(phone, "Aufräumen", prepared=True)
    unchanged(page)
    expect(page.locator("[data-sent]")).to_contain_text("1 gesendet · nichts wartet")
    page.goto("/intern/leerstand")
    page.goto(address)
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys())))).flat()"
        ".map((one) => new URL(one.url).pathname)"
    )
    allowed = re.compile(
        r"^(/static/dist/.*|/api/v1/grundkarte/.*|/intern/fotos/\d+-480\.jpg|/intern/begehung/\d+/gehen)$"
    )
    assert len(kept) > 15 and [path for path in kept if not allowed.match(path)] == []
    with page.expect_navigation(url=re.compile("anmelden")):
        page.get_by_role("button", name="Abmelden").click()
    left = page.evaluate(
        """async () => {
          const open = indexedDB.open("begehung");
          const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
          const count = (name) => new Promise((done) => {
            const asked = db.transaction(name).objectStore(name).count();
            asked.onsuccess = () => done(asked.result);
          });
          return {
            caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length,
            rounds: await count("rounds"), units: await count("units"), entries: await count("entries"),
          };
        }"""
    )
    assert left == {"caches": 0, "workers": 0, "rounds": 0, "units": 0, "entries": 0}


def test_the_walk_by_the_keyboard_and_its_views(phone):
    page, _ = walk(phone, "Tastatur")
    good(page)
    assert bar_bottom(page) == 780
    names = checks.tab_walk(page)
    assert [name for name in ("Einheit", "Unverändert", "Neu", "Foto", "Notiz", "Weiter") if name not in names] == []
    for tab in ("Liste", "Karte", "Einheit"):
        tap(page, tab)
        expect(page.get_by_role("button", name=tab, exact=True)).to_have_attribute("aria-pressed", "true")
        good(page)
    tap(page, "Liste")
    page.locator(".walk-row").nth(4).tap()
    expect(page.locator(".walk-unit__no")).to_contain_text("Nr. 5 von")
    page.get_by_role("button", name="Neu", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Hausnummer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Neu", exact=True)).to_be_focused()
    # However little the unit says, and however much: no button moves from under the thumb.
    for height in ("0", "1500px"):
        page.locator("[data-view]").evaluate(
            "(view, height) => { view.style.cssText = `display:block;height:${height};overflow:hidden` }", height
        )
        assert bar_bottom(page) == 780


def test_a_round_at_the_desk_is_ordered_closed_and_frozen(visit):
    page = visit(EDITOR)
    a_round(page, "Am Schreibtisch")
    checks.assert_good(page, 1280, 390)
    rows = page.get_by_role("table", name="Nutzungseinheiten in der Reihenfolge").locator("tbody tr")
    second = rows.nth(1).get_by_role("link").inner_text()
    with page.expect_navigation():
        rows.nth(1).get_by_role("button", name=re.compile("hoch$")).click()
    expect(rows.nth(0).get_by_role("link")).to_have_text(second)
    page.get_by_role("link", name="Schließen").click()
    expect(page.get_by_role("main")).to_contain_text("noch nicht gesehen")
    checks.assert_good(page, 1280, 390)
    with page.expect_navigation():
        page.get_by_role("button", name="Schließen und festschreiben").click()
    expect(page.get_by_role("main")).to_contain_text("Der Stand ist unverändert")
    checks.assert_good(page, 1280, 390)
    page.goto("/intern/begehung")
    checks.assert_good(page, 1280, 390)
