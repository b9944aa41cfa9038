// Parking bays of a stop: lines along the kerb and areas, as many as wanted, kept as one GeoJSON text. While they are
// drawn the server says what fits and where the modules would stand; it turns the lines into strips.
import L from "leaflet";
import { el, once, readJson } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { loadJson } from "../lib/load.js";
import { createMap, prepareEditor } from "../map/index.js";
import { startCrosshair } from "./crosshair.js";
import { addDrawing, style } from "./geoman.js";
import { UndoStack } from "./undo.js";

const around = { street: { color: "#545f75", weight: 2, dashArray: "8 3 2 3" }, house: { radius: 3, weight: 1.5, color: "#14233a", fillColor: "#fff", fillOpacity: 1 } };
const shown = { bay: { color: "#14233a", weight: 1.5, dashArray: "5 4", fillOpacity: 0.04 }, module: { color: "#1f6b3a", weight: 1.5, fillColor: "#1f6b3a", fillOpacity: 0.25 } };

export function startBays(editor) {
  const node = editor.querySelector("[data-map]");
  const config = readJson(node.dataset.map);
  const form = editor.closest("form");
  const field = form.querySelector(`[name="${editor.dataset.baysEditor}"]`);
  const state = editor.querySelector("[data-bays-state]");
  const clear = editor.querySelector("[data-bays-clear]");
  prepareEditor(node, config);
  const map = createMap(node, config);
  showAround(map, config.around);
  const tools = editor.querySelector("[data-editor-tools]");
  const undo = new UndoStack(tools);
  const fits = L.layerGroup().addTo(map);
  const group = L.featureGroup().addTo(map);
  let kept = "";
  let asked = 0;

  const tryOut = once(async () => {
    const mine = ++asked;
    if (!field.value.trim()) {
      fits.clearLayers();
      state.textContent = t("baysMissing");
      return;
    }
    try {
      const body = new FormData(form);
      body.delete("_key"); // which is for the one time that the form is sent
      const response = await fetch(config.try, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (mine !== asked) return;
      fits.clearLayers();
      for (const one of answer.shapes?.features ?? []) L.geoJSON(one, { interactive: false, pmIgnore: true, style: () => shown[one.properties.kind] }).addTo(fits);
      node.dataset.modules = String((answer.shapes?.features ?? []).filter((one) => one.properties.kind === "module").length);
      state.textContent = answer.sentence ?? t("baysFailed");
    } catch {
      if (mine === asked) state.textContent = t("baysFailed");
    }
  }, 300);

  const show = (text, fit = false) => {
    group.clearLayers();
    for (const part of partsOf(readJson(text))) {
      L.geoJSON(part, { style: () => style }).eachLayer((layer) => {
        group.addLayer(layer);
        layer.on("pm:edit pm:dragend pm:update pm:vertexremoved", save);
      });
    }
    if (fit && group.getLayers().length) map.fitBounds(group.getBounds(), { padding: [60, 60], maxZoom: 21, animate: false });
    kept = text;
    field.value = text;
    clear.hidden = !text;
    tryOut();
  };
  const change = (text, fit) => {
    if (text === kept) return;
    const before = kept;
    undo.push(() => show(before));
    show(text, fit);
  };
  const textOf = (geometries) => (geometries.length ? JSON.stringify({ type: "GeometryCollection", geometries }) : "");
  const drawn = () => group.getLayers().map((layer) => layer.toGeoJSON(8).geometry);
  const save = () => change(textOf(drawn()));

  addDrawing(map, group, { line: true });
  map.on("pm:create", ({ layer }) => {
    const geometry = layer.toGeoJSON(8).geometry;
    layer.remove();
    group.removeLayer(layer);
    change(textOf([...drawn(), geometry]));
  });
  map.on("pm:remove", ({ layer }) => {
    group.removeLayer(layer);
    save();
  });
  startCrosshair({ map, toolbar: tools, lines: () => true, digits: 8, onShape: (shape) => change(textOf([...drawn(), shape])) });
  field.addEventListener("change", () => change(field.value.trim(), true));
  for (const name of ["width_m", "side", "gap_cm"]) form.querySelector(`[name="${name}"]`)?.addEventListener("change", tryOut);
  clear.addEventListener("click", () => change(""));
  show(field.value.trim(), true);
}

/** Polygons and lines of any GeoJSON, each on its own. */
function partsOf(shape) {
  if (!shape) return [];
  if (shape.type === "FeatureCollection") return shape.features.flatMap(partsOf);
  if (shape.type === "Feature") return partsOf(shape.geometry);
  if (shape.type === "GeometryCollection") return shape.geometries.flatMap(partsOf);
  if (/^Multi(Polygon|LineString)$/.test(shape.type)) return shape.coordinates.map((coordinates) => ({ type: shape.type.slice(5), coordinates }));
  return /^(Polygon|LineString)$/.test(shape.type) ? [shape] : [];
}

async function showAround(map, url) {
  try {
    const { data } = await loadJson(url);
    for (const feature of data.features ?? []) {
      const { kind, name } = feature.properties;
      const said = el("span", {}, name);
      const label = { permanent: true, direction: kind === "house" ? "top" : "center", className: `ground-name ground-name--${kind}`, interactive: false };
      if (kind === "house") {
        const [lon, lat] = feature.geometry.coordinates;
        L.circleMarker([lat, lon], { ...around.house, interactive: false, pmIgnore: true }).bindTooltip(said, label).addTo(map);
      } else L.geoJSON(feature, { interactive: false, pmIgnore: true, style: () => around.street }).bindTooltip(said, label).addTo(map);
    }
  } catch {
    // the form works without them
  }
}
