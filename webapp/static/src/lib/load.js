// Fetching with a memory: an answer with the same ETag is not parsed again, and a lost network shows what was there.
const known = new Map();

export class LoadError extends Error {
  /** Whether the server gave up after its time was over, and less might succeed. */
  get isTooSlow() {
    return this.message === "status 503";
  }
}

export async function loadJson(url, signal) {
  let response;
  try {
    response = await fetch(url, { headers: { Accept: "application/geo+json, application/json" }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (known.has(url)) return { data: known.get(url).data, stale: true };
    throw new LoadError("network");
  }
  if (!response.ok) throw new LoadError(`status ${response.status}`);
  const tag = response.headers.get("ETag");
  const before = known.get(url);
  if (before && tag && before.tag === tag) return { data: before.data, stale: false };
  const data = await response.json();
  known.set(url, { tag, data });
  return { data, stale: false };
}

export async function loadPage(url, signal) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, signal });
  if (!response.ok) throw new LoadError(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
