// The form of a period of use: a branch in one classification proposes the other and the retail group; fields of one state only.
import { loadJson } from "../lib/load.js";
import { t } from "../lib/i18n.js";

export function startBranches(box) {
  const state = box.querySelector("[data-branch-state]");
  const group = box.querySelector('[name="sortiment"]');
  const fields = [...box.querySelectorAll("[data-edition]")];
  const proposed = new Map(); // a field and what was put into it, which a later proposal may replace
  const put = (field, value) => {
    if (!value || (field.value && field.value !== proposed.get(field))) return false;
    field.value = value;
    proposed.set(field, value);
    return true;
  };
  for (const field of fields) {
    field.addEventListener("change", async () => {
      proposed.delete(field);
      state.textContent = "";
      if (!field.value.trim()) return;
      const query = new URLSearchParams({ [`wz_${field.dataset.edition}`]: field.value });
      const { data } = await loadJson(`${box.dataset.branches}?${query}`).catch(() => ({ data: null }));
      if (!data?.known) return;
      const said = [];
      for (const other of fields) {
        const value = data[`wz_${other.dataset.edition}`];
        if (other === field) field.value = value || field.value;
        else if (put(other, value)) said.push(`${t("branchOther", { edition: other.dataset.edition })}: ${value}${data.checked ? "" : ` (${t("unchecked")})`}`);
      }
      if (put(group, data.sortiment)) said.push(`${t("branchGroup")}: ${data.sortiment_label}`);
      state.textContent = said.length ? `${t("proposed")}: ${said.join("; ")}` : "";
    });
  }
}

export function startOnlyFor(box) {
  const field = box.closest("form").elements[box.dataset.field];
  const follow = () => {
    const shown = field.value === box.dataset.onlyFor;
    box.hidden = !shown && !box.querySelector("[aria-invalid]");
    if (box.hidden) for (const input of box.querySelectorAll("input")) input.value = "";
  };
  field.addEventListener("change", follow);
  follow();
}
