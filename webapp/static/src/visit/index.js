// What pages of viewpoints do for a visitor: keep points for the way, collect stamps, sort by nearness, copy coordinates.
import { t } from "../lib/i18n.js";
import { startKeeping, startTrip } from "./keeping.js";
import { startNear } from "./near.js";
import { startPass, startStamp } from "./stamps.js";

function startCopies(root) {
  const status = root.querySelector("[data-copy-status]");
  for (const button of root.querySelectorAll("[data-copy-text]")) {
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copyText);
        status.textContent = t("copiedText", { text: button.dataset.copyText });
      } catch {
        status.textContent = t("copyTextFailed");
      }
    });
  }
}

const starts = {
  "[data-keep]": startKeeping,
  "[data-trip]": startTrip,
  "[data-pass]": startPass,
  "[data-stamp-here]": startStamp,
  "[data-near]": startNear,
  "[data-copies]": startCopies,
};

export function startVisit() {
  for (const [selector, start] of Object.entries(starts)) document.querySelectorAll(selector).forEach((node) => start(node));
}
