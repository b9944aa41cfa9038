// Signs of clusters that would cover another sign are drawn a little beside their place, so that each can be hit.
import L from "leaflet";
import { once } from "../lib/dom.js";

/** What stays free between two signs, and how far a cluster is moved from its place at most (pixels). */
const GAP = 2;
const FURTHEST = 30;
const ROUNDS = 6;

/** Keeps the clusters of a map clear of each other and of the single signs, which stay where they are. */
export function keepApart(map, group) {
  const soon = once(() => separate(map.getPane("markerPane")), 0);
  map.on("moveend zoomend markers:changed", soon);
  group.on?.("animationend spiderfied unspiderfied", soon);
}

function separate(pane) {
  const signs = [...pane.children].filter((node) => node.matches(".marker, .cluster")).map(signOf);
  const movable = signs.filter((sign) => sign.node.matches(".cluster")).sort((a, b) => b.reach - a.reach);
  for (let round = 0; round < ROUNDS; round++) {
    const pushed = movable.map((sign) => pushOut(sign, signs)).some(Boolean);
    if (!pushed) break;
  }
  for (const { node, dx, dy } of movable) node.style.translate = dx || dy ? `${Math.round(dx)}px ${Math.round(dy)}px` : "";
}

function signOf(node) {
  const { x, y } = L.DomUtil.getPosition(node);
  return { node, x, y, dx: 0, dy: 0, reach: node.offsetWidth / 2 };
}

/** One step away from every sign that it covers; the larger of two clusters stays. */
function pushOut(sign, others) {
  let pushed = false;
  for (const other of others) {
    if (other === sign || (other.node.matches(".cluster") && other.reach < sign.reach)) continue;
    const [x, y] = [sign.x + sign.dx - other.x - other.dx, sign.y + sign.dy - other.y - other.dy];
    const [apart, wanted] = [Math.hypot(x, y), sign.reach + other.reach + GAP];
    if (apart >= wanted) continue;
    const by = wanted - apart;
    sign.dx = bounded(sign.dx + (apart ? x / apart : 1) * by);
    sign.dy = bounded(sign.dy + (apart ? y / apart : 0) * by);
    pushed = true;
  }
  return pushed;
}

function bounded(value) {
  return Math.max(-FURTHEST, Math.min(FURTHEST, value));
}
