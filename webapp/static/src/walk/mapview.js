// Two maps: the small one beside a unit, that says where it lies among its neighbours, and the one of the whole round.
import L from "leaflet";
import { calm, el } from "../lib/dom.js";
import { createMap, prepareEditor } from "../map/index.js";

const dot = { radius: 5, weight: 1.5, color: "#43506a", fillColor: "#fff", fillOpacity: 1, interactive: false };
const here = { radius: 10, weight: 3, color: "#14233a", fillColor: "#ffd23e", fillOpacity: 1, interactive: false };

/** A picture, not a control: it takes no focus and no finger. */
export function miniMap(node, app) {
  const { lat, lon, title } = app.current;
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", `Lage von ${title} unter den Nachbarn`);
  const map = L.map(node, {
    zoomControl: false, attributionControl: false, dragging: false, keyboard: false, scrollWheelZoom: false, doubleClickZoom: false,
    touchZoom: false, boxZoom: false, tap: false, zoomAnimation: false, fadeAnimation: false,
  }).setView([lat, lon], 18);
  node.removeAttribute("tabindex");
  app.units.forEach((unit, index) => {
    if (unit.lat === lat && unit.lon === lon) return;
    L.circleMarker([unit.lat, unit.lon], dot)
      .bindTooltip(unit.house_number || String(index + 1), { permanent: true, direction: "top", className: "walk-number", offset: [0, -2] })
      .addTo(map);
  });
  L.circleMarker([lat, lon], here).addTo(map);
  return map;
}

/** Rings are open, discs are seen; a tap opens the unit. The list has the same for the keyboard. */
export function roundMap(node, app) {
  const config = { label: "Karte der Begehung: Ringe sind noch offen, Scheiben gesehen. Die Liste enthält dasselbe.", remember: false, ...app.round.map, mini: false };
  prepareEditor(node, config);
  const map = createMap(node, { ...config, center: [app.current.lat, app.current.lon], zoom: 17.5 });
  app.units.forEach((unit, index) => {
    const isHere = unit === app.current;
    const look = { radius: isHere ? 16 : 13, weight: 3, color: "#14233a", fillColor: isHere ? "#ffd23e" : unit.seen ? "#14233a" : "#ffffff", fillOpacity: 1 };
    L.circleMarker([unit.lat, unit.lon], look)
      .bindTooltip(unit.house_number || String(index + 1), { permanent: app.units.length < 150, direction: "top", className: "walk-number", offset: [0, -8] })
      .on("click", () => app.jump(unit.id))
      .addTo(map);
  });
  return map;
}

/** Where a new unit is: the middle of the map, marked by a cross. */
export function pickMap(node, app, onMove) {
  const config = { label: "Lage der neuen Nutzungseinheit: die Mitte der Karte", remember: false, ...app.round.map, mini: false };
  prepareEditor(node, config);
  const map = createMap(node, { ...config, center: [app.current.lat, app.current.lon], zoom: 18 });
  for (const unit of app.units) L.circleMarker([unit.lat, unit.lon], dot).addTo(map);
  node.append(el("span", { class: "walk-cross", "aria-hidden": "true" }));
  const tell = () => map.getPane("mapPane") && onMove(map.getCenter());
  map.on("moveend", tell);
  tell();
  return map;
}

export function goTo(map, { latitude, longitude }) {
  if (map.getPane("mapPane")) map.setView([latitude, longitude], 18, { animate: !calm() }); // the sheet may be closed
}
