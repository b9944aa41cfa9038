"""What is asked of every page in every state: axe finds nothing, it fits, and the keyboard gets through it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page

ROOT = Path(__file__).resolve().parents[2]
# Sent to a browser's context once, and made to run only where it is asked.
AXE = f"window.loadAxe = () => {{ {(ROOT / 'node_modules' / 'axe-core' / 'axe.min.js').read_text()} }}"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLACE: dict[str, Any] = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
MOST_STOPS = 400


def screen(width: int) -> dict[str, int]:
    """A desk's screen or a phone's."""
    return {"width": width, "height": 800 if width > 600 else 780}


def overheard(page: Page) -> tuple[list[str], list[str]]:
    """What the page asks for, and what the browser complains of, from now on: for files that need no server."""
    asked: list[str] = []
    trouble: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    return asked, trouble


def axe_problems(page: Page) -> list[str]:
    """What axe finds wrong on the page as it is now."""
    found = page.evaluate(
        """async (rules) => {
          if (!window.axe) loadAxe();
          const still = () => !document.querySelector(".leaflet-pan-anim, .leaflet-zoom-anim");
          for (let tries = 0; tries < 40 && !still(); tries++) await new Promise((done) => setTimeout(done, 50));
          const all = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
          return all.violations.map(({id, help, nodes}) => ({id, help, nodes: nodes.map(({target}) => ({target}))}));
        }""",
        RULES,
    )
    return [
        f"{page.url} at {page.viewport_size['width']}: {one['id']}: {one['help']} at "
        + ", ".join(str(node["target"]) for node in one["nodes"][:4])
        for one in found
    ]


# What axe has found nothing wrong with: kinds of elements of a page, and of the frame that all pages have.
_good: dict[str, set[str]] = {}

KINDS = """() => {
  const kind = (one) => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const names = one.getAttributeNames().filter((name) => !/^(data-|style$|id$|d$|points$|transform$|width$|height$)/.test(name));
    const values = ["class", "role", "type", "aria-expanded", "aria-hidden", "aria-pressed", "aria-invalid"].map((name) => one.getAttribute(name));
    const small = one.matches("a, button, input, select, summary, [tabindex]") && (box.width < 24 || box.height < 24);
    return [one.tagName, ...names, ...values, style.color, style.backgroundColor, small].join(" ");
  };
  const kinds = (all) => [...new Set([...all].filter((one) => one.checkVisibility()).map(kind))];
  return {main: kinds(document.querySelectorAll("main *")), frame: kinds(document.querySelectorAll("body *:not(main *)"))};
}"""


def axe_problems_of_new_kinds(page: Page, like: str | None = None) -> list[str]:
    """What axe finds wrong, asked only where something is to be seen that it has not looked at on such a page.

    The other width of a page mostly shows less of the same, and axe takes a quarter of all the journeys' time. Pages
    are alike that belong to one view, or to the group `like`.
    """
    kinds = page.evaluate(KINDS)
    known = {"frame": _good.setdefault("frame", set()), "main": _good.setdefault(like or _like(page), set())}
    if all(known[part].issuperset(kinds[part]) for part in known):
        return []
    problems = axe_problems(page)
    if not problems:
        for part, seen in known.items():
            seen.update(kinds[part])
    return problems


def order_problems(page: Page) -> list[str]:
    """What is wrong with a page as a whole, however familiar its parts: ids, references, headings, names of controls."""
    return page.evaluate(
        """() => {
          const all = (what) => [...document.querySelectorAll(what)].filter((one) => one.checkVisibility());
          const ids = [...document.querySelectorAll("[id]:not(svg *)")].map((one) => one.id);
          const found = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id ${id} comes twice`);
          for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"])
            for (const one of all(`[${name}]`))
              for (const id of one.getAttribute(name).split(/\\s+/).filter((id) => id && !document.getElementById(id)))
                found.push(`${name} names ${id}, which is not there`);
          const levels = all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.tagName[1]));
          levels.forEach((level, at) => at && level > levels[at - 1] + 1 && found.push(`h${levels[at - 1]} is followed by h${level}`));
          for (const one of all("input:not([type=hidden]), select, textarea"))
            if (!one.labels?.length && !one.matches("[aria-label], [aria-labelledby], [title]")) found.push(`${one.name} has no label`);
          for (const one of all("a[href], button, summary"))
            if (!one.textContent.trim() && !one.matches("[aria-label], [aria-labelledby], [title]") && !one.querySelector("img[alt]:not([alt='']), svg[aria-label], svg title"))
              found.push(`<${one.tagName.toLowerCase()} class="${one.className}"> has no name`);
          return found.map((what) => `${location.href}: ${what}`);
        }"""
    )


def _like(page: Page) -> str:
    """The same for the pages of one view."""
    return re.sub(r"\d+", "0", urlsplit(page.url).path)


def overflow_problems(page: Page) -> list[str]:
    """What stands out sideways, once the maps have taken their new size."""
    return page.evaluate(
        """async () => {
          const wide = document.documentElement.clientWidth;
          const fits = () => document.documentElement.scrollWidth <= wide;
          for (let tries = 0; tries < 20 && !fits(); tries++) await new Promise((done) => setTimeout(done, 50));
          if (fits()) return [];
          const out = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1);
          return [`${location.href} at ${wide}: ` + out.slice(-3).map((one) => `<${one.tagName.toLowerCase()} class="${one.className}">`)];
        }"""
    )


def settle(page: Page) -> None:
    """Waits until the maps of the page show their objects."""
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-map]")].every((map) => map.matches(".leaflet-container")
             && (map.hasAttribute("data-editor") || !/"features?":/.test(map.dataset.map) || map.dataset.shown)
             && !("moving" in map.dataset) && !("resizing" in map.dataset))
             && !document.querySelector("[aria-busy=true], [data-view]:empty")"""
    )


def assert_good(page: Page, *widths: int) -> None:
    """Axe and no sideways scroll, at each of the widths; leaves the page as wide as it was."""
    before = page.viewport_size
    settle(page)
    problems: list[str] = []
    for width in widths or (before["width"],):
        page.set_viewport_size(screen(width))
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        settle(page)
        problems += overflow_problems(page) + axe_problems_of_new_kinds(page)
    page.set_viewport_size(before)
    assert problems == [], "\n".join(problems)


def tab_walk(page: Page, start: str | None = None) -> list[str]:
    """Goes through the page by Tab alone and returns the names of its stops.

    Every stop has an accessible name, is to be seen, and shows that it has the focus; no stop comes twice (a trap), and
    the walk ends with the last link of the footer.
    """
    cdp = page.context.new_cdp_session(page)
    page.evaluate(
        "() => { window.visited = new Set(); window.latest = null; window.scrollTo(0, 0); document.activeElement?.blur(); }"
    )
    if start:
        page.locator(start).focus()
    names: list[str] = []
    problems: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(LOOK)
        if stop is None:
            break
        name = _name(cdp)
        names.append(name)
        if stop["again"]:
            problems.append(f"trap: back at {name or stop['what']}")
            break
        problems += [f"no name: {stop['what']}"] if not name else []
        problems += [f"{trouble}: {name} {stop['what']}" for trouble in stop["troubles"]]
        if stop["last"]:
            break
    else:
        problems.append(f"more than {MOST_STOPS} stops")
    cdp.detach()
    assert problems == [], f"{page.url}\n" + "\n".join(problems)
    assert page.evaluate("() => visited.has([...document.querySelectorAll('footer a')].at(-1))"), (
        f"{page.url}: the walk ended after {names[-3:]}"
    )
    return names


def _name(cdp: CDPSession) -> str:
    """The accessible name of what has the focus, as the browser computes it."""
    found = cdp.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    tree = cdp.send("Accessibility.getPartialAXTree", {"objectId": found, "fetchRelatives": False})
    return tree["nodes"][0].get("name", {}).get("value", "").strip()


LOOK = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const shows = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  };
  const troubles = [];
  window.parts = at === window.latest ? window.parts + 1 : 0; // a date has a stop for each of its numbers and its button, inside of it
  if (window.parts === 0 && !at.matches(":focus-visible")) troubles.push("focus is not meant to be seen");
  if (window.parts === 0 && !shows(at) && !(at.closest("label, .result") && shows(at.closest("label, .result")))) troubles.push("no visible focus");
  if (box.width < 1 || box.height < 1) troubles.push("too small to be seen");
  if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth) troubles.push("outside of the screen");
  const again = visited.has(at) && (at !== window.latest || window.parts > 5);
  window.latest = at;
  visited.add(at);
  return {
    again, troubles, last: at === [...document.querySelectorAll("footer a")].at(-1),
    what: `<${at.tagName.toLowerCase()} id="${at.id}" class="${at.getAttribute("class") ?? ""}">`,
  };
}"""
