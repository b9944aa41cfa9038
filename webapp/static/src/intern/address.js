// An address typed once: suggestions from the town's own list fill point and address; a click proposes what stands there.
import L from "leaflet";
import { announce } from "../lib/announce.js";
import { el, once } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { loadJson } from "../lib/load.js";

const FIELDS = ["street", "house_number", "postcode", "locality"];
let count = 0;

export function startAddress({ box, form, point }) {
  const input = box.querySelector("input");
  const state = box.querySelector("[data-address-state]");
  const list = el("ul", { class: "suggestions", role: "listbox", id: `vorschlaege-${++count}`, "aria-label": t("addressList"), hidden: true });
  const proposal = el("p", { class: "editor__state", role: "status" });
  let found = [];
  let active = -1;
  let aborter = null;

  input.after(list);
  box.append(proposal);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const light = (index) => {
    active = index;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === index)));
    const option = list.children[index];
    if (!option) return;
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const sourceOf = (one) => t(one.own ? "addressOwn" : "addressForeign", { source: one.source });
  const fill = (one) => {
    for (const name of FIELDS) if (form.elements[name] && (one[name] || name !== "locality")) form.elements[name].value = one[name];
    form.dispatchEvent(new CustomEvent("address:filled"));
  };
  const choose = (one) => {
    input.value = one.label;
    close();
    proposal.replaceChildren();
    fill(one);
    chosen = one;
    point.set(L.latLng(one.latitude, one.longitude));
    state.textContent = t("addressTaken", { address: one.label, source: sourceOf(one) });
    announce(state.textContent);
  };
  let chosen = null;
  const show = (answer) => {
    found = answer.suggestions;
    list.replaceChildren(
      ...found.map((one, index) =>
        el(
          "li",
          { role: "option", id: `${list.id}-${index}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => choose(one) },
          el("span", {}, one.label),
          el("span", { class: "suggestions__source" }, sourceOf(one)),
        ),
      ),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    active = -1;
    const source = answer.asked ? t("addressAsked", { source: answer.asked }) : "";
    state.textContent = found.length ? t("addressCount", { n: found.length }) : `${t("addressNone")} ${source}`.trim();
  };
  const ask = once(async () => {
    const typed = input.value.trim();
    aborter?.abort();
    if (typed.length < 2) {
      state.textContent = "";
      return close();
    }
    aborter = new AbortController();
    try {
      const url = new URL(box.dataset.suggestions, location.href);
      url.searchParams.set("suche", typed);
      const { data } = await loadJson(url.href, aborter.signal);
      show(data);
    } catch (error) {
      if (error.name !== "AbortError") state.textContent = t("addressFailed");
    }
    return undefined;
  }, 180);

  input.addEventListener("input", ask);
  input.addEventListener("blur", () => setTimeout(close, 100));
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" && found.length) {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      light((active + 1) % found.length);
    } else if (event.key === "ArrowUp" && open) light((active - 1 + found.length) % found.length);
    else if (event.key === "Enter") {
      if (open && found.length) choose(found[Math.max(active, 0)]);
    } else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  });

  // A spot chosen on the map: the address of the town's list that is next to it is offered.
  const reverse = once(async (at) => {
    if (chosen && at.distanceTo([chosen.latitude, chosen.longitude]) < 1) return;
    chosen = null;
    try {
      const url = new URL(box.dataset.nearest, location.href);
      url.searchParams.set("lat", at.lat.toFixed(6));
      url.searchParams.set("lon", at.lng.toFixed(6));
      const { data } = await loadJson(url.href);
      const one = data.address;
      proposal.replaceChildren();
      if (!one || one.street + one.house_number === form.elements.street.value + form.elements.house_number.value) return;
      const text = t("addressNear", { address: one.label, m: Math.round(one.distance_m) });
      const take = el("button", { type: "button", class: "kern-btn kern-btn--secondary kern-btn--small" }, el("span", { class: "kern-label" }, t("addressTake")));
      take.addEventListener("click", () => {
        fill(one);
            proposal.replaceChildren(t("addressTaken", { address: one.label, source: sourceOf(one) }));
        form.elements.street.focus();
      });
      proposal.append(`${text} `, take);
    } catch {
      // the form works without it
    }
  }, 300);
  let first = true;
  point.follow((at) => {
    if (!first && at) reverse(at);
    first = false;
  });
}
