// What somebody does before the scripts are there is not lost: a press, a choice, a typed value count as soon as they are.

/** Notes presses of these buttons from now on; `repeat` starts what was loaded, and then presses the last one again. */
export function pressed(selector) {
  let last = null;
  const note = ({ target }) => {
    last = target.closest?.(selector) ?? last;
  };
  document.addEventListener("click", note, true);
  return {
    async repeat(start) {
      await start();
      document.removeEventListener("click", note, true);
      last?.click();
    },
  };
}

/** Whether one of these fields holds something else than the page came with: not if the page was come back to, for
    then the browser has filled them with what stood in them. */
export function chosen(...fields) {
  return performance.getEntriesByType("navigation")[0]?.type === "navigate" && fields.some(hasChanged);
}

function hasChanged(field) {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const marked = options.filter((option) => option.defaultSelected);
    const before = field.multiple ? marked : [marked.at(-1) ?? options.find((option) => !option.disabled)];
    return options.some((option) => option.selected !== before.includes(option));
  }
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "hidden" || !("defaultValue" in field)) return false;
  const isCleaned = field.value === "" && !["text", "search"].includes(field.type); // by the browser: no day, no number
  return !isCleaned && field.value !== field.defaultValue;
}
