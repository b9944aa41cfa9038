// Geoman's toolbar as this register needs it: buttons with names, pressed by the space bar too.
import "@geoman-io/leaflet-geoman-free";
import { language, t } from "../lib/i18n.js";

const names = {
  "icon-polygon": "drawPolygon",
  "icon-polyline": "drawLine",
  "icon-rectangle": "drawRectangle",
  "icon-edit": "editLayers",
  "icon-drag": "dragLayers",
  "icon-delete": "removeLayers",
};
export const style = { color: "#14233a", weight: 2.5, fillColor: "#1d4396", fillOpacity: 0.15 };

/** Geoman's buttons have a tooltip on their container but no name of their own, and do not listen to the space bar. */
export function nameButtons(map) {
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

export function addDrawing(map, group, { line = false } = {}) {
  map.pm.setLang(language);
  map.pm.setGlobalOptions({ layerGroup: group, snappable: true, snapDistance: 12, pathOptions: style, templineStyle: style, hintlineStyle: { ...style, dashArray: "5 5" }, tooltips: true, continueDrawing: false });
  map.pm.addControls({
    position: "topleft", drawMarker: false, drawCircleMarker: false, drawPolyline: line, drawCircle: false, drawText: false,
    drawPolygon: true, drawRectangle: true, editMode: true, dragMode: true, cutPolygon: false, removalMode: true, rotateMode: false,
  });
  map.on("pm:globaldrawmodetoggled pm:globaleditmodetoggled pm:globaldragmodetoggled pm:globalremovalmodetoggled", () => nameButtons(map));
  map.getContainer().addEventListener("keydown", pressBySpace);
  nameButtons(map);
}
