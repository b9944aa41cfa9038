// The day of the map in a frame: the season is fetched when somebody reaches for the slider, each step is worked out here.
import { el, once } from "../lib/dom.js";
import { longDay, t } from "../lib/i18n.js";
import { loadJson } from "../lib/load.js";
import { statusBadge } from "../lib/marks.js";
import { mapOf } from "../map/index.js";
import { dayLines, moveLines } from "./list.js";
import { dayOf, isoOf, Season, todayIs } from "./season.js";
import { dayWords, featureOf, linesOf, say, statusOf } from "./words.js";

const MOVES = 4;

export class EmbeddedDay {
  /** `box` holds the slider and the links; `maps` is fulfilled when the map has drawn what the server sent. */
  constructor(box, maps) {
    const slider = box.querySelector("input[type=range]");
    Object.assign(this, { box, slider, maps, output: box.querySelector("output"), season: null, loading: null, day: dayOf(box.dataset.embedDay), turn: -1, rows: new Map(), today: todayIs() });
    this.settle = once(() => this.turnLinks(), 150);
    slider.min = String(dayOf(slider.dataset.from));
    slider.max = String(dayOf(slider.dataset.to));
    slider.value = String(this.day);
    this.sayDay();
    for (const type of ["pointerenter", "focus"]) slider.addEventListener(type, () => this.ready().catch(() => {})); // tried again at the first step
    slider.addEventListener("input", () => this.go(Number(slider.value)));
    box.addEventListener("click", (event) => this.follow(event));
  }

  /** The links beside the slider move it too; beyond the season they lead to the page of that day. */
  follow(event) {
    const link = event.target.closest("a");
    if (!link) return;
    const day = "today" in link.dataset ? this.today : this.day + Number(link.dataset.days);
    link.href = `?am=${isoOf(day)}`;
    if (day < Number(this.slider.min) || day > Number(this.slider.max)) return;
    event.preventDefault();
    this.slider.value = String(day);
    this.go(day);
  }

  async go(day) {
    this.day = day;
    this.sayDay();
    try {
      await this.ready();
    } catch {
      this.output.textContent = t("failed");
      return;
    }
    if (this.day === day) this.show();
  }

  ready() {
    this.loading ??= this.load().catch((error) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  async load() {
    const { data } = await loadJson(this.box.dataset.source);
    await this.maps;
    this.season = new Season(data);
  }

  sayDay() {
    const words = longDay(isoOf(this.day));
    this.output.textContent = words;
    this.slider.setAttribute("aria-valuetext", words);
  }

  show() {
    const turn = this.season.turnBefore(this.day);
    this.settle();
    if (turn === this.turn) {
      this.phrase.textContent = this.phraseOf();
      return;
    }
    this.turn = turn;
    const states = this.season.statesOn(this.day);
    const arrivals = this.season.arrivalsAfter(this.day);
    this.phrase = el("span", {}, this.phraseOf());
    document.querySelector(".embed__day").replaceChildren(...dayLines(this.phrase, states, this.season.restingOn(this.day), arrivals));
    document.querySelector(".embed__stops").replaceChildren(...states.map((state) => this.row(state)).filter(Boolean));
    document.querySelector("[data-moves]").replaceChildren(...(arrivals.length ? [el("section", { class: "moves" }, ...moveLines(arrivals.slice(0, MOVES)))] : []));
    const features = mapOf(document.querySelector("[data-map]"))?.features;
    features?.update(states.filter(({ stop }) => stop.point).map((state) => featureOf(state, this.query())));
  }

  /** The entry that the server has made, with the words of this day. */
  row(state) {
    const { stop } = state;
    if (!this.rows.size) for (const node of document.querySelectorAll(".embed__stops > li")) this.rows.set(node.dataset.featureId, node);
    const node = this.rows.get(String(stop.id));
    if (!node) return null; // a stop that is new since the page was made
    const until = state.count ? [" ", el("span", { class: "muted" }, linesOf(state)[0])] : [];
    node.querySelector(".embed__state").replaceChildren(statusBadge(...statusOf(state)), ...until);
    return node;
  }

  phraseOf() {
    return this.day === this.today ? say("today") : say("onDay", { day: dayWords(this.day) });
  }

  query() {
    return this.day === this.today ? "" : `?am=${isoOf(this.day)}`;
  }

  /** When it comes to rest, links lead to the day that is shown. */
  turnLinks() {
    this.box.dataset.shown = isoOf(this.day);
    for (const link of document.querySelectorAll("a[data-keeps-day]")) {
      const url = new URL(link.href);
      if (this.day === this.today) url.searchParams.delete("am");
      else url.searchParams.set("am", isoOf(this.day));
      link.href = url.href;
    }
  }
}
