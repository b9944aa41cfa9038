// What the device keeps of walks: the rounds prepared for the way, their units, and every entry until it is sent.
import { openDB } from "idb";

export const WAITING = "wartet";
export const SENT = "gesendet";
export const CONFLICT = "widerspruch";
export const REFUSED = "abgelehnt";
export const cacheName = (round) => `begehung-${round}`;

export function openStore() {
  return openDB("begehung", 1, {
    upgrade(db) {
      db.createObjectStore("rounds", { keyPath: "id" });
      db.createObjectStore("units", { keyPath: ["round", "id"] }).createIndex("round", "round");
      const entries = db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
      entries.createIndex("round", "round");
      entries.createIndex("key", "key", { unique: true });
    },
  });
}

export const entriesOf = (db, round) => db.getAllFromIndex("entries", "round", round);
export const roundOf = (db, round) => db.get("rounds", round);
export const unitsOf = (db, round) => db.getAllFromIndex("units", "round", round);

/** A round with its units as the server told them, in place of what was there. */
export async function keepRound(db, round, units) {
  const tx = db.transaction(["rounds", "units"], "readwrite");
  for (const key of await tx.objectStore("units").index("round").getAllKeys(round.id)) tx.objectStore("units").delete(key);
  for (const unit of units) tx.objectStore("units").put({ ...unit, round: round.id });
  tx.objectStore("rounds").put(round);
  await tx.done;
}

/** Forget a round and what was sent of it; what still waits stays, for it is nowhere else. */
export async function forgetRound(db, round) {
  const tx = db.transaction(["rounds", "units", "entries"], "readwrite");
  tx.objectStore("rounds").delete(round);
  for (const key of await tx.objectStore("units").index("round").getAllKeys(round)) tx.objectStore("units").delete(key);
  for (const entry of await tx.objectStore("entries").index("round").getAll(round)) {
    if (entry.status === SENT) tx.objectStore("entries").delete(entry.seq);
  }
  await tx.done;
  if (globalThis.caches) await caches.delete(cacheName(round));
  const scope = new URL(`/intern/begehung/${round}/gehen`, location.origin).href;
  const workers = (await navigator.serviceWorker?.getRegistrations?.()) ?? [];
  await Promise.all(workers.filter((one) => one.scope === scope).map((one) => one.unregister()));
}

/** At sign-out: every round leaves the device. Returns how many entries of whom still wait. */
export async function forgetAll(db) {
  const rounds = new Set([...(await db.getAllKeys("rounds")), ...(await db.getAll("entries")).map((one) => one.round)]);
  for (const round of rounds) await forgetRound(db, round);
  return (await db.getAll("entries")).length;
}
