// Steps back within a form's map: each change leaves a function that takes it back.
import { announce } from "../lib/announce.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/marks.js";

export class UndoStack {
  constructor(toolbar) {
    this.steps = [];
    this.button = el(
      "button",
      { type: "button", class: "kern-btn kern-btn--secondary kern-btn--small", disabled: true, onclick: () => this.undo() },
      icon("undo"),
      el("span", { class: "kern-label" }, t("undo")),
    );
    toolbar?.append(this.button);
  }

  push(back) {
    this.steps.push(back);
    this.button.disabled = false;
  }

  undo() {
    this.steps.pop()?.();
    if (!this.steps.length) this.button.disabled = true;
    announce(t("undone"));
  }
}
