// Several photos at once: a description for each, under the name of its file.
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

export function startPhotos(box) {
  const files = box.querySelector('input[type="file"]');
  const first = box.querySelector('[name="alt_text"]').closest(".kern-form-input");
  const input = first.querySelector("input");
  const label = first.querySelector("label");
  const word = label.firstChild.textContent.trim();
  const more = el("div", {});
  first.after(more);
  files.addEventListener("change", () => {
    const chosen = [...files.files];
    label.firstChild.textContent = chosen.length > 1 ? `${word}: ${chosen[0].name} ` : `${word} `;
    const typed = new Map([...more.querySelectorAll("input")].map((one) => [one.dataset.file, one.value]));
    more.replaceChildren(
      ...chosen.slice(1).map((file, index) =>
        el(
          "div",
          { class: "kern-form-input" },
          el("label", { class: "kern-label", for: `f-alt_text-${index + 2}` }, `${word}: ${file.name}`),
          el("input", { class: "kern-form-input__input", id: `f-alt_text-${index + 2}`, name: "alt_text", maxlength: input.maxLength, required: true, "data-file": file.name, value: typed.get(file.name) ?? "" }),
        ),
      ),
    );
    if (chosen.length > 1) more.append(el("p", { class: "kern-hint" }, t("photosEach")));
  });
}
