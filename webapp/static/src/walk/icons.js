// Icons and status signs as nodes, from the same drawings as everywhere.
import { el } from "../lib/dom.js";
import { icon, statusBadge } from "../lib/marks.js";

export { icon, statusBadge };

export function button(label, onclick, { look = "secondary", sign = null, ...attributes } = {}) {
  return el("button", { type: "button", class: `walk-button walk-button--${look}`, onclick, ...attributes }, sign ? icon(sign) : null, el("span", {}, label));
}

export function field(label, input, hint = null) {
  return el("div", { class: "walk-field" }, el("label", { for: input.id }, label), hint ? el("p", { class: "walk-field__hint", id: `${input.id}-h` }, hint) : null, input);
}

export function select(id, options, value = "", empty = null) {
  const all = empty === null ? options : [["", empty], ...options];
  return el("select", { id, class: "select" }, ...all.map(([code, name]) => el("option", { value: code, selected: String(code) === String(value) }, name)));
}
