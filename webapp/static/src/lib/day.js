// The day control: date field, a week back and on, today, and for trees a slider over the season.
import { currentUrl } from "./address.js";
import { calm, once } from "./dom.js";
import { longDay, t } from "./i18n.js";
import { refresh } from "./refresh.js";

const MILLIS = 86400000;
const toNumber = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / MILLIS);
const toIso = (number) => new Date(number * MILLIS).toISOString().slice(0, 10);

export function startDayControls() {
  for (const form of document.querySelectorAll("form[data-day]")) startOne(form);
}

function startOne(form) {
  const field = form.querySelector("input[type=date]");
  const slider = form.querySelector("input[type=range]");
  const output = form.querySelector("output");
  const play = form.querySelector("[data-play]");
  let timer = 0;

  const go = once((iso) => {
    const url = currentUrl();
    url.searchParams.set(field.name, iso);
    url.search = url.search.replaceAll("%2F", "/");
    refresh(url);
  }, 200);

  const say = (iso) => {
    if (output) output.textContent = longDay(iso);
    slider?.setAttribute("aria-valuetext", longDay(iso));
  };
  const set = (iso) => {
    field.value = iso;
    if (slider) slider.value = String(toNumber(iso));
    say(iso);
    go(iso);
  };

  if (slider) {
    slider.min = String(toNumber(slider.dataset.from));
    slider.max = String(toNumber(slider.dataset.to));
    slider.value = String(toNumber(field.value));
    say(field.value);
    slider.addEventListener("input", () => set(toIso(Number(slider.value))));
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
    const { dayTo } = link.dataset;
    set(dayTo);
    requestAnimationFrame(() => form.querySelector(`[data-day-role="${link.dataset.dayRole}"]`)?.focus());
  });

  if (!play || !slider || calm()) {
    play?.remove();
    return;
  }
  play.hidden = false;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
    play.querySelector("[data-play-label]").textContent = t("play");
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.setAttribute("aria-pressed", "true");
    play.querySelector("[data-play-label]").textContent = t("pause");
    timer = setInterval(() => {
      const next = Number(slider.value) + 7;
      if (next > Number(slider.max)) return stop();
      return set(toIso(next));
    }, 1400);
    return undefined;
  });
}
