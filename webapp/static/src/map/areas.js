// Zones and ways on a map: each kind has a line of its own (colour and dashes), the name stands in the middle from near enough.
import L from "leaflet";
import { el, once } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { loadJson } from "../lib/load.js";
import { icon } from "../lib/marks.js";

const NAMES_FROM = 14;
const touch = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
const styles = {
  ERHEBUNGSGEBIET: { color: "#14233a", weight: 3 },
  ZENTRALER_VERSORGUNGSBEREICH: { color: "#1d4396", weight: 3, dashArray: "12 5" },
  FUSSGAENGERZONE: { color: "#6b2d7a", weight: 2.5, dashArray: "2 5" },
  SANIERUNGSGEBIET: { color: "#a33a1c", weight: 2.5, dashArray: "8 4 2 4" },
  VORKAUFSSATZUNG: { color: "#8a5300", weight: 2.5, dashArray: "14 4 2 4 2 4" },
  STAEDTEBAUFOERDERGEBIET: { color: "#1f6b3a", weight: 2.5, dashArray: "6 6" },
  BEBAUUNGSPLAN: { color: "#4a3f8f", weight: 2, dashArray: "2 4" },
  QUARTIER: { color: "#0a6480", weight: 2.5, dashArray: "16 8" },
  STRASSENABSCHNITT: { color: "#545f75", weight: 2, dashArray: "4 3" },
  SICHTBAR: { color: "#8a5300", weight: 1, opacity: 0.7, fillOpacity: 0.3 },
  WEG: { color: "#0a6480", weight: 4, fill: false },
  LUFTLINIE: { color: "#0a6480", weight: 3, dashArray: "2 8", fill: false },
  LAGE: { color: "#14233a", weight: 4, fillOpacity: 0.9 },
  UMKREIS: { color: "#0a6480", weight: 2.5, dashArray: "16 8" },
  STRASSENNETZ: { color: "#1d4396", weight: 2, fill: false },
};

export class Areas {
  constructor(map, { shown = true, chosen = null, button = true, signs = false }) {
    Object.assign(this, { map, chosen, shown, signs });
    map.createPane("zones").style.zIndex = 340;
    map.getPane("zones").style.pointerEvents = "none";
    this.group = L.layerGroup();
    this.names = L.layerGroup();
    if (shown) this.group.addTo(map);
    if (button) this.addButton();
    map.on("zoomend markers:changed resize", once(() => this.showNames(), 60));
  }

  async load(url) {
    try {
      const { data } = await loadJson(url);
      this.show(data.features ?? []);
    } catch {
      this.map.notice?.(t("areasFailed"));
    }
  }

  show(features) {
    this.group.clearLayers();
    this.names.clearLayers();
    for (const feature of features) {
      const style = styles[feature.properties.zone_kind] ?? styles.QUARTIER;
      const isChosen = this.chosen !== null && feature.properties.id === this.chosen;
      const layer = L.geoJSON(feature, {
        pane: "zones",
        interactive: false,
        pmIgnore: true,
        style: () => ({ ...style, weight: style.weight + (isChosen ? 2 : 0), fillColor: style.color, fillOpacity: style.fillOpacity ?? (isChosen ? 0.14 : 0.05) }),
      });
      this.group.addLayer(layer);
      if (!feature.properties.title) continue;
      const { middle } = feature.properties; // under the zone's sign, where it has one
      const at = middle ? [middle[1], middle[0]] : layer.getBounds().getCenter();
      this.names.addLayer(
        L.tooltip(at, { content: feature.properties.title, permanent: true, direction: this.signs ? "bottom" : "center", offset: [0, this.signs ? 20 : 0], className: "zone-name", interactive: false, pane: "zones" }),
      );
    }
    this.map.getContainer().dataset.areas = String(features.length);
    this.showNames();
  }

  fit() {
    const bounds = L.featureGroup(this.group.getLayers()).getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [24, 24], maxZoom: 16, animate: false });
  }

  showNames() {
    const wanted = this.shown && this.map.getZoom() >= NAMES_FROM;
    if (wanted !== this.map.hasLayer(this.names)) this.names[wanted ? "addTo" : "removeFrom"](this.map);
    if (wanted) this.clear();
  }

  /** A name that would touch a sign or another name waits until the map is nearer. */
  clear() {
    const taken = [...this.map.getPane("markerPane").children].map((node) => node.getBoundingClientRect());
    this.names.eachLayer((name) => {
      const node = name.getElement();
      if (!node) return;
      const box = node.getBoundingClientRect();
      const isFree = !taken.some((other) => touch(box, other));
      node.style.visibility = isFree ? "" : "hidden";
      if (isFree) taken.push(box);
    });
    this.map.fire("names:changed");
  }

  addButton() {
    const toggle = el("button", { type: "button", class: "map-toggle", "aria-pressed": String(this.shown) }, icon("zones"), el("span", {}, t("zonesLayer")));
    toggle.addEventListener("click", () => {
      this.shown = !this.shown;
      toggle.setAttribute("aria-pressed", String(this.shown));
      this.group[this.shown ? "addTo" : "removeFrom"](this.map);
      this.showNames();
    });
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const box = el("div", { class: "leaflet-bar map-toggle-box" }, toggle);
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(this.map);
  }
}
