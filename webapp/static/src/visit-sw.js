// The service worker of the viewpoints' pages. It answers from the device only what a visitor has put there, and only when
// the network does not answer in time; nothing else is ever kept.
import { cacheName } from "./visit/kept.js";

const scope = new URL(self.registration.scope).pathname;
const trip = `${scope}/unterwegs`;
const LATE_MS = 4_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** An address with its parameters, else the same page without its filters. */
async function keptOf(request) {
  if (!(await caches.has(cacheName(scope)))) return undefined;
  const cache = await caches.open(cacheName(scope));
  return (await cache.match(request, { ignoreVary: true })) ?? cache.match(request, { ignoreVary: true, ignoreSearch: !request.url.includes("/tour?") });
}

async function networkFirst(request) {
  const kept = await keptOf(request);
  if (!kept) return fetch(request);
  const late = new Promise((done) => setTimeout(() => done(null), LATE_MS));
  const fresh = await Promise.race([fetch(request).catch(() => null), late]);
  return fresh && fresh.status < 500 ? fresh : kept;
}

/** A page that was not taken along: what was, is said on its own page. */
async function pageOf(request) {
  try {
    return await networkFirst(request);
  } catch (error) {
    const kept = await keptOf(new Request(trip));
    if (!kept) throw error;
    return Response.redirect(trip, 302);
  }
}

async function fileOf(request) {
  return (await keptOf(request)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageOf(request));
  else if (/^\/(static\/dist|api\/v1\/grundkarte|fotos)\//.test(url.pathname)) event.respondWith(fileOf(request));
  else if (/^\/api\/v1\/blicke/.test(url.pathname)) event.respondWith(networkFirst(request));
});
