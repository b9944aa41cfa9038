// Zoom, position and scale, with names in the page's language.
import L from "leaflet";
import { LocateControl } from "leaflet.locatecontrol";
import { announce } from "../lib/announce.js";
import { t } from "../lib/i18n.js";

export function addControls(map, { locate }) {
  L.control.zoom({ zoomInTitle: t("zoomIn"), zoomOutTitle: t("zoomOut"), position: "topright" }).addTo(map);
  for (const link of map.getContainer().querySelectorAll(".leaflet-control-zoom a")) {
    link.removeAttribute("href");
    link.tabIndex = 0;
    link.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      link.click();
    });
  }
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  if (!locate || !("geolocation" in navigator)) return;
  new LocateControl({
    position: "topright",
    setView: "once",
    keepCurrentZoomLevel: false,
    initialZoomLevel: 15,
    showCompass: false,
    drawCircle: true,
    showPopup: false,
    clickBehavior: { inView: "stop", outOfView: "setView", inViewNotFollowing: "setView" },
    onLocationError: () => announceLoud(map, t("locateFailed")),
    onLocationOutsideMapBounds: (control) => {
      control.stop();
      announceLoud(map, t("locateOutside"));
    },
    strings: { title: t("locate"), metersUnit: t("meters"), popup: t("locateAccuracy"), outsideMapBoundsMsg: t("locateOutside") },
  }).addTo(map);
}

function announceLoud(map, text) {
  map.notice?.(text);
  announce(text);
}
