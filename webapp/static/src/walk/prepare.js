// "Für unterwegs vorbereiten": page, files, map, photos and units of one round onto the device, and an account of it.
import { cacheName, keepRound } from "./store.js";

export class NotPossible extends Error {}

/** What can be taken along at all: a service worker needs https (or this very machine). */
export const isPossible = () => isSecureContext && "serviceWorker" in navigator && "caches" in globalThis;

export async function fetchRound(urls) {
  const response = await fetch(urls.data, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
  if (response.type === "opaqueredirect" || response.status === 403) throw new NotPossible("Bitte anmelden.");
  if (response.status === 404) throw new NotPossible("Diese Begehung gibt es in der Gemeinde, in der Sie gerade arbeiten, nicht.");
  if (!response.ok) throw new NotPossible("Das Register antwortet gerade nicht.");
  return response.json();
}

async function keepFiles(round, urls, onStep) {
  const cache = await caches.open(cacheName(round));
  let [done, bytes] = [0, 0];
  const kept = new Set();
  for (const url of urls) {
    const response = await fetch(url, { credentials: "same-origin", cache: "no-cache" });
    if (response.ok && !response.redirected) {
      bytes += (await response.clone().blob()).size;
      await cache.put(url, response);
      kept.add(new URL(url, location.href).href);
    } else if (!url.includes("/fotos/")) throw new NotPossible(`${url} ließ sich nicht laden.`);
    onStep(++done, urls.length);
  }
  for (const old of await cache.keys()) if (!kept.has(old.url)) await cache.delete(old);
  return bytes;
}

async function startWorker(urls) {
  const registration = await navigator.serviceWorker.register(urls.worker, { scope: urls.page, updateViaCache: "none" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker.state !== "activated") {
    await new Promise((done, failed) => {
      worker.addEventListener("statechange", () => {
        if (worker.state === "activated") done();
        if (worker.state === "redundant") failed(new NotPossible("Der Browser hat die Vorbereitung abgebrochen."));
      });
    });
  }
}

/** Brings everything onto the device. Returns what is kept, for the page to say. */
export async function prepare(db, urls, onStep = () => {}) {
  const data = await fetchRound(urls);
  const photos = data.units.flatMap((unit) => unit.photos.slice(0, 1).map((photo) => photo.url));
  const bytes = await keepFiles(data.round.id, [...data.files, ...photos], onStep);
  await startWorker(urls);
  const kept = { units: data.units.length, photos: photos.length, bytes, at: new Date().toISOString() };
  await keep(db, data, kept);
  await navigator.storage?.persist?.();
  return { data, kept };
}

/** The units as the server has them now, in place of those that were kept. */
export function keep(db, data, kept) {
  const { round, account, branches, object_types, map, pace } = data;
  return keepRound(db, { ...round, account, branches, object_types, map, pace, kept }, data.units);
}

export function inWords(kept) {
  const size = (kept.bytes / 1_000_000).toLocaleString("de-DE", { maximumFractionDigits: 1 });
  const at = new Date(kept.at).toLocaleString("de-DE", { dateStyle: "medium", timeStyle: "short" });
  const photos = kept.photos === 1 ? "1 Foto" : `${kept.photos} Fotos`;
  return `${kept.units} Nutzungseinheiten, ${photos}, Karte und Seite (${size} MB), Stand ${at} Uhr`;
}
