// The day control: date field, a week back and on, today, and for trees a slider over the season.
import { currentUrl } from "./address.js";
import { calm, once } from "./dom.js";
import { chosen } from "./early.js";
import { longDay, t } from "./i18n.js";
import { refresh } from "./refresh.js";

const MILLIS = 86400000;
// Playing goes on by a day a tick, fast enough to be one movement; for who wants less movement by a week, slowly.
const TICK = { days: 1, wait: 70 };
const CALM_TICK = { days: 7, wait: 1400 };
const toNumber = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / MILLIS);
const toIso = (number) => new Date(number * MILLIS).toISOString().slice(0, 10);

export function startDayControls() {
  for (const form of document.querySelectorAll("form[data-day]")) startOne(form);
}

/** The address with another day in it. */
function addressOn(name, iso) {
  const url = currentUrl();
  url.searchParams.set(name, iso);
  url.search = url.search.replaceAll("%2F", "/");
  return url;
}

function startOne(form) {
  const field = form.querySelector("input[type=date]");
  const slider = form.querySelector("input[type=range]");
  const output = form.querySelector("output");
  const ask = once((iso) => refresh(addressOn(field.name, iso)), 200);
  const go = form.dataset.positions ? goWithin(form, field.name) : ask;

  const say = (iso) => {
    if (output) output.textContent = longDay(iso);
    slider?.setAttribute("aria-valuetext", longDay(iso));
  };
  let day = field.value;
  const rest = once(() => {
    field.value = day;
    for (const link of form.querySelectorAll("a[data-day-role]")) turnLink(link, day);
  }, 120); // a slider that is drawn along has no need of them at each step
  const set = (iso) => {
    day = iso;
    if (slider && slider.value !== String(toNumber(iso))) slider.value = String(toNumber(iso));
    say(iso);
    rest();
    go(iso);
  };

  if (slider) {
    slider.min = String(toNumber(slider.dataset.from));
    slider.max = String(toNumber(slider.dataset.to));
    slider.value = String(toNumber(field.value));
    say(field.value);
    slider.addEventListener("input", () => set(toIso(Number(slider.value))));
    startPlaying(form, slider, set);
  }
  field.addEventListener("change", () => field.value && field.validity.valid && set(field.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value) set(field.value);
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-day-to]");
    if (!link) return;
    event.preventDefault();
    const step = Number(link.dataset.dayStep);
    set(step ? toIso(toNumber(day) + step) : link.dataset.dayTo);
    requestAnimationFrame(() => form.querySelector(`[data-day-role="${link.dataset.dayRole}"]`)?.focus());
  });
  if (chosen(field) && field.validity.valid) set(field.value);
}

/** Links a week back and on, and to today, follow the day. */
function turnLink(link, iso) {
  const step = Number(link.dataset.dayStep);
  if (step) {
    link.dataset.dayTo = toIso(toNumber(iso) + step);
    link.href = addressOn("am", link.dataset.dayTo).search;
  } else if (link.dataset.dayTo === iso) link.setAttribute("aria-current", "date");
  else link.removeAttribute("aria-current");
}

/** Days of the season are worked out from what is fetched once; another season is another page. */
function goWithin(form, name) {
  let wanted = null;
  let view = null;
  const loading = new Promise((done) => {
    const start = () => done(import("../trees/index.js").then(({ SeasonView }) => new SeasonView(form.dataset.positions)));
    if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: 1500 });
    else setTimeout(start, 300);
  });
  const load = async () => {
    view ??= await loading;
    await view.ready();
  };
  loading.then(load).then(() => !wanted && view.prepare(form.elements[name].value)).catch(() => {}); // early, so that the first step finds it; what fails is tried again then
  return async (iso) => {
    wanted = iso;
    try {
      await load();
    } catch {
      return location.assign(addressOn(name, iso));
    }
    if (wanted === iso && !view.show(iso)) location.assign(addressOn(name, iso));
    return undefined;
  };
}

function startPlaying(form, slider, set) {
  const play = form.querySelector("[data-play]");
  if (!play) return;
  let timer = 0;
  play.hidden = false;
  const label = (key, pressed) => {
    play.setAttribute("aria-pressed", String(pressed));
    play.querySelector("[data-play-label]").textContent = t(key);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    label("play", false);
  };
  const step = () => {
    const { days, wait } = calm() ? CALM_TICK : TICK;
    const next = Math.min(Number(slider.value) + days, Number(slider.max));
    if (next === Number(slider.value)) return stop();
    timer = setTimeout(() => requestAnimationFrame(step), wait);
    return set(toIso(next));
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (slider.value === slider.max) slider.value = slider.min;
    label("pause", true);
    return step();
  });
  slider.addEventListener("pointerdown", () => timer && stop());
  slider.addEventListener("keydown", () => timer && stop());
  document.addEventListener("visibilitychange", () => document.hidden && timer && stop());
}
