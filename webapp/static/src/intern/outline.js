// The outline of a plot or building: drawn with Geoman, kept as GeoJSON in the form's text field.
import L from "leaflet";
import "@geoman-io/leaflet-geoman-free";
import { readJson } from "../lib/dom.js";
import { language, t } from "../lib/i18n.js";

const names = {
  "icon-polygon": "drawPolygon",
  "icon-rectangle": "drawRectangle",
  "icon-edit": "editLayers",
  "icon-drag": "dragLayers",
  "icon-delete": "removeLayers",
};
const style = { color: "#14233a", weight: 2.5, fillColor: "#1d4396", fillOpacity: 0.15 };

/** Geoman's buttons have a tooltip on their container but no name of their own, and do not listen to the space bar. */
function nameButtons(map) {
  for (const button of map.getContainer().querySelectorAll(".leaflet-buttons-control-button")) {
    const sign = [...button.querySelector(".control-icon").classList].find((one) => one.startsWith("leaflet-pm-icon-"));
    const key = names[sign?.replace("leaflet-pm-", "")];
    const label = key ? t(key) : button.parentElement.title;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.parentElement.removeAttribute("title");
    button.setAttribute("aria-pressed", String(button.parentElement.classList.contains("active")));
  }
}

function pressBySpace(event) {
  if (event.key !== " " || !event.target.matches(".leaflet-buttons-control-button, .leaflet-pm-action")) return;
  event.preventDefault();
  event.target.click();
}

export function startOutline({ box, form, map, undo }) {
  const field = form.querySelector(`[name="${box.dataset.outlineEditor}"]`);
  const state = box.querySelector("[data-outline-state]");
  const group = L.featureGroup().addTo(map);
  let kept = "";

  map.pm.setLang(language);
  map.pm.setGlobalOptions({ layerGroup: group, snappable: true, snapDistance: 12, pathOptions: style, templineStyle: style, hintlineStyle: { ...style, dashArray: "5 5" }, tooltips: true, continueDrawing: false });
  map.pm.addControls({
    position: "topleft", drawMarker: false, drawCircleMarker: false, drawPolyline: false, drawCircle: false, drawText: false,
    drawPolygon: true, drawRectangle: true, editMode: true, dragMode: true, cutPolygon: false, removalMode: true, rotateMode: false,
  });

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
  map.on("pm:globaldrawmodetoggled pm:globaleditmodetoggled pm:globaldragmodetoggled pm:globalremovalmodetoggled", () => nameButtons(map));
  map.getContainer().addEventListener("keydown", pressBySpace);
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
  nameButtons(map);
}
