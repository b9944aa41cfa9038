// Filter forms: a change takes effect at once, and lives in the address.
import { addressOfForm } from "./address.js";
import { once } from "./dom.js";
import { chosen } from "./early.js";
import { refresh } from "./refresh.js";

export function startFilters() {
  for (const form of document.querySelectorAll("form[data-filters]")) {
    const apply = () => refresh(addressOfForm(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply();
    });
    const later = once(apply, 350);
    form.addEventListener("change", later);
    form.addEventListener("input", (event) => {
      if (event.target.matches("input[type=search], input[type=text], input[type=number]")) later();
    });
    form.querySelector("[data-reset]")?.addEventListener("click", (event) => {
      event.preventDefault();
      for (const field of form.elements) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = field.dataset.default === "1";
        else if (field.type !== "hidden" && field.type !== "submit") field.value = "";
      }
      apply();
    });
    if (chosen(...form.elements)) apply();
  }
  for (const field of document.querySelectorAll("[data-submit-on-change]")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }
}
