// A day of the trees in words, the same ones as the server's (webapp/trees/words.py and templates/trees/parts.html).
import { language, number } from "../lib/i18n.js";

const locale = language === "en" ? "en-GB" : "de-DE";
const long = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
const NAMED = 3;

const words = {
  de: {
    today: "Heute",
    onDay: "Am {day}",
    tree: ["{n} Baum", "{n} Bäume"],
    here: ["{n} Baum steht hier", "{n} Bäume stehen hier"],
    from: "Bäume ab {day}",
    none: "zurzeit kein Baum",
    until: "bis {day}",
    more: "{names} und {n} weitere",
    next: "ab {day}: {what}",
    inStreet: ["{n} Wanderbaum in der Straße", "{n} Wanderbäume in der Straße"],
    atStops: ["an {n} Standplatz", "an {n} Standplätzen"],
    noneInStreet: "kein Wanderbaum in der Straße.",
    nextOn: "Die nächsten kommen am {day}.",
    unpublished: "Weitere Umzüge sind noch nicht veröffentlicht.",
    resting: ["{n} Baum steht im Winterquartier", "{n} Bäume stehen im Winterquartier"],
    moves: "Nächste Umzüge",
    to: "nach",
    emptyTitle: "Keine Standplätze gefunden",
    emptyText: "Für diese Auswahl ist nichts veröffentlicht.",
    stops: ["Standplatz", "Standplätze"],
    show: "Zeigen",
  },
  en: {
    today: "Today",
    onDay: "On {day}",
    tree: ["{n} tree", "{n} trees"],
    here: ["{n} tree stands here", "{n} trees stand here"],
    from: "Trees from {day}",
    none: "no tree at present",
    until: "until {day}",
    more: "{names} and {n} more",
    next: "from {day}: {what}",
    inStreet: ["{n} mobile tree in the street", "{n} mobile trees in the streets"],
    atStops: ["at {n} stop", "at {n} stops"],
    noneInStreet: "no mobile tree in the streets.",
    nextOn: "The next ones come on {day}.",
    unpublished: "No further moves have been published yet.",
    resting: ["{n} tree is in winter quarters", "{n} trees are in winter quarters"],
    moves: "Next moves",
    to: "to",
    emptyTitle: "No stops found",
    emptyText: "Nothing has been published for this selection.",
    stops: ["tree stop", "tree stops"],
    show: "Show",
  },
}[language];

/** The words for `key`, with {placeholders} filled in; of two forms the one for `n`. */
export function say(key, values = {}) {
  const text = Array.isArray(words[key]) ? words[key][values.n === 1 ? 0 : 1] : words[key];
  return text.replace(/\{(\w+)\}/g, (_all, name) => (name === "n" ? number(values.n) : values[name]));
}

/** 4. Mai 2026 */
export function dayWords(number) {
  return long.format(new Date(number * 86400000));
}

/** The last day of a visit, or its month where no more is known. */
function lastWords({ last, last_is_month: toMonth }) {
  return toMonth ? month.format(new Date(last * 86400000)) : dayWords(last);
}

/** A stop's state on the day: [code, words]. */
export function statusOf(state) {
  if (state.count) return ["BESETZT", say("here", { n: state.count })];
  if (state.coming) return ["GEPLANT", say("from", { day: dayWords(state.coming.first) })];
  return ["FREI", say("none")];
}

/** What else is worth a line. */
export function linesOf(state) {
  const lines = [];
  if (state.count) {
    const names = state.labels.slice(0, NAMED).join(", ");
    const more = state.labels.length - NAMED;
    lines.push(say("until", { day: lastWords(state.until) }), more > 0 ? say("more", { names, n: more }) : names);
  }
  if (state.coming) lines.push(say("next", { day: dayWords(state.coming.first), what: say("tree", { n: state.coming.count }) }));
  return lines;
}

/** A stop's state as the map draws it; `query` is what its address ends in. */
export function featureOf(state, query) {
  const { stop, count } = state;
  const [status, label] = statusOf(state);
  return {
    geometry: { type: "Point", coordinates: stop.point },
    properties: {
      id: stop.id,
      kind: "trees",
      title: stop.title,
      subtitle: stop.subtitle,
      url: stop.url + query,
      status,
      status_label: label,
      is_example: stop.is_example,
      mark: count ? String(count) : "",
      note: linesOf(state).join(" · "),
    },
  };
}
