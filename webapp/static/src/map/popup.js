// Popups: title, subtitle, status as shape and word, link. Built from nodes; every value is text.
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { icon, statusBadge } from "../lib/marks.js";

export function popupContent(properties) {
  return el(
    "div",
    { class: "popup", "data-part": properties.kind },
    el("p", { class: "popup__title" }, properties.title),
    properties.subtitle ? el("p", { class: "popup__sub" }, properties.subtitle) : null,
    properties.note ? el("p", { class: "popup__sub" }, properties.note) : null,
    el(
      "p",
      { class: "popup__meta" },
      properties.status_label ? statusBadge(properties.status, properties.status_label) : null,
      properties.is_example ? el("span", { class: "badge badge--sample" }, t("sample")) : null,
    ),
    properties.url
      ? el("p", { class: "popup__link" }, el("a", { href: properties.url }, t("details"), icon("next"), el("span", { class: "visually-hidden" }, `: ${properties.title}`)))
      : null,
  );
}

/** Names the dialog and its close button, and gives focus back to the marker when it closes. */
export function tendPopups(map) {
  map.on("popupopen", ({ popup }) => {
    const node = popup.getElement();
    node.setAttribute("role", "dialog");
    node.setAttribute("aria-label", node.querySelector(".popup__title")?.textContent ?? t("details"));
    const close = node.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", t("close"));
    close?.setAttribute("title", t("close"));
    const source = popup._source?.getElement?.();
    source?.classList.add("is-open");
    if (map.openedByKey) node.querySelector(".popup__link a, .leaflet-popup-close-button")?.focus();
    map.openedByKey = false;
  });
  map.on("popupclose", ({ popup }) => {
    const source = popup._source?.getElement?.();
    source?.classList.remove("is-open");
    const at = document.activeElement; // the body, when the popup has gone at once with the focus in it
    if (!at || at === document.body || popup.getElement()?.contains(at)) (source ?? map.getContainer()).focus({ preventScroll: true });
  });
}
