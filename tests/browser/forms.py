"""How a person fills in a form: by the words at its fields."""

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, Page, expect


def field(page: Page | Locator, label: str) -> Locator:
    """The field whose label begins with these words; of a page, what stands beside its content is not meant."""
    if isinstance(page, Page):
        page = page.locator("main, dialog")
    return page.get_by_label(re.compile(rf"^{re.escape(label)}(?!\w)")).locator("visible=true").first


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into fields, choose from lists."""
    for label, value in values.items():
        one = field(page, label)
        if one.evaluate("one => one.tagName") == "SELECT":
            one.select_option(label=value)
        else:
            one.fill(value)


def save(page: Page, word: str = "Speichern") -> None:
    """Send the form of the page and wait for the answer."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=word, exact=True).first.click()


def save_new(page: Page) -> None:
    """Send the form of a new unit; others may have marked one at this spot, and then the page asks once more."""
    save(page)
    anyway = page.get_by_role("button", name="Trotzdem anlegen")
    if anyway.is_visible():
        follow(anyway)


def follow(link: Locator) -> None:
    """Click a link and wait for the page that it leads to."""
    with link.page.expect_navigation():
        link.click()


def click_map(page: Page, x: float = 0.4, y: float = 0.35) -> None:
    """Click on the editor's map; the fields of the point take it over."""
    editor = page.locator("[data-editor]")
    expect(editor).to_have_class(re.compile("leaflet-container"))
    editor.scroll_into_view_if_needed()
    box = editor.bounding_box()
    editor.click(position={"x": box["width"] * x, "y": box["height"] * y})
    expect(field(page, "Breite")).not_to_have_value("")


def photo() -> dict[str, object]:
    """A picture to upload."""
    file = BytesIO()
    Image.new("RGB", (640, 480), "#a33a1d").save(file, "JPEG")
    return {"name": "laden.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def summary_is_shown(page: Page, *words: str) -> None:
    """The error summary has the focus, names each of them, and its links lead to fields."""
    box = page.locator("#fehler[role=alert]")
    expect(box).to_be_focused()
    for word in words:
        expect(box).to_contain_text(word)
    links = box.get_by_role("link").all()
    for link in links:
        assert page.locator(link.get_attribute("href")).count() == 1, link.get_attribute("href")
    for link in links[:1]:
        link.click()
        expect(page.locator(link.get_attribute("href"))).to_be_focused()


def tab_to(page: Page, target: Locator, most: int = 80) -> None:
    """By the Tab key alone."""
    for _ in range(most):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached in {most} steps: {target}")
