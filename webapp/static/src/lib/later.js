// Maps that are made when somebody wants them: a phone then loads and computes nothing that is not looked at.
const wide = matchMedia("(min-width: 60rem)");

function wanted(node) {
  if (!node.dataset.mapLater) return;
  node.dataset.map = node.dataset.mapLater;
  delete node.dataset.mapLater;
}

/** Makes the map; the answer is what `startMap` gives. */
export async function openMap(node) {
  wanted(node);
  const { startMap } = await import("../map/index.js");
  return startMap(node);
}

function onButton(node) {
  if (wide.matches) {
    wanted(node); // it is started with all others
    return;
  }
  wide.addEventListener("change", () => openMap(node), { once: true });
  node.querySelector("[data-map-open]")?.addEventListener("click", async () => {
    const made = openMap(node);
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
    await made;
  });
}

function onSight(node) {
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      openMap(node);
    },
    { rootMargin: "100px" },
  ).observe(node);
}

export function startLaterMaps(root = document) {
  for (const node of root.querySelectorAll("[data-map-later]")) (node.dataset.later === "wide" ? onButton : onSight)(node);
  document.addEventListener("click", async (event) => {
    const shown = event.target.closest?.("[data-show]")?.dataset.show;
    const node = shown && document.querySelector("[data-map-page] [data-map-later]");
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    (await openMap(node))?.features?.open(shown);
  });
}
