// Markers: one silhouette a kind (square shop, round tree, fan of view, hexagon pilot), a corner sign for the status.
import L from "leaflet";
import { el, svg } from "../lib/dom.js";
import { count, number, t } from "../lib/i18n.js";
import { iconParts, look, shapeParts } from "../lib/marks.js";
import { sectorPath } from "./sectors.js";

const SIZE = 36;
const FAN = 120;

const silhouettes = {
  vacancies: () => svg("rect", { class: "marker__body", x: 3, y: 3, width: 30, height: 30, rx: 7 }),
  trees: () => svg("circle", { class: "marker__body", cx: 18, cy: 18, r: 15 }),
  viewpoints: () => svg("circle", { class: "marker__body", cx: 18, cy: 18, r: 14 }),
  zones: () => svg("path", { class: "marker__body", d: "M18 3 33 18 18 33 3 18z" }),
  pilots: () => svg("path", { class: "marker__body", d: "M18 2 32 10v16l-14 8L4 26V10z" }),
};

function cornerSign(status, mark) {
  if (mark) {
    return svg("g", { class: "marker__corner", transform: "translate(29 29)" }, svg("circle", { r: 8.5 }), svg("text", { y: 3.8 }, String(mark)));
  }
  const { shape, tone } = look(status);
  if (["disc", "ring", "dash"].includes(shape)) return null;
  return svg(
    "g",
    { class: `marker__corner marker__corner--${tone}`, transform: "translate(29 29)" },
    svg("circle", { r: 7.5 }),
    svg("g", { transform: "translate(-4.8 -4.8) scale(.6)" }, ...shapeParts(shape)),
  );
}

function fan(sectors) {
  const half = FAN / 2;
  return svg(
    "svg",
    { class: "marker__fan", viewBox: `0 0 ${FAN} ${FAN}`, "aria-hidden": "true" },
    ...sectors.map((sector) => svg("path", { d: sectorPath(sector, half - 2, half) })),
  );
}

function body({ kind, status, sectors, mark, overdue }) {
  const { shape } = look(status);
  const hollow = shape === "ring" || shape === "dash" || shape === "cross";
  const draw = silhouettes[kind] ?? silhouettes.trees;
  return [
    ...(kind === "viewpoints" && sectors?.length ? [fan(sectors)] : []),
    svg(
      "svg",
      { class: `marker__sign${hollow ? " marker__sign--hollow" : ""}`, viewBox: "0 0 36 36", "aria-hidden": "true" },
      overdue ? svg("rect", { class: "marker__overdue", x: -1.5, y: -1.5, width: 39, height: 39, rx: 10 }) : null,
      draw(),
      svg("g", { class: "marker__icon", transform: "translate(8.6 8.6) scale(.78)" }, ...iconParts(kind)),
      cornerSign(status, mark),
    ),
  ];
}

/** A div icon made of DOM nodes; Leaflet positions it through the CSSOM, which the policy allows. */
const NodeIcon = L.Icon.extend({
  options: { iconSize: [SIZE, SIZE], className: "" },
  createIcon() {
    const node = el("div", { "data-part": this.options.part, "aria-label": this.options.label ?? null }, ...this.options.nodes());
    this._setIconStyles(node, "icon");
    return node;
  },
  createShadow() {
    return null;
  },
});

export function nameOf(properties) {
  const { kind, mark, note } = properties; // what a fan shows is said, too
  return [mark && kind !== "trees" ? t("markNumber", { n: mark }) : null, properties.title, properties.subtitle, kind === "viewpoints" ? note : null, properties.status_label, properties.is_example ? t("sample") : null]
    .filter(Boolean)
    .join(", ");
}

export function markerIcon(properties) {
  return new NodeIcon({
    className: `marker marker--${properties.kind}`,
    part: properties.kind,
    label: nameOf(properties),
    popupAnchor: [0, -16],
    nodes: () => body(properties),
  });
}

/** A marker's sign and name after its properties have changed; the element stays, and whoever has the focus on it. */
export function redraw(marker) {
  const { properties } = marker.options;
  marker.options.icon = markerIcon(properties);
  marker.options.alt = nameOf(properties);
  const node = marker.getElement();
  if (!node) return; // in a cluster
  node.replaceChildren(...body(properties));
  node.setAttribute("aria-label", nameOf(properties));
}

/** A cluster of stops says how many trees stand at them: that is what a map of trees is asked. */
export function treeClusterIcon(markers) {
  const trees = markers.reduce((sum, marker) => sum + (Number(marker.options.properties.mark) || 0), 0);
  const px = trees < 10 ? 40 : trees < 100 ? 46 : 54;
  const where = count(markers.length, "atStops");
  return new NodeIcon({
    className: `cluster cluster--${px}${trees ? "" : " cluster--none"}`,
    part: "trees",
    label: t("clusterHint", { what: `${count(trees, "standing")} ${where}` }),
    iconSize: [px, px],
    nodes: () => [el("span", { class: "cluster__count", "aria-hidden": "true" }, number(trees))],
  });
}

/** `noun` says in the cluster's name what it holds: “14 Leerstände”. */
export function clusterIcon(size, kind, noun = kind) {
  const what = count(size, noun);
  const px = size < 10 ? 40 : size < 100 ? 46 : 54;
  return new NodeIcon({
    className: `cluster cluster--${px}`,
    part: kind,
    label: t("clusterHint", { what }),
    iconSize: [px, px],
    nodes: () => [el("span", { class: "cluster__count", "aria-hidden": "true" }, size < 10_000 ? number(size) : t("thousands", { n: number(Math.floor(size / 1000)) }))],
  });
}

/** Only the fan, for the direction editor. */
export function fanIcon(sectors) {
  return new NodeIcon({ className: "marker marker--fan", part: "viewpoints", iconSize: [36, 36], nodes: () => [fan(sectors)] });
}

export function pickIcon(label) {
  return new NodeIcon({
    className: "marker marker--pick",
    label,
    iconSize: [40, 48],
    iconAnchor: [20, 46],
    nodes: () => [
      svg(
        "svg",
        { viewBox: "0 0 40 48", "aria-hidden": "true" },
        svg("path", { class: "marker__body", d: "M20 46S36 31 36 18a16 16 0 1 0-32 0c0 13 16 28 16 28Z" }),
        svg("circle", { class: "marker__hole", cx: 20, cy: 18, r: 6 }),
      ),
    ],
  });
}
