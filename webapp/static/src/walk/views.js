// The unit that one stands before, large; the list of all; and the buttons under the thumb.
import { el } from "../lib/dom.js";
import { button, icon, statusBadge } from "./icons.js";
import { EMPTY } from "./units.js";

function facts(unit) {
  const rows = [
    ["Nutzer", unit.occupant],
    ["Bezeichnung", unit.name],
    ["Fläche", unit.area],
    ["Zuletzt bestätigt", unit.verified ?? (unit.is_new ? null : "noch nie")],
    ["Notiz", unit.note],
  ];
  const shown = rows.filter(([, value]) => value);
  return shown.length ? el("dl", { class: "walk-facts" }, ...shown.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])) : null;
}

export function unitView(app) {
  const unit = app.current;
  if (!unit) return el("div", { class: "walk-empty" }, el("h1", {}, "Keine Nutzungseinheit"), el("p", {}, "Für diese Begehung liegt auf diesem Gerät nichts."));
  const at = app.units.indexOf(unit) + 1;
  const photo = unit.photos[0];
  const picture = photo ? el("img", { class: "walk-photo", src: photo.url, alt: photo.alt, loading: "lazy" }) : null;
  picture?.addEventListener("error", () => picture.replaceWith(el("p", { class: "walk-photo walk-photo--none" }, icon("camera"), "Foto nicht auf dem Gerät")));
  return el(
    "article",
    { class: "walk-unit" },
    el("p", { class: "walk-unit__no" }, `Nr. ${at} von ${app.units.length}`, unit.is_example ? el("span", { class: "badge badge--sample" }, "Beispiel") : null),
    el("h1", { tabindex: "-1", "data-title": true }, unit.title),
    el("p", { class: "walk-unit__state" }, statusBadge(unit.state, unit.state_label), unit.since ? ` seit ${unit.since}` : ""),
    unit.what ? el("p", { class: "walk-unit__what" }, unit.what) : null,
    unit.seen ? el("p", { class: "walk-unit__seen" }, icon("check"), `${unit.seen.label}, ${unit.seen.at}${unit.seen.by ? `, ${unit.seen.by}` : ""}`) : null,
    unit.trouble ? el("p", { class: "walk-unit__trouble" }, icon("warning"), unit.trouble === "widerspruch" ? "Hier ist etwas zu entscheiden." : "Ein Eintrag wurde abgelehnt.", button("Ansehen", () => app.openSent(), { look: "plain" })) : null,
    el("div", { class: "walk-unit__pictures" }, picture, el("div", { class: "walk-mini", "data-mini": true })),
    facts(unit),
  );
}

export function listView(app) {
  const rows = app.units.map((unit, index) =>
    el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "walk-row", "aria-current": unit === app.current ? "true" : null, onclick: () => app.jump(unit.id) },
        el("span", { class: "walk-row__no" }, String(index + 1)),
        el("span", { class: "walk-row__text" }, el("strong", {}, unit.title), el("span", {}, [unit.state_label, unit.occupant, unit.what].filter(Boolean).join(", "))),
        unit.trouble
          ? el("span", { class: "walk-row__seen walk-row__seen--trouble" }, icon("warning"), "prüfen")
          : el("span", { class: "walk-row__seen" }, ...(unit.seen ? [icon("check"), unit.seen.label] : ["offen"])),
      ),
    ),
  );
  return el("div", { class: "walk-list" }, el("h1", { tabindex: "-1", "data-title": true }, "Alle Nutzungseinheiten"), el("ol", {}, ...rows));
}

function undoStrip(app) {
  if (!app.last) return el("p", { class: "walk-undo walk-undo--empty", "data-said": true }, app.said);
  return el("div", { class: "walk-undo" }, el("p", { "data-said": true }, app.last.words), button("Rückgängig", () => app.undo(), { look: "plain", sign: "undo" }));
}

export function barView(app) {
  const unit = app.current;
  if (!unit || !app.round?.is_open) return [el("p", { class: "walk-undo walk-undo--empty" }, app.round && !app.round.is_open ? "Diese Begehung ist geschlossen." : app.said)];
  if (app.tab === "list") return [];
  if (app.tab === "map") return [button(`Zu ${unit.title}`, () => app.jump(unit.id), { look: "main", sign: "next" })];
  const isEmpty = EMPTY.has(unit.state);
  const camera = el("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", id: "walk-foto", onchange: (event) => app.photo(event.target) });
  return [
    undoStrip(app),
    button("Unverändert", () => app.enter("UNVERAENDERT"), { look: "main", sign: "check" }),
    el(
      "div",
      { class: "walk-bar__two" },
      isEmpty ? null : button("Jetzt leer", () => app.enter("LEER"), { look: "strong" }),
      button(isEmpty ? "Wieder genutzt" : "Anders genutzt", () => app.enter("GENUTZT"), { look: "strong" }),
      isEmpty ? button("Nicht da", () => app.openMissing(), { look: "strong", "aria-label": "Nicht da: nicht auffindbar oder entfallen" }) : null,
    ),
    el(
      "div",
      { class: "walk-bar__more" },
      button("Neu", () => app.openNew(), { look: "small", sign: "plus" }),
      el("label", { class: "walk-button walk-button--small", for: "walk-foto" }, camera, icon("camera"), el("span", {}, "Foto")),
      button("Notiz", () => app.openNote(), { look: "small", sign: "edit" }),
      isEmpty ? null : button("Nicht da", () => app.openMissing(), { look: "small", sign: "close", "aria-label": "Nicht da: nicht auffindbar oder entfallen" }),
      button("Weiter", () => app.ahead(), { look: "small", sign: "next" }),
    ),
  ];
}
