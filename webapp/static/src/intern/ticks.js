// Rows that are ticked: whoever goes on to other rows takes the ticks of this page along.
export function startTicks(form) {
  let touched = false;
  const keep = form.querySelector("[data-keep-ticks]");
  form.addEventListener("change", ({ target }) => {
    if (target.name === "rows") touched = true;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".import-tabs a, .pagination a");
    if (!link || !touched || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const there = new URL(link.href).searchParams;
    form.elements.art.value = there.get("art") ?? "";
    form.elements.onward.value = there.get("ab") ?? "";
    form.requestSubmit(keep);
  });
}
