// What a stand-alone report runs beside the script that folium writes: Leaflet itself, popups, legend, and the way from
// the table to the map. One classic script without imports, put into the file as it is.
import L from "leaflet";

// A marker without an icon of its own would ask for Leaflet's pictures, which are not here: it is a dot.
const DOT =
  "data:image/svg+xml," +
  encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="#1d4396" stroke="#fff" stroke-width="1.5"/></svg>');
L.Marker.mergeOptions({ icon: L.icon({ iconUrl: DOT, iconSize: [18, 18], iconAnchor: [9, 9] }) });
window.L = L;
const maps = [];
L.Map.addInitHook(function remember() {
  maps.push(this);
});
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Text only: names come from people, and a file from the disk has no policy of a server. */
function popupOf({ title, lines }) {
  const box = document.createElement("div");
  box.append(Object.assign(document.createElement("strong"), { textContent: title }));
  for (const line of lines ?? []) box.append(Object.assign(document.createElement("p"), { textContent: line }));
  return box;
}

/** The layers of the legend's groups by the names that folium gave them. */
function wire() {
  const [map] = maps;
  if (!map) return;
  map.attributionControl.setPrefix("Leaflet");
  const data = JSON.parse(document.getElementById("daten").textContent);
  for (const [name, longitude, latitude] of data.names) {
    const html = Object.assign(document.createElement("span"), { textContent: name });
    const icon = L.divIcon({ className: "town", html, iconSize: [0, 0] });
    L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(map);
  }
  const found = new Map();
  for (const box of document.querySelectorAll("[data-layer]")) {
    const layer = window[box.dataset.layer];
    layer.addData({ type: "FeatureCollection", features: data.layers[box.dataset.layer] });
    layer.eachLayer((one) => {
      one.bindPopup(() => popupOf(one.feature.properties), { maxWidth: 280 });
      found.set(String(one.feature.properties.key), { one, box });
    });
    box.addEventListener("change", () => (box.checked ? layer.addTo(map) : layer.remove()));
  }
  for (const button of document.querySelectorAll("[data-show]")) {
    const place = found.get(button.dataset.show);
    if (!place) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!place.box.checked) place.box.click();
      const spot = place.one.getLatLng ? place.one.getLatLng() : place.one.getBounds().getCenter();
      document.getElementById("karte").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "center" });
      map.setView(spot, Math.max(map.getZoom(), 16), { animate: !still });
      place.one.openPopup();
      map.getContainer().focus({ preventScroll: true });
    });
  }
  // The table says the same: a reader is not led through hundreds of marks.
  map.getPane("markerPane").setAttribute("aria-hidden", "true");
  map.getPane("overlayPane").setAttribute("aria-hidden", "true");
  document.documentElement.dataset.ready = "1";
}

document.addEventListener("DOMContentLoaded", wire);
