// Enter and Space press a marker or a cluster, Escape closes and gives focus back.
export function tendKeyboard(map) {
  const container = map.getContainer();
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && map._popup?.isOpen()) {
      event.stopPropagation();
      map.closePopup();
      return;
    }
    const marker = event.target.closest?.(".leaflet-marker-icon");
    if (!marker || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    map.openedByKey = true;
    const isCluster = marker.classList.contains("cluster");
    marker.click();
    if (isCluster) {
      map.openedByKey = false;
      container.focus();
    }
  });
}
