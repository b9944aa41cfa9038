// Drawing without a mouse: the map moves under a crosshair, a key or a button sets a corner where it stands.
import L from "leaflet";
import { announce } from "../lib/announce.js";
import { el, svg } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/marks.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const NEAR = 8;
const FAR = 60;
const style = { color: "#14233a", weight: 2.5, dashArray: "5 5", interactive: false, pmIgnore: true };

const button = (label, sign, onclick) =>
  el("button", { type: "button", class: "kern-btn kern-btn--secondary kern-btn--small", onclick }, sign ? icon(sign) : null, el("span", { class: "kern-label" }, label));

/** `onShape` gets a GeoJSON geometry: a polygon, or a line where `lines()` says that one may be drawn. */
export function startCrosshair({ map, toolbar, onShape, lines = () => false, digits = 6 }) {
  const container = map.getContainer();
  const cross = svg("svg", { class: "crosshair", viewBox: "0 0 48 48", "aria-hidden": "true" }, svg("path", { class: "crosshair__rim", d: "M24 2v17M24 29v17M2 24h17M29 24h17" }), svg("path", { d: "M24 2v17M24 29v17M2 24h17M29 24h17" }));
  const help = el("p", { class: "editor__state", role: "status" });
  const tools = el("div", { class: "button-row", hidden: true });
  let corners = [];
  let trace = null;
  let on = false;

  const dots = L.layerGroup().addTo(map);
  const redraw = () => {
    trace?.remove();
    dots.clearLayers();
    trace = corners.length > 1 ? L.polyline(corners, style).addTo(map) : null;
    for (const at of corners) L.circleMarker(at, { ...style, dashArray: null, radius: 4, fillColor: "#fff", fillOpacity: 1 }).addTo(dots);
    finish.disabled = corners.length < 3;
    finishLine.disabled = corners.length < 2;
    finishLine.hidden = !lines();
    back.disabled = !corners.length;
  };
  const add = () => {
    const at = map.getCenter();
    corners = [...corners, at];
    redraw();
    announce(t("crossSet", { n: corners.length, lat: at.lat.toFixed(5), lon: at.lng.toFixed(5) }));
  };
  const takeBack = () => {
    corners = corners.slice(0, -1);
    redraw();
    announce(t("crossTaken", { n: corners.length }));
  };
  const pairs = () => corners.map(({ lat, lng }) => [Number(lng.toFixed(digits)), Number(lat.toFixed(digits))]);
  const end = (geometry) => {
    corners = [];
    redraw();
    onShape(geometry);
    turn(false);
    toggle.focus();
  };
  const back = button(t("crossBack"), "undo", takeBack);
  const finish = button(t("crossClose"), "check", () => end({ type: "Polygon", coordinates: [[...pairs(), pairs()[0]]] }));
  const finishLine = button(t("crossLine"), "check", () => end({ type: "LineString", coordinates: pairs() }));
  tools.append(button(t("crossCorner"), "plus", add), back, finish, finishLine);
  const toggle = button(t("crossStart"), "locate", () => turn(!on));

  const turn = (wanted) => {
    on = wanted;
    toggle.setAttribute("aria-pressed", String(on));
    toggle.querySelector(".kern-label").textContent = t(on ? "crossStop" : "crossStart");
    tools.hidden = !on;
    cross.classList.toggle("is-shown", on);
    help.textContent = on ? t("crossHelp") : "";
    corners = on ? corners : [];
    redraw();
    if (on) container.focus({ preventScroll: true });
  };
  container.append(cross);
  toolbar.append(toggle);
  toolbar.after(tools, help);
  redraw();
  map.on("zoomend", () => on && redraw());
  container.addEventListener(
    "keydown",
    (event) => {
      if (!on || event.target !== container) return;
      const step = STEPS[event.key];
      const act = { Enter: add, " ": add, Backspace: takeBack, Escape: () => turn(false) || toggle.focus() }[event.key];
      if (!step && !act) return;
      event.preventDefault();
      event.stopPropagation();
      if (step) map.panBy(L.point(step).multiplyBy(event.shiftKey ? FAR : NEAR), { animate: false });
      else act();
    },
    true,
  );
  return { isOn: () => on };
}
