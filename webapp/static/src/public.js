// Every public page: small behaviours at once, the map only where there is one.
import { startDayControls } from "./lib/day.js";
import { pressed } from "./lib/early.js";
import { startFilters } from "./lib/filters.js";
import { takeFocus } from "./lib/focus.js";
import { startLaterMaps } from "./lib/later.js";
import { startShare } from "./lib/share.js";

startFilters();
startDayControls();
startShare();
takeFocus(document.querySelector("[data-focus-on-load]"));
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

startLaterMaps();
document.documentElement.dataset.started = ""; // from here on buttons that need scripts do something
if (document.querySelector("[data-map]:not([data-editor])")) {
  const early = pressed("[data-show]");
  import("./map/index.js").then(({ startAll }) => early.repeat(startAll));
}

if (document.querySelector("[data-keep], [data-trip], [data-pass], [data-stamp-here], [data-near], [data-copies]")) {
  const early = pressed("[data-keep], [data-near], [data-pass-clear], [data-copy-text]");
  import("./visit/index.js").then(({ startVisit }) => early.repeat(startVisit));
}

if (document.querySelector("form[data-sending]")) import("./lib/sending.js").then(({ startSending }) => startSending());

if (document.querySelector("[data-point-editor]")) {
  const early = pressed("[data-here]");
  import("./intern/index.js").then(({ startEditors }) => early.repeat(startEditors));
}
