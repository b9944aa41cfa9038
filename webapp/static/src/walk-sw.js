// The service worker of one round's walk. It answers from the device only what "Für unterwegs vorbereiten" put there,
// and passes everything else on: no other internal page is ever kept.
import { sendAll } from "./walk/outbox.js";
import { cacheName, openStore } from "./walk/store.js";

const round = Number(/begehung\/(\d+)\/gehen/.exec(self.location.pathname)?.[1]);
const page = new URL(self.registration.scope).pathname;
const LATE_MS = 4_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The page comes from the server while that answers in time, so that a new version is used; else from the device. */
async function pageOf(request) {
  const kept = await caches.open(cacheName(round)).then((cache) => cache.match(page));
  if (!kept) return fetch(request);
  const late = new Promise((done) => setTimeout(() => done(null), LATE_MS));
  const fresh = await Promise.race([fetch(request).catch(() => null), late]);
  return fresh && (fresh.ok || fresh.type === "opaqueredirect" || fresh.redirected) ? fresh : kept;
}

async function fileOf(request) {
  const kept = await caches.open(cacheName(round)).then((cache) => cache.match(request, { ignoreVary: true }));
  return kept ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === page) event.respondWith(pageOf(request));
  } else if (/^\/(static\/dist|api\/v1\/grundkarte|intern\/fotos)\//.test(url.pathname)) {
    event.respondWith(fileOf(request));
  }
});

/** Background Sync, where the browser has it: what waits goes out although the page is closed. */
self.addEventListener("sync", (event) => {
  if (event.tag === "begehung") event.waitUntil(send());
});

async function send() {
  const db = await openStore();
  const { state } = await sendAll(db, round, { who: `${page}/wer`, entries: `${page}/eintraege` });
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage("gesendet");
  if (state === "kein-netz" || state === "spaeter") throw new Error(state); // the browser tries again later
}
