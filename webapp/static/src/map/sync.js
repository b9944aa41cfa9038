// List and map show the same: pointing at an entry lights its marker, opening a marker lights its entry.
import { el, once } from "../lib/dom.js";
import { count, t } from "../lib/i18n.js";
import { icon, statusBadge } from "../lib/marks.js";

const MOST = 100;

function entry(properties) {
  return el(
    "li",
    {},
    el(
      "article",
      { class: "result", "data-feature-id": String(properties.id), "data-part": properties.kind },
      icon(properties.kind, "result__mark"),
      el("h2", { class: "result__title" }, el("a", { href: properties.url }, properties.title)),
      properties.subtitle ? el("p", { class: "result__sub" }, properties.subtitle) : null,
      el(
        "div",
        { class: "result__meta" },
        properties.status_label ? statusBadge(properties.status, properties.status_label) : null,
        properties.is_example ? el("span", { class: "badge badge--sample" }, t("sample")) : null,
        el("button", { class: "result__show", type: "button", "data-show": String(properties.id) }, icon("pin"), t("show"), el("span", { class: "visually-hidden" }, `: ${properties.title}`)),
      ),
    ),
  );
}

export function syncWithList(features, root) {
  const { map } = features;
  const results = () => root.querySelector("[data-results]");
  let lit = null;

  const light = (id) => {
    lit?.classList.remove("is-lit");
    lit = id ? features.element(id) : null;
    lit?.classList.add("is-lit");
  };
  const entryOf = (event) => event.target.closest?.("[data-feature-id]")?.dataset.featureId;
  root.addEventListener("mouseover", (event) => light(entryOf(event)));
  root.addEventListener("mouseleave", () => light(null));
  root.addEventListener("focusin", (event) => light(entryOf(event)));
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-show]");
    const id = button?.dataset.show;
    if (!id) return;
    if (matchMedia("(max-width: 59.99rem)").matches) map.getContainer().scrollIntoView({ block: "center" });
    features.open(id, button.dataset.at?.split(",").map(Number));
  });

  map.on("popupopen popupclose", ({ type, popup }) => {
    const id = popup._source?.options.properties?.id;
    for (const one of root.querySelectorAll("[data-active]")) one.removeAttribute("data-active");
    if (type !== "popupopen" || id === undefined) return;
    const found = root.querySelector(`[data-feature-id="${CSS.escape(String(id))}"]`);
    found?.setAttribute("data-active", "");
    const panel = found?.closest("[data-scrolls]");
    if (panel && panel.scrollHeight > panel.clientHeight + 4) panel.scrollTop = found.offsetTop - panel.clientHeight / 3;
  });

  onlyVisible(features, root, results);
}

/** "nur im Kartenausschnitt": the list then comes from the objects on the map. What stands above it, the box too, stays. */
function onlyVisible(features, root, results) {
  const { map } = features;
  let wanted = false;
  let whole = null;
  const box = () => root.querySelector("[data-only-visible]");
  const counter = () => root.querySelector("[data-count]");

  const narrow = () => {
    if (!wanted || !results()) return;
    const head = results().querySelector(":scope > .list-head");
    const rest = [...results().childNodes].filter((node) => node !== head);
    whole ??= { rest, count: counter()?.textContent ?? "" };
    for (const node of rest) node.remove();
    const seen = features.inView();
    const list = el("ul", { class: "results" }, ...seen.slice(0, MOST).map(entry));
    const many = features.isCounted ? el("p", { class: "empty" }, t("tooManyInView")) : null;
    results().append(many ?? (seen.length ? list : el("p", { class: "empty" }, t("noneInView"))));
    if (counter()) counter().textContent = t("inView", { what: count(features.countInView(), features.noun) });
  };
  const widen = () => {
    if (whole === null) return;
    const head = results()?.querySelector(":scope > .list-head");
    for (const node of [...(results()?.childNodes ?? [])]) if (node !== head) node.remove();
    results()?.append(...whole.rest);
    if (counter()) counter().textContent = whole.count;
    whole = null;
  };

  root.addEventListener("change", (event) => {
    if (!event.target.matches("[data-only-visible]")) return;
    wanted = event.target.checked;
    if (wanted) narrow();
    else widen();
  });
  map.on("moveend", once(narrow, 120));
  features.onChange(narrow);
  document.addEventListener("results:take", widen);
  document.addEventListener("results:taken", narrow);
  document.addEventListener("results:replaced", () => {
    whole = null;
    if (box()) box().checked = wanted;
    narrow();
  });
}
