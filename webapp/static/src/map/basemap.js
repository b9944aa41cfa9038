// The register's own base map: district and municipality borders and place names, drawn on canvas, finer as one zooms in.
import L from "leaflet";
import { loadJson } from "../lib/load.js";
import { LabelLayer } from "./labels.js";

const MUNICIPALITIES_FROM = 9;

export function preparePanes(map) {
  const order = { ground: 150, districts: 160, municipalities: 170, borders: 180, tiles: 190, labels: 350 };
  for (const [name, zIndex] of Object.entries(order)) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    if (name !== "tiles") pane.style.pointerEvents = "none";
  }
}

function polygons(data, pane, style) {
  const renderer = L.canvas({ pane, padding: 0.3 });
  return L.geoJSON(data, { pane, interactive: false, style: () => ({ renderer, ...style }) });
}

/** Land with a dark rim (only its outer half shows beside the state), then the fine lines. */
function addDistricts(map, data) {
  polygons(data, "ground", { color: "#a9b3c4", weight: 5, fill: false, opacity: 1 }).addTo(map);
  polygons(data, "districts", { stroke: true, color: "#f7f4ec", weight: 1, fillColor: "#f7f4ec", fillOpacity: 1 }).addTo(map);
  polygons(data, "borders", { color: "#a79f8d", weight: 1.4, opacity: 0.9, fill: false }).addTo(map);
}

async function addMunicipalities(map, url, isGone) {
  const { data } = await loadJson(url);
  if (!isGone()) polygons(data, "municipalities", { color: "#d8d1c1", weight: 1, fill: false }).addTo(map);
}

/** A map may have been closed by the time that its ground arrives. */
export async function addBaseMap(map, base) {
  let gone = false;
  map.on("unload", () => {
    gone = true;
  });
  const isGone = () => gone;
  const districts = loadJson(base.districts).then(({ data }) => gone || addDistricts(map, data));
  const places = loadJson(base.places).then(({ data }) => gone || new LabelLayer(data.features).addTo(map));
  let asked = false;
  const more = () => {
    if (asked || map.getZoom() < MUNICIPALITIES_FROM) return;
    asked = true;
    addMunicipalities(map, base.municipalities, isGone).catch(() => {
      asked = false;
    });
  };
  map.on("zoomend", more);
  more();
  await Promise.all([districts, places]);
}

/** An official map through the register's own proxy, if the operator has set one up. */
export function addTiles(map, tiles) {
  L.tileLayer(tiles.url, { pane: "tiles", attribution: tiles.attribution, maxZoom: 19, minZoom: 6 }).addTo(map);
}
