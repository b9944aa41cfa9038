// What is sent and what waits, conflicts side by side, and what this device keeps: one sheet, and the line that opens it.
import { el } from "../lib/dom.js";
import { button, icon } from "./icons.js";
import { inWords, isPossible } from "./prepare.js";
import { newSheet, openSheet } from "./sheets.js";
import { CONFLICT, REFUSED, SENT, WAITING } from "./store.js";
import { LABELS, STATES } from "./units.js";

const many = (count, one, more) => `${count} ${count === 1 ? one : more}`;
const REASONS = {
  "kein-netz": "kein Netz",
  anmelden: "bitte anmelden",
  spaeter: "das Register antwortet gerade nicht",
  verweigert: "nicht in dieser Gemeinde",
  fremd: "von einer anderen Person",
};

export function countsOf(entries) {
  const of = (status) => entries.filter((one) => one.status === status).length;
  return { waiting: of(WAITING), sent: of(SENT), trouble: of(CONFLICT) + of(REFUSED) };
}

/** The line that is always there: how many are sent, how many wait and why, in words. */
export function sentLine(app) {
  const { waiting, sent, trouble } = countsOf(app.entries);
  const parts = [];
  if (trouble) parts.push(`${trouble} zu entscheiden`);
  if (waiting) parts.push(app.busy && !REASONS[app.reason] ? `${waiting} ${waiting === 1 ? "wird" : "werden"} gesendet` : `${many(waiting, "wartet", "warten")}${REASONS[app.reason] ? `: ${REASONS[app.reason]}` : ""}`);
  parts.push(`${sent} gesendet`);
  if (!waiting && !trouble) parts.push("nichts wartet");
  const look = trouble ? "warning" : waiting ? "clock" : "check";
  return [icon(look), el("span", {}, parts.join(" · "))];
}

export function banner(app) {
  if (app.reason === "anmelden") {
    return el("p", { class: "walk-banner", role: "alert" }, icon("lock"), el("span", {}, "Bitte anmelden. Ihre Einträge bleiben auf diesem Gerät und gehen danach hinaus. "), el("a", { href: app.urls.sign_in }, "Anmelden"));
  }
  if (app.round && !app.round.is_open) return el("p", { class: "walk-banner" }, icon("info"), el("span", {}, "Diese Begehung ist geschlossen. Vom Gerät ist alles gelöscht, was gesendet ist."));
  if (app.foreign) return el("p", { class: "walk-banner", role: "alert" }, icon("people"), el("span", {}, "Auf diesem Gerät warten Einträge einer anderen Person. "), button("Ansehen", () => app.openSent(), { look: "plain" }));
  return null;
}

function sides(entry) {
  const { unit, last } = entry.problem;
  const mine = { Nutzung: STATES[entry.kind] ?? (entry.kind === "UNVERAENDERT" ? `unverändert: ${entry.before?.state_label}` : LABELS[entry.kind]), Nutzer: entry.data.occupant ?? entry.before?.occupant, Notiz: entry.data.note };
  const theirs = { Nutzung: unit?.state_label, Nutzer: unit?.occupant, Notiz: unit?.note };
  const rows = ["Nutzung", "Nutzer", "Notiz"].filter((name) => mine[name] || theirs[name]);
  return [
    el(
      "table",
      { class: "walk-sides" },
      el("caption", {}, "Beide Stände nebeneinander"),
      el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col" }, "Gesehen"), el("th", { scope: "col" }, "Im Register"))),
      el("tbody", {}, ...rows.map((name) => el("tr", { class: (mine[name] ?? "") === (theirs[name] ?? "") ? null : "walk-sides__differs" }, el("th", { scope: "row" }, name), el("td", {}, mine[name] ?? "–"), el("td", {}, theirs[name] ?? "–")))),
    ),
    last ? el("p", { class: "walk-field__hint" }, `Zuletzt geändert von ${last.who}, ${last.at}.`) : null,
  ];
}

