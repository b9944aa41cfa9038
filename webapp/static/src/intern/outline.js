// The outline of a plot or building: drawn with Geoman, kept as GeoJSON in the form's text field.
import L from "leaflet";
import { readJson } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { startCrosshair } from "./crosshair.js";
import { addDrawing, style } from "./geoman.js";

export function startOutline({ box, form, map, undo, tools }) {
  const field = form.querySelector(`[name="${box.dataset.outlineEditor}"]`);
  const state = box.querySelector("[data-outline-state]");
  const group = L.featureGroup().addTo(map);
  let kept = "";

  addDrawing(map, group);
  const say = () => {
    const corners = group.getLayers()[0]?.getLatLngs()[0]?.length ?? 0;
    state.textContent = corners ? t("drawn", { n: corners }) : t("notDrawn");
    box.querySelector("[data-outline-clear]")?.toggleAttribute("hidden", !corners);
  };
  const show = (text) => {
    group.clearLayers();
    const geometry = readJson(text);
    const shape = geometry?.geometry ?? geometry;
    if (shape && /^(Multi)?Polygon$/.test(shape.type)) {
      const one = shape.type === "MultiPolygon" ? { type: "Polygon", coordinates: shape.coordinates[0] } : shape;
      L.geoJSON(one, { style: () => style }).eachLayer((layer) => {
        group.addLayer(layer);
        watch(layer);
      });
    }
    kept = text;
    field.value = text;
    say();
  };
  const save = () => {
    const layer = group.getLayers()[0];
    const text = layer ? JSON.stringify(layer.toGeoJSON(6).geometry) : "";
    if (text === kept) return;
    const before = kept;
    undo.push(() => show(before));
    kept = text;
    field.value = text;
    say();
  };
  const watch = (layer) => layer.on("pm:edit pm:dragend pm:update pm:vertexremoved", save);

  map.on("pm:create", ({ layer }) => {
    for (const other of group.getLayers()) if (other !== layer) group.removeLayer(other);
    if (!group.hasLayer(layer)) group.addLayer(layer);
    watch(layer);
    save();
  });
  map.on("pm:remove", ({ layer }) => {
    group.removeLayer(layer);
    save();
  });
  field.addEventListener("change", () => {
    const before = kept;
    undo.push(() => show(before));
    show(field.value.trim());
  });
  box.querySelector("[data-outline-clear]")?.addEventListener("click", () => {
    group.clearLayers();
    save();
  });
  show(field.value.trim());
  return startCrosshair({
    map,
    toolbar: tools,
    onShape: (shape) => {
      const before = kept;
      undo.push(() => show(before));
      show(JSON.stringify(shape));
    },
  });
}
