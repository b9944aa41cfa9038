// One form, one map: the point, and on it the outline or the direction, with one undo for all of them.
import { createMap, prepareEditor } from "../map/index.js";
import { readJson } from "../lib/dom.js";
import { startAddress } from "./address.js";
import { showContext } from "./context.js";
import { showBuildings, startNear } from "./near.js";
import { startDirection } from "./direction.js";
import { startPoint } from "./point.js";
import { UndoStack } from "./undo.js";

export async function startEditors() {
  await Promise.all([...document.querySelectorAll("[data-point-editor]")].map(startOne));
}

async function startOne(editor) {
  const node = editor.querySelector("[data-map]");
  const config = readJson(node.dataset.map);
  const form = editor.closest("form") ?? document;
  const outline = form.querySelector("[data-outline-editor]");
  const drawing = outline ? await import("./outline.js") : null; // before the map: Geoman hooks into its making
  prepareEditor(node, config);
  const map = createMap(node, config);
  if (config.features) showContext(map, config.features);
  const undo = new UndoStack(editor.querySelector("[data-editor-tools]"));
  const point = startPoint({ editor, form, map, config, undo });
  drawing?.startOutline({ box: outline, form, map, undo, tools: editor.querySelector("[data-editor-tools]") });
  followChoice(form.querySelector("[data-centers]"), map, point);
  const address = form.querySelector("[data-address-search]");
  if (address) startAddress({ box: address, form, point });
  const near = form.querySelector("[data-near]");
  if (near) startNear({ box: near, form, point });
  if (config.buildings) showBuildings(map, config.buildings);
  const direction = form.querySelector("[data-direction-editor]");
  if (direction) startDirection({ box: direction, form, map, point, undo });
}

/** A list of towns whose choice moves the map there, until a point is set. */
function followChoice(list, map, point) {
  if (!list) return;
  const centers = readJson(list.dataset.centers);
  list.querySelector("select").addEventListener("change", ({ target }) => {
    const at = centers[target.value];
    if (at && !point.at()) map.setView(at, 14, { animate: false });
  });
}
