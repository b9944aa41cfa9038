// Icons and status shapes: the same drawings as in the templates (shared/marks.json).
import { icons, shapes, statuses } from "../shared/marks.json";
import { drawing, el, svg } from "./dom.js";

export function icon(name, className = "") {
  return svg("svg", { class: `icon ${className}`.trim(), viewBox: "0 0 24 24", "aria-hidden": "true" }, ...drawing(icons[name]));
}

export function iconParts(name) {
  return drawing(icons[name] ?? icons.place);
}

export function look(status) {
  const [shape, tone] = statuses[status] ?? ["ring", "rest"];
  return { shape, tone };
}

export function shapeParts(shape) {
  return drawing(shapes[shape] ?? shapes.ring);
}

export function statusBadge(status, label) {
  const { shape, tone } = look(status);
  return el(
    "span",
    { class: `badge badge--${tone}` },
    svg("svg", { class: "badge__shape", viewBox: "0 0 16 16", "aria-hidden": "true" }, ...shapeParts(shape)),
    label,
  );
}
