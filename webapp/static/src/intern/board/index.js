// The planner's screen: a visit is moved by arrow keys or by dragging, both through the same Move, which asks the server
// what keeps it from each week. What is saved comes back as the page's own parts; without scripts the forms do the same.
import { t } from "../../lib/i18n.js";
import { Grid } from "./grid.js";
import { Move } from "./move.js";
import { send } from "./send.js";

const FAR_PX = 5;
const EDGE_PX = 40;

export function startBoard(root) {
  const grid = new Grid(root);
  const line = root.querySelector("[data-board-say]");
  const say = (text) => {
    line.textContent = text;
  };
  let move = null;
  let drag = null;

  const begin = (button) => {
    move = new Move({ root, grid, button, say, reveals: !drag }); // under a pointer nothing may slide away
    return move;
  };
  const end = (text = "") => {
    move?.clear();
    move = null;
    drag = null;
    say(text);
  };
  const save = async () => {
    const mine = move;
    const reasons = await mine.reasons();
    if (move !== mine) return;
    if (mine.isUnchanged()) return end();
    if (reasons.length) {
      say(`${mine.words(reasons)} ${t("boardNotMoved")}`);
      if (drag) end(line.textContent);
      return;
    }
    mine.button.setAttribute("aria-busy", "true");
    const fields = mine.fields();
    const url = mine.button.href;
    end(t("boardSaving"));
    say(await send(root, url, fields));
  };

  if (root.dataset.canMove === "1") {
    root.addEventListener("keydown", (event) => {
      const button = event.target.closest("[data-visit]");
      if (!button) return;
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (step && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        (move ?? begin(button)).step(...step, event.shiftKey);
      } else if (event.key === "Enter" && move) {
        event.preventDefault();
        save();
      } else if (event.key === "Escape" && move) {
        event.preventDefault();
        end(t("boardCancelled"));
      }
    });
    root.addEventListener("focusout", (event) => {
      if (move && !drag && event.target === move.button && !move.button.hasAttribute("aria-busy")) end();
    });
    root.addEventListener("pointerdown", (event) => {
      const fresh = event.target.closest("a, button") ? null : event.target.closest("[data-unplaced]");
      const button = fresh ?? event.target.closest("[data-visit]");
      if (!button || event.button !== 0 || event.pointerType === "touch") return;
      const grabbed = fresh ? 0 : grid.weekAt(event.clientX) - grid.weekOf(button.dataset.first);
      drag = { button, fresh, x: event.clientX, y: event.clientY, grabbed, moved: false };
    });
    document.addEventListener("pointermove", (event) => {
      if (!drag) return;
      if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_PX) return;
      if (!drag.moved) {
        drag.moved = true;
        if (!drag.fresh) drag.button.focus({ preventScroll: true });
        begin(drag.button);
      }
      event.preventDefault();
      grid.scrollAt(event.clientX, EDGE_PX);
      const row = drag.fresh ? drag.button.dataset.stop : (grid.rowAt(event.clientX, event.clientY) ?? move?.stop);
      move?.aim(row, grid.weekAt(event.clientX) - drag.grabbed);
    });
    document.addEventListener("pointerup", (event) => {
      if (drag?.moved && drag.fresh) {
        const { week } = move;
        const over = grid.isOver(event.clientX, event.clientY);
        const url = `${drag.button.dataset.unplaced}&ab=${grid.firstDay(week)}`;
        end(over ? "" : t("boardCancelled"));
        if (over) location.assign(url); // the form asks for what is missing
      } else if (drag?.moved) {
        const { button } = drag;
        button.addEventListener("click", stop, { once: true });
        setTimeout(() => button.removeEventListener("click", stop), 0);
        save().finally(() => (drag = null));
      } else drag = null;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && drag?.moved) end(t("boardCancelled"));
    });
  }

  root.addEventListener("dragstart", (event) => event.target.closest?.("[data-visit]") && event.preventDefault());
  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-board-step]");
    if (!form) return;
    event.preventDefault();
    say(await send(root, form.action, Object.fromEntries(new FormData(form)), form.dataset.boardStep));
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    const name = { z: "undo", y: "redo", Z: "redo" }[event.key];
    const button = name && root.querySelector(`[data-board-step="${name}"] button:not([disabled])`);
    if (!button) return;
    event.preventDefault();
    button.form.requestSubmit();
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-map] a[href*='#zeile-']");
    const row = link && document.getElementById(link.hash.slice(1));
    if (!row) return;
    event.preventDefault();
    row.scrollIntoView({ block: "center" });
    (row.querySelector("[data-visit]") ?? row.querySelector("a"))?.focus();
  });
  document.addEventListener("results:replaced", () => grid.forget());
  grid.showNow();
  root.dataset.ready = ""; // from here on keys and pointers are heard
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
