// A run of the planner: the page is asked for again and again, and its parts are taken over, until the run has ended.
import { announce } from "../../lib/announce.js";
import { loadPage } from "../../lib/load.js";

const EVERY_MS = 1000;
const LATER_MS = 5000;
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

export async function followRun() {
  for (let open = document.querySelector("[data-run-open]"); open; open = document.querySelector("[data-run-open]")) {
    await wait(EVERY_MS);
    if (document.hidden) continue;
    try {
      takeOver(await loadPage(location.href));
    } catch {
      await wait(LATER_MS); // the network or the server is away: the page says what it knew
    }
  }
}

function takeOver(page) {
  const [here, fresh] = [document.querySelector("[data-run]"), page.querySelector("[data-run]")];
  if (!here || !fresh) return location.reload(); // signed out meanwhile: the server's page says so
  const held = here.contains(document.activeElement);
  const ended = !fresh.querySelector("[data-run-open]");
  if (held && !ended) {
    // Somebody is about to press something: only the numbers change under them.
    for (const selector of [".curve", ".lead", "progress"]) {
      const [old, now] = [here.querySelector(selector), fresh.querySelector(selector)];
      if (old && now && !old.contains(document.activeElement)) old.replaceWith(now);
    }
    return undefined;
  }
  const isOpen = here.querySelector("details")?.open;
  here.replaceChildren(...fresh.childNodes);
  if (isOpen && here.querySelector("details")) here.querySelector("details").open = true;
  if (ended && held) here.querySelector("[data-run-focus]")?.focus();
  if (ended) announce(here.querySelector("[data-run-aloud]")?.textContent.trim() ?? "");
  return undefined;
}
