// The list beside the map, kept up to date while the day changes: nodes are made once and only their words change.
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { icon, statusBadge } from "../lib/marks.js";
import { dayWords, linesOf, say, statusOf } from "./words.js";

const MOVES = 6;
const SLICE = 24;

export class DayList {
  /** `results` holds what the server made for the first day; from here on its parts belong to this list. */
  constructor(results) {
    this.day = results.querySelector(".trees-day");
    this.after = results.querySelector(".trees-after");
    this.rows = results.querySelector(":scope > .results") ?? el("ul", { class: "results" });
    results.querySelector(":scope > .empty")?.replaceWith(this.rows);
    this.made = new Map([...this.rows.children].map((node) => [node.querySelector("[data-feature-id]")?.dataset.featureId, node]));
    this.moves = this.after.querySelector(".moves") ?? el("section", { class: "moves" });
    if (!this.moves.isConnected) this.after.prepend(this.moves);
    this.known = new Map();
    this.order = [...this.made.keys()].join();
    this.isSeen = true;
    new IntersectionObserver(([one]) => (this.isSeen = one.isIntersecting)).observe(this.rows);
  }

  showRows(states) {
    clearTimeout(this.later);
    const order = states.map(({ stop }) => stop.id).join();
    const isMoved = order !== this.order;
    if (isMoved) {
      const wanted = new Set(states.map(({ stop }) => this.rowOf(stop).node));
      for (const node of [...this.rows.children]) if (!wanted.has(node)) node.remove();
      if (!states.length) this.rows.append(none());
    }
    this.order = "";
    this.showSlice(states, isMoved, order);
  }

  /** So many rows at a time, that a long list holds nobody up; moved ones go to the end, one after the other. */
  showSlice(states, isMoved, order) {
    for (const state of states.slice(0, SLICE)) {
      const row = this.rowOf(state.stop);
      row.show(state);
      if (isMoved) this.rows.append(row.node);
    }
    if (states.length > SLICE) this.later = setTimeout(() => this.showSlice(states.slice(SLICE), isMoved, order));
    else this.order = order;
  }

  rowOf(stop) {
    if (!this.known.has(stop.id)) this.known.set(stop.id, new Row(stop, this.made.get(String(stop.id))));
    return this.known.get(stop.id);
  }

  showDay(phrase, states, resting, arrivals) {
    this.phrase = el("span", {}, phrase);
    this.day.replaceChildren(...dayLines(this.phrase, states, resting, arrivals));
  }

  showMoves(arrivals) {
    this.moves.hidden = arrivals.length === 0;
    this.moves.replaceChildren(...moveLines(arrivals.slice(0, MOVES)));
  }

  sayDay(phrase) {
    this.phrase.textContent = phrase;
  }
}

/** The day in sentences: how many trees stand in streets, or when the next come; which rest in winter quarters. */
export function dayLines(phrase, states, resting, arrivals) {
  const taken = states.filter(({ count }) => count);
  const trees = taken.reduce((sum, { count }) => sum + count, 0);
  const next = arrivals.find(({ place }) => place.inStreet);
  const inStreets = trees
    ? el("p", {}, phrase, ": ", el("strong", {}, say("inStreet", { n: trees })), `, ${say("atStops", { n: taken.length })}.`)
    : el("p", {}, phrase, ": ", el("strong", {}, say("noneInStreet")), " ", next ? say("nextOn", { day: dayWords(next.first) }) : say("unpublished"));
  return [inStreets, ...resting.map(restingLine)];
}

/** The next moves under their heading. */
export function moveLines(arrivals) {
  return [el("h2", { class: "moves__title" }, say("moves")), el("ol", { class: "moves__list" }, ...arrivals.map(move))];
}

/** A stop's entry: the one that the server has made, or a new one. */
class Row {
  constructor(stop, made) {
    this.node = made ?? el("li", {}, entry(stop));
    this.badge = this.node.querySelector(".result__meta > .badge:not(.badge--sample)");
    const subs = [...this.node.querySelectorAll(".result__sub")];
    this.lines = subs[stop.subtitle ? 1 : 0];
    if (!this.lines) {
      this.lines = el("p", { class: "result__sub", hidden: true });
      this.node.querySelector(".result__meta").before(this.lines);
    }
    this.shown = `${this.badge.textContent.trim()}\n${this.lines.textContent.trim()}`;
  }

  show(state) {
    const [code, words] = statusOf(state);
    const lines = linesOf(state).join(" · ");
    if (this.shown === `${words}\n${lines}`) return;
    this.shown = `${words}\n${lines}`;
    const fresh = statusBadge(code, words);
    this.badge.replaceWith(fresh);
    this.badge = fresh;
    this.lines.textContent = lines;
    this.lines.hidden = !lines;
  }
}

function entry(stop) {
  return el(
    "article",
    { class: "result", "data-feature-id": String(stop.id), "data-part": "trees" },
    icon("trees", "result__mark"),
    el("h2", { class: "result__title" }, el("a", { href: stop.url }, stop.title)),
    stop.subtitle ? el("p", { class: "result__sub" }, stop.subtitle) : null,
    el(
      "div",
      { class: "result__meta" },
      statusBadge("FREI", ""),
      stop.is_example ? el("span", { class: "badge badge--sample" }, t("sample")) : null,
      el("button", { class: "result__show", type: "button", "data-show": String(stop.id) }, icon("pin"), say("show"), el("span", { class: "visually-hidden" }, `: ${stop.title}`)),
    ),
  );
}

function none() {
  return el("li", { class: "empty" }, icon("search"), el("p", { class: "empty__title" }, say("emptyTitle")), el("p", {}, say("emptyText")));
}

function restingLine({ place, count }) {
  const where = place.title.includes("interquartier") ? place.municipality : `${place.title}, ${place.municipality}`;
  return el("p", {}, `${say("resting", { n: count })} (${where}).`);
}

function move({ first, place, count }) {
  const town = place.title.includes(place.municipality) ? "" : `, ${place.municipality}`;
  return el(
    "li",
    {},
    el("time", { datetime: new Date(first * 86400000).toISOString().slice(0, 10) }, dayWords(first)),
    el("span", {}, `${say("tree", { n: count })} ${say("to")} `, place.inStreet ? el("a", { href: place.url }, place.title) : place.title, town),
  );
}
