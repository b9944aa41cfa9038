// The units as this device knows them: what the server told, and over it what was entered here and is not sent yet.
import { CONFLICT, REFUSED, SENT } from "./store.js";

export const LABELS = {
  UNVERAENDERT: "unverändert",
  LEER: "jetzt leer",
  GENUTZT: "wieder genutzt",
  NUTZER: "Nutzer ergänzt",
  NICHT_AUFFINDBAR: "nicht auffindbar",
  ENTFALLEN: "entfallen",
  NEU: "neu aufgenommen",
  FOTO: "Foto",
  NOTIZ: "Notiz",
  ZURUECK: "zurückgenommen",
};
export const STATES = { LEER: "leer", GENUTZT: "genutzt", ENTFALLEN: "entfallen" };
const SEEING = new Set(["UNVERAENDERT", "LEER", "GENUTZT", "NICHT_AUFFINDBAR", "ENTFALLEN", "NEU"]);
export const EMPTY = new Set(["LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET"]);

const time = (iso) => new Date(iso).toLocaleString("de-DE", { dateStyle: "short", timeStyle: "short" });

function asNew(entry) {
  const { data } = entry;
  const title = [data.street, data.house_number].filter(Boolean).join(" ") || data.locality;
  return {
    id: entry.unit, version: null, title, what: entry.words ?? "", state: data.state, state_label: STATES[data.state],
    photos: [], lat: Number(data.latitude), lon: Number(data.longitude), note: data.note, occupant: data.occupant,
    street: data.street, house_number: data.house_number, postcode: data.postcode, locality: data.locality, is_new: true,
  };
}

function apply(unit, entry) {
  if (SEEING.has(entry.kind)) unit.seen = { kind: entry.kind, label: LABELS[entry.kind], at: time(entry.seenAt), by: entry.account.name, key: entry.key };
  if (entry.data.keep_theirs) return;
  if (STATES[entry.kind]) {
    Object.assign(unit, { state: entry.kind, state_label: STATES[entry.kind], since: null, occupant: entry.data.occupant ?? null });
  }
  if (entry.kind === "NUTZER") unit.occupant = entry.data.occupant ?? unit.occupant;
  if (entry.kind === "NOTIZ") unit.note = [unit.note, entry.data.note].filter(Boolean).join("\n");
}

/** Units in walking order, with everything entered here applied; `entries` in the order in which they were made. */
export function overlay(route, units, entries) {
  const shown = new Map(units.map((unit) => [unit.id, { ...unit }]));
  const order = route.filter((id) => shown.has(id));
  const undone = new Set(entries.filter((one) => one.kind === "ZURUECK").map((one) => one.data.undoes));
  for (const entry of entries) {
    const done = entry.kind === "NEU" && entry.status === SENT ? entry.answer.unitId : null;
    if (entry.kind === "NEU" && !undone.has(entry.key) && !shown.has(done ?? entry.unit)) {
      shown.set(done ?? entry.unit, { ...asNew(entry), id: done ?? entry.unit });
    }
    const id = done ?? entry.unit;
    if (entry.kind === "NEU" && shown.has(id) && !order.includes(id)) {
      const after = order.indexOf(entry.data.after_unit_id ?? entry.after);
      order.splice(after < 0 ? order.length : after + 1, 0, id);
    }
    const unit = shown.get(id);
    if (!unit || entry.status === SENT) continue;
    if (entry.kind === "ZURUECK") {
      const target = entries.find((one) => one.key === entry.data.undoes);
      if (target?.kind === "NEU") {
        shown.delete(id);
        order.splice(order.indexOf(id), 1);
      } else if (target?.before) Object.assign(unit, target.before);
    } else if (entry.status !== REFUSED || entry.kind === "NEU") {
      if (!undone.has(entry.key)) apply(unit, entry);
    }
    if (entry.status === CONFLICT || entry.status === REFUSED) unit.trouble = entry.status;
  }
  return order.map((id) => shown.get(id)).filter(Boolean);
}

/** What a unit was like before an entry, to be shown again when that is taken back. */
export function beforeOf({ state, state_label, since, occupant, note, seen }) {
  return { state, state_label, since: since ?? null, occupant: occupant ?? null, note: note ?? null, seen: seen ?? null };
}

/** The next unit that nobody has seen yet: onwards from here, then from the beginning. */
export function nextOpen(units, id) {
  const at = units.findIndex((unit) => unit.id === id);
  return [...units.slice(at + 1), ...units.slice(0, at + 1)].find((unit) => !unit.seen) ?? null;
}
