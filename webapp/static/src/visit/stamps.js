// The collecting pass: stamps lie in this browser's own store, by the number of the point, with the day.
import { day, t } from "../lib/i18n.js";
import { readJson } from "../lib/dom.js";

const STORE = "blickpass";

function stamps() {
  try {
    return readJson(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing
  }
}

export function startPass(root) {
  const count = root.querySelector("[data-pass-count]");
  const clear = root.querySelector("[data-pass-clear]");
  const rows = [...root.querySelectorAll("[data-stamp]")];
  const show = () => {
    const got = stamps();
    for (const row of rows) {
      const at = got[row.dataset.stamp];
      row.toggleAttribute("data-got", Boolean(at));
      row.querySelector("[data-stamp-state]").textContent = at ? t("stampedOn", { day: day(at) }) : t("notStamped");
    }
    const n = rows.filter((row) => row.hasAttribute("data-got")).length;
    count.textContent = t("stampCount", { n, all: rows.length });
    clear.hidden = Object.keys(got).length === 0;
  };
  clear.addEventListener("click", () => {
    if (!confirm(t("stampsClear"))) return;
    localStorage.removeItem(STORE);
    show();
    root.querySelector("a")?.focus();
  });
  show();
}

export function startStamp(box) {
  const [button, status] = [box.querySelector("[data-stamp-take]"), box.querySelector("[data-stamp-status]")];
  const show = (at) => {
    box.toggleAttribute("data-got", Boolean(at));
    button.hidden = Boolean(at);
    if (at) status.textContent = t("stampedOn", { day: day(at) });
  };
  button.addEventListener("click", () => {
    const at = new Date().toISOString();
    try {
      localStorage.setItem(STORE, JSON.stringify({ ...stamps(), [box.dataset.stampHere]: at }));
      show(at);
    } catch {
      status.textContent = t("stampFailed");
    }
  });
  show(stamps()[box.dataset.stampHere]);
}
