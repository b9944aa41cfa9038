// "In meiner Nähe": only when asked, and only in this browser: the list is put in the order of distance.
import { el } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";

const EARTH_KM = 6371;

function kilometres(here, [lat, lon]) {
  const rad = Math.PI / 180;
  const a = Math.sin(((lat - here.latitude) * rad) / 2) ** 2 + Math.cos(lat * rad) * Math.cos(here.latitude * rad) * Math.sin(((lon - here.longitude) * rad) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(a));
}

const said = (km) => (km < 1 ? `${number(Math.max(10, Math.round(km * 100) * 10))} m` : `${number(Math.round(km * 10) / 10)} km`);

function sort(here) {
  const list = document.querySelector("[data-results] .results");
  if (!list) return null;
  const rows = [...list.children].map((row) => {
    const at = row.querySelector("[data-at]")?.dataset.at.split(",").map(Number);
    return { row, km: at ? kilometres(here, at) : Infinity };
  });
  rows.sort((one, other) => one.km - other.km);
  for (const { row, km } of rows) {
    row.querySelector("[data-distance]")?.remove();
    if (km < Infinity) row.querySelector(".result__meta")?.prepend(el("span", { class: "result__distance", "data-distance": "" }, said(km)));
  }
  list.replaceChildren(...rows.map(({ row }) => row));
  return rows[0];
}

export function startNear(button) {
  const status = document.querySelector("[data-near-status]");
  if (!("geolocation" in navigator)) {
    button.remove();
    return;
  }
  let here = null;
  const show = () => {
    const first = here && sort(here);
    if (first) status.textContent = t("nearest", { name: first.row.querySelector(".result__title").textContent.trim(), distance: said(first.km) });
  };
  button.addEventListener("click", () => {
    status.textContent = t("nearAsking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here = coords;
        show();
        if (matchMedia("(max-width: 59.99rem)").matches) status.scrollIntoView({ block: "start" }); // the answer, and the list under it
      },
      () => {
        status.textContent = t("locateFailed");
      },
      { maximumAge: 60_000, timeout: 15_000 },
    );
  });
  document.addEventListener("results:replaced", show);
}
