// What already stands where the point is: units near by or at the same address, and the building with its outline.
import L from "leaflet";
import { el, once } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { loadJson } from "../lib/load.js";
import { icon, statusBadge } from "../lib/marks.js";

const style = { color: "#545f75", weight: 1, fillColor: "#545f75", fillOpacity: 0.12, interactive: false, pmIgnore: true };
const BUILDINGS_FROM = 15;

export function startNear({ box, form, point }) {
  const list = box.querySelector("[data-near-list]");
  const place = box.querySelector("[data-near-building]");
  const seen = box.querySelector("[name=near_seen]");
  const isNew = !new URL(box.dataset.near, location.href).searchParams.has("ausser");

  const showUnits = (units, said) => {
    seen.value = units.map((one) => one.id).join(",");
    if (!units.length) {
      list.replaceChildren(said ? el("p", { class: "muted" }, t("nearNone")) : "");
      return;
    }
    const rows = units.map((one) =>
      el("li", {}, el("a", { href: one.url, target: "_blank" }, one.title), el("span", {}, one.what), statusBadge(one.status, one.status_label), el("span", { class: "muted" }, one.distance)),
    );
    list.replaceChildren(el("p", { class: "near__title" }, icon("info"), t("nearTitle")), el("ul", { class: "near__list" }, ...rows));
  };
  const showBuilding = (building) => {
    place.replaceChildren();
    if (!building) return;
    const field = form.querySelector("[name=outline]");
    const take = el("button", { type: "button", class: "kern-btn kern-btn--secondary kern-btn--small" }, el("span", { class: "kern-label" }, t("buildingTake")));
    take.addEventListener("click", () => {
      field.value = JSON.stringify(building.outline);
      field.dispatchEvent(new Event("change"));
      place.replaceChildren();
      document.querySelector("[data-outline-state]")?.scrollIntoView({ block: "nearest" });
    });
    place.append(el("p", { class: "editor__state" }, t("buildingHere", { name: building.name ? `: ${building.name}` : "" }), " ", take));
  };
  const ask = once(async () => {
    const at = point.at();
    if (!at) return;
    const url = new URL(box.dataset.near, location.href);
    const values = { lat: at.lat.toFixed(6), lon: at.lng.toFixed(6), strasse: form.elements.street.value, nummer: form.elements.house_number.value };
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    try {
      const { data } = await loadJson(url.href);
      if (isNew) showUnits(data.units, true);
      showBuilding(data.building);
    } catch {
      // the server looks once more when the form is saved
    }
  }, 250);
  let first = true;
  point.follow((at) => {
    if (at && !(first && list.childElementCount)) ask();
    first = false;
  });
  form.addEventListener("address:filled", ask);
  for (const name of ["street", "house_number"]) form.elements[name].addEventListener("change", ask);
}

/** Outlines of the buildings that the register knows, from near enough; a click on one sets the point as anywhere. */
export function showBuildings(map, url) {
  const group = L.layerGroup().addTo(map);
  const known = new Set();
  const load = once(async () => {
    if (map.getZoom() < BUILDINGS_FROM) return;
    const wanted = new URL(url, location.href);
    const { lat, lng } = map.getCenter();
    wanted.searchParams.set("lat", lat.toFixed(3));
    wanted.searchParams.set("lon", lng.toFixed(3));
    try {
      const { data } = await loadJson(wanted.href);
      for (const feature of data.features) {
        if (known.has(feature.id)) continue;
        known.add(feature.id);
        L.geoJSON(feature, { style: () => style, interactive: false, pmIgnore: true }).addTo(group);
      }
      map.getContainer().dataset.buildings = String(known.size);
    } catch {
      // the map is useful without them
    }
  }, 300);
  map.on("moveend", load);
  load();
}
