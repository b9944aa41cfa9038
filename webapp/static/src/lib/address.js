// The address says what the page shows: filters, day, and karte=zoom/lat/lon.
let next = null; // what was asked for last, while the answer is on its way

/** The page's address, or the one that it is about to have: a second choice goes on from the first. */
export function currentUrl() {
  return new URL(next ?? location.href);
}

/** Tells that the page will be at this address soon; `null`: it stays where it is. */
export function expectAddress(url) {
  next = url;
  carryToForms(currentUrl());
}

export function replaceAddress(url) {
  history.replaceState(history.state, "", url);
  carryToLanguageSwitch(url);
  carryToForms(currentUrl());
}

export function readView() {
  const [zoom, lat, lon] = (currentUrl().searchParams.get("karte") ?? "").split("/").map(Number);
  return [zoom, lat, lon].every(Number.isFinite) && zoom > 0 ? { zoom, center: [lat, lon] } : null;
}

export function writeView(map) {
  const { lat, lng } = map.getCenter();
  const here = new URL(location.href);
  for (const url of [here, next]) {
    if (!url) continue;
    url.searchParams.set("karte", `${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
    url.search = url.search.replaceAll("%2F", "/");
  }
  replaceAddress(here);
}

/** A form's fields as an address, without empty ones, keeping what the form does not own. */
export function addressOfForm(form) {
  const url = currentUrl();
  for (const name of new Set([...form.elements].map((field) => field.name).filter(Boolean))) url.searchParams.delete(name);
  for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.append(name, value);
  url.searchParams.delete("ab");
  url.search = url.search.replaceAll("%2F", "/");
  return url;
}

/** What a filter form keeps besides its own fields (the day) is what the address says now. */
function carryToForms(url) {
  for (const field of document.querySelectorAll("form[data-filters] input[type=hidden][name]")) field.value = url.searchParams.get(field.name) ?? "";
}

/** The other language shows the same filters and the same part of the map. */
function carryToLanguageSwitch(url) {
  for (const link of document.querySelectorAll(".site-tools a[hreflang], link[rel=alternate][hreflang]")) {
    if (!link.hasAttribute("data-alternate")) continue;
    const target = new URL(link.href, location.href);
    target.search = url.search;
    link.href = target.href;
  }
}
