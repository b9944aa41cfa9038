// What a visitor takes along: addresses of pages, files and data in one cache a language, with an account of them.
// All of it lies in the browser's cache store, so that clearing that store clears everything.
export const cacheName = (scope) => `blicke${scope.replaceAll("/", "-")}`;
const ACCOUNT = "/mitgenommen.json";

export const isPossible = () => isSecureContext && "serviceWorker" in navigator && "caches" in globalThis;

/** What is kept: { items: {key: {title, page, at, bytes, urls}}, shared: [url] }. */
export async function account(scope) {
  const found = (await caches.has(cacheName(scope))) && (await (await caches.open(cacheName(scope))).match(scope + ACCOUNT));
  return found ? found.json() : { items: {}, shared: [] };
}

async function write(cache, scope, kept) {
  await cache.put(scope + ACCOUNT, new Response(JSON.stringify(kept), { headers: { "Content-Type": "application/json" } }));
}

/** Puts one address into the cache; the answer is its size. Hashed files that are there already are not asked for again. */
async function put(cache, url) {
  const here = url.startsWith("/static/dist/") ? await cache.match(url) : null;
  const response = here ?? (await fetch(url, { cache: "no-cache", credentials: "same-origin" }));
  if (!response.ok || response.redirected) throw new Error(url);
  const { size } = await response.clone().blob();
  if (!here) await cache.put(url, response);
  return size;
}

export async function keep(config, onStep) {
  const { urls: shared } = await (await fetch(config.shared, { headers: { Accept: "application/json" } })).json();
  const cache = await caches.open(cacheName(config.scope));
  const kept = await account(config.scope);
  const all = [...new Set([...shared, ...config.urls])];
  let [done, bytes] = [0, 0];
  for (const url of all) {
    const size = await put(cache, url);
    if (config.urls.includes(url)) bytes += size;
    onStep(++done, all.length);
  }
  await startWorker(config);
  kept.items[config.key] = { title: config.title, page: config.page, at: new Date().toISOString(), bytes, urls: config.urls };
  kept.shared = shared;
  await write(cache, config.scope, kept);
  await sweep(cache, config.scope, kept);
  await navigator.storage?.persist?.();
  return kept;
}

async function startWorker({ worker, scope }) {
  const registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  const started = registration.installing ?? registration.waiting ?? registration.active;
  if (started.state === "activated") return;
  await new Promise((done, failed) => {
    started.addEventListener("statechange", () => {
      if (started.state === "activated") done();
      if (started.state === "redundant") failed(new Error(worker));
    });
  });
}

/** Files of an older build and pages of what was forgotten go. */
async function sweep(cache, scope, kept) {
  const wanted = new Set([...kept.shared, ...Object.values(kept.items).flatMap((one) => one.urls), scope + ACCOUNT].map((url) => new URL(url, location.href).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

export async function forget(scope, key) {
  const cache = await caches.open(cacheName(scope));
  const kept = await account(scope);
  delete kept.items[key];
  if (!Object.keys(kept.items).length) return forgetAll(scope);
  await write(cache, scope, kept);
  return sweep(cache, scope, kept);
}

export async function forgetAll(scope) {
  await caches.delete(cacheName(scope));
  const wanted = new URL(scope, location.href).href;
  const workers = (await navigator.serviceWorker?.getRegistrations?.()) ?? [];
  await Promise.all(workers.filter((one) => one.scope === wanted).map((one) => one.unregister()));
}
