// Internal pages: everything public pages have (the editors of a form's map too), and what only the staff needs.
import "./public.js";
import "./intern/leaving.js";

if (document.querySelector("[data-branches], [data-only-for]")) {
  import("./intern/spell.js").then(({ startBranches, startOnlyFor }) => {
    document.querySelectorAll("[data-branches]").forEach(startBranches);
    document.querySelectorAll("[data-only-for]").forEach(startOnlyFor);
  });
}

if (document.querySelector("[data-jobs-open]")) {
  import("./intern/jobs.js").then(({ followJobs }) => followJobs());
}
for (const box of document.querySelectorAll("[data-photos]")) import("./intern/photos.js").then(({ startPhotos }) => startPhotos(box));
for (const editor of document.querySelectorAll("[data-bays-editor]")) {
  import("./intern/bays.js").then(({ startBays }) => startBays(editor));
}
for (const editor of document.querySelectorAll("[data-area-editor]")) {
  import("./intern/area.js").then(({ startArea }) => startArea(editor));
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  import("./intern/autosave.js").then(({ startAutosave }) => startAutosave(form));
}

const parts = document.querySelector("[data-bulk-for]");
if (parts) import("./intern/bulk.js").then(({ startBulk }) => startBulk(parts.closest("form")));

for (const form of document.querySelectorAll("[data-ticks]")) import("./intern/ticks.js").then(({ startTicks }) => startTicks(form));

const board = document.querySelector("[data-board]");
if (board) import("./intern/board/index.js").then(({ startBoard }) => startBoard(board));

const run = document.querySelector("[data-run-open]");
if (run) import("./intern/board/run.js").then(({ followRun }) => followRun());
for (const slider of document.querySelectorAll("[data-weight]")) {
  slider.addEventListener("input", () => {
    slider.parentElement.querySelector("output").textContent = `${slider.value}${slider.dataset.weightUnit ?? " %"}`;
  });
}
