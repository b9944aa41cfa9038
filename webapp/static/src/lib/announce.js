// One polite live region a page.
import { el } from "./dom.js";

let region = null;

export function announce(text) {
  region ??= document.body.appendChild(el("div", { class: "visually-hidden", role: "status", "aria-live": "polite" }));
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 60);
}
