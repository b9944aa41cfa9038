// Direction of view: a turning arrow, two number fields, the text, and on a phone the compass. All four say the same.
import L from "leaflet";
import { svg } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { fanIcon } from "../map/icons.js";
import { sectorPath, width } from "../map/sectors.js";
import { nameOfDegrees, parseDirections, writeDirections } from "./compass.js";

const SIZE = 200;
const MIDDLE = SIZE / 2;
const turn = (degrees) => ((Math.round(degrees) % 360) + 360) % 360;
const middleOf = (sector) => turn(sector[0] + width(sector) / 2);

function drawDial() {
  const fans = svg("g", { class: "dial__fans" });
  const arrow = svg(
    "g",
    { class: "dial__arrow", tabindex: 0, role: "slider", "aria-label": t("directionHandle"), "aria-valuemin": 0, "aria-valuemax": 359, "aria-valuenow": 0, "aria-valuetext": t("directionNone") },
    svg("path", { class: "dial__shaft", d: `M${MIDDLE} ${MIDDLE + 22}V42` }),
    svg("path", { class: "dial__head", d: `M${MIDDLE} 18l14 27H${MIDDLE - 14}z` }),
  );
  const letters = [["N", 0], ["O", 90], ["S", 180], ["W", 270]].map(([letter, degrees]) => {
    const angle = (degrees * Math.PI) / 180;
    return svg("text", { x: MIDDLE + 91 * Math.sin(angle), y: MIDDLE - 91 * Math.cos(angle) + 5, "aria-hidden": "true" }, letter);
  });
  const ticks = Array.from({ length: 24 }, (_one, index) =>
    svg("path", { class: "dial__tick", d: `M${MIDDLE} 22v${index % 6 ? 5 : 9}`, transform: `rotate(${index * 15} ${MIDDLE} ${MIDDLE})` }),
  );
  const face = svg("circle", { class: "dial__face", cx: MIDDLE, cy: MIDDLE, r: 79 });
  return { root: svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "dial__svg" }, face, ...ticks, fans, ...letters, arrow), fans, arrow };
}

export function startDirection({ box, form, map, point, undo }) {
  const field = form.querySelector(`[name="${box.dataset.directionEditor}"]`);
  const [from, to] = [box.querySelector("[data-from]"), box.querySelector("[data-to]")];
  const state = box.querySelector("[data-direction-state]");
  const { root, fans, arrow } = drawDial();
  box.querySelector("[data-dial]").append(root);
  let sectors = [];
  let fan = null;

  const drawOnMap = (at) => {
    fan?.remove();
    fan = at && sectors.length ? L.marker(at, { icon: fanIcon(sectors), interactive: false, keyboard: false }).addTo(map) : null;
  };
  const show = (assumed = false) => {
    fans.replaceChildren(...sectors.map((sector) => svg("path", { d: sectorPath(sector, 72, MIDDLE) })));
    drawOnMap(point.at());
    if (!sectors.length) {
      arrow.setAttribute("aria-valuetext", t("directionNone"));
      return;
    }
    const [first] = sectors;
    const bearing = middleOf(first);
    arrow.setAttribute("transform", `rotate(${bearing} ${MIDDLE} ${MIDDLE})`);
    arrow.setAttribute("aria-valuenow", bearing);
    const words = t("direction", { deg: bearing, name: nameOfDegrees(bearing) });
    const open = width(first) >= 360 ? t("panorama") : t("opening", { deg: Math.round(width(first)) });
    arrow.setAttribute("aria-valuetext", `${words}, ${open}`);
    state.textContent = assumed ? `${words}, ${t("assumed")}` : `${words}, ${open}`;
    if (document.activeElement !== from) from.value = Number(first[0].toFixed(1));
    if (document.activeElement !== to) to.value = Number(first[1].toFixed(1));
  };
  const fromText = () => {
    if (!field.value.trim()) {
      sectors = [];
      state.textContent = "";
      show();
      return;
    }
    const parsed = parseDirections(field.value);
    if (!parsed) {
      state.textContent = t("directionBad");
      return;
    }
    ({ sectors } = parsed);
    show(parsed.assumed);
  };
  const remember = () => {
    const before = field.value;
    undo.push(() => {
      field.value = before;
      fromText();
    });
  };
  const write = () => {
    field.value = writeDirections(sectors);
    show();
  };
  const turnBy = (delta) => {
    const [first, ...others] = sectors.length && width(sectors[0]) < 360 ? sectors : [[315, 45], ...sectors.slice(1)];
    sectors = [first.map((value) => turn(value + delta)), ...others];
    write();
  };
  const turnTo = (degrees) => turnBy(Math.round(degrees) - (sectors.length && width(sectors[0]) < 360 ? middleOf(sectors[0]) : 0));

  field.addEventListener("input", fromText);
  for (const [input, index] of [[from, 0], [to, 1]]) {
    input.addEventListener("focus", remember);
    input.addEventListener("input", () => {
      const value = Number(input.value);
      if (input.value === "" || !(value >= 0 && value <= 360)) return;
      sectors = sectors.length ? sectors.map((one) => [...one]) : [[0, 90]];
      sectors[0][index] = value;
      if (sectors[0][0] !== sectors[0][1]) write();
    });
  }
  arrow.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 15, PageDown: -15 }[event.key];
    if (!step) return;
    event.preventDefault();
    remember();
    turnBy(step * (event.shiftKey ? 10 : 1));
  });
  root.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    remember();
    root.setPointerCapture(event.pointerId);
    const follow = (move) => {
      const { left, top, width: wide, height } = root.getBoundingClientRect();
      turnTo((Math.atan2(move.clientX - left - wide / 2, -(move.clientY - top - height / 2)) * 180) / Math.PI);
    };
    follow(event);
    root.addEventListener("pointermove", follow);
    root.addEventListener("pointerup", () => root.removeEventListener("pointermove", follow), { once: true });
    root.addEventListener("pointercancel", () => root.removeEventListener("pointermove", follow), { once: true });
    arrow.focus({ preventScroll: true });
  });
  point.follow(drawOnMap);
  offerCompass(box.querySelector("[data-compass]"), state, turnTo, remember);
  const early = [from, to].map((input) => [input, input.value]).filter(([, value]) => value !== ""); // typed before this ran
  fromText();
  for (const [input, value] of early) {
    input.value = value;
    input.dispatchEvent(new Event("input"));
  }
}

function offerCompass(button, state, turnTo, remember) {
  if (!button || !("DeviceOrientationEvent" in window) || !navigator.maxTouchPoints) return;
  button.hidden = false;
  const kind = "ondeviceorientationabsolute" in window ? "deviceorientationabsolute" : "deviceorientation";
  const label = button.querySelector(".kern-label");
  let on = false;
  const hear = (event) => {
    const heading = event.webkitCompassHeading ?? (event.alpha === null ? null : 360 - event.alpha);
    if (heading !== null) turnTo(heading);
    else state.textContent = t("compassNone");
  };
  button.addEventListener("click", async () => {
    if (!on && typeof DeviceOrientationEvent.requestPermission === "function") {
      const answer = await DeviceOrientationEvent.requestPermission().catch(() => "denied");
      if (answer !== "granted") {
        state.textContent = t("compassNone");
        return;
      }
    }
    on = !on;
    if (on) {
      remember();
      addEventListener(kind, hear);
    } else removeEventListener(kind, hear);
    button.setAttribute("aria-pressed", String(on));
    label.textContent = on ? t("compassOn") : t("compassOff");
  });
}