function troubled(app, entry) {
  const name = `${entry.title}: ${LABELS[entry.kind]}`;
  if (entry.status === CONFLICT) {
    return el(
      "li",
      { class: "walk-trouble" },
      el("h3", {}, icon("warning"), name),
      el("p", {}, entry.problem.detail),
      ...sides(entry),
      el("div", { class: "walk-bar__two" }, button("Gesehenes eintragen", () => app.decide(entry, true), { look: "strong" }), button("Register lassen", () => app.decide(entry, false), { look: "strong" })),
    );
  }
  return el(
    "li",
    { class: "walk-trouble" },
    el("h3", {}, icon("error"), name),
    el("p", {}, entry.problem.detail),
    el(
      "div",
      { class: "walk-bar__two" },
      entry.kind === "NEU" && entry.problem.fields ? button("Angaben ändern", () => newSheet(app, { entry }), { look: "strong" }) : button("Noch einmal senden", () => app.again(entry), { look: "strong" }),
      button("Verwerfen", () => app.discard(entry), { look: "strong" }),
    ),
  );
}

function strangers(app) {
  const others = app.entries.filter((one) => one.status === WAITING && app.account && one.account.id !== app.account.id && one.sentFor !== app.account.id);
  const names = [...new Set(others.map((one) => one.account.name))];
  return names.map((name) =>
    el(
      "div",
      { class: "walk-trouble" },
      el("p", {}, `${many(others.filter((one) => one.account.name === name).length, "Eintrag", "Einträge")} von ${name} ${others.length === 1 ? "wartet" : "warten"} hier. Angemeldet ist ${app.account.name}. Ohne Ihr Zutun werden sie nicht unter Ihrem Namen gesendet.`),
      button(`Im Namen von ${app.account.name} senden`, () => app.adopt(name), { look: "strong" }),
    ),
  );
}

function waitingList(app, status, title) {
  const chosen = app.entries.filter((one) => one.status === status);
  if (!chosen.length) return null;
  const lines = chosen.slice(-60).reverse().map((one) => el("li", {}, `${new Date(one.seenAt).toLocaleTimeString("de-DE", { timeStyle: "short" })} · ${one.title}: ${LABELS[one.kind]}`));
  return el("details", { open: status === WAITING }, el("summary", {}, `${title} (${chosen.length})`), el("ul", {}, ...lines));
}

export function sentSheet(app) {
  const problems = app.entries.filter((one) => one.status === CONFLICT || one.status === REFUSED);
  const { waiting } = countsOf(app.entries);
  const why = REASONS[app.reason];
  const kept = app.round?.kept;
  const sheet = openSheet(
    "Gesendet und wartend",
    problems.length ? el("ul", { class: "walk-troubles" }, ...problems.map((one) => troubled(app, one))) : null,
    ...strangers(app),
    el("p", {}, waiting ? `${many(waiting, "Eintrag wartet", "Einträge warten")}${why ? ` (${why})` : ""}. Sie liegen auf diesem Gerät und gehen hinaus, sobald es geht.` : "Es wartet nichts."),
    waiting ? button("Jetzt senden", () => app.send(), { look: "main" }) : null,
    waitingList(app, WAITING, "Wartend"),
    waitingList(app, SENT, "Gesendet"),
    el("h3", {}, "Auf diesem Gerät"),
    el("p", { "data-kept": true }, kept ? `Mitgenommen: ${inWords(kept)}.` : "Für diese Begehung ist noch nichts mitgenommen: ohne Netz lässt sich die Seite nicht öffnen."),
    isPossible()
      ? button(kept ? "Noch einmal vorbereiten" : "Für unterwegs vorbereiten", () => app.prepare(), { look: "strong", sign: "download", "data-prepare": true })
      : el("p", {}, "Dieser Browser kann nichts mitnehmen: dazu muss das Register über https erreichbar sein."),
    el("p", { class: "walk-field__hint" }, "Beim Abmelden und wenn die Begehung geschlossen ist, wird alles davon gelöscht. Was noch nicht gesendet ist, bleibt, bis Sie sich wieder anmelden."),
    kept ? button("Vom Gerät löschen", () => app.forget(), { look: "plain", sign: "trash" }) : null,
  );
  sheet.dataset.kind = "sent";
  sheet.dataset.key = sheetKey(app);
}

/** Changes when the sheet would say something else. */
export function sheetKey(app) {
  return JSON.stringify([app.entries.map((one) => [one.seq, one.status, one.sentFor]), app.reason, app.round?.kept?.at, app.account?.id]);
}
