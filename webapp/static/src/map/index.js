// Turns every [data-map] on the page into a map. Its JSON is documented in templates/macros/map.html.
import L from "leaflet";
import emptyImage from "../img/empty.svg";
import { readView, writeView } from "../lib/address.js";
import { calm, el, once, readJson } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Areas } from "./areas.js";
import { addBaseMap, addTiles, preparePanes } from "./basemap.js";
import { addControls } from "./controls.js";
import { Features } from "./features.js";
import { tendKeyboard } from "./keyboard.js";
import { addNotice } from "./notice.js";
import { tendPopups } from "./popup.js";
import { syncWithList } from "./sync.js";

L.Util.emptyImageUrl = new URL(emptyImage, import.meta.url).href;

const STATE = L.latLngBounds([50.2, 9.86], [51.66, 12.67]);
const maps = new WeakMap();
let helps = 0;

function describe(node, config) {
  // Said with the map's name, and not once more where somebody reads on.
  const help = el("p", { hidden: true, id: `map-help-${++helps}` }, t(config.mini || !config.features ? "mapHelpAlone" : "mapHelp"));
  node.before(help);
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", config.label ?? "");
  node.setAttribute("aria-describedby", help.id);
}

export function createMap(node, config) {
  const isPart = config.mini || config.embedded; // of a page that scrolls: whoever scrolls over it goes on scrolling
  const map = L.map(node, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 6,
    maxZoom: config.maxZoom ?? 19,
    maxBounds: STATE.pad(0.6),
    maxBoundsViscosity: 0.7,
    zoomAnimation: !calm(),
    fadeAnimation: !calm(),
    markerZoomAnimation: !calm(),
    scrollWheelZoom: !isPart,
    dragging: !(isPart && L.Browser.mobile),
    zoomSnap: 0.5,
    wheelPxPerZoomLevel: 90,
  });
  if (calm()) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  preparePanes(map);
  L.control.attribution({ prefix: false, position: "bottomright" }).addAttribution(el("span", {}, config.credit ?? "").innerHTML).addTo(map);
  addControls(map, { locate: !isPart });
  const scaleFans = () => node.classList.toggle("map--far", map.getZoom() < 12);
  map.on("zoomend", scaleFans);
  map.whenReady(scaleFans);
  firstView(map, config);
  if (config.tiles) addTiles(map, config.tiles);
  else if (config.base) addBaseMap(map, config.base).catch(() => map.notice?.(t("failed")));
  tendPopups(map);
  tendKeyboard(map);
  map.on("unload", () => clearTimeout(map._sizeTimer)); // else Leaflet says after a resize that a map has moved which is no more
  return map;
}

/** What an editor's map needs before it is made: an empty node with name and help. */
export function prepareEditor(node, config) {
  node.replaceChildren();
  describe(node, config);
}

function firstView(map, config) {
  const kept = config.mini || config.remember === false ? null : readView();
  if (kept) map.setView(kept.center, kept.zoom, { animate: false });
  else if (config.center) map.setView(config.center, config.zoom ?? 15, { animate: false });
  else map.fitBounds(config.bounds ?? STATE, { animate: false, padding: [8, 8] });
}

/** Whether the page shows a part of the state: a filter in the address, or a town's internal page. */
function narrowed() {
  const keys = [...new URLSearchParams(location.search).keys()];
  return document.body.classList.contains("page--intern") || keys.some((key) => !["am", "karte"].includes(key));
}

export async function startMap(node) {
  const config = readJson(node.dataset.map);
  if (!config || maps.has(node)) return maps.get(node);
  node.replaceChildren();
  describe(node, config);
  const map = createMap(node, config);
  const placed = Boolean(config.center || config.bounds || (!config.mini && readView()));
  const notice = addNotice(map);
  const entry = { map, config, features: null, areas: null };
  maps.set(node, entry);

  if (config.areas || config.shapes || config.lines) {
    entry.areas = new Areas(map, { shown: config.areasShown !== false, chosen: config.areaChosen ?? null, button: Boolean(config.areas), signs: config.kind === "zones" && Boolean(config.features) });
    if (config.shapes) entry.areas.show(config.shapes);
    if (config.areas || config.lines) await entry.areas.load(config.areas ?? config.lines);
    if (config.fit) entry.areas.fit();
  }
  if (config.features || config.feature) {
    const features = new Features(map, { kind: config.kind, noun: config.noun, cluster: config.cluster !== false && !config.mini, moving: config.moving, notice });
    entry.features = features;
    const list = node.closest("[data-map-page]");
    if (list) syncWithList(features, list);
    if (config.feature) features.show([config.feature]);
    if (config.features) await features.load(config.features, { fit: !placed && narrowed() });
  }
  if (config.remember !== false && !config.mini) {
    let ready = false;
    map.on("moveend", once(() => ready && writeView(map), 250));
    const begin = () => {
      ready = true;
    };
    setTimeout(begin, 600); // what the map does while the page is laid out is nobody's choice
    for (const type of ["pointerdown", "keydown", "wheel"]) node.addEventListener(type, begin, { once: true, passive: true });
  }
  const resize = once(() => {
    map.invalidateSize({ animate: false });
    delete node.dataset.resizing;
  }, 80);
  new ResizeObserver(() => {
    node.dataset.resizing = "";
    resize();
  }).observe(node);
  return entry;
}

export function mapOf(node) {
  return maps.get(node);
}

/** New addresses of the objects after a filter or a day has changed. */
export async function reload(node, config) {
  const entry = maps.get(node);
  if (entry?.areas && config?.areas) {
    entry.areas.chosen = config.areaChosen ?? null;
    await entry.areas.load(config.areas);
  }
  if (!entry?.features || !config?.features) return;
  await entry.features.load(config.features);
  if (entry.features.byId.size && !entry.features.anyInView()) entry.features.fit();
}

const PAPER_PX = 680; // A4 upright within its margins

/** A map on paper is the map on the screen, made smaller where it is wider than the paper. */
function tendPrinting() {
  const shown = () => document.querySelectorAll(".map.leaflet-container");
  addEventListener("beforeprint", () => {
    for (const { style, offsetWidth, offsetHeight } of shown()) {
      style.setProperty("width", `${offsetWidth}px`, "important");
      style.setProperty("height", `${offsetHeight}px`, "important");
      style.setProperty("zoom", String(Math.min(1, PAPER_PX / offsetWidth)));
    }
  });
  addEventListener("afterprint", () => {
    for (const { style } of shown()) for (const name of ["width", "height", "zoom"]) style.removeProperty(name);
  });
}

tendPrinting();

export function startAll(root = document) {
  return Promise.all([...root.querySelectorAll("[data-map]:not([data-editor])")].map(startMap));
}
