// A form about an area: drawn with Geoman, under the crosshair by keys, or typed; one shape, kept in the text field.
import L from "leaflet";
import { readJson } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Areas } from "../map/areas.js";
import { createMap, prepareEditor } from "../map/index.js";
import { showContext } from "./context.js";
import { startCrosshair } from "./crosshair.js";
import { addDrawing, style } from "./geoman.js";
import { UndoStack } from "./undo.js";

const SHAPES = /^(Multi)?(Polygon|LineString)$/;

export function startArea(editor) {
  const node = editor.querySelector("[data-map]");
  const config = readJson(node.dataset.map);
  const form = editor.closest("form");
  const field = form.querySelector(`[name="${editor.dataset.areaEditor}"]`);
  const state = editor.querySelector("[data-area-state]");
  const clear = editor.querySelector("[data-area-clear]");
  const kind = form.querySelector("[name=kind]");
  const width = form.querySelector("[data-line-width]");
  const mayBeLine = () => config.lines.includes(kind?.value ?? "");
  prepareEditor(node, config);
  const map = createMap(node, config);
  if (config.features) showContext(map, config.features);
  if (config.areas) new Areas(map, {}).load(config.areas);
  const tools = editor.querySelector("[data-editor-tools]");
  const undo = new UndoStack(tools);
  const group = L.featureGroup().addTo(map);
  let kept = "";

  const say = (shape) => {
    const corners = group.getLayers().flatMap((layer) => layer.getLatLngs().flat(Infinity)).length;
    if (shape) state.textContent = t(/Line/.test(shape.type) ? "lineDrawn" : "areaDrawn", { n: corners });
    else state.textContent = t(kept ? "areaTyped" : "areaMissing");
    clear.hidden = !kept;
    if (width) width.hidden = !mayBeLine();
  };
  const show = (text, fit = false) => {
    group.clearLayers();
    const read = readJson(text);
    const shape = read?.geometry ?? read;
    const known = SHAPES.test(shape?.type ?? "");
    if (known) {
      for (const part of partsOf(shape)) {
        L.geoJSON(part, { style: () => style }).eachLayer((layer) => {
          group.addLayer(layer);
          layer.on("pm:edit pm:dragend pm:update pm:vertexremoved", save);
        });
      }
      if (fit) map.fitBounds(group.getBounds(), { padding: [40, 40], maxZoom: 17, animate: false });
    }
    kept = text;
    field.value = text;
    say(known ? shape : null);
  };
  const change = (text, fit) => {
    if (text === kept) return;
    const before = kept;
    undo.push(() => show(before));
    show(text, fit);
  };
  const save = () => {
    const parts = group.getLayers().map((layer) => layer.toGeoJSON(6).geometry);
    if (parts.length === 1) change(JSON.stringify(parts[0]));
    else if (parts.length) change(JSON.stringify({ type: `Multi${parts[0].type}`, coordinates: parts.map((one) => one.coordinates) }));
    else change("");
  };

  addDrawing(map, group, { line: true });
  map.on("pm:create", ({ layer }) => {
    layer.remove();
    change(JSON.stringify(layer.toGeoJSON(6).geometry));
  });
  map.on("pm:remove", ({ layer }) => {
    group.removeLayer(layer);
    save();
  });
  startCrosshair({ map, toolbar: tools, lines: mayBeLine, onShape: (shape) => change(JSON.stringify(shape)) });
  field.addEventListener("change", () => change(field.value.trim(), true));
  clear.addEventListener("click", () => change(""));
  kind?.addEventListener("change", () => say(readJson(kept)));
  show(field.value.trim(), true);
}

function partsOf(shape) {
  if (!shape.type.startsWith("Multi")) return [shape];
  return shape.coordinates.map((coordinates) => ({ type: shape.type.slice(5), coordinates }));
}
