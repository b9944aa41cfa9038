// A small notice over the map: loading, failed, offline.
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

export function addNotice(map) {
  const box = el("div", { class: "map-notice", role: "status", hidden: true });
  map.getContainer().after(box);
  let timer = 0;
  const show = (text, retry) => {
    clearTimeout(timer);
    box.replaceChildren(el("span", {}, text));
    if (retry) box.append(el("button", { type: "button", class: "link-button", onclick: retry }, t("retry")));
    box.hidden = false;
  };
  const hide = () => {
    clearTimeout(timer);
    box.hidden = true;
  };
  map.notice = (text) => {
    show(text);
    timer = setTimeout(hide, 8000);
  };
  return {
    loading() {
      clearTimeout(timer);
      timer = setTimeout(() => show(t("loading")), 250);
    },
    failed: (retry, isTooSlow) => show(navigator.onLine ? t(isTooSlow ? "tooSlow" : "failed") : t("offline"), retry),
    stale: () => show(t("offline")),
    hide,
  };
}
