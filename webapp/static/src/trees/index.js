// The day of the map page, changed without asking: the season's positions are fetched once, each step is worked out here.
import { replaceAddress } from "../lib/address.js";
import { once } from "../lib/dom.js";
import { loadJson } from "../lib/load.js";
import { mapOf } from "../map/index.js";
import { DayList } from "./list.js";
import { dayOf, isoOf, Season, todayIs } from "./season.js";
import { dayWords, featureOf, say } from "./words.js";

// Where it is to be seen, the list follows at most so often (ms), else when the day comes to rest; the map follows at once.
const LIST_EVERY = 250;

export class SeasonView {
  /** `source` is the address of the positions; filters are added from the page's own address. */
  constructor(source) {
    Object.assign(this, { source, asked: "", season: null, list: null, day: 0, turn: -1, listed: -1, listTimer: 0, today: todayIs() });
    this.settle = once(() => this.keepAddress(), 300);
    for (const type of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(type, (event) => this.point(event));
    document.addEventListener("results:replaced", () => {
      this.list = null; // the server has made the list anew
      this.turn = this.listed = -1;
    });
  }

  /** Fetches the positions for the filters of the address, unless they are here; a page has one season. */
  async ready() {
    const here = new URLSearchParams(location.search);
    const url = new URL(this.source, location.href);
    for (const name of ["gemeinde", "allee"]) if (here.get(name)) url.searchParams.set(name, here.get(name));
    const asked = url.href;
    if (this.season && asked === this.asked) return;
    if (here.get("am")) url.searchParams.set("am", here.get("am"));
    const { data } = await loadJson(url.href);
    this.asked = asked;
    this.season = new Season(data);
    this.list = null;
    this.turn = this.listed = -1;
  }

  /** Before the first step: the parts of the page are taken over while nobody waits. */
  prepare(iso) {
    const day = dayOf(iso);
    const results = document.querySelector("[data-results]");
    if (this.list || !this.season?.holds(day) || !results) return;
    this.day = day;
    this.takeOver(results);
    this.showTurn(this.season.turnBefore(day));
    this.showList();
  }

  /** Shows the day; false where the season does not reach. */
  show(iso) {
    const day = dayOf(iso);
    const results = document.querySelector("[data-results]");
    if (!this.season?.holds(day) || !results) return false;
    this.day = day;
    if (!this.list) this.takeOver(results);
    const turn = this.season.turnBefore(day);
    if (turn === this.turn) this.list.sayDay(this.phrase());
    else this.showTurn(turn);
    this.settle();
    return true;
  }

  /** What a box above the list has narrowed is put back first, so that all of it is there to be taken. */
  takeOver(results) {
    document.dispatchEvent(new Event("results:take"));
    this.list = new DayList(results);
    document.dispatchEvent(new Event("results:taken"));
  }

  showTurn(turn) {
    this.turn = turn;
    const states = this.wanted();
    this.list.showDay(this.phrase(), states, this.season.restingOn(this.day), this.season.arrivalsAfter(this.day));
    this.features()?.update(states.filter(({ stop }) => stop.point).map((state) => featureOf(state, this.query())));
    if (this.list.isSeen && !this.listTimer) this.listTimer = setTimeout(() => this.showList(), LIST_EVERY);
  }

  showList() {
    clearTimeout(this.listTimer);
    this.listTimer = 0;
    if (this.listed === this.turn || !this.list) return;
    this.listed = this.turn;
    const states = this.wanted();
    this.list.showRows(states);
    this.list.showMoves(this.season.arrivalsAfter(this.day));
    const counter = document.querySelector("[data-count]");
    if (counter && !document.querySelector("[data-only-visible]")?.checked) counter.textContent = `${states.length} ${say("stops", { n: states.length })}`;
  }

  wanted() {
    const states = this.season.statesOn(this.day);
    return new URLSearchParams(location.search).get("belegt") ? states.filter(({ count }) => count) : states;
  }

  features() {
    return mapOf(document.querySelector("[data-map-page] [data-map]"))?.features;
  }

  phrase() {
    return this.day === this.today ? say("today") : say("onDay", { day: dayWords(this.day) });
  }

  /** What the links of signs end in. */
  query() {
    return this.day === this.today ? "" : `?am=${isoOf(this.day)}`;
  }

  keep(url) {
    if (this.day === this.today) url.searchParams.delete("am");
    else url.searchParams.set("am", isoOf(this.day));
    url.search = url.search.replaceAll("%2F", "/");
  }

  /** A link leads to the day that is shown: said when somebody is about to follow it. */
  point({ target }) {
    const link = target.closest?.("[data-results] .result a, .moves a, a[data-keeps-day]");
    if (!link || !this.list) return;
    const url = new URL(link.href);
    this.keep(url);
    link.href = url.href;
  }

  /** When it comes to rest: address and list say the day. */
  keepAddress() {
    this.showList();
    const url = new URL(location.href);
    this.keep(url);
    replaceAddress(url);
  }
}
