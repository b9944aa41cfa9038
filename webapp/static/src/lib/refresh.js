// Asks the server for the page at a new address and takes over what has changed: the list, its count, links of the day
// control, and the address of the objects on the map. Without scripts the same forms and links load the whole page.
import { announce } from "./announce.js";
import { expectAddress, replaceAddress } from "./address.js";
import { readJson } from "./dom.js";
import { t } from "./i18n.js";
import { LoadError, loadPage } from "./load.js";

let aborter = null;

function swap(selector, page) {
  const here = document.querySelectorAll(selector);
  const there = page.querySelectorAll(selector);
  here.forEach((node, index) => {
    if (there[index]) node.replaceChildren(...there[index].childNodes);
  });
}

async function sayOffline() {
  announce(t("offline"));
  const node = document.querySelector("[data-map-page] [data-map]");
  if (!node) return;
  const { mapOf } = await import("../map/index.js");
  mapOf(node)?.map.notice(t("offline"));
}

export async function refresh(url) {
  aborter?.abort();
  const own = new AbortController();
  aborter = own;
  expectAddress(url);
  const results = document.querySelector("[data-results]");
  const focused = document.activeElement?.dataset.dayRole;
  results?.setAttribute("aria-busy", "true");
  try {
    const page = await loadPage(url, own.signal);
    expectAddress(null);
    replaceAddress(url);
    for (const selector of ["[data-results]", "[data-count]", "[data-day-links]", "[data-filter-count]", "[data-swap]", "[data-swap-preview]"]) swap(selector, page);
    if (focused) document.querySelector(`[data-day-role="${focused}"]`)?.focus();
    document.dispatchEvent(new CustomEvent("results:replaced"));
    announce(t("updated", { what: document.querySelector("[data-count]")?.textContent.trim() ?? "" }));
    const [node, fresh] = [document, page].map((one) => one.querySelector("[data-map-page] :is([data-map], [data-map-later])"));
    const config = fresh?.dataset.map ?? fresh?.dataset.mapLater;
    if (node?.dataset.mapLater) node.dataset.mapLater = config ?? node.dataset.mapLater;
    else if (node && config) {
      const { reload } = await import("../map/index.js");
      await reload(node, readJson(config));
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    expectAddress(null);
    if (error instanceof LoadError) location.assign(url); // the server's own page says what is wrong
    else await sayOffline();
  } finally {
    if (aborter === own) results?.removeAttribute("aria-busy");
  }
}
