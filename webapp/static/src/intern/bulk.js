// Changing many units: only the fields of what was chosen are shown; ticking units chooses "only the ticked ones".
import { t } from "../lib/i18n.js";

export function startBulk(form) {
  const parts = [...form.querySelectorAll("[data-bulk-for]")];
  const show = () => {
    const chosen = form.elements.action.value;
    for (const part of parts) part.hidden = part.dataset.bulkFor !== chosen;
  };
  const count = () => {
    const state = form.querySelector("[data-bulk-ticked]");
    const boxes = [...form.querySelectorAll("[name=units]")];
    if (state) state.textContent = t("bulkTicked", { n: boxes.filter((box) => box.checked).length, all: boxes.length });
  };
  form.addEventListener("change", ({ target }) => {
    if (target.name === "action") show();
    if (target.name === "units") {
      form.querySelector("[name=which][value=ticked]").checked = true;
      count();
    }
    const tick = target.closest(".bulk-facts") && target.name !== "fields" && form.querySelector(`[name=fields][value="${target.name}"]`);
    if (tick) tick.checked = true;
  });
  show();
  count();
}
