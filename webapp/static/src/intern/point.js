// The point of a place: click the map, drag the pin, move it with the arrow keys, set it under the crosshair, or type it.
import L from "leaflet";
import { announce } from "../lib/announce.js";
import { svg } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { pickIcon } from "../map/icons.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function parse(text) {
  const value = Number(String(text).trim().replace(",", "."));
  return text !== "" && Number.isFinite(value) ? value : null;
}

export function startPoint({ editor, form, map, config, undo }) {
  const lat = form.querySelector(`[name="${config.lat}"]`);
  const lon = form.querySelector(`[name="${config.lon}"]`);
  const state = editor.querySelector("[data-point-state]");
  const followers = [];
  let marker = null;

  const place = (at) => {
    if (!at) {
      marker?.remove();
      marker = null;
    } else if (marker) marker.setLatLng(at);
    else {
      marker = L.marker(at, { icon: pickIcon(t("pointHere")), draggable: true, keyboard: true, autoPan: true, zIndexOffset: 500 }).addTo(map);
      marker.on("dragstart", () => remember());
      marker.on("drag", () => write(marker.getLatLng(), false));
      marker.on("dragend", () => write(marker.getLatLng()));
      marker.getElement().addEventListener("keydown", moveByKey);
    }
    say(at);
    for (const follow of followers) follow(at);
  };
  const say = (at) => {
    state.textContent = at ? t("pointSet", { lat: at.lat.toFixed(5), lon: at.lng.toFixed(5) }) : t("pointMissing");
  };
  const read = () => {
    const [y, x] = [parse(lat.value), parse(lon.value)];
    return y === null || x === null ? null : L.latLng(y, x);
  };
  const write = (at, spoken = true) => {
    lat.value = at ? at.lat.toFixed(6) : "";
    lon.value = at ? at.lng.toFixed(6) : "";
    place(at);
    if (spoken && at) announce(state.textContent);
  };
  const remember = () => {
    const before = read();
    undo.push(() => write(before));
  };
  const moveByKey = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const pixels = event.shiftKey ? 20 : 2;
    remember();
    const to = map.unproject(map.project(marker.getLatLng()).add(L.point(step).multiplyBy(pixels)));
    write(to);
    map.panInside(to, { padding: [60, 60], animate: false });
  };

  map.on("click", ({ latlng }) => {
    if (map.pm?.globalDrawModeEnabled() || map.pm?.globalEditModeEnabled() || map.pm?.globalRemovalModeEnabled()) return;
    remember();
    write(latlng);
  });
  // By the keyboard: the map has the focus and moves by its arrow keys, Enter sets the point under the crosshair.
  const lines = "M24 2v17M24 29v17M2 24h17M29 24h17";
  map.getContainer().append(
    svg("svg", { class: "crosshair crosshair--focus", viewBox: "0 0 48 48", "aria-hidden": "true" }, svg("path", { class: "crosshair__rim", d: lines }), svg("path", { d: lines })),
  );
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.target !== map.getContainer() || event.key !== "Enter") return;
    event.preventDefault();
    remember();
    write(map.getCenter());
  });
  for (const field of [lat, lon]) {
    field.addEventListener("change", () => {
      const at = read();
      place(at);
      if (at) map.panTo(at, { animate: false });
    });
  }
  const here = editor.querySelector("[data-here]");
  if (here && !("geolocation" in navigator)) here.remove();
  here?.addEventListener("click", () => {
    state.textContent = t("nearAsking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        remember();
        write(L.latLng(coords.latitude, coords.longitude));
        map.setView([coords.latitude, coords.longitude], 18, { animate: false });
      },
      () => {
        state.textContent = t("locateFailed");
        announce(t("locateFailed"));
      },
      { enableHighAccuracy: true, maximumAge: 30_000, timeout: 15_000 },
    );
  });
  const first = read();
  place(first);
  if (first) map.setView(first, Math.max(config.zoom ?? 16, 16), { animate: false });
  return {
    at: () => marker?.getLatLng() ?? null,
    set: (at) => {
      remember();
      write(at);
      map.setView(at, Math.max(map.getZoom(), 17), { animate: false });
    },
    follow: (listener) => {
      followers.push(listener);
      listener(marker?.getLatLng() ?? null);
    },
  };
}
